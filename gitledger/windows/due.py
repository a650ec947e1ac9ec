"""What is due of each window, what waits and until when, and what only a person can do. Pure.

Depends on folded windows. `status` names it, `catch-up` does what needs no judgement.
"""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from gitledger.ledger.row import Row, map_of
from gitledger.windows.audit.steps import end_command
from gitledger.windows.churn import churn_of_row, is_measured, newest_churn
from gitledger.windows.snapshot import Snapshot, moment, text_of
from gitledger.windows.spans import open_windows
from gitledger.windows.thresholds import Thresholds
from gitledger.windows.window import AFTER, BEFORE, Window

AFTER_READING, COMPLETION, CHURN, FINAL_CHURN = "after", "complete", "churn", "final-churn"
FINAL = "final"


class Due(NamedTuple):
    """One thing due: what, of which window and account, from when on and until when.

    `at` and `until` are None where nothing bounds it; `command` is for a person where only a
    person can do it, "" where `catch-up` does.
    """

    what: str
    window: str
    provider: str = ""
    account: str = ""
    at: datetime | None = None
    until: datetime | None = None
    command: str = ""

    def is_due(self, now: datetime) -> bool:
        """Whether it may be done now, by nobody."""
        return not self.command and (self.at is None or self.at <= now)


def due(
    windows: Sequence[Window],
    limits: Thresholds,
    now: datetime,
    *,
    here: Collection[str] | None = None,
) -> tuple[Due, ...]:
    """Everything that is due or will be, window by window. `here` limits it to some of them."""
    opened = {(e.window, e.provider, e.account) for e in open_windows(windows)}
    found: list[Due] = []
    for window in windows:
        if here is None or window.id in here:
            found += _due_of(window, limits, now, opened)
    return tuple(found)


def _due_of(
    window: Window, limits: Thresholds, now: datetime, opened: Collection[tuple[str, str, str]]
) -> Iterator[Due]:
    if window.finalised is None or goes_beyond(window):
        waits = list(_readings_due(window, limits, now, opened))
        yield from waits
        if not waits and _is_ended(window):
            yield Due(COMPLETION, window.id)
        return
    for holder, _, after in _sides(window):
        yield from _pending(window, holder, after, limits, now)
    if not window.churn:
        yield Due(CHURN, window.id)
    else:
        yield from _final_churn(window)


def _sides(window: Window) -> Iterator[tuple[tuple[str, str], Snapshot | None, Snapshot | None]]:
    for holder in window.holders:
        sides = (window.capture(*holder, phase) for phase in (BEFORE, AFTER))
        before, after = (side.canonical if side else None for side in sides)
        yield holder, before, after


def _readings_due(
    window: Window, limits: Thresholds, now: datetime, opened: Collection[tuple[str, str, str]]
) -> Iterator[Due]:
    """AFTER readings that a window which is not completed still waits for."""
    for holder, before, after in _sides(window):
        yield from _pending(window, holder, after, limits, now)
        if before is not None and after is None and (window.id, *holder) in opened:
            last = [moment(row.values.get("committed_at")) for row in window.commits]
            since = max((at for at in last if at is not None), default=None)
            at = since + limits.after_delay if since else None
            command = "" if before.automatic else end_command(*holder, window.id)
            # never empty: what has no command `catch-up` would take for its own
            yield Due(AFTER_READING, window.id, *holder, at, None, command or "work goes on")


def _pending(
    window: Window,
    holder: tuple[str, str],
    after: Snapshot | None,
    limits: Thresholds,
    now: datetime,
) -> Iterator[Due]:
    """An AFTER whose session ended and whose meter was not read, while it may still come."""
    if after is not None and after.is_unread:
        at = after.worked_at + limits.after_delay
        until = after.worked_at + timedelta(hours=float(limits.late_after_hours))
        if now <= until:
            yield Due(AFTER_READING, window.id, *holder, at, until)


def goes_beyond(window: Window) -> bool:
    """Whether work went on behind the end that the program completed a window at.

    A session that was silent for so long that it counted as crashed said something after all.
    """
    final = window.final
    return (
        final is not None
        and final.automatic
        and any(
            after is not None and after.automatic and after.worked_at > final.finalised_at
            for _, _, after in _sides(window)
        )
    )


def _is_ended(window: Window) -> bool:
    """Whether some account of a window was metered to its end."""
    return any(before is not None and after is not None for _, before, after in _sides(window))


def _final_churn(window: Window) -> Iterator[Due]:
    """Churn that was measured before its fourteen days were over."""
    rows = [row for row in newest_churn(window).values() if is_measured(row)]
    ends = [_matures(row) for row in rows if not _is_final(row)]
    # a row that names no such day waits for nothing
    known = [at for at in ends if at is not None]
    if known:
        yield Due(FINAL_CHURN, window.id, at=min(known))


def _is_final(row: Row) -> bool:
    return text_of(row.values, "stage") == FINAL or churn_of_row(row).churn_14d is not None


def _matures(row: Row) -> datetime | None:
    return moment(map_of(row.values, "survival").get("matures_at"))
