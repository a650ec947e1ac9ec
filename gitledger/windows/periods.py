"""A meter's series -> the periods it went through: what was used of each, and how each ended.

A period ends at its reset. Where the use fell or the reset moved before its time, the provider
began the period anew, moved it, or a banked reset of the account was used. Depends on the series.
"""

from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

from gitledger.windows.trace import DAY_SECONDS, Series
from gitledger.windows.trace_text import SAME_RESET, UNKNOWN, another

Ending = Literal["open", "reset", "early", "banked", "unseen"]
ROUNDING = 1.0  # points by which two ways of telling one figure may differ
NEARLY_EMPTY = 5.0  # percent: a newest reading above it that fell may just be outdated
LOOK_AHEAD = 3  # readings after a fall that say whether it was one
TAKING_TURNS = 2  # returns to a reset that another had replaced


class Move(NamedTuple):
    """The reset of a running period went to another time; use went on. Epoch seconds."""

    at: int
    before: int
    after: int
    banked_before: int
    banked_after: int
    row: str


class MeterPeriod(NamedTuple):
    """One period of one meter, as far as it was seen.

    `first` and `last` are the places of its first and last reading in the series; `reset` its reset
    as last told, UNKNOWN where none was; `ended` when the next period was first seen, 0 of the
    newest. `banked` counts the account's banked resets at its last reading and at the next period's
    first. `skipped` are readings that contradict those around them.
    """

    reset: int
    first: int
    last: int
    used_first: float
    used: float
    first_at: int
    last_at: int
    ending: Ending
    ended: int
    banked: tuple[int, int]
    moves: tuple[Move, ...]
    skipped: int
    row: str


class MeterCourse(NamedTuple):
    """All periods of one meter in order of time, and what of its readings cannot be.

    `impossible` are places of readings whose own reset does not fit their time; `skipped` counts
    readings that fell below those before and after them; `mixed` that two resets take turns.
    """

    series: Series
    periods: tuple[MeterPeriod, ...]
    impossible: tuple[int, ...]
    skipped: int
    mixed: bool


def course_of(series: Series, now: int | None = None) -> MeterCourse:
    """The periods of a meter; by `now` (epoch seconds) the newest may be over unseen."""
    wrong = tuple(place for place in range(len(series.at)) if impossible(series, place))
    bad = frozenset(wrong)
    places = [place for place in range(len(series.at)) if place not in bad] if bad else None
    good = range(len(series.at)) if places is None else places
    periods = tuple(_periods(series, good, now))
    turns = returns(series, good)
    skipped = sum(period.skipped for period in periods)
    return MeterCourse(series, periods, wrong, skipped, turns >= TAKING_TURNS)


def impossible(series: Series, place: int) -> bool:
    """Whether a reading's reset had passed when it was shown, or lies beyond a whole window."""
    reset, at = series.resets[place], series.at[place]
    if reset == UNKNOWN:
        return False
    if at >= reset + SAME_RESET:
        return True
    length = series.seconds
    if length is None:
        return False
    months = length > 14 * DAY_SECONDS
    # months differ by a tenth, other meters by clocks alone
    return reset - at > length + max(SAME_RESET, length // (10 if months else 50))


def returns(series: Series, places: Sequence[int]) -> int:
    """How often a reset that another had replaced, and that is still ahead, is told again."""
    current, found = UNKNOWN, 0
    replaced: list[int] = []
    for place in places:
        reset = series.resets[place]
        if reset == UNKNOWN or not another(current, reset):
            continue
        if any(not another(old, reset) for old in replaced):
            found += 1
        if current != UNKNOWN and current > series.at[place] + SAME_RESET:
            replaced.append(current)
        replaced = [old for old in replaced if old > series.at[place]]
        current = reset
    return found


class _Running:
    """The period that is being read: where it began, how far it is, what moved or was skipped."""

    def __init__(self, series: Series, place: int) -> None:
        self.first = self.last = place
        self.used = series.used[place]
        self.reset = series.resets[place]
        self.banked = series.banked[place]
        self.moves: list[Move] = []
        self.skipped = 0

    def take(self, series: Series, place: int) -> None:
        """Go on to a reading of the same period; rounding never takes use back."""
        self.last = place
        self.used = max(self.used, series.used[place])
        if series.resets[place] != UNKNOWN:
            self.reset = series.resets[place]
        if series.banked[place] != UNKNOWN:
            self.banked = series.banked[place]

    def move(self, series: Series, place: int) -> None:
        """The same use under another reset."""
        banked = series.banked[place]
        row = series.rows[series.row[place]]
        told = Move(series.at[place], self.reset, series.resets[place], self.banked, banked, row)
        self.moves.append(told)
        self.take(series, place)

    def closed(self, series: Series, ending: Ending, after: int | None) -> MeterPeriod:
        """The period as a value; `after` is the place of the next period's first reading."""
        return MeterPeriod(
            self.reset,
            self.first,
            self.last,
            series.used[self.first],
            self.used,
            series.at[self.first],
            series.at[self.last],
            ending,
            0 if after is None else series.at[after],
            (self.banked, UNKNOWN if after is None else series.banked[after]),
            tuple(self.moves),
            self.skipped,
            series.rows[series.row[self.last]],
        )


def _periods(series: Series, places: Sequence[int], now: int | None) -> Iterator[MeterPeriod]:
    running: _Running | None = None
    used, resets = series.used, series.resets
    for nth, place in enumerate(places):
        if running is None:
            running = _Running(series, place)
            continue
        # most readings go on in the period of the one before
        if resets[place] == running.reset and used[place] >= running.used:
            running.take(series, place)
            continue
        step = _step(series, running, places, nth)
        if step == "same":
            running.take(series, place)
        elif step == "skip":
            running.skipped += 1
        elif step == "move":
            running.move(series, place)
        else:
            yield running.closed(series, step, place)
            running = _Running(series, place)
    if running is not None:
        come = now is not None and running.reset != UNKNOWN and running.reset <= now
        yield running.closed(series, "reset" if come else "open", None)


Step = Literal["same", "skip", "move", "reset", "early", "banked", "unseen"]


def _step(series: Series, running: _Running, places: Sequence[int], nth: int) -> Step:
    """What a reading is to the period that runs."""
    place = places[nth]
    used, reset, at = series.used[place], series.resets[place], series.at[place]
    fell = used < running.used - ROUNDING
    if _came(series, running, at, reset):
        return "reset"
    if running.reset == UNKNOWN and reset != UNKNOWN and _began_after(series, running, place):
        return "unseen"
    if not fell:
        moved = UNKNOWN not in {reset, running.reset} and another(running.reset, reset)
        return "move" if moved else "same"
    same = UNKNOWN in {reset, running.reset} or not another(running.reset, reset)
    unconfirmed = nth + 1 == len(places) and used > NEARLY_EMPTY
    if same and (unconfirmed or _comes_back(series, running, places, nth)):
        return "skip"
    banked = series.banked[place]
    if UNKNOWN not in {banked, running.banked} and banked < running.banked:
        return "banked"
    return "unseen" if running.reset == UNKNOWN else "early"


def _came(series: Series, running: _Running, at: int, reset: int) -> bool:
    """Whether the period's own reset had come, or a whole window went by where none is known."""
    if running.reset != UNKNOWN:
        return at >= running.reset - SAME_RESET and another(running.reset, reset)
    length = series.seconds
    return length is not None and at - series.at[running.last] >= length


def _began_after(series: Series, running: _Running, place: int) -> bool:
    """Whether the window that a reading names began after the last reading of this period."""
    length = series.seconds
    return length is not None and series.resets[place] - length > (
        series.at[running.last] + SAME_RESET
    )


def _comes_back(series: Series, running: _Running, places: Sequence[int], nth: int) -> bool:
    """Whether one of the next readings of the same reset stands where the meter had stood."""
    reset = series.resets[places[nth]]
    for later in places[nth + 1 : nth + 1 + LOOK_AHEAD]:
        if another(reset, series.resets[later]) and reset != UNKNOWN:
            return False
        if series.used[later] >= running.used - ROUNDING:
            return series.at[later] < running.reset or running.reset == UNKNOWN
    return False
