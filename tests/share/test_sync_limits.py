"""`sync` where it has to say no: shallow clones, huge rows, a busy remote, names, signatures."""

import subprocess
from pathlib import Path
from typing import Any

import pytest
from clones import BRANCH, first_clone, record, rows, synced, tip
from ground import git, gitledger

from gitledger.commands import sync as verb
from gitledger.git.remote import Pushed, push
from gitledger.ledger.codec import row_id
from gitledger.share.exchange import PATIENCE, Pace

LIMIT = 65_536


def committed(path: Path, files: dict[str, str], message: str) -> None:
    """A commit by hand on the ledger branch."""
    index = {"GIT_INDEX_FILE": str(path / ".git/scratch")}
    git(path, "read-tree", BRANCH, **index)
    for name, text in files.items():
        blob = git(path, "hash-object", "-w", "--stdin", stdin=text).strip()
        git(path, "update-index", "--add", "--cacheinfo", f"100644,{blob},{name}", **index)
    tree = git(path, "write-tree", **index).strip()
    made = git(path, "commit-tree", tree, "-p", BRANCH, "-m", message).strip()
    git(path, "update-ref", f"refs/heads/{BRANCH}", made)


def test_a_shallow_clone_is_told_the_command_that_works(server: Path, tmp_path: Path) -> None:
    """Cut above where both parted: exit 3 with a fetch, which works as it stands.

    A shallow clone that knows where they parted needs nothing.
    """
    a = first_clone(server)
    record(a, "a1", "a2")
    synced(a)
    b = tmp_path / "b"
    git(tmp_path, "clone", "-q", "--depth", "1", "-n", "--no-single-branch", f"file://{server}",
        str(b))  # fmt: skip
    git(b, "update-ref", f"refs/heads/{BRANCH}", f"origin/{BRANCH}")
    record(b, "b1")
    record(a, "a3")
    synced(a)
    assert synced(b).code == 0
    record(b, "b2")
    record(a, "a4", "a5")
    synced(a)
    git(b, "fetch", "-q", "--depth", "1", "origin")
    before = tip(b), tip(server)
    refused = synced(b)
    hint = f"git fetch --unshallow origin {BRANCH}"
    assert (refused.code, f"next: {hint}\n" in refused.err) == (3, True), refused.err
    assert (tip(b), tip(server)) == before
    git(b, *hint.split()[1:])
    assert synced(b).code == 0
    assert sorted(rows(b)) == sorted(rows(server))
    assert len(rows(server)) == 7
    assert gitledger(b, "verify").code == 0


@pytest.mark.parametrize("sends", [True, False], ids=["ours", "theirs"])
def test_a_row_over_the_limit_goes_nowhere(
    pair: tuple[Path, Path], server: Path, *, sends: bool
) -> None:
    """A row of more than 64 KB that was committed by hand: neither taken nor sent."""
    a, b = pair
    (row,) = record(a, "a1")
    path = next(n for n in git(a, "ls-tree", "-r", "--name-only", BRANCH).split() if row in n)
    text = git(a, "show", f"{BRANCH}:{path}").replace('"x"', f'"{"x" * LIMIT}"')
    name = path.replace(row, row_id(text.encode()))
    committed(a, {name: text}, "by hand")
    if not sends:
        git(a, "push", "-q", "origin", BRANCH)
    at = a if sends else b
    before = tip(at), tip(server)
    refused = synced(at)
    assert (refused.code, name in refused.out) == (1, True)
    assert "row-too-large" in refused.out or "bytes" in refused.out, refused.out
    assert (tip(at), tip(server)) == before


def test_a_remote_that_keeps_moving(
    pair: tuple[Path, Path], server: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody is always faster: after a minute sync says so, and the rows are safe here."""
    a, b = pair
    record(a, "a1")
    clock = iter(range(0, 100_000, 7))
    paused: list[float] = []
    won: list[str] = []

    def beaten(*words: Any, **options: Any) -> Pushed:
        won.extend(record(b, f"b{len(won)}"))
        git(b, "push", "-q", "origin", BRANCH)
        return push(*words, **options)

    monkeypatch.setattr("gitledger.share.exchange.push", beaten)
    monkeypatch.setattr(verb, "PACE", Pace(lambda: next(clock), paused.append, lambda: 0.5))
    before = tip(a)
    refused = synced(a)
    told = (
        f"origin kept moving for {PATIENCE:.0f} s; your rows are safe here\n  next: gitledger sync"
    )
    assert (refused.code, told in refused.err) == (3, True), refused.err
    assert tip(a) == before
    assert len(won) == len(paused) + 1 > 3
    assert max(paused) <= 5
    monkeypatch.undo()
    assert synced(a).code == 0
    assert len(rows(server)) == len(won) + 1


def test_a_remote_of_another_name(pair: tuple[Path, Path]) -> None:
    """A name that no remote has is a usage error that lists those there are."""
    a, _ = pair
    for name in ("upstream", "--upload-pack=x", "../srv.git"):
        refused = synced(a, "--", name)
        assert (refused.code, "remotes: origin" in refused.err) == (2, True), refused.err


@pytest.mark.parametrize("text", ["garbage\n", "0" * 40, "deadbeef" * 5])
def test_a_broken_ref_is_named_with_the_way_out(pair: tuple[Path, Path], text: str) -> None:
    """What a crash left in a ref of ours stops git, and no remote is blamed for it."""
    a, _ = pair
    record(a, "a1")
    name = f".git/refs/remotes/origin/{BRANCH}"
    (a / name).write_text(text)
    refused = synced(a)
    assert refused.code == 3
    assert f"next: rm {name}, then run it again" in refused.err
    (a / name).unlink()
    assert synced(a).code == 0


def test_a_merge_is_signed_where_the_policy_asks(
    server: Path, tmp_path: Path, pair: tuple[Path, Path]
) -> None:
    """`signatures: commits`: what sync joins is signed, and without a key nothing is joined."""
    a, b = pair
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", tmp_path / "key"],
                   check=True)  # fmt: skip
    public = (tmp_path / "key.pub").read_text()
    (tmp_path / "allowed").write_text(f"ada@example.org {public}")
    for path in pair:
        git(path, "config", "gpg.format", "ssh")
        git(path, "config", "user.signingkey", str(tmp_path / "key"))
        git(path, "config", "gpg.ssh.allowedSignersFile", str(tmp_path / "allowed"))
        git(path, "config", "commit.gpgSign", "true")
    asked = git(a, "show", f"{BRANCH}:gitledger.yaml") + "signatures: commits\n"
    assert gitledger(a, "config", "set", "-", stdin=asked).code == 0
    for path in (a, b):
        assert synced(path).code == 0
    record(a, "a1")
    record(b, "b1")
    assert synced(a).code == 0
    git(b, "config", "commit.gpgSign", "false")
    before = tip(b), tip(server)
    refused = synced(b)
    assert refused.code != 0
    assert "sign" in refused.err
    assert (tip(b), tip(server)) == before
    git(b, "config", "commit.gpgSign", "true")
    assert synced(b).code == 0
    merge = git(server, "log", "-1", "--format=%P", BRANCH).split()
    assert len(merge) == 2
    assert "gpgsig -----BEGIN SSH SIGNATURE" in git(server, "cat-file", "commit", BRANCH)
    assert gitledger(b, "verify").code == 0


def definition(kind: str) -> str:
    """A ledger of the user's own, of which two make different things."""
    return ("gitledger: 1\nledger: mine\ntitle: Mine\nkey: [name]\ncolumns:\n"
            f"  name: {{type: text}}\n  more: {{type: {kind}}}\n")  # fmt: skip


def test_two_ledgers_of_one_name(pair: tuple[Path, Path], server: Path) -> None:
    """The way out that is named is a way out: both ledgers are there, and every row counts once."""
    a, b = pair
    for path, kind, more in ((a, "integer", "3"), (b, "text", "abc")):
        assert gitledger(path, "ledger", "add", "-", stdin=definition(kind)).code == 0
        words = ("append", "mine", f"name={path.name}", f"more={more}", "--agent", "fig")
        assert gitledger(path, *words).code == 0
    assert synced(a).code == 0
    refused = synced(b)
    told = "gitledger ledger rename mine NEW, then gitledger sync --texts origin"
    assert (refused.code, told in refused.err) == (1, True)
    assert synced(b, "--texts", "origin").code == 1, "a row would be read by another's definition"
    taken = gitledger(b, "ledger", "rename", "mine", "capabilities")
    assert (taken.code, "other columns" in taken.err) == (1, True)
    moved = gitledger(b, "--json", "ledger", "rename", "mine", "ours")
    assert (moved.code, moved.json["rows"]) == (0, 1)
    again = gitledger(b, "--json", "ledger", "rename", "mine", "ours")
    assert (again.code, again.json["rows"]) == (0, 0)
    assert synced(b, "--texts", "origin").code == 0
    assert synced(a).code == 0
    for path in pair:
        assert git(path, "show", f"{BRANCH}:ledgers/mine/schema.yaml") == definition("integer")
        listed = {one["ledger"]: one for one in
                  gitledger(path, "--json", "log", "--ledger", "ours").json["rows"]}  # fmt: skip
        assert listed["ours"]["agent"] == "fig"
        proven = gitledger(path, "--json", "verify")
        assert proven.code == 0
        assert "definition-replaced" in {note["code"] for note in proven.json["notes"]}
    assert tip(a) == tip(b) == tip(server)


def test_a_definition_is_not_exchanged_while_rows_of_it_count(
    pair: tuple[Path, Path],
) -> None:
    """A merge by hand that takes the other definition over a live row is an error."""
    a, b = pair
    for path, kind in ((a, "integer"), (b, "text")):
        assert gitledger(path, "ledger", "add", "-", stdin=definition(kind)).code == 0
    assert gitledger(b, "append", "mine", "name=x", "more=abc").code == 0
    synced(a)
    git(b, "fetch", "-q", "origin")
    index = {"GIT_INDEX_FILE": str(b / ".git/scratch")}
    git(b, "read-tree", BRANCH, **index)
    blob = git(b, "rev-parse", f"origin/{BRANCH}:ledgers/mine/schema.yaml").strip()
    git(b, "update-index", "--cacheinfo", f"100644,{blob},ledgers/mine/schema.yaml", **index)
    tree = git(b, "write-tree", **index).strip()
    merge = git(b, "commit-tree", tree, "-p", f"origin/{BRANCH}", "-p", BRANCH, "-m", "m").strip()
    git(b, "update-ref", f"refs/heads/{BRANCH}", merge)
    done = gitledger(b, "--json", "verify")
    assert "schema-changed-type" in {found["code"] for found in done.json["findings"]}
    assert synced(b).code == 1
