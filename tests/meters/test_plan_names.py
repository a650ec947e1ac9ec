"""The plan that a text names, in one form whatever feed it came from."""

from datetime import UTC, datetime

import pytest

from gitledger.meters.plan_names import plan_of
from gitledger.meters.reading import reading_to_map
from gitledger.meters.registry import parse

TIER = (
    '{"oauthAccount":{"organizationType":"claude_max",'
    '"organizationRateLimitTier":"default_claude_max_20x"}}'
)


@pytest.mark.parametrize(
    ("source", "text", "plan"),
    [
        ("codex-rollout", '{"plan_type":"plus"}\n{"plan_type":null}', "plus"),
        ("codex-rollout", '{"plan_type":"plus"}\n{"plan_type":"pro"}', "pro"),
        ("codex-rollout", r'{"text":"say \"plan_type\":\"pro\" twice"}', ""),
        ("codex-app-server", '{"rateLimits":{"planType":"team"}}', "team"),
        ("codex-wham", '{"plan_type": "pro", "rate_limit": {}}', "pro"),
        ("codex", "│  Account:          user@example.com (Plus)     │", "plus"),
        ("codex", "│  Account:  API key configured (run codex login to use ChatGPT)  │", ""),
        ("zai", '{"data":{"level":"pro","limits":[]}}', "pro"),
        ("claude-oauth", TIER, "max-20x"),
        ("claude-oauth", '{"oauthAccount":{"organizationType":"claude_pro"}}', "pro"),
        ("claude-statusline", '{"plan_type":"pro"}', ""),
        ("codex-wham", '{"plan_type": "unknown"}', ""),
    ],
)  # fmt: skip
def test_a_plan_is_named_where_a_text_names_one(source: str, text: str, plan: str) -> None:
    """The last one told; escaped quotes in a prompt are none; nobody guesses."""
    assert plan_of(source, text) == plan


def test_a_reading_carries_it() -> None:
    """Into the map that rows and the local trace hold."""
    text = (
        '{"timestamp":"2026-03-02T09:00:00Z","type":"event_msg","payload":{"type":"token_count",'
        '"rate_limits":{"primary":{"used_percent":3.0,"window_minutes":300,"resets_at":1772456400},'
        '"secondary":{"used_percent":9.0,"window_minutes":10080,"resets_at":1772956400},'
        '"plan_type":"plus"}}}'
    )
    found = parse("codex-rollout", text, at=datetime(2026, 3, 2, 9, tzinfo=UTC), tz=UTC)
    assert [reading_to_map(reading)["plan"] for reading in found.readings] == ["plus", "plus"]
