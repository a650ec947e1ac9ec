"""Numbers as people state them: a numeric column, the price of a plan. Depends on nothing.

Apart from what is measured with them, so that whoever only looks whether a text may stand (the
judge of every exchange) loads none of that.
"""

from decimal import Decimal

DAYS_A_YEAR = 365.25
DEAREST = 1e9  # dollars a month
PRICE_RANGE = "above 0 and at most 1,000,000,000 dollars a month"


def number(value: object) -> float | None:
    """A numeric column as float; anything else is unknown."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal | float):
        return None
    return float(value)


def is_price(amount: float | None) -> bool:
    """Whether an amount may be the dollars a month of a plan: above 0, finite, no slip of zeros."""
    return amount is not None and 0 < amount <= DEAREST


def per_week(price_per_month: float) -> float:
    """A monthly price as a weekly one; a month is a twelfth of 365.25 days."""
    return price_per_month * 12 / DAYS_A_YEAR * 7  # twelve months a year, and a week of that year
