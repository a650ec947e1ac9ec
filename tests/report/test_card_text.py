"""Cards on a terminal and in Markdown: golden captures, width, escaping."""

import pytest

from gitledger.report.card_html import card_html
from gitledger.report.card_markdown import card_markdown
from gitledger.report.card_text import card_text

SOURCE = {
    "id": "0123456789abcdef",
    "rules_sha256": "d" * 64,
    "tip": "c" * 40,
    "as_of": "2026-11-23T12:00:00.000000Z",
    "tool": "gitledger 0.1.0",
}
WINDOW = SOURCE | {
    "subject": "W0-01",
    "kind": "window",
    "verdict": "SOFT GO",
    "rule": "window.soft_go",
    "facts": {
        "Window": "W0-01",
        "Status": "SOFT GO",
        "Anoms": "0",
        "Finalized": "yes",
        "Outcome": "pass",
        "Evidence": "1 pass, 0 fail",
        "Churn": "missing-commit-range",
        "Completeness": "6/7",
    },
    "reasons": ["churn skipped: missing-commit-range"],
    "would_flip": ["measure churn: gitledger churn"],
    "estimates": [
        {"name": "features_per_pp", "value": 0.25, "low": None, "high": None, "n": 1},
        {"name": "delivered codex", "value": 3, "n": 1},
        {
            "name": "lasting codex",
            "value": None,
            "n": 0,
            "of": 1,
            "delivered": 3,
            "reason": "no churn row",
        },
    ],
    "findings": {"error": 0, "warning": 2, "note": 1},
    "rules_defaulted": ["window.max_churn_14d: 0.5"],
    "evidence": [
        {"run": "TR-1", "result": "pass", "runner": "pytest", "capability": "CAP-CLI-ALIAS"}
    ],
    "votes": [{"voter": "ada", "vote": "go", "tier": 2, "message": "fine by me"}],
    "completeness": {"have": 6, "of": 7, "missing": ["churn"]},
    "coverage": {"windows": 1, "usable": 1, "excluded": []},
    "rows_total": 5,
}


def arm(name, features, capacity, ends):
    """One arm of a week card: six windows, value and ends of its efficiency."""
    value, low, high = ends
    made = {"value": value, "low": low, "high": high, "n": 6, "method": "shrunk-log-t"}
    return {
        "name": name,
        "unit": "pp",
        "features": features,
        "capacity": capacity,
        "efficiency": made,
        "gate": "week0",
        "meter": "weekly",
        "lasting": {
            "value": None,
            "low": features - 2.5,
            "high": features - 1,
            "n": 6,
            "of": 6,
            "delivered": features,
            "reason": "churn open until 2026-12-07",
        },
    }


def rail(name, value, baseline, margin, verdict):
    """One guardrail of the challenger."""
    return {
        "arm": "codex",
        "name": name,
        "value": value,
        "baseline": baseline,
        "margin": margin,
        "verdict": verdict,
        "n": 0 if value is None else 6,
        "n_baseline": None if name == "cap_breach" else 6 if baseline is not None else 0,
    }


WEEK = SOURCE | {
    "subject": "WEEK0",
    "kind": "week",
    "verdict": "GO",
    "rule": "week.go",
    "reasons": ["codex / claude: ratio 1.884 [1.111, 3.194] lies above 1, guardrails pass"],
    "would_flip": ["a guardrail that fails", "an interval that reaches 1 (now from 1.111)"],
    "arms": [
        arm("claude", 15, 123, (0.121951, 0.0798, 0.192)),
        arm("codex", 23, 99, (0.232323, 0.165804, 0.339837)),
    ],
    "comparisons": [
        {
            "a": "codex",
            "b": "claude",
            "n_a": 6,
            "n_b": 6,
            "ratio": {"value": 1.88368, "low": 1.11106, "high": 3.19355},
            "anytime": {"value": 1.88368, "low": 0.881453, "high": 4.02544},
            "p_superior": 0.989077,
        }
    ],
    "guardrails": [
        rail("quality", 0.91, 0.88, 0.05, "pass"),
        rail("pass_rate", 1, 0.833333, 0.1, "pass"),
        rail("churn_14d", None, None, 0.05, "unknown"),
        rail("cost", 1.08, 2.05, 0.2, "pass"),
        rail("cap_breach", 71, None, 10, "pass"),
    ],
    "findings": {"error": 0, "warning": 3, "note": 0},
    "anomalies": [{"window": "W0-04", "code": "anchor-moved", "what": "the weekly reset jumped"}],
    "coverage": {
        "windows": 13,
        "usable": 12,
        "excluded": [{"window": "W0-04", "provider": "codex", "reason": "anchor-moved"}],
    },
    "completeness": {"have": 12, "of": 13, "missing": ["W0-04"]},
    "looks": 1,
    "windows_needed": 4,
    "rows_total": 61,
    "overrides": [{"verdict": "HOLD", "reason": "one week is not enough for me", "agent": "ada"}],
}


@pytest.mark.parametrize("width", [80, 120])
@pytest.mark.parametrize(("name", "payload"), [("window", WINDOW), ("week", WEEK)])
def test_a_card_reads_as_kept(golden, name, payload, width):
    """The kept capture, byte for byte, and never wider than the terminal."""
    text = card_text(payload, width=width)
    assert max(map(len, text.splitlines())) <= width
    golden(f"card-{name}-{width}.txt", text)


@pytest.mark.parametrize(("name", "payload"), [("window", WINDOW), ("week", WEEK)])
def test_a_card_in_markdown_reads_as_kept(golden, name, payload):
    """The kept Markdown, byte for byte."""
    golden(f"card-{name}.md", card_markdown(payload))


def test_a_card_is_one_page_of_html(golden):
    """The kept page; it fetches nothing and escapes what rows say."""
    page = card_html(WEEK | {"reasons": ["<script>alert(1)</script>"]})
    assert "<script" not in page
    assert "http" not in page
    golden("card-week.html", card_html(WEEK))


def test_an_override_stands_beside_the_verdict():
    """Both are in the headline."""
    head = card_text(WEEK).splitlines()[0]
    assert "GO" in head
    assert "overridden: HOLD" in head


def test_an_unknown_guardrail_is_not_a_number():
    """Neither value nor baseline is invented."""
    line = next(row for row in card_text(WEEK).splitlines() if row.startswith("churn_14d"))
    assert line.count("unknown") == 3


def test_text_of_a_row_is_no_markdown():
    """A note cannot become a heading, a link or a table cell."""
    spoiled = WINDOW | {"reasons": ["# owned | [x](http://y) <b>\n## more"]}
    text = card_markdown(spoiled)
    assert "\\# owned \\| \\[x\\](http://y) \\<b\\>" in text
    assert "\n## more" not in text


def test_a_card_needs_nothing_but_its_verdict():
    """A bare payload still renders, on a terminal and in Markdown."""
    bare = SOURCE | {"subject": "W9", "verdict": "INSUFFICIENT", "rule": "window.insufficient"}
    assert "INSUFFICIENT" in card_text(bare)
    assert "INSUFFICIENT" in card_markdown(bare)
