"""Features per unit of capacity, in all its named variants; ratios of sums, never mean ratios.

Depends on `measure.estimate`, `intervals`, `gates` and `outcome`.
Formulas: docs/explanation/measures.md.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter

from gitledger.errors import with_noun
from gitledger.measure.estimate import Estimate, between, plain, unknown
from gitledger.measure.gates import SampleGate, printed_estimate, sample_gate, windows_needed
from gitledger.measure.intervals import Sample, shrunk_log_t, spread_of, weight_spread
from gitledger.measure.outcome import (
    LASTING_DIGITS,
    SATURATED,
    WindowOutcome,
    canonical,
    churn_open,
    mixed_rules,
)
from gitledger.measure.rounding import rounding_variance
from gitledger.measure.terms import SHIPPED, Statistics

FEATURES_PER_PP = "features_per_pp"
QUALITY_ADJUSTED = "quality_adjusted_per_pp"
PER_WINDOW = "features_per_window"
LASTING_PER_PP = "lasting_per_pp"
VARIANTS = (FEATURES_PER_PP, QUALITY_ADJUSTED, PER_WINDOW, LASTING_PER_PP)
WEEKLY = "weekly"
LEAST, MOST = 0, 1  # places of the bounds of what lasts


@dataclass(frozen=True, slots=True)
class ExcludedWindow:
    """A window that did not enter a measure, and why (a delta state or a named lack).

    `at_least` is the capacity it took at the least, where its meter was full; None elsewhere.
    """

    window: str
    provider: str
    reason: str
    at_least: float | None = None


@dataclass(frozen=True, slots=True)
class Efficiency:
    """One arm's efficiency under one name, with everything a table or card says of it.

    `arm` is the provider's name unless windows are parted by methodology. `features` and
    `capacity` are the sums over the `used` windows; without one both are unknown. `without_full`
    is the same over the windows whose meter was not full, where it lies outside the interval.
    While churn is open `sample` holds the least that lasts and `most` the most.
    """

    name: str
    arm: str
    provider: str
    meter: str
    unit: str
    windows: int
    used: tuple[str, ...]
    features: float | None
    capacity: float | None
    estimate: Estimate
    gate: SampleGate
    needed: int | None
    sample: Sample
    excluded: tuple[ExcludedWindow, ...] = ()
    notes: tuple[str, ...] = ()
    without_full: Estimate | None = None
    most: Sample | None = None

    def payload(self) -> Mapping[str, object]:
        """JSON form: one entry of `providers` in a preview."""
        beside = self.without_full
        told = {} if beside is None else {"without_saturated": beside.payload()}
        return {
            "provider": self.provider,
            "meter": self.meter,
            "unit": self.unit,
            "windows": self.windows,
            "usable": len(self.used),
            "features": plain(self.features),
            "capacity": plain(self.capacity),
            "efficiency": self.estimate.payload(),
            "gate": self.gate,
            "windows_needed": self.needed,
            "notes": list(self.notes),
            **told,
        }


def efficiency(
    outcomes: Sequence[WindowOutcome],
    arm: str,
    *,
    name: str = FEATURES_PER_PP,
    stats: Statistics = SHIPPED,
) -> Efficiency:
    """One variant for one arm (a provider) over the given windows, each counted once.

    Windows whose capacity is unusable leave numerator and denominator alike and are listed.
    """
    own, repeated = canonical([o for o in outcomes if o.side == arm])
    lack = LACKS[name]
    # in the order of time: neighbours share a reading, and its rounding
    kept = sorted((o for o in own if not lack(o)), key=attrgetter("at", "window"))
    sample = sample_of(kept, name)
    estimate, most = estimate_over(kept, sample, name=name, stats=stats)
    if name == LASTING_PER_PP and not kept and (why := without_churn(own)):
        estimate = unknown(why, method=estimate.method)
    mixed = mixed_rules(kept)
    usual = (own[0].meter, own[0].unit) if own else (WEEKLY, "pp")
    meter, unit = min(((o.meter, o.unit) for o in kept), default=usual)
    apart = None if name == PER_WINDOW else without_full(kept, name, estimate, stats)
    return Efficiency(
        name=name,
        arm=arm,
        provider=own[0].provider if own else arm.partition("/")[0],
        meter=meter,
        unit="windows" if name == PER_WINDOW else unit,
        windows=len(own),
        used=tuple(o.window for o in kept),
        features=sample.features if kept and not mixed else None,
        capacity=sample.capacity if kept else None,
        estimate=estimate,
        gate=sample_gate(len(kept), stats),
        needed=windows_needed(sample, stats),
        sample=sample,
        excluded=left_out(own, lack),
        notes=(*notes_on(kept, repeated, apart), *dependence_note(sample)),
        without_full=apart,
        most=most,
    )


def estimate_over(
    kept: Sequence[WindowOutcome], sample: Sample, *, name: str, stats: Statistics
) -> tuple[Estimate, Sample | None]:
    """The estimate of some windows, and the sample of the most that lasts while churn is open.

    Unknown where the windows make no sum: of several meters or units, or of several rules.
    """
    estimate = printed_estimate(shrunk_log_t(sample, stats), stats)
    most = None
    if name == LASTING_PER_PP and (until := churn_open(kept)):
        most = sample_of(kept, name, lasting=MOST)
        upper = printed_estimate(shrunk_log_t(most, stats), stats)
        estimate = between(estimate, upper, f"churn open until {until}")
    kinds = sorted({(o.meter, o.unit) for o in kept})
    if name != PER_WINDOW and len(kinds) > 1:  # a meter or unit may change over time
        words = ", ".join(f"{unit} of {meter}" for meter, unit in kinds)
        estimate = unknown(f"capacity in several units: {words}", n=len(kept))
    if mixed := mixed_rules(kept):
        return unknown(mixed, n=len(kept)), None
    return estimate, most


def every_provider(
    outcomes: Sequence[WindowOutcome], *, name: str = FEATURES_PER_PP, stats: Statistics = SHIPPED
) -> tuple[Efficiency, ...]:
    """One variant for each arm, in the arms' alphabetical order."""
    apart: dict[str, list[WindowOutcome]] = {}
    for outcome in outcomes:
        apart.setdefault(outcome.side, []).append(outcome)
    return tuple(efficiency(apart[arm], arm, name=name, stats=stats) for arm in sorted(apart))


def left_out(
    own: Sequence[WindowOutcome], lack: Callable[[WindowOutcome], str]
) -> tuple[ExcludedWindow, ...]:
    """The windows that did not enter, each with its reason."""
    return tuple(
        ExcludedWindow(o.window, o.side, why, o.capacity if why == SATURATED else None)
        for o in own
        if (why := lack(o))
    )


def without_full(
    kept: Sequence[WindowOutcome], name: str, whole: Estimate, stats: Statistics
) -> Estimate | None:
    """The estimate over windows whose meter was not full, where it lies outside the whole one's.

    Leaving full windows out keeps the cheap ones: the two are shown together where they differ.
    """
    rest = [o for o in kept if o.state != SATURATED]
    if not rest or len(rest) == len(kept) or not whole.known:
        return None
    apart = printed_estimate(shrunk_log_t(sample_of(rest, name), stats), stats)
    return None if apart.value is None or whole.holds(apart.value) else apart


def sample_of(kept: Sequence[WindowOutcome], name: str, *, lasting: int = LEAST) -> Sample:
    """The (x, y) pairs of one variant, with feature weights and the meter's rounding.

    `lasting` says which of the bounds counts while churn is open: `LEAST` or `MOST` that lasts.
    """
    counts = [float(o.successes) for o in kept]
    rules = tuple((o.window, o.rule) for o in kept)
    if name == PER_WINDOW:
        return Sample(tuple(counts), (1.0,) * len(kept), rounding=0.0, rules=rules)
    capacity, rounding = tuple(o.used for o in kept), rounding_variance(kept)
    if name == QUALITY_ADJUSTED:
        quality = [o.quality or 0.0 for o in kept]
        x = tuple(c * q for c, q in zip(counts, quality, strict=True))
        return Sample(x, capacity, weight_spread(counts, quality), rounding, rules)
    if name == LASTING_PER_PP:
        x = tuple((o.lasts or (0.0, 0.0))[lasting] for o in kept)
        squares = [lasting_squares(*pair) for pair in zip(x, counts, strict=True)]
        return Sample(x, capacity, spread_of(x, squares), rounding, rules)
    return Sample(tuple(counts), capacity, rounding=rounding, rules=rules)


def lasting_squares(lasts: float, successes: float) -> float:
    """The squared weights of a window's features, summed: each weighs the share that lasts."""
    return round(lasts * lasts / (successes or 1), LASTING_DIGITS)


def notes_on(
    kept: Sequence[WindowOutcome], repeated: int, apart: Estimate | None
) -> tuple[str, ...]:
    """What a reader has to know beside the number."""
    raised = [o.window for o in kept if o.correction > 0]
    lowered = [o.window for o in kept if o.correction < 0]
    manual = [o.window for o in kept if o.state == "manual"]
    full = [o.window for o in kept if o.state == SATURATED]
    failed = [o.window for o in kept if o.outcome == "fail" and o.features]
    told = (
        (raised, "half a step added: the meter rounds down and started at 0"),
        (lowered, "half a step taken off: the meter rounds up and started at 0"),
        (manual, "typed in by hand"),
        (full, "meter full at the end: counted as 100 - before"),
        (failed, "failed: its features do not count, its capacity does"),
    )
    notes = [f"{', '.join(names)}: {what}" for names, what in told if names]
    if apart is not None:
        notes.append(f"without the full windows it is {apart.value:.4g}, outside the interval")
    if repeated:
        notes.append(f"{with_noun(repeated, 'completed twice')} left out")
    return tuple(notes)


def dependence_note(sample: Sample) -> tuple[str, ...]:
    """What to know where neighbouring windows are more alike than chance makes them."""
    if sample.flaw:
        return ()
    found = sample.dependence
    wider = f"the variance is taken {found.factor:.2g} times"
    if found.noticeable:
        alike = f"windows do not look independent (lag-1 correlation {found.correlation:.2f})"
        return (f"{alike}: {wider}",)
    if found.factor > 1:
        return (f"lag-1 correlation of windows {found.correlation:.2f}: {wider}",)
    return ()


def lacks_quality(outcome: WindowOutcome) -> str:
    """Why a window cannot enter quality-adjusted features per capacity."""
    return outcome.unusable or ("" if outcome.quality is not None else "no-quality")


def without_churn(own: Sequence[WindowOutcome]) -> str:
    """Why nothing is known to last where capacity was measured; empty where it was not either."""
    usable = [o for o in own if not o.unusable]
    if not usable:
        return ""
    whys = ", ".join(dict.fromkeys(o.churn.unknown for o in usable))
    many = with_noun(len(usable), "usable window")
    return f"churn is not known for any of {many} ({whys}): gitledger churn --all"


def lacks_lasting(outcome: WindowOutcome) -> str:
    """Why a window cannot enter lasting features per capacity."""
    return outcome.unusable or ("" if outcome.lasts else outcome.churn.unknown)


LACKS: Mapping[str, Callable[[WindowOutcome], str]] = {
    FEATURES_PER_PP: attrgetter("unusable"),
    QUALITY_ADJUSTED: lacks_quality,
    PER_WINDOW: attrgetter("unfinished"),  # capacity plays no part there
    LASTING_PER_PP: lacks_lasting,
}
