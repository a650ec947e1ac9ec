"""The names an earlier tool had for capture, and the demo."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from ground import gitledger
from window_panes import clock, pane


def test_alias_start_and_end(ledger_dir: Path) -> None:
    """`alias start` and `alias end` are start and end."""
    for verb, hours, week in (("start", 9.5, 10), ("end", 11, 17)):
        words = ("alias", verb, "codex", "--at", clock(hours), "--tz", "UTC", "--json")
        done = gitledger(ledger_dir, *words, stdin=pane(hours, week))
        assert (0, f"gitledger.{verb}/1") == (done.code, done.json["schema"])


def test_alias_delete_takes_a_row_back(ledger_dir: Path) -> None:
    """`alias delete` is void: a reason is asked for."""
    words = ("--window", "W1", "--phase", "before", "--set", "5h=3", "--json")
    row = gitledger(ledger_dir, "override", "codex", *words).json["row"]
    assert gitledger(ledger_dir, "alias", "delete", row).code == 2
    assert gitledger(ledger_dir, "alias", "delete", row, "-m", "typed wrong").code == 0
    assert gitledger(ledger_dir, "audit", "--window", "W1").code == 3


def test_token_counts_are_one_row_a_report(ledger_dir: Path) -> None:
    """A ccusage table is recorded once, its parts added up."""
    counts = {"inputTokens": 5, "outputTokens": 2, "totalTokens": 7}
    rows = [{"date": f"2026-03-0{day}"} | counts for day in (1, 2)]
    table = json.dumps({"daily": rows, "totals": {}})
    words = ("ingest", "ccusage", "--window", "W1", "--json")
    first = gitledger(ledger_dir, *words, stdin=table)
    again = gitledger(ledger_dir, *words, stdin=table)
    assert (first.code, first.json["recorded"], again.json["already"]) == (0, 1, True)
    shown = gitledger(ledger_dir, "preview", "--json").json["usage"]
    assert [part["total_tokens"] for part in shown.values()] == [14]


@pytest.mark.slow
def test_the_demo_tells_its_week() -> None:
    """Every command answers; preview, a finding and a card are shown."""
    done = subprocess.run(
        [sys.executable, "-m", "gitledger", "demo"],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    words = ("$ gitledger preview", "non-monotonic: codex weekly", "W0-05  GO")
    assert [word for word in words if word not in done.stdout] == []
