"""A preview on a terminal: golden captures at 80 and 120 columns, and what must be said."""

import re

import pytest

from gitledger.report.preview_text import churn_line, coverage_line, excluded_words, preview_text

PREVIEW = {
    "schema": "gitledger.preview/1",
    "windows": [{"window": f"W0-{i:02}"} for i in range(1, 9)],
    "providers": [
        {
            "provider": "claude",
            "meter": "weekly",
            "unit": "pp",
            "windows": 2,
            "usable": 2,
            "features": 5,
            "capacity": 31.5,
            "efficiency": {
                "value": 0.15873,
                "low": None,
                "high": None,
                "n": 2,
                "method": "shrunk-log-t",
                "reason": "too few: 2 of 3 windows",
            },
            "gate": "too-few",
            "windows_needed": 9,
            "notes": ["W0-02: +0.5 added: floored meter started at 0"],
            "lasting": {"value": None, "n": 0, "of": 2, "delivered": 5, "reason": "no churn row"},
        },
        {
            "provider": "codex",
            "meter": "weekly",
            "unit": "pp",
            "windows": 7,
            "usable": 6,
            "features": 23,
            "capacity": 99,
            "efficiency": {
                "value": 0.232323,
                "low": 0.165804,
                "high": 0.339837,
                "n": 6,
                "method": "shrunk-log-t",
            },
            "gate": "week0",
            "windows_needed": 0,
            "notes": [],
            "lasting": {
                "value": 19.5,
                "n": 6,
                "of": 7,
                "delivered": 25,
                "unknown": [{"window": "W0-06", "reason": "no line was merged"}],
                "reverted": [{"window": "W0-03", "commit": "b" * 40}],
            },
            "lasting_per_pp": {"value": 0.1970, "low": 0.1352, "high": 0.3018, "n": 6},
        },
        {
            "provider": "glm",
            "meter": "5h",
            "unit": "prompts",
            "windows": 1,
            "usable": 0,
            "features": None,
            "capacity": None,
            "efficiency": {
                "value": None,
                "low": None,
                "high": None,
                "n": 0,
                "method": "shrunk-log-t",
                "reason": "no usable window",
            },
            "gate": "too-few",
            "windows_needed": None,
            "notes": [],
        },
    ],
    "coverage": {
        "windows": 10,
        "usable": 8,
        "excluded": [
            {"window": "W0-04", "provider": "codex", "reason": "non-monotonic"},
            {"window": "W0-08", "provider": "glm", "reason": "missing-after"},
        ],
    },
    "anomalies": 2,
    "findings": {"error": 1, "warning": 5, "note": 1},
    "churn": [
        {
            "window": "W0-01",
            "provider": "codex",
            "decision": "measured",
            "net": 312,
            "files_changed": 14,
            "survival": {"churn_14d": 0.0321},
        },
        {
            "window": "W0-07",
            "provider": "codex",
            "decision": "measured",
            "net": -40,
            "files_changed": 1,
            "survival": {
                "state": "open",
                "churn_so_far": 0.01,
                "upper": 0.4,
                "matures_at": "2026-12-07T10:00:00Z",
            },
        },
        {"window": "W0-08", "provider": "glm", "decision": "missing-commit-range"},
    ],
    "telemetry": {
        "events": 15,
        "completions": 3,
        "decisions": 7,
        "errors": 5,
        "error_rate": 0.625,
        "routed": 3,
        "routed_share": 0.375,
        "p50_ms": 4465,
        "p95_ms": 5981.5,
        "unknown_status": [{"status": "degraded", "count": 2}],
    },
    "usage": {
        "ccusage block": {
            "reports": 3,
            "periods": 2,
            "total_tokens": 1204300,
            "cost_usd": 12.5,
            "stated_by": {"cost_usd": 1},
        }
    },
}


@pytest.mark.parametrize("width", [80, 120])
def test_a_preview_reads_as_kept(golden, width):
    """The kept capture, byte for byte."""
    golden(f"preview-{width}.txt", preview_text(PREVIEW, width=width))


@pytest.mark.parametrize("width", [80, 120])
def test_a_preview_fits_its_terminal(width):
    """No line is wider than asked."""
    assert max(map(len, preview_text(PREVIEW, width=width).splitlines())) <= width


def test_an_unknown_efficiency_is_not_a_zero():
    """The reason stands where the number would."""
    assert "unknown (no usable" in preview_text(PREVIEW, width=120)


def test_colour_is_escape_codes_only():
    """A coloured preview without its codes is the plain one."""
    coloured = preview_text(PREVIEW, colour=True)
    bare = re.sub(r"\x1b\[[0-9;]*m", "", coloured)
    assert "\x1b[" in coloured
    assert [line.rstrip() for line in bare.splitlines()] == preview_text(PREVIEW).splitlines()


def test_an_empty_ledger_names_the_next_step():
    """No providers: say what to do."""
    assert "gitledger start codex" in preview_text({"providers": [], "windows": []})
    assert "gitledger complete" in preview_text({"providers": [], "windows": [{}]})


def test_churn_rows_beyond_the_first_are_pointed_to():
    """The hint stands under the churn lines and is a command that works."""
    rows = [{"window": f"W0-{i:02}", "decision": "empty-range"} for i in range(1, 9)]
    text = preview_text(PREVIEW | {"churn": rows})
    assert text.index("and 2 more churn rows: gitledger log --ledger churn") < text.index("usage")


def test_a_saturated_window_tells_its_lower_bound() -> None:
    """The coverage says at least how many points a window with a full meter took."""
    entry = {"window": "W0-3", "provider": "codex", "reason": "saturated", "at_least_pp": 12}
    assert excluded_words(entry) == "W0-3 codex saturated, at least 12 pp"


def test_one_window_and_one_line_are_told_in_the_singular() -> None:
    """Coverage and churn of a ledger's first window."""
    assert coverage_line({"usable": 1, "windows": 1}) == "1 of 1 window usable"
    row = {"window": "W0-01", "decision": "measured", "net": 1, "files_changed": 1}
    assert churn_line(row) == "W0-01: net +1 line, 1 file"
