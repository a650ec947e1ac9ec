"""Summary and comment of a review keep to their limits, however much was found."""

from typing import Any

import pytest
from markdown_it import MarkdownIt
from test_diff_markdown import payload as difference

from gitledger.report.review_markdown import COMMENT, SUMMARY, comment_markdown, summary_markdown

PARSER = MarkdownIt("commonmark").enable("table")


def payload(findings: int, rows: int) -> dict[str, Any]:
    """A review with so many findings of the gate and so many rows."""
    found = {
        "code": "row-foreign",
        "commit": "c" * 40,
        "path": "ledgers/" + "\u4e9c|`" * 60,
        "what": "no row file has such a path " + "\u4e9c" * 300,
        "hint": "@ada " * 50,
    }
    check = {
        "passed": not findings,
        "base_name": "base",
        "head": "b" * 40,
        "commits": 1,
        "added": {"evidence": rows},
        "findings": [found] * findings,
        "texts": [],
        "audit": [],
    }
    return {"check": check, "diff": difference(rows), "checked_at": "12:04Z"}


@pytest.mark.parametrize("findings", [0, 1, 10_000])
@pytest.mark.parametrize("rows", [1, 900, 2100])
def test_limits_are_kept(findings: int, rows: int) -> None:
    """60,000 characters and 900 KiB, with tables that are whole."""
    made = payload(findings, rows)
    comment, summary = comment_markdown(made, "<!-- m -->\n"), summary_markdown(made)
    assert len(comment) <= COMMENT
    assert len(summary.encode()) <= SUMMARY
    for text in (comment, summary):
        assert "| ---" not in PARSER.render(text)
        assert ("row-foreign" in text or "may not join" in text) == bool(findings)
        assert "coverage" in text


def test_a_problem_is_the_whole_summary() -> None:
    """What cannot be told is told with the next step."""
    text = summary_markdown({"problem": "this clone is shallow", "hint": "fetch-depth: 0"})
    assert text.startswith("### gitledger cannot tell\n\nthis clone is shallow\n\nNext: ")
