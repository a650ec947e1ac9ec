"""A week of three windows as the ledger's rows, for every test of the page."""

import json
from hashlib import sha256
from pathlib import Path
from typing import Any

from frozen import played_once
from ground import gitledger

DAY = "2026-11-{:02}T{:02}:00:00Z"
RESET = DAY.format(8, 8)


def reading(used: int, meter: str = "weekly") -> dict[str, Any]:
    """One meter as a snapshot holds it."""
    return {
        "bucket": "default",
        "meter": meter,
        "used_pct": used,
        "window_minutes": 10080,
        "resets_at": RESET,
    }


def snapshot(window: str, phase: str, when: str, used: int, **more: Any) -> dict[str, Any]:
    """One capture of an account's weekly meter."""
    return {
        "window": window,
        "provider": "codex",
        "account": "default",
        "phase": phase,
        "captured_at": when,
        "source": "codex",
        "source_sha256": sha256(f"{window} {phase}".encode()).hexdigest(),
        "readings": [reading(used)],
        **more,
    }


def put(directory: Path, ledger: str, rows: Any) -> None:
    """Append rows; they must be taken."""
    done = gitledger(directory, "append", ledger, "--json", "-", stdin=json.dumps(rows))
    assert done.code == 0, done.err


@played_once
def a_week(directory: Path, *, account: str = "default", prefix: str = "W0-0") -> None:
    """Two usable windows of codex, one whose meter fell, one of claude."""
    panes = [("1", 2, 10, 20), ("2", 3, 20, 34), ("3", 4, 50, 40)]
    rows = [
        snapshot(f"{prefix}{name}", phase, DAY.format(day, hour), used, account=account)
        for name, day, before, after in panes
        for phase, hour, used in (("before", 8, before), ("after", 10, after))
    ]
    rows += [
        snapshot(f"{prefix}4", phase, DAY.format(5, hour), used, provider="claude", source="claude")
        for phase, hour, used in (("before", 8, 5), ("after", 10, 12))
    ]
    put(directory, "snapshots", rows)
    for name, provider in (("1", "codex"), ("2", "codex"), ("3", "codex"), ("4", "claude")):
        stated = ("-f", f"{provider}=3", "--quality", "0.9", "--outcome", "pass")
        done = gitledger(directory, "complete", "-w", f"{prefix}{name}", *stated)
        assert done.code == 0, done.err
