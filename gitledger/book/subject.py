"""What a card is asked for: a window, a week or dates, found in the ledger and judged."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from gitledger.book.case import named_window
from gitledger.decision.card import Card
from gitledger.decision.case import Ledger
from gitledger.decision.scope import Scope, is_week, named_windows, weeks_worked, windows_in
from gitledger.decision.week_card import week_card
from gitledger.decision.window_card import window_card
from gitledger.errors import UnknownWindow, UsageError
from gitledger.windows.worktime import calendar_week

THIS_WEEK = "week"
MOST_WEEKS = 8  # that a refusal lists, the newest ones
MOST_OTHERS = 6


@dataclass(frozen=True, slots=True)
class CardRequest:
    """What a card is asked for: a window or week by name, or dates; and how to part it."""

    window: str = ""
    since: str = ""
    until: str = ""
    by: str = ""
    baseline: str = ""
    provider: str = ""

    @property
    def named(self) -> bool:
        """Whether it says which window, week or dates."""
        return bool(self.window or self.since or self.until)

    @property
    def compares(self) -> bool:
        """Whether something is asked of it that only the card of several windows has."""
        return bool(self.by == "methodology" or self.baseline or self.provider)


def newest(ledger: Ledger) -> str:
    """The window that was begun last. Raises UnknownWindow where there is none."""
    if not ledger.windows:
        raise UnknownWindow("no window was recorded yet", "gitledger start codex")
    return ledger.windows[-1].id


def week_of(ledger: Ledger) -> str:
    """The calendar week of the newest work."""
    return (weeks_worked(ledger.windows) or (THIS_WEEK,))[-1]


def other_subjects(ledger: Ledger, subject: str) -> tuple[str, ...]:
    """What else a card can be asked for: the weeks with work and the newest windows."""
    numbered = ("WEEK0",) if named_windows(ledger.windows, "WEEK0") else ()
    weeks = weeks_worked(ledger.windows)[-MOST_OTHERS:]
    windows = [window.id for window in reversed(ledger.windows[-MOST_OTHERS:])]
    return tuple(name for name in (*numbered, *weeks, *windows) if name != subject)


def requested_card(
    ledger: Ledger, asked: CardRequest, now: datetime, *, shown: bool = False
) -> Card:
    """The card of a window by its id, of a week, or of dates. Raises UnknownWindow, UsageError.

    `week` alone is the calendar week of `now`. A card that is only `shown` counts no look, and
    without a name it is that of the newest window; what is recorded names its subject.
    """
    if not asked.named:
        last = newest(ledger)
        if not shown:
            raise UsageError("a card that is recorded names its window", f"gitledger card {last}")
        asked = replace(asked, window=week_of(ledger) if asked.compares else last)
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


def refuse_no_week(option: str, name: str) -> None:
    """Raise UsageError for a text that names no week."""
    if not is_week(name):
        what = f"{option} {name!r} names no week"
        raise UsageError(what, f"{option} WEEK0, or {option} 2026-W48")


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
