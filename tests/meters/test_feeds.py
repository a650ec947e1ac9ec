"""Structured feeds in the shapes that programs and people hand over."""

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from gitledger.meters import aliases, registry
from gitledger.meters.problems import codes
from gitledger.meters.reading import Parsed
from gitledger.meters.shapes import claimants

AT = datetime(2026, 3, 3, 20, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def epoch(ahead: timedelta) -> int:
    """A moment after the reading as epoch seconds."""
    return int((AT + ahead).timestamp())


def iso(ahead: timedelta) -> str:
    """A moment after the reading as ISO text."""
    return (AT + ahead).isoformat()


def parse(source: str, body: Any, at: datetime = AT) -> Parsed:
    """A JSON value, or a text, at a fixed moment."""
    text = body if isinstance(body, str) else json.dumps(body)
    return registry.parse(source, text, at=at, tz=UTC)


def figures(parsed: Parsed) -> dict[tuple[str, str], Decimal]:
    """Percent used by bucket and meter."""
    return {(r.bucket, r.meter): Decimal(r.used_pct) for r in parsed.readings}


MAIN = {("default", "5h"): 25, ("default", "weekly"): 19}
SHARE = {"five_hour": {"utilization": 25, "resets_at": iso(HOUR)}}
SHARE |= {"seven_day": {"utilization": 19, "resets_at": iso(DAY)}}
SPARK = "gpt-5.3-codex-spark"


def rollout(used: int, minutes: int, ahead: timedelta = HOUR, **more: Any) -> dict[str, Any]:
    """One slot of a session file's limits."""
    return {"used_percent": used, "window_minutes": minutes, "resets_at": epoch(ahead)} | more


def app(used: int, minutes: int, ahead: timedelta = HOUR) -> dict[str, Any]:
    """One slot of an app-server message."""
    return {"usedPercent": used, "windowDurationMins": minutes, "resetsAt": epoch(ahead)}


def wham(used: int, minutes: int, ahead: timedelta = HOUR) -> dict[str, Any]:
    """One window of the usage endpoint."""
    return {"used_percent": used, "limit_window_seconds": 60 * minutes, "reset_at": epoch(ahead)}


EVENT = {
    "status": "allowed",
    "rateLimitType": "five_hour",
    "unifiedWindows": {
        "five_hour": {"utilization": 0.25, "resetsAt": epoch(HOUR)},
        "seven_day": {"utilization": 0.19, "resetsAt": epoch(DAY)},
    },
}
BARE = {
    "claude-stream-json": EVENT,
    "claude-oauth": SHARE,
    "claude-statusline": {
        "five_hour": {"used_percentage": 25, "resets_at": epoch(HOUR)},
        "seven_day": {"used_percentage": 19, "resets_at": epoch(DAY)},
    },
    "codex-rollout": {"primary": rollout(25, 300), "secondary": rollout(19, 10080, DAY)},
    "codex-app-server": {"primary": app(25, 300), "secondary": app(19, 10080, DAY)},
    "codex-wham": {"primary_window": wham(25, 300), "secondary_window": wham(19, 10080, DAY)},
    "zai": [
        {"type": "CREDIT_LIMIT", "unit": 3, "number": 5, "percentage": 25},
        {"type": "CREDIT_LIMIT", "unit": 6, "number": 1, "percentage": 19},
    ],
}


@pytest.mark.parametrize("source", BARE)
@pytest.mark.parametrize("wrap", ["{}", "```json\n{}\n```\n", "so:\n\n```\n{}\n```", "$ curl\n{}"])
def test_inner_objects_alone(source: str, wrap: str) -> None:
    """The object with the figures is read without what usually stands around it."""
    text = json.dumps(BARE[source], indent=1 if "$" not in wrap else None)
    if wrap.startswith("$") and not text.startswith("{"):
        return
    wrapped = wrap.replace("{}", text)
    assert figures(parse(source, wrapped)) == MAIN
    assert codes(parse(source, wrapped).problems) == ()
    assert claimants(wrapped) == (source,)


def test_one_window_alone() -> None:
    """A body with the five-hour window only gives that, and says what is missing."""
    found = parse("claude", {"five_hour": SHARE["five_hour"]})
    assert figures(found) == {("default", "5h"): 25}
    assert codes(found.problems) == ("partial",)


def test_the_cache_of_claude_says_when_it_was_fetched() -> None:
    """`~/.claude.json` gives its figures at their own time; old ones are reported."""
    kept = {
        "cachedUsageUtilization": {"fetchedAtMs": epoch(-HOUR / 2) * 1000, "utilization": SHARE}
    }
    fresh = parse("claude-oauth", {"numStartups": 3} | kept)
    assert (figures(fresh), fresh.captured_at) == (MAIN, AT - HOUR / 2)
    assert codes(fresh.problems) == ()
    assert codes(parse("claude-oauth", kept, AT + HOUR).problems) == ("old-reading",)


@pytest.mark.parametrize("form", [iso, epoch])
def test_models_of_a_status_line(form: Any) -> None:
    """`model_scoped` gives each model's own week, its reset as epoch or as text."""
    limits = BARE["claude-statusline"] | {
        "model_scoped": [{"display_name": "Fable", "utilization": 12, "resets_at": form(DAY)}]
    }
    found = parse("claude-statusline", {"rate_limits": limits})
    assert figures(found) == MAIN | {("default", "weekly-fable"): 12}
    assert found.readings[2].resets_at == AT + DAY


def test_one_model_under_two_names() -> None:
    """The same model's week under an old key is the same meter; two figures for it are refused."""
    windows = dict(EVENT["unifiedWindows"])
    windows |= {"seven_day_overage_included": {"utilization": 0.14}}
    assert figures(parse("claude", EVENT | {"unifiedWindows": windows})) == MAIN | {
        ("default", "weekly-fable"): 14
    }
    windows |= {"seven_day_fable": {"utilization": 0.2}}
    doubled = parse("claude", EVENT | {"unifiedWindows": windows})
    assert figures(doubled) == MAIN
    assert codes(doubled.problems) == ("ambiguous",)


@pytest.mark.parametrize(
    ("source", "body", "bucket", "meter"),
    [
        ("claude", SHARE | {"seven_day_saga": {"utilization": 3}}, "default", "weekly-saga"),
        (
            "codex-rollout",
            {"rate_limits": {"limit_id": "codex_tern", "primary": rollout(3, 300)}},
            "codex_tern",
            "5h",
        ),
    ],
)
def test_a_new_label_is_reported(
    source: str, body: dict[str, Any], bucket: str, meter: str
) -> None:
    """A pool or model that is not in the table is read by its own name, and said to be new."""
    found = parse(source, body)
    assert figures(found)[bucket, meter] == 3
    assert "new-label" in codes(found.problems)


def test_updates_of_the_app_server_add_up() -> None:
    """Each pool stands until its own next message; an answer with all pools starts anew."""

    def update(limit: str, used: int, minutes: int = 10080) -> str:
        limits = {"limitId": limit, "primary": app(used, minutes), "secondary": None}
        return json.dumps(
            {"method": "account/rateLimits/updated", "params": {"rateLimits": limits}}
        )

    lines = [update("codex_bengalfox", 3, 300), update("codex", 20), update("codex", 22)]
    assert figures(parse("codex", "\n".join(lines))) == {
        ("default", "weekly"): 22,
        (SPARK, "5h"): 3,
    }
    whole = {"codex": {"limitId": "codex", "primary": app(40, 10080, DAY), "secondary": None}}
    answer = json.dumps({"id": 1, "result": {"rateLimitsByLimitId": whole}})
    assert figures(parse("codex", "\n".join([*lines, answer]))) == {("default", "weekly"): 40}


def test_a_window_of_no_length_is_off() -> None:
    """Length 0 says that a limit is switched off: a note, and no error."""
    limits = {"limit_id": "codex", "primary": rollout(0, 0), "secondary": rollout(19, 10080, DAY)}
    found = parse("codex-rollout", {"rate_limits": limits})
    assert figures(found) == {("default", "weekly"): 19}
    assert [(p.code, p.severity) for p in found.problems] == [("window-off", "note")]


@pytest.mark.parametrize(
    ("source", "body"),
    [
        (
            "codex-app-server",
            {
                "rateLimits": BARE["codex-app-server"],
                "rateLimitResetCredits": {"availableCount": 2},
            },
        ),
        (
            "codex-wham",
            {
                "rate_limit": BARE["codex-wham"],
                "rate_limit_reset_credits": {"available_count": 2, "credits": []},
            },
        ),
    ],
)
def test_banked_resets_are_kept(source: str, body: dict[str, Any]) -> None:
    """How many resets the account may call for stands with each reading."""
    assert [reading.banked_resets for reading in parse(source, body).readings] == [2, 2]
    del body["rateLimitResetCredits" if "rateLimits" in body else "rate_limit_reset_credits"]
    assert {reading.banked_resets for reading in parse(source, body).readings} == {None}


YEARS = 1400 * DAY
FAR: dict[str, Any] = {
    "claude-oauth": {"five_hour": {"utilization": 25, "resets_at": iso(YEARS)}},
    "claude-statusline": {"five_hour": {"used_percentage": 25, "resets_at": epoch(YEARS)}},
    "claude-stream-json": {
        "rateLimitType": "five_hour",
        "utilization": 0.25,
        "resetsAt": epoch(YEARS),
    },
    "codex-wham": {"primary_window": wham(25, 300, YEARS)},
    "codex-app-server": {"primary": app(25, 300, YEARS)},
    "codex-rollout": {
        "timestamp": iso(0 * DAY),
        "rate_limits": {"primary": rollout(25, 300, YEARS)},
    },
    "zai": {
        "data": {
            "limits": [
                {
                    "type": "CREDIT_LIMIT",
                    "unit": 3,
                    "number": 5,
                    "percentage": 25,
                    "nextResetTime": epoch(YEARS) * 1000,
                }
            ]
        }
    },
}


@pytest.mark.parametrize("source", FAR)
def test_a_reset_that_cannot_be_is_refused_in_every_feed(source: str) -> None:
    """The percent stays, the impossible reset time does not, and a problem says so."""
    (reading,) = parse(source, FAR[source]).readings
    assert (reading.used_pct, reading.resets_at) == (25, None)
    assert "reset-implausible" in codes(parse(source, FAR[source]).problems)


def test_a_reset_that_has_passed_is_stale_and_not_implausible() -> None:
    """An old answer keeps its reset time: it is what makes it stale."""
    found = parse("claude-oauth", SHARE, AT + 3 * HOUR)
    assert found.stale_by_clock == ("5h",)
    assert codes(found.problems) == ()


APP = '{"id":%d,"result":{"accountId":"%s","rateLimits":{"primary":%s}}}'
META = '{"type":"session_meta","payload":{"creator_account_id":"%s"}}'
LIMITS = '{"rate_limits":{"primary":{"used_percent":2,"window_minutes":300}}}'
SLOT = '{"usedPercent":1,"windowDurationMins":300}'


@pytest.mark.parametrize(
    "lines",
    [(APP % (1, "a", SLOT), APP % (2, "b", SLOT)), (META % "a", META % "b", LIMITS)],
)
def test_two_accounts_in_one_feed(lines: tuple[str, ...]) -> None:
    """Lines of two accounts are refused with the reason."""
    found = parse("codex", "\n".join(lines))
    assert (found.readings, codes(found.problems)) == ((), ("two-accounts",))


def test_the_list_of_limits_itself() -> None:
    """z.ai's `data` is read as a list too."""
    assert figures(parse("zai", {"code": 200, "data": BARE["zai"]})) == MAIN


@pytest.mark.parametrize(
    ("words", "meter"),
    [
        ("all-models", "weekly"),
        ("all-modls", "weekly"),
        ("al1-modeis", "weekly"),
        ("small-models", "weekly-small-models"),
        ("opus", "weekly-opus"),
    ],
)
def test_names_near_all_models(words: str, meter: str) -> None:
    """A name a letter or two away from `all models` is that row, and no other name is."""
    assert aliases.claude_meter(words) == meter


def test_an_id_names_the_same_pool_as_every_label_of_it() -> None:
    """The pool of base models has one bucket, whatever a version calls it."""
    names = (("base_model_inference", ""), ("", "gpt-reserve"), ("", "Luna Reserve"))
    assert {aliases.pool(*name) for name in names} == {"gpt-reserve"}
    assert aliases.pool("base_model_inference", "Luna Reserve") == "gpt-reserve"
    assert aliases.pool("codex", "anything") == "default"


def test_the_text_output_of_claude_monitor() -> None:
    """Its `a.b=value` lines give the same usage as its JSON report."""
    text = "tool.name=claude-monitor\ntool.version=4.0.0\nlimits.five_hour.used_percentage=29.2\n"
    text += "local.is_active=true\nlocal.sent_messages=3\nlocal.tokens.total_tokens=319\n"
    found = parse("claude-monitor", text)
    (usage,) = found.usage
    assert (usage.total_tokens, usage.requests, usage.active) == (319, 3, True)
    assert usage.percent_used == Decimal("29.2")
    assert claimants(text) == ("claude-monitor",)
