"""The status line command of Claude Code."""

import json
import resource
import subprocess
import sys
import time
from pathlib import Path

import pytest
from ground import git, gitledger
from window_panes import capture

HANDED = {
    "model": {"display_name": "Opus"},
    "version": "2.1.330",
    "session_id": "secret-session",
    "rate_limits": {
        "five_hour": {"used_percentage": 56.99999999999999, "resets_at": 1900000000},
        "seven_day": {"used_percentage": 12, "resets_at": 1900300000},
    },
}


def kept(directory: Path) -> dict[str, object]:
    """What was stored in the git directory."""
    found: dict[str, object] = json.loads(
        (directory / ".git/gitledger/statusline.json").read_text()
    )
    return found


def test_prints_one_line_and_keeps_the_limits(repo_dir: Path) -> None:
    """Numbers are rounded, not cut; no session is kept."""
    done = gitledger(repo_dir, "statusline", stdin=json.dumps(HANDED))
    assert (done.code, done.out) == (0, "Opus | 5h 57 % | week 12 %\n")
    assert {"captured_at", "version", "rate_limits"} == set(kept(repo_dir))


def test_keeps_the_last_limits_when_none_are_handed(repo_dir: Path) -> None:
    """The first render of a session has none: the capture before stays."""
    gitledger(repo_dir, "statusline", stdin=json.dumps(HANDED))
    bare = {key: value for key, value in HANDED.items() if key != "rate_limits"}
    done = gitledger(repo_dir, "statusline", stdin=json.dumps(bare))
    assert ("Opus\n", HANDED["rate_limits"]) == (done.out, kept(repo_dir)["rate_limits"])


def test_worktrees_share_one_capture(repo_dir: Path, tmp_path: Path) -> None:
    """The capture stands in the git directory that all worktrees share."""
    git(repo_dir, "worktree", "add", "-q", str(tmp_path / "other"))
    gitledger(tmp_path / "other", "statusline", stdin=json.dumps(HANDED))
    assert kept(repo_dir)["version"] == "2.1.330"


@pytest.mark.parametrize("text", ["", "no json", "[1]", '{"rate_limits": 3}'])
def test_never_fails(repo_dir: Path, text: str) -> None:
    """Whatever it is handed, it answers with a line and exit 0."""
    done = gitledger(repo_dir, "statusline", stdin=text)
    assert (done.code, len(done.out.splitlines())) == (0, 1)


def test_outside_a_repository_it_only_prints(tmp_path: Path) -> None:
    """Nothing is stored where there is no git directory."""
    done = gitledger(tmp_path, "statusline", stdin=json.dumps(HANDED))
    assert (done.code, list(tmp_path.iterdir())) == (0, [])


def test_start_reads_what_the_status_line_kept(ledger_dir: Path) -> None:
    """A capture of Claude without text takes the limits that the status line was handed."""
    gitledger(ledger_dir, "statusline", stdin=json.dumps(HANDED))
    done = gitledger(ledger_dir, "start", "claude", "--json").json
    assert [(r["meter"], r["used_pct"]) for r in done["readings"]] == [("5h", 57), ("weekly", 12)]


@pytest.mark.slow
def test_takes_a_tenth_of_a_second(repo_dir: Path) -> None:
    """Process time, the interpreter's start included, best of five."""
    spent = []
    for _ in range(5):
        start = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(
            [sys.executable, "-m", "gitledger", "statusline"],
            cwd=repo_dir,
            input=json.dumps(HANDED).encode(),
            capture_output=True,
            check=True,
        )
        end = resource.getrusage(resource.RUSAGE_CHILDREN)
        spent.append(end.ru_utime + end.ru_stime - start.ru_utime - start.ru_stime)
    assert min(spent) < 0.1


def test_the_pace_and_the_open_window_are_shown(ledger_dir: Path) -> None:
    """In at most 60 characters: the model goes first, then the paces."""
    capture(ledger_dir, "start", 9.5, 10, "--window", "W0-07")
    now = time.time()
    limits = {
        "five_hour": {"used_percentage": 30, "resets_at": now + 9000},
        "seven_day": {"used_percentage": 12, "resets_at": now + 302400},
    }
    done = gitledger(ledger_dir, "statusline", stdin=json.dumps({"rate_limits": limits}))
    told = done.out.strip()
    assert told.startswith("5h 30 % →60 | week 12 % →24 | W0-07")
    named = HANDED | {"rate_limits": limits, "model": {"display_name": "A long name of a model"}}
    long = gitledger(ledger_dir, "statusline", stdin=json.dumps(named)).out.strip()
    assert (len(long) <= 60, long.endswith(told[-8:])) == (True, True)


def test_an_ended_window_is_open_no_more(ledger_dir: Path) -> None:
    """The note follows what is recorded."""
    capture(ledger_dir, "start", 9.5, 10, "--window", "W0-07")
    capture(ledger_dir, "end", 11, 17)
    assert gitledger(ledger_dir, "statusline", stdin="{}").out == "no status on stdin\n"


def test_the_program_starts_it_without_its_command_line(ledger_dir: Path) -> None:
    """The same line, and neither click nor pygit2 is loaded for it."""
    code = (
        "import sys; sys.argv = ['gitledger', 'statusline']\n"
        "from gitledger.__main__ import main\n"
        "try:\n    main()\nexcept SystemExit as end:\n"
        "    print(end.code, sorted({'click', 'pygit2', 'typing', 're._x'} & set(sys.modules)))"
    )
    words = [sys.executable, "-c", code]
    done = subprocess.run(
        words, cwd=ledger_dir, input=json.dumps(HANDED), capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[0].startswith("Opus | 5h 57 %")
    assert done.stdout.splitlines()[1].startswith("0 []")
