"""Worlds in which an interval is tried: one account's windows as rows, made of a known truth.

A window is a number of attempts, each of a lognormal cost (CV .8) that passes three times in four;
the meter shows what was used as its provider would. What comes out are rows, as captures and
`complete` record them, so that everything between a pane and an interval is in the path.
"""

import math
from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import numpy as np

from gitledger.ledger.row import Row
from gitledger.measure.outcome import WindowOutcome
from gitledger.measure.windowed import outcomes_of
from gitledger.windows.fold import fold_windows

BEGIN = datetime(2026, 11, 2, 6, tzinfo=UTC)
RECORDED = BEGIN + timedelta(days=400)
SIGMA = math.sqrt(math.log1p(0.8**2))
ROUNDED = {
    "round": lambda used: Decimal(math.floor(used + 0.5)),
    "floor": lambda used: Decimal(math.floor(used)),
    "ceil": lambda used: Decimal(math.ceil(used)),
    "exact": lambda used: Decimal(str(round(used, 4))),
}


@dataclass(frozen=True)
class World:
    """What is true: mean points and chance of an attempt, the meter, and what goes wrong.

    `fresh` windows begin with an empty meter. `differs` is the variance of the rate between
    windows, `days` the spread of good and bad days (AR .8) on the log scale.
    """

    name: str
    cost: float = 3.0
    passes: float = 0.75
    attempts: float = 3.0
    rounding: str = "round"
    meter: str = "weekly"
    fresh: bool = False
    missing: float = 0.0
    shared: float = 0.0
    spanned: float = 0.0
    crossed: bool = False
    sizes: tuple[float, ...] = (1.0,)
    differs: float = 0.0
    days: float = 0.0
    quality: float = 0.0
    measure: str = "features_per_pp"

    @property
    def truth(self) -> float:
        """The number that the interval is to hold."""
        if self.measure == "features_per_window":
            return self.passes * (1 + self.attempts)
        return self.passes / self.cost * (self.quality or 1.0)

    @property
    def length(self) -> timedelta:
        """How long the meter's own window is."""
        return timedelta(hours=5) if self.meter == "5h" else timedelta(days=7)


def outcomes(world: World, rng: np.random.Generator, windows: int) -> tuple[WindowOutcome, ...]:
    """So many windows of a world, folded and measured from their rows."""
    return outcomes_of(fold_windows(Account(world, rng).rows_of(windows)))


class Account:
    """One account whose meter goes up as windows are worked, one after the other."""

    def __init__(self, world: World, rng: np.random.Generator, provider: str = "codex") -> None:
        self.world, self.rng, self.provider = world, rng, provider
        self.rows: dict[str, list[Row]] = defaultdict(list)
        self.now = BEGIN
        self.used = 0.0 if world.fresh else float(rng.uniform(0, 30))
        self.reset = BEGIN + world.length * (1 if world.fresh else float(rng.uniform(0.3, 1)))
        self.mood = 0.0
        self.ended: tuple[datetime, datetime] | None = None

    def rows_of(self, windows: int) -> dict[str, list[Row]]:
        """The rows of so many windows."""
        for number in range(windows):
            self.work(f"W0-{number:03}")
        return self.rows

    def work(self, name: str) -> None:
        """One window: BEFORE, attempts until done or the meter is full, AFTER, features."""
        world, rng = self.world, self.rng
        self.begin()
        chained = world.crossed and self.ended is not None and self.ended[1] == self.reset
        self.show(name, "before", self.ended[0] if chained and self.ended else self.now)
        begun, features = self.now, self.attempt()
        self.now += timedelta(hours=1)
        if self.now >= self.reset:
            self.used, self.reset = float(rng.uniform(0, 5)), self.reset + world.length
        if rng.random() < world.shared:
            self.share(name, begun)
        if rng.random() >= world.missing:
            self.show(name, "after", self.now)
        self.ended = (self.now, self.reset)
        self.finish(name, features)
        if not world.crossed:
            self.now += timedelta(minutes=int(rng.integers(30, 600)))

    def begin(self) -> None:
        """The meter as the next window finds it; a full one is waited for."""
        world = self.world
        if world.fresh:
            self.now = max(self.now, self.reset) + timedelta(minutes=1)
            self.used, self.reset = 0.0, self.now.replace(second=0) + world.length
            return
        if self.used >= 99:
            self.now = self.reset + timedelta(minutes=1)
        while self.now >= self.reset:
            self.used, self.reset = 0.0, self.reset + world.length
        if self.rng.random() < world.spanned:
            self.now = self.reset - timedelta(minutes=20)

    def attempt(self) -> int:
        """Features shipped; work stops at a full meter, and what is under way there is lost."""
        world, rng = self.world, self.rng
        size = world.sizes[int(rng.integers(len(world.sizes)))]
        features = 0
        for _ in range(1 + rng.poisson(world.attempts * size)):
            cost = rng.lognormal(math.log(world.cost) - SIGMA**2 / 2, SIGMA)
            if self.used + cost >= 100:
                self.used = 100.0
                break
            self.used += cost
            features += rng.random() < world.passes
        return self.luck(features)

    def luck(self, features: int) -> int:
        """The same features in a window whose rate, or whose day, is another."""
        world, rng = self.world, self.rng
        if world.differs:
            return int(rng.poisson(features * rng.gamma(1 / world.differs, world.differs)))
        if world.days:
            self.mood = 0.8 * self.mood + 0.6 * rng.normal()
            rate = math.exp(world.days * self.mood - world.days**2 / 2)
            return int(rng.poisson(features * rate))
        return features

    def share(self, name: str, begun: datetime) -> None:
        """Another window works on the account meanwhile, and uses points too."""
        self.row("snapshots", self.pane(f"X-{name}", "before", begun + timedelta(minutes=10)) | {
            "readings": []
        })  # fmt: skip
        self.used = min(100.0, self.used + float(self.rng.lognormal(1.5, 0.8)))
        other = self.pane(f"X-{name}", "after", self.now - timedelta(minutes=5))
        self.row("snapshots", other | {"readings": []})

    def show(self, window: str, phase: str, at: datetime) -> None:
        """A pane with the meter as it stands."""
        step = Decimal("0.0001") if self.world.rounding == "exact" else Decimal(1)
        reading = {
            "meter": self.world.meter,
            "used_pct": ROUNDED[self.world.rounding](self.used),
            "resolution": step,
            "rounding": self.world.rounding,
            "window_minutes": int(self.world.length / timedelta(minutes=1)),
            "resets_at": stamp(self.reset),
        }
        self.row("snapshots", self.pane(window, phase, at) | {"readings": [reading]})

    def pane(self, window: str, phase: str, at: datetime) -> dict[str, object]:
        """Where and when a pane was captured."""
        place = {"window": window, "provider": self.provider, "account": "default"}
        return {**place, "phase": phase, "captured_at": stamp(at), "source": self.provider}

    def finish(self, window: str, features: int) -> None:
        """What the window delivered."""
        stated = {"provider": self.provider, "account": "default", "features": int(features)}
        values = {"window": window, "finalised_at": stamp(self.now), "features": [stated]}
        if self.world.quality:
            q = self.world.quality
            values["quality"] = Decimal(str(round(float(self.rng.beta(5 * q, 5 - 5 * q)), 2)))
        self.row("windows", {**values, "outcome": "pass"})

    def row(self, ledger: str, values: dict[str, object]) -> None:
        """A row, recorded a second after the one before."""
        number = sum(map(len, self.rows.values()))
        at = stamp(RECORDED + timedelta(seconds=number))[:-1] + ".000000Z"
        self.rows[ledger].append(Row(ledger, at, "ada", "bench", values, f"{number:016x}"))


def stamp(moment: datetime) -> str:
    """Canonical text of an instant."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


WORLDS = (
    World("weekly, rounded"),
    World("weekly, floored", rounding="floor"),
    World("weekly, exact", rounding="exact"),
    World("light: 1 pp an attempt, rounded", cost=1.0),
    World("light: 1 pp an attempt, floored", cost=1.0, rounding="floor"),
    World("5 h fresh, floored, 2 pp", cost=0.5, rounding="floor", meter="5h", fresh=True),
    World("5 h fresh, rounded up, 5 pp", cost=1.2, rounding="ceil", meter="5h", fresh=True),
    World("5 h fresh, rounded up, 2 pp", cost=0.5, rounding="ceil", meter="5h", fresh=True),
    World("5 h fresh, a quarter full", cost=18.0, rounding="ceil", meter="5h", fresh=True),
    World("weekly, 24 pp windows", cost=6.0),
    World("AFTER missing in 20 %", missing=0.2),
    World("shared in 25 %", shared=0.25),
    World("reset spanned in 25 %", spanned=0.25),
    World("sizes 1 : 15", cost=0.4, sizes=(1.0, 15.0)),
    World("rare features", passes=0.1),
    World("crossed", crossed=True),
    World("crossed, light", crossed=True, cost=0.5),
    World("quality-adjusted", quality=0.8, measure="quality_adjusted_per_pp"),
    World("features per window", measure="features_per_window", cost=1.0),
    World("rate differs, variance .25", differs=0.25),
    World("rate differs, variance 1", differs=1.0),
    World("good and bad days", days=0.5),
)
