"""Proxy events: what each line is, and the numbers of a log."""

import json
import os
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from gitledger.ledger.row import Row
from gitledger.measure.telemetry import (
    ProxyEvent,
    event_of_row,
    kind_of,
    quantile,
    route_rule,
    summarise,
    unknown_kinds,
)
from gitledger.measure.tokens import compare_tokens

BESIDE = Path(__file__).resolve().parents[2].parent / "shared/fixtures"
FIXTURES = Path(os.environ.get("GITLEDGER_FIXTURES") or BESIDE)
AT = datetime(2026, 11, 23, 12, tzinfo=UTC)


def flat_price(model, told, said, cached, at):
    """One dollar a thousand tokens, two for GLM; unknown models have no price."""
    if model == "nameless":
        return None
    return Decimal(told + said) / 1000 * (2 if "glm" in model else 1)


def done(rid, model, told, said, **more):
    """A completion."""
    return ProxyEvent(
        rid=rid, model=model, status="200", input_tokens=told, output_tokens=said, at=AT, **more
    )


@pytest.mark.parametrize(
    ("event", "status", "kind"),
    [
        ("decision", "-1", "decision"),
        ("", "-1", "decision"),
        ("error", "0", "error"),
        ("", "0", "error"),
        ("", "200", "completion"),
        ("", "204", "completion"),
        ("", "OK", "completion"),
        ("", "routed", "completion"),
        ("", "cached", "completion"),
        ("", "429", "error"),
        ("", "503", "error"),
        ("", "error", "error"),
        ("", "302", "unknown"),
        ("", "degraded", "unknown"),
        ("", "", "unknown"),
    ],
)
def test_each_event_is_what_its_words_say(event, status, kind):
    """Decisions are not errors, network errors are, unknown words stay unknown."""
    assert kind_of(ProxyEvent(event=event, status=status)) == kind


@pytest.mark.parametrize(
    ("event", "rule"),
    [
        (ProxyEvent(lane="zai", model="claude-haiku-4-5"), "lane"),
        (ProxyEvent(lane="glm-air"), "lane"),
        (ProxyEvent(lane="unknown", upstream="api.z.ai"), "upstream"),
        (ProxyEvent(lane="baseline", model="glm-4.6"), "model"),
        (ProxyEvent(model="z.ai/glm-4.6"), "model"),
        (ProxyEvent(lane="anthropic", model="claude-sonnet-4-5", upstream="anth"), ""),
        (ProxyEvent(lane="zaire"), ""),
    ],
)
def test_routing_is_told_by_a_named_rule(event, rule):
    """Lane before upstream before model; a word inside another word is nothing."""
    assert route_rule(event) == rule


def test_decisions_count_neither_as_errors_nor_as_attempts():
    """One decision, one completion, one error: rate and share over two attempts."""
    log = [
        ProxyEvent(event="decision", status="-1", lane="zai"),
        ProxyEvent(status="200", lane="zai", latency_ms=100.0),
        ProxyEvent(event="error", status="0", lane="anthropic", latency_ms=9.0),
    ]
    made = summarise(log)
    assert (made.completions, made.decisions, made.errors) == (1, 1, 1)
    assert (made.error_rate, made.routed_share, made.p50_ms) == (0.5, 0.5, 100)


def test_an_unknown_status_is_named_and_counted():
    """`degraded` twice; it is neither healthy nor an error."""
    made = summarise([ProxyEvent(status="degraded")] * 2)
    assert made.unknown_status == (("degraded", 2),)
    assert made.error_rate is None


def test_healthy_words_may_be_replaced():
    """A rule file can name its own healthy words."""
    assert kind_of(ProxyEvent(status="degraded"), ("degraded",)) == "completion"


@pytest.mark.parametrize(("share", "expected"), [(0.5, 2.5), (0.95, 3.85), (0.0, 1.0), (1.0, 4.0)])
def test_quantiles_interpolate_linearly(share, expected):
    """numpy.quantile([1, 2, 3, 4], share)."""
    assert quantile([1.0, 2.0, 3.0, 4.0], share) == pytest.approx(expected)


def test_an_empty_log_has_no_latency():
    """Unknown, not 0 ms."""
    assert summarise([]).p50_ms is None


def test_a_row_becomes_an_event():
    """Absent columns are unknown, negative tokens too, the time is UTC."""
    row = Row(
        "telemetry",
        "2026-11-23T12:00:00.000000Z",
        "a",
        "t",
        {"rid": "r", "status": "200", "input_tokens": -4, "ts": "2026-11-23T12:00:00Z"},
        "abc",
    )
    made = event_of_row(row)
    assert (made.rid, made.input_tokens, made.output_tokens, made.at) == ("r", None, None, AT)


def test_a_request_on_both_sides_is_compared():
    """Tokens and dollars, GLM minus baseline; retries of a side add up."""
    log = [
        done("r", "claude", 700, 300),
        done("r", "glm-4.6", 400, 100),
        done("r", "glm-4.6", 100, 0),
    ]
    row = compare_tokens(log, flat_price).rows[0]
    assert (row.baseline.tokens, row.glm.tokens, row.delta_tokens) == (1000, 600, -400)
    assert (row.baseline.usd, row.glm.usd, row.delta_usd) == (1, Decimal("1.2"), Decimal("0.2"))


@pytest.mark.parametrize(
    ("log", "side", "reason"),
    [
        ([done("r", "claude", 1, 1)], "baseline", "not seen on glm"),
        ([done("r", "glm-4.6", 1, 1)], "glm", "not seen on baseline"),
        (
            [done("r", "glm-4.6", 1, 1), ProxyEvent(rid="r", model="claude", status="error")],
            "glm",
            "only an error on baseline",
        ),
        (
            [done("r", "claude", 5, 5), done("r", "glm-4.6", 0, 0, reason="streaming")],
            "glm",
            "tokens were not counted (streaming)",
        ),
        ([done("", "claude", 1, 1)], "baseline", "events without a request id"),
    ],
)
def test_a_request_without_counterpart_is_listed_not_zeroed(log, side, reason):
    """One-sided requests never enter the totals."""
    made = compare_tokens(log, flat_price)
    assert [(u.side, u.reason) for u in made.unmatched] == [(side, reason)]
    assert made.totals()["matched"] == 0


def test_a_model_without_price_is_counted_not_free():
    """Tokens are compared, dollars are unknown, the model is named."""
    made = compare_tokens([done("r", "nameless", 9, 1), done("r", "glm-4.6", 5, 5)], flat_price)
    assert made.rows[0].delta_usd is None
    assert made.unpriced == (("nameless", 1),)
    assert made.totals()["baseline_usd"] is None


def test_top_limits_rows_and_not_totals():
    """The largest difference stays."""
    log = [done(r, m, n, 0) for r, n in (("a", 10), ("b", 99)) for m in ("claude", "glm-4.6")]
    log.append(done("b", "glm-4.6", 900, 0))
    made = compare_tokens(log, flat_price).payload(top=1)
    assert [row["rid"] for row in made["rows"]] == ["b"]
    assert made["totals"]["matched"] == 2


def proxy_log(lines):
    """Events of a proxy's own JSON lines."""
    rows = [json.loads(line) for line in lines if line.strip()]
    return [
        ProxyEvent(
            rid=row.get("rid", ""),
            lane=row.get("lane") or "",
            model=row.get("model") or "",
            status=str(row.get("status", "")),
            event=row.get("event") or "",
            upstream=row.get("upstream") or "",
            input_tokens=row.get("input_tokens"),
            output_tokens=row.get("output_tokens"),
            latency_ms=row.get("latency_ms"),
            at=AT,
        )
        for row in rows
    ]


@pytest.mark.conformance
@pytest.mark.skipif(not FIXTURES.exists(), reason="no sample data beside the checkout")
def test_the_sample_log_of_an_earlier_tracker():
    """Eight attempts, four to GLM, one error; R3's baseline error leaves R3 unmatched."""
    log = proxy_log((FIXTURES / "origin/proxy/telemetry_sample.jsonl").read_text().splitlines())
    made = summarise(log)
    assert (made.events, made.errors, made.error_rate, made.routed_share) == (8, 1, 0.125, 0.5)
    joined = compare_tokens(log, flat_price)
    assert [(u.rid, u.reason) for u in joined.unmatched] == [("R3", "only an error on baseline")]
    assert len(joined.rows) == 3


@pytest.mark.conformance
@pytest.mark.skipif(not FIXTURES.exists(), reason="no sample data beside the checkout")
def test_the_real_proxy_log_is_counted_right():
    """Decisions are not errors, network errors are, zai lanes carry claude models."""
    kept = (FIXTURES / "origin/live_week0/proxy_telemetry.jsonl").read_text().splitlines()
    made = summarise(proxy_log(json.loads(kept[2])["raw_text"].splitlines()))
    assert made.events == made.completions + made.decisions + made.errors == 15
    assert (made.decisions, made.errors, made.completions) == (7, 5, 3)
    assert dict(made.routed_by) == {"lane": made.routed}
    assert made.unmetered == 1


def test_an_unknown_word_is_no_completion_and_is_named():
    """A healthy status does not make a completion of an event whose word nobody knows."""
    strange = ProxyEvent(event="heartbeat", status="200")
    assert kind_of(strange) == "unknown"
    found = unknown_kinds([strange, strange, ProxyEvent(status="777"), ProxyEvent(status="200")])
    assert found == (("heartbeat", 2), ("status 777", 1))
    assert summarise([strange]).unknown_status == (("event heartbeat", 1),)
