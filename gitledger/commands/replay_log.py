"""The ledger's windows and meters as a replay needs them: logged windows and points left."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from gitledger.commands.book import Book
from gitledger.commands.folded import Folded, fold_book
from gitledger.commands.pace import has_reset, last_readings
from gitledger.errors import InvalidData, Problem
from gitledger.measure.outcome import USABLE, WindowOutcome
from gitledger.measure.usage import dollars
from gitledger.measure.windowed import outcomes_of
from gitledger.routing.logged import LoggedWindow, RewardRule, earned
from gitledger.windows.snapshot import DEFAULT_BUCKET
from gitledger.windows.window import Window

SESSION = "5h"
RULES: tuple[RewardRule, ...] = ("features", "features-per-point")
FULL = 100.0


@dataclass(frozen=True, slots=True)
class Ledgered:
    """What the ledger tells a replay.

    Windows in order of recording, points left by provider, the reserve in points, providers
    whose only meter refills, and notes on what was assumed.
    """

    windows: tuple[LoggedWindow, ...]
    left: Mapping[str, float]
    reserve: float
    refilling: tuple[str, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reward:
    """What a window is worth: `replay.reward` and `replay.epsilon` of rules.yaml.

    `rated` says whether the log knows qualities at all; without any, features count alone.
    """

    rule: RewardRule = "features"
    epsilon: float = 1.0
    rated: bool = True


def reward_of(rules: Mapping[str, object]) -> Reward:
    """The reward rule of a rule file. Raises InvalidData with everything wrong in `replay`."""
    part = rules.get("replay", {})
    given = part if isinstance(part, Mapping) else {"replay": part}
    rule, epsilon = given.get("reward", RULES[0]), given.get("epsilon", 1)
    problems = [
        Problem(f"replay.{key}", "is unknown", "known: reward, epsilon", "rules-unknown")
        for key in given
        if key not in ("reward", "epsilon")
    ]
    if rule not in RULES:
        what = f"is {rule!r}"
        problems.append(Problem("replay.reward", what, f"one of: {', '.join(RULES)}", "rules"))
    number = isinstance(epsilon, int | float | Decimal) and not isinstance(epsilon, bool)
    if not number or not float(str(epsilon)) > 0:
        what = f"is {epsilon!r}"
        problems.append(Problem("replay.epsilon", what, "give points above 0", "rules"))
    if problems:
        raise InvalidData("rules.yaml cannot be used", "mend its part `replay`", problems)
    return Reward(next(known for known in RULES if known == rule), float(str(epsilon)))


def read_log(book: Book, now: datetime) -> Ledgered:
    """Finalised windows, one entry for each provider, and the newest reading of each meter."""
    folded = fold_book(book)
    by_id = {window.id: window for window in folded.windows}
    finished = [o for o in outcomes_of(folded.windows, folded.terms) if o.finalised]
    rated = any(outcome.quality is not None for outcome in finished)
    reward = replace(reward_of(book.rules), rated=rated)
    windows = tuple(logged(outcome, by_id[outcome.window], reward) for outcome in finished)
    providers = sorted({outcome.provider for outcome in finished})
    refilling = tuple(p for p in providers if folded.terms.capacity_meter(p) == SESSION)
    left, notes = points_left(folded, [p for p in providers if p not in refilling], now)
    if finished and not rated:
        notes.append("no window states a quality: the reward is features alone")
    buffer = float(folded.terms.thresholds.buffer_pp)
    return Ledgered(windows, left, buffer, refilling, (*folded.notes, *notes))


def logged(outcome: WindowOutcome, window: Window, reward: Reward) -> LoggedWindow:
    """One provider's part of a finalised window; what is unknown stays so, with the reason."""
    why, worth = outcome.unusable, None
    points = None if why else outcome.used
    if not why and reward.rated and outcome.quality is None:
        why = "quality-unknown"
    elif points is not None:
        quality = 1.0 if outcome.quality is None else outcome.quality
        worth = earned(outcome.successes, quality, points, reward.rule, reward.epsilon)
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
    folded: Folded, providers: list[str], now: datetime
) -> tuple[dict[str, float], list[str]]:
    """Points left on each provider's bar by its newest reading, all accounts together.

    Each account keeps a reserve. The replay takes one off, so what can be spent gets one added.
    """
    reserve = float(folded.terms.thresholds.buffer_pp)
    spendable: dict[str, float] = {}
    notes: list[str] = []
    for last in last_readings(folded.windows):
        provider, meter = last.provider, folded.terms.capacity_meter(last.provider)
        if provider not in providers or last.reading.key != (DEFAULT_BUCKET, meter):
            continue
        points = FULL - float(last.reading.used)
        if has_reset(last.reading, now):
            points = FULL
            notes.append(
                f"the {meter} bar of {provider} has reset since it was last read: taken as full"
            )
        spendable[provider] = spendable.get(provider, 0.0) + max(0.0, points - reserve)
    return {provider: points + reserve for provider, points in spendable.items()}, notes
