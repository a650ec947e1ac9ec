"""After any rewriting a window's range is the right commits, or the reason why not."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from frozen import played_once
from ground import NO_HOOKS, git, gitledger
from window_panes import clock, pane


def commit(path: Path, name: str, body: str = "1\n2\n3\n") -> str:
    """Commit one file; the new id."""
    (path / name).write_text(body)
    git(path, "add", name)
    git(path, "commit", "-q", "-m", name)
    return head(path)


def foreign_commit(path: Path, blob: str) -> str:
    """A commit on trunk that nobody made here: no hook, no reflog."""
    tree = subprocess.run(
        ["git", "mktree"],
        cwd=path,
        input=f"100644 blob {blob}\tbase\n100644 blob {blob}\thello.txt\n",
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()
    return git(path, "commit-tree", tree, "-p", "trunk", "-m", "base").strip()


def head(path: Path, ref: str = "HEAD") -> str:
    """The id of a commit."""
    return git(path, "rev-parse", ref).strip()


@played_once
def opened(path: Path) -> None:
    """Open the window."""
    words = ("override", "codex", "--window", "W0-01", "--phase", "before", "--set", "weekly=10")
    answer = gitledger(path, *words)
    assert answer.code == 0, answer.err


@pytest.fixture
def working(ledger_dir: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A ledger repository with hooks, an open window, and topic checked out.

    What the hooks leave is recorded by the next command: one that they start would do it meanwhile.
    """
    monkeypatch.setattr("gitledger.setup.hooks.program_words", lambda: ("/bin/true",))
    gitledger(ledger_dir, "hooks", "install")
    opened(ledger_dir)
    git(ledger_dir, "checkout", "-q", "-b", "topic")
    return ledger_dir


def settled(path: Path) -> None:
    """What the hooks left is recorded, as by any command."""
    gitledger(path, "status")
    assert not [file for file in (path / ".git/gitledger/spool").iterdir() if file.is_file()]


def ranged(path: Path) -> tuple[str, str]:
    """The range that churn resolves for the window."""
    settled(path)
    answer = gitledger(path, "churn", "--window", "W0-01", "--json")
    assert answer.code == 0, answer.err
    return answer.json["commit_start"], answer.json["commit_end"]


def test_plain_commits(working: Path) -> None:
    """From the first commit's parent to the last commit."""
    start = head(working)
    commit(working, "one")
    end = commit(working, "two")
    assert (start, end) == ranged(working)


def test_amended(working: Path) -> None:
    """The amended commit counts under its new id."""
    start = head(working)
    commit(working, "one")
    git(working, "commit", "-q", "--amend", "-m", "better")
    assert (start, head(working)) == ranged(working)


def test_rebased_onto_other_work(working: Path) -> None:
    """After a rebase the range holds no commit of the branch below."""
    commit(working, "one")
    commit(working, "two")
    base = foreign_commit(working, git(working, "rev-parse", "trunk:hello.txt").strip())
    git(working, "rebase", "-q", base, "topic")
    assert (base, head(working)) == ranged(working)


@pytest.mark.parametrize("script", ["2d", "1{h;d};2G", "2s/pick/squash/", "2s/pick/fixup/"])
def test_rebase_interactive(working: Path, script: str) -> None:
    """Drop, reorder, squash and fixup: the range ends where the branch ends."""
    start = head(working)
    commit(working, "one")
    commit(working, "two")
    git(
        working,
        *("rebase", "-q", "-i", start),
        GIT_SEQUENCE_EDITOR=f"sed -i '{script}'",
        GIT_EDITOR="true",
    )
    assert (start, head(working)) == ranged(working)


def test_rebase_apply(working: Path) -> None:
    """The older rebase backend tells its pairs as well."""
    commit(working, "one")
    base = foreign_commit(working, git(working, "rev-parse", "trunk:hello.txt").strip())
    git(working, "rebase", "-q", "--apply", base, "topic")
    assert (base, head(working)) == ranged(working)


def test_cherry_picked(working: Path) -> None:
    """A picked commit is work done here."""
    blob = git(working, "rev-parse", "trunk:hello.txt").strip()
    picked = foreign_commit(working, blob)
    start = head(working)
    git(working, "cherry-pick", picked)
    assert (start, head(working)) == ranged(working)


def test_mailed_patch(working: Path) -> None:
    """`git am` runs no post-commit hook: the reflog knows."""
    start = head(working)
    commit(working, "one")
    patch = git(working, "format-patch", "-1", "--stdout")
    git(working, *NO_HOOKS, "reset", "-q", "--hard", start)
    subprocess.run(["git", "am", "-q"], cwd=working, input=patch, text=True, check=True)
    assert (start, head(working)) == ranged(working)


def test_commit_without_hooks(working: Path) -> None:
    """What another program committed without hooks is found in the reflog."""
    start = head(working)
    (working / "f").write_text("x\n")
    git(working, "add", "f")
    git(working, *NO_HOOKS, "commit", "-q", "-m", "no hooks")
    assert (start, head(working)) == ranged(working)


def test_reset_away(working: Path) -> None:
    """A commit that was reset away counts no more."""
    start = head(working)
    kept = commit(working, "one")
    commit(working, "two")
    git(working, "reset", "-q", "--hard", "HEAD~1")
    assert (start, kept) == ranged(working)


def test_merged_with_a_merge_commit(working: Path) -> None:
    """Merged into trunk the commits keep their ids; the range ends with the merge made here."""
    start = head(working)
    commit(working, "one")
    git(working, "checkout", "-q", "trunk")
    commit(working, "base")
    git(working, "merge", "-q", "--no-edit", "topic")
    assert (start, head(working)) == ranged(working)


def test_squash_merged_in_another_clone(working: Path, tmp_path: Path) -> None:
    """A squash by someone else is what the lines are followed as, once it is fetched."""
    commit(working, "one")
    commit(working, "two")
    settled(working)
    there = tmp_path / "there"
    subprocess.run(["git", "clone", "-q", "-b", "trunk", working, there], check=True)
    git(there, "merge", "-q", "--squash", "origin/topic")
    git(there, "-c", "user.name=B", "-c", "user.email=b@example.org", "commit", "-q", "-m", "sq")
    git(working, "checkout", "-q", "trunk")
    git(working, "pull", "-q", "--ff-only", str(there), "trunk")
    answer = gitledger(working, "churn", "--window", "W0-01", "--json").json
    assert (head(working), "squash") == (answer["followed_as"]["end"], answer["followed_as"]["how"])


def test_pull_with_rebase(working: Path, tmp_path: Path) -> None:
    """After `pull --rebase` the range starts at the commit that was pulled."""
    there = tmp_path / "there"
    subprocess.run(["git", "clone", "-q", "-b", "topic", working, there], check=True)
    (there / "theirs").write_text("t\n")
    git(there, "add", "theirs")
    git(there, "commit", "-q", "-m", "theirs")
    theirs = head(there)
    commit(working, "one")
    git(working, "pull", "-q", "--rebase", str(there), "topic")
    assert (theirs, head(working)) == ranged(working)


def test_gone_without_a_trace_says_so(working: Path) -> None:
    """Commits on no branch are unlanded while they are here; gone is said when they are gone."""
    commit(working, "one")
    settled(working)
    git(working, "reset", "-q", "--hard", "trunk")
    told = gitledger(working, "churn", "--window", "W0-01", "--json").json
    assert (told["decision"], told["insertions"], "gone" in told["reason"]) == (
        "unlanded",
        3,
        False,
    )
    git(working, "reflog", "expire", "--expire=now", "--all")
    git(working, "gc", "-q", "--prune=now")
    answer = gitledger(working, "churn", "--window", "W0-01", "--json")
    assert (answer.code, answer.json["decision"]) == (0, "range-vanished")
    assert "gone" in answer.json["reason"]


def completed(path: Path) -> tuple[str, str]:
    """The range that `complete` states for the window."""
    settled(path)
    words = ("complete", "--window", "W0-01", "-f", "codex=1", "--without-after", "--json")
    answer = gitledger(path, *words)
    assert answer.code == 0, answer.err
    return answer.json.get("commit_start") or "", answer.json.get("commit_end") or ""


def elsewhere(path: Path) -> None:
    """Work on topic, another branch checked out."""
    commit(path, "one")
    settled(path)
    git(path, "checkout", "-q", "trunk")


def in_a_worktree(path: Path) -> None:
    """Work in a linked worktree."""
    git(path, "worktree", "add", "-q", "-b", "two", str(path.parent / "tree two"))
    commit(path.parent / "tree two", "one")


def waiting(path: Path) -> None:
    """Work that is still in the spool."""
    commit(path, "one")
    git(path, "commit", "-q", "--amend", "-m", "better")


def with_others_between(path: Path) -> None:
    """Work on both sides of a commit that came from elsewhere."""
    commit(path, "one")
    settled(path)
    blob = git(path, "rev-parse", "trunk:hello.txt").strip()
    tree = git(path, "rev-parse", "HEAD^{tree}").strip()
    theirs = git(path, "commit-tree", tree, "-p", "HEAD", "-m", blob).strip()
    git(path, "merge", "-q", "--ff-only", theirs)
    commit(path, "two")


def rebased_elsewhere(path: Path) -> None:
    """A rebase that nobody recorded: the old commits are on no branch."""
    commit(path, "one")
    settled(path)
    base = foreign_commit(path, git(path, "rev-parse", "trunk:hello.txt").strip())
    silent = ("-c", "core.hooksPath=/dev/null")
    old = head(path)
    git(path, *silent, "checkout", "-q", "-B", "topic", base)
    git(path, *silent, "cherry-pick", "--no-commit", old)
    git(path, *silent, "commit", "-q", "-m", "one")
    git(path, "reflog", "expire", "--expire=now", "--all")


def reset_away(path: Path) -> None:
    """Work that was thrown away."""
    commit(path, "one")
    settled(path)
    git(path, "reset", "-q", "--hard", "trunk")


@pytest.mark.parametrize(
    "work",
    [elsewhere, in_a_worktree, waiting, with_others_between, rebased_elsewhere],
    ids=lambda work: work.__name__,
)
def test_complete_and_churn_name_the_same_commits(
    working: Path, work: Callable[[Path], None]
) -> None:
    """What `churn` measures before a window is finished is what `complete` then states."""
    work(working)
    measured = ranged(working)
    assert all(measured)
    assert measured == completed(working)


def test_a_shallow_clone_knows_its_own_work(working: Path, tmp_path: Path) -> None:
    """Work on top of the only commit that was cloned is a range; its start is the cut."""
    there = tmp_path / "shallow"
    subprocess.run(["git", "clone", "-q", "--depth", "1", f"file://{working}", there], check=True)
    assert gitledger(there, "init").code == 0
    opened(there)
    start, end = head(there), commit(there, "one")
    assert (start, end) == ranged(there) == completed(there)


def test_others_between_are_left_out(working: Path) -> None:
    """The ends are those of the first and the last commit; what others did between is told."""
    start = head(working)
    with_others_between(working)
    assert (start, head(working)) == ranged(working)
    told = gitledger(working, "churn", "--window", "W0-01", "--json").json
    assert (told["insertions"], told["commit_count"], len(told["runs"])) == (6, 2, 2)
    assert told["foreign"] == {"commits": 1, "lines": 0}


def test_neither_names_work_that_was_thrown_away(working: Path) -> None:
    """`complete` states no range and says why; churn measures it as unlanded."""
    reset_away(working)
    assert completed(working) == ("", "")
    answer = gitledger(working, "churn", "--window", "W0-01", "--json")
    assert answer.json["decision"] == "unlanded"


def test_voided_commit_stays_voided(working: Path) -> None:
    """Its reflog still tells the commit; reading that again does not record it again."""
    commit(working, "one")
    settled(working)
    [row] = gitledger(working, "log", "--ledger", "commits", "--json").json["rows"]
    assert gitledger(working, "void", row["row"], "-m", "no work of this window").code == 0
    gitledger(working, "doctor", "--fix")
    told = gitledger(working, "log", "--ledger", "commits", "--json").json["rows"]
    assert [entry["row"] for entry in told] == [row["row"]]


AFTERS = {
    "override": ("override", "codex", "--phase", "after", "--set", "weekly=20"),
    "ingest": ("ingest", "codex", "--phase", "after", "-"),
    "end": ("end", "codex", "-"),
}


@pytest.mark.parametrize("verb", AFTERS)
def test_every_after_freezes_the_runs(working: Path, verb: str) -> None:
    """Whatever records the AFTER freezes the window's runs; said again, the row is the same."""
    end = commit(working, "one")
    settled(working)
    words = (*AFTERS[verb], "--window", "W0-01", "--at", clock(12), "--json")
    first, again = (gitledger(working, *words, stdin=pane(12, 20)) for _ in range(2))
    assert first.code == 0, first.err
    assert (again.json["row"], again.json["already"]) == (first.json["row"], True)
    row = gitledger(working, "show", first.json["row"], "--json").json["values"]
    assert [(run["end"], run["commit_count"]) for run in row["runs"]] == [(end, 1)]


def test_a_before_freezes_nothing(working: Path) -> None:
    """A BEFORE that is typed late says nothing of the work."""
    commit(working, "one")
    settled(working)
    words = ("override", "codex", "--window", "W0-01", "--phase", "before", "--set", "5h=1")
    row = gitledger(working, *words, "--json").json["row"]
    assert "runs" not in gitledger(working, "show", row, "--json").json["values"]
