"""The ledger's windows and meters as a replay needs them: logged windows and points left."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from gitledger.book.book import Book
from gitledger.book.feature_reverts import taken_since
from gitledger.book.subject import MOST_WEEKS, refuse_no_week
from gitledger.book.windows import fold_book
from gitledger.decision.scope import named_windows, weeks_worked
from gitledger.errors import TooFewWindows, UnknownWindow
from gitledger.measure.outcome import USABLE, WindowOutcome, mixed_rules
from gitledger.measure.usage import dollars
from gitledger.measure.windowed import outcomes_of
from gitledger.routing.log import LoggedWindow, window_reward
from gitledger.routing.reward import RULES, Reward, reward_of
from gitledger.windows.pace import LastReading, has_reset, last_readings
from gitledger.windows.snapshot import DEFAULT_BUCKET
from gitledger.windows.standing import standing
from gitledger.windows.thresholds import Terms
from gitledger.windows.window import Window

SESSION = "5h"
FULL = 100.0


@dataclass(frozen=True, slots=True)
class ReplayLog:
    """What the ledger tells a replay.

    Windows in order of recording, points left by provider, the reserve in points, providers
    whose only meter refills, notes on what was assumed, and what a window's reward counts.
    """

    windows: tuple[LoggedWindow, ...]
    left: Mapping[str, float]
    reserve: float
    refilling: tuple[str, ...]
    notes: tuple[str, ...]
    unit: str


def read_log(
    book: Book,
    now: datetime,
    reserve: float | None = None,
    week: str = "",
    *,
    plain_features: bool = False,
) -> ReplayLog:
    """Finalised windows, one entry for each provider, and the points that each meter has left.

    With `week` the windows of that week, and the points left when it began. `reserve` is what each
    account's bar keeps; None as the ledger has it. With `plain_features` a window is worth its
    features, whatever the rules weigh them by. Raises UnknownWindow for a week without work.
    """
    folded = fold_book(book)
    kept = float(folded.terms.thresholds.buffer_pp) if reserve is None else reserve
    chosen = week_windows(folded.windows, week) if week else folded.windows
    chosen = standing(chosen, taken_since(book, chosen))
    by_id = {window.id: window for window in chosen}
    finished = [o for o in outcomes_of(chosen, folded.terms) if o.finalised]
    reward_rule = Reward() if plain_features else reward_of(book.rules)
    mixed = mixed_rules([o for o in finished if not o.unusable])
    if mixed and reward_rule.rule == "features":
        raise TooFewWindows(mixed, "count every window by one rule: gitledger complete --amend")
    rated = not plain_features and any(outcome.quality is not None for outcome in finished)
    reward = replace(reward_rule, rated=rated)
    windows = tuple(logged_window(outcome, by_id[outcome.window], reward) for outcome in finished)
    providers = sorted({outcome.provider for outcome in finished})
    refilling = tuple(p for p in providers if folded.terms.capacity_meter(p) == SESSION)
    barred = [p for p in providers if p not in refilling]
    shown = first_readings(chosen) if week else last_readings(folded.windows)
    moment = min((last.reading.captured_at for last in shown), default=now) if week else now
    left, notes = points_left(shown, folded.terms, providers=barred, reserve=kept, at=moment)
    if finished:
        notes.append(reward_note(reward))
    if week:
        notes.append(f"budgets are those that {week} began with")
    return ReplayLog(windows, left, kept, refilling, (*folded.notes, *notes), reward.unit)


def reward_note(reward: Reward) -> str:
    """What the features of a replay are: weighed or not, per point or not."""
    if reward.rule != RULES[0]:
        return f"a window is worth its {reward.unit} used, as rules.yaml has it"
    if reward.rated:
        return f"features are weighed by the quality of their window ({reward.unit})"
    return "no window states a quality: the reward is features alone"


def week_windows(windows: Sequence[Window], week: str) -> tuple[Window, ...]:
    """The windows of a week. Raises UsageError for what is none, UnknownWindow without work."""
    refuse_no_week("--week", week)
    found = named_windows(windows, week)
    if not found:
        weeks = ", ".join(weeks_worked(windows)[-MOST_WEEKS:])
        raise UnknownWindow(
            f"no window was worked in {week}", f"weeks with work: {weeks or 'none'}"
        )
    return found


def first_readings(windows: Sequence[Window]) -> tuple[LastReading, ...]:
    """For every meter of every account the first reading that was shown in some windows."""
    found: dict[tuple[str, ...], LastReading] = {}
    for window in windows:
        for shot in (c.canonical for c in window.captures if not c.canonical.simulated):
            for reading in shot.readings:
                key = (*shot.holder, *reading.key)
                known = found.get(key)
                if known is None or reading.captured_at < known.reading.captured_at:
                    found[key] = LastReading(*shot.holder, reading)
    return tuple(found[key] for key in sorted(found))


def logged_window(outcome: WindowOutcome, window: Window, reward: Reward) -> LoggedWindow:
    """One provider's part of a finalised window; what is unknown stays so, with the reason."""
    why, worth = outcome.unusable, None
    points = None if why else outcome.used
    if points is not None and not outcome.successes:
        worth = 0.0  # a failed window, or one of no features, earns nothing under any rule
    elif not why and reward.rated and outcome.quality is None:
        why = "quality-unknown"
    elif points is not None:
        quality = outcome.quality if reward.rated and outcome.quality is not None else 1.0
        worth = window_reward(outcome.successes, quality, points, reward.rule, reward.epsilon)
    return LoggedWindow(
        window=outcome.window,
        provider=outcome.provider,
        reward=worth,
        pp=points,
        dollars=dollars_of(window),
        session_pp=session_points(window, outcome.provider),
        methodology=outcome.methodology,
        why=why,
    )


def session_points(window: Window, provider: str) -> float | None:
    """Points of the meter that refills, all accounts together; None where one is not usable."""
    accounts = [account for name, account in window.holders if name == provider]
    deltas = [window.delta(provider, account, SESSION) for account in accounts]
    known = [d.value for d in deltas if d is not None and d.state in USABLE]
    amounts = [float(value) for value in known if value is not None]
    return sum(amounts) if amounts and len(amounts) == len(accounts) else None


def dollars_of(window: Window) -> float | None:
    """API dollars of a window that one provider alone worked in; else nobody can tell them."""
    cost = dollars(window.usage)
    alone = len({provider for provider, _ in window.holders}) == 1
    return float(cost) if cost is not None and alone else None


def points_left(
    shown: Sequence[LastReading],
    terms: Terms,
    *,
    providers: Sequence[str],
    reserve: float,
    at: datetime,
) -> tuple[dict[str, float], list[str]]:
    """Points left on the weekly bars of some providers by the readings shown, accounts together.

    Each account keeps its reserve. The replay takes one off, so what can be spent gets one added:
    what may be spent is the points left less one reserve an account, counted once.
    """
    spendable: dict[str, float] = {}
    notes: list[str] = []
    for last in shown:
        provider, meter = last.provider, terms.capacity_meter(last.provider)
        if provider not in providers or last.reading.key != (DEFAULT_BUCKET, meter):
            continue
        points = FULL - float(last.reading.used)
        if has_reset(last.reading, at):
            points = FULL
            notes.append(
                f"the {meter} meter of {provider} has reset since it was last read: taken as full"
            )
        spendable[provider] = spendable.get(provider, 0.0) + max(0.0, points - reserve)
    return {provider: points + reserve for provider, points in spendable.items()}, notes
