"""At 60 columns no answer of a verb that looks has a word broken in the middle."""

from pathlib import Path

import pytest
from ground import gitledger
from window_panes import worked

from gitledger.cli import options
from gitledger.commands.result import Screen

NARROW, BROAD = "60", "105"
LOOKS = (
    ("status",),
    ("audit",),
    ("audit", "--window", "W0-01"),
    ("preview",),
    ("preview", "--window", "W0-01"),
    ("log",),
    ("show", "W0-01"),
    ("explain",),
    ("explain", "W0-01.codex.weekly"),
    ("card",),
    ("card", "WEEK0"),
    ("compare",),
    ("checklist",),
    ("verify",),
    ("doctor",),
    ("ledger", "list"),
    ("hooks", "status"),
    ("capability", "list"),
    ("guard", "--provider", "codex", "--need", "5"),
)


def on_a_terminal(width: int, *, colour: bool, terminal: bool) -> Screen:
    """The screen as it would be with a person before it."""
    return Screen(width, colour=colour, terminal=terminal or True)


BARS = set("\u2588\u2591\u2500")


def words_at(directory: Path, words: tuple[str, ...], columns: str) -> set[str]:
    """What is printed on a terminal of so many columns, word by word."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COLUMNS", columns)
        patch.setattr(options, "Screen", on_a_terminal)
        answer = gitledger(directory, *words)
    assert answer.code in {0, 1, 3, 4}, answer.err
    for line in answer.out.splitlines():
        assert len(line) <= int(columns) or len(line.split()) <= 2, (words, line)
    return {word for word in answer.out.split() if not set(word) <= BARS}


def test_no_word_is_broken_on_a_narrow_terminal(ledger_dir: Path) -> None:
    """Every word at 60 columns is one of those at 105, where the layout is the same."""
    worked(ledger_dir)
    gitledger(ledger_dir, "complete", "--codex-features", "2", "--quality", "0.9")
    gitledger(ledger_dir, "churn", "--window", "W0-01")
    for words in LOOKS:
        narrow, broad = (words_at(ledger_dir, words, columns) for columns in (NARROW, BROAD))
        assert narrow <= broad, (words, narrow - broad)
