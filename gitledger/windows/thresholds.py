"""The limits that captures and audits are held to, as one value. Depends on nothing.

They come from `gitledger.yaml`; a key that is absent there has the default below.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import timedelta
from decimal import Decimal, InvalidOperation

from gitledger.errors import Problem

RESET_TOLERANCE = timedelta(minutes=2)
DEFAULT_CAPACITY = {"codex": "weekly", "claude": "weekly", "glm": "5h"}


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Limits in the unit of their name; shares are 0 to 1."""

    settle_minutes: Decimal = Decimal(5)
    late_minutes: Decimal = Decimal(60)
    buffer_pp: Decimal = Decimal(10)
    usage_divergence: Decimal = Decimal("0.10")
    churn_days: Decimal = Decimal(14)
    constant_quality_windows: Decimal = Decimal(3)


@dataclass(frozen=True, slots=True)
class Terms:
    """What a reader of windows must be told: limits, and each provider's capacity meter."""

    thresholds: Thresholds = field(default_factory=Thresholds)
    capacity: Mapping[str, str] = field(default_factory=lambda: dict(DEFAULT_CAPACITY))

    def capacity_meter(self, provider: str) -> str:
        """The meter that counts as the provider's capacity; `weekly` unless said otherwise."""
        return self.capacity.get(provider, "weekly")


def read_thresholds(given: Mapping[str, object]) -> tuple[Thresholds, tuple[Problem, ...]]:
    """Thresholds from the `thresholds` map of the configuration, and what is wrong with it."""
    known = {entry.name for entry in fields(Thresholds)}
    problems = [
        Problem(f"thresholds.{name}", "is not a threshold", f"one of {', '.join(sorted(known))}")
        for name in given
        if name not in known
    ]
    chosen: dict[str, Decimal] = {}
    for name in sorted(known & set(given)):
        number = _non_negative(given[name])
        if number is None:
            problems.append(Problem(f"thresholds.{name}", "is not a number of 0 or more"))
        else:
            chosen[name] = number
    return Thresholds(**chosen), tuple(problems)


def _non_negative(value: object) -> Decimal | None:
    """A value as a finite number of 0 or more, None when it is none."""
    if isinstance(value, bool):
        return None
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    return number if number.is_finite() and number >= 0 else None
