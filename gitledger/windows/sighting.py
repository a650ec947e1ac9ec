"""A reading of an account's meters that this machine saw, whoever worked then.

Depends on snapshots. Between windows nobody records a row; these are what tells then.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from gitledger.windows.snapshot import MeterReading, reading_of


class Seen(NamedTuple):
    """The meters of one account at one moment (UTC); `account` is "" for the usual folder.

    `readings` are maps as a snapshots row holds them, their percents as `Decimal`.
    """

    provider: str
    account: str
    seen_at: datetime
    source: str
    readings: tuple[Mapping[str, Any], ...]

    @property
    def meters(self) -> tuple[MeterReading, ...]:
        """The readings as values."""
        found = (reading_of(shown, self.seen_at, source=self.source) for shown in self.readings)
        return tuple(reading for reading in found if reading is not None)


def seen_of(line: Mapping[str, Any]) -> Seen | None:
    """A line of the local trace as a value; None for one that is damaged."""
    try:
        at = datetime.fromtimestamp(float(line["seen_at"]), UTC)
        readings = tuple(_reading(dict(shown)) for shown in line["readings"])
        whose = (str(line["provider"]), str(line.get("account") or ""))
        return Seen(*whose, at, str(line.get("source", "")), readings) if readings else None
    except (KeyError, TypeError, ValueError, ArithmeticError, OverflowError, OSError):
        # as above: what cannot be read was not seen
        return None


NUMBERS = ("used_pct", "resolution", "used_units", "limit_units")


def _reading(shown: dict[str, Any]) -> Mapping[str, Any]:
    """A reading with its numbers as decimals. Raises ArithmeticError for what is none."""
    numbers = {name: Decimal(str(shown[name])) for name in NUMBERS if shown.get(name) is not None}
    return shown | numbers


def changes(seen: Sequence[Seen]) -> tuple[Seen, ...]:
    """The readings of one account that say something else than the one before them.

    What stood still is told by its first and its last reading.
    """
    kept: list[Seen] = []
    for at, one in enumerate(seen):
        fresh = at == 0 or _figures(seen[at - 1]) != _figures(one)
        leaving = at + 1 < len(seen) and _figures(seen[at + 1]) != _figures(one)
        if fresh or leaving or at + 1 == len(seen):
            kept.append(one)
    return tuple(kept)


def _figures(seen: Seen) -> tuple[tuple[str, str, Decimal, datetime | None], ...]:
    return tuple((m.bucket, m.meter, m.used, m.resets_at) for m in seen.meters)
