"""What `gitledger.yaml` states of plans: prices, former ones, how two compare."""

from collections.abc import Iterator, Mapping
from typing import Any

from gitledger.decision.plan_figures import FormerPlan, PlanTerms
from gitledger.measure.amounts import is_price, number
from gitledger.windows.snapshot import moment


def plan_terms(config: Mapping[str, Any]) -> PlanTerms:
    """What `gitledger.yaml` states of plans: prices, former ones, how two compare."""
    months = {
        str(k): price for k, v in _mapping(config.get("plans")).items() if (price := _price(v))
    }
    former = {
        str(name): tuple(_former(listed))
        for name, listed in _mapping(config.get("former_plans")).items()
    }
    ratios = {
        str(provider): dict(_ratios(pairs))
        for provider, pairs in _mapping(config.get("plan_ratios")).items()
    }
    return PlanTerms(months, former, ratios)


def _mapping(value: object) -> Mapping[Any, Any]:
    return value if isinstance(value, Mapping) else {}


def _price(value: object) -> float | None:
    price = number(value)
    return price if is_price(price) else None


def _former(listed: object) -> Iterator[FormerPlan]:
    for entry in listed if isinstance(listed, list | tuple) else ():
        until, month = moment(_mapping(entry).get("until")), _price(_mapping(entry).get("usd"))
        if until is not None and month is not None:
            yield FormerPlan(int(until.timestamp()), month)


def _ratios(pairs: object) -> Iterator[tuple[tuple[float, float], float]]:
    for name, value in _mapping(pairs).items():
        larger, _, smaller = str(name).partition(":")
        ratio = number(value)
        try:
            plans = (float(larger), float(smaller))
        except ValueError:
            continue
        if ratio is not None and ratio > 0:
            yield plans, ratio
