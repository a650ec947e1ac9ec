"""What a preview counts has an explanation: events, usage, lines of churn, prices of plans."""

import json
from pathlib import Path

import pytest
from ground import gitledger

DAY = "2026-11-02T{:02}:00:00Z"


def recorded(directory: Path, ledger: str, rows: list[dict[str, object]]) -> list[str]:
    """Rows of a ledger, and their ids."""
    done = gitledger(directory, "append", ledger, "--json", "-", stdin=json.dumps(rows))
    assert done.code == 0, done.err
    told = gitledger(directory, "log", "--ledger", ledger, "--json").json["rows"]
    return [row["row"] for row in told]


@pytest.fixture
def counted(ledger_dir: Path) -> Path:
    """Six events of two windows, and two periods of usage, one of them reported twice."""
    events = [
        {"ts": DAY.format(n), "rid": f"r{n}", "status": status, "lane": "zai" if n < 2 else "other",
         "window": f"W0-0{1 + n % 2}", "event_sha256": f"{n:064x}"}
        for n, status in enumerate(("200", "500", "200", "-1", "odd", "200"))
    ]  # fmt: skip
    recorded(ledger_dir, "telemetry", events)
    for n, (period, cost) in enumerate((("p1", 1.5), ("p1", 2.5), ("p2", None))):
        row: dict[str, object] = {
            "captured_at": DAY.format(n), "source": "ccusage", "scope": "block",
            "provider": "claude", "period": period, "total_tokens": 1000 * (n + 1),
            "source_sha256": f"{n:064x}",
        }  # fmt: skip
        recorded(ledger_dir, "usage", [row | ({"cost_usd": cost} if cost else {})])
    return ledger_dir


def test_every_count_of_a_preview_is_explained(counted: Path) -> None:
    """The same value, and why it has no interval."""
    preview = gitledger(counted, "preview", "--json").json
    names = ("events", "completions", "errors", "decisions", "routed", "unmetered")
    for name in (*names, "error_rate", "routed_share", "p50_ms", "p95_ms"):
        made = gitledger(counted, "explain", f"all.telemetry.{name}", "--json").json
        assert made["estimate"]["value"] == preview["telemetry"][name], name
        assert made["estimate"]["reason"], name
        assert (made["estimate"]["n"], sum(step["events"] for step in made["used"])) == (6, 6)
    rate = preview["telemetry"]
    assert (rate["error_rate"], rate["reason"][:11]) == (0.25, "no interval")


def test_usage_is_explained_by_the_newest_report_of_each_period(counted: Path) -> None:
    """One period states no dollars, and the sum says so; the rows are those that count."""
    (told,) = gitledger(counted, "preview", "--json").json["usage"].values()
    tokens = gitledger(counted, "explain", "all.usage.ccusage/block.total_tokens", "--json").json
    spent = gitledger(counted, "explain", "all.usage.ccusage/block.cost_usd", "--json").json
    assert tokens["estimate"]["value"] == told["total_tokens"] == 5000
    assert spent["estimate"]["value"] == told["cost_usd"] == 2.5
    assert (spent["estimate"]["n"], "1 of 2 periods" in spent["estimate"]["reason"]) == (1, True)
    rows = gitledger(counted, "log", "--ledger", "usage", "--json").json["rows"]
    known = {row["row"] for row in rows}
    used = [step["row"] for step in tokens["used"]]
    assert len(used) == 2
    assert set(used) < known
    assert gitledger(counted, "explain", "all.usage.other.cost_usd").code == 2


def test_a_price_is_explained_by_the_configuration(ledger_dir: Path) -> None:
    """Dollars a week of the account's own plan, else of the provider's; unknown without one."""
    unknown = gitledger(ledger_dir, "explain", "all.codex.plan_price", "--json").json["estimate"]
    assert unknown["value"] is None
    assert "gitledger config plan codex=DOLLARS" in unknown["reason"]
    gitledger(ledger_dir, "config", "plan", "codex=200")
    made = gitledger(ledger_dir, "explain", "all.codex.plan_price", "--json").json
    assert made["estimate"]["value"] == pytest.approx(200 * 12 / 365.25 * 7, rel=1e-5)
    assert made["used"] == [{"plan": "codex", "dollars a month": 200}]
    assert gitledger(ledger_dir, "explain", "all.codex.plan_price").out.startswith("all.codex")


def test_lines_of_churn_are_explained_by_their_row(ledger_dir: Path) -> None:
    """Net, insertions, deletions and files of the row that counts."""
    before = {"window": "W0-01", "provider": "codex", "account": "default", "phase": "before",
              "captured_at": DAY.format(8), "source": "codex", "source_sha256": "0" * 64,
              "readings": [{"bucket": "default", "meter": "weekly", "used_pct": 3}]}  # fmt: skip
    recorded(ledger_dir, "snapshots", [before])
    row = {"window": "W0-01", "provider": "codex", "decision": "measured", "date": "2026-11-03"}
    row |= {"commit_start": "a" * 40, "commit_end": "b" * 40, "commit_count": 3}
    lines = {"net": 5, "insertions": 9, "deletions": 4, "files_changed": 2}
    (recorded_row,) = recorded(ledger_dir, "churn", [row | lines])
    (told,) = gitledger(ledger_dir, "preview", "--json").json["churn"]
    for name, value in lines.items():
        made = gitledger(ledger_dir, "explain", f"W0-01.codex.{name}", "--json").json
        assert made["estimate"]["value"] == told[name] == value
        assert (made["estimate"]["n"], made["used"][0]["row"]) == (3, recorded_row)
