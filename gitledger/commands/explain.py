"""`explain`: how a number came about, from the readings to the interval."""

from gitledger.commands.folded import unknown_window
from gitledger.commands.judged import read_ledger
from gitledger.commands.opened import open_book
from gitledger.commands.result import Result, Screen
from gitledger.commands.world import World
from gitledger.decision.ledger import Ledger
from gitledger.decision.week_card import WEEK, Scope, windows_in
from gitledger.errors import UsageError
from gitledger.measure.cost import COST, cost_per_feature
from gitledger.measure.efficiency import FEATURES_PER_PP, VARIANTS, efficiency
from gitledger.measure.explained import explained
from gitledger.measure.windowed import outcomes_of
from gitledger.windows.window import Window

SCHEMA = "gitledger.explain/1"
NAMES = (*VARIANTS, COST)


def explain(world: World, metric: str) -> Result:
    """A metric named `WHICH.PROVIDER.NAME`: `WEEK0.codex.features_per_pp`, `W0-19.glm...`.

    Raises UsageError for what is no metric, UnknownWindow for an unknown window.
    """
    which, provider, name = parts(metric)
    ledger = read_ledger(open_book(world))
    windows = chosen(ledger, which)
    outcomes = outcomes_of(windows, ledger.terms)
    known = sorted({o.provider for o in outcomes})
    if provider not in known:
        hint = f"providers there: {', '.join(known) or 'none'}"
        raise UsageError(f"{which} has no provider {provider!r}", hint)
    variant = FEATURES_PER_PP if name == COST else name
    made = efficiency(outcomes, provider, name=variant, phi0=ledger.rules.phi0)
    payload = {"metric": metric, "tip": ledger.source.tip, **explained(made, outcomes, windows)}
    if name == COST:
        price = ledger.plans.get(provider)
        payload |= {
            "formula": f"plan price a week ({price or 'unknown'}) / (100 x features_per_pp)",
            "features_per_pp": payload["estimate"],
            "estimate": cost_per_feature(made, price).payload(),
        }

    def text(screen: Screen) -> str:
        from gitledger.report.explain_text import explain_text  # noqa: PLC0415  loads rich

        return explain_text(payload, width=screen.width, colour=screen.colour).rstrip("\n")

    return Result(SCHEMA, payload, text)


def parts(metric: str) -> tuple[str, str, str]:
    """Which windows, which provider, which measure. Raises UsageError with the known names."""
    which, _, rest = metric.partition(".")
    provider, _, name = rest.rpartition(".")
    if not which or not provider or name not in NAMES:
        hint = f"WEEK0.codex.features_per_pp; measures: {', '.join(NAMES)}"
        raise UsageError(f"{metric!r} is no metric", hint)
    return which, provider, name


def chosen(ledger: Ledger, which: str) -> tuple[Window, ...]:
    """One window by its id, a `WEEKn`, or `all`."""
    window = ledger.window(which)
    if window is not None:
        return (window,)
    if WEEK.fullmatch(which) or which == "all":
        return windows_in(ledger, Scope(which))
    raise unknown_window(which, [w.id for w in ledger.windows])
