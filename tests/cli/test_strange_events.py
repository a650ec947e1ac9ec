"""Events of a kind that nobody knows are recorded, and named by every verb that records them."""

import json
from pathlib import Path

import pytest
from ground import gitledger

STRANGE = {"window": "W0-01", "ts": "2026-11-16T09:00:00Z", "rid": "R", "status": "fine"}
SAID = "events of an unknown kind: status fine (2)"


@pytest.fixture
def events(ledger_dir: Path) -> Path:
    """Two events with a status that nobody knows, as JSON and as CSV, and one that is known."""
    rows = [
        STRANGE
        | {"event_sha256": str(i) * 64, "rid": f"R{i}"}
        | ({"status": "200"} if i > 2 else {})
        for i in (1, 2, 3)
    ]
    (ledger_dir / "events.json").write_text(json.dumps(rows))
    table = [",".join(rows[0]), *(",".join(row.values()) for row in rows)]
    (ledger_dir / "events.csv").write_text("\n".join(table) + "\n")
    folder = ledger_dir / "tracker"
    folder.mkdir()
    kept = {"window": "W0-01", "captured_at": STRANGE["ts"], "provider": "proxy-telemetry"}
    raw = "\n".join(json.dumps(row) for row in rows)
    (folder / "proxy_telemetry.jsonl").write_text(json.dumps(kept | {"raw_text": raw}) + "\n")
    return ledger_dir


@pytest.mark.parametrize(
    "words",
    [
        ("append", "telemetry", "--json", "events.json"),
        ("import", "csv", "telemetry", "events.csv"),
        ("import", "tracker", "tracker"),
    ],
    ids=" ".join,
)
def test_what_records_events_names_the_unknown_kinds(events: Path, words: tuple[str, ...]) -> None:
    """A warning with its count; all three rows are recorded, and the answer is yes."""
    done = gitledger(events, *words)
    assert (done.code, f"warning: {SAID}" in done.out + done.err) == (0, True)
    assert "left out" not in done.out
    assert len(gitledger(events, "export", "telemetry", "--format", "jsonl").out.splitlines()) == 3


def test_rows_that_were_there_are_told_as_many(events: Path) -> None:
    """A second import says `were` of several rows."""
    gitledger(events, "import", "tracker", "tracker")
    assert "3 were recorded already." in gitledger(events, "import", "tracker", "tracker").out


def test_an_amended_event_of_an_unknown_kind_is_named(events: Path) -> None:
    """A correction is a way in as well."""
    gitledger(events, "import", "csv", "telemetry", "events.csv")
    last = gitledger(events, "export", "telemetry", "--format", "jsonl").out.splitlines()[-1]
    done = gitledger(events, "amend", json.loads(last)["row"], "status=odd", "-m", "typed wrong")
    assert (done.code, "unknown kind: status odd (1)" in done.err) == (0, True)
