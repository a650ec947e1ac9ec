"""What hooks left behind becomes rows, each once, whoever drains and whoever is killed."""

import os
import subprocess
import sys
import threading
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pytest
from ground import NO_HOOKS, git, gitledger

from gitledger.book import reconcile as reconcile_module
from gitledger.book.book import Book
from gitledger.book.drain import drain as drain_book
from gitledger.book.opening import open_book
from gitledger.book.world import World
from gitledger.capture.waiting import record_waiting
from gitledger.git.code.spool import drop, refused_facts, waiting

NOW = datetime(2026, 11, 23, 13, 42, 26, tzinfo=UTC)


def drain(book: Book) -> int:
    """How many facts of the spool a drain settled."""
    done = drain_book(book)
    assert done is not None
    return done.settled


def book_of(path: Path) -> Book:
    """The ledger as a command opens it."""
    import os

    return open_book(World(directory=path, now=NOW, environment=dict(os.environ)))


def commit(path: Path, text: str = "more\n") -> str:
    """A new code commit; its id."""
    with (path / "hello.txt").open("a") as file:
        file.write(text)
    git(path, "commit", "-qam", text.strip(), GIT_COMMITTER_DATE="2026-11-23T10:00:00+0200")
    return git(path, "rev-parse", "HEAD").strip()


def left(path: Path, sha: str, *, kind: str = "commit", agent: str = "") -> None:
    """Leave a line as hooks/post-commit does."""
    how = "merge" if kind == "moved" else "commit"
    drop(book_of(path).repository, [kind, sha, how, "refs/heads/trunk", "", agent])


def test_a_commit_becomes_a_row(ledger_dir: Path) -> None:
    """Id, parents, branch and the committer's clock in UTC, noticed by the hook."""
    parent = git(ledger_dir, "rev-parse", "HEAD").strip()
    sha = commit(ledger_dir)
    left(ledger_dir, sha, agent="codex")
    book = book_of(ledger_dir)
    assert drain(book) == 1
    [row] = book.rows("commits")
    assert row.agent == "codex"
    told = {
        "sha": sha,
        "parents": (parent,),
        "branch": "trunk",
        "committed_at": "2026-11-23T08:00:00Z",
        "windows": (),
        "seen_by": "post-commit",
    }
    assert {name: row.values[name] for name in told} == told
    assert waiting(book.repository) == ()


def test_what_waits_is_recorded_before_a_verb(ledger_dir: Path) -> None:
    """A verb finds the spooled commit already recorded; opening alone records nothing."""
    left(ledger_dir, commit(ledger_dir))
    world = World(directory=ledger_dir, now=NOW, environment=dict(os.environ))
    assert open_book(world).rows("commits") == ()
    record_waiting(world)
    book = open_book(world)
    book.append("capabilities", {"capability": "c1", "name": "One"})
    assert len(book.rows("commits")) == 1
    assert book.rows("commits")[0].recorded_at <= book.rows("capabilities")[0].recorded_at


def test_a_rewrite_and_a_merge_become_rows(ledger_dir: Path) -> None:
    """An amend leaves old and new; a merge leaves the commit that came."""
    old, new = commit(ledger_dir), commit(ledger_dir, "again\n")
    left(ledger_dir, new, kind="moved")
    book = book_of(ledger_dir)
    drop(book.repository, ["rewrite", old, new, "amend", "", ""])
    assert drain(book) == 2
    seen = {row.values["sha"]: row.values["seen_by"] for row in book.rows("commits")}
    assert seen == {old: "reflog", new: "post-merge"}
    assert book.rows("rewrites")[0].values == {"old": old, "new": new, "how": "amend"}


def test_the_same_commit_twice_is_one_row(ledger_dir: Path) -> None:
    """Two lines about one commit settle as one fact."""
    sha = commit(ledger_dir)
    left(ledger_dir, sha)
    left(ledger_dir, sha)
    book = book_of(ledger_dir)
    assert drain(book) == 2
    left(ledger_dir, sha)
    assert drain(book) == 1
    assert len(book.rows("commits")) == 1


@pytest.mark.parametrize(
    "words",
    [
        ("nonsense", "x"),
        ("commit",),
        ("commit", "0" * 40, "commit", "refs/heads/trunk", "", ""),
        ("commit", "zz", "commit", "refs/heads/trunk", "", ""),
        ("rewrite", "1", "2", "amend", "", ""),
        ("",),
    ],
)
def test_what_cannot_be_recorded_is_put_aside(ledger_dir: Path, words: tuple[str, ...]) -> None:
    """A line that is no fact stops nothing and is kept for `doctor`."""
    book = book_of(ledger_dir)
    drop(book.repository, words)
    left(ledger_dir, commit(ledger_dir))
    assert drain(book) == 1
    assert len(refused_facts(book.repository)) == 1
    assert waiting(book.repository) == ()


def test_without_the_ledger_facts_wait(ledger_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A branch without a `commits` ledger leaves its facts where they are."""
    left(ledger_dir, commit(ledger_dir))
    monkeypatch.setattr(reconcile_module, "COMMITS", "later")
    book = book_of(ledger_dir)
    assert drain(book) == 0
    assert len(waiting(book.repository)) == 1


def test_killed_after_recording_repeats_nothing(
    ledger_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A drain killed between recording and forgetting leaves a fact that the next one settles."""
    left(ledger_dir, commit(ledger_dir))
    with monkeypatch.context() as patch:
        patch.setattr(reconcile_module.spool, "settle", lambda _facts: None)
        drain(book_of(ledger_dir))
    book = book_of(ledger_dir)
    assert len(waiting(book.repository)) == 1
    assert drain(book) == 1
    assert waiting(book.repository) == ()
    assert len(book.rows("commits")) == 1


def test_two_drains_at_once(ledger_dir: Path) -> None:
    """Several processes drain the same facts: each becomes one row."""
    made = [commit(ledger_dir, f"line {n}\n") for n in range(6)]
    for sha in made:
        left(ledger_dir, sha)
    program = (
        "import os, sys, datetime, pathlib;"
        "from gitledger.book.opening import open_book;"
        "from gitledger.book.drain import drain;"
        "from gitledger.book.world import World;"
        "now = datetime.datetime.now(datetime.UTC);"
        "drain(open_book(World(pathlib.Path(sys.argv[1]), now, dict(os.environ))))"
    )
    ended: list[int] = []

    def run() -> None:
        words = [sys.executable, "-c", program, str(ledger_dir)]
        ended.append(subprocess.run(words, check=False).returncode)

    threads = [threading.Thread(target=run) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert ended == [0, 0, 0]
    book = book_of(ledger_dir)
    assert sorted(str(row.values["sha"]) for row in book.rows("commits")) == sorted(made)
    assert waiting(book.repository) == ()


@pytest.mark.parametrize("seconds", ["253402300800", "999999999999", "-1", "-86400"])
def test_a_commit_outside_of_the_calendar_stops_nothing(ledger_dir: Path, seconds: str) -> None:
    """It is set aside and named by `doctor`; the commits before and after it are recorded."""
    before = commit(ledger_dir)
    raw = git(ledger_dir, "cat-file", "commit", "HEAD")
    tree, parent = raw.split()[1], git(ledger_dir, "rev-parse", "HEAD").strip()
    who = f"Ada <ada@example.org> {seconds} +0000"
    bad = f"tree {tree}\nparent {parent}\nauthor {who}\ncommitter {who}\n\nodd\n"
    (ledger_dir / ".git/raw").write_text(bad)
    words = ("hash-object", "-t", "commit", "-w", "--literally", ".git/raw")
    odd = git(ledger_dir, *words).strip()
    git(ledger_dir, "update-ref", "-m", "commit: odd", "HEAD", odd)
    after = commit(ledger_dir, "after\n")
    left(ledger_dir, odd)
    left(ledger_dir, after)
    done = drain_book(book_of(ledger_dir))
    assert done is not None
    assert (len(done.commits), done.refused) == (2, 1)
    recorded = {row.values["sha"] for row in book_of(ledger_dir).rows("commits")}
    assert recorded == {before, after}
    told = gitledger(ledger_dir, "doctor").out
    assert f"commit {odd[:12]} (the committer's clock was outside" in told
    assert gitledger(ledger_dir, "status").code == 0
    drain_book(book_of(ledger_dir), again=True)
    assert len(refused_facts(book_of(ledger_dir).repository)) == 1, (
        "named once, however often it is met"
    )


def test_a_branch_without_a_decodable_name_stops_nothing(ledger_dir: Path) -> None:
    """A branch and a worktree named in Latin-1, as git takes them."""
    name = os.fsdecode(b"caf\xe9")
    git(ledger_dir, "switch", "-q", "-c", name)
    sha = commit(ledger_dir)
    git(ledger_dir, "worktree", "add", "-q", "-b", "beside", str(ledger_dir.parent / name))
    other = commit_in(ledger_dir.parent / name)
    for _ in range(2):
        drain(book_of(ledger_dir))
    rows = book_of(ledger_dir).rows("commits")
    assert {row.values["sha"] for row in rows} == {sha, other}
    assert gitledger(ledger_dir, "doctor").code == 0


def commit_in(path: Path) -> str:
    """A new commit in a worktree; its id."""
    git(path, "commit", "-q", "--allow-empty", "-m", "beside")
    return git(path, "rev-parse", "HEAD").strip()


def test_a_hooks_fact_after_the_reflogs_completes_it(ledger_dir: Path) -> None:
    """The row that knew no agent is replaced by one with the agent's window; once."""
    for agent, window in (("main", "W0-01"), ("bob", "W0-50")):
        opened = ("override", "codex", "--window", window, "--phase", "before")
        gitledger(ledger_dir, *opened, "--set", "5h=10", "--agent", agent)
    sha = commit_in(ledger_dir)
    drain(book_of(ledger_dir))
    [row] = book_of(ledger_dir).rows("commits")
    assert row.values["windows"] == ()
    for _ in range(2):
        left(ledger_dir, sha, agent="bob")
        drain(book_of(ledger_dir))
    book = book_of(ledger_dir)
    [row] = book.rows("commits")
    assert (row.values["windows"], row.agent, row.values["seen_by"]) == (
        ("W0-50",),
        "bob",
        "post-commit",
    )
    assert "notes" not in row.values
    [correction] = book.rows("corrections")
    assert (correction.values["kind"], correction.values["replacement"]) == ("amend", row.id)
    assert gitledger(ledger_dir, "verify").code == 0


def test_a_row_that_was_taken_back_is_not_completed(ledger_dir: Path) -> None:
    """A voided row stays so, whatever a hook says later."""
    gitledger(
        ledger_dir,
        *["override", "codex", "--window", "W0-50", "--phase", "before"],
        "--set",
        "5h=1",
    )
    sha = commit_in(ledger_dir)
    drain(book_of(ledger_dir))
    [row] = book_of(ledger_dir).rows("commits")
    assert gitledger(ledger_dir, "void", row.id, "-m", "not work").code == 0
    left(ledger_dir, sha, agent="main")
    drain(book_of(ledger_dir))
    assert book_of(ledger_dir).rows("commits") == ()


def without_reflog(path: Path, *, message: str = "unlogged") -> str:
    """A commit as a program makes it that moves the branch's file and writes no reflog."""
    tree = git(path, "rev-parse", "HEAD^{tree}").strip()
    sha = git(path, "commit-tree", "-m", message, "-p", "HEAD", tree).strip()
    name = git(path, "symbolic-ref", "HEAD").strip()
    (path / ".git" / name).write_text(f"{sha}\n")
    return sha


def in_silence(path: Path) -> str:
    """A commit for which no hook runs; its id."""
    git(path, *NO_HOOKS, "commit", "-q", "--allow-empty", "-m", "silent")
    return git(path, "rev-parse", "HEAD").strip()


def recorded(path: Path) -> list[str]:
    """The commits that a verb finds recorded, after it looked at HEAD."""
    record_waiting(World(directory=path, now=NOW, environment=dict(os.environ)))
    return sorted(str(row.values["sha"]) for row in book_of(path).rows("commits"))


def test_a_program_without_a_reflog_is_seen(repo_dir: Path) -> None:
    """Commits that leave no line, between git's own and after them: each is recorded, once."""
    assert gitledger(repo_dir, "init").code == 0
    made = [in_silence(repo_dir)]
    made += [without_reflog(repo_dir), without_reflog(repo_dir, message="second")]
    made.append(in_silence(repo_dir))
    assert recorded(repo_dir) == sorted(made)
    made.append(without_reflog(repo_dir, message="last"))
    for _ in range(2):
        assert recorded(repo_dir) == sorted(made)
    git(repo_dir, "pack-refs", "--all")
    assert recorded(repo_dir) == sorted(made)
    assert "every commit that HEAD passed is recorded" in gitledger(repo_dir, "doctor").out


def test_without_any_reflog_commits_are_seen(repo_dir: Path) -> None:
    """`core.logAllRefUpdates` off, and no reflog from the beginning."""
    git(repo_dir, "config", "core.logAllRefUpdates", "false")
    (repo_dir / ".git/logs/HEAD").unlink()
    assert gitledger(repo_dir, "init").code == 0
    assert [in_silence(repo_dir)] == recorded(repo_dir)


def test_what_was_fetched_or_is_older_is_nobodys_work(repo_dir: Path, tmp_path: Path) -> None:
    """HEAD moved without a line to commits of a remote, or to an old branch: nothing is made."""
    other = tmp_path / "other"
    git(tmp_path, "clone", "-q", str(repo_dir), str(other))
    git(repo_dir, "switch", "-qc", "old")
    past = {"GIT_COMMITTER_DATE": "2020-01-01T00:00:00Z"}
    git(repo_dir, "commit", "-q", "--allow-empty", "-m", "old", **past)
    git(repo_dir, "switch", "-q", "trunk")
    assert gitledger(repo_dir, "init").code == 0
    theirs = in_silence(other)
    git(repo_dir, "fetch", "-q", str(other), "trunk:refs/remotes/other/trunk")
    (repo_dir / ".git/refs/heads/trunk").write_text(f"{theirs}\n")
    assert recorded(repo_dir) == []
    (repo_dir / ".git/HEAD").write_text("ref: refs/heads/old\n")
    assert recorded(repo_dir) == []


def test_a_commit_that_was_lost_is_told(repo_dir: Path) -> None:
    """`doctor` compares what HEAD passed with what stands recorded; `--fix` records it."""
    assert gitledger(repo_dir, "init").code == 0
    sha = in_silence(repo_dir)
    log = (repo_dir / ".git/logs/HEAD").read_bytes()
    digest = sha256(log.splitlines()[-1]).hexdigest()[:16]
    as_read = f"{len(log)} {digest} \nhead {sha} \n"
    (repo_dir / ".git/gitledger/reflog-read").write_text(as_read)
    told = gitledger(repo_dir, "doctor")
    assert f"1 commit that HEAD passed is not recorded: {sha[:12]}" in told.out
    assert gitledger(repo_dir, "doctor", "--fix").code == 0
    assert recorded(repo_dir) == [sha]


@pytest.mark.parametrize(
    "line",
    [
        b"--output=%(folder)s/made-by-an-option-of-git-00000 " + b"1" * 40,
        b"\xff" * 40 + b" " + b"\xff" * 40,
        b"0" * 40 + b" " + b"g" * 40,
    ],
)
@pytest.mark.parametrize("when", [b"1795000000", b"9" * 30, b"-5", b"x"])
def test_a_damaged_reflog_stops_nothing(ledger_dir: Path, line: bytes, when: bytes) -> None:
    """Its line is passed over, and no word of it is an option of git; commits go on."""
    before = commit_in(ledger_dir)
    folder = str(ledger_dir.parent).encode()
    ids = line.replace(b"%(folder)s", folder)[-81:]
    with (ledger_dir / ".git/logs/HEAD").open("ab") as log:
        log.write(ids + b" Ada <ada@example.org> " + when + b" +0000\tcommit: odd\n")
    after = commit_in(ledger_dir)
    drain(book_of(ledger_dir))
    rows = {row.values["sha"] for row in book_of(ledger_dir).rows("commits")}
    assert {before, after} <= rows
    assert [path.name for path in ledger_dir.parent.iterdir()] == ["repo"]


def test_a_range_with_a_commit_after_the_calendar_is_measured(ledger_dir: Path) -> None:
    """`churn` and what reads commits answers."""
    commit_in(ledger_dir)
    (ledger_dir / "f").write_text("one\ntwo\n")
    git(ledger_dir, "add", "f")
    far = {"GIT_COMMITTER_DATE": "@253402300800 +0000"}
    git(ledger_dir, *NO_HOOKS, "commit", "-q", "-m", "far", **far)
    commit_in(ledger_dir)
    answer = gitledger(ledger_dir, "churn", "HEAD~2..HEAD", "--json")
    assert (answer.code, answer.json["insertions"]) == (0, 2), answer.err


def test_a_late_fact_takes_another_agents_window_away(ledger_dir: Path) -> None:
    """The reflog took the one window open for the commit's; the hook says that another worked."""
    gitledger(
        ledger_dir,
        *["override", "codex", "--window", "W0-01", "--phase", "before", "--set", "5h=1"],
    )
    sha = commit_in(ledger_dir)
    drain(book_of(ledger_dir))
    assert [row.values["windows"] for row in book_of(ledger_dir).rows("commits")] == [("W0-01",)]
    left(ledger_dir, sha, agent="bob")
    drain(book_of(ledger_dir))
    [row] = book_of(ledger_dir).rows("commits")
    assert (row.values["windows"], row.agent) == ((), "bob")
