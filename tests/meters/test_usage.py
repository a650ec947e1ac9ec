"""Counting tools and proxy logs: usage and events, never meters; and prices."""

import json
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from gitledger.meters import prices, registry
from gitledger.meters.prices import Tokens, price_of
from gitledger.meters.problems import codes
from gitledger.meters.reading import Event, Parsed, Usage, fingerprint, known_fields

AT = datetime(2026, 11, 1, tzinfo=UTC)


def parse(source: str, body: object) -> Parsed:
    """A JSON body as that source."""
    text = body if isinstance(body, str) else json.dumps(body)
    parsed = registry.parse(source, text, at=AT, tz=UTC)
    assert parsed.readings == ()
    return parsed


def only(source: str, body: object) -> Usage:
    """The one usage value of a body."""
    (usage,) = parse(source, body).usage
    return usage


BLOCK = {
    "id": "2026-11-01T05:00:00.000Z",
    "startTime": "2026-11-01T05:00:00.000Z",
    "endTime": "2026-11-01T10:00:00.000Z",
    "isActive": True,
    "entries": 7,
    "tokenCounts": {
        "inputTokens": 860,
        "outputTokens": 48,
        "cacheCreationInputTokens": 16,
        "cacheReadInputTokens": 2700,
    },
    "totalTokens": 3624,
    "costUSD": 0.022051460000000002,
    "models": ["claude-opus-5-5", "<synthetic>"],
}


def test_block() -> None:
    """A block gives its span, tokens, cost without float dust, and models."""
    usage = only("ccusage", {"blocks": [BLOCK, {"isGap": True}]})
    expected = Usage(
        scope="block",
        period="2026-11-01T05:00:00.000Z",
        period_start=datetime(2026, 11, 1, 5, tzinfo=UTC),
        period_end=datetime(2026, 11, 1, 10, tzinfo=UTC),
        active=True,
        requests=7,
        input_tokens=860,
        output_tokens=48,
        cache_read_tokens=2700,
        cache_creation_tokens=16,
        total_tokens=3624,
        cost_usd=Decimal("0.0221"),
        models=("claude-opus-5-5",),
    )
    assert expected == usage


@pytest.mark.parametrize(
    ("table", "row", "scope", "period"),
    [
        ("daily", {"date": "2026-11-01"}, "day", "2026-11-01"),
        ("daily", {"period": "2026-11-01", "agent": "all"}, "day", "2026-11-01"),
        ("weekly", {"week": "2026-10-26"}, "week", "2026-10-26"),
        ("monthly", {"month": "2026-11"}, "month", "2026-11"),
        ("sessions", {"sessionId": "a/b"}, "session", "c14cddc033f6"),
        ("session", {"period": "a/b"}, "session", "c14cddc033f6"),
    ],
)
def test_tables(table: str, row: dict[str, str], scope: str, period: str) -> None:
    """Each table of either version gives its scope and period."""
    counts = {"inputTokens": 5, "outputTokens": 1, "totalTokens": 6, "totalCost": 0.5}
    usage = only("ccusage", {table: [row | counts]})
    assert (scope, period, 5, 6) == (
        usage.scope,
        usage.period,
        usage.input_tokens,
        usage.total_tokens,
    )


def test_codex_input_excludes_cache() -> None:
    """A table that counts the cache inside the input is brought to the common meaning."""
    row = {"date": "d", "inputTokens": 100, "cachedInputTokens": 90, "totalTokens": 105}
    usage = only("codex-ccusage", {"daily": [row | {"models": {"gpt-5-codex": {}}}]})
    assert (usage.input_tokens, usage.cache_read_tokens) == (10, 90)


def test_unpriced_model_has_no_cost() -> None:
    """A zero cost beside tokens is an unknown price."""
    parsed = parse("ccusage", {"blocks": [BLOCK | {"costUSD": 0, "models": ["glm-9"]}]})
    assert parsed.usage[0].cost_usd is None
    assert parsed.usage[0].unpriced == ("glm-9",)
    assert codes(parsed.problems) == ("unpriced",)


def test_missing_pricing_is_told() -> None:
    """A part without a price leaves the rest as a lower bound."""
    parts = [{"modelName": "a", "cost": 1}, {"modelName": "b", "missingPricing": True}]
    row = {"period": "d", "totalCost": 1, "totalTokens": 9, "modelBreakdowns": parts}
    usage = only("ccusage", {"daily": [row]})
    assert (usage.cost_usd, usage.unpriced) == (1, ("b",))


def test_percent_of_a_table_is_no_meter() -> None:
    """A tool's own percent stays usage."""
    week = {"startDate": "2026-10-26", "percentUsed": 9.2, "tokensUsed": 900}
    usage = only("codex-ccusage", {"view": "weekly", "currentWeek": week})
    assert (Decimal("9.2"), 900) == (usage.percent_used, usage.total_tokens)


def test_empty_table() -> None:
    """A table without rows says so."""
    assert codes(parse("ccusage", {"blocks": []}).problems) == ("no-limits",)


def test_prompt_counts() -> None:
    """Counts of prompts kept by hand are usage of GLM."""
    block = {"window_id": "W-2", "provider": "glm-4.6", "prompts_used": 118}
    usage = only("glm", {"blocks": [block]})
    assert (usage.prompts, usage.period, usage.models) == (118, "W-2", ("glm-4.6",))


def test_monitor_screen() -> None:
    """claude-monitor's screen is an estimate and says so."""
    screen = """CLAUDE CODE USAGE MONITOR
Token Usage:    [###-----------] 12.5%
Tokens:         19,172 / ~153,378 (134,206 left)
Sent Messages:  31 messages
"""
    parsed = parse("claude-monitor", screen)
    assert codes(parsed.problems) == ("no-meter",)
    (usage,) = parsed.usage
    assert (Decimal("12.5"), 19172, 31) == (usage.percent_used, usage.total_tokens, usage.requests)


LINE = {"ts": "2026-11-01T10:00:00+01:00", "rid": "r1", "lane": "glm", "model": "glm-4.6"}


def test_proxy_line() -> None:
    """A proxy line is an event in UTC; harmless scalars it adds are kept, private ones dropped."""
    more = {"status": 200, "latency_ms": 12.50, "region": "eu", "api_key": "x", "prompt": "hi"}
    (event,) = parse("proxy-telemetry", LINE | more).events
    expected = Event(
        ts="2026-11-01T09:00:00Z",
        rid="r1",
        lane="glm",
        model="glm-4.6",
        status="200",
        latency_ms=Decimal("12.5"),
        extra=(("region", "eu"),),
    )
    assert expected == event


@pytest.mark.parametrize(
    ("ts", "told"),
    [
        (1766000068.25, "2025-12-17T19:34:28.250000Z"),
        (1766000068250, "2025-12-17T19:34:28.250000Z"),
        (0, ""),
        (10**18, ""),
    ],
)
def test_proxy_times_in_seconds_or_milliseconds(ts: float, told: str) -> None:
    """A time since 1970 is told whichever of the two it counts; what is no time is unknown."""
    (event,) = parse("proxy-telemetry", LINE | {"ts": ts}).events
    assert told == event.ts


def test_proxy_lines_that_are_no_records() -> None:
    """Lines that are no JSON are counted, the others read."""
    text = f"{json.dumps(LINE)}\nnoise\n{json.dumps(LINE | {'rid': 'r2'})}\n"
    parsed = parse("proxy-telemetry", text)
    assert len(parsed.events) == 2
    assert [(p.code, p.where) for p in parsed.problems] == [("bad-lines", "line 2")]


def test_counts_below_zero_stay_unknown() -> None:
    """A negative count is named with its event; the event and its other figures are kept."""
    more = {"input_tokens": -10, "output_tokens": 5, "latency_ms": -1}
    parsed = parse("proxy-telemetry", LINE | more)
    (event,) = parsed.events
    assert (event.input_tokens, event.output_tokens, event.latency_ms) == (None, 5, None)
    assert [(p.code, p.severity, p.where) for p in parsed.problems] == [
        ("negative-count", "warning", "event 1")
    ]


def test_litellm_record() -> None:
    """A LiteLLM record is brought to the same fields; its words and addresses are dropped."""
    record = {
        "id": "c1",
        "call_type": "acompletion",
        "status": "success",
        "startTime": 1766000068.25,
        "response_time": 1.75,
        "model": "gpt-4o",
        "model_group": "fast",
        "prompt_tokens": 10,
        "completion_tokens": 20,
        "messages": [{"content": "hello"}],
        "requester_ip_address": "1.2.3.4",
    }
    (event,) = parse("proxy-telemetry", record).events
    assert (event.ts, event.rid, event.lane) == ("2025-12-17T19:34:28.250000Z", "c1", "fast")
    assert (event.status, event.latency_ms) == ("200", 1750)
    assert "hello" not in str(known_fields(event))


def test_fingerprint_tells_events_apart() -> None:
    """Equal maps have one fingerprint, others another."""
    first = known_fields(Usage("day", "2026-11-01", input_tokens=1))
    again = known_fields(Usage("day", "2026-11-01", input_tokens=1))
    other = known_fields(Usage("day", "2026-11-01", input_tokens=2))
    assert fingerprint(first) == fingerprint(again) != fingerprint(other)


def test_price_of_a_glm_turn() -> None:
    """4210 fresh and 15872 cached tokens in, 187 out, at z.ai's list price."""
    price = price_of("glm-4.6[1m]", Tokens(4210, 187, cache_read=15872), at=AT)
    assert price == Decimal("0.004683")


@pytest.mark.parametrize("model", ["", "no-such-model", "glm-99", "<synthetic>"])
def test_unknown_model_has_no_price(model: str) -> None:
    """No price is None, not zero."""
    assert price_of(model, Tokens(fresh=5), at=AT) is None


def test_routes() -> None:
    """A route before the model's name chooses the reseller."""
    assert prices.route_of("z.ai/glm-4.6") == ("zai", "glm-4.6")
    assert prices.route_of("anthropic/claude-x") == ("anthropic", "claude-x")
    assert prices.route_of("gpt-5") == (None, "gpt-5")


def test_a_count_below_nothing_is_unknown() -> None:
    """The row keeps its other counts; the negative one is left out and told."""
    row = {"date": "2026-11-23", "inputTokens": -5, "outputTokens": 2, "totalTokens": 16}
    parsed = parse("ccusage", {"daily": [row]})
    found = [(u.input_tokens, u.output_tokens, u.total_tokens) for u in parsed.usage]
    assert (found, codes(parsed.problems)) == ([(None, 2, 16)], ("negative-count",))
