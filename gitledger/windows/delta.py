"""Two readings of one meter -> a delta in exactly one state. Depends on snapshot readings only.

A meter counts up within its window and starts again at its reset. There is no wrap-around
arithmetic here: a meter that fell was reset, moved, or read from a wrong pane, and the state
says which. Meter windows are real minutes, so all arithmetic is in UTC.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Literal, NamedTuple

from gitledger.windows.moves import moved_why, utc_text
from gitledger.windows.rounding import rounding_error, spread, step_of
from gitledger.windows.snapshot import MeterReading
from gitledger.windows.thresholds import RESET_TOLERANCE

State = Literal[
    "valid",
    "manual",
    "reset-between",
    "anchor-moved",
    "non-monotonic",
    "stale",
    "saturated",
    "zero-capacity",
    "shared",
    "missing-before",
    "missing-after",
    "unread",
    "same-reading",
]
Link = Literal["same", "reset", "moved"]
Mark = Literal["includes-next-turn", "lacks-first-turn", "seen-here"]
FILLED = "the meter is full: what was left of it was used"
SOLD = "the meter is full and more is sold: the true use is at least this"
USABLE: frozenset[State] = frozenset({"valid", "manual", "saturated"})
NOMINAL_MINUTES = {"5h": 300, "weekly": 10_080}
FULL, ZERO, ONE = Decimal(100), Decimal(0), Decimal(1)
MINUTE = timedelta(minutes=1)


class Part(NamedTuple):
    """One side of a reset: from where to where the meter went, None where nobody saw it."""

    start: Decimal | None
    end: Decimal | None


class Delta(NamedTuple):
    """What a window took from one meter, and whether that can be trusted.

    `value` is after - before in percentage points, known only within one window of the meter;
    `resolution` what rounding leaves open, +- pp; `low` and `high` bound the true use (None is
    open: a full meter where use beyond 100 % is sold). `steps` are the steps of the two readings
    in pp, 0 for exact ones. `parts` and `resets` tell a `reset-between` apart. `with_windows`
    names who shared. `marks` say what else is known of it: a turn that it may hold or lack, that
    only what this machine saw is known.
    """

    provider: str
    account: str
    bucket: str
    meter: str
    state: State
    why: str = ""
    before: Decimal | None = None
    after: Decimal | None = None
    value: Decimal | None = None
    resolution: Decimal | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    manual: bool = False
    rounding: str = ""
    parts: tuple[Part, ...] = ()
    resets: tuple[datetime, ...] = ()
    with_windows: tuple[str, ...] = ()
    steps: tuple[Decimal, Decimal] = (ONE, ONE)
    marks: tuple[Mark, ...] = ()

    @property
    def bounded_below_only(self) -> bool:
        """Whether the meter was full while more could be bought: the use is at least `value`."""
        return self.state == "saturated" and self.high is None

    @property
    def usable(self) -> bool:
        """Whether it enters totals: valid, manual (marked), or saturated (as 100 - before)."""
        return self.state in USABLE and not self.bounded_below_only


class Doubt(NamedTuple):
    """What the account's other readings say against a pair: staleness, sharing, resets seen.

    `tolerance` is how far apart two times of one reset may lie; `overage` says that the account
    may use more than its 100 %, so that a full meter is a lower bound; `same` why both sides are
    one reading.
    """

    stale: str = ""
    shared_with: tuple[str, ...] = ()
    resets: tuple[datetime, ...] = ()
    tolerance: timedelta = RESET_TOLERANCE
    overage: bool = False
    same: str = ""


TRUSTED = Doubt()


def measure_delta(
    before: MeterReading,
    after: MeterReading,
    doubt: Doubt = TRUSTED,
    *,
    provider: str = "",
    account: str = "",
) -> Delta:
    """The delta between two readings of one meter, `before` captured no later than `after`.

    First match wins: same-reading, non-monotonic (fell under one reset time), stale,
    reset-between, anchor-moved, shared, zero-capacity, saturated, manual, valid.
    """
    state, why = _judge(before, after, doubt)
    error = rounding_error(before, after)
    value, low, high = _amounts(before, after, state, doubt)
    reset = state == "reset-between"
    return Delta(
        provider,
        account,
        after.bucket,
        after.meter,
        state,
        why,
        before.used,
        after.used,
        value,
        None if value is None else error,
        low,
        high,
        before.manual or after.manual,
        before.rounding if before.rounding == after.rounding else "mixed",
        (Part(before.used, None), Part(ZERO, after.used)) if reset else (),
        _resets(before, doubt) if reset else (),
        doubt.shared_with if state == "shared" else (),
        (step_of(before), step_of(after)),
    )


def link(before: MeterReading, after: MeterReading, tolerance: timedelta = RESET_TOLERANCE) -> Link:
    """Whether both stand in the same window of the meter, across a reset, or across a move."""
    if before.resets_at is not None and after.resets_at is not None:
        if after.resets_at == before.resets_at:
            return "same"
        # one reset is told a little differently from reading to reading
        if abs(after.resets_at - before.resets_at) <= tolerance:
            return "same"
        came = before.resets_at <= after.captured_at + tolerance
        return "reset" if came else "moved"
    if before.resets_at is not None:
        return "reset" if before.resets_at <= after.captured_at else "same"
    return "reset" if _reset_fits(before, after) else "same"


def fell(before: MeterReading, after: MeterReading) -> bool:
    """Whether the true value must have fallen: rounding alike keeps order, unlike may not."""
    if after.used >= before.used:
        return False
    if (before.rounding, before.resolution) == (after.rounding, after.resolution):
        return True
    return after.used + spread(after)[1] < before.used + spread(before)[0]


def window_length(reading: MeterReading) -> timedelta | None:
    """The length of the meter's window: as stated, else by its name, else unknown."""
    minutes = reading.window_minutes or NOMINAL_MINUTES.get(reading.meter.partition("-")[0])
    return None if minutes is None else _length(minutes)


@lru_cache(maxsize=64)
def _length(minutes: int) -> timedelta:
    return timedelta(minutes=minutes)


def stale_by_clock(reading: MeterReading) -> str:
    """Why a reading is older than its capture says, "" when its own reset time fits.

    The reset must lie within (captured, captured + window length]; a time printed without
    seconds stands for its whole minute.
    """
    reset, shown = reading.resets_at, reading.captured_at
    if reset is None:
        return ""
    if shown >= (reset + MINUTE if reading.to_the_minute else reset):
        return f"the {reading.meter} meter shows a reset at {utc_text(reset)}, in the past"
    length = window_length(reading)
    if length is not None and reset - shown > length and reset - shown > length + _slack(length):
        return f"the {reading.meter} meter shows a reset farther ahead than its window is long"
    return ""


def _judge(before: MeterReading, after: MeterReading, doubt: Doubt) -> tuple[State, str]:
    if doubt.same:
        return "same-reading", doubt.same
    linked = link(before, after, doubt.tolerance)
    if linked == "same" and fell(before, after):
        return "non-monotonic", f"fell from {before.used} to {after.used} % before its reset"
    if doubt.stale:
        return "stale", doubt.stale
    if linked == "reset":
        return "reset-between", _reset_why(before, after, doubt)
    if linked == "moved":
        return "anchor-moved", moved_why(before, after)
    return _judge_spanned(before, after, doubt)


def _judge_spanned(before: MeterReading, after: MeterReading, doubt: Doubt) -> tuple[State, str]:
    """The state of a pair within one window of the meter that did not fall."""
    if doubt.shared_with:
        return "shared", f"{', '.join(doubt.shared_with)} used the same account in between"
    if before.used >= FULL:
        return "zero-capacity", "the meter was full already: nothing was left to use"
    if after.used >= FULL:
        return "saturated", SOLD if sells_more(after, doubt) else FILLED
    if before.manual or after.manual:
        return "manual", "typed in"
    return "valid", ""


def _amounts(
    before: MeterReading, after: MeterReading, state: State, doubt: Doubt
) -> tuple[Decimal | None, Decimal | None, Decimal | None]:
    """Value, low and high of the true use; all unknown unless one window of the meter spans."""
    if state not in USABLE and state != "shared":
        return None, None, None
    value = max(after.used - before.used, ZERO)
    bought = after.used >= FULL and sells_more(after, doubt)
    if state == "shared":
        return value, ZERO, None if bought else value
    if bought:
        return value, value, None
    error = rounding_error(before, after)
    return value, max(value - error, ZERO), value + error


def sells_more(after: MeterReading, doubt: Doubt) -> bool:
    """Whether use beyond 100 % is sold: stated of the account, or shown by the reading."""
    return doubt.overage or after.overage or after.used > FULL


def _reset_fits(before: MeterReading, after: MeterReading) -> bool:
    """Whether a reset may lie between when the reading before does not name one.

    The reading after names its window's end, hence its beginning: a meter that stood at 0
    loses nothing unless a whole window fits before that; any other does when the window began
    after the reading before. When neither names one, a window's length must have gone by.
    """
    length = window_length(after) or window_length(before)
    if length is None:
        return False
    if after.resets_at is None:
        return after.captured_at - before.captured_at >= length
    unseen = after.resets_at - length - before.captured_at
    return unseen >= length if before.used == ZERO else unseen > RESET_TOLERANCE


def _resets(before: MeterReading, doubt: Doubt) -> tuple[datetime, ...]:
    """The known resets between, the before-reading's own first, each once."""
    known: list[datetime] = []
    own: Sequence[datetime] = () if before.resets_at is None else (before.resets_at,)
    for reset in sorted((*own, *doubt.resets)):
        if not known or reset - known[-1] > RESET_TOLERANCE:
            known.append(reset)
    return tuple(known)


def _reset_why(before: MeterReading, after: MeterReading, doubt: Doubt) -> str:
    resets = _resets(before, doubt)
    if not resets:
        return "a reset fits between the two readings"
    times = "once" if len(resets) == 1 else "twice" if len(resets) == 2 else f"{len(resets)} times"
    listed = ", ".join(utc_text(reset) for reset in resets)
    return f"reset {times} in between ({listed}): {before.used} -> ?, 0 -> {after.used}"


def _slack(length: timedelta) -> timedelta:
    """Windows are reported up to 2 % short (299 of 300 minutes), calendar months up to 10 %."""
    return max(RESET_TOLERANCE, length / (10 if length > timedelta(days=14) else 50))
