"""Rows of the window ledgers, written short."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from itertools import count
from typing import Any

import pytest

from gitledger.ledger.row import Row

BASE = "2026-03-02T"


def stamp(text: str) -> str:
    """`09:00` on the base day, `05T09:00` on another day of the month, or a full timestamp."""
    if len(text) > 9:
        return text
    day, _, clock = text.rpartition("T")
    return f"2026-03-{day or '02'}T{clock}:00Z"


def shown(meter: str, used: Any, resets: str = "", **more: Any) -> dict[str, Any]:
    """One map of the `readings` column."""
    reading: dict[str, Any] = {"meter": meter, "used_pct": Decimal(str(used))}
    if resets:
        reading["resets_at"] = stamp(resets)
    minutes = {"5h": 300, "weekly": 10080}.get(meter)
    if minutes:
        reading["window_minutes"] = minutes
    return reading | more


class Ledgers(dict[str, list[Row]]):
    """Rows by ledger, recorded a second apart, with ids that count up."""

    def __init__(self) -> None:
        super().__init__()
        self.numbers = count(1)

    def add(self, ledger: str, *, agent: str = "ada", **values: Any) -> Row:
        """Record one row."""
        number = next(self.numbers)
        recorded = f"2026-04-01T00:{number // 60 % 60:02d}:{number % 60:02d}.000000Z"
        row = Row(ledger, recorded, agent, "test", values, f"{number:016x}")
        self.setdefault(ledger, []).append(row)
        return row

    def snap(
        self, window: str, phase: str, at: str, *readings: Mapping[str, Any], **more: Any
    ) -> Row:
        """Record a snapshot of provider codex, account default, unless told otherwise."""
        defaults = {"provider": "codex", "account": "default", "source": "codex"}
        agent = more.pop("agent", "ada")
        values = defaults | {"window": window, "phase": phase, "captured_at": stamp(at)} | more
        values["readings"] = readings
        return self.add("snapshots", agent=agent, **values)

    def pair(self, window: str, before: int, after: int, start: str = "09:00", end: str = "10:00"):
        """Record both snapshots of a weekly meter that resets on the 6th."""
        self.snap(window, "before", start, shown("weekly", before, "06T12:00"))
        self.snap(window, "after", end, shown("weekly", after, "06T12:00"))

    def finish(self, window: str, features: int = 2, provider: str = "codex", **more: Any) -> Row:
        """Record a finalisation with the features of one provider."""
        stated = {"provider": provider, "account": "default", "features": features}
        defaults = {"quality": Decimal(1), "outcome": "pass", "commit_start": "a" * 40}
        values = defaults | {"commit_end": "b" * 40, "features": [stated], "window": window} | more
        return self.add("windows", **values)


@pytest.fixture
def ledgers() -> Ledgers:
    """An empty set of ledgers."""
    return Ledgers()


@pytest.fixture
def meter() -> Callable[..., dict[str, Any]]:
    """The writer of one reading map."""
    return shown
