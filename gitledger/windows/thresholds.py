"""The limits that captures and audits are held to, as one value. Depends on nothing.

They come from `gitledger.yaml`; a key that is absent there has the default below.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from datetime import timedelta
from decimal import Decimal, InvalidOperation

from gitledger.errors import Problem
from gitledger.ledger.row import map_of

FAILED = frozenset({"fail"})  # results of evidence that stop a window, unless the rules name others
RESET_TOLERANCE = timedelta(minutes=2)
# the limits that gitledger.yaml names from the beginning; the others have no line there
SHIPPED_LIMITS = frozenset(
    {"buffer_pp", "after_delay_minutes", "late_after_hours", "reset_tolerance_minutes"}
)
# what 0.1.0 shipped: nobody chose it
SHIPPED_CAPACITY = {"codex": "weekly", "claude": "weekly", "glm": "5h"}


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Limits in the unit of their name; shares are 0 to 1."""

    buffer_pp: Decimal = Decimal(10)
    after_delay_minutes: Decimal = Decimal(5)
    late_after_hours: Decimal = Decimal(12)
    reset_tolerance_minutes: Decimal = Decimal(2)
    usage_divergence: Decimal = Decimal("0.10")
    churn_days: Decimal = Decimal(14)
    constant_quality_windows: Decimal = Decimal(3)
    idle_minutes: Decimal = Decimal(120)

    @property
    def reset_tolerance(self) -> timedelta:
        """Two reset times this close name the same reset."""
        return timedelta(minutes=float(self.reset_tolerance_minutes))

    @property
    def after_delay(self) -> timedelta:
        """How long after the work an AFTER is due."""
        return timedelta(minutes=float(self.after_delay_minutes))

    @property
    def idle(self) -> timedelta:
        """The silence after which a session that never ended counts as crashed."""
        return timedelta(minutes=float(self.idle_minutes))


@dataclass(frozen=True, slots=True)
class Terms:
    """What a reader of windows must be told: limits, and each provider's capacity meter.

    `capacity` holds the meters that somebody chose, and those that `windows.capacity` found for
    the others; `overage` the providers or `provider/account` that may buy more than 100 %;
    `failures` the results of evidence that the rules stop a window for; `assumed` the keys that the
    file lacks, each with the default that stands for it.
    """

    thresholds: Thresholds = field(default_factory=Thresholds)
    capacity: Mapping[str, str] = field(default_factory=dict)
    overage: frozenset[str] = frozenset()
    failures: frozenset[str] = FAILED
    assumed: tuple[str, ...] = field(default=(), compare=False)

    def capacity_meter(self, provider: str) -> str:
        """The meter that counts as the provider's capacity; `weekly` unless said otherwise."""
        return self.capacity.get(provider, "weekly")

    def sells_more(self, provider: str, account: str) -> bool:
        """Whether use beyond 100 % is sold to an account: its full meter is a lower bound."""
        return provider in self.overage or f"{provider}/{account}" in self.overage


def read_terms(config: Mapping[str, object]) -> tuple[Terms, tuple[Problem, ...]]:
    """The terms that a configuration states, and what is wrong with its limits.

    `thresholds` holds numbers by name, `capacity` meters by provider (a block equal to the one
    that 0.1.0 shipped was not chosen), `overage` a list; other keys are not ours.
    """
    limits, problems = read_thresholds(map_of(config, "thresholds"))
    named = {str(k): str(v) for k, v in map_of(config, "capacity").items()}
    listed = config.get("overage")
    more = frozenset(map(str, listed)) if isinstance(listed, list | tuple) else frozenset()
    chosen = {} if named == SHIPPED_CAPACITY else named
    return Terms(limits, chosen, more, assumed=tuple(assumed_in(config))), problems


def assumed_in(config: Mapping[str, object]) -> Iterator[str]:
    """The keys that a configuration lacks, each with its default as the file would have it.

    A `capacity` that 0.1.0 shipped was not chosen, and is named as well.
    """
    if "capacity" not in config:
        yield "capacity: {}"
    elif map_of(config, "capacity") == SHIPPED_CAPACITY:
        yield "capacity: {} (the block that 0.1.0 shipped counts as not chosen)"
    if "overage" not in config:
        yield "overage: []"
    stated = map_of(config, "thresholds")
    for entry in fields(Thresholds):
        if entry.name in SHIPPED_LIMITS and entry.name not in stated:
            yield f"thresholds.{entry.name}: {getattr(Thresholds(), entry.name)}"


def read_thresholds(given: Mapping[str, object]) -> tuple[Thresholds, tuple[Problem, ...]]:
    """Thresholds from numbers by name, and a problem for each that is no number of 0 or more."""
    problems: list[Problem] = []
    chosen: dict[str, Decimal] = {}
    for entry in fields(Thresholds):
        if entry.name in given:
            number = _non_negative(given[entry.name])
            if number is None:
                where = f"gitledger.yaml thresholds.{entry.name}"
                problems.append(Problem(where, "is not a number of 0 or more"))
            else:
                chosen[entry.name] = number
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
