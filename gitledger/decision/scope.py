"""Which windows a card is about: a week by name, a calendar week, days, or all of them.

Depends on `decision.case` and folded windows. Windows lie in time where their work does.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from gitledger.decision.case import Ledger
from gitledger.windows.window import Window
from gitledger.windows.worktime import WEEK, calendar_week, week_bounds, worked_at

NAMED_WEEK = re.compile(r"WEEK-?(\d+)", re.IGNORECASE)
CALENDAR_WEEK = re.compile(r"\d{4}-W\d{2}", re.IGNORECASE)
ALL = "all"


@dataclass(frozen=True, slots=True)
class Scope:
    """Which windows a card is about and how they are parted into arms.

    `subject` is `WEEKn`, a calendar week (`2026-W48`) or any other name; `since` and `until` bound
    the time of a window's work (until is excluded); `baseline` names the arm to compare with.
    """

    subject: str
    since: datetime | None = None
    until: datetime | None = None
    methodology: bool = False
    baseline: str = ""
    provider: str = ""

    @property
    def label(self) -> str:
        """The card's name for it: another way of parting is another subject with its own looks."""
        parts = (
            self.subject,
            f"of {self.provider}" if self.provider else "",
            "by methodology" if self.methodology else "",
            f"against {self.baseline}" if self.baseline else "",
        )
        return " ".join(filter(None, parts))

    def payload(self) -> Mapping[str, object]:
        """JSON form, from which `scope_of` makes the same scope again."""
        return {
            "subject": self.subject,
            "since": self.since.isoformat() if self.since else None,
            "until": self.until.isoformat() if self.until else None,
            "methodology": self.methodology,
            "baseline": self.baseline,
            "provider": self.provider,
        }


def scope_of(payload: Mapping[str, object]) -> Scope:
    """The scope that a card's payload keeps."""
    since, until = (payload.get(name) for name in ("since", "until"))
    return Scope(
        subject=str(payload.get("subject", "")),
        since=datetime.fromisoformat(str(since)) if since else None,
        until=datetime.fromisoformat(str(until)) if until else None,
        methodology=payload.get("methodology") is True,
        baseline=str(payload.get("baseline", "")),
        provider=str(payload.get("provider", "")),
    )


def is_week(subject: str) -> bool:
    """Whether a subject names a week: `WEEK0`, `week-1`, `2026-W48`."""
    if NAMED_WEEK.fullmatch(subject):
        return True
    return bool(CALENDAR_WEEK.fullmatch(subject)) and week_bounds(subject) is not None


def windows_in(ledger: Ledger, scope: Scope) -> tuple[Window, ...]:
    """The windows of a scope, in order of recording: those of its subject that lie in its dates."""
    return tuple(w for w in named_windows(ledger.windows, scope.subject) if within(w, scope))


def named_windows(windows: Sequence[Window], subject: str) -> tuple[Window, ...]:
    """The windows that a subject names.

    `2026-W48` takes those worked in that calendar week. `WEEKn` takes the windows `Wn-...` that
    were worked within seven days of the first of them; where none is named so, the windows of the
    ledger's n-th calendar week, the first being 0. Other subjects take all.
    """
    week = NAMED_WEEK.fullmatch(subject)
    if week:
        return named_week(windows, int(week[1]))
    if CALENDAR_WEEK.fullmatch(subject):
        return in_calendar_week(windows, subject.upper())
    return tuple(windows)


def left_out(ledger: Ledger, scope: Scope) -> tuple[Window, ...]:
    """The windows that bear a week's name and were worked more than seven days after its first."""
    week = NAMED_WEEK.fullmatch(scope.subject)
    if not week:
        return ()
    inside = {window.id for window in windows_in(ledger, scope)}
    return tuple(w for w in bearing(ledger.windows, int(week[1])) if w.id not in inside)


def bearing(windows: Sequence[Window], week: int) -> list[Window]:
    """The windows named `Wn-...`."""
    # the dash ends the number: W1- is not W10-
    return [w for w in windows if w.id.upper().startswith(f"W{week}-")]


def named_week(windows: Sequence[Window], week: int) -> tuple[Window, ...]:
    """The windows of `WEEKn`, by their names or by the calendar."""
    named = bearing(windows, week)
    times = [at for w in (named or windows) if (at := worked_at(w)) is not None]
    if not times:
        return tuple(named)
    if not named:
        return in_calendar_week(windows, calendar_week(min(times) + week * WEEK))
    end = min(times) + WEEK
    return tuple(w for w in named if (at := worked_at(w)) is None or at < end)


def in_calendar_week(windows: Sequence[Window], week: str) -> tuple[Window, ...]:
    """The windows whose work lies in a calendar week."""
    return tuple(w for w in windows if (at := worked_at(w)) and calendar_week(at) == week)


def weeks_worked(windows: Sequence[Window]) -> tuple[str, ...]:
    """The calendar weeks that hold work, oldest first."""
    return tuple(sorted({calendar_week(at) for w in windows if (at := worked_at(w))}))


def within(window: Window, scope: Scope) -> bool:
    """Whether a window's work lies in the scope; one without any time lies in none but the open."""
    if scope.since is None and scope.until is None:
        return True
    when = worked_at(window)
    if when is None:
        return False
    after = scope.since is None or when >= scope.since
    return after and (scope.until is None or when < scope.until)
