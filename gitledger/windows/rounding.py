"""What rounding leaves open in a reading and in a difference of two. Depends on readings only."""

from decimal import Decimal
from functools import lru_cache

from gitledger.windows.snapshot import MeterReading

ZERO = Decimal(0)
ONE = Decimal(1)


def step_of(reading: MeterReading) -> Decimal:
    """The step that a reading was rounded to, in pp; 0 for an exact one."""
    return ZERO if reading.rounding == "exact" else reading.resolution


def spread(reading: MeterReading) -> tuple[Decimal, Decimal]:
    """How far the true value may lie below and above the number shown, in pp."""
    return _spread(reading.rounding, reading.resolution)


@lru_cache(maxsize=64)
def _spread(rounding: str, step: Decimal) -> tuple[Decimal, Decimal]:
    if rounding == "floor":
        return (ZERO, step)
    if rounding == "ceil":
        return (-step, ZERO)
    return (ZERO, ZERO) if rounding == "exact" else (-step / 2, step / 2)


def rounding_error(before: MeterReading, after: MeterReading) -> Decimal:
    """How far the true difference may lie from the one shown, +- pp."""
    return _error(before.rounding, before.resolution, after.rounding, after.resolution)


@lru_cache(maxsize=64)
def _error(rounding: str, step: Decimal, rounding_after: str, step_after: Decimal) -> Decimal:
    low, high = _spread(rounding, step)
    after_low, after_high = _spread(rounding_after, step_after)
    error = max(abs(after_low - high), abs(after_high - low))
    return error.quantize(ONE) if error == error.to_integral_value() else error.normalize()
