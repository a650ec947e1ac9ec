"""Long lines of `audit`, `log` and `show`: fitted to a terminal, whole for a program."""

from pathlib import Path

import pytest
from rich.cells import cell_len
from tampering import Ledger, make_ledger

from gitledger.commands.append import append
from gitledger.commands.audit import audit
from gitledger.commands.log import log
from gitledger.commands.result import Result, Screen
from gitledger.commands.show import show

TERMINAL = Screen(80, terminal=True)
PIPE = Screen(80)
NARROW = Screen(40, terminal=True)
LONG = "a note that goes on and on, for longer than any line of a plain terminal is wide, and on"
SHA = "1234567890" * 4


@pytest.fixture
def ledger(repo_dir: Path) -> Ledger:
    """A window that waits for everything, with a commit range that is not there."""
    made = make_ledger(repo_dir)
    features = '[{"provider": "codex", "account": "default", "features": 1}]'
    words = ["window=W0-01", f"features={features}", f"commit_start={SHA}", f"commit_end={SHA}"]
    append(made.world(), "windows", [*words, f"notes={LONG}"])
    append(made.world(), "trials", ["run=" + "語" * 38, "result=pass", "notes=" + "short " * 6])
    return made


def widest(result: Result, screen: Screen) -> int:
    """Columns of the widest line of an answer's text."""
    return max(map(cell_len, result.text(screen).splitlines()))


def newest(ledger: Ledger) -> str:
    """The row of the window, by its id."""
    rows = log(ledger.world(), ledger="windows").payload["rows"]
    return str(rows[0]["row"])


def test_long_findings_and_their_next_steps_are_wrapped(ledger: Ledger) -> None:
    """Nothing is lost: the words are those of the pipe, in the same order."""
    made = audit(ledger.world(), "W0-01")
    assert widest(made, PIPE) > 80 >= widest(made, TERMINAL)
    assert made.text(TERMINAL).split() == made.text(PIPE).split()


def test_a_next_step_goes_on_below_itself(ledger: Ledger) -> None:
    """What is wrapped stands where the step's first word stood."""
    told = audit(ledger.world(), "W0-01").text(TERMINAL).splitlines()
    assert [line for line in told if line.startswith(" " * 16) and line[16] != " "]


@pytest.mark.parametrize("width", [60, 80])
def test_a_row_of_the_log_is_wrapped_on_a_terminal(ledger: Ledger, width: int) -> None:
    """Wide characters are two columns; a pipe has one line a row, and the same words."""
    made, screen = log(ledger.world()), Screen(width, terminal=True)
    assert widest(made, PIPE) > 60
    assert widest(made, screen) <= width
    assert made.text(screen).split() == made.text(PIPE).split()
    assert len(made.text(PIPE).splitlines()) == 5


def test_the_values_of_a_row_are_wrapped(ledger: Ledger) -> None:
    """The whole note is there, on two lines."""
    made = show(ledger.world(), newest(ledger))
    assert widest(made, PIPE) > 80 >= widest(made, TERMINAL)
    assert made.text(TERMINAL).split() == made.text(PIPE).split()


def test_the_rows_of_a_window_are_wrapped(ledger: Ledger) -> None:
    """As the log wraps them."""
    made = show(ledger.world(), "W0-01")
    assert widest(made, NARROW) <= NARROW.width < widest(made, PIPE)
