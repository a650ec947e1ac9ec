"""Accounts whose true rates are known: what their meters show, and what a counter counts beside.

A week has five sessions on its first five days; in each the five-hour meter rises in steps and the
weekly meter with it. Figures are floored to whole points, as tools show them.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from gitledger.windows.snapshot import MeterReading

MONDAY = datetime(2025, 1, 6, 7, tzinfo=UTC)  # the weekly meter begins
WEEK, HOUR = timedelta(days=7), timedelta(hours=1)
HOLDER = ("codex", "default")
DAYS = 5


@dataclass(frozen=True)
class Worked:
    """One week: true points of the weekly meter, 5h points and tokens for each of them."""

    points: float
    inner: float
    tokens: float


def steady(weeks: int, *, seed: int = 1, spread: float = 0.03) -> list[Worked]:
    """Weeks of one plan that nobody changed: 60 to 90 points of 6 5h points, 20,000 tokens each."""
    random = Random(seed)
    return [
        Worked(
            random.uniform(60, 90),
            6 * random.lognormvariate(0, spread),
            20_000 * random.lognormvariate(0, spread),
        )
        for _ in range(weeks)
    ]


def shrunk(weeks: Sequence[Worked], first: int, ratio: float) -> list[Worked]:
    """The same weeks, where from the `first` on a weekly point holds `ratio` of what it held."""
    return [
        Worked(w.points, w.inner * ratio, w.tokens * ratio) if n >= first else w
        for n, w in enumerate(weeks)
    ]


def sessions(weeks: Sequence[Worked]) -> Iterator[tuple[int, datetime, float, Worked]]:
    """Every session: its week, when it begins, the weekly points before it, the week."""
    for number, week in enumerate(weeks):
        for day in range(DAYS):
            begins = MONDAY + number * WEEK + timedelta(days=day, hours=2)
            yield number, begins, week.points * day / DAYS, week


def readings(
    weeks: Sequence[Worked], *, steps: int = 24, banked: int | None = None
) -> Iterator[tuple[datetime, tuple[MeterReading, ...]]]:
    """What is shown: at each step of each session both meters, floored."""
    for number, begins, before, week in sessions(weeks):
        share = week.points / DAYS
        for step in range(steps + 1):
            at = begins + 4 * HOUR * step / steps
            weekly = before + share * step / steps
            inner = min(share * week.inner * step / steps, 100)
            ends = (begins + 5 * HOUR, MONDAY + (number + 1) * WEEK)
            yield (
                at,
                (
                    reading("5h", inner, at, ends[0], banked),
                    reading("weekly", weekly, at, ends[1], banked),
                ),
            )


def reading(
    meter: str, used: float, at: datetime, resets_at: datetime | None, banked: int | None = None
) -> MeterReading:
    """One floored reading."""
    return MeterReading(
        "default",
        meter,
        Decimal(int(used + 1e-9)),
        at,
        rounding="floor",
        window_minutes=300 if meter == "5h" else 10_080,
        resets_at=resets_at,
        banked=banked,
    )


Shown = tuple[tuple[str, str], str, tuple[MeterReading, ...]]


def shown(weeks: Sequence[Worked], holder: tuple[str, str] = HOLDER, **more: Any) -> list[Shown]:
    """The readings as the trace of a machine hands them on."""
    return [(holder, "codex-rollout", meters) for _, meters in readings(weeks, **more)]


def usage(weeks: Sequence[Worked], holder: tuple[str, str] = HOLDER) -> Iterator[Mapping[str, Any]]:
    """Rows of `usage`: one block a session, as a counter reports them."""
    for number, begins, _, week in sessions(weeks):
        tokens = int(week.points / DAYS * week.tokens)
        yield {
            "source_sha256": f"{number:032x}{int(begins.timestamp()):032x}",
            "source": "ccusage",
            "scope": "block",
            "provider": holder[0],
            "account": holder[1],
            "captured_at": stamp(begins + 6 * HOUR),
            "period": stamp(begins),
            "period_start": stamp(begins),
            "period_end": stamp(begins + 5 * HOUR),
            "input_tokens": tokens // 2,
            "output_tokens": tokens - tokens // 2,
            "total_tokens": tokens,
        }


def stamp(at: datetime) -> str:
    """A moment as text."""
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")
