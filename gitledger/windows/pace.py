"""The last reading of each meter, and how its use stands against the time gone by."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from gitledger.ledger.values import stamp
from gitledger.windows.delta import window_length
from gitledger.windows.snapshot import MeterReading
from gitledger.windows.window import Window

FULL = Decimal(100)


@dataclass(frozen=True, slots=True)
class LastReading:
    """The newest recorded reading of one meter of one account."""

    provider: str
    account: str
    reading: MeterReading


def last_readings(windows: Iterable[Window]) -> tuple[LastReading, ...]:
    """For every meter of every account the reading shown last.

    Stale panes are left out, and rehearsed ones: no bar ever stood where they say.
    """
    newest: dict[tuple[str, str, str, str], LastReading] = {}
    for window in windows:
        for capture in window.captures:
            shown = (capture.canonical, *capture.duplicates)
            for shot in (one for one in shown if not one.simulated):
                for reading in shot.readings:
                    key = (*shot.holder, *reading.key)
                    known = newest.get(key)
                    # of two of one moment the one that was recorded later
                    later = known is None or reading.captured_at >= known.reading.captured_at
                    if later and not shot.stale_why(reading.bucket):
                        newest[key] = LastReading(*shot.holder, reading)
    return tuple(newest[key] for key in sorted(newest))


def has_reset(reading: MeterReading, now: datetime) -> bool:
    """Whether the meter began anew since it was shown, as far as can be told."""
    if reading.resets_at is not None:
        return reading.resets_at <= now
    length = window_length(reading)
    return length is not None and now - reading.captured_at >= length


def share_of_time(reading: MeterReading, now: datetime) -> float | None:
    """The share of the meter's window that is over, 0 to 1; None when its ends are not known."""
    length = window_length(reading)
    if reading.resets_at is None or length is None:
        return None
    gone = 1 - (reading.resets_at - now) / length
    return min(max(gone, 0.0), 1.0)


def minutes_left(reading: MeterReading, now: datetime) -> int | None:
    """Whole minutes until the reset; None when it is not known or has come."""
    if reading.resets_at is None or reading.resets_at <= now:
        return None
    return int((reading.resets_at - now).total_seconds() // 60)


def pace_payload(last: LastReading, now: datetime) -> dict[str, Any]:
    """One meter as JSON: used, left, time gone, and what it comes to at this pace by the reset.

    The pace divides by the time itself; only what is shown of it is rounded.
    """
    reading = last.reading
    gone = share_of_time(reading, now)
    reset = has_reset(reading, now)
    # at the very beginning of a period there is no time to divide by
    projected = None if reset or not gone else round(float(reading.used) / gone)
    return {
        "provider": last.provider,
        "account": last.account,
        "bucket": reading.bucket,
        "meter": reading.meter,
        "used_pct": reading.used,
        "captured_at": stamp(reading.captured_at),
        "resets_at": stamp(reading.resets_at) if reading.resets_at else None,
        "has_reset": reset,
        "resets_in_minutes": minutes_left(reading, now),
        "time_gone_pct": None if reset or gone is None else round(100 * gone, 4),
        "projected_pct": projected,
    }
