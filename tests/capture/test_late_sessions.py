"""Sessions that are heard of late, within one another, or by what nobody knows."""

import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from ground import git, gitledger
from handsfree import Stage

from gitledger.capture import beginning
from gitledger.capture.trace import sessions_since
from gitledger.errors import LedgerLocked
from gitledger.git.branch.lock import naming
from gitledger.git.repository import open_repository


@pytest.fixture
def stage(repo_dir: Path, hermetic: Path, monkeypatch: pytest.MonkeyPatch) -> Stage:
    """A repository with a ledger, on Monday at eight."""
    made = Stage(repo_dir, hermetic, monkeypatch)
    made.type("init", "--no-hooks")
    return made


def rows(stage: Stage, table: str) -> list[dict[str, Any]]:
    """The rows of a table that count."""
    lines = stage.type("export", table, "--format", "jsonl").out.splitlines()
    return [json.loads(line) for line in lines]


def test_a_turn_longer_than_the_idle_limit_keeps_its_commits(stage: Stage) -> None:
    """It was completed as crashed; its last sign opens it again, with what came meanwhile."""
    stage.at(0, "08:50").show(10, 20)
    stage.at(0, "09:00").hear("SessionStart", "s", source="startup")
    stage.at(0, "09:30").hear("Stop", "s")
    stage.at(0, "09:40").show(12, 23)
    stage.at(0, "11:31").type("catch-up")
    assert [(r["window"], r["features"]) for r in rows(stage, "windows")] == [("W0-01", [])]
    sha = stage.at(0, "11:40").commit("cells\n\nFeature: CAP-1", one="1\n")
    assert [r["windows"] for r in rows(stage, "commits")] == [[]]
    stage.at(0, "11:50").hear("Stop", "s")
    stage.at(0, "11:57").hear("SessionEnd", "s", reason="other")
    stage.at(0, "12:03").show(15, 27)
    done = stage.at(0, "12:04").json("catch-up")["done"]
    assert "completed anew, since its session went on: 1 feature" in str(done)
    assert stage.at(0, "12:05").json("catch-up")["done"] == []
    assert [r["windows"] for r in rows(stage, "commits")] == [["W0-01"]]
    [final] = rows(stage, "windows")
    assert [(c["feature"], c["commits"]) for c in final["counted"]] == [("CAP-1", [sha])]
    assert stage.deltas("W0-01")["claude weekly"] == (20, 27, 7, "valid")
    assert stage.json("verify")["intact"]


def test_a_commit_that_is_recorded_before_its_session_has_its_window(stage: Stage) -> None:
    """Its line was written late, behind rows of commits: one as it was made, one amended."""
    stage.at(0, "08:50").show(10, 20)
    stage.at(0, "09:20").commit("a note", zero="1\n")
    stage.git("commit", "-q", "--amend", "-m", "a better note")
    stage.at(0, "09:40").commit("cells\n\nFeature: CAP-1", one="1\n")
    with stage.patch.context() as within:
        within.setattr(stage, "record", lambda: None)
        stage.at(0, "09:00").hear("SessionStart", "s", source="startup")
        stage.at(0, "10:00").hear("SessionEnd", "s", reason="other")
    stage.at(0, "10:06").show(14, 24)
    assert {tuple(r.get("windows", [])) for r in rows(stage, "commits")} == {()}
    stage.at(0, "10:07").type("catch-up")
    [final] = rows(stage, "windows")
    assert [(f["provider"], f["features"]) for f in final["features"]] == [("claude", 1)]
    assert rows(stage, "churn")[0]["decision"] == "measured"
    tip = git(stage.path, "rev-parse", "gitledger/main")
    stage.at(0, "10:08").type("catch-up")
    assert git(stage.path, "rev-parse", "gitledger/main") == tip


def test_a_commit_of_no_session_stays_without_a_window(stage: Stage) -> None:
    """Before the first, between two, and by hand while another agent's session is open."""
    stage.at(0, "08:30").commit("before", zero="1\n")
    stage.at(0, "08:50").show(10, 20)
    stage.at(0, "09:00").hear("SessionStart", "s", source="startup")
    stage.at(0, "10:00").hear("SessionEnd", "s", reason="other")
    stage.at(0, "10:06").show(14, 24)
    stage.at(0, "10:30").commit("between", one="1\n")
    stage.at(0, "11:00").hear("SessionStart", "t", source="startup")
    stage.at(0, "11:10").hear("Stop", "t")
    stage.at(0, "11:20").type("catch-up")
    assert [r["windows"] for r in rows(stage, "commits")] == [[], []]


def test_an_agent_that_starts_agents_is_one_window(stage: Stage) -> None:
    """One of its kind below it ends nothing; one of another kind is metered in the same window."""
    stage.at(0, "08:50").show(10, 20)
    stage.at(0, "09:00").hear("SessionStart", "outer", source="startup")
    stage.at(0, "09:10").hear("SessionStart", "inner", source="startup")
    stage.at(0, "09:12").hear("SessionStart", "other", agent="codex", source="startup")
    stage.at(0, "09:20").hear("SubagentStop", "outer", agent_id="sub")
    stage.at(0, "09:25").hear("SessionEnd", "inner", reason="other")
    stage.at(0, "09:26").hear("SessionEnd", "other", agent="codex", reason="other")
    opened = stage.at(0, "09:35").json("status")["open"]
    assert [(e["window"], e["provider"]) for e in opened] == [
        ("W0-01", "claude"),
        ("W0-01", "codex"),
    ]
    stage.at(0, "10:00").hear("SessionEnd", "outer", reason="other")
    stage.at(0, "10:06").show(14, 24)
    stage.at(0, "10:07").type("catch-up")
    assert stage.json("status")["open"] == []
    assert [r["window"] for r in rows(stage, "windows")] == []  # codex may still be read
    stage.at(1, "10:07").type("catch-up")
    assert [r["window"] for r in rows(stage, "windows")] == ["W0-01"]
    assert stage.deltas("W0-01")["claude weekly"] == (20, 24, 4, "valid")


def test_two_windows_that_one_reading_ends_count_nothing_twice(stage: Stage) -> None:
    """A crash, the next session, its end, then the first reading: neither delta is a number."""
    stage.at(0, "08:50").show(10, 20)
    stage.at(0, "09:00").hear("SessionStart", "s1", source="startup")
    stage.at(0, "09:30").hear("Stop", "s1")
    stage.at(0, "12:00").hear("SessionStart", "s2", source="startup")
    stage.at(0, "12:30").hear("Stop", "s2")
    stage.at(0, "12:31").hear("SessionEnd", "s2", reason="other")
    stage.at(0, "12:40").show(18, 28)
    stage.at(0, "12:41").type("catch-up")
    told = [stage.json("audit", "--window", w)["deltas"][1] for w in ("W0-01", "W0-02")]
    assert {d["state"] for d in told} == {"shared"}
    assert {(d["low"], d["high"]) for d in told} == {(0, 8)}
    shown = stage.json("preview")["providers"][0]
    assert (shown["usable"], shown["capacity"]) == (0, None)
    assert stage.json("status")["open"] == []


def test_one_stop_ends_one_agents_window(stage: Stage) -> None:
    """Two agents by name on one account: each session ends the window of its own agent."""
    stage.at(0, "08:50").show(10, 20)
    stage.at(0, "09:00").hear("SessionStart", "s1", env={"AGENT_ID": "ada"}, source="startup")
    stage.at(0, "09:05").hear("SessionStart", "s2", env={"AGENT_ID": "bob"}, source="startup")
    stage.at(0, "09:30").hear("SessionEnd", "s1", env={"AGENT_ID": "ada"}, reason="other")
    stage.at(0, "09:31").hear("SessionEnd", "s1", env={"AGENT_ID": "bob"}, reason="other")
    stage.at(0, "09:40").type("catch-up")
    opened = stage.json("status")["open"]
    assert [(e["window"], e["agent"]) for e in opened] == [("W0-02", "bob")]


@pytest.mark.parametrize(
    "told",
    [
        {"conversation_id": "c", "hook_event_name": "beforeShellExecution", "command": "ls"},
        {"sessionId": "c", "timestamp": 1, "cwd": "/x", "toolName": "bash"},
        {"event": "session.start", "session": {"id": "c"}},
        {"session_id": {"id": "c"}, "hook_event_name": "SessionStart"},
        {"session_id": "", "hook_event_name": "SessionStart"},
    ],
)
def test_a_payload_of_another_tool_opens_nothing(stage: Stage, told: dict[str, Any]) -> None:
    """It names no session as Claude Code and Codex do."""
    stage.at(0, "09:00").is_recorded_by_us()
    assert gitledger(stage.path, "agent-hook", "claude", stdin=json.dumps(told)).code == 0
    stage.record()
    assert stage.json("status")["open"] == []
    assert sessions_since(os.environ, datetime(2020, 1, 1, tzinfo=UTC)) == ()


def test_a_newer_version_of_an_agent_says_more(stage: Stage) -> None:
    """Events and fields that nothing here knows open and end nothing, and hide no other."""
    stage.at(0, "08:50").show(10, 20)
    stage.at(0, "08:55").hear("WorktreeCreate", "s", schema_version=7)
    assert stage.json("status")["open"] == []
    stage.at(0, "09:00").hear("SessionStart", "s", source="hand-over", model={"id": "m", "n": [1]})
    stage.at(0, "09:30").hear("PostCompactReview", "s", usage={"session_id": "other"})
    stage.at(0, "09:40").hear("Stop", "s", stop_hook_active=None, turns=[{"cwd": "/x"}])
    stage.at(0, "09:50").hear("SessionEnd", "s", reason="hand_over_to_cloud")
    stage.at(0, "09:56").show(12, 22)
    stage.at(0, "09:57").type("catch-up")
    assert stage.deltas("W0-01")["claude weekly"] == (20, 22, 2, "valid")


def test_a_start_that_is_typed_as_a_session_begins_has_an_id_of_its_own(stage: Stage) -> None:
    """Another agent's session is recorded while the person's pane is read."""
    stage.at(0, "09:00").show(10, 20)
    show_pane = beginning.show_pane

    def meanwhile(*words: Any, **more: Any) -> Any:
        stage.hear("SessionStart", "s", env={"AGENT_ID": "ada"}, source="startup")
        return show_pane(*words, **more)

    stage.patch.setattr(beginning, "show_pane", meanwhile)
    stage.type("start", "claude-statusline", stdin=stage.limits(10, 20))
    found = {(r["window"], r.get("by")) for r in rows(stage, "snapshots")}
    assert found == {("W0-01", "automatic"), ("W0-02", None)}


def test_one_process_at_a_time_names_a_window(repo_dir: Path) -> None:
    """Who comes second waits, and is told who holds the lock."""
    repository = open_repository(repo_dir, os.environ)
    with (
        naming(repository),
        pytest.raises(LedgerLocked, match=str(os.getpid())),
        naming(repository, wait=0.0),
    ):
        pass
    with naming(repository, wait=0.0):
        pass
