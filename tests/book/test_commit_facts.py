"""Real git, real hooks: after whatever happens to commits, a window's range is right or says why.

The hooks run a program that does nothing (`true`), so that each test drains when it likes; one
test at the end of the file lets the real program run by itself.
"""

import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from ground import NO_HOOKS, git, gitledger
from worksite import Work, begin, prune, snapshot

from gitledger.git.code.head import in_order


@pytest.fixture
def work(ledger_dir: Path, monkeypatch: pytest.MonkeyPatch) -> Work:
    """A ledger repository with hooks in place and a window open."""
    monkeypatch.setattr("gitledger.setup.hooks.program_words", lambda: ("/bin/true",))
    begin(ledger_dir, "W1")
    return Work(ledger_dir)


def test_a_commit_in_a_fresh_clone(tmp_path: Path, repo_dir: Path) -> None:
    """`clone`, `init`, `commit`: the commit is recorded, what was cloned is not."""
    git(tmp_path, "clone", "-q", str(repo_dir), "fresh")
    assert gitledger(tmp_path / "fresh", "init").code == 0
    work = Work(tmp_path / "fresh")
    made = work.commit("a")
    assert set(work.rows()) == {made}


def test_a_commit_belongs_to_the_open_window(work: Work) -> None:
    """The range of one commit runs from its parent to itself."""
    before = work.head()
    made = work.commit("a")
    assert work.rows() == {made: ("W1",)}
    found = work.range()
    assert (found.start, found.end, found.commits, found.why) == (before, made, (made,), "")


def test_after_the_window_closed_commits_are_nobodys(work: Work) -> None:
    """A commit after the AFTER is recorded without a window."""
    made = work.commit("a")
    time.sleep(1.1)
    snapshot(work.path, "W1", "after")
    time.sleep(1.1)
    late = work.commit("b")
    assert work.rows() == {made: ("W1",), late: ()}


def test_another_agents_commit_is_not_ours(work: Work, monkeypatch: pytest.MonkeyPatch) -> None:
    """A commit made under another `AGENT_ID` belongs to that agent's windows only."""
    mine = work.commit("a")
    monkeypatch.setenv("AGENT_ID", "other")
    theirs = work.commit("b")
    monkeypatch.delenv("AGENT_ID")
    assert work.rows() == {mine: ("W1",), theirs: ()}


def test_amend(work: Work) -> None:
    """The range ends at the amended commit."""
    before, old = work.head(), work.commit("a")
    work.git("commit", "-q", "--amend", "-m", "better")
    found = work.range()
    assert (found.start, found.end, found.gone) == (before, work.head(), ())
    assert [(r.values["old"], r.values["how"]) for r in work.book().rows("rewrites")] == [
        (old, "amend")
    ]


def test_an_amend_keeps_its_window(work: Work) -> None:
    """Amended after its window closed, or in the next one, a commit is not done again."""
    work.commit("a")
    work.rows()
    snapshot(work.path, "W1", "after")
    time.sleep(1.1)
    snapshot(work.path, "W2", "before")
    work.git("commit", "-q", "--amend", "-m", "better")
    assert work.rows()[work.head()] == ("W1",)


def test_an_amended_message_is_no_work(work: Work, tmp_path: Path) -> None:
    """Another message for a commit that was not made here; new content for it is work."""
    git(tmp_path, "clone", "-q", str(work.path), "other")
    other = Work(tmp_path / "other")
    other.commit("theirs")
    work.git("pull", "-q", "--ff-only", str(other.path), "trunk")
    work.git("commit", "-q", "--amend", "-m", "better")
    assert work.rows() == {work.head(): ()}
    (work.path / "more").write_text("more\n")
    work.git("add", "more")
    work.git("commit", "-q", "--amend", "-m", "with more")
    assert work.rows()[work.head()] == ("W1",)


@pytest.mark.parametrize("days", [-60, 60])
def test_a_clock_that_is_wrong_hides_nothing(work: Work, days: int) -> None:
    """A commit dated wrongly belongs to the window that was open when HEAD moved to it."""
    made = [work.commit("a")]
    when = f"@{int(time.time()) + days * 86_400} +0000"
    (work.path / "b").write_text("b\n")
    work.git("add", "b")
    work.git("commit", "-q", "-m", "b", GIT_COMMITTER_DATE=when)
    made += [work.head(), work.commit("c")]
    assert work.rows() == dict.fromkeys(made, ("W1",))
    assert work.range().commits == tuple(made)


def test_a_commit_of_a_wrong_clock_is_not_an_older_windows(work: Work) -> None:
    """A commit dated into an earlier window belongs to the one that is open."""
    long_ago = int(time.time()) - 60 * 86_400
    early = [time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(long_ago + n)) for n in (-60, 60)]
    snapshot(work.path, "W0", "before", at=early[0])
    snapshot(work.path, "W0", "after", at=early[1])
    work.commit("a")
    (work.path / "b").write_text("b\n")
    work.git("add", "b")
    work.git("commit", "-q", "-m", "b", GIT_COMMITTER_DATE=f"@{long_ago} +0000")
    assert work.rows()[work.head()] == ("W1",)


@pytest.mark.parametrize(
    ("times", "risen"),
    [
        ([], []),
        ([5], [5]),
        ([10, 11, 2, 12], [10, 11, 11, 12]),
        ([10, 99, 11, 12], [10, 10, 11, 12]),
        ([10, 2], [10, 10]),
        ([99, 1, 2], [1, 1, 2]),
        ([3, 3, 3], [3, 3, 3]),
    ],
)
def test_times_of_a_log_rise(times: list[int], risen: list[int]) -> None:
    """Whatever does not fit the longest rising series takes the time before it."""
    assert in_order(times) == risen


def test_no_verify(work: Work) -> None:
    """`--no-verify` skips checks, not the record."""
    (work.path / "a").write_text("a\n")
    work.git("add", "a")
    work.git("commit", "-q", "--no-verify", "-m", "a")
    assert work.range().end == work.head()


@pytest.mark.parametrize(
    ("script", "kept", "gone"),
    [
        ("2d", (0, 2), (1,)),
        ("1{h;d};2G", (1, 0, 2), ()),
        ("2s/^pick/squash/", (0, 2), ()),
        ("2s/^pick/fixup/", (0, 2), ()),
        ("2s/^pick/reword/", (0, 1, 2), ()),
        ("2s/^pick/edit/", (0, 1, 2), ()),
    ],
    ids=["drop", "reorder", "squash", "fixup", "reword", "edit"],
)
def test_rebase_interactive(
    work: Work, script: str, kept: tuple[int, ...], gone: tuple[int, ...]
) -> None:
    """Each commit is found under its new id, in its new order; a dropped one is named."""
    before = work.head()
    olds = [work.commit(name) for name in "abc"]
    work.rows()
    work.edit(script, "HEAD~3")
    if "edit" in script:
        work.git("commit", "-q", "--amend", "-m", "edited", "--date", "2020-01-01T00:00:00Z")
        work.git("rebase", "--continue")
    stands = work.git("rev-list", "--reverse", f"{before}..HEAD").split()
    found = work.range()
    assert (found.start, found.end) == (before, work.head())
    assert found.commits == tuple(stands)
    assert len(stands) == len(kept)
    assert found.gone == tuple(olds[place] for place in gone)
    assert bool(found.why) == bool(gone)


def test_rebase_before_anything_was_recorded(work: Work) -> None:
    """Commits and their rebase that are drained together come out the same."""
    before = work.head()
    for name in "abc":
        work.commit(name)
    work.edit("2s/^pick/squash/", "HEAD~3")
    found = work.range()
    assert (found.start, found.end, found.gone) == (before, work.head(), ())


def test_an_aborted_rebase_changes_nothing(work: Work) -> None:
    """Picks of a rebase that was given up are recorded nowhere."""
    olds = [work.commit(name) for name in "ab"]
    work.rows()
    work.edit("1s/^pick/edit/", "HEAD~2")
    work.git("commit", "-q", "--amend", "-m", "in between")
    picked = work.head()
    assert picked not in work.rows()
    work.git("rebase", "--abort")
    assert work.range().commits == tuple(olds)
    assert picked not in work.rows()
    assert list((work.path / ".git/gitledger/spool").glob("*.*")) == []


def test_a_commit_made_within_a_rebase_is_new_work(work: Work) -> None:
    """A commit of one's own at an `edit` stop belongs to the window; the picks keep theirs."""
    for name in "ab":
        work.commit(name)
    work.edit("1s/^pick/edit/", "HEAD~2")
    extra = work.commit("c")
    work.git("rebase", "--continue")
    found = work.range()
    assert extra in found.commits
    assert (len(found.commits), found.end) == (3, work.head())


def test_cherry_pick(work: Work) -> None:
    """A picked commit is this window's; the one it was picked from is not."""
    work.git("checkout", "-q", "-b", "side")
    other = work.commit("s")
    work.git("checkout", "-q", "trunk")
    first = work.commit("a")
    work.git("cherry-pick", "side")
    book = work.book()
    row = next(r for r in book.rows("commits") if r.values["sha"] == other)
    assert row.values["branch"] == "side"
    found = work.range()
    assert found.commits == (first, work.head())
    assert found.elsewhere == (other,)
    assert "on another branch" in found.why


def test_merge(work: Work) -> None:
    """A merge commit, which git tells no post-commit hook of, ends the range."""
    before = work.head()
    work.git("checkout", "-q", "-b", "side")
    side = work.commit("s")
    work.git("checkout", "-q", "trunk")
    own = work.commit("a")
    work.git("merge", "-q", "--no-ff", "-m", "join", "side")
    found = work.range()
    assert found.start == before
    assert (found.end, set(found.commits)) == (work.head(), {side, own, work.head()})
    row = next(r for r in work.book().rows("commits") if r.values["sha"] == work.head())
    assert (row.values["seen_by"], len(row.values["parents"])) == ("post-merge", 2)


def test_fast_forward_is_no_work(work: Work, tmp_path: Path) -> None:
    """Other people's commits that a pull brings are not recorded."""
    git(tmp_path, "clone", "-q", str(work.path), "other")
    other = Work(tmp_path / "other")
    theirs = other.commit("theirs")
    work.git("pull", "-q", "--ff-only", str(other.path), "trunk")
    assert work.head() == theirs
    assert work.rows() == {}


def test_squash_merge_on_another_clone(work: Work, tmp_path: Path) -> None:
    """Squashed elsewhere and pulled: the commits count, with their branch and without it.

    Without it their objects lead to the squash; it counts itself once they are gone.
    """
    work.git("checkout", "-q", "-b", "feature")
    before = work.head()
    made = [work.commit(name) for name in "ab"]
    work.rows()
    git(tmp_path, "clone", "-q", "-b", "trunk", str(work.path), "forge")
    forge = Work(tmp_path / "forge")
    forge.git("merge", "-q", "--squash", "origin/feature")
    forge.git("commit", "-q", "-m", "feature (#1)")
    assert (work.range().start, work.range().commits) == (before, tuple(made))
    work.git("checkout", "-q", "trunk")
    work.git("pull", "-q", "--ff-only", str(forge.path), "trunk")
    assert (work.range().start, work.range().commits) == (before, tuple(made))
    work.git("branch", "-q", "-D", "feature")
    found = work.found()
    assert (found.stands.commits, found.stands.gone) == (tuple(made), ())
    assert found.notes == "1 of 1 run found by squash"
    prune(work)
    found = work.found()
    assert (found.stands.commits, found.decision) == ((), "range-vanished")
    assert "gone" in found.reason


@pytest.mark.parametrize("backend", ["--merge", "--apply"])
def test_pull_rebase(work: Work, tmp_path: Path, backend: str) -> None:
    """Own commits are found behind other people's, and those are not in the range."""
    git(tmp_path, "clone", "-q", str(work.path), "other")
    other = Work(tmp_path / "other")
    theirs = other.commit("theirs")
    olds = [work.commit(name) for name in "ab"]
    work.git("fetch", "-q", str(other.path), "trunk")
    work.git("rebase", "-q", backend, "FETCH_HEAD")
    found = work.range()
    assert (found.start, found.end, found.gone) == (theirs, work.head(), ())
    assert theirs not in work.rows()
    assert {str(r.values["old"]) for r in work.book().rows("rewrites")} == set(olds)


def test_am(work: Work) -> None:
    """Patches applied by `am`, which no hook of ours hears of, are the window's, each once."""
    work.commit("a")
    patch = work.git("format-patch", "-1", "--stdout")
    work.git("reset", "-q", "--hard", "HEAD~1")
    work.commit("b")
    (work.path.parent / "patch").write_text(patch)
    work.git("am", "-q", "../patch")
    found = work.range()
    assert (found.end, len(found.commits), found.gone) == (work.head(), 2, ())


def test_reset(work: Work) -> None:
    """Work that was reset away is named; what stands is the range."""
    kept, lost = work.commit("a"), work.commit("b")
    work.rows()
    work.git("reset", "-q", "--hard", "HEAD~1")
    found = work.range()
    assert (found.end, found.gone) == (kept, (lost,))
    assert lost[:12] in found.why
    work.git("reset", "-q", "--hard", "HEAD~1")
    found = work.found()
    assert found.credit is not None
    assert [c.sha for c in found.credit.commits] == [kept, lost]
    assert "none of its commits is on a branch" in found.unlanded
    assert "gone" not in found.unlanded


def test_squashed_by_hand(work: Work) -> None:
    """`reset --soft` and one commit with the same files: the commits became that one."""
    before = work.head()
    for name in "abc":
        work.commit(name)
    work.git("reset", "-q", "--soft", before)
    work.git("commit", "-q", "-m", "all at once")
    found = work.range()
    assert (found.start, found.commits, found.gone) == (before, (work.head(),), ())
    assert {r.values["how"] for r in work.book().rows("rewrites")} == {"squash"}


def test_an_undone_rebase_stands_as_it_was(work: Work) -> None:
    """After `reset --hard ORIG_HEAD` the old commits are the range again."""
    olds = [work.commit(name) for name in "ab"]
    work.edit("1s/^pick/reword/", "HEAD~2")
    work.rows()
    work.git("reset", "-q", "--hard", olds[-1])
    assert work.range().commits == tuple(olds)


def test_a_linked_worktree(work: Work) -> None:
    """A commit in a worktree is recorded with its branch, and found from every worktree."""
    other = Work(work.path.parent / "tree two")
    work.git("worktree", "add", "-q", "-b", "two", str(other.path))
    made = other.commit("w")
    row = other.book().rows("commits")[0]
    assert (row.values["sha"], row.values["branch"]) == (made, "two")
    assert other.range().commits == (made,)
    assert work.range().commits == (made,)


def test_a_detached_head(work: Work) -> None:
    """A commit on no branch is recorded without one."""
    work.git("checkout", "-q", "--detach")
    made = work.commit("d")
    row = work.book().rows("commits")[0]
    assert (row.values["sha"], "branch" in row.values) == (made, False)


def test_missing_program(work: Work, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the program commits go through with one line on stderr, are counted, and recorded."""
    monkeypatch.setattr("gitledger.setup.hooks.program_words", lambda: ("/gone/gitledger",))
    gitledger(work.path, "hooks", "install")
    (work.path / "a").write_text("a\n")
    work.git("add", "a")
    said = git_stderr(work.path, "commit", "-q", "-m", "a")
    assert said.count("\n") == 1
    assert "gitledger: /gone/gitledger is missing" in said
    status = gitledger(work.path, "hooks", "status", "--json")
    assert (status.code, status.json["missed"]) == (1, 1)
    assert [p["code"] for p in status.json["problems"]] == ["hook-program", "hook-missed"]
    assert gitledger(work.path, "hooks", "run").code == 0
    assert work.range().end == work.head()
    assert gitledger(work.path, "hooks", "status", "--json").json["missed"] == 0


def test_doctor_mends_what_hooks_missed(work: Work) -> None:
    """`doctor --fix` records commits that neither hook nor command saw, and says how many."""
    work.git(*NO_HOOKS, "commit", "-q", "--allow-empty", "-m", "a")
    answer = gitledger(work.path, "doctor", "--fix", "--json")
    told = [line for line in answer.json["checks"] if line["check"] == "hooks"]
    assert ("1 commit and 0 rewrites recorded", True) in [(t["what"], t["mended"]) for t in told]
    assert work.range().end == work.head()


def test_complete_takes_the_range_as_it_stands(work: Work) -> None:
    """Finalised after a rebase, the window states the rebased commits; a dropped one is said."""
    before = work.head()
    olds = [work.commit(name) for name in "abc"]
    work.edit("2d", "HEAD~3")
    answer = gitledger(
        work.path, "complete", "--window", "W1", "-f", "codex=1", "--without-after", "--json"
    )
    assert answer.code == 0, answer.err
    row = work.book().rows("windows")[0].values
    assert (row["commit_start"], row["commit_end"]) == (before, work.head())
    assert olds[1][:12] in answer.err


def test_commits_that_no_hook_saw(work: Work) -> None:
    """With the hooks away, commits, an amend, a merge and a rebase are told by the reflog."""
    before = work.head()
    for name in "abc":
        (work.path / name).write_text(name)
        work.git("add", name)
        work.git(*NO_HOOKS, "commit", "-q", "-m", name)
    work.git(*NO_HOOKS, "commit", "-q", "--amend", "-m", "other")
    work.git(*NO_HOOKS, "rebase", "-q", "-i", "HEAD~3", GIT_SEQUENCE_EDITOR="sed -i -e '1{h;d};2G'")
    found = work.range()
    assert (found.start, found.end, len(found.commits)) == (before, work.head(), 3)
    assert found.gone == ()
    assert {r.values["seen_by"] for r in work.book().rows("commits")} == {"reflog"}


def test_another_programs_commit(work: Work) -> None:
    """A commit that a libgit2 client makes, in its own words, is recorded."""
    import pygit2

    repository = pygit2.Repository(str(work.path))
    who = pygit2.Signature("Ada", "ada@example.org")
    tree = repository.revparse_single("HEAD^{tree}").id
    made = repository.create_commit("HEAD", who, who, "by hand\n", tree, [repository.head.target])
    assert work.range().commits == (str(made),)


def test_facts_of_the_commit(work: Work) -> None:
    """Files, lines and patch-id are those that git counts."""
    work.commit("a", "1\n2\n3\n")
    row = work.book().rows("commits")[0]
    names = ("files_changed", "insertions", "deletions", "binary_files", "parents")
    assert [row.values[name] for name in names] == [1, 3, 0, 0, (work.head("HEAD~1"),)]
    shown = work.git("show", "--format=", "HEAD")
    (work.path.parent / "diff").write_text(shown)
    import subprocess

    told = subprocess.run(
        ["git", "patch-id", "--stable"], input=shown, capture_output=True, text=True, check=True
    )
    assert row.values["patch_id"] == told.stdout.split()[0]


def git_stderr(path: Path, *words: str) -> str:
    """What git says on stderr."""
    import subprocess

    return subprocess.run(
        ["git", *words], cwd=path, capture_output=True, text=True, check=True
    ).stderr


def until(done: Callable[[], bool], seconds: float = 30.0) -> bool:
    """Wait for something that a detached process does."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if done():
            return True
        time.sleep(0.1)
    return False


def test_the_real_program_by_itself(ledger_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`git commit` in a repository with real hooks: the row comes without any other command."""
    root = str(Path(__file__).parents[2])
    monkeypatch.setenv("PYTHONPATH", root)
    monkeypatch.setattr(
        "gitledger.setup.hooks.program_words",
        lambda: (sys.executable, "-P", "-m", "gitledger"),
    )
    gitledger(ledger_dir, "hooks", "install")
    work = Work(ledger_dir)
    work.git("commit", "-q", "--allow-empty", "-m", "x", "--author", "Bob <bob@example.org>")
    made = work.head()
    assert until(lambda: made in git(ledger_dir, "log", "-p", "--format=%an", "gitledger/main"))
    assert work.git("log", "-1", "--format=%an", "gitledger/main").strip() == "Ada"
    assert until(lambda: not list((ledger_dir / ".git/gitledger/spool").glob("*.*")))
