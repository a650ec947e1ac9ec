"""What every window's neighbours in time were, written beside it, so that no join is needed later.

Pure. A lag-1 correlation needs the window before, two and three places before; a chain of windows
that share a pane needs to know whether the one that it follows counts too. Both are told with the
day of the neighbour: a question about some days leaves out pairs that reach beyond them.
"""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from functools import lru_cache
from operator import attrgetter

from gitledger.fleet.columns import CHAINS, LAGS, neighbour_columns
from gitledger.measure.outcome import WindowOutcome
from gitledger.measure.sums import exact_fraction

Cells = dict[str, object]
Place = tuple[str, str]


def day_of(outcome: WindowOutcome) -> int | None:
    """The day of the work as a whole number, 20261129; None where no time is known."""
    digits = outcome.at[:10].replace("-", "")
    return int(digits) if digits.isdigit() and len(digits) == 8 else None


def neighbours_of(outcomes: Sequence[WindowOutcome]) -> Mapping[Place, Cells]:
    """By window and provider, the cells of all chains; without a neighbour there are none."""
    cells: dict[Place, Cells] = {(o.window, o.provider): {} for o in outcomes}
    for chain in CHAINS:
        lasting, apart = "lasting" in chain, chain.startswith("m_")
        arms: dict[tuple[str, str, str], list[WindowOutcome]] = {}
        for outcome in outcomes:
            if not outcome.unusable and not (lasting and outcome.lasts is None):
                method = outcome.methodology if apart else ""
                arm = (outcome.provider, outcome.rule, method)
                arms.setdefault(arm, []).append(outcome)
        for kept in arms.values():
            kept.sort(key=attrgetter("at", "window"))
            told = [neighbour_cells(o, lasting=lasting) for o in kept]
            own = [cells[o.window, o.provider] for o in kept]
            for lag in LAGS:
                names = tuple(neighbour_columns(chain, lag))
                for place in range(lag, len(kept)):
                    own[place].update(zip(names, told[place - lag], strict=True))
            for found, ended in cancelled_steps(kept).items():
                cells[found][f"{chain}_chain_day"], cells[found][f"{chain}_chain_steps"] = ended
    return cells


def neighbour_cells(outcome: WindowOutcome, *, lasting: bool) -> tuple[object, ...]:
    """What a window adds to the products of later ones, in the order of `neighbour_columns`."""
    xs = (outcome.lasts or (0.0, 0.0)) if lasting else (outcome.successes,)
    return (day_of(outcome), *xs, outcome.used)


def cancelled_steps(kept: Sequence[WindowOutcome]) -> Mapping[Place, tuple[int | None, Fraction]]:
    """Squared steps that cancel where a window follows one that counts too, and that one's day.

    The step that the earlier one ended with cancels once, however many windows follow it. Where
    accounts of a window follow several windows the day is that of the first.
    """
    ends = {(o.window, part.account): (o, part) for o in kept for part in o.parts}
    taken: set[tuple[str, str]] = set()
    found: dict[Place, tuple[int | None, Fraction]] = {}
    for outcome in kept:
        steps, days = Fraction(0), list[int]()
        for part in outcome.parts:
            place = (part.follows, part.account)
            if place not in ends:
                continue
            earlier, ended = ends[place]
            steps += square(part.step_before)
            if place not in taken:
                taken.add(place)
                steps += square(ended.step_after)
            days.append(day_of(earlier) or 0)
        if steps:
            found[outcome.window, outcome.provider] = (min(days), steps)
    return found


def window_squares(outcome: WindowOutcome) -> Fraction:
    """The squares of all steps that a window's readings were rounded to."""
    steps = [step for part in outcome.parts for step in (part.step_before, part.step_after)]
    return sum(map(square, steps), Fraction(0))


@lru_cache(maxsize=256)
def square(step: float) -> Fraction:
    """A step's square; meters know few steps."""
    return exact_fraction(step) ** 2
