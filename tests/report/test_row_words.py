"""A row in words: one line for each table, and its own time."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from gitledger.ledger.row import Row
from gitledger.report.log_text import entry_of, log_text, row_text
from gitledger.report.row_text import no_rows
from gitledger.report.row_words import TELLERS, row_in_words, tone, when

SHA = "5b77e82a" + "0" * 32
READINGS = [{"meter": "5h", "used_pct": 1}, {"meter": "weekly", "bucket": "spark", "used_pct": 44}]
ROWS = [
    (
        "snapshots",
        {"provider": "codex", "account": "default", "phase": "before", "readings": READINGS},
        "before codex: 5h 1 %, spark weekly 44 %",
    ),
    (
        "windows",
        {"features": [{"provider": "codex", "features": 1}], "quality": 0.5, "outcome": "pass"},
        "completed: codex 1 feature, quality 0.500, pass",
    ),
    (
        "commits",
        {"sha": SHA, "insertions": 35, "deletions": 0, "files_changed": 1},
        'commit 5b77e82a "report: more" +35 -0 in 1 file',
    ),
    (
        "churn",
        {"provider": "glm", "decision": "missing-commit-range"},
        "churn glm: not measured (missing-commit-range)",
    ),
    (
        "churn",
        {
            "provider": "glm",
            "decision": "measured",
            "insertions": 3,
            "deletions": 1,
            "files_changed": 2,
            "survival": {"churn_so_far": 0.1, "matures_at": "2026-12-07T10:00:00Z"},
        },
        "churn glm: +3 -1 lines in 2 files, 10.0 % removed so far, final on 2026-12-07",
    ),
    (
        "evidence",
        {"result": "fail", "runner": "pytest", "test_run_id": "TR-1"},
        "test run fail: pytest (TR-1)",
    ),
    ("features", {"state": "reserved", "capability": "CAP-1"}, "feature reserved: CAP-1"),
    ("capabilities", {"capability": "CAP-1", "name": "reads"}, "capability CAP-1: reads"),
    ("tokens", {"checkpoint": "mid", "planned": 12000}, "tokens mid: 12,000 planned"),
    (
        "votes",
        {"vote": "go", "voter": "ada", "card": "c1", "subject": "WEEK0", "message": "fine"},
        "vote go by ada on WEEK0: fine",
    ),
    (
        "decisions",
        {"subject": "W0-1", "verdict": "GO", "override": "HOLD", "reason": "late"},
        "card W0-1: GO, overridden to HOLD: late",
    ),
    (
        "anomalies",
        {"severity": "error", "code": "stale-pane", "what": "old"},
        "error stale-pane: old",
    ),
    (
        "corrections",
        {"kind": "void", "target": "be5bc627f18cff38", "reason": "wrong"},
        "void of be5bc627: wrong",
    ),
    (
        "rewrites",
        {"old": SHA, "new": "c" * 40, "how": "rebase"},
        "commit 5b77e82a became cccccccc (rebase)",
    ),
    (
        "experiments",
        {"experiment": "e1", "metric": "m", "observed": 3, "baseline": 2, "decision": "keep"},
        "experiment e1: m 3 against 2, keep",
    ),
    (
        "usage",
        {"source": "ccusage", "scope": "daily", "period": "2026-03-04", "total_tokens": 1500000},
        "usage by ccusage, daily 2026-03-04: 1,500,000 tokens",
    ),
    (
        "telemetry",
        {"status": "200", "model": "glm-4.6", "input_tokens": 1200},
        "proxy event 200: glm-4.6, 1,200 in",
    ),
    (
        "trace",
        {"provider": "codex", "account": "me", "day": "2026-03-04", "points": 120},
        "readings of codex/me on 2026-03-04: 120 kept",
    ),
    ("runs", {"name": "a", "secs": 3}, "runs: name a, secs 3"),
]


@pytest.mark.parametrize(("ledger", "values", "told"), ROWS)
def test_a_row_is_said_in_words(ledger: str, values: Mapping[str, object], told: str) -> None:
    """A commit with its first line."""
    assert row_in_words(ledger, values, "report: more") == told


def test_every_shipped_table_has_words() -> None:
    """A table of the user's own names its columns."""
    shipped = {path.stem for path in (Path(__file__).parents[2] / "ledgers").glob("*.yaml")}
    assert shipped == {*TELLERS, "commits"}
    assert shipped - {"commits"} <= {ledger for ledger, _, _ in ROWS}


def test_the_time_is_that_of_the_work() -> None:
    """Not when it was recorded, where the row says when it was."""
    recorded = "2026-11-29T10:54:32.387050Z"
    assert (
        when("snapshots", {"captured_at": "2026-03-04T09:00:00Z"}, recorded) == "2026-03-04 09:00Z"
    )
    assert when("votes", {}, recorded) == "2026-11-29 10:54Z"


def test_what_is_wrong_has_a_colour() -> None:
    """Errors and failed runs are red, warnings yellow, and what no longer counts too."""
    assert (tone({"severity": "warning"}), tone({"result": "fail"}), tone({})) == (
        "yellow",
        "red",
        "",
    )
    row = Row("votes", "2026-11-29T10:54:32Z", "main", "gitledger", {"vote": "no-go"}, "ab" * 8)
    entry = {"row": row.id, "window": "", "superseded": ""} | entry_of(row)
    assert log_text([entry], width=80, colour=True).startswith("\x1b[31mabababab  2026-11-29")
    gone = entry | {"superseded": "void by cd"}
    assert log_text([gone], width=80, colour=True).startswith("\x1b[33m")
    assert no_rows() == ["No rows.", "next: gitledger start codex"]


def test_a_whole_row_shows_every_column_and_its_text_as_it_was_given() -> None:
    """A list of maps part by part; what lies deeper in brackets."""
    values = {
        "readings": [{"meter": "5h", "ages": [1, 2]}],
        "manual": True,
        "text": "│ 5h limit:   99% left │\nEND",
        "provider": "codex",
    }
    row = Row("snapshots", "2026-11-29T10:54:32Z", "main", "gitledger 0", values, "ab" * 8)
    assert row_text(row, None, width=40).splitlines() == [
        "snapshots abababababababab:  codex: 5h",
        "    unknown % (manual)",
        "recorded 2026-11-29T10:54:32Z by main",
        "    (gitledger 0)",
        "  readings: meter 5h, ages (1, 2)",
        "  manual: true",
        "  provider: codex",
        "  text:",
        "    │ 5h limit:   99% left │",
        "    END",
    ]
