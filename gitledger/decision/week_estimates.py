"""The other named numbers of a week card: variants of efficiency, human minutes, idle points, load.

Depends on `decision.case`, on `windows` and `measure`.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime

from gitledger.decision.case import Ledger
from gitledger.measure.amounts import number
from gitledger.measure.complexity import CognitiveLoad, FeatureFacts, cognitive_load
from gitledger.measure.cost import MeterPoint, idle_pp
from gitledger.measure.efficiency import PER_WINDOW, QUALITY_ADJUSTED, efficiency
from gitledger.measure.estimate import Estimate
from gitledger.measure.human import human_estimates, interactions_of
from gitledger.measure.outcome import WindowOutcome
from gitledger.measure.terms import Statistics
from gitledger.windows.churn import newest_churn
from gitledger.windows.snapshot import DEFAULT_BUCKET
from gitledger.windows.window import Window
from gitledger.windows.worktime import worked_at

Named = Iterator[tuple[str, Estimate]]
RANGE_TERMS = {"files_touched": "files_changed", "module_spread": "directories"}


def week_estimates(
    ledger: Ledger, outcomes: Sequence[WindowOutcome], windows: Sequence[Window]
) -> tuple[Mapping[str, object], ...]:
    """Every other number of the arms, in their alphabetical order, each with its name."""
    found = []
    now = datetime.fromisoformat(ledger.source.as_of)
    for arm in sorted({o.side for o in outcomes}):
        own = [o for o in outcomes if o.side == arm]
        found += [(f"{name} {arm}", e) for name, e in of_arm(own, arm, ledger.rules.statistics)]
    for provider in sorted({o.provider for o in outcomes}):
        points = readings_of(windows, provider, ledger.terms.capacity_meter(provider))
        if points:
            found.append((f"idle_pp {provider}", idle_pp(points, now)))
    return tuple({"name": name, **estimate.payload()} for name, estimate in found)


def of_arm(own: Sequence[WindowOutcome], arm: str, stats: Statistics) -> Named:
    """Variants of efficiency, minutes a feature by category, and their weekly trend."""
    for name in (QUALITY_ADJUSTED, PER_WINDOW):
        yield name, efficiency(own, arm, name=name, stats=stats).estimate
    yield from human_estimates(interactions_of(own))


def readings_of(windows: Sequence[Window], provider: str, meter: str) -> list[MeterPoint]:
    """All readings of a provider's capacity meter that name their reset, each with its holder.

    A reading older than its time is none: it would say that less had been used.
    """
    return [
        MeterPoint(
            reading.captured_at,
            float(reading.used),
            reading.resets_at,
            (capture.provider, capture.account),
            capture.canonical.row,
        )
        for window in windows
        for capture in window.captures
        if capture.provider == provider and not capture.canonical.simulated
        for reading in capture.canonical.readings
        if reading.key == (DEFAULT_BUCKET, meter) and reading.resets_at is not None
        if not capture.canonical.stale_why(reading.bucket)
    ]


def window_load(window: Window, others: Sequence[Window]) -> CognitiveLoad:
    """CLS of a window: as stated, else from the files and directories of its churn rows, 30 days.

    What the ledger cannot tell (dependencies, complexity, plan size) is missing, by name.
    """
    final = window.final
    stated = number(final.cls) if final else None
    subject = load_facts(window)
    if subject is None:
        return cognitive_load(FeatureFacts(date.min, {}), (), stated=stated)
    known = [f for w in others if w.id != window.id and (f := load_facts(w)) is not None]
    return cognitive_load(subject, known, stated=stated)


def load_facts(window: Window) -> FeatureFacts | None:
    """What the ledger knows of a window's terms; None while it is not finalised."""
    if window.finalised is None:
        return None
    terms: dict[str, float] = {}
    for term, column in RANGE_TERMS.items():
        counts = [number(row.values.get(column)) for row in newest_churn(window).values()]
        known = [count for count in counts if count is not None]
        terms |= {term: max(known)} if known else {}
    worked = worked_at(window) or window.finalised.canonical.finalised_at
    return FeatureFacts(worked.date(), terms)
