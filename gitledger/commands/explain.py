"""`explain`: how a number came about, from the readings to the interval."""

from collections.abc import Mapping, Sequence

from gitledger.book.book import Book
from gitledger.book.case import read_ledger
from gitledger.book.explain_counts import FORMULAS, PRICE, explain_count
from gitledger.book.explain_rates import UNUSED, explained_rate
from gitledger.book.opening import open_book
from gitledger.book.references import unknown_window
from gitledger.book.subject import newest
from gitledger.book.world import World
from gitledger.commands.result import Drawings, Result, in_form
from gitledger.decision.case import Ledger
from gitledger.decision.derivation import (
    CHURN,
    CLS,
    IMPF,
    derived_churn,
    derived_delta,
    derived_load,
    derived_minutes,
)
from gitledger.decision.derived_card import (
    DELIVERED,
    FEATURES,
    IDLE,
    LASTING,
    PASS_RATE,
    PEAK,
    QUALITY,
    RATIO,
    derived_fact,
    derived_features,
    derived_human,
    derived_idle,
    derived_ratio,
)
from gitledger.decision.scope import ALL, Scope, is_week, weeks_worked, windows_in
from gitledger.decision.week_card import arm_of
from gitledger.errors import UsageError
from gitledger.measure.cost import COST, LASTING_COST, Prices, dollars, per_dollar
from gitledger.measure.efficiency import FEATURES_PER_PP, LASTING_PER_PP, VARIANTS, efficiency
from gitledger.measure.exchange import RATES
from gitledger.measure.explanation import explain_efficiency
from gitledger.measure.outcome import UNNAMED, WindowOutcome, by_methodology
from gitledger.measure.windowed import outcomes_of
from gitledger.windows.window import Window

SCHEMA = "gitledger.explain/1"
COSTS: Mapping[str, str] = {COST: FEATURES_PER_PP, LASTING_COST: LASTING_PER_PP}
EFFICIENCY = (*VARIANTS, *COSTS)
FACTS = (QUALITY, PASS_RATE, PEAK, DELIVERED, LASTING)
OF_WINDOW = (CLS, FEATURES)  # a window's own, without an arm
NAMES = (
    *(*EFFICIENCY, *FACTS, IMPF, CHURN, IDLE, *OF_WINDOW, RATIO),
    *(*FORMULAS, PRICE, *RATES, UNUSED),
)
OFTEN = (FEATURES_PER_PP, LASTING_PER_PP, LASTING_COST, QUALITY, CHURN, IDLE)
PAIR = ":"
LIKE = "WEEK0.codex.features_per_pp"
LIST = "gitledger explain"


def explain(world: World, metric: str = "", *, form: str = "text") -> Result:
    """A metric named `WHICH.ARM.NAME`: `WEEK0.codex.features_per_pp`, `W0-19.glm.5h`.

    An arm is a provider, `provider/methodology` or, for `ratio`, two of them as `codex:claude`.
    `WHICH.cls` and `WHICH.features` are a window's own; `all.telemetry.error_rate` and
    `all.usage.ccusage/block.cost_usd` are what a preview counts. Without one: features per point of
    the newest completed window, and what else there is. Raises UsageError for what is not a metric,
    UnknownWindow for an unknown window, or where none was recorded.
    """
    ledger = read_ledger(book := open_book(world))
    if not metric:
        metric, *others = metrics(ledger)
        return answer(
            metric, ledger, explain_metric(book, ledger, metric) | {"others": others}, form
        )
    return answer(metric, ledger, explain_metric(book, ledger, metric), form)


def metrics(ledger: Ledger) -> list[str]:
    """The numbers of the newest window that can be explained, its features per point first.

    Then those of its week.
    """
    newest(ledger)
    window = ([w for w in ledger.windows if w.finalised] or ledger.windows)[-1]
    own = list(dict.fromkeys(delta.provider for delta in window.deltas))
    own = own or list(dict.fromkeys(provider for provider, _ in window.holders))
    week = (weeks_worked([window]) or (ALL,))[0]
    meters = [f"{window.id}.{d.provider}.{d.meter}" for d in window.deltas]
    first = [f"{window.id}.{p}.{FEATURES_PER_PP}" for p in own] if window.finalised else []
    told = [*first, *dict.fromkeys(meters), f"{window.id}.{FEATURES}", f"{window.id}.{CLS}"]
    return told + [f"{week}.{p}.{name}" for p in own for name in OFTEN]


def explain_metric(book: Book, ledger: Ledger, metric: str) -> dict[str, object]:
    """How the metric came about. Raises UsageError, UnknownWindow."""
    which, arm, name = parts(metric)
    windows = choose_windows(ledger, which)
    count = explain_count(book, ledger, windows, (which, arm, name))
    if count is None:
        count = explained_rate(book, ledger, (which, arm, name))
    if count is not None:
        return dict(count)
    if name == CLS and not arm:
        if len(windows) != 1:
            raise UsageError("a load is one window's", "gitledger explain W0-01.cls")
        return dict(derived_load(ledger, windows[0]))
    if name == FEATURES and not arm:
        if len(windows) != 1:
            raise UsageError("a count is one window's", "gitledger explain W0-01.features")
        return dict(derived_features(windows[0]))
    outcomes = outcomes_of(windows, ledger.terms, ledger.reverted)
    if name == RATIO:
        return dict(ratio(ledger, outcomes, arm))
    own = arm_outcomes(outcomes, arm)
    if not own:
        known = sorted({o.provider for o in outcomes})
        there = f"gitledger explain {which}.{known[0]}.{name}" if known else "gitledger preview"
        raise UsageError(
            f"{which} has no provider {arm!r}; {' and '.join(known) or 'none'} there", there
        )
    if name in EFFICIENCY:
        return dict(efficient(ledger, own, windows, name))
    return dict(other(ledger, metric, windows, own))


def arm_outcomes(outcomes: Sequence[WindowOutcome], arm: str) -> list[WindowOutcome]:
    """The outcomes of a provider, of `provider/methodology`, or of a methodology alone."""
    own = [o for o in outcomes if o.provider == arm]
    if own:
        return own
    named = by_methodology(outcomes)
    return [o for o in named if arm in (o.side, f"{o.provider}/{o.methodology or UNNAMED}")]


def efficient(
    ledger: Ledger, own: Sequence[WindowOutcome], windows: Sequence[Window], name: str
) -> Mapping[str, object]:
    """An efficiency of an arm, or what a feature of it costs."""
    arm, stats = own[0].side, ledger.rules.statistics
    variant = COSTS.get(name, name)
    made = efficiency(own, arm, name=variant, stats=stats)
    payload = explain_efficiency(made, own, windows, stats)
    if name not in COSTS:
        return payload
    spent = per_dollar(own, arm, Prices(ledger.plans), name=variant, stats=stats)
    return {
        **payload,
        "formula": "sum of points x plan price a week of each account / 100 / sum of features",
        variant: payload["estimate"],
        "estimate": dollars(spent, name).payload(),
        "unit": "feature, in dollars",
    }


def ratio(ledger: Ledger, outcomes: Sequence[WindowOutcome], names: str) -> Mapping[str, object]:
    """Two arms against each other. Raises UsageError."""
    sides = [arm_outcomes(outcomes, name) for name in names.split(PAIR)]
    if len(sides) != 2 or not all(sides):
        raise UsageError(
            f"{names!r} does not name two providers", "gitledger explain WEEK0.codex:claude.ratio"
        )
    later, sooner = (arm_of(ledger, own[0].side, own) for own in sides)
    return derived_ratio(later, sooner, ledger.rules.statistics)


def other(
    ledger: Ledger, metric: str, windows: Sequence[Window], own: Sequence[WindowOutcome]
) -> Mapping[str, object]:
    """What is no efficiency: facts, human minutes, churn, idle points, or a meter. UsageError."""
    name, provider = parts(metric)[2], own[0].provider
    if name in FACTS:
        return derived_fact(name, own, windows, ledger.rules.statistics)
    if name == IMPF:
        return derived_minutes(own, windows)
    if name == CHURN:
        return derived_churn(own)
    if name == IDLE:
        return derived_idle(ledger, provider, windows)
    human = derived_human(name, own, windows)
    if human is not None:
        return human
    own_deltas = [d for w in windows for d in w.deltas if d.provider == provider]
    meters = {d.meter for d in own_deltas} | {f"{d.bucket}/{d.meter}" for d in own_deltas}
    if name not in meters or len(windows) != 1:
        meant = f"; of one window: {', '.join(sorted(meters))}" if meters else ""
        raise UsageError(f"{metric!r} is not a number: {', '.join(NAMES)}{meant}", LIST)
    return derived_delta(windows[0], provider, name)


def answer(metric: str, ledger: Ledger, told: Mapping[str, object], form: str) -> Result:
    """The result: the metric and the tip before what was found."""
    payload = {"metric": metric, "tip": ledger.source.tip, **told}

    def drawings() -> Drawings:
        from gitledger.report.explain_text import explain_markdown, explain_text  # noqa: PLC0415

        return explain_text, explain_markdown

    return Result(SCHEMA, payload, in_form(form, payload, drawings))


def parts(metric: str) -> tuple[str, str, str]:
    """Which windows, which provider, which measure. Raises UsageError with the known names."""
    which, _, rest = metric.partition(".")
    provider, _, name = rest.rpartition(".")
    if not which or not name or (not provider and name not in OF_WINDOW):
        raise UsageError(f"{metric!r} is not a number like {LIKE}: {', '.join(NAMES)}", LIST)
    return which, provider, name


def choose_windows(ledger: Ledger, which: str) -> tuple[Window, ...]:
    """One window by its id, a `WEEKn`, or `all`."""
    window = ledger.window(which)
    if window is not None:
        return (window,)
    if is_week(which) or which == ALL:
        return windows_in(ledger, Scope(which))
    raise unknown_window(which, [w.id for w in ledger.windows])
