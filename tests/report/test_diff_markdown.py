"""The comment of a pull request: within its limit, whole tables, what matters kept to the last."""

from typing import Any

import pytest
from markdown_it import MarkdownIt

from gitledger.report.diff_markdown import diff_markdown

PARSER = MarkdownIt("commonmark").enable("table")
LIMITS = (60_000, 30_000, 12_000, 4_000, 1_500)


def row(number: int) -> dict[str, Any]:
    """An added row."""
    values = {"test_run_id": f"run-{number}", "result": "pass", "notes": "a | b `c`\n<d> @ada #1"}
    return {
        "row": f"{number:016x}",
        "recorded_at": "2026-11-23T13:42:26.123456Z",
        "agent": "main",
        "window": f"W0-{number}",
        "summary": f"W0-{number}",
        "values": values,
    }


def window(number: int) -> dict[str, Any]:
    """A touched window."""
    delta = {"provider": "codex", "account": "default", "meter": "weekly", "before": 10,
             "after": 14, "delta_pp": 4, "resolution": 1, "state": "valid",
             "usable": True}  # fmt: skip
    return {
        "window": f"W0-{number}",
        "new": True,
        "providers": ["codex"],
        "deltas": [delta],
        "features": 2,
        "commits": 1,
        "churn": ["0 % gone"],
        "evidence": {"pass": 1, "of": 1},
        "verdict": {"before": None, "after": "GO"},
        "findings": [],
    }


def payload(many: int) -> dict[str, Any]:
    """A difference of so many rows and windows."""
    return {
        "range": "aaaaaaaaaaaa...bbbbbbbbbbbb",
        "base": "a" * 40,
        "head": "b" * 40,
        "rules_sha256": "c" * 64,
        "tool": "gitledger 0.2.0",
        "added": {"evidence": [row(number) for number in range(many)]},
        "windows": [window(number) for number in range(many)],
        "effects": [],
        "corrections": [],
        "texts": [],
        "gone": [],
        "unread": [],
        "findings": {"new": [], "closed": []},
        "verdicts": {
            "counts": {"GO": many},
            "changed": [{"window": "W0-1", "before": "HOLD", "after": "GO"}],
        },
        "coverage": {"usable": many, "windows": many},
        "integrity": {"intact": True, "findings": []},
    }


@pytest.mark.parametrize("many", [1, 19, 150, 1000])
@pytest.mark.parametrize("most", LIMITS)
def test_a_comment_keeps_to_its_limit_and_stays_whole(many: int, most: int) -> None:
    """Never over the limit, no table or folded part cut, headline, verdicts and coverage kept."""
    text = diff_markdown(payload(many), max_chars=most)
    assert len(text) <= most
    assert text.count("<details>") == text.count("</details>")
    html = PARSER.render(text)
    assert html.count("<table>") == html.count("</table>")
    assert "| ---" not in html
    assert f"GO {many:,}" in text
    assert "coverage" in text
    assert "W0-1: HOLD -&gt; GO" in html


def test_row_detail_goes_first_then_windows() -> None:
    """What is left out is counted in the last line, with the command that shows it."""
    whole = diff_markdown(payload(150), max_chars=1_000_000)
    assert "left out" not in whole
    tail = diff_markdown(payload(150), max_chars=30_000).splitlines()[-1]
    assert tail == "150 rows left out: `gitledger diff aaaaaaaaaaaa...bbbbbbbbbbbb`"
    tail = diff_markdown(payload(150), max_chars=6_000).splitlines()[-1]
    assert tail.startswith("130 windows, 150 rows left out: ")
    tail = diff_markdown(payload(150), max_chars=1_500).splitlines()[-1]
    assert tail.startswith("150 windows, 150 rows left out: ")
