"""Folded windows as outcomes: the one place where measures meet `windows`.

Depends on `windows` and `measure.outcome`.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from gitledger.measure.outcome import USABLE, WindowOutcome
from gitledger.windows.delta import Delta
from gitledger.windows.snapshot import Snapshot
from gitledger.windows.thresholds import Terms
from gitledger.windows.window import AFTER, BEFORE, Window

Pane = tuple[str, str, datetime, tuple[tuple[str, str, Decimal], ...]]
SIMULATED = "simulated"
NO_DELTA = "no-delta"


def outcomes_of(windows: Sequence[Window], terms: Terms | None = None) -> tuple[WindowOutcome, ...]:
    """One outcome for each provider of each window, in the order of the windows.

    Two accounts of one provider are added; one unusable account spoils both. A window whose
    panes were rehearsed (simulated readings) is not usable.
    """
    given = terms or Terms()
    ends = after_panes(windows)
    return tuple(
        outcome_of(window, provider, given, ends)
        for window in windows
        for provider in dict.fromkeys(provider for provider, _ in window.holders)
    )


def outcome_of(
    window: Window, provider: str, terms: Terms, ends: Mapping[Pane, str] | None = None
) -> WindowOutcome:
    """One provider's part of one window."""
    meter = terms.capacity_meter(provider)
    accounts = [account for name, account in window.holders if name == provider]
    found = [window.delta(provider, account, meter) for account in accounts]
    deltas = [delta for delta in found if delta is not None]
    said = stated(window, provider)
    if not deltas or len(deltas) < len(accounts):
        return WindowOutcome(window.id, provider, **said, meter=meter, state=NO_DELTA)
    amounts = [delta.value for delta in deltas if delta.value is not None]
    single = deltas[0] if len(deltas) == 1 else None
    return WindowOutcome(
        window.id,
        provider,
        **said,
        meter=meter,
        capacity=float(sum(amounts)) if len(amounts) == len(deltas) else None,
        state=SIMULATED if is_simulated(window, provider) else joined_state(deltas),
        before=None if single is None or single.before is None else float(single.before),
        after=max((float(d.after) for d in deltas if d.after is not None), default=None),
        rounding=deltas[0].rounding or "round",
        follows=predecessor(window, provider, accounts, ends or {}),
    )


def stated(window: Window, provider: str) -> Mapping[str, Any]:
    """What the window's finalisation says of a provider, by the names that an outcome gives it."""
    if window.finalised is None:
        return {"features": None, "finalised": False}
    final = window.finalised.canonical
    counts = [d.features for d in final.delivered if d.provider == provider]
    return {
        "features": sum(counts) if counts else None,
        "quality": None if final.quality is None else float(final.quality),
        "outcome": final.outcome,
        "methodology": final.methodology,
        "impf": None if final.impf is None else float(final.impf),
        "impf_parts": tuple((name, float(minutes)) for name, minutes in final.impf_parts),
        "at": final.finalised_at.isoformat(),
    }


def joined_state(deltas: Sequence[Delta]) -> str:
    """The first state that spoils the sum, else manual where one is, else valid."""
    states = [delta.state for delta in deltas]
    spoiled = next((state for state in states if state not in USABLE), None)
    return spoiled or ("manual" if "manual" in states else "valid")


def is_simulated(window: Window, provider: str) -> bool:
    """Whether a pane that counts was a rehearsal."""
    return any(c.canonical.simulated for c in window.captures if c.provider == provider)


def after_panes(windows: Iterable[Window]) -> Mapping[Pane, str]:
    """Which window each AFTER pane ended."""
    return {
        pane_of(capture.canonical): window.id
        for window in windows
        for capture in window.captures
        if capture.phase == AFTER
    }


def pane_of(snapshot: Snapshot) -> Pane:
    """What makes a BEFORE and an AFTER the same pane: account, moment and the numbers shown."""
    shown = tuple([(r.bucket, r.meter, r.used) for r in snapshot.readings])
    return snapshot.provider, snapshot.account, snapshot.captured_at, shown


def predecessor(
    window: Window, provider: str, accounts: Sequence[str], ends: Mapping[Pane, str]
) -> str:
    """The window that ended with the pane this one began with; "" when there is none."""
    for account in accounts:
        capture = window.capture(provider, account, BEFORE)
        found = ends.get(pane_of(capture.canonical), "") if capture else ""
        if found and found != window.id:
            return found
    return ""
