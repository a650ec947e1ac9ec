"""Sessions of the agents themselves, as their hooks told them: each sample replayed to a window."""

import json
import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from ground import gitledger
from handsfree import Stage

from gitledger.capture.statefolder import state_folder

BESIDE = Path(__file__).resolve().parents[2].parent / "shared/fixtures"
FIXTURES = Path(os.environ.get("GITLEDGER_FIXTURES") or BESIDE)
HOOKS = sorted(FIXTURES.glob("meters/*/*.hooks.stdin.jsonl"))
NOTIFIED = sorted(FIXTURES.glob("meters/*/*.notify.argv1.json"))
SAID = ("prompt", "last_assistant_message", "last-assistant-message", "input-messages")

pytestmark = [
    pytest.mark.conformance,
    pytest.mark.skipif(not FIXTURES.is_dir(), reason="no samples beside the checkout"),
]


@pytest.fixture
def stage(repo_dir: Path, hermetic: Path, monkeypatch: pytest.MonkeyPatch) -> Stage:
    """A repository with a ledger, on Monday at eight."""
    made = Stage(repo_dir, hermetic, monkeypatch)
    made.type("init", "--no-hooks")
    return made


def heard(stage: Stage, agent: str, told: dict[str, Any], *, notified: bool = False) -> None:
    """One payload as it was, but for the folder, which is this one; a minute after the last."""
    stage.now += timedelta(minutes=1)
    text = json.dumps({**told, "cwd": str(stage.path)})
    stage.is_recorded_by_us()
    words = ("agent-hook", agent, *([text] if notified else []))
    done = gitledger(stage.path, *words, stdin=None if notified else text)
    assert (done.code, done.out, done.err) == (0, "", "")
    stage.record()


def is_kept(stage: Stage, text: str) -> bool:
    """Whether a text stands in the git folder or in what this machine saw."""
    places = [stage.path / ".git", Path(state_folder(os.environ))]
    files = [path for place in places for path in place.rglob("*") if path.is_file()]
    return any(text.encode() in path.read_bytes() for path in files)


@pytest.mark.parametrize("sample", HOOKS, ids=lambda path: path.name)
def test_a_sample_of_hooks_is_one_window(stage: Stage, sample: Path) -> None:
    """Sessions a minute apart are one stretch of work; nothing that was said is kept."""
    agent = "codex" if sample.name.startswith("codex") else "claude"
    told = [json.loads(line) for line in sample.read_text(encoding="utf-8").splitlines()]
    stage.at(0, "08:50").show(10, 20)
    stage.at(0, "09:00")
    for one in told:
        heard(stage, agent, one)
        assert [e["window"] for e in stage.json("status")["open"]] == ["W0-01"]
    ended = stage.now
    stage.now += timedelta(minutes=6)
    stage.show(14, 24)
    stage.type("catch-up")
    assert stage.json("status")["open"] == []
    rows = stage.type("export", "snapshots", "--format", "jsonl").out.splitlines()
    after = [row for row in map(json.loads, rows) if row["phase"] == "after"][-1]
    assert after["work_at"] == ended.strftime("%Y-%m-%dT%H:%M:%SZ")
    if agent == "claude":
        assert stage.deltas("W0-01")["claude weekly"] == (20, 24, 4, "valid")
    ids = {str(one["session_id"]) for one in told}
    said = {str(one[name]) for one in told for name in SAID if len(str(one.get(name, ""))) > 6}
    assert [text for text in ids | said if is_kept(stage, text)] == []


@pytest.mark.parametrize("sample", NOTIFIED, ids=lambda path: path.name)
def test_a_sample_of_a_turns_notice_opens_a_window(stage: Stage, sample: Path) -> None:
    """Codex hands it over as a word."""
    stage.at(0, "09:00")
    heard(stage, "codex", json.loads(sample.read_text(encoding="utf-8")), notified=True)
    assert [e["provider"] for e in stage.json("status")["open"]] == ["codex"]
