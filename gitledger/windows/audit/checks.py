"""The audit of windows: checks in a list, each a function from a window to its findings.

Depends on folded windows; what only the world knows (the clock, commits that are gone, what an
artefact file holds now) comes as `WorldFacts`.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import TypeAlias

from gitledger.windows.audit.facts import Audit, Neighbours, WorldFacts, neighbours_of, ranges_of
from gitledger.windows.audit.findings import Finding, in_order, is_anomaly
from gitledger.windows.audit.meters import METER_CHECKS
from gitledger.windows.audit.work import WORK_CHECKS
from gitledger.windows.thresholds import Terms
from gitledger.windows.window import Window

Check: TypeAlias = Callable[[Window, Audit], Iterable[Finding]]
# states of a meter that is not the capacity: told as notes
HARMLESS_BESIDE = frozenset({"reset-between", "anchor-moved", "shared"})
CHECKS: tuple[Check, ...] = (*METER_CHECKS, *WORK_CHECKS)


def audit_window(
    window: Window,
    among: Sequence[Window] | Neighbours,
    *,
    terms: Terms | None = None,
    facts: WorldFacts | None = None,
) -> tuple[Finding, ...]:
    """Every finding of one window, in the stated order. `among` are all windows, this included."""
    neighbours = among if isinstance(among, Neighbours) else neighbours_of(among)
    audit = Audit(terms or Terms(), facts or WorldFacts(), neighbours)
    return in_order(found for check in CHECKS for found in check(window, audit))


def anomalies_of(
    window: Window, neighbours: Neighbours, *, terms: Terms | None = None
) -> tuple[Finding, ...]:
    """The findings that leave a window's figures in doubt; a sound window costs a glance."""
    given = terms or Terms()
    if _is_sound(window, given):
        return ()
    return tuple(f for f in audit_window(window, neighbours, terms=given) if is_anomaly(f))


def _is_sound(window: Window, terms: Terms) -> bool:
    """Whether nothing is there that an anomaly could stand on."""
    if window.finalised is not None and window.finalised.conflicting:
        return False
    for delta in window.deltas:
        counts = delta.meter == terms.capacity_meter(delta.provider)
        if not delta.usable and (counts or delta.state not in HARMLESS_BESIDE):
            return False
    if any(c.canonical.stale or c.canonical.problems for c in window.captures):
        return False
    return all(start != end for start, end in ranges_of(window))


def audit_windows(
    windows: Sequence[Window], *, terms: Terms | None = None, facts: WorldFacts | None = None
) -> tuple[Finding, ...]:
    """Every finding of all windows: window by window, each in the stated order."""
    neighbours = neighbours_of(windows)
    return tuple(
        found
        for window in windows
        for found in audit_window(window, neighbours, terms=terms, facts=facts)
    )
