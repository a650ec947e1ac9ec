"""What a card is asked for: a window, a week or dates, found in the ledger and judged."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from gitledger.book.case import named_window
from gitledger.decision.card import Card
from gitledger.decision.case import Ledger
from gitledger.decision.scope import Scope, is_week, weeks_worked, windows_in
from gitledger.decision.week_card import week_card
from gitledger.decision.window_card import window_card
from gitledger.errors import UnknownWindow, UsageError
from gitledger.windows.worktime import calendar_week

THIS_WEEK = "week"
MOST_WEEKS = 8


@dataclass(frozen=True, slots=True)
class CardRequest:
    """What a card is asked for: a window or week by name, or dates; and how to part it."""

    window: str = ""
    since: str = ""
    until: str = ""
    by: str = ""
    baseline: str = ""
    provider: str = ""


def requested_card(
    ledger: Ledger, asked: CardRequest, now: datetime, *, shown: bool = False
) -> Card:
    """The card of a window by its id, of a week, or of dates. Raises UnknownWindow, UsageError.

    `week` alone is the calendar week of `now`. A card that is only `shown` counts no look.
    """
    if not (asked.window or asked.since or asked.until):
        raise UsageError("which window?", "gitledger card --window WEEK0, or a window's id")
    since, until = parse_days(asked.since, asked.until)
    known = ledger.window(asked.window)
    subject = asked.window
    if known is None and subject.lower() == THIS_WEEK:
        subject = calendar_week(now)
    whole = known is None and is_week(subject)
    if not whole and subject:
        return window_card(ledger, named_window(ledger, subject), shown=shown)
    refuse_provider(ledger, asked.provider)
    scope = Scope(
        subject.upper() if whole else f"{asked.since or 'begin'}..{asked.until or 'now'}",
        since=since,
        until=until,
        methodology=asked.by == "methodology",
        baseline=asked.baseline,
        provider=asked.provider,
    )
    refuse_empty(ledger, scope)
    made = week_card(ledger, scope, shown=shown)
    refuse_unknown("--baseline", asked.baseline, [str(arm["name"]) for arm in made.arms])
    return made


def refuse_empty(ledger: Ledger, scope: Scope) -> None:
    """Raise UnknownWindow for a week or dates in which no window was worked."""
    if windows_in(ledger, scope):
        return
    weeks = weeks_worked(ledger.windows)
    if not weeks:
        what = "no window was recorded yet"
        raise UnknownWindow(what, "gitledger start PROVIDER begins one")
    listed = ", ".join(weeks[-MOST_WEEKS:])
    hint = f"gitledger card {weeks[-1]}; weeks with work: {listed}"
    raise UnknownWindow(f"no window was worked in {scope.subject}", hint)


def refuse_provider(ledger: Ledger, name: str) -> None:
    """Raise UsageError for a provider that no window of the ledger has."""
    known = {provider for window in ledger.windows for provider, _ in window.holders}
    refuse_unknown("--provider", name, sorted(known))


def refuse_unknown(option: str, name: str, known: Sequence[str]) -> None:
    """Raise UsageError for a provider or an arm that the windows asked for do not have."""
    if name and name not in known:
        hint = f"there are: {', '.join(known) or 'none'}"
        raise UsageError(f"{option} {name}: no window is of it", hint)


def parse_days(since: str, until: str) -> tuple[datetime | None, datetime | None]:
    """The days a span begins and ends with, the end not in it. Raises UsageError."""
    begin, end = parse_day(since), parse_day(until)
    if begin is not None and end is not None and begin >= end:
        raise UsageError("no day lies between --since and --until", "--until is not included")
    return begin, end


def parse_day(text: str) -> datetime | None:
    """A date or time as aware UTC, None for nothing. Raises UsageError."""
    if not text:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise UsageError(f"{text!r} is not a date", "like 2026-11-23 or an ISO time") from None
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
