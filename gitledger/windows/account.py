"""What an account's readings, in order of capture, say about each other.

One meter is shown by many captures of many windows. Only together do they tell that a pane is
older than it claims, that two windows ran on one account, or how many resets went by.
Depends on snapshots and deltas.
"""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from operator import attrgetter
from typing import NamedTuple

from gitledger.windows.delta import fell, link, stale_by_clock
from gitledger.windows.snapshot import MeterKey, MeterReading, Snapshot

Holder = tuple[str, str]
NEVER = datetime.max.replace(tzinfo=UTC)
_SHOWN_AT = attrgetter("captured_at")


class AccountSpan(NamedTuple):
    """The stretch of time in which a window used an account; `end` is NEVER while it is open."""

    window: str
    start: datetime
    end: datetime


def stale_panes(snapshots: Sequence[Snapshot]) -> Mapping[int, Mapping[str, str]]:
    """Why captures are stale: position in `snapshots` -> bucket -> reason.

    A bucket's meters are read at one moment, so one impossible meter condemns its bucket. The
    provider's own warning condemns the capture. A meter that shows less than the newest capture
    before it, under the same reset time, is older than that one; a second lower reading that
    has risen since the first proves that the meter did fall, and is believed.
    """
    found: dict[int, dict[str, str]] = {}
    newest: dict[tuple[Holder, MeterKey], MeterReading] = {}
    doubted: dict[tuple[Holder, MeterKey], MeterReading] = {}
    order = sorted(range(len(snapshots)), key=lambda i: snapshots[i].captured_at)
    for position in order:
        snapshot = snapshots[position]
        reasons, holder = _by_itself(snapshot), snapshot.holder
        for reading in snapshot.readings:
            if reading.bucket in reasons:
                continue
            place = (holder, reading.key)
            older = _older(newest.get(place), reading)
            if older and not _rose(doubted.get(place), reading):
                doubted[place] = reading
                found.setdefault(position, {}).setdefault(reading.bucket, older)
            else:
                newest[place] = reading
                doubted.pop(place, None)
        if reasons:
            found.setdefault(position, {}).update(reasons)
    return found


def _rose(doubted: MeterReading | None, reading: MeterReading) -> bool:
    """Whether a reading goes on from a doubted one: more used within the same window."""
    return doubted is not None and reading.used > doubted.used and link(doubted, reading) == "same"


def _by_itself(snapshot: Snapshot) -> dict[str, str]:
    """Buckets that a capture alone shows to be stale, with the reason."""
    if snapshot.problems and snapshot.says("stale"):
        reason = next(what for code, what, _ in snapshot.problems if code == "stale")
        return dict.fromkeys({r.bucket for r in snapshot.readings}, reason or "the output says so")
    reasons: dict[str, str] = {}
    for reading in snapshot.readings:
        if reading.bucket not in reasons and (why := stale_by_clock(reading)):
            reasons[reading.bucket] = why
    return reasons


def _older(newest: MeterReading | None, reading: MeterReading) -> str:
    """Why a reading must be older than the newest recorded one, "" when it need not be."""
    if newest is None or reading.used >= newest.used:
        return ""
    if newest.resets_at is None or reading.resets_at is None:
        return ""
    if link(newest, reading) != "same" or not fell(newest, reading):
        return ""
    seen = f"{newest.captured_at:%Y-%m-%d %H:%MZ}"
    return f"shows {reading.used} %, but {newest.used} % of the same window was seen at {seen}"


def same_reading(before: Snapshot, after: Snapshot) -> str:
    """Why two captures are one reading, "" when they are two.

    A source that dates its own figures gave them once; a pasted text that is said to have been
    shown at one time was shown once. Equal texts at two times may be two readings.
    """
    if before.source_at is not None and before.source_at == after.source_at:
        return f"before and after are the same reading: its source wrote it at {_shown(before)}"
    if before.digest and (before.digest, before.captured_at) == (after.digest, after.captured_at):
        return f"before and after are one text with one time, {_shown(before)}"
    return ""


def _shown(snapshot: Snapshot) -> str:
    return f"{snapshot.source_at or snapshot.captured_at:%Y-%m-%d %H:%M}Z"


def shared_windows(
    spans: Mapping[Holder, Sequence[AccountSpan]],
) -> Mapping[tuple[str, Holder], tuple[str, ...]]:
    """The other windows that used the same account in between: (window, holder) -> windows."""
    found: dict[tuple[str, Holder], list[str]] = defaultdict(list)
    for holder, given in spans.items():
        active: list[AccountSpan] = []
        for span in sorted(given, key=lambda s: (s.start, s.end)):
            active = [other for other in active if other.end > span.start]
            for other in active:
                if other.start < span.end:
                    found[(span.window, holder)].append(other.window)
                    found[(other.window, holder)].append(span.window)
            active.append(span)
    return {key: tuple(dict.fromkeys(windows)) for key, windows in found.items()}


def reading_history(
    snapshots: Iterable[Snapshot],
) -> Mapping[tuple[Holder, MeterKey], tuple[MeterReading, ...]]:
    """Every reading of each meter that names a reset, in order of capture."""
    shown: dict[tuple[Holder, MeterKey], list[MeterReading]] = defaultdict(list)
    for snapshot in snapshots:
        holder = snapshot.holder
        for reading in snapshot.readings:
            if reading.resets_at is not None:
                shown[(holder, reading.key)].append(reading)
    return {place: tuple(sorted(found, key=_SHOWN_AT)) for place, found in shown.items()}


def resets_between(
    history: Sequence[MeterReading], start: datetime, end: datetime
) -> tuple[datetime, ...]:
    """Reset times that readings captured from `start` to `end` named and that came by `end`."""
    first = bisect_left(history, start, key=_SHOWN_AT)
    last = bisect_right(history, end, key=_SHOWN_AT)
    named = (reading.resets_at for reading in history[first:last])
    return tuple(sorted({reset for reset in named if reset is not None and start < reset <= end}))


def with_staleness(snapshots: Sequence[Snapshot]) -> tuple[Snapshot, ...]:
    """The snapshots with each one's stale buckets filled in."""
    stale = stale_panes(snapshots)
    return tuple(
        snapshot._replace(stale=tuple(sorted(stale[i].items()))) if i in stale else snapshot
        for i, snapshot in enumerate(snapshots)
    )
