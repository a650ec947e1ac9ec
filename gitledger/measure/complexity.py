"""How hard a feature was on a mind (CLS) and how many human minutes it took (IMPF).

Depends on `measure.estimate`. Both stay honest about what is missing: a term that nobody
measured is named, and the weights of the others are scaled up to one.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from gitledger.measure.estimate import Estimate, stated_once, unknown
from gitledger.windows.features import TYPED, several_rules

CLS_WEIGHTS: Mapping[str, float] = {
    "files_touched": 0.25,
    "module_spread": 0.20,
    "dependency_depth": 0.15,
    "delta_cyclomatic": 0.15,
    "plan_size_kb": 0.10,
    "interface_delta": 0.10,
    "cross_refs": 0.05,
}
HISTORY_DAYS = 30
MIDDLE = "no interval: the middle of the slopes between weeks"
SCORED = "no interval: a score against the windows of 30 days, not a sample of them"
STATED = "no interval: minutes that people stated, not a sample of any"
CATEGORIES = ("guidance", "intervention", "validation")


@dataclass(frozen=True, slots=True)
class CognitiveLoad:
    """CLS of one feature: the value, whether it was stated or computed, and its terms.

    `terms` are the names that entered with their z; `missing` the names that could not.
    """

    estimate: Estimate
    stated: bool = False
    terms: tuple[tuple[str, float], ...] = ()
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FeatureFacts:
    """What is known of one feature: its day and any of the seven terms, unknown ones absent."""

    on: date
    terms: Mapping[str, float]


def cognitive_load(
    subject: FeatureFacts, others: Sequence[FeatureFacts], *, stated: float | None = None
) -> CognitiveLoad:
    """Weighted z-scores over the features of the 30 days up to the subject's day, itself one.

    A stated value wins and is labelled. A term needs two features that know it; without any
    spread among them its z is 0.
    """
    if stated is not None:
        return CognitiveLoad(stated_once(stated), stated=True)
    recent = [f for f in others if 0 <= (subject.on - f.on).days <= HISTORY_DAYS]
    group = [subject, *recent]
    scores = {name: z_score(name, group) for name in CLS_WEIGHTS}
    used = {name: z for name, z in scores.items() if z is not None}
    missing = tuple(name for name in CLS_WEIGHTS if name not in used)
    if not used:
        reason = "no term is known for this feature and another one of the last 30 days"
        return CognitiveLoad(unknown(reason, n=len(group), method="cls"), missing=missing)
    total = math.fsum(CLS_WEIGHTS[name] for name in used)
    value = math.fsum(CLS_WEIGHTS[name] * z for name, z in used.items()) / total
    return CognitiveLoad(
        Estimate(value, n=len(group), method="cls", reason=SCORED),
        terms=tuple(used.items()),
        missing=missing,
    )


def z_score(name: str, group: Sequence[FeatureFacts]) -> float | None:
    """The first one's distance from the group's mean in standard deviations (of the group)."""
    known = [f.terms[name] for f in group if name in f.terms]
    if name not in group[0].terms or len(known) < 2:
        return None
    mean = math.fsum(known) / len(known)
    deviation = math.sqrt(math.fsum((v - mean) ** 2 for v in known) / len(known))
    return 0.0 if deviation == 0 else (group[0].terms[name] - mean) / deviation


@dataclass(frozen=True, slots=True)
class Interaction:
    """Human minutes spent on some features, by category where that was kept.

    `rule` is what counted the features of its window.
    """

    on: date
    minutes: Mapping[str, float]
    features: float
    window: str = ""
    rule: str = TYPED

    @property
    def total(self) -> float:
        """Minutes of all categories together."""
        return math.fsum(self.minutes.values())


@dataclass(frozen=True, slots=True)
class WeekOfMinutes:
    """One ISO week's minutes per feature."""

    week: str
    estimate: Estimate


def impf(interactions: Sequence[Interaction], category: str | None = None) -> Estimate:
    """Minutes per feature over all interactions: sum of minutes over sum of features.

    With a category, its minutes alone, over those interactions that know it.
    """
    known = [i for i in interactions if category is None or category in i.minutes]
    features = math.fsum(i.features for i in known)
    if mixed := several_rules((i.window, i.rule) for i in known):
        return unknown(mixed, n=len(known), method="impf")
    if features <= 0:
        spent = math.fsum(i.total for i in known)
        lack = f"{spent:g} minutes and no feature" if known else "no minutes stated"
        return unknown(lack, n=len(known), method="impf")
    minutes = math.fsum(i.total if category is None else i.minutes[category] for i in known)
    return Estimate(minutes / features, n=len(known), method="impf", reason=STATED)


def impf_by_week(
    interactions: Sequence[Interaction], category: str | None = None
) -> tuple[WeekOfMinutes, ...]:
    """IMPF (of a category) of each ISO week that has interactions, oldest first (`2026-W47`)."""
    weeks: dict[str, list[Interaction]] = {}
    for interaction in interactions:
        year, week, _ = interaction.on.isocalendar()
        weeks.setdefault(f"{year}-W{week:02}", []).append(interaction)
    return tuple(WeekOfMinutes(week, impf(weeks[week], category)) for week in sorted(weeks))


def impf_trend(weeks: Sequence[WeekOfMinutes]) -> Estimate:
    """Minutes per feature gained (+) or saved (-) a week: the Theil-Sen slope over the weeks.

    Unknown below two weeks. Theil-Sen (the median of all pairwise slopes) is not moved by one
    odd week.
    """
    points = [(monday(w.week), w.estimate.value) for w in weeks if w.estimate.value is not None]
    slopes = sorted(
        (right - left) / (later - sooner)
        for i, (sooner, left) in enumerate(points)
        for later, right in points[i + 1 :]
        if later != sooner
    )
    if not slopes:
        return unknown("fewer than two weeks", n=len(points), method="theil-sen")
    half = len(slopes) // 2
    middle = slopes[half] if len(slopes) % 2 else (slopes[half - 1] + slopes[half]) / 2
    return Estimate(middle, n=len(points), method="theil-sen", reason=MIDDLE)


def monday(week: str) -> float:
    """The week's number on an endless count of weeks."""
    year, _, number = week.partition("-W")
    return date.fromisocalendar(int(year), int(number), 1).toordinal() / 7
