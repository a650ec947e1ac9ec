"""Sources by name: what is refused, who is told, how one text is recognised."""

import json
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from gitledger.errors import NoMeter, UsageError
from gitledger.meters import registry
from gitledger.meters.problems import CODES, codes
from gitledger.meters.reading import Parsed
from gitledger.meters.shapes import claimants

AT = datetime(2026, 3, 3, 20, 0, tzinfo=UTC)
PANEL = "  5h limit:  [█████████████░░░░░░░] 65% left (resets 22:00)"
USAGE = "Current session\n                    12% used\nResets 10pm (UTC)\n"


def parse(source: str, text: str) -> Parsed:
    """A text at a fixed moment."""
    return registry.parse(source, text, at=AT, tz=UTC)


@pytest.mark.parametrize("source", registry.NAMES)
@pytest.mark.parametrize(
    "text", ["", " \n", "\x00\x01\x02", "\ufffd" * 20, "{", "[]", "{}", "null", "hello", "35%"]
)
def test_nothing_to_read(source: str, text: str) -> None:
    """Every source refuses empty, binary and foreign text with a stated problem."""
    parsed = parse(source, text)
    assert parsed.readings == ()
    assert parsed.problems
    assert set(codes(parsed.problems)) <= set(CODES)


def test_unknown_source() -> None:
    """A name that is not a source is a usage error that lists the names."""
    with pytest.raises(UsageError) as refusal:
        parse("gemini", PANEL)
    assert "codex-rollout" in refusal.value.hint


@pytest.mark.parametrize(
    ("source", "text", "whose"), [("claude", PANEL, "codex"), ("codex", USAGE, "claude")]
)
def test_wrong_provider_is_told(source: str, text: str, whose: str) -> None:
    """A text of another provider says whose it looks like."""
    parsed = parse(source, text)
    assert parsed.readings == ()
    assert f"gitledger parse {whose}" in parsed.problems[0].hint


def test_whose_a_text_is() -> None:
    """A text of no known format is nobody's; one that holds two panels is of both."""
    assert claimants("hello") == ()
    assert set(claimants(f"{PANEL}\n\n{USAGE}")) == {"codex", "claude"}


@pytest.mark.parametrize(
    ("notice", "told", "typed"),
    [
        ("hit your session limit · resets 7pm (UTC)", "2026-11-23T19:00", "--set 5h=100"),
        ("hit your weekly limit ∙ resets Nov 27, 9am (UTC)", "2026-11-27T09:00", "weekly=100"),
        ("Claude AI usage limit reached|1795460400", "2026-11-23T19:00", "--set METER=100"),
    ],
)
def test_a_notice_of_a_limit_is_told(notice: str, told: str, typed: str) -> None:
    """It has no percent, but says that a limit was hit and when it resets."""
    at = datetime(2026, 11, 23, 15, tzinfo=UTC)
    (found,) = registry.parse("claude", f"You've {notice}", at=at, tz=UTC).problems
    assert (found.code, told in found.what, typed in found.hint) == ("no-meter", True, True)


def test_a_reset_alone_is_no_limit() -> None:
    """A line that only names a reset says that no panel was given."""
    at = datetime(2026, 11, 23, 15, tzinfo=UTC)
    (found,) = registry.parse("claude", "Resets 7pm (UTC)", at=at, tz=UTC).problems
    assert found.what == "no Claude usage output in the text"


def test_require_readings() -> None:
    """A capture without a reading is refused with the parser's problems."""
    with pytest.raises(NoMeter) as refusal:
        registry.require_readings(parse("codex", "hello"))
    assert codes(refusal.value.problems) == ("no-meter",)


@pytest.mark.parametrize("used", [-1, 101, 100.5, -0.1])
def test_impossible_percent(used: float) -> None:
    """A percent outside 0 to 100 is refused in every structured feed."""
    window = {"used_percent": used, "window_minutes": 300, "resets_at": 1}
    feeds = {
        "codex-rollout": {
            "rate_limits": {
                "primary": window,
                "secondary": window | {"used_percent": 1, "window_minutes": 10080},
            }
        },
        "claude-statusline": {
            "rate_limits": {
                "five_hour": {"used_percentage": used},
                "seven_day": {"used_percentage": 1},
            }
        },
        "claude-oauth": {"five_hour": {"utilization": used}, "seven_day": {"utilization": 1}},
        "zai": {
            "data": {
                "limits": [
                    {"type": "TOKENS_LIMIT", "unit": 3, "number": 5, "percentage": used},
                    {"type": "TOKENS_LIMIT", "unit": 6, "number": 1, "percentage": 1},
                ]
            }
        },
    }
    for source, body in feeds.items():
        parsed = parse(source, json.dumps(body))
        assert [reading.meter for reading in parsed.readings] == ["weekly"], source
        assert "out-of-range" in codes(parsed.problems), source


@pytest.mark.parametrize(
    ("percent", "count", "limit", "used", "told"),
    [
        (1, 21, 12000, "0.175", False),
        (16, 127, 800, "15.875", False),
        (15, 127, 800, "15.875", False),
        (18, 25224, 140000, "18.0171", False),
        (100, 13000, 12000, "100", False),
        (35, 0, 0, "35", False),
        (35, 6000, 12000, "35", True),
        (0, 900, 1000, "0", True),
    ],
)
def test_a_quota_beside_its_counts(
    percent: int, count: int, limit: int, used: str, *, told: bool
) -> None:
    """The ratio is the reading where it agrees with the percent; else the percent, and a word."""
    entry = {"type": "TOKENS_LIMIT", "unit": 6, "number": 1, "percentage": percent}
    limits = [entry | {"currentValue": count, "usage": limit}]
    parsed = parse("zai", json.dumps({"data": {"limits": limits}}))
    (reading,) = parsed.readings
    assert reading.used_pct == Decimal(used)
    assert codes(parsed.problems) == (("counts-mismatch",) if told else ())
    assert reading.rounding == ("floor" if told or not limit else "exact")
    step = Decimal(1) if reading.rounding == "floor" else Decimal(100) / limit
    assert abs(reading.resolution - step) < Decimal("0.000001")


@pytest.mark.parametrize(
    "row",
    [
        "5h limit: 65%",
        "5h limit: [░░] 165% left",
        "5h limit: -3% used",
        "Context window: 65% left",
        "h limit: 6% used",
        "5h limit: 6 5% left",
        "5時間の制限: 65% 残り",
    ],
)
def test_rows_without_a_figure(row: str) -> None:
    """A row without a word of use, out of range, or of something else is no reading."""
    parsed = parse("codex", f"  >_ OpenAI Codex (v0.120.0)\n  {row}")
    assert parsed.readings == ()
    assert parsed.problems


def test_bar_that_contradicts_its_percent() -> None:
    """A bar of five full cells beside `95% used` is refused."""
    parsed = parse("codex", "  5h limit: [█████░░░░░░░░░░░░░░░] 95% used (resets 22:00)")
    assert codes(parsed.problems) == ("bar-mismatch",)


def test_two_figures_for_one_meter() -> None:
    """Two different rows of one meter are both refused."""
    parsed = parse("codex", "  5h limit: 12% used\n  5h limit: 13% used")
    assert parsed.readings == ()
    assert codes(parsed.problems) == ("ambiguous",)


def test_float_noise_is_rounded() -> None:
    """0.57 times 100 in binary is 57 percent."""
    body = {
        "rate_limits": {
            "five_hour": {"used_percentage": 56.99999999999999},
            "seven_day": {"used_percentage": 12.300000000000001},
        }
    }
    parsed = parse("claude-statusline", json.dumps(body))
    assert [57, Decimal("12.3")] == [reading.used_pct for reading in parsed.readings]


def test_zone_that_is_not_known() -> None:
    """A reset in an unknown zone stays unknown; the percent is read."""
    parsed = parse("claude", "Current session\n   12% used\nResets 10pm (Mars/Olympus)\n")
    assert [reading.resets_at for reading in parsed.readings] == [None]
    assert codes(parsed.problems) == ("reset-unreadable", "partial")


def test_same_length_twice() -> None:
    """Two slots of one length are refused, because neither is known to be the one."""
    window = {"used_percent": 5, "window_minutes": 300, "resets_at": 1772580600}
    body = {"rate_limits": {"primary": window, "secondary": window | {"used_percent": 6}}}
    parsed = parse("codex-rollout", json.dumps(body))
    assert parsed.readings == ()
    assert "ambiguous" in codes(parsed.problems)


def test_window_without_length() -> None:
    """A figure without a window length is refused: a slot's name says nothing."""
    body = {"rate_limits": {"primary": {"used_percent": 5}, "secondary": None}}
    assert "window-unknown" in codes(parse("codex-rollout", json.dumps(body)).problems)
