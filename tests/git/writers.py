"""Real processes that write to a ledger, and what a test asks of the repository afterwards.

Run as a program: `python writers.py COUNT WHAT DIRECTORY NAME [WHAT DIRECTORY NAME ...]`; a process
for each three of them, forked when everything is imported. Every row that the store acknowledged
is printed as one line `NAME NUMBER`, at once.
"""

import os
import subprocess
import sys
import time
import traceback
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from gitledger.errors import LedgerMoved
from gitledger.git.branch.draft import Draft, Receipt
from gitledger.git.branch.record import Stamp, record
from gitledger.git.branch.rows import read_rows
from gitledger.git.branch.store import CommitPlan, advance
from gitledger.git.branch.tip import tip_of
from gitledger.git.repository import Repository, identity, open_repository
from gitledger.ledger import layout

BRANCH = "gitledger/main"
HOUSE = Path(__file__).resolve().parents[2]
SCHEMAS = {
    "notes": "gitledger: 1\nledger: notes\ntitle: Notes\ncolumns:\n"
    "  text: {type: text}\n  number: {type: integer}\n",
    "facts": "gitledger: 1\nledger: facts\ntitle: Facts\nkey: [name]\ncolumns:\n"
    "  name: {type: text, required: true}\n  number: {type: integer}\n",
    "corrections": (HOUSE / "ledgers/corrections.yaml").read_text(),
}
PERSON = {"GIT_AUTHOR_NAME": "Ada", "GIT_AUTHOR_EMAIL": "ada@example.org"} | {
    "GIT_COMMITTER_NAME": "Ada",
    "GIT_COMMITTER_EMAIL": "ada@example.org",
}


def opened(path: Path) -> Repository:
    """The repository as a command opens it."""
    return open_repository(path, PERSON | dict(os.environ))


def begin(path: Path, branch: str = BRANCH) -> Repository:
    """A ledger branch with three small ledgers: notes (no key), facts (keyed), corrections."""
    repository = opened(path)
    files = {layout.schema_path(name): text.encode() for name, text in SCHEMAS.items()}

    def plan(tip: Any) -> list[CommitPlan]:
        return [] if tip.commit else [CommitPlan("ledger: begin\n", files)]

    advance(repository, branch, plan, identity(repository, datetime.now(UTC)))
    return repository


def put(
    repository: Repository, ledger: str, rows: Iterable[Mapping[str, Any]], **more: Any
) -> list[Receipt]:
    """Record rows in one commit (or `rows_per_commit`)."""
    now = datetime.now(UTC)
    drafts = [Draft(ledger, dict(row), more.get("again", False)) for row in rows]
    who = identity(repository, now)
    size = more.get("rows_per_commit", 0)
    branch = more.get("branch", BRANCH)
    stamp = Stamp("main", "test", now)
    return record(repository, branch, drafts, stamp=stamp, who=who, rows_per_commit=size)


def kept(repository: Repository, ledger: str = "notes") -> list[str]:
    """The first column of every row of a ledger, in order, read by a fresh handle."""
    rows = read_rows(tip_of(opened(repository.common), BRANCH), ledger)
    return [str(next(iter(row.values.values()))) for row in rows]


def start(jobs: Iterable[tuple[str, Path, str]], count: int) -> subprocess.Popen[str]:
    """Begin a process per job (what, where, name); their acknowledgements come through one pipe."""
    return subprocess.Popen(
        [sys.executable, __file__, str(count), *(str(word) for job in jobs for word in job)],
        env=os.environ | {"PYTHONPATH": str(HOUSE)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def finish(running: subprocess.Popen[str]) -> list[str]:
    """Wait for writers; all their acknowledgements. A failing one fails the test."""
    out, err = running.communicate(timeout=600)
    assert running.returncode == 0, err
    return out.splitlines()


def fsck(path: Path) -> None:
    """git finds nothing broken or missing."""
    done = subprocess.run(
        ["git", "fsck", "--strict", "--no-dangling"],
        cwd=path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "missing" not in done.stdout, done.stdout


def unreachable_commits(path: Path) -> list[str]:
    """Commits that no ref, index or log holds."""
    done = subprocess.run(
        ["git", "fsck", "--unreachable", "--no-reflogs", "--no-progress"],
        cwd=path,
        capture_output=True,
        text=True,
        check=False,
    )
    return [line for line in done.stdout.splitlines() if "unreachable commit" in line]


def commits_of(path: Path) -> int:
    """How many commits the ledger branch has, the root included."""
    words = ["git", "rev-list", "--count", BRANCH]
    return int(subprocess.run(words, cwd=path, capture_output=True, text=True, check=True).stdout)


def _say(name: str, number: int) -> None:
    os.write(1, f"{name} {number}\n".encode())


def _singles(path: Path, name: str, count: int) -> None:
    repository = opened(path)
    for number in range(count):
        put(repository, "notes", [{"text": f"{name} {number}"}])
        _say(name, number)


def _batches(path: Path, name: str, count: int) -> None:
    repository = opened(path)
    for first in range(0, count, 40):
        rows = [{"text": f"{name} {first + more}"} for more in range(40)]
        put(repository, "notes", rows, rows_per_commit=7)
        for more in range(40):
            _say(name, first + more)


def _packs(path: Path, name: str, count: int) -> None:
    repository = opened(path)
    for first in range(0, count, 400):
        rows = [{"text": f"{name} {first + more}"} for more in range(400)]
        put(repository, "notes", rows, rows_per_commit=100)
        for more in range(400):
            _say(name, first + more)


def _facts(path: Path, name: str, count: int) -> None:
    repository = opened(path)
    for number in range(count):
        done = put(repository, "facts", [{"name": f"fact {number}"}])
        if not done[0].already:
            _say(name, number)


def _first(path: Path, name: str, count: int) -> None:
    """In each of `count` empty repositories: wait for the gun, begin the branch, add a row."""
    for number in range(count):
        place = path / f"round-{number}"
        repository = opened(place)
        while not (place / "gun").exists():
            time.sleep(0.0005)
        begin(place)
        put(repository, "notes", [{"text": f"{name} {number}"}])
        _say(name, number)


def _git_program(path: Path, name: str, count: int) -> None:
    """The same append by git's own programs, each row with its compare-and-swap."""

    def run(*words: str, given: str = "") -> str:
        done = subprocess.run(
            ["git", *words], cwd=path, input=given, capture_output=True, text=True, check=False
        )
        if done.returncode != 0:
            raise LedgerMoved(done.stderr)
        return done.stdout.strip()

    for number in range(count):
        file = f'{{\n  "gitledger": 1,\n  "ledger": "notes",\n  "recorded_at": "2026-01-01T00:00:00.000000Z",\n  "agent": "git",\n  "tool": "git",\n  "text": "{name} {number}"\n}}\n'  # noqa: E501
        blob = run("hash-object", "-w", "--stdin", given=file)
        while True:
            try:
                _git_append(run, blob, f"{name}-{number}")
                break
            except LedgerMoved:
                time.sleep(0.001)
        _say(name, number)


def _git_append(run: Any, blob: str, name: str) -> None:
    from hashlib import sha256

    mark = sha256(name.encode()).hexdigest()[:16]
    tip = run("rev-parse", f"refs/heads/{BRANCH}")
    below = f"100644 blob {blob}\t20260101T000000.000000Z-{mark}.json"
    path = "ledgers/notes/00/00"
    while path:
        listed = run("ls-tree", f"{tip}:{path}") if _there(run, tip, path) else ""
        leaf = below.split("\t")[1]
        lines = [line for line in listed.splitlines() if line.split("\t")[1] != leaf]
        tree = run("mktree", given="\n".join([*lines, below]) + "\n")
        path, _, leaf = path.rpartition("/")
        below = f"040000 tree {tree}\t{leaf}"
    listed = run("ls-tree", tip)
    lines = [line for line in listed.splitlines() if line.split("\t")[1] != "ledgers"]
    tree = run("mktree", given="\n".join([*lines, below]) + "\n")
    commit = run("commit-tree", tree, "-p", tip, "-m", f"notes: {name}")
    run("update-ref", f"refs/heads/{BRANCH}", commit, tip)


def _there(run: Any, tip: str, path: str) -> bool:
    try:
        run("rev-parse", "--verify", f"{tip}:{path}")
    except LedgerMoved:
        return False
    return True


WHAT = {
    "singles": _singles,
    "batches": _batches,
    "packs": _packs,
    "facts": _facts,
    "first": _first,
    "git": _git_program,
}


def forked(what: str, place: Path, name: str, count: int) -> int:
    """A child that writes; its number."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            WHAT[what](place, name, count)
            code = 0
        except BaseException:  # noqa: BLE001 - told, and the exit code says it
            traceback.print_exc()
        finally:
            os._exit(code)
    return child


def main(count: int, words: list[str]) -> int:
    """All writers at once; 1 where one of them failed."""
    jobs = zip(words[::3], words[1::3], words[2::3], strict=True)
    children = [forked(what, Path(place), name, count) for what, place, name in jobs]
    return int(any(os.waitpid(child, 0)[1] for child in children))


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), sys.argv[2:]))
