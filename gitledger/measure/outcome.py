"""What one window did for one provider: the small frozen value that every measure reads.

Depends on `ledger` for the adapter at the bottom, which reads finalisation rows. A caller that
folds windows itself builds `WindowOutcome`s directly and needs nothing else.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from gitledger.ledger.row import Row, Value

DEFAULT_METER = "weekly"
DEFAULT_METERS: Mapping[str, str] = {"glm": "5h"}
USABLE = ("valid", "manual")
FLOOR_CORRECTION = 0.5


@dataclass(frozen=True, slots=True)
class WindowOutcome:
    """One provider's part of one finalised window.

    `features` is None where none were stated for this provider. `capacity` is the delta of the
    provider's capacity meter in `unit` (percentage points, or prompts), None when unknown;
    `state` is the delta's state and says whether it may be used. `chained` means that the
    BEFORE reading is the AFTER reading of another window of the same meter period (one pane,
    `cross`). `impf` is human minutes per feature.
    """

    window: str
    provider: str
    features: int | None
    capacity: float | None = None
    state: str = "valid"
    quality: float | None = None
    outcome: str = ""
    methodology: str = ""
    meter: str = DEFAULT_METER
    unit: str = "pp"
    before: float | None = None
    after: float | None = None
    rounding: str = "round"
    chained: bool = False
    impf: float | None = None
    at: str = ""
    finalised: bool = True

    @property
    def successes(self) -> int:
        """Successful features: those of a window that did not fail."""
        return 0 if self.outcome == "fail" or self.features is None else self.features

    @property
    def corrected(self) -> bool:
        """Whether half a point is added: a floored meter that starts at 0 loses it on average."""
        return self.rounding == "floor" and self.before == 0 and not self.chained

    @property
    def unfinished(self) -> str:
        """Why its features are not known; empty when they are."""
        if not self.finalised:
            return "not-finalised"
        return "no-features" if self.features is None else ""

    @property
    def unusable(self) -> str:
        """Why the window may not enter features per capacity; empty when it may."""
        if self.unfinished:
            return self.unfinished
        if self.state not in USABLE:
            return self.state
        return "capacity-unknown" if self.capacity is None else ""

    @property
    def used(self) -> float:
        """Capacity used, with the correction for a floored meter; 0 when it is unknown."""
        return (self.capacity or 0.0) + (FLOOR_CORRECTION if self.corrected else 0.0)


def capacity_meter(provider: str, meters: Mapping[str, str]) -> str:
    """The meter a provider's capacity is read from: the configured one, else the default."""
    return meters.get(provider, DEFAULT_METERS.get(provider, DEFAULT_METER))


def canonical(outcomes: Sequence[WindowOutcome]) -> tuple[tuple[WindowOutcome, ...], int]:
    """One outcome for each (window, provider), the latest given, and how many were left out."""
    latest = {(o.window, o.provider): o for o in outcomes}
    return tuple(latest.values()), len(outcomes) - len(latest)


def outcomes_of_rows(
    rows: Sequence[Row], meters: Mapping[str, str] | None = None
) -> tuple[WindowOutcome, ...]:
    """Outcomes of `windows` rows (corrections applied, in order of recording), latest wins.

    A provider of the features list without any delta of its capacity meter is `no-delta`.
    Two accounts of one provider in one window are added; one unusable account spoils both.
    """
    latest = {str(row.values.get("window", "")): row for row in rows if row.ledger == "windows"}
    return tuple(outcome for row in latest.values() for outcome in row_outcomes(row, meters or {}))


def row_outcomes(row: Row, meters: Mapping[str, str]) -> tuple[WindowOutcome, ...]:
    """The outcomes of one finalisation, one for each provider it names, in its order."""
    values = row.values
    features: dict[str, int] = {}
    for entry in maps(values.get("features")):
        provider = str(entry.get("provider", ""))
        features[provider] = features.get(provider, 0) + int(number(entry.get("features")) or 0)
    deltas = maps(values.get("deltas"))
    named = dict.fromkeys([*features, *(str(d.get("provider", "")) for d in deltas)])
    found = []
    for provider in named:
        meter = capacity_meter(provider, meters)
        bare = WindowOutcome(
            window=str(values.get("window", "")),
            provider=provider,
            features=features.get(provider),
            state="no-delta",
            quality=number(values.get("quality")),
            outcome=str(values.get("outcome", "")),
            methodology=str(values.get("methodology", "")),
            meter=meter,
            impf=number(values.get("impf")),
            at=row.recorded_at,
        )
        own = [d for d in deltas if d.get("provider") == provider and d.get("meter") == meter]
        found.append(with_deltas(bare, own))
    return tuple(found)


def with_deltas(bare: WindowOutcome, deltas: Sequence[Mapping[str, Value]]) -> WindowOutcome:
    """The outcome with the accounts' deltas of its capacity meter added up."""
    if not deltas:
        return bare
    spoiled = [str(d.get("state", "")) for d in deltas if d.get("state") not in USABLE]
    amounts = [number(d.get("delta_pp")) for d in deltas]
    states = [str(d.get("state", "")) for d in deltas]
    return replace(
        bare,
        capacity=None if None in amounts else sum(a for a in amounts if a is not None),
        state=spoiled[0] if spoiled else ("manual" if "manual" in states else "valid"),
        before=number(deltas[0].get("before")) if len(deltas) == 1 else None,
        after=number(deltas[0].get("after")) if len(deltas) == 1 else None,
        rounding=str(deltas[0].get("rounding", "round")),
        chained=all(d.get("chained") is True for d in deltas),
    )


def maps(value: object) -> tuple[Mapping[str, Value], ...]:
    """The maps of a list column; an absent column is empty."""
    if not isinstance(value, list | tuple):
        return ()
    return tuple(entry for entry in value if isinstance(entry, Mapping))


def number(value: object) -> float | None:
    """A numeric column as float; anything else is unknown."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal | float):
        return None
    return float(value)
