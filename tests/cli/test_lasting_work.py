"""Work that is taken back, from the commit to preview and card: lasting counts, delivered stays."""

import json
from pathlib import Path

import pytest
from frozen import played_once
from ground import git, gitledger

DAY = "2026-11-{:02}T{:02}:00:00Z"
REASON = "100 % gone, net +50 -> 0"


def commit(repo: Path, at: str, *words: str) -> str:
    """A commit at a moment; its id."""
    git(repo, *words, GIT_AUTHOR_DATE=at, GIT_COMMITTER_DATE=at)
    return git(repo, "rev-parse", "HEAD").strip()


@pytest.fixture
def shipped(ledger_dir: Path) -> Path:
    """W0-01: three features of fifty lines, finished, measured after its days, and tested."""
    ship(ledger_dir)
    return ledger_dir


@played_once
def ship(directory: Path) -> None:
    """Readings, a commit, what ends the window, its evidence, its churn."""
    rows = []
    for phase, hour, used in (("before", 8, 10), ("after", 10, 20)):
        reading = {"bucket": "default", "meter": "weekly", "used_pct": used}
        reading |= {"window_minutes": 10080, "resets_at": DAY.format(8, 8)}
        rows.append({
            "window": "W0-01", "provider": "codex", "account": "default", "phase": phase,
            "captured_at": DAY.format(2, hour), "source": "codex",
            "source_sha256": f"{hour:064x}", "readings": [reading],
        })  # fmt: skip
    gitledger(directory, "append", "snapshots", "--json", "-", stdin=json.dumps(rows))
    start = git(directory, "rev-parse", "HEAD").strip()
    (directory / "feature.py").write_text("".join(f"x{i} = {i}\n" for i in range(50)))
    git(directory, "add", "feature.py")
    end = commit(directory, DAY.format(2, 9), "commit", "-qm", "feature")
    stated = ("-f", "codex=3", "--quality", "0.9", "--outcome", "pass")
    ends = ("--commit-start", start, "--commit-end", end)
    gitledger(directory, "complete", "-w", "W0-01", *stated, *ends)
    run = {"window": "W0-01", "test_run_id": "TR-1", "runner": "pytest", "result": "pass"}
    gitledger(directory, "append", "evidence", "--json", "-", stdin=json.dumps(run))
    gitledger(directory, "churn", "-w", "W0-01")


def test_a_feature_that_was_reverted_the_next_day_does_not_last(shipped: Path) -> None:
    """GO before, NO-GO after; the audit names the commit, the record stays sound."""
    assert gitledger(shipped, "card", "W0-01", "--json").json["verdict"] == "GO"
    by = commit(shipped, DAY.format(3, 9), "revert", "--no-edit", "HEAD")
    card = gitledger(shipped, "card", "W0-01", "--json").json
    assert (card["verdict"], card["rule"]) == ("NO-GO", "window.no_go")
    assert f"{REASON}, reverted in {by[:12]}" in card["reasons"][0]
    (found,) = gitledger(shipped, "audit", "-w", "W0-01", "--json").json["findings"]
    assert (found["code"], found["severity"]) == ("reverted", "error")
    assert by[:12] in found["what"]
    told = gitledger(shipped, "preview", "--json").json
    (codex,) = told["providers"]
    assert (codex["delivered"], codex["lasting"]["value"]) == (3, 0)
    assert codex["lasting_per_pp"]["value"] == 0
    assert codex["dollars_per_lasting_feature"]["reason"].startswith("no plan price for codex")
    assert told["findings"] == card["findings"] == {"error": 1, "warning": 0, "note": 0}
    week = gitledger(shipped, "card", "WEEK0", "--json").json
    assert (week["verdict"], week["rule"]) == ("NO-GO", "week.churn")


def test_a_card_of_reverted_work_is_rebuilt_as_it_was_seen(shipped: Path) -> None:
    """What git said then is kept: the work put back later changes the next card, not this one."""
    commit(shipped, DAY.format(3, 9), "revert", "--no-edit", "HEAD")
    issued = gitledger(shipped, "card", "W0-01", "--issue", "--json").json
    commit(shipped, DAY.format(4, 9), "revert", "--no-edit", "HEAD")
    assert gitledger(shipped, "card", "--recompute", issued["id"]).code == 0
    assert gitledger(shipped, "card", "W0-01", "--json").json["verdict"] == "GO"


def test_preview_says_what_a_lasting_feature_costs(shipped: Path) -> None:
    """Ten weekly points of a plan of 200 dollars a month for three features, as explain has it."""
    lasting = "dollars_per_lasting_feature"
    assert "codex: unknown (no plan price for codex:" in gitledger(shipped, "preview").out
    assert gitledger(shipped, "config", "plan", "codex=200").code == 0
    (codex,) = gitledger(shipped, "preview", "--json").json["providers"]
    assert codex[lasting]["value"] == pytest.approx(200 * 12 / 365.25 * 7 / 10 / 3, rel=1e-5)
    assert codex[lasting]["reason"] == "too few: 1 of 3 windows"
    told = gitledger(shipped, "explain", f"all.codex.{lasting}", "--json").json
    assert told["estimate"] == codex[lasting]
    assert "$ per lasting feature | sample" in gitledger(shipped, "preview", "--md").out
    assert "| 1.53 | too few" in gitledger(shipped, "preview", "--md").out


def test_status_and_compare_tell_what_lasts(shipped: Path) -> None:
    """Beside the meters, and beside tokens and dollars of requests of that window."""
    sides = [
        {"ts": DAY.format(2, 9), "rid": "r1", "lane": lane, "model": model}
        | {"status": "ok", "input_tokens": 1000, "output_tokens": 300}
        for lane, model in (("glm", "glm-4.6"), ("baseline", "claude-sonnet-4-5"))
    ]
    log = "\n".join(map(json.dumps, sides))
    gitledger(shipped, "ingest", "proxy-telemetry", "--window", "W0-01", stdin=log)
    commit(shipped, DAY.format(3, 9), "revert", "--no-edit", "HEAD")
    for verb in ("status", "compare"):
        (codex,) = gitledger(shipped, verb, "--json").json["lasting"]
        assert (codex["provider"], codex["delivered"], codex["value"]) == ("codex", 3, 0)
        told = gitledger(shipped, verb).out
        assert "codex: delivered 3, lasting 0 (1 of 1 window); reverted: W0-01" in told


def test_what_nobody_knows_to_last_is_unknown(ledger_dir: Path) -> None:
    """A window that is open delivered nothing that is known, and a request without one neither."""
    gitledger(
        ledger_dir, "override", "codex", "-w", "W0-01", "--phase", "before", "--set", "weekly=5"
    )
    event = {"ts": DAY.format(2, 9), "rid": "r1", "lane": "glm", "model": "glm-4.6"}
    gitledger(ledger_dir, "ingest", "proxy-telemetry", "-w", "W0-09", stdin=json.dumps(event))
    told = gitledger(ledger_dir, "status").out
    assert "lasting       codex: unknown (no finished window)" in told
    assert "lasting       unknown (no window of these" in gitledger(ledger_dir, "compare").out


def test_a_week_without_work_has_no_card(shipped: Path) -> None:
    """Neither a calendar week nor dates that hold nothing: exit 3 with the weeks there are."""
    for words in (("2026-W40",), ("--since", "2026-01-01", "--until", "2026-01-08"), ("WEEK3",)):
        done = gitledger(shipped, "card", *words)
        assert done.code == 3
        assert "2026-W45" in done.err
    assert gitledger(shipped, "card", "2026-W45", "--json").json["coverage"]["windows"] == 1
