"""Each row of the table in docs/explanation/churn.md: a window's lines are its own, once.

Every commit of the window `W1` adds one line; a colleague adds a hundred, the agent of `W2` ten. So
the lines that a window is credited with tell whose commits it took, and each taken twice.
"""

from collections.abc import Callable
from pathlib import Path

import pytest
from ground import NO_HOOKS, git, gitledger
from worksite import Work, begin, prune, snapshot

HUNDRED = "".join(f"{n}\n" for n in range(100))
TEN = "".join(f"{n}\n" for n in range(10))
SILENT = ("-c", "core.hooksPath=/dev/null", "-c", "core.logAllRefUpdates=false", *NO_HOOKS)
Doing = Callable[[Work, pytest.MonkeyPatch], None]


@pytest.fixture
def work(ledger_dir: Path, monkeypatch: pytest.MonkeyPatch) -> Work:
    """A ledger repository with hooks, `W1` of agent main and `W2` of agent bob open."""
    monkeypatch.setattr("gitledger.setup.hooks.program_words", lambda: ("/bin/true",))
    begin(ledger_dir, "W1", bobs="W2")
    return Work(ledger_dir)


def bob(site: Work, patch: pytest.MonkeyPatch, name: str) -> None:
    """A commit of the other agent."""
    with patch.context() as his:
        his.setenv("AGENT_ID", "bob")
        site.commit(name, TEN)


def turns(work: Work, patch: pytest.MonkeyPatch) -> None:
    """Two agents by turns in one worktree."""
    work.commit("a")
    bob(work, patch, "x")
    work.commit("b")
    bob(work, patch, "y")


def worktrees(work: Work, patch: pytest.MonkeyPatch) -> None:
    """Two agents in two worktrees, merged."""
    other = Work(work.path.parent / "two")
    work.git("worktree", "add", "-q", "-b", "two", str(other.path))
    work.commit("a")
    bob(other, patch, "x")
    work.commit("b")
    bob(other, patch, "y")
    work.git("merge", "-q", "--no-edit", "two")


def pulled(*words: str) -> Doing:
    """A colleague's commits pulled between two own ones."""

    def doing(work: Work, _patch: pytest.MonkeyPatch) -> None:
        work.commit("a")
        other = work.clone("other")
        other.commit("theirs", HUNDRED)
        if "--ff-only" not in words:
            work.commit("b")
        work.pull(other, *words)
        if "--ff-only" in words:
            work.commit("b")

    doing.__doc__ = f"pull {' '.join(words)}"
    return doing


def own_branch(work: Work, _patch: pytest.MonkeyPatch) -> None:
    """An own branch merged with a merge commit, behind a colleague's work."""
    work.git("checkout", "-q", "-b", "side")
    work.commit("a")
    work.commit("b")
    work.git("checkout", "-q", "trunk")
    other = work.clone("other")
    other.commit("theirs", HUNDRED)
    work.pull(other, "--ff-only")
    work.git("merge", "-q", "--no-edit", "side")


def octopus(work: Work, _patch: pytest.MonkeyPatch) -> None:
    """Two own branches merged at once."""
    for branch, name in (("one", "a"), ("two", "b")):
        work.git("checkout", "-q", "-b", branch, "trunk")
        work.commit(name)
    work.git("checkout", "-q", "trunk")
    work.git("merge", "-q", "--no-edit", "one", "two")


def merged_on_server(work: Work, _patch: pytest.MonkeyPatch) -> None:
    """A branch merged elsewhere, pulled, deleted."""
    server = pushed_branch(work)
    server.git("merge", "-q", "--no-ff", "--no-edit", "origin/side")
    back_from(work, server)


def squashed_on_server(work: Work, _patch: pytest.MonkeyPatch) -> None:
    """A branch squashed elsewhere beside other work, pulled, deleted."""
    server = pushed_branch(work)
    server.commit("theirs", HUNDRED)
    server.git("merge", "-q", "--squash", "origin/side")
    server.git("commit", "-q", "-m", "side (#1)")
    back_from(work, server)


def rebased_on_server(work: Work, _patch: pytest.MonkeyPatch) -> None:
    """A branch rebased onto the trunk elsewhere, pulled, deleted."""
    server = pushed_branch(work)
    server.commit("theirs", HUNDRED)
    server.git("cherry-pick", "origin/side~1", "origin/side")
    back_from(work, server)


def pushed_branch(work: Work) -> Work:
    """Two commits on an own branch, seen by another clone."""
    work.git("checkout", "-q", "-b", "side")
    work.commit("a")
    work.commit("b")
    return work.clone("server")


def back_from(work: Work, server: Work) -> None:
    """The trunk of another clone pulled, and the own branch deleted."""
    work.rows()
    work.git("checkout", "-q", "trunk")
    work.pull(server, "--ff-only")
    work.git("branch", "-q", "-D", "side")


def updated_and_squashed(work: Work, _patch: pytest.MonkeyPatch) -> None:
    """A branch that took the trunk in (`Update branch`), squashed elsewhere, pulled, deleted."""
    server = work.clone("server")
    server.commit("theirs", HUNDRED)
    work.git("checkout", "-q", "-b", "side")
    work.commit("a")
    work.pull(server, "--no-rebase")
    work.commit("b")
    server.git("fetch", "-q", str(work.path), "side:side")
    server.commit("later", HUNDRED)
    server.git("merge", "-q", "--squash", "side")
    server.git("commit", "-q", "-m", "side (#1)")
    back_from(work, server)


def fetched_only(work: Work, _patch: pytest.MonkeyPatch) -> None:
    """A branch squashed elsewhere and fetched, not pulled; its branch deleted on both sides."""
    server = pushed_branch(work)
    server.git("merge", "-q", "--squash", "origin/side")
    server.git("commit", "-q", "-m", "side (#1)")
    work.rows()
    work.git("remote", "add", "origin", str(server.path))
    work.git("fetch", "-q", "origin")
    work.git("checkout", "-q", "trunk")
    work.git("branch", "-q", "-D", "side")


def squashed_here(work: Work, _patch: pytest.MonkeyPatch) -> None:
    """An own branch squashed by hand, and kept."""
    work.git("checkout", "-q", "-b", "side")
    work.commit("a")
    work.commit("b")
    work.git("checkout", "-q", "trunk")
    work.git("merge", "-q", "--squash", "side")
    work.git("commit", "-q", "-m", "side at once")


def wrong_clock(work: Work, _patch: pytest.MonkeyPatch) -> None:
    """A commit dated into the past stands between."""
    work.commit("a")
    work.git("commit", "-q", "--allow-empty", "-m", "x", GIT_COMMITTER_DATE="2001-01-01T00:00Z")
    work.commit("b")


def picked_with_old_date(work: Work, _patch: pytest.MonkeyPatch) -> None:
    """A rewrite without a trace whose commits carry a date of long ago."""
    work.commit("a")
    work.commit("b")
    work.rows()
    plumbed(work, GIT_COMMITTER_DATE="2001-01-01T00:00Z")


def amended(work: Work, _patch: pytest.MonkeyPatch) -> None:
    """Amended twice, once with more."""
    work.commit("a")
    work.git("commit", "-q", "--amend", "-m", "better")
    (work.path / "b").write_text("b\n")
    work.git("add", "b")
    work.git("commit", "-q", "--amend", "--no-edit")


def rebased(script: str, *words: str) -> Doing:
    """An interactive rebase of two commits."""

    def doing(work: Work, _patch: pytest.MonkeyPatch) -> None:
        work.commit("a")
        work.commit("b")
        work.rows()
        editor = f"sed -i -e '{script}'"
        environment = {"GIT_SEQUENCE_EDITOR": editor, "GIT_EDITOR": ":"}
        work.git(*words, "rebase", "-q", "-i", "HEAD~2", **environment)

    doing.__doc__ = f"rebase -i {script} {'without hooks' if words else ''}"
    return doing


def reworded_by_plumbing(work: Work, _patch: pytest.MonkeyPatch) -> None:
    """Another message for the first commit, by commit-tree and update-ref."""
    work.commit("a")
    work.commit("b")
    work.rows()
    plumbed(work)


def plumbed(work: Work, **environment: str) -> None:
    """The last two commits written anew without hooks: the same trees, other messages."""
    tip = work.head("HEAD~2")
    for revision in ("HEAD~1", "HEAD"):
        tree = work.head(f"{revision}^{{tree}}")
        tip = work.git("commit-tree", tree, "-p", tip, "-m", "anew", **environment).strip()
    work.git("update-ref", "-m", "revise: rewrite", "HEAD", tip)


def filtered(work: Work, _patch: pytest.MonkeyPatch) -> None:
    """filter-branch with another message for every commit."""
    work.commit("a")
    work.commit("b")
    work.rows()
    words = ("filter-branch", "-f", "--msg-filter", "sed s/change/new/", "HEAD~2..HEAD")
    work.git(*words, FILTER_BRANCH_SQUELCH_WARNING="1")
    work.git("update-ref", "-d", "refs/original/refs/heads/trunk")


def soft_reset(work: Work, _patch: pytest.MonkeyPatch) -> None:
    """`reset --soft` and one commit."""
    work.commit("a")
    work.commit("b")
    work.git("reset", "-q", "--soft", "HEAD~2")
    work.git("commit", "-q", "-m", "at once")


def picked(work: Work, _patch: pytest.MonkeyPatch) -> None:
    """An own commit picked onto the trunk, its branch kept; it counts once."""
    work.git("checkout", "-q", "-b", "side")
    work.commit("a")
    work.git("checkout", "-q", "trunk")
    work.commit("b")
    work.git("cherry-pick", "side")


def mailed(work: Work, _patch: pytest.MonkeyPatch) -> None:
    """A patch taken off and applied again."""
    work.commit("a")
    (work.path.parent / "patch").write_text(work.git("format-patch", "-1", "--stdout"))
    work.git("reset", "-q", "--hard", "HEAD~1")
    work.commit("b")
    work.git("am", "-q", "../patch")


def stashed(work: Work, _patch: pytest.MonkeyPatch) -> None:
    """Stashed, tagged, checked out, reset to the same commit: no work."""
    work.commit("a")
    (work.path / "a").write_text("other\n")
    work.git("stash")
    work.git("tag", "-a", "-m", "t", "v1")
    work.git("checkout", "-q", "-b", "two")
    work.commit("b")
    work.git("reset", "-q", "--hard", "HEAD")
    work.git("checkout", "-q", "trunk")
    work.git("merge", "-q", "--ff-only", "two")
    work.git("stash", "pop")
    work.git("checkout", "a")


def reset_away(work: Work, _patch: pytest.MonkeyPatch) -> None:
    """One of three commits thrown away."""
    for name in "abc":
        work.commit(name)
    work.git("reset", "-q", "--hard", "HEAD~1")


def orphan(work: Work, _patch: pytest.MonkeyPatch) -> None:
    """A commit on the trunk and one in a worktree, on two branches that are not merged."""
    work.commit("a")
    other = Work(work.path.parent / "two")
    work.git("worktree", "add", "-q", "-b", "two", str(other.path), "HEAD~1")
    other.commit("b")


def rooted(work: Work, _patch: pytest.MonkeyPatch) -> None:
    """A commit on the trunk and the first one of an orphan branch."""
    work.commit("a")
    work.git("checkout", "-q", "--orphan", "pages")
    work.git("rm", "-rfq", ".")
    work.commit("b")
    work.git("checkout", "-q", "trunk")


def detached(work: Work, _patch: pytest.MonkeyPatch) -> None:
    """Commits on no branch."""
    work.git("checkout", "-q", "--detach")
    work.commit("a")
    work.commit("b")


def renamed_message(work: Work, _patch: pytest.MonkeyPatch) -> None:
    """A colleague's commit pulled and given another message, between two own ones."""
    work.commit("a")
    other = work.clone("other")
    other.commit("theirs", HUNDRED)
    work.pull(other, "--ff-only")
    work.git("commit", "-q", "--amend", "-m", "better said")
    work.commit("b")


TABLE: tuple[tuple[Doing, int, int], ...] = (
    (turns, 20, 1),
    (worktrees, 20, 2),
    (pulled("--ff-only"), 0, 1),
    (pulled("--no-rebase"), 0, 1),
    (pulled("--rebase"), 0, 1),
    (own_branch, 0, 0),
    (octopus, 0, 0),
    (merged_on_server, 0, 0),
    (squashed_on_server, 0, 0),
    (rebased_on_server, 0, 0),
    (updated_and_squashed, 0, 1),
    (fetched_only, 0, 0),
    (squashed_here, 0, 0),
    (wrong_clock, 0, 0),
    (picked_with_old_date, 0, 0),
    (amended, 0, 0),
    (rebased("1{h;d};2G"), 0, 0),
    (rebased("2s/^pick/squash/"), 0, 0),
    (rebased("2s/^pick/fixup/"), 0, 0),
    (rebased("1s/^pick/reword/"), 0, 0),
    (rebased("1{h;d};2G", *NO_HOOKS), 0, 0),
    (rebased("1s/^pick/reword/", *NO_HOOKS), 0, 0),
    (rebased("2s/^pick/squash/", *NO_HOOKS), 0, 0),
    (reworded_by_plumbing, 0, 0),
    (filtered, 0, 0),
    (soft_reset, 0, 0),
    (picked, 0, 0),
    (mailed, 0, 0),
    (stashed, 0, 0),
    (reset_away, 0, 0),
    (orphan, 0, 0),
    (rooted, 0, 0),
    (detached, 0, 0),
    (renamed_message, 0, 1),
)


@pytest.mark.parametrize(
    ("doing", "bobs", "others"), TABLE, ids=[row[0].__doc__ or "" for row in TABLE]
)
def test_lines_are_the_windows_own(
    work: Work, monkeypatch: pytest.MonkeyPatch, doing: Doing, bobs: int, others: int
) -> None:
    """`W1` has two lines, whatever was done; bob has his, the colleague's are left out."""
    doing(work, monkeypatch)
    told = work.measured()
    assert (told.facts.insertions, told.survival.born, told.survival.alive_at_end) == (2, 2, 2)
    assert len(told.credit.others) >= others
    assert bool(told.credit.others) is bool(others)
    if bobs:
        assert work.measured("W2").survival.born == bobs


def test_a_conflict_counts_by_the_lines_that_the_merge_wrote(work: Work) -> None:
    """A merge of a colleague's work: its own lines are born, net has the runs'."""
    other = work.clone("other")
    other.commit("shared", "theirs\n")
    work.commit("shared", "mine\n")
    work.git("pull", "-q", "--no-rebase", "-X", "ours", "--no-edit", str(other.path), "trunk")
    (work.path / "shared").write_text("both\n")
    work.git("commit", "-q", "-a", "--amend", "--no-edit")
    work.commit("b")
    told = work.measured()
    assert (told.facts.insertions, told.facts.gross_insertions) == (2, 2)
    assert (told.survival.born, told.survival.alive_at_end) == (3, 2)
    assert len(told.credit.joins) == 1


def test_a_revert_is_a_commit_of_its_window(work: Work, monkeypatch: pytest.MonkeyPatch) -> None:
    """Own work reverted by the other agent: `W1` has its gone line, `W2` takes it."""
    work.commit("a")
    with monkeypatch.context() as his:
        his.setenv("AGENT_ID", "bob")
        work.git("revert", "--no-edit", "HEAD")
    told, reverted = work.measured(), work.measured("W2")
    assert (told.facts.insertions, told.survival.gone_of_alive) == (1, 1)
    assert (reverted.facts.insertions, reverted.facts.deletions) == (0, 1)


def test_three_of_four_runs_found(work: Work, monkeypatch: pytest.MonkeyPatch) -> None:
    """Runs are looked for one by one, and the one that is not there is named."""
    work.git("checkout", "-q", "-b", "side")
    made = []
    for name in "abcd":
        made.append(work.commit(name))
        bob(work, monkeypatch, f"x{name}")
    work.rows()
    work.git("checkout", "-q", "trunk")
    for sha in made[:3]:
        work.git(*SILENT, "cherry-pick", "--no-commit", sha)
        tree = work.git("write-tree").strip()
        tip = work.git("commit-tree", tree, "-p", "trunk", "-m", "anew").strip()
        work.git(*SILENT, "update-ref", "refs/heads/trunk", tip)
    work.git("reset", "-q", "--hard", "trunk")
    work.git("branch", "-q", "-D", "side")
    found = work.found()
    assert found.notes.startswith("3 of 4 runs found by patch ids")
    assert found.stands.gone == (made[3],)
    assert work.measured().survival.born == 3


def test_a_squash_is_found_when_the_commits_are_gone(work: Work) -> None:
    """`complete` froze the run's patch-id: the squash counts in the place of what is gone."""
    server = pushed_branch(work)
    server.commit("theirs", HUNDRED)
    server.git("merge", "-q", "--squash", "origin/side")
    server.git("commit", "-q", "-m", "side (#1)")
    work.rows()
    snapshot(work.path, "W1", "after")
    words = ("complete", "--window", "W1", "-f", "codex=1", "--without-after")
    assert gitledger(work.path, *words).code == 0
    back_from(work, server)
    prune(work)
    found = work.found()
    assert found.stands.commits == (work.head(),)
    assert work.measured().facts.insertions == 2


def test_what_complete_found_is_no_statement(work: Work, monkeypatch: pytest.MonkeyPatch) -> None:
    """Finished after a rewrite that nobody recorded, the window has its own commits still."""
    turns(work, monkeypatch)
    work.rows()
    words = ("filter-branch", "-f", "--msg-filter", "sed s/change/new/", "HEAD~4..HEAD")
    work.git(*words, FILTER_BRANCH_SQUELCH_WARNING="1")
    work.git("update-ref", "-d", "refs/original/refs/heads/trunk")
    snapshot(work.path, "W1", "after")
    assert (
        gitledger(work.path, "complete", "--window", "W1", "-f", "codex=1", "--without-after").code
        == 0
    )
    told = gitledger(work.path, "churn", "--window", "W1", "--json").json
    assert (told["insertions"], told["foreign"]) == (2, {"commits": 1, "lines": 10})
    typed = ("--commit-start", "HEAD~4", "--commit-end", "HEAD")
    told = gitledger(work.path, "churn", "--window", "W1", *typed, "--json").json
    assert (told["insertions"], told["foreign"], told["range_stated"]) == (22, None, True)


def test_the_first_commit_of_a_repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A window that begins with the root counts it, before it is finished and after."""
    place = tmp_path / "new"
    place.mkdir()
    git(place, "init", "-q", "-b", "trunk")
    monkeypatch.setattr("gitledger.setup.hooks.program_words", lambda: ("/bin/true",))
    assert gitledger(place, "init").code == 0
    snapshot(place, "W1", "before")
    work = Work(place)
    work.commit("a")
    work.commit("b")
    assert work.measured().facts.insertions == 2
    snapshot(place, "W1", "after")
    assert (
        gitledger(place, "complete", "--window", "W1", "-f", "codex=1", "--without-after").code == 0
    )
    told = gitledger(place, "churn", "--window", "W1", "--json").json
    assert (told["decision"], told["insertions"], told["range_stated"]) == ("measured", 2, None)
    found = gitledger(place, "audit", "--json").json["findings"]
    assert "range-vanished" not in {one["code"] for one in found}


def test_a_commit_of_two_windows_is_told_in_both_rows(work: Work) -> None:
    """The same agent has another window open: each row says which lines the other has as well."""
    work.commit("a")
    work.rows()
    snapshot(work.path, "W3", "before", account="second")
    both = work.commit("b")
    told = [gitledger(work.path, "churn", "--window", name, "--json").json for name in ("W1", "W3")]
    assert [one["insertions"] for one in told] == [2, 1]
    rows = [row.values["shared"] for row in work.book().rows("churn")]
    assert [[(lines["commit"], lines["merged"]) for lines in row] for row in rows] == [
        [(both, 1)],
        [(both, 1)],
    ]
