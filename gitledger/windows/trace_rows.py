"""What an account's meters showed over a UTC day -> the values of its trace rows.

Depends on snapshots and the text of points. The same readings make the same rows in every clone.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date
from hashlib import sha256
from operator import itemgetter
from typing import Any, NamedTuple

from gitledger.ledger.values import stamp
from gitledger.windows.snapshot import NO_ACCOUNT
from gitledger.windows.token_hours import COLUMN, TokenDay, larger
from gitledger.windows.trace import Shown, midnight_of, moment_of, point_of
from gitledger.windows.trace_text import TracePoint, thin_points, written_points

MOST_BYTES = 60_000  # of the meters of one row; a row takes at most 64 KB
MOST_POINTS = 4_000  # of one meter in one row: no point takes more than 15 bytes on average
MOST_PERCENT = 9_999


class MeterKind(NamedTuple):
    """A meter as one source tells it: what two texts of points have to agree in to be one."""

    bucket: str
    meter: str
    source: str
    rounding: str
    resolution: str
    minutes: int | None
    plan: str = ""

    def payload(self) -> dict[str, Any]:
        """JSON form; what is not known stays out."""
        told: dict[str, Any] = {
            "bucket": self.bucket,
            "meter": self.meter,
            "source": self.source,
            "rounding": self.rounding,
            "resolution": self.resolution,
        }
        told |= {"plan": self.plan} if self.plan else {}
        return told | ({"window_minutes": self.minutes} if self.minutes else {})


Days = Mapping[tuple[str, str, str], Mapping[MeterKind, Sequence[TracePoint]]]


def trace_rows(
    shown: Iterable[Shown], before: date, tokens: Iterable[TokenDay] = ()
) -> list[dict[str, Any]]:
    """The rows of every day that was over by the beginning of `before` (UTC), oldest first.

    `shown` are (provider and account, source, readings). A day that goes on is not due: its row
    would be another one each time it is made.
    """
    days, counted = days_of(shown), token_maps(tokens)
    made = []
    for place in sorted({*days, *counted}, key=itemgetter(2, 0, 1)):
        provider, account, day = place
        if date.fromisoformat(day) < before:
            parts = [*parts_of(days.get(place, {}), midnight_of(day))]
            rows = enumerate(with_tokens(parts, counted.get(place, [])), 1)
            made += [
                {"provider": provider, "account": account, "day": day, "part": part, **values}
                for part, values in rows
            ]
    return made


def token_maps(tokens: Iterable[TokenDay]) -> dict[tuple[str, str, str], list[dict[str, Any]]]:
    """What counters counted by account and day, each hour of a counter once."""
    days: dict[tuple[str, str, str], TokenDay] = {}
    for one in tokens:
        place = (one.provider, one.account, one.day)
        kinds = (
            {kind: dict(hours) for kind, hours in days[place].kinds.items()}
            if place in days
            else {}
        )
        for kind, hours in one.kinds.items():
            known = kinds.setdefault(kind, {})
            for hour, counts in hours.items():
                known[hour] = larger(known[hour], counts) if hour in known else counts
        days[place] = one._replace(kinds=kinds)
    return {place: day.maps() for place, day in days.items()}


def with_tokens(parts: list[dict[str, Any]], counted: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """A day's rows with its tokens in the last of them, or in one more where that is full."""
    if not counted:
        return parts
    if not parts or len(json.dumps([parts[-1]["meters"], counted])) > MOST_BYTES:
        parts = [*parts, {"meters": []}]
    held = parts[-1]["meters"]
    text = json.dumps([held, counted], sort_keys=True, separators=(",", ":"))
    digest = sha256(text.encode()).hexdigest()
    return [*parts[:-1], {**parts[-1], COLUMN: counted, "points_sha256": digest}]


def days_of(shown: Iterable[Shown]) -> Days:
    """The points of every account and day by kind of meter, in order of time, each once."""
    found: dict[tuple[str, str, str], dict[MeterKind, set[TracePoint]]] = defaultdict(
        lambda: defaultdict(set)
    )
    for (provider, account), source, readings in shown:
        for reading in readings:
            if not 0 <= reading.used <= MOST_PERCENT:
                continue
            day = str(reading.captured_at.astimezone(UTC).date())
            kind = MeterKind(
                reading.bucket,
                reading.meter,
                source,
                reading.rounding,
                f"{reading.resolution:f}",
                reading.window_minutes,
                reading.plan,
            )
            found[(provider, account or NO_ACCOUNT, day)][kind].add(point_of(reading))
    return {
        place: {kind: sorted(points) for kind, points in kinds.items()}
        for place, kinds in found.items()
    }


def parts_of(
    kinds: Mapping[MeterKind, Sequence[TracePoint]], midnight: int
) -> Iterator[dict[str, Any]]:
    """The columns of a day's rows: as many meters and points in each as a row can hold."""
    held: list[tuple[dict[str, Any], Sequence[TracePoint]]] = []
    size = 0
    for kind in sorted(kinds, key=lambda k: (*k[:5], k.minutes or 0, k.plan)):
        points = list(thin_points(kinds[kind]))
        for first in range(0, len(points), MOST_POINTS):
            some = points[first : first + MOST_POINTS]
            told = kind.payload() | {"points": written_points(some, midnight)}
            length = len(json.dumps(told))
            if held and size + length > MOST_BYTES:
                yield columns_of(held)
                held, size = [], 0
            held.append((told, some))
            size += length
    if held:
        yield columns_of(held)


def columns_of(held: Sequence[tuple[dict[str, Any], Sequence[TracePoint]]]) -> dict[str, Any]:
    """The columns of one row, and the hash by which every clone knows it again."""
    meters = [told for told, _ in held]
    times = [point.at for _, points in held for point in points]
    text = json.dumps(meters, sort_keys=True, separators=(",", ":"))
    return {
        "first_at": stamp(moment_of(min(times))),
        "last_at": stamp(moment_of(max(times))),
        "points": len(times),
        "meters": meters,
        "points_sha256": sha256(text.encode()).hexdigest(),
    }
