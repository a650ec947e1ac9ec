"""Feeds whose fields changed their type: never a crash, never an impossible figure."""

import json
from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from gitledger.meters import registry

AT = datetime(2026, 11, 23, 6, tzinfo=UTC)
KEYS = st.sampled_from(
    (
        *("rate_limits", "primary", "secondary", "used_percent", "window_minutes", "resets_at"),
        *("five_hour", "seven_day", "utilization", "used_percentage", "limits", "percent", "kind"),
        *("data", "type", "unit", "number", "percentage", "usage", "currentValue", "timestamp"),
        *("rateLimits", "usedPercent", "windowDurationMins", "rate_limit", "primary_window"),
        *("blocks", "daily", "tokenCounts", "inputTokens", "costUSD", "ts", "rid", "payload"),
        *("usageReport", "sessionId", "nextResetTime", "limit_window_seconds", "models", "scope"),
    )
)
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.sampled_from((0, 1, 5, 35, 300, 10080, 101, -1, 10**30, 1795425000, 1769563775988)),
    st.floats(),
    st.sampled_from(("session", "weekly_all", "TOKENS_LIMIT", "2026-11-23T06:00:00Z", "", "x")),
)
FEEDS = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(KEYS, inner, max_size=4)),
    max_leaves=15,
)


@given(st.dictionaries(KEYS, FEEDS, min_size=1, max_size=5), st.sampled_from(registry.NAMES))
@settings(max_examples=300)
def test_any_json(feed: dict[str, object], source: str) -> None:
    """A feed of any shape is read within 0 to 100 percent, or refused with a reason."""
    parsed = registry.parse(source, json.dumps(feed), at=AT, tz=UTC)
    assert all(0 <= reading.used_pct <= 100 for reading in parsed.readings)
    assert parsed.readings or parsed.problems or parsed.usage or parsed.events
