"""A user's log as a routing problem: frozen windows and budgets in, support and instance out.

Depends on the instance values and the errors. The reward of a window is its successful features
times its quality (`window_reward`); its costs are weekly points (private to the provider's
account), API dollars and one window slot (shared). A five-hour meter refills, so it only caps a
round. Windows are ordered by their content before they become outcomes: row order cannot matter.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from gitledger.errors import InvalidData, Problem, TooFewWindows
from gitledger.routing.instance import Arm, Instance, Resource, evenly

LEAST_WINDOWS = 3
RewardRule = Literal["features", "features-per-point"]


@dataclass(frozen=True, slots=True)
class LoggedWindow:
    """One provider's part in one finalised window, as the log holds it.

    `reward` in features x quality; `pp` points of the capacity meter used, `dollars` API dollars,
    `session_pp` points of the meter that refills. None = unknown; `why` then says so.
    """

    window: str
    provider: str
    reward: float | None
    pp: float | None
    dollars: float | None = None
    session_pp: float | None = None
    methodology: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class Budgets:
    """What is left to spend: weekly points by provider, API dollars, window slots.

    The last `reserve` points of each weekly bar are not spent. `session_cap` is the most points
    of the refilling meter one round can use. Providers in `refilling` have no weekly bar at all.
    None = no such limit.
    """

    weekly: Mapping[str, float]
    reserve: float = 10.0
    dollars: float | None = None
    slots: int | None = None
    session_cap: float = 100.0
    refilling: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Support:
    """How much log stands behind an arm; a `refused` one takes no part, and `why` says so."""

    arm: str
    provider: str
    windows: int
    usable: int
    state: Literal["supported", "refused"]
    why: str = ""
    left_out: tuple[tuple[str, str], ...] = ()


def window_reward(
    features: float, quality: float, pp: float, rule: RewardRule = "features", epsilon: float = 1.0
) -> float:
    """Reward of a window: features x quality, or quality / (epsilon + points used)."""
    return quality / (epsilon + pp) if rule == "features-per-point" else features * quality


def arm_of(window: LoggedWindow, *, by_methodology: bool) -> str:
    """The arm a window speaks for: its provider, or `provider/methodology`."""
    split = by_methodology and window.methodology
    return f"{window.provider}/{window.methodology}" if split else window.provider


def support_of(
    log: Sequence[LoggedWindow], budgets: Budgets, *, by_methodology: bool = False
) -> tuple[Support, ...]:
    """Support of every arm of the log, by name."""
    arms = sorted({(arm_of(w, by_methodology=by_methodology), w.provider) for w in log})
    return tuple(
        _support(arm, provider, [w for w in log if _speaks(w, arm, by_methodology)], budgets)
        for arm, provider in arms
    )


def instance_of(
    log: Sequence[LoggedWindow], budgets: Budgets, horizon: int, *, by_methodology: bool = False
) -> Instance:
    """The routing problem of the arms with support; each usable window is an even outcome.

    Raises `InvalidData` for impossible figures, `TooFewWindows` when no arm has support.
    """
    problems = _impossible(log, budgets, horizon)
    if problems:
        raise InvalidData("the replay cannot start", "fix what is listed", problems)
    support = support_of(log, budgets, by_methodology=by_methodology)
    kept = [s for s in support if s.state == "supported"]
    if not kept:
        said = "; ".join(f"{s.arm}: {s.why}" for s in support) or "the log holds no windows"
        raise TooFewWindows(
            f"no provider has support for a replay ({said})",
            f"record and complete at least {LEAST_WINDOWS} windows of a provider",
        )
    arms = tuple(
        Arm(
            s.arm,
            evenly(
                [
                    (w.reward or 0.0, _costs(w, budgets))
                    for w in log
                    if _speaks(w, s.arm, by_methodology) and not _unusable(w, budgets)
                ]
            ),
        )
        for s in kept
    )
    return Instance("log", arms, _resources([s.provider for s in kept], budgets), horizon)


def order_of(
    log: Sequence[LoggedWindow], instance: Instance, *, by_methodology: bool = False
) -> tuple[int, ...]:
    """What the log did: the arm (its place in `instance`) of each window, in log order."""
    place = {arm.name: i for i, arm in enumerate(instance.arms)}
    named = (arm_of(w, by_methodology=by_methodology) for w in log)
    return tuple(place[name] for name in named if name in place)


def _support(arm: str, provider: str, log: Sequence[LoggedWindow], budgets: Budgets) -> Support:
    out = tuple((w.window, why) for w in log if (why := _unusable(w, budgets)))
    usable, why = len(log) - len(out), ""
    if usable < LEAST_WINDOWS:
        reasons = ", ".join(f"{n} {reason}" for reason, n in Counter(r for _, r in out).items())
        why = f"{usable} usable, at least {LEAST_WINDOWS} windows are needed"
        why += f" (left out: {reasons})" if reasons else ""
    elif provider not in budgets.weekly and provider not in budgets.refilling:
        why = "how much of its budget is left is not known"
    state: Literal["supported", "refused"] = "refused" if why else "supported"
    return Support(arm, provider, len(log), usable, state, why, out)


def _speaks(window: LoggedWindow, arm: str, by_methodology: bool) -> bool:  # noqa: FBT001 - passed on
    return arm_of(window, by_methodology=by_methodology) == arm


def _unusable(window: LoggedWindow, budgets: Budgets) -> str:
    if window.reward is None:
        return window.why or "what it earned is unknown"
    if window.pp is None:
        return window.why or "points used are unknown"
    if budgets.dollars is not None and window.dollars is None:
        return "API dollars are unknown and a dollar budget is given"
    return ""


def _costs(window: LoggedWindow, budgets: Budgets) -> tuple[tuple[str, float], ...]:
    costs: list[tuple[str, float]] = []
    if window.provider in budgets.weekly:
        costs.append((f"weekly {window.provider}", window.pp or 0.0))
    if budgets.dollars is not None:
        costs.append(("dollars", window.dollars or 0.0))
    if budgets.slots is not None:
        costs.append(("slots", 1.0))
    session = window.pp if window.provider in budgets.refilling else window.session_pp
    if session is not None:
        costs.append(("session", session))
    return tuple(costs)


def _resources(providers: Sequence[str], budgets: Budgets) -> tuple[Resource, ...]:
    found = [
        Resource(f"weekly {p}", budgets.weekly[p], reserve=budgets.reserve, arm=p, unit="pp")
        for p in sorted(set(providers) & set(budgets.weekly))
    ]
    if budgets.dollars is not None:
        found.append(Resource("dollars", budgets.dollars, unit="USD"))
    if budgets.slots is not None:
        found.append(Resource("slots", float(budgets.slots), unit="windows"))
    found.append(Resource("session", budgets.session_cap, basis="cap", unit="pp"))
    return tuple(found)


def _impossible(log: Sequence[LoggedWindow], budgets: Budgets, horizon: int) -> list[Problem]:
    figures: list[tuple[str, float | None]] = [("rounds", horizon), ("reserve", budgets.reserve)]
    figures += [(f"budget of {p}", left) for p, left in sorted(budgets.weekly.items())]
    figures += [("dollars", budgets.dollars), ("slots", budgets.slots)]
    figures += [("session cap", budgets.session_cap)]
    for w in log:
        place = f"window {w.window}, {w.provider}"
        figures += [(f"{place}: reward", w.reward), (f"{place}: points", w.pp)]
        figures += [(f"{place}: dollars", w.dollars), (f"{place}: session", w.session_pp)]
    return [
        Problem(where, f"{figure} is not a figure from 0 up", "give 0 or more", "out-of-range")
        for where, figure in figures
        if figure is not None and not 0 <= figure < float("inf")
    ]
