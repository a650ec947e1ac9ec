"""The comment that the docs show is the one that the program writes."""

import re
from pathlib import Path
from typing import Any

import pytest
from markdown_it import MarkdownIt

from gitledger.report.diff_markdown import diff_markdown

DOCS = Path(__file__).parents[2] / "docs/how-to/pull-requests.md"
BLOCK = re.compile(r"(<!-- example begins -->\n)(.*?)(<!-- example ends -->)", re.DOTALL)


def estimate(value: float, low: float, high: float, n: int) -> dict[str, Any]:
    """A number with its interval."""
    return {"value": value, "low": low, "high": high, "n": n, "method": "shrunk-log-t"}


def side(windows: int, features: int, capacity: int, rate: dict[str, Any]) -> dict[str, Any]:
    """A provider before or after."""
    lasting = {"value": features - 1, "low": None, "high": None, "n": windows}
    return {"windows": windows, "usable": windows, "delivered": features, "features": features,
            "capacity": capacity, "efficiency": rate, "lasting": lasting}  # fmt: skip


def window(name: str, state: str, verdict: str) -> dict[str, Any]:
    """A touched window of codex."""
    delta = {"provider": "codex", "account": "default", "meter": "weekly", "before": 23,
             "after": 27, "delta_pp": 4, "resolution": 1, "state": state,
             "usable": state == "valid"}  # fmt: skip
    return {
        "window": name,
        "new": True,
        "providers": ["codex"],
        "deltas": [delta],
        "features": 2,
        "commits": 2,
        "churn": ["0 % gone so far, at most 100 % on 2026-12-11"],
        "evidence": {"pass": 2, "of": 2},
        "verdict": {"before": None, "after": verdict},
        "findings": [],
    }


def example() -> dict[str, Any]:
    """The payload of the example."""
    moved = {
        "window": "W0-09",
        "code": "anchor-moved",
        "severity": "warning",
        "where": "codex weekly",
        "what": "the provider moved the window at 14:02Z",
    }
    fix = {
        "kind": "void",
        "target": "3f9a0c1de2b45a67",
        "ledger": "evidence",
        "was": "W0-07 run-17 fail",
        "replacement": None,
        "reason": "the log of another branch, see #12",
    }
    row = {
        "row": "b1946ac92492d234",
        "recorded_at": "2026-11-27T16:04:11.000000Z",
        "agent": "main",
        "window": "",
        "values": {"target": "3f9a0c1de2b45a67", "kind": "void", "reason": fix["reason"]},
    }
    return {
        "range": "509143e7a0c2...77aa01c4be19",
        "base": "509143e7a0c2",
        "head": "77aa01c4be19",
        "rules_sha256": "64fa8b0",
        "tool": "gitledger 0.2.0",
        "added": {"corrections": [row]},
        "gone": [],
        "unread": [],
        "corrections": [fix],
        "texts": [],
        "effects": [
            {
                "provider": "codex",
                "meter": "weekly",
                "unit": "pp",
                "before": side(5, 18, 76, estimate(0.237, 0.146, 0.371, 5)),
                "after": side(7, 22, 89, estimate(0.247, 0.161, 0.382, 7)),
                "change": "within noise",
                "lasting_change": "within noise",
            }
        ],
        "windows": [
            window("W0-08", "valid", "SOFT GO"),
            window("W0-09", "anchor-moved", "INVALID"),
        ],
        "verdicts": {
            "counts": {"SOFT GO": 1, "INVALID": 1},
            "changed": [{"window": "W0-07", "before": "NO-GO", "after": "SOFT GO"}],
        },
        "findings": {"new": [moved], "closed": []},
        "coverage": {"usable": 13, "windows": 14},
        "integrity": {"intact": True, "findings": []},
    }


def test_the_docs_show_the_comment_as_it_is_written(pytestconfig: pytest.Config) -> None:
    """The example of the docs, character by character; `--update-golden` writes it anew."""
    text, made = DOCS.read_text(encoding="utf-8"), f"{diff_markdown(example())}\n"
    if pytestconfig.getoption("--update-golden"):
        DOCS.write_text(BLOCK.sub(lambda found: found[1] + made + found[3], text), encoding="utf-8")
        return
    [shown] = [found[1] for found in BLOCK.findall(text)]
    assert made == shown


def test_the_example_renders() -> None:
    """Three tables, two folded parts, and nothing is left as bars and rulers."""
    html = MarkdownIt("commonmark").enable("table").render(DOCS.read_text(encoding="utf-8"))
    part = html[html.index("example begins") : html.index("example ends")]
    assert part.count("<table>") == part.count("</table>") == 3
    assert part.count("<details>") == part.count("</details>") == 2
    assert "| ---" not in part
