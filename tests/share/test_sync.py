"""`sync`: rows of several clones become one ledger; nothing is forced, nothing is lost."""

import json
from pathlib import Path

import pytest
from clones import (
    BRANCH,
    protect,
    record,
    rows,
    surroundings,
    synced,
    tip,
)
from ground import git, gitledger

from gitledger.git.proof.examine import ProofFinding
from gitledger.share.exchange import Deal, examine_plan
from gitledger.share.plan import Plan


def test_two_clones_meet(server: Path, pair: tuple[Path, Path]) -> None:
    """Rows of both are everywhere, by one merge whose first parent is the server's."""
    a, b = pair
    mine, other = record(a, "a1", "a2"), record(b, "b1")
    assert synced(b).out == "origin: 1 row sent\n"
    before = tip(server)
    assert synced(a).out == "origin: 2 rows sent, 1 received\n"
    told = git(a, "for-each-ref", "--format=%(objectname)", "refs/gitledger/witness").split()
    assert told == [tip(server)], "the remote's tip is remembered, so that a loss is found"
    assert synced(b).out == "origin: 2 rows received\n"
    assert sorted([*mine, *other]) == sorted(rows(server)) == sorted(rows(a)) == sorted(rows(b))
    assert tip(a) == tip(b) == tip(server)
    told = git(a, "log", "-1", "--format=%s|%P", BRANCH).strip()
    assert told.startswith(f"merge: 2 rows meet 1 of origin|{before} ")
    assert {gitledger(path, "verify").code for path in pair} == {0}
    assert synced(a).out == "origin: nothing new\n"


def test_what_is_foreseen_is_judged_once(
    server: Path, pair: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """While the remote is asked its last tip is taken for its own; where it moved, all anew."""
    a, b = pair
    judged: list[tuple[bytes | None, bytes | None]] = []

    def counted(deal: Deal, plan: Plan) -> tuple[ProofFinding, ...]:
        judged.append((plan.theirs.commit, plan.going))
        return examine_plan(deal, plan)

    monkeypatch.setattr("gitledger.share.exchange.examine_plan", counted)
    record(a, "a1")
    seen = tip(server)
    assert synced(a).code == 0
    assert judged == [(bytes.fromhex(seen), bytes.fromhex(tip(a)))]
    judged.clear()
    record(b, "b1")
    foreseen = tip(b)
    assert synced(b).code == 0
    assert judged[0] == (bytes.fromhex(seen), bytes.fromhex(foreseen))
    assert judged[1:] == [(bytes.fromhex(tip(a)), bytes.fromhex(tip(b)))]
    assert sorted(rows(b)) == sorted(rows(server))


def test_nothing_beside_the_ledger_is_touched(pair: tuple[Path, Path]) -> None:
    """Working tree, index, HEAD, FETCH_HEAD, tags and other branches stay as they were."""
    a, b = pair
    git(b, "tag", "noise")
    git(b, "push", "-q", "origin", "noise")
    record(b, "b1")
    synced(b)
    (a / "new.txt").write_text("not added\n")
    record(a, "a1")
    before, refs = surroundings(a), git(a, "for-each-ref", "refs/tags", "refs/heads/trunk")
    assert synced(a).code == 0
    assert surroundings(a) == before
    assert git(a, "for-each-ref", "refs/tags", "refs/heads/trunk") == refs
    assert not (a / ".git/FETCH_HEAD").exists()


def test_a_remote_without_the_ledger_gets_it_when_named(server: Path, tmp_path: Path) -> None:
    """Publishing is asked for by name: else the push that does it is named."""
    path = tmp_path / "a"
    git(tmp_path, "init", "-q", str(path))
    gitledger(path, "init", "--no-hooks")
    assert (synced(path).code, "has no remote" in synced(path).err) == (3, True)
    git(path, "remote", "add", "origin", str(server))
    refused = synced(path)
    assert refused.code == 3
    assert f"no remote has {BRANCH}\n  next: git push origin {BRANCH}\n" in refused.err
    assert synced(path, "origin").code == 0
    assert tip(server) == tip(path)


def test_the_refspec_is_written_once_and_taken_out(pair: tuple[Path, Path]) -> None:
    """`hooks uninstall` leaves the configuration as it was."""
    _, b = pair
    asked = ("config", "--get-all", "remote.origin.fetch")
    ours = "+refs/heads/gitledger/*:refs/remotes/origin/gitledger/*"
    for _ in range(3):
        synced(b)
    assert git(b, *asked).splitlines().count(ours) == 1
    told = gitledger(b, "--json", "hooks", "uninstall").json
    assert told["refspecs"] == [ours]
    assert git(b, *asked).splitlines() == ["+refs/heads/*:refs/remotes/origin/*"]


def test_a_mirror_that_prunes_loses_no_row(pair: tuple[Path, Path]) -> None:
    """Settings that would overwrite or delete branches here have no say in an exchange."""
    a, b = pair
    record(b, "b1")
    synced(b)
    row = record(a, "a1")[0]
    git(a, "branch", "gitledger/draft", BRANCH)
    git(a, "config", "--replace-all", "remote.origin.fetch", "+refs/*:refs/*")
    git(a, "config", "fetch.prune", "true")
    git(a, "config", "remote.origin.mirror", "true")
    assert synced(a).code == 0
    assert row in rows(a)
    assert row in rows(a, "gitledger/draft")


def test_another_ledger_is_refused(server: Path, pair: tuple[Path, Path], tmp_path: Path) -> None:
    """Two roots never join: the way over is export and import."""
    path = tmp_path / "other"
    git(tmp_path, "init", "-q", str(path))
    gitledger(path, "init", "--no-hooks", "--provider", "glm")  # another text, another root
    git(path, "remote", "add", "origin", str(server))
    root = git(server, "rev-list", "--max-parents=0", BRANCH)[:12]
    refused = synced(path)
    told = f"origin/{BRANCH} began with another commit ({root}...): it is another ledger"
    assert (refused.code, told in refused.err) == (3, True)
    assert f"git branch -D {BRANCH}; rm -f " in refused.err  # it has no rows to lose
    record(path, "o1")
    assert "next: gitledger export, then import csv" in synced(path).err


def test_a_remote_that_is_gone(pair: tuple[Path, Path], server: Path) -> None:
    """Exit 3 with the next step; with another remote beside it the rows still go there."""
    a, _ = pair
    record(a, "a1")
    spare = server.parent / "spare.git"
    git(server.parent, "clone", "-q", "--bare", str(server), str(spare))
    git(a, "remote", "add", "spare", str(spare))
    server.rename(server.with_suffix(".away"))
    refused = synced(a, "origin")
    assert (refused.code, "origin cannot be reached" in refused.err) == (3, True)
    both = synced(a)
    assert (both.code, "spare: 1 row sent" in both.out) == (3, True)
    assert tip(spare) == tip(a)


def test_several_remotes_end_alike(server: Path, pair: tuple[Path, Path]) -> None:
    """What a later remote brought goes to an earlier one in the same call."""
    a, b = pair
    spare = server.parent / "spare.git"
    git(server.parent, "clone", "-q", "--bare", str(server), str(spare))
    git(b, "remote", "set-url", "origin", str(spare))
    record(b, "b1")
    synced(b)
    git(a, "remote", "add", "spare", str(spare))
    record(a, "a1")
    assert synced(a).code == 0
    assert tip(server) == tip(spare) == tip(a)
    assert len(rows(server)) == 2


def test_a_read_only_remote(pair: tuple[Path, Path], server: Path) -> None:
    """A remote that takes nothing from anybody: exit 3, in its own words."""
    a, _ = pair
    record(a, "a1")
    hook = server / "hooks/pre-receive"
    hook.write_text("#!/bin/sh\necho 'this mirror is read-only' >&2\nexit 1\n")
    hook.chmod(0o755)
    before = tip(a), tip(server)
    refused = synced(a)
    assert (refused.code, "origin refused the push" in refused.err) == (3, True)
    assert (tip(a), tip(server)) == before


def test_a_protected_branch(pair: tuple[Path, Path], server: Path) -> None:
    """The rows go to a branch of this clone's own; they count as not shared until it is merged."""
    a, b = pair
    protect(server)
    record(a, "a1", "a2")
    done = gitledger(a, "--json", "sync")
    told = done.json["remotes"][0]
    own = (a / ".git/gitledger/clone").read_text().strip()
    assert (done.code, told["state"]) == (0, "proposed")
    assert told["proposal"] == f"gitledger/main-main-{own}"
    assert told["urls"] == ["https://forge.example/team/ledger/compare"]
    shown = synced(a).out
    assert "origin refused the push: the branch is protected" in shown
    assert f"your 2 rows are on {told['proposal']}: open a pull request into {BRANCH}" in shown
    assert gitledger(a, "--json", "status").json["unsynced"] == 2
    record(a, "a3")
    assert synced(a).code == 0
    assert len(rows(server, told["proposal"])) == 3
    (server / "hooks/update").unlink()
    git(server, "update-ref", f"refs/heads/{BRANCH}", tip(server, told["proposal"]))
    assert synced(a).code == 0
    assert gitledger(a, "--json", "status").json["unsynced"] == 0
    assert synced(b).out == "origin: 3 rows received\n"


@pytest.mark.parametrize("agent", ["a b/c..d~e", "ünï", "x" * 100, "-"])
def test_an_agent_of_any_name_has_a_branch(
    agent: str, pair: tuple[Path, Path], server: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever an agent is called, its branch is a valid ref."""
    a, _ = pair
    monkeypatch.setenv("AGENT_ID", agent)
    protect(server)
    record(a, "a1")
    told = gitledger(a, "--json", "sync").json["remotes"][0]
    git(server, "check-ref-format", "--branch", told["proposal"])
    assert len(rows(server, told["proposal"])) == 1


def test_a_row_that_is_held_back(pair: tuple[Path, Path], server: Path) -> None:
    """It stays here, and so does what names it; the rest goes; it can be let go later."""
    a, b = pair
    first, second, third = record(a, "a1", "a2", "a3")
    gone = gitledger(a, "--json", "void", first, "-m", "wrong").json["row"]
    done = gitledger(a, "--json", "sync", "--hold", first[:8])
    assert done.code == 0, done.err
    assert done.json["held"] == [first]
    assert sorted(rows(server)) == sorted([second, third])
    assert {first, gone} <= set(rows(a))
    assert f"1 row is kept here: {first}" in gitledger(a, "status").out
    missing = gitledger(a, "--json", "verify").json
    assert (missing["intact"], missing["completeness"]["rows_never_pushed"]) == (True, 2)
    record(b, "b1")
    assert (synced(b).code, synced(a).code, len(rows(a))) == (0, 0, 5)
    assert synced(a, "--release", first).code == 0
    assert sorted(rows(server)) == sorted(rows(a))
    assert {gitledger(path, "verify").code for path in pair} == {0}


def planted(path: Path, text: str) -> str:
    """A row that came by another way than our door; its id."""
    import os
    from datetime import UTC, datetime

    from gitledger.git.branch.draft import Draft
    from gitledger.git.branch.record import Stamp, record
    from gitledger.git.repository import identity, open_repository
    from gitledger.ledger import redaction  # noqa: F401 - the door is passed by

    repository = open_repository(path, dict(os.environ))
    now = datetime(2026, 11, 23, 12, tzinfo=UTC)
    draft = Draft("capabilities", {"capability": "leak", "name": text})
    stamp, who = Stamp("main", "gitledger 0", now), identity(repository, now)
    return record(repository, BRANCH, [draft], stamp=stamp, who=who)[0].row.id


def test_an_address_does_not_leave(pair: tuple[Path, Path], server: Path) -> None:
    """Nothing moves with it; held back, the rest goes through."""
    a, _ = pair
    row, other = planted(a, "ask eve@example.org"), record(a, "a2")[0]
    refused = synced(a)
    assert (refused.code, "row-private" in refused.out) == (1, True)
    assert f"next: gitledger sync --hold {row}" in refused.out
    assert rows(server) == []
    assert synced(a, "--hold", row).code == 0
    assert rows(server) == [other]


def test_an_edited_row_stops_both(pair: tuple[Path, Path], server: Path) -> None:
    """One path with two contents: sync does not choose, and nothing moves."""
    a, b = pair
    record(a, "a1")
    synced(a)
    synced(b)
    index = {"GIT_INDEX_FILE": str(a / ".git/scratch")}
    git(a, "read-tree", BRANCH, **index)
    name = next(n for n in git(a, "ls-tree", "-r", "--name-only", BRANCH).split() if "json" in n)
    (a / ".git/forged").write_text("{}\n")
    blob = git(a, "hash-object", "-w", ".git/forged").strip()
    git(a, "update-index", "--cacheinfo", f"100644,{blob},{name}", **index)
    tree = git(a, "write-tree", **index).strip()
    made = git(a, "commit-tree", tree, "-p", BRANCH, "-m", "forged").strip()
    git(a, "update-ref", f"refs/heads/{BRANCH}", made)
    record(b, "b1")
    synced(b)
    before = tip(a), tip(server)
    refused = synced(a)
    told = f"{name} has other bytes on origin: one of the two was edited"
    assert (refused.code, told in refused.err) == (1, True)
    assert "next: gitledger verify in both clones; sync does not choose" in refused.err
    assert (tip(a), tip(server)) == before


def config(path: Path, price: int, provider: str = "codex") -> None:
    """A plan's price, stated."""
    done = gitledger(path, "config", "plan", f"{provider}={price}")
    assert done.code == 0, done.err


def test_texts_that_two_changed_in_one_line(pair: tuple[Path, Path]) -> None:
    """The setting is named, and a person says whose stands."""
    a, b = pair
    config(a, 100)
    config(b, 200)
    synced(a)
    refused = synced(b)
    told = "gitledger.yaml was changed here and on origin in the same lines: plans.codex"
    assert (refused.code, told in refused.err) == (1, True)
    assert (
        "next: gitledger sync --texts origin (or ours), then `gitledger config set" in refused.err
    )
    assert synced(b, "--texts", "mine").code == 2
    assert synced(b, "--texts", "origin").code == 0
    assert git(b, "show", f"{BRANCH}:gitledger.yaml") == git(a, "show", f"{BRANCH}:gitledger.yaml")


def test_texts_that_two_changed_elsewhere_are_joined(pair: tuple[Path, Path]) -> None:
    """Lines apart from each other become one text, which is read again."""
    a, b = pair
    text = git(a, "show", f"{BRANCH}:gitledger.yaml")
    for path, new in ((a, "# top\n" + text), (b, text + "# end\n")):
        done = gitledger(path, "config", "set", "-", stdin=new)
        assert done.code == 0, done.err
        assert synced(path).code == 0
    assert synced(a).code == 0
    joined = git(a, "show", f"{BRANCH}:gitledger.yaml")
    assert (joined.startswith("# top\n"), joined.endswith("# end\n")) == (True, True)


def definition(columns: str) -> str:
    """A ledger of the user's own."""
    return f"gitledger: 1\nledger: mine\ntitle: Mine\ncolumns:\n  name: {{type: text}}\n{columns}"


def test_a_ledger_that_two_clones_added(pair: tuple[Path, Path]) -> None:
    """The wider of two definitions stands; of two that exclude each other none does."""
    a, b = pair
    wide = definition("  more: {type: text}\n")
    for path, text in ((a, definition("")), (b, wide)):
        assert gitledger(path, "ledger", "add", "-", stdin=text).code == 0
        assert synced(path).code == 0
    assert git(b, "show", f"{BRANCH}:ledgers/mine/schema.yaml") == wide
    other = definition("  more: {type: integer}\n").replace("mine", "ours")
    for path, text in ((a, other), (b, wide.replace("mine", "ours"))):
        synced(path)
        assert gitledger(path, "ledger", "add", "-", stdin=text).code == 0
    synced(a)
    refused = synced(b)
    told = "ledgers/ours/schema.yaml: two clones added a ledger of this name with other columns"
    assert (refused.code, told in refused.err) == (1, True)


def test_a_squash_is_adopted_and_the_old_tip_kept(pair: tuple[Path, Path], server: Path) -> None:
    """A forge that pressed our rows into one commit has them: ours moves there."""
    a, _ = pair
    record(a, "a1", "a2")
    old, base = tip(a), tip(server)
    git(a, "push", "-q", "origin", f"{BRANCH}:refs/heads/gitledger/idea")
    tree = git(server, "rev-parse", f"{old}^{{tree}}").strip()
    made = git(server, "commit-tree", tree, "-p", base, "-m", "Two capabilities (#7)").strip()
    git(server, "update-ref", f"refs/heads/{BRANCH}", made)
    done = gitledger(a, "--json", "sync")
    assert (done.code, done.json["remotes"][0]["state"]) == (0, "taken")
    assert (tip(a), git(a, "rev-parse", f"refs/gitledger/kept/{old}").strip()) == (made, old)


def test_json_and_text_say_the_same(pair: tuple[Path, Path]) -> None:
    """The keys that other tools read."""
    a, b = pair
    record(b, "b1")
    synced(b)
    record(a, "a1")
    told = json.loads(gitledger(a, "--json", "sync").out)
    assert told["schema"] == "gitledger.sync/1"
    keys = ("remote", "state", "sent", "received", "back", "findings")
    assert [told["remotes"][0][key] for key in keys] == ["origin", "joined", 1, 1, [], []]
    assert told["tip"] == tip(a)


def test_a_reverted_proposal_comes_back(pair: tuple[Path, Path], server: Path) -> None:
    """Rows that the remote took out again stand here: they are kept, and named."""
    a, _ = pair
    kept, base = record(a, "a1", "a2"), tip(server)
    synced(a)
    tree = git(server, "rev-parse", f"{base}^{{tree}}").strip()
    made = git(server, "commit-tree", tree, "-p", tip(server), "-m", "Revert rows").strip()
    git(server, "update-ref", f"refs/heads/{BRANCH}", made)
    done = synced(a)
    assert (done.code, "2 rows that one side had taken out are back" in done.out) == (0, True)
    assert sorted(rows(server)) == sorted(kept)
    verified = gitledger(a, "verify", "--json").json
    assert verified["intact"] is True
    assert "row-restored" in {note["code"] for note in verified["notes"]}
