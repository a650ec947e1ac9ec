"""Finished windows as a ledger of the command line takes them: readings, work, a statement."""

import json
from datetime import UTC, datetime, timedelta

from frozen import played_once
from ground import gitledger

START = datetime(2026, 11, 16, 8, tzinfo=UTC)


def stamp(hours):
    """Canonical text so many hours after the start."""
    return (START + timedelta(hours=hours)).strftime("%Y-%m-%dT%H:%M:%SZ")


def snapshot(window, phase, hours, used, provider="codex"):
    """A weekly reading as JSON."""
    reading = {"meter": "weekly", "used_pct": used, "window_minutes": 10080}
    return {
        "window": window,
        "provider": provider,
        "account": "default",
        "phase": phase,
        "captured_at": stamp(hours),
        "source": provider,
        "source_sha256": f"{hours:02}{used:02}".ljust(64, "ab"[phase == "after"]),
        "readings": [reading | {"resets_at": "2026-11-23T08:00:00Z"}],
    }


@played_once
def append(directory, ledger, *rows):
    """Append rows given as mappings."""
    (directory / "rows.json").write_text(json.dumps(rows))
    done = gitledger(directory, "append", ledger, "--json", "rows.json")
    assert done.code == 0, done.err


@played_once
def work(directory, window, hours, used, *, provider="codex", features=3, **more):
    """One finished window."""
    before = snapshot(window, "before", hours, used[0], provider)
    after = snapshot(window, "after", hours + 1, used[1], provider)
    append(directory, "snapshots", before, after)
    stated = [{"provider": provider, "account": "default", "features": features}]
    final = {"window": window, "features": stated, "quality": 0.9, "outcome": "pass"}
    ends = {"commit_start": f"{hours:040x}", "commit_end": f"{hours + 500:040x}"}
    append(directory, "windows", final | ends | {"finalised_at": stamp(hours + 1)} | more)
