"""Whether use beyond 100 % is sold, read only where a panel or feed says so itself."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from gitledger.meters import registry
from gitledger.meters.reading import reading_to_map
from gitledger.windows.snapshot import reading_of

AT = datetime(2026, 3, 3, 20, 0, tzinfo=UTC)
SOON, LATER = (int((AT + timedelta(hours=h)).timestamp()) for h in (1, 24))

CODEX_PANEL = """\
╭───────────────────────────────────────────────────────────────────╮
│  >_ OpenAI Codex (v0.107.0)                                       │
│                                                                   │
│  Model:            gpt-5.3-codex (reasoning medium)               │
│  5h limit:         [░░░░░░░░░░░░░░░░░░░░] 0% left (resets 21:00)  │
│  Weekly limit:     [████████████████████] 98% left (resets 23:00) │
╰───────────────────────────────────────────────────────────────────╯
"""
CLAUDE_PANEL = """\
  Settings:  Status   Config   Usage
  Current session
  █                                                  2% used
  Resets 9pm (UTC)

  Current week (all models)
  ██████████████████████████████████████████████████ 100% used
  Resets Mar 6, 8am (UTC)

{}
  Esc to cancel
"""


def overage(source, body):
    """What each reading of a body says, once: true, false, or nothing was read."""
    text = body if isinstance(body, str) else json.dumps(body)
    return {r.overage for r in registry.parse(source, text, at=AT, tz=UTC).readings}


def rollout(**more):
    """The limits of a session file."""
    slots = {"primary": 300, "secondary": 10080}
    slots = {
        name: {"used_percent": 100, "window_minutes": m, "resets_at": LATER if m > 300 else SOON}
        for name, m in slots.items()
    }
    return {"timestamp": AT.isoformat(), "rate_limits": slots | more}


@pytest.mark.parametrize(
    ("credits_told", "sold"),
    [
        ({"has_credits": True, "unlimited": False, "balance": "38.5"}, True),
        ({"has_credits": True, "unlimited": False, "balance": None}, True),
        ({"has_credits": False, "unlimited": True, "balance": None}, True),
        ({"has_credits": True, "unlimited": False, "balance": "0"}, False),
        ({"has_credits": True, "unlimited": False, "balance": "0.00"}, False),
        ({"has_credits": False, "unlimited": False, "balance": "5"}, False),
        ({"balance": "5"}, False),
        ("many", False),
        (None, False),
    ],
)
def test_credits_of_a_session_file(credits_told, sold):
    """Credits that are there carry on beyond 100 %; none, or silence, does not."""
    assert overage("codex-rollout", rollout(credits=credits_told)) == {sold}


def test_credits_of_the_other_feeds():
    """Camel case of the app server, where each pool says it, and the usage endpoint's body."""
    slot = {"usedPercent": 100, "windowDurationMins": 10080, "resetsAt": LATER}
    rich = {"primary": slot, "credits": {"hasCredits": True, "unlimited": False, "balance": "9"}}
    poor = {"primary": slot, "credits": {"hasCredits": False, "unlimited": False, "balance": "0"}}
    both = {"rateLimits": rich, "rateLimitsByLimitId": {"codex": rich, "spark": poor}}
    text = json.dumps(both)
    found = registry.parse("codex-app-server", text, at=AT, tz=UTC).readings
    assert {r.bucket: r.overage for r in found} == {"default": True, "spark": False}
    window = {"used_percent": 100, "limit_window_seconds": 604800, "reset_at": LATER}
    body = {"rate_limit": {"primary_window": window}, "credits": None}
    assert overage("codex-wham", body) == {False}
    body |= {"credits": {"has_credits": True, "unlimited": False, "balance": "2"}}
    assert overage("codex-wham", body) == {True}


@pytest.mark.parametrize(
    ("row", "sold"),
    [
        ("Credits:          38 credits", True),
        ("Credits:          1,250 credits", True),
        ("Credits:          Unlimited", True),
        ("Credits:          0 credits", False),
        ("Account:          ada (Plus)", False),
    ],
)
def test_the_row_of_credits_in_a_panel(row, sold):
    """Codex's panel shows a balance where there is one."""
    rows = CODEX_PANEL.splitlines()
    last = next(n for n in reversed(range(len(rows))) if "limit:" in rows[n])
    width = len(rows[last]) - 4
    panel = [*rows[: last + 1], f"│  {row:<{width}}│", *rows[last + 1 :]]
    assert overage("codex", "\n".join(panel)) == {sold}


@pytest.mark.parametrize("source", ["claude-oauth", "claude-statusline", "claude-transcript"])
def test_extra_usage_of_the_feeds(source):
    """Claude's `extra_usage` is switched on, off or not there."""
    share = "used_percentage" if source == "claude-statusline" else "utilization"
    limits = {"seven_day": {share: 100, "resets_at": LATER}}
    for told, sold in (({"is_enabled": True}, True), ({"is_enabled": False}, False), (None, False)):
        body = limits | {"extra_usage": told}
        if source == "claude-statusline":
            body = {"rate_limits": body}
        if source == "claude-transcript":
            body = {"usageReport": {"rate_limits": body}, "timestamp": AT.isoformat()}
        assert overage(source, body) == {sold}


@pytest.mark.parametrize(
    ("told", "sold"),
    [
        ({"overageStatus": "allowed"}, True),
        ({"overageStatus": "allowed_warning"}, True),
        ({"isUsingOverage": True}, True),
        ({"overageStatus": "rejected", "isUsingOverage": False}, False),
        ({}, False),
    ],
)
def test_events_that_name_overage(told, sold):
    """A rejected overage is none; an allowed one, or one in use, is."""
    event = {"rateLimitType": "seven_day", "utilization": 1, "resetsAt": LATER} | told
    assert overage("claude-stream-json", event) == {sold}


@pytest.mark.parametrize(
    ("section", "sold"),
    [
        ("  Extra usage\n  Extra usage not enabled • /extra-usage to enable\n", False),
        ("  Extra usage\n  ██▌      12% used\n  $6.00 / $50.00 spent · Resets Apr 1\n", True),
        ("  Extra usage\n  Unlimited\n", True),
        ("", False),
    ],
)
def test_the_section_of_extra_usage(section, sold):
    """Claude's panel shows dollars spent, or how to switch it on."""
    assert overage("claude", CLAUDE_PANEL.format(section)) == {sold}


def test_it_is_kept_in_a_row_only_where_it_is_true():
    """A row written before reads as it was."""
    (reading, *_) = registry.parse("codex", CODEX_PANEL, at=AT, tz=UTC).readings
    assert "overage" not in reading_to_map(reading)
    more = reading._replace(overage=True)
    kept = reading_to_map(more)
    assert kept["overage"] is True
    read = reading_of(kept, AT)
    assert (read.overage, read.used) == (True, more.used_pct)
