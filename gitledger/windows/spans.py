"""When a window used an account: spans, windows still open, windows that await finalisation.

An agent has at most one open window per account: starting the next one abandons the last, and
finalising a window closes it. Depends on captures and finalisations.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from gitledger.windows.account import NEVER, AccountSpan, Holder
from gitledger.windows.finalisation import Finalised
from gitledger.windows.snapshot import Snapshot
from gitledger.windows.window import AFTER, BEFORE, Capture, OpenWindow, Window


def spans_by_holder(
    captures: Mapping[str, Sequence[Capture]], finals: Mapping[str, Finalised]
) -> Mapping[Holder, tuple[AccountSpan, ...]]:
    """For every account the spans of the windows that used it, in order of first recording."""
    starts = _starts(captures)
    found: dict[Holder, list[AccountSpan]] = defaultdict(list)
    for window, given in captures.items():
        final = finals.get(window)
        closed = final.first_at if final else NEVER
        for holder, (before, after) in _pairs(given).items():
            span = _span(window, before, after, min(closed, _next_start(before, starts)))
            if span is not None:
                found[holder].append(span)
    return {holder: tuple(spans) for holder, spans in found.items()}


def open_windows(windows: Iterable[Window]) -> tuple[OpenWindow, ...]:
    """Windows started and not ended, finalised or abandoned, in order of their start."""
    listed = tuple(windows)
    begun = [
        (window, before)
        for window in listed
        if not window.finalised  # in a long ledger nearly all are: the rest is asked of few
        for before, after in _pairs(window.captures).values()
        if before is not None and not _ended(before, after)
    ]
    if not begun:
        return ()
    starts = _starts({window.id: window.captures for window in listed})
    found = [
        OpenWindow(
            window=window.id,
            agent=before.agent,
            provider=before.provider,
            account=before.account,
            since=before.worked_at,
            row=before.row,
        )
        for window, before in begun
        if _next_start(before, starts) is NEVER
    ]
    return tuple(sorted(found, key=lambda entry: entry.since))


def awaiting_finalisation(windows: Iterable[Window], agent: str) -> tuple[str, ...]:
    """Ids of windows that an agent started, ended on some account and has not finalised."""
    return tuple(
        window.id
        for window in windows
        if not window.finalised
        and _started_by(window, agent)
        and any(
            before is not None and _ended(before, after)
            for before, after in _pairs(window.captures).values()
        )
    )


def last_finalised(windows: Iterable[Window], agent: str) -> Window | None:
    """The window of an agent that was finalised last; None when none was."""
    known = [(w.finalised.canonical.finalised_at, w) for w in windows if w.finalised]
    own = [entry for entry in known if _started_by(entry[1], agent)]
    return max(own, key=lambda entry: entry[0])[1] if own else None


def completed_alone(windows: Iterable[Window], agent: str) -> tuple[str, ...]:
    """The window of an agent that the program completed last and no person did, if there is one."""
    known = [
        (w.finalised.canonical.finalised_at, w.id)
        for w in windows
        if w.finalised and w.finalised.canonical.automatic and _started_by(w, agent)
    ]
    return (max(known)[1],) if known else ()


def to_complete(windows: Sequence[Window], agent: str) -> tuple[str, ...]:
    """Ids of windows that wait for what a person knows: those ended, else the last done alone."""
    return awaiting_finalisation(windows, agent) or completed_alone(windows, agent)


def _started_by(window: Window, agent: str) -> bool:
    return any(c.phase == BEFORE and c.canonical.agent == agent for c in window.captures)


Ends = tuple[Snapshot | None, Snapshot | None]


def _pairs(captures: Iterable[Capture]) -> Mapping[Holder, Ends]:
    """The canonical BEFORE and AFTER of each account of a window."""
    found: dict[Holder, Ends] = {}
    for capture in captures:
        holder = (capture.provider, capture.account)
        before, after = found.get(holder, (None, None))
        if capture.phase == BEFORE:
            found[holder] = (capture.canonical, after)
        elif capture.phase == AFTER:
            found[holder] = (before, capture.canonical)
    return found


def _starts(
    captures: Mapping[str, Sequence[Capture]],
) -> Mapping[tuple[str, Holder], tuple[tuple[datetime, str, str], ...]]:
    """For every (agent, account) its BEFORE captures in order: time shown, recorded, window."""
    found: dict[tuple[str, Holder], list[tuple[datetime, str, str]]] = defaultdict(list)
    for window, given in captures.items():
        for capture in given:
            if capture.phase == BEFORE:
                shown = capture.canonical
                entry = (shown.captured_at, shown.recorded_at, window)
                found[(shown.agent, shown.holder)].append(entry)
    return {key: tuple(sorted(entries)) for key, entries in found.items()}


def _next_start(
    before: Snapshot | None,
    starts: Mapping[tuple[str, Holder], tuple[tuple[datetime, str, str], ...]],
) -> datetime:
    """When the same agent next started another window on the account; NEVER if it did not."""
    if before is None:
        return NEVER
    own = (before.captured_at, before.recorded_at, before.window)
    entries = starts.get((before.agent, before.holder), ())
    later = bisect_right(entries, own)
    return entries[later][0] if later < len(entries) else NEVER


def _ended(before: Snapshot, after: Snapshot | None) -> bool:
    return after is not None and after.captured_at >= before.captured_at


def _span(
    window: str, before: Snapshot | None, after: Snapshot | None, limit: datetime
) -> AccountSpan | None:
    """A window's span on one account; an AFTER alone is the moment it was shown."""
    if before is None:
        return None if after is None else AccountSpan(window, after.captured_at, after.captured_at)
    if after is not None and _ended(before, after):
        return AccountSpan(window, before.captured_at, after.captured_at)
    return AccountSpan(window, before.captured_at, max(limit, before.captured_at))
