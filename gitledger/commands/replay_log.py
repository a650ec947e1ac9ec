"""The ledger's windows and meters as a replay needs them: logged windows and points left."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from gitledger.commands.book import Book
from gitledger.errors import InvalidData, Problem
from gitledger.measure.outcome import USABLE
from gitledger.routing.logged import LoggedWindow, RewardRule, earned
from gitledger.windows.finalisation import Finalisation
from gitledger.windows.fold import ATTACHED, fold_windows
from gitledger.windows.snapshot import DEFAULT_BUCKET, MeterReading, Snapshot
from gitledger.windows.thresholds import Terms, read_terms
from gitledger.windows.window import Window

LEDGERS = ("snapshots", "windows", *ATTACHED)
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
        problems.append(
            Problem("replay.epsilon", f"is {epsilon!r}", "give points above 0", "rules")
        )
    if problems:
        raise InvalidData("rules.yaml cannot be used", "mend its part `replay`", problems)
    return Reward(next(known for known in RULES if known == rule), float(str(epsilon)))


def read_log(book: Book, now: datetime) -> Ledgered:
    """Finalised windows, one entry for each provider, and the newest reading of each meter."""
    terms, problems = read_terms(book.config)
    folded = fold_windows({n: book.rows(n) for n in LEDGERS if n in book.ledgers}, terms)
    finished = [w for w in folded if w.finalised]
    rated = any(w.finalised.canonical.quality is not None for w in finished if w.finalised)
    reward = replace(reward_of(book.rules), rated=rated)
    windows = tuple(
        _part(window, window.finalised.canonical, provider, terms, reward)
        for window in finished
        if window.finalised
        for provider in dict.fromkeys(provider for provider, _ in window.holders)
    )
    providers = sorted({w.provider for w in windows})
    refilling = tuple(p for p in providers if terms.capacity_meter(p) == SESSION)
    reserve = float(terms.thresholds.buffer_pp)
    bars = {p: _left(folded, p, terms, now) for p in providers if p not in refilling}
    left = {p: points for p, (points, _) in bars.items() if points is not None}
    notes = [*map(str, problems), *(note for _, note in bars.values() if note)]
    if windows and not rated:
        notes.append("no window states a quality: the reward is features alone")
    return Ledgered(windows, left, reserve, refilling, tuple(notes))


def _part(
    window: Window, final: Finalisation, provider: str, terms: Terms, reward: Reward
) -> LoggedWindow:
    """One provider's part of a finalised window; what is unknown stays so, with the reason."""
    points, why = _points(window, provider, terms.capacity_meter(provider))
    counts = [d.features for d in final.delivered if d.provider == provider]
    worth: float | None = None
    if not counts:
        why = "no-features"
    elif reward.rated and final.quality is None:
        why = "quality-unknown"
    else:
        features = 0 if final.outcome == "fail" else sum(counts)
        quality = 1.0 if final.quality is None else float(final.quality)
        worth = earned(features, quality, points or 0.0, reward.rule, reward.epsilon)
    return LoggedWindow(
        window=window.id,
        provider=provider,
        reward=worth,
        pp=points,
        dollars=_dollars(window),
        session_pp=_points(window, provider, SESSION)[0],
        methodology=final.methodology,
        why=why,
    )


def _points(window: Window, provider: str, meter: str) -> tuple[float | None, str]:
    """Points of one meter used by all accounts of a provider, or why they are unknown."""
    accounts = [account for name, account in window.holders if name == provider]
    deltas = [window.delta(provider, account, meter) for account in accounts]
    if any(c.canonical.simulated for c in window.captures if c.provider == provider):
        return None, "simulated"
    spoiled = ["no-delta" if d is None else d.state for d in deltas]
    wrong = next((state for state in spoiled if state not in USABLE), "")
    amounts = [d.value for d in deltas if d is not None and d.value is not None]
    if wrong or len(amounts) < len(accounts):
        return None, wrong or "capacity-unknown"
    return float(sum(amounts, Decimal(0))), ""


def _dollars(window: Window) -> float | None:
    """API dollars of a window that one provider alone worked in; else nobody can tell them."""
    costs = [row.values.get("cost_usd") for row in window.usage]
    known = [float(c) for c in costs if isinstance(c, int | Decimal) and not isinstance(c, bool)]
    alone = len({provider for provider, _ in window.holders}) == 1
    return sum(known) if known and alone else None


def _left(
    windows: Sequence[Window], provider: str, terms: Terms, now: datetime
) -> tuple[float | None, str]:
    """Points left on a provider's bar by its newest reading, all accounts together."""
    meter = terms.capacity_meter(provider)
    newest: dict[str, MeterReading] = {}
    for capture in (c for w in windows for c in w.captures if c.provider == provider):
        reading = _shown(capture.canonical, meter)
        known = newest.get(capture.account)
        if reading and (known is None or reading.captured_at >= known.captured_at):
            newest[capture.account] = reading
    if not newest:
        return None, ""
    gone = [r for r in newest.values() if r.resets_at is not None and r.resets_at <= now]
    left = sum(FULL if r in gone else FULL - float(r.used) for r in newest.values())
    spare = (len(newest) - 1) * float(terms.thresholds.buffer_pp)
    note = f"the {meter} bar of {provider} has reset since it was last read: taken as full"
    return max(0.0, left - spare), note if gone else ""


def _shown(snapshot: Snapshot, meter: str) -> MeterReading | None:
    """A meter of a snapshot that is neither stale nor rehearsed."""
    if snapshot.simulated or snapshot.stale_why(DEFAULT_BUCKET):
        return None
    return snapshot.reading((DEFAULT_BUCKET, meter))
