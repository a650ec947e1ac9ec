"""When the work of a window was done, and the calendar week that it belongs to.

Depends on folded windows. A fact keeps its own time: whatever day a window is completed or amended,
it belongs to the day of its work.
"""

from datetime import UTC, datetime, timedelta

from gitledger.windows.window import AFTER, BEFORE, Window

WEEK = timedelta(days=7)


def worked_at(window: Window) -> datetime | None:
    """The end of a window's work: its AFTER panes, else its BEFORE ones, else as first finalised.

    None for a window that other rows name only.
    """
    for phase in (AFTER, BEFORE):
        shown = [c.canonical.worked_at for c in window.captures if c.phase == phase]
        if shown:
            return max(shown)
    return window.finalised.first_at if window.finalised else None


def calendar_week(moment: datetime) -> str:
    """The ISO week of a moment in UTC: `2026-W48`."""
    year, week, _ = moment.astimezone(UTC).isocalendar()
    return f"{year}-W{week:02}"


def week_bounds(week: str) -> tuple[datetime, datetime] | None:
    """Monday and the next Monday, midnight UTC, of `2026-W48`; None for no week of a calendar."""
    year, _, number = week.upper().partition("-W")
    try:
        monday = datetime.fromisocalendar(int(year), int(number), 1).replace(tzinfo=UTC)
    except ValueError:
        return None
    return monday, monday + WEEK
