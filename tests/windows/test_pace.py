"""How a meter's use stands against the time gone by."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from gitledger.windows.pace import LastReading, pace_payload
from gitledger.windows.snapshot import MeterReading

START = datetime(2026, 11, 16, 8, tzinfo=UTC)
WEEK = timedelta(days=7)


@pytest.mark.parametrize(("minutes", "shown"), [(40, 0.3968), (45, 0.4464), (5040, 50)])
def test_the_pace_divides_by_the_time_not_by_its_rounding(minutes: int, shown: float) -> None:
    """3 % after 40 minutes of a week are 756 % by its end: 0 % of the time would say nothing."""
    now = START + timedelta(minutes=minutes)
    reading = MeterReading("default", "weekly", Decimal(3), now, window_minutes=10080)
    told = pace_payload(
        LastReading("codex", "default", reading._replace(resets_at=START + WEEK)), now
    )
    assert told["time_gone_pct"] == shown
    assert told["projected_pct"] == round(3 * 10080 / minutes)
