"""`explain`: how a number came about, from the readings to the interval."""

from collections.abc import Mapping, Sequence

from gitledger.commands.folded import unknown_window
from gitledger.commands.judged import read_ledger
from gitledger.commands.opened import open_book
from gitledger.commands.result import Result, Screen
from gitledger.commands.world import World
from gitledger.decision.derivation import (
    CHURN,
    CLS,
    IMPF,
    derived_churn,
    derived_delta,
    derived_load,
    derived_minutes,
)
from gitledger.decision.ledger import Ledger
from gitledger.decision.scope import ALL, Scope, is_week, windows_in
from gitledger.errors import UsageError
from gitledger.measure.cost import COST, Prices, dollars, per_dollar
from gitledger.measure.efficiency import FEATURES_PER_PP, VARIANTS, efficiency
from gitledger.measure.explained import explained
from gitledger.measure.outcome import WindowOutcome
from gitledger.measure.windowed import outcomes_of
from gitledger.windows.window import Window

SCHEMA = "gitledger.explain/1"
EFFICIENCY = (*VARIANTS, COST)
NAMES = (*EFFICIENCY, IMPF, CHURN, CLS)


def explain(world: World, metric: str) -> Result:
    """A metric named `WHICH.PROVIDER.NAME`: `WEEK0.codex.features_per_pp`, `W0-19.glm.5h`.

    `WHICH.cls` is a window's own. Raises UsageError for what is no metric, UnknownWindow for an
    unknown window.
    """
    which, provider, name = parts(metric)
    ledger = read_ledger(open_book(world))
    windows = chosen(ledger, which)
    if name == CLS and not provider:
        if len(windows) != 1:
            raise UsageError("a load is one window's", "gitledger explain W0-01.cls")
        return answer(metric, ledger, derived_load(ledger, windows[0]))
    outcomes = outcomes_of(windows, ledger.terms, ledger.reverted)
    known = sorted({o.provider for o in outcomes})
    if provider not in known:
        hint = f"providers there: {', '.join(known) or 'none'}"
        raise UsageError(f"{which} has no provider {provider!r}", hint)
    if name not in EFFICIENCY:
        return answer(metric, ledger, other(metric, windows, outcomes))
    variant = FEATURES_PER_PP if name == COST else name
    made = efficiency(outcomes, provider, name=variant, stats=ledger.rules.statistics)
    payload = dict(explained(made, outcomes, windows, ledger.rules.statistics))
    if name == COST:
        prices = Prices(ledger.plans)
        spent = per_dollar(outcomes, provider, prices, stats=ledger.rules.statistics)
        payload |= {
            "formula": "plan price a week of each account / (100 x features_per_pp)",
            "features_per_pp": payload["estimate"],
            "estimate": dollars(spent, COST).payload(),
            "unit": "feature, in dollars",
        }
    return answer(metric, ledger, payload)


def other(
    metric: str, windows: Sequence[Window], outcomes: Sequence[WindowOutcome]
) -> Mapping[str, object]:
    """What is no efficiency: human minutes, churn, or a meter of one window. Raises UsageError."""
    _, provider, name = parts(metric)
    if name == IMPF:
        return derived_minutes([o for o in outcomes if o.provider == provider], windows)
    if name == CHURN:
        return derived_churn([o for o in outcomes if o.provider == provider])
    meters = {d.meter for w in windows for d in w.deltas if d.provider == provider}
    if name not in meters or len(windows) != 1:
        meant = f"; meters of one window: {', '.join(sorted(meters))}" if meters else ""
        hint = f"WEEK0.codex.features_per_pp; measures: {', '.join(NAMES)}{meant}"
        raise UsageError(f"{metric!r} is no metric", hint)
    return derived_delta(windows[0], provider, name)


def answer(metric: str, ledger: Ledger, found: Mapping[str, object]) -> Result:
    """The result: the metric and the tip before what was found."""
    payload = {"metric": metric, "tip": ledger.source.tip, **found}

    def text(screen: Screen) -> str:
        from gitledger.report.explain_text import (  # noqa: PLC0415  loads rich
            derivation_text,
            explain_text,
        )

        draw = explain_text if "gate" in payload else derivation_text
        return draw(payload, width=screen.width, colour=screen.colour).rstrip("\n")

    return Result(SCHEMA, payload, text)


def parts(metric: str) -> tuple[str, str, str]:
    """Which windows, which provider, which measure. Raises UsageError with the known names."""
    which, _, rest = metric.partition(".")
    provider, _, name = rest.rpartition(".")
    if not which or not name or (not provider and name != CLS):
        hint = f"WEEK0.codex.features_per_pp; measures: {', '.join(NAMES)}"
        raise UsageError(f"{metric!r} is no metric", hint)
    return which, provider, name


def chosen(ledger: Ledger, which: str) -> tuple[Window, ...]:
    """One window by its id, a `WEEKn`, or `all`."""
    window = ledger.window(which)
    if window is not None:
        return (window,)
    if is_week(which) or which == ALL:
        return windows_in(ledger, Scope(which))
    raise unknown_window(which, [w.id for w in ledger.windows])
