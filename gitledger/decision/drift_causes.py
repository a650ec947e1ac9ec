"""What else than the provider could explain a change of a rate: named from what the ledger saw.

Depends on weeks of rates. Each cause is told as changed, as alike before and since, or as not seen;
what no counter can see is named as such. None of it accuses anybody.
"""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

from gitledger.measure.drift import RateChange, RateDrift
from gitledger.measure.exchange import FEATURES, SESSION, TOKENS, WeekMix, WeekRate

MOVED = 0.1  # share by which two times are told apart
WEEKS_BEFORE = 8
CHANGED, ALIKE, UNSEEN = "changed", "alike", "not-seen"
BEYOND: Mapping[str, str] = {
    SESSION: "use of models or features that count on one meter only",
    TOKENS: "use elsewhere at the same hours (another machine, the app, the web), which no counter "
    "here sees",
    FEATURES: "easier or harder features, another way of work, other models",
}
SHARES: Mapping[str, tuple[str, Callable[[WeekMix], float | None]]] = {
    "cache-reads": ("cache reads among all tokens", lambda mix: mix.cached),
    "sub-agents": ("sub-agents' part of the tokens", lambda mix: mix.subagents),
    "elsewhere": ("weekly points that came while nothing was counted here", lambda m: m.elsewhere),
}
MISSING: Mapping[str, str] = {
    "models": "other models: the counter does not tell them",
    "cache-reads": "more or fewer cache reads: the counter does not tell them",
    "sub-agents": "sub-agents: the counter does not tell them",
    "elsewhere": "use elsewhere: too few readings tell",
}


class Cause(NamedTuple):
    """One thing that could explain a change: what, whether it changed, and how, in words."""

    what: str
    state: str
    text: str


def causes(change: RateChange, drift: RateDrift) -> tuple[Cause, ...]:
    """What could explain a change of a rate, besides the limit itself."""
    beyond = Cause("beyond", UNSEEN, BEYOND[drift.rate])
    if drift.rate != TOKENS:
        return (beyond,)
    before = [week for week in drift.judged if week.begin < change.since][-WEEKS_BEFORE:]
    since = [week for week in drift.judged if week.begin >= change.since]
    sides = (mixes(before), mixes(since))
    return (models_cause(sides), *_shares(sides), beyond)


def mixes(weeks: Sequence[WeekRate]) -> list[WeekMix]:
    """What is known of some weeks' tokens."""
    return [week.mix for week in weeks if week.mix is not None]


def _shares(sides: tuple[Sequence[WeekMix], Sequence[WeekMix]]) -> Iterator[Cause]:
    for what, (words, share_of) in SHARES.items():
        means = [mean_of([share_of(mix) for mix in side]) for side in sides]
        yield share_cause(what, words, means[0], means[1])


def share_cause(what: str, words: str, before: float | None, since: float | None) -> Cause:
    """A share before and since: changed by a tenth or more, or alike."""
    if before is None or since is None:
        return Cause(what, UNSEEN, MISSING[what])
    text = f"{words}: {before:.0%} before, {since:.0%} since"
    return Cause(what, CHANGED if abs(since - before) >= MOVED else ALIKE, text)


def mean_of(shares: Sequence[float | None]) -> float | None:
    """The mean of shares that are known; None without any."""
    known = [share for share in shares if share is not None]
    return math.fsum(known) / len(known) if known else None


def models_cause(sides: tuple[Sequence[WeekMix], Sequence[WeekMix]]) -> Cause:
    """Whether other models were used, or the same in other parts."""
    named = [sorted({name for mix in side for name, _ in mix.models}) for side in sides]
    if not all(named):
        return Cause("models", UNSEEN, MISSING["models"])
    before, since = (model_shares(side) for side in sides)
    if before is None or since is None:
        text = f"models: {', '.join(named[0])} before; {', '.join(named[1])} since"
        return Cause("models", CHANGED if named[0] != named[1] else ALIKE, text)
    pairs = {name: (before.get(name, 0.0), since.get(name, 0.0)) for name in {*before, *since}}
    names = sorted(pairs, key=lambda name: (-sum(pairs[name]), name))
    moved = any(abs(after - then) >= MOVED for then, after in pairs.values())
    told = [f"{n} {pairs[n][0]:.0%} before, {pairs[n][1]:.0%} since" for n in names[:4]]
    return Cause("models", CHANGED if moved else ALIKE, f"models: {'; '.join(told)}")


def model_shares(side: Sequence[WeekMix]) -> Mapping[str, float] | None:
    """Each model's mean share of the weeks' tokens; None where a week does not tell it."""
    if any(share is None for mix in side for _, share in mix.models):
        return None
    names = {name for mix in side for name, _ in mix.models}
    told = [{name: share or 0.0 for name, share in mix.models} for mix in side]
    return {name: math.fsum(one.get(name, 0.0) for one in told) / len(told) for name in names}
