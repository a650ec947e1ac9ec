"""Folded windows as outcomes: the one place where measures meet `windows`.

Depends on `windows` and `measure.outcome`.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from gitledger.ledger.values import canonical_time
from gitledger.measure.outcome import (
    FULL,
    SATURATED,
    USABLE,
    WHOLE_POINTS,
    AccountPart,
    WindowOutcome,
)
from gitledger.windows.capacity import with_capacity
from gitledger.windows.churn import churn_of
from gitledger.windows.delta import Delta
from gitledger.windows.finalisation import Finalisation
from gitledger.windows.snapshot import Snapshot
from gitledger.windows.thresholds import Terms
from gitledger.windows.window import AFTER, BEFORE, Window
from gitledger.windows.worktime import worked_at

Ends = Mapping[tuple[str, str, datetime], Sequence[tuple[Snapshot, str]]]
SIMULATED = "simulated"
WEEKLY = "weekly"
NO_DELTA = "no-delta"
NO_PANE = ("missing-before", "missing-after", "unread")
NOTHING_REVERTED: Mapping[str, str] = MappingProxyType({})


def outcomes_of(
    windows: Sequence[Window],
    terms: Terms | None = None,
    reverted: Mapping[str, str] = NOTHING_REVERTED,
) -> tuple[WindowOutcome, ...]:
    """One outcome for each provider of each window, in the order of the windows.

    Two accounts of one provider are added; one unusable account spoils both. A window whose
    panes were rehearsed (simulated readings) is not usable. `reverted` are windows whose work was
    taken back, each with the commit that did it (`Facts.reverted`).
    """
    given = with_capacity(windows, terms or Terms())
    ends = after_panes(windows)
    return tuple(
        [
            _outcome(window, provider, accounts, given, ends, undone_by=reverted.get(window.id, ""))
            for window in windows
            for provider, accounts in accounts_of(window).items()
        ]
    )


def accounts_of(window: Window) -> Mapping[str, Sequence[str]]:
    """The accounts of each provider of a window, in order of appearance."""
    found: dict[str, list[str]] = {}
    for provider, account in window.holders:
        found.setdefault(provider, []).append(account)
    return found


def _outcome(
    window: Window,
    provider: str,
    accounts: Sequence[str],
    terms: Terms,
    ends: Ends,
    *,
    undone_by: str,
) -> WindowOutcome:
    meter = terms.capacity_meter(provider)
    found = [window.delta(provider, account, meter) for account in accounts]
    deltas = [delta for delta in found if delta is not None]
    said = dict(statement_of(window, provider)) | {
        "week_end": week_end(window, provider),
        "churn": churn_of(window, provider, undone_by),
    }
    if not deltas or len(deltas) < len(accounts):
        return WindowOutcome(
            window.id, provider, **said, meter=meter, state=absence(window, provider)
        )
    amounts = [delta.value for delta in deltas if delta.value is not None]
    shown = [float(delta.after) for delta in deltas if delta.after is not None]
    return WindowOutcome(
        window.id,
        provider,
        **said,
        meter=meter,
        capacity=float(sum(amounts)) if len(amounts) == len(deltas) else None,
        state=SIMULATED if is_simulated(window, provider) else joined_state(deltas),
        after=max(shown, default=None),
        bounded_below_only=any(delta.bounded_below_only for delta in deltas),
        parts=tuple([part_of(delta, predecessor(window, delta, ends)) for delta in deltas])
        or WHOLE_POINTS,
    )


def week_end(window: Window, provider: str) -> float | None:
    """The highest percentage of a weekly bar that a provider's AFTER panes show."""
    shown = [
        float(reading.used)
        for capture in window.captures
        if capture.provider == provider and capture.phase == AFTER
        for reading in capture.canonical.readings
        if reading.meter == WEEKLY
    ]
    return max(shown, default=None)


def absence(window: Window, provider: str) -> str:
    """Why a provider has no delta of its capacity meter: no pane, no number, else no such meter."""
    states = (d.state for d in window.deltas if d.provider == provider and d.state in NO_PANE)
    return next(states, NO_DELTA)


def part_of(delta: Delta, follows: str) -> AccountPart:
    """One account's delta as an outcome keeps it."""
    known = (delta.value, delta.before, delta.after)
    value, before, after = (None if v is None else float(v) for v in known)
    step_before, step_after = (min(float(step), FULL) for step in delta.steps)
    rounding = delta.rounding or "round"
    sides = (before, after, rounding, step_before, step_after)
    return AccountPart(delta.account, value, *sides, follows)


def statement_of(window: Window, provider: str) -> Mapping[str, Any]:
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
        "rule": final.rule,
        **minutes_of(final, sum(counts) if counts else None),
        "at": canonical_time(worked_at(window) or final.finalised_at),
    }


def minutes_of(final: Finalisation, features: int | None) -> Mapping[str, Any]:
    """A provider's human minutes: its share of the window's by features; a rate times its features.

    A rate says nothing of a window without features; nor can minutes be parted between providers
    that delivered none.
    """
    if final.minutes is None and final.impf is None:
        return {}
    if final.minutes is None:
        share, total, parts = float(features or 0), final.impf, final.impf_parts
        lack = "" if features else "no features: minutes a feature say none of the window"
    else:
        share, total, parts = 1.0, final.minutes, final.minutes_parts
        lack = ""
        if len({entry.provider for entry in final.delivered}) > 1:
            share = (features or 0) / final.features if final.features else 0.0
            lack = "" if final.features else "no features to part the window's minutes by"
    if lack or total is None:
        return {"minutes_lack": lack}
    return {
        "minutes": float(total) * share,
        "minutes_parts": tuple([(name, float(each) * share) for name, each in parts]),
        "minutes_lack": "",
    }


def joined_state(deltas: Sequence[Delta]) -> str:
    """The first state that spoils the sum, else saturated or manual where one is, else valid."""
    states = [delta.state for delta in deltas]
    spoiled = [state for state in states if state not in USABLE]
    marked = [state for state in (SATURATED, "manual") if state in states]
    return (*spoiled, *marked, "valid")[0]


def is_simulated(window: Window, provider: str) -> bool:
    """Whether a pane that counts was a rehearsal."""
    return any(c.canonical.simulated for c in window.captures if c.provider == provider)


def after_panes(windows: Iterable[Window]) -> Ends:
    """The AFTER panes shown of an account at one moment, each with the window that it ended."""
    found: dict[tuple[str, str, datetime], list[tuple[Snapshot, str]]] = {}
    for window in windows:
        for capture in window.captures:
            if capture.phase == AFTER:
                shot = capture.canonical
                at = (shot.provider, shot.account, shot.captured_at)
                found.setdefault(at, []).append((shot, window.id))
    return found


def shown_by(snapshot: Snapshot) -> tuple[tuple[str, str, Decimal], ...]:
    """The numbers of a pane."""
    return tuple([(r.bucket, r.meter, r.used) for r in snapshot.readings])


def predecessor(window: Window, delta: Delta, ends: Ends) -> str:
    """The window that ended with the pane the delta began with; "" when there is none.

    A BEFORE and an AFTER are the same pane when account, moment and the numbers shown agree.
    """
    capture = window.capture(delta.provider, delta.account, BEFORE)
    if capture is None:
        return ""
    begun = capture.canonical
    together = ends.get((delta.provider, delta.account, begun.captured_at), ())
    same = [ended for shot, ended in together if shown_by(shot) == shown_by(begun)]
    return same[-1] if same and same[-1] != window.id else ""
