"""The meters of every account over time: trace rows and the panes of windows as one series each.

Depends on snapshots and the text of trace rows. A reading that both a row and a pane hold, or two
rows of two clones, is one point.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from operator import itemgetter
from typing import NamedTuple, TypeAlias

from gitledger.ledger.row import Row
from gitledger.windows.delta import NOMINAL_MINUTES
from gitledger.windows.snapshot import (
    DEFAULT_BUCKET,
    NO_ACCOUNT,
    MeterReading,
    Snapshot,
    maps_of,
    number_of,
    text_of,
)
from gitledger.windows.trace_text import UNKNOWN, TracePoint, read_points

DAY_SECONDS = 86_400
LEDGER = "trace"


class SeriesKey(NamedTuple):
    """Whose meter: provider, account, pool, meter."""

    provider: str
    account: str
    bucket: str
    meter: str


class Series(NamedTuple):
    """One meter over time, each list in order of time and as long as the others.

    `at` and `resets` are epoch seconds (UNKNOWN where none was told), `used` percent, `row` the
    place in `rows` of the row that holds the point. `minutes` is the length of the meter's window,
    None where nobody said it. `plans` are the plans that readings named, each with the first of
    them in a row.
    """

    key: SeriesKey
    minutes: int | None
    at: Sequence[int]
    used: Sequence[float]
    resets: Sequence[int]
    banked: Sequence[int]
    row: Sequence[int]
    rows: Sequence[str]
    plans: Sequence[tuple[int, str]] = ()

    @property
    def seconds(self) -> int | None:
        """The length of the meter's window in seconds."""
        return None if self.minutes is None else self.minutes * 60


Held = tuple[int, float, int, int, int]


class _Gathered:
    """Points of every meter on their way to series, each with the row that holds it."""

    def __init__(self) -> None:
        self.points: dict[SeriesKey, list[Held]] = defaultdict(list)
        self.minutes: dict[SeriesKey, int] = {}
        self.plans: dict[SeriesKey, set[tuple[int, str]]] = defaultdict(set)
        self.rows: list[str] = []

    def add(
        self, key: SeriesKey, points: Iterable[TracePoint], minutes: int | None, plan: str = ""
    ) -> None:
        """Take points of a meter that the newest row holds, in order of time."""
        row = len(self.rows) - 1
        held = [(*point, row) for point in points]
        if not held:
            return
        self.points[key] += held
        if plan:
            self.plans[key] |= {(held[0][0], plan), (held[-1][0], plan)}
        if minutes:
            self.minutes[key] = minutes


Shown: TypeAlias = tuple[tuple[str, str], str, Sequence[MeterReading]]


def series_of(
    rows: Iterable[Row], snapshots: Iterable[Snapshot] = (), shown: Iterable[Shown] = ()
) -> tuple[tuple[Series, ...], tuple[str, ...]]:
    """Every meter's series by provider, account, pool and meter, and the ids of unreadable rows.

    Of a pane that is outdated or was rehearsed nothing is taken. `shown` are readings that are no
    rows yet: (provider and account, source, readings).
    """
    gathered, unread = _Gathered(), list[str]()
    for row in rows:
        if not _take_row(gathered, row):
            unread.append(row.id)
    for snapshot in snapshots:
        _take_snapshot(gathered, snapshot)
    gathered.rows.append("")
    for holder, _, readings in shown:
        _take_readings(gathered, (holder[0], holder[1] or NO_ACCOUNT), readings)
    made = (_series(key, gathered) for key in sorted(gathered.points))
    return tuple(made), tuple(unread)


def _take_row(gathered: _Gathered, row: Row) -> bool:
    holder = (text_of(row.values, "provider"), text_of(row.values, "account", NO_ACCOUNT))
    gathered.rows.append(row.id)
    try:
        midnight = midnight_of(text_of(row.values, "day"))
        read = [
            (meter, list(read_points(text_of(meter, "points"), midnight)))
            for meter in maps_of(row.values, "meters")
        ]
    except (ValueError, OverflowError):
        return False
    for meter, points in read:
        key = SeriesKey(*holder, text_of(meter, "bucket", DEFAULT_BUCKET), _meter(meter))
        gathered.add(key, points, minutes_of(meter), text_of(meter, "plan"))
    return True


def _meter(shown: Mapping[str, object]) -> str:
    return text_of(shown, "meter")


def minutes_of(shown: Mapping[str, object]) -> int | None:
    """The length of a meter's window as a reading states it."""
    minutes = number_of(shown, "window_minutes")
    return None if minutes is None else int(minutes)


def midnight_of(day: str) -> int:
    """The first second of a UTC day. Raises ValueError."""
    return (date.fromisoformat(day).toordinal() - date(1970, 1, 1).toordinal()) * DAY_SECONDS


def _take_snapshot(gathered: _Gathered, snapshot: Snapshot) -> None:
    if snapshot.simulated:
        return
    gathered.rows.append(snapshot.row)
    fresh = [r for r in snapshot.readings if not snapshot.stale_why(r.bucket)]
    _take_readings(gathered, snapshot.holder, fresh)


def _take_readings(
    gathered: _Gathered, holder: tuple[str, str], readings: Iterable[MeterReading]
) -> None:
    for reading in readings:
        key = SeriesKey(*holder, *reading.key)
        gathered.add(key, [point_of(reading)], reading.window_minutes, reading.plan)


def point_of(reading: MeterReading) -> TracePoint:
    """A reading as a point of a trace, in whole seconds."""
    reset = UNKNOWN if reading.resets_at is None else int(reading.resets_at.timestamp())
    banked = UNKNOWN if reading.banked is None else reading.banked
    return TracePoint(int(reading.captured_at.timestamp()), float(reading.used), reset, banked)


def _series(key: SeriesKey, gathered: _Gathered) -> Series:
    """One meter's points in order of time, each once; of equal ones the row read first."""
    points = sorted(gathered.points[key], key=itemgetter(0))
    once: list[Held] = []
    same_moment: set[Held | tuple[float, int]] = set()
    for point in points:
        if not once or once[-1][0] != point[0]:
            same_moment.clear()
        place = (point[1], point[2])
        if place not in same_moment:
            same_moment.add(place)
            once.append(point)
    minutes = gathered.minutes.get(key) or NOMINAL_MINUTES.get(key.meter.partition("-")[0])
    columns = zip(*once, strict=True)
    at, used, resets, banked, row = (tuple(column) for column in columns)
    plans = tuple(plan_runs(gathered.plans.get(key, ())))
    return Series(key, minutes, at, used, resets, banked, row, gathered.rows, plans)


def plan_runs(told: Iterable[tuple[int, str]]) -> Iterator[tuple[int, str]]:
    """The plans in order of time, each where it was first told after another."""
    before = ""
    for at, plan in sorted(told):
        if plan != before:
            yield at, plan
        before = plan


def moment_of(seconds: int) -> datetime:
    """Epoch seconds as UTC."""
    return datetime.fromtimestamp(seconds, UTC)
