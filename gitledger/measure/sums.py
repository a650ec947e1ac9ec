"""What an interval needs of the windows behind it: their number and exact sums of products.

Depends on nothing. Sums of fractions know no order of adding, so one repository and many, one
machine and a cluster give the same digits. A float counts as the decimal that it is written as,
where four, six or nine digits write it; else as the binary fraction that it is.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from operator import mul

from gitledger.measure.dependence import INDEPENDENT, LAGS, Dependence, dependence

SMALLEST = 1e-9
PRIOR_WINDOWS = 3
TICKS = (10**4, 10**6, 10**9)
ZERO = Fraction(0)
NO_SUMMABLE = "a value is not finite"


@dataclass(frozen=True, slots=True)
class LaggedProducts:
    """Sums over pairs of windows so many places apart: x x', x y' + y x', y y'."""

    xx: Fraction = ZERO
    xy: Fraction = ZERO
    yy: Fraction = ZERO

    def of_residuals(self, ratio: Fraction) -> Fraction:
        """The sum of e e' with e = x - ratio y."""
        return self.xx - ratio * self.xy + ratio * ratio * self.yy


NO_LAGS = (LaggedProducts(),) * len(LAGS)


@dataclass(frozen=True)
class Sums:
    """Sums over windows of one arm: `x` successful features, `y` capacity, and their products.

    `lags` are products of neighbours one, two and three places apart in the order of time. `steps`
    sums the squared steps that the readings were rounded to, those that cancel in a chain left
    out. `squares` is the sum of w^2 over single features that are weighted, None where they are
    not. `flaw` says why no ratio can be made; then the sums mean nothing.
    """

    n: int
    x: Fraction
    y: Fraction
    xx: Fraction = ZERO
    xy: Fraction = ZERO
    yy: Fraction = ZERO
    lags: tuple[LaggedProducts, ...] = NO_LAGS
    steps: Fraction = ZERO
    squares: Fraction | None = None
    broken: str = ""

    @cached_property
    def flaw(self) -> str:
        """Why no ratio can be made of these sums; empty when one can."""
        if self.broken or not self.n:
            return self.broken or "no usable window"
        return "no capacity was measured" if self.y < SMALLEST else ""

    @cached_property
    def features(self) -> float:
        """Sx."""
        return float(self.x)

    @cached_property
    def capacity(self) -> float:
        """Sy."""
        return float(self.y)

    @cached_property
    def ratio(self) -> Fraction:
        """Sx/Sy; only where there is no flaw."""
        return self.x / self.y

    @cached_property
    def squared_residuals(self) -> Fraction:
        """The sum of (x - ratio y)^2; only where there is no flaw."""
        return LaggedProducts(self.xx, 2 * self.xy, self.yy).of_residuals(self.ratio)

    @cached_property
    def dependence(self) -> Dependence:
        """How alike neighbouring windows are; only where there is no flaw."""
        total = self.squared_residuals
        if total <= 0:
            return INDEPENDENT
        seen = [float(products.of_residuals(self.ratio) / total) for products in self.lags]
        return dependence(seen, self.n)

    @property
    def df(self) -> float:
        """Degrees of freedom of its variance: so many independent windows, and two of the prior."""
        return self.n / self.dependence.factor + PRIOR_WINDOWS - 1

    @property
    def rounding(self) -> float:
        """The variance of one delta by rounding: a twelfth of the squared steps, over n."""
        # a reading rounded to a step is uniform within it: variance step^2 / 12
        return float(self.steps / 12 / self.n) if self.n else 0.0

    @property
    def spread(self) -> float | None:
        """sum(w^2)/(sum w)^2 over single features; None where they are not weighted."""
        if self.squares is None or self.x < SMALLEST:
            return None
        return finite(self.squares / (self.x * self.x))

    def scaled(self, rate: Fraction) -> "Sums":
        """The same with capacity in another unit, `rate` of it for one of this."""
        if rate == 1:
            return self
        square = rate * rate
        return Sums(
            self.n,
            self.x,
            self.y * rate,
            self.xx,
            self.xy * rate,
            self.yy * square,
            tuple(LaggedProducts(g.xx, g.xy * rate, g.yy * square) for g in self.lags),
            self.steps * square,
            self.squares,
            self.broken,
        )


def finite(value: Fraction) -> float:
    """A fraction as a float; infinite where no float is as large."""
    try:
        return float(value)
    except OverflowError:  # a ratio of integers may be larger than any float
        return math.inf


def whole(values: Sequence[float]) -> tuple[list[int], int]:
    """Numbers as whole multiples of one over a scale, exact, and that scale."""
    for scale in TICKS:
        found = [round(value * scale) for value in values]
        if all(many / scale == value for many, value in zip(found, values, strict=True)):
            return found, scale
    parts = [value.as_integer_ratio() for value in values]
    scale = max((below for _, below in parts), default=1)
    return [above * (scale // below) for above, below in parts], scale


def exact_fraction(value: float) -> Fraction:
    """One number as the fraction that it counts as."""
    (many,), scale = whole([value])
    return Fraction(many, scale)


def total(values: Sequence[float]) -> Fraction:
    """The exact sum of some numbers."""
    found, scale = whole(values)
    return Fraction(sum(found), scale)


def sums_over(x: Sequence[float], y: Sequence[float], *, steps: Fraction = ZERO) -> Sums:
    """The sums over windows in the order of time; x and y of each."""
    if len(x) != len(y) or not x:
        return Sums(0, ZERO, ZERO)
    if not all(map(math.isfinite, (*x, *y))):
        return Sums(len(x), ZERO, ZERO, broken=NO_SUMMABLE)
    (many, of_x), (used, of_y) = whole([*map(float, x)]), whole([*map(float, y)])
    below = (of_x * of_x, of_x * of_y, of_y * of_y)
    return Sums(
        len(many),
        Fraction(sum(many), of_x),
        Fraction(sum(used), of_y),
        Fraction(sum(map(mul, many, many)), below[0]),
        Fraction(sum(map(mul, many, used)), below[1]),
        Fraction(sum(map(mul, used, used)), below[2]),
        tuple(lagged_products(many, used, lag, below) for lag in LAGS),
        steps,
        broken="negative features" if min(many) < 0 else "",
    )


def lagged_products(
    many: Sequence[int], used: Sequence[int], lag: int, below: tuple[int, int, int]
) -> LaggedProducts:
    """The products of neighbours `lag` places apart, each over its scale."""
    x, y = many[lag:], used[lag:]
    crossed = sum(map(mul, many, y)) + sum(map(mul, used, x))
    found = (sum(map(mul, many, x)), crossed, sum(map(mul, used, y)))
    return LaggedProducts(*map(Fraction, found, below))
