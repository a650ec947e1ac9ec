"""The program as a whole: what it says without a verb, its help, its exit codes."""

from pathlib import Path

import pytest
from ground import gitledger

from gitledger.cli.main import ALIASES, VERBS


def test_bare_in_a_ledger_is_status(ledger_dir: Path) -> None:
    """Without a verb, a ledger says how it stands and what comes next."""
    answer = gitledger(ledger_dir)
    assert (answer.code, "next:" in answer.out) == (0, True)
    assert answer.out == gitledger(ledger_dir, "status").out


def test_bare_outside_says_what_it_is(repo_dir: Path, tmp_path: Path) -> None:
    """Without a ledger, it says what it is and names the next step."""
    assert "next: gitledger init" in gitledger(repo_dir).out
    outside = gitledger(tmp_path)
    assert (outside.code, "is not in a git repository" in outside.out) == (0, True)


@pytest.mark.parametrize("verb", [*VERBS, *ALIASES])
def test_every_verb_has_help(verb: str, tmp_path: Path) -> None:
    """Each verb and alias is there and explains itself."""
    answer = gitledger(tmp_path, verb, "--help")
    assert (answer.code, "Usage:" in answer.out) == (0, True)


def test_a_bug_is_exit_70(repo_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An unforeseen exception shows its traceback and says that it is a bug."""
    monkeypatch.setattr("gitledger.commands.init.init", lambda *_a, **_k: 1 / 0)
    answer = gitledger(repo_dir, "init")
    assert (answer.code, "ZeroDivisionError" in answer.err) == (70, True)


def test_unknown_verb_names_the_nearest(tmp_path: Path) -> None:
    """A slip of the finger is answered with what was meant."""
    answer = gitledger(tmp_path, "strat")
    assert (answer.code, "start" in answer.err) == (2, True)


def test_colour_is_asked_for_before_or_after_the_verb(ledger_dir: Path) -> None:
    """The nearer word wins; a verb below a verb takes it too."""
    first = gitledger(ledger_dir, "--color", "preview").out
    assert "\x1b[" in first
    assert gitledger(ledger_dir, "preview", "--color").out == first
    plain = gitledger(ledger_dir, "preview").out
    assert gitledger(ledger_dir, "--color", "preview", "--no-color").out == plain
    assert gitledger(ledger_dir, "feature", "list", "--color").code == 0


def test_a_command_that_is_run_keeps_its_own_colour(ledger_dir: Path) -> None:
    """Its words are handed on, even without `--` before them."""
    words = ("evidence", "run", "-w", "W0-01", "echo", "--color", "--no-color")
    gitledger(
        ledger_dir, "override", "codex", "-w", "W0-01", "--phase", "before", "--set", "weekly=5"
    )
    done = gitledger(ledger_dir, *words)
    (log,) = (ledger_dir / ".git/gitledger/artifacts").glob("*/echo.txt")
    assert (done.code, log.read_text()) == (0, "--color --no-color\n")
