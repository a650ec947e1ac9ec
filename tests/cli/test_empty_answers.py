"""An answer without anything in it names the command that fills it."""

import json
from pathlib import Path

import pytest
from ground import gitledger

from gitledger.book.defaults import shipped_ledgers
from gitledger.report.row_text import FILLED_BY

BY_HAND = {"experiments"}  # no verb of its own records into it: `append` does


@pytest.mark.parametrize(
    ("words", "step"),
    [
        ("log", "gitledger start codex"),
        ("log --ledger votes", "gitledger vote WINDOW --voter NAME --vote go"),
        ("log --ledger experiments", "gitledger append experiments KEY=VALUE"),
        ("log --ledger tokens -w W0-03", "gitledger tokens plan N --window W0-03"),
        ("feature list", "gitledger feature reserve --window WINDOW CAPABILITY"),
        ("feature list -w W0-03", "gitledger feature reserve --window W0-03 CAPABILITY"),
        ("capability list", "gitledger capability add CAP-1 --name NAME"),
        ("audit", "gitledger start codex"),
        ("audit --md", "gitledger start codex"),
        ("preview", "gitledger start codex"),
        ("preview --md", "gitledger start codex"),
        ("news", "gitledger catch-up"),
        ("plan", "gitledger start codex"),
        ("drift", "gitledger start codex"),
        ("resets", "gitledger start codex"),
        ("status", "gitledger start codex"),
        ("compare", "gitledger ingest proxy-telemetry --from FILE"),
    ],
)
def test_an_empty_answer_names_what_fills_it(ledger_dir: Path, words: str, step: str) -> None:
    """On a ledger in which nothing was recorded."""
    assert step in gitledger(ledger_dir, *words.split()).out


def test_rows_that_were_not_asked_for_are_named(ledger_dir: Path) -> None:
    """An empty part of a list that is not empty leads to the whole list; JSON stays a list."""
    gitledger(ledger_dir, "feature", "reserve", "-w", "W0-01", "CAP-1")
    listed = gitledger(ledger_dir, "feature", "list", "-w", "W0-09")
    logged = gitledger(ledger_dir, "log", "-w", "W0-09", "--ledger", "features")
    assert listed.out == "No rows.\nnext: gitledger feature list\n"
    assert logged.out == "No rows.\nnext: gitledger log --ledger features\n"
    assert json.loads(gitledger(ledger_dir, "log", "-w", "W0-09", "--json").out)["rows"] == []


def test_every_ledger_has_a_command_that_fills_it() -> None:
    """A ledger that is added to the shipped ones is named here as well."""
    assert {*shipped_ledgers()} == {*FILLED_BY} | BY_HAND
