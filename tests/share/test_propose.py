"""`propose`: rows that a remote lacks, on a branch beside its ledger."""

from pathlib import Path

import pytest
from clones import BRANCH, record, rows, server_of, synced, tip
from ground import git, gitledger

DEFINITION = "gitledger: 1\nledger: mine\ntitle: Mine\ncolumns:\n  name: {type: text}\n"


def moved_on(a: Path, b: Path) -> None:
    """The remote's ledger grows by a row of `b`'s."""
    record(b, "b1")
    assert synced(b).code == 0


def paths(path: Path, revision: str) -> set[str]:
    """The row files of a state."""
    listed = git(path, "ls-tree", "-r", "--name-only", revision, "ledgers").split()
    return {name for name in listed if name.endswith(".json")}


def test_a_straight_line_goes_as_it_is(server: Path, pair: tuple[Path, Path]) -> None:
    """Our own commits are the proposal; the ledger here and there stays."""
    a, _ = pair
    before = tip(server)
    record(a, "a1", "a2")
    done = gitledger(a, "propose", "week-1")
    assert done.code == 0
    assert "2 rows on origin/gitledger/week-1: proposed, not yet shared" in done.out
    assert (tip(server, "gitledger/week-1"), tip(server)) == (tip(a), before)
    again = gitledger(a, "propose", "gitledger/week-1")
    assert (again.code, "every row already" in again.out) == (0, True)


def test_the_remote_moved_on(server: Path, pair: tuple[Path, Path]) -> None:
    """The same paths and bytes in fresh commits on its tip, announced with number and digest."""
    a, b = pair
    record(a, *(f"a{n}" for n in range(10)))
    moved_on(a, b)
    assert gitledger(a, "propose", "week-1").code == 0
    head = "gitledger/week-1"
    assert git(server, "rev-parse", f"{head}~1").strip() == tip(server)
    assert paths(server, head) - paths(server, BRANCH) == paths(a, BRANCH) - paths(b, BRANCH)
    assert "Ledger-Rows: 10\n" in git(server, "log", "-1", "--format=%B", head)
    git(server, "update-ref", f"refs/heads/{BRANCH}", tip(server, head))
    assert synced(a).code == 0
    assert gitledger(a, "verify").code == 0
    assert gitledger(a, "propose", "week-2").out.startswith("Nothing new: origin has every row")


def test_an_open_proposal_grows(server: Path, pair: tuple[Path, Path]) -> None:
    """What is new goes on top of what is proposed; nothing is forced."""
    a, b = pair
    record(a, "a1")
    gitledger(a, "propose", "week-1")
    first = tip(server, "gitledger/week-1")
    moved_on(a, b)
    record(a, "a2")
    assert gitledger(a, "propose", "week-1").code == 0
    assert git(server, "rev-parse", "gitledger/week-1~1").strip() == first
    assert len(rows(server, "gitledger/week-1")) == 2


def test_without_a_row_and_what_names_it(server: Path, pair: tuple[Path, Path]) -> None:
    """A row stays here, and so does the correction that names it."""
    a, _ = pair
    first, second = record(a, "a1", "a2")
    gitledger(a, "void", first, "-m", "wrong")
    done = gitledger(a, "propose", "week-1", "--without", first)
    assert (done.code, "Left out: " in done.out) == (0, True)
    assert rows(server, "gitledger/week-1") == [second]
    nothing = gitledger(a, "propose", "week-1", "--without", first)
    assert nothing.code == 0


def test_texts_go_only_when_asked(server: Path, pair: tuple[Path, Path]) -> None:
    """Rows of a ledger that the remote lacks cannot be proposed without its definition."""
    a, b = pair
    moved_on(a, b)
    assert gitledger(a, "ledger", "add", "-", stdin=DEFINITION).code == 0
    record(a, "a1")
    assert gitledger(a, "propose", "plain").code == 0
    assert "ledgers/mine" not in git(server, "ls-tree", "-r", "--name-only", "gitledger/plain")
    assert gitledger(a, "append", "mine", "name=x").code == 0
    refused = gitledger(a, "propose", "rows")
    assert (refused.code, "ledger-unknown" in refused.out) == (1, True)
    assert gitledger(a, "propose", "rows", "--with-config").code == 0
    assert len(rows(server, "gitledger/rows")) == 3


@pytest.mark.parametrize("name", ["main", "gitledger/main", "a b", "..", "x.lock", "", "a~1"])
def test_names_that_are_none(name: str, pair: tuple[Path, Path]) -> None:
    """Exit 2, and what a name looks like."""
    done = gitledger(pair[0], "propose", name)
    assert (done.code, "next: " in done.err) == (2, True)


def test_a_name_that_somebody_has(server: Path, pair: tuple[Path, Path]) -> None:
    """Another's branch is neither overwritten nor taken for ours."""
    a, b = pair
    record(a, "a1")
    record(b, "b1")
    assert gitledger(b, "propose", "week-1").code == 0
    assert gitledger(a, "propose", "week-1").code == 0
    assert len(rows(server, "gitledger/week-1")) == 2


def test_a_ledger_that_no_remote_has(tmp_path: Path) -> None:
    """The push that begins it is named."""
    server, path = server_of(tmp_path), tmp_path / "a"
    git(tmp_path, "init", "-q", str(path))
    gitledger(path, "init", "--no-hooks")
    assert gitledger(path, "propose", "x").code == 3
    git(path, "remote", "add", "origin", str(server))
    refused = gitledger(path, "propose", "x")
    assert (refused.code, f"git push origin {BRANCH}" in refused.err) == (3, True)


def test_a_ledger_that_two_added_has_a_way_out(server: Path, pair: tuple[Path, Path]) -> None:
    """What a proposal cannot bring is told with a step that brings it, protected branch or not."""
    a, b = pair
    for path, column in ((a, "name"), (b, "other")):
        text = DEFINITION.replace("name:", f"{column}:")
        assert gitledger(path, "ledger", "add", "-", stdin=text).code == 0
        assert gitledger(path, "append", "mine", f"{column}={path.name}").code == 0
    assert synced(a).code == 0
    refused = gitledger(b, "propose", "week-1")
    assert (refused.code, "gitledger ledger rename mine NEW" in refused.out) == (1, True)
    assert gitledger(b, "ledger", "rename", "mine", "ours").code == 0
    unknown = gitledger(b, "propose", "week-1")
    assert "propose gitledger/week-1 --with-config: the definition of ours is new" in unknown.out
    hook = server / "hooks/pre-receive"
    hook.write_text(f"#!/bin/sh\n! grep -q ' refs/heads/{BRANCH}$'\n")
    hook.chmod(0o755)
    kept = gitledger(b, "--json", "sync", "--texts", "origin").json["remotes"][0]
    assert (kept["state"], kept["sent"]) == ("proposed", 3)
    judged = gitledger(b, "check", "--base", f"origin/{BRANCH}", "--head",
                       f"origin/{kept['proposal']}")  # fmt: skip
    assert judged.code == 0, judged.out
    git(server, "update-ref", f"refs/heads/{BRANCH}", tip(server, kept["proposal"]))
    hook.unlink()
    for path in pair:
        assert synced(path).code == 0
        assert gitledger(path, "verify").code == 0


def test_a_new_ledger_is_proposed_with_its_definition(
    server: Path, pair: tuple[Path, Path]
) -> None:
    """Without it nobody could read the rows: the refusal names the option."""
    a, b = pair
    assert gitledger(a, "ledger", "add", "-", stdin=DEFINITION).code == 0
    assert gitledger(a, "append", "mine", "name=x").code == 0
    moved_on(a, b)
    refused = gitledger(a, "propose", "week-1")
    assert (refused.code, "gitledger/week-1 --with-config" in refused.out) == (1, True)
    assert gitledger(a, "propose", "week-1", "--with-config").code == 0
    assert tip(server, "gitledger/week-1")
