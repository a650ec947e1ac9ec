"""An earlier tracker's folder becomes rows: once, from the texts, broken lines reported."""

import json
from pathlib import Path
from typing import Any

import pytest
from ground import Answer, gitledger
from window_panes import clock, pane


def record(hours: float, week: int, phase: str, **more: Any) -> dict[str, Any]:
    """A snapshot as the earlier tracker kept it."""
    return {
        "window": "W0-01",
        "provider": "codex",
        "phase": phase,
        "captured_at": clock(hours),
        "notes": "",
        "raw_text": pane(hours, week),
        "parsed": {"fiveh_pct": 10, "weekly_pct": week, "errors": []},
        "source": "alias",
    } | more


def final(**more: Any) -> dict[str, Any]:
    """A finalisation as the earlier tracker kept it."""
    return {
        "window": "W0-01",
        "finalized_at": clock(12),
        "features": {"codex": 2, "claude": 0, "glm": 0},
        "quality": 1.0,
        "outcome": "pass",
        "providers": {"codex": {"delta": {"fiveh_pct": 0, "weekly_pct": 7}}},
    } | more


@pytest.fixture
def tracker(tmp_path: Path) -> Path:
    """A folder with one whole window."""
    folder = tmp_path / "tracker"
    folder.mkdir()
    write(folder, "snapshots.jsonl", record(9.5, 10, "before"), record(11, 17, "after"))
    write(folder, "windows.jsonl", final())
    return folder


def write(folder: Path, name: str, *records: object) -> None:
    """Write records one a line; a text stands as it is."""
    lines = [item if isinstance(item, str) else json.dumps(item) for item in records]
    (folder / name).write_text("\n".join(lines) + "\n")


def imported(directory: Path, folder: Path, *words: str) -> Answer:
    """Import in UTC."""
    return gitledger(directory, "import", "tracker", str(folder), "--tz", "UTC", "--json", *words)


def rows(directory: Path, ledger: str) -> list[dict[str, Any]]:
    """The rows of a ledger."""
    text = gitledger(directory, "export", ledger, "--format", "jsonl").out
    return [json.loads(line) for line in text.splitlines()]


def test_a_window_comes_in_whole(ledger_dir: Path, tracker: Path) -> None:
    """Both panes and the finalisation; the delta is ours."""
    done = imported(ledger_dir, tracker)
    assert (done.code, done.json["recorded"]) == (0, {"snapshots": 2, "windows": 1})
    told = gitledger(ledger_dir, "preview", "--json").json["providers"][0]
    assert tuple(told[k] for k in ("provider", "usable", "capacity", "features")) == (
        "codex",
        1,
        7,
        2,
    )


def test_importing_twice_adds_nothing(ledger_dir: Path, tracker: Path) -> None:
    """Every record is recognised."""
    imported(ledger_dir, tracker)
    again = imported(ledger_dir, tracker).json
    assert (again["recorded"], again["already"]) == ({}, 3)


def test_a_voided_row_does_not_come_back(ledger_dir: Path, tracker: Path) -> None:
    """What a person took back stays taken back when the folder is imported again."""
    imported(ledger_dir, tracker)
    row = gitledger(ledger_dir, "audit", "-w", "W0-01", "--json").json["finalize"]["canonical"]
    gitledger(ledger_dir, "void", row, "-m", "a rehearsal")
    assert imported(ledger_dir, tracker).json["recorded"].get("windows") is None


def test_the_earlier_parsers_claim_is_kept_where_it_differs(
    ledger_dir: Path, tracker: Path
) -> None:
    """The text says 17 %; the claim of 71 % becomes a note, an equal claim does not."""
    wrong = {"fiveh_pct": 10, "weekly_pct": 71, "errors": []}
    write(
        tracker,
        "snapshots.jsonl",
        record(9.5, 10, "before"),
        record(11, 17, "after", parsed=wrong, notes="late"),
    )
    imported(ledger_dir, tracker)
    notes = [row.get("notes", "") for row in rows(ledger_dir, "snapshots")]
    assert notes == ["", "late; the earlier tracker read weekly 71 %"]


def test_a_corrupt_line_is_reported_and_the_rest_goes_in(ledger_dir: Path, tracker: Path) -> None:
    """The number of the line is named."""
    whole = [record(9.5, 10, "before"), record(11, 17, "after")]
    write(tracker, "snapshots.jsonl", whole[0], '{"window": "W0-', "[1, 2]", whole[1])
    done = imported(ledger_dir, tracker)
    places = [problem["where"] for problem in done.json["problems"]]
    assert places == ["snapshots.jsonl line 2", "snapshots.jsonl line 3"]
    assert done.json["recorded"]["snapshots"] == 2


@pytest.mark.parametrize(
    "wrong",
    [{"captured_at": "noon"}, {"phase": "middle"}, {"provider": "gemini"}, {"window": ""}],
)
def test_records_that_make_no_row_are_reported(
    ledger_dir: Path, tracker: Path, wrong: dict[str, str]
) -> None:
    """No time, no phase, no provider, no window: each with its line."""
    write(tracker, "snapshots.jsonl", record(9.5, 10, "before"), record(11, 17, "after") | wrong)
    done = imported(ledger_dir, tracker)
    assert [p["where"] for p in done.json["problems"]] == ["snapshots.jsonl line 2"]


def test_a_pane_without_figures_is_kept_unread(ledger_dir: Path, tracker: Path) -> None:
    """What the text does not say is not taken from the earlier parser."""
    write(tracker, "snapshots.jsonl", record(9.5, 10, "before", raw_text="nothing here"))
    imported(ledger_dir, tracker)
    row = rows(ledger_dir, "snapshots")[0]
    assert (row["readings"], "weekly 10 %" in row["notes"]) == ([], True)


def test_typed_percentages_stay_manual(ledger_dir: Path, tracker: Path) -> None:
    """A record without a text was typed in."""
    typed = record(11, 17, "after", raw_text="")
    write(tracker, "snapshots.jsonl", record(9.5, 10, "before"), typed)
    imported(ledger_dir, tracker)
    deltas = gitledger(ledger_dir, "audit", "-w", "W0-01", "--json").json["deltas"]
    assert {"manual"} == {delta["state"] for delta in deltas}


def test_counts_events_and_churn_find_their_ledgers(ledger_dir: Path, tracker: Path) -> None:
    """Prompt counts, proxy logs and churn records are read from their texts."""
    counted = {"window": "W0-01", "captured_at": clock(11), "notes": ""}
    event = {"ts": clock(10), "rid": "R1", "lane": "glm", "model": "glm-4.6", "status": "ok"}
    prompts = {"blocks": [{"prompts_used": 118, "provider": "glm-4.6", "duration_minutes": 300}]}
    write(
        tracker, "glm_counts.jsonl", counted | {"provider": "glm", "raw_text": json.dumps(prompts)}
    )
    proxy = counted | {"provider": "proxy-telemetry", "raw_text": json.dumps(event)}
    write(tracker, "proxy_telemetry.jsonl", proxy, proxy)
    ends = {"commit_start": "a" * 40, "commit_end": "b" * 40}
    write(tracker, "churn.jsonl", counted | {"provider": "codex", "files_changed": 3} | ends)
    done = imported(ledger_dir, tracker).json
    assert {
        name: many
        for name, many in done["recorded"].items()
        if name not in {"snapshots", "windows"}
    } == {"usage": 1, "telemetry": 1, "churn": 1}


def test_csv_ledgers_come_in_by_their_header(ledger_dir: Path, tracker: Path) -> None:
    """A line with too few cells is reported; the others are recorded."""
    tables = tracker / "tables"
    tables.mkdir()
    (tables / "Acceptance_Evidence.csv").write_text(
        "window_id,capability_id,test_run_id,runner,result,artifacts_path,artifact_hash,notes\n"
        f"W0-01,CAP-1,TR-1,pytest,pass,log.txt,{'d' * 64},first\n"
        "W0-01,CAP-1,TR-2\n"
    )
    done = imported(ledger_dir, tracker, "--ledgers", str(tables)).json
    places = [problem["where"] for problem in done["problems"]]
    assert (done["recorded"]["evidence"], places) == (1, ["Acceptance_Evidence.csv line 3"])


def test_the_zone_of_the_panes_is_found(ledger_dir: Path, tracker: Path) -> None:
    """Without `--tz` the only zone that the panes name is taken."""
    zoned = pane(9.5, 10, provider="claude").replace("(UTC)", "(Asia/Tokyo)")
    shot = record(9.5, 10, "before", provider="claude", raw_text=zoned, window="C1")
    write(tracker, "snapshots.jsonl", shot)
    done = gitledger(ledger_dir, "import", "tracker", str(tracker), "--json").json
    assert done["tz"] == "Asia/Tokyo"


@pytest.mark.parametrize(("name", "word"), [("nowhere", "no such folder"), (".", "holds none")])
def test_folders_that_hold_no_tracker(ledger_dir: Path, name: str, word: str) -> None:
    """A folder that is missing or holds something else is refused."""
    done = gitledger(ledger_dir, "import", "tracker", name)
    assert (done.code, word in done.err) == (3, True)
