"""A week in which nobody types, and the same week typed: windows, deltas, features, verdicts."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from ground import git, gitledger
from handsfree import GLM_URL, Stage

from gitledger.capture.statefolder import state_folder


@pytest.fixture
def stage(repo_dir: Path, hermetic: Path, monkeypatch: pytest.MonkeyPatch) -> Stage:
    """A repository with a ledger, on Monday at eight."""
    made = Stage(repo_dir, hermetic, monkeypatch)
    made.type("init", "--no-hooks")
    return made


def test_a_window_takes_the_reading_that_settled(stage: Stage) -> None:
    """BEFORE is the newest before the work, AFTER the first from five minutes after its end."""
    stage.at(0, "08:50").show(10, 20)
    stage.at(0, "09:00").hear("SessionStart", "s", source="startup")
    stage.at(0, "09:40").commit("work\n\nFeature: CAP-1", one="1\n")
    stage.at(0, "09:55").hear("Stop", "s")
    stage.at(0, "09:56").show(12, 22)
    stage.at(0, "10:00").hear("SessionEnd", "s", reason="other")
    stage.at(0, "10:02").show(13, 22)
    stage.at(0, "10:06").show(14, 23)
    stage.at(0, "10:30").show(19, 29)
    stage.at(0, "10:31").type("catch-up")
    assert stage.deltas("W0-01") == {
        "claude 5h": (10, 14, 4, "valid"),
        "claude weekly": (20, 23, 3, "valid"),
    }
    assert stage.marks("W0-01") == ["seen-here"]
    row = stage.type("export", "windows", "--format", "jsonl").out
    told = json.loads(row)
    assert [(f["provider"], f["features"]) for f in told["features"]] == [("claude", 1)]
    assert (told["by"], told.get("outcome")) == ("automatic", None)


def test_what_comes_with_the_next_sessions_turn_is_bounded(stage: Stage) -> None:
    """No reading between two sessions: the delta may hold a turn of the next, and says so."""
    stage.at(0, "08:50").show(10, 20)
    stage.at(0, "09:00").hear("SessionStart", "s1", source="startup")
    stage.at(0, "09:30").hear("Stop", "s1")
    stage.at(0, "09:31").show(12, 24)
    stage.at(0, "09:32").hear("SessionEnd", "s1", reason="other")
    stage.at(0, "11:00").hear("SessionStart", "s2", source="startup")
    stage.at(0, "11:05").show(15, 27)
    stage.at(0, "11:30").hear("Stop", "s2")
    stage.at(0, "11:31").hear("SessionEnd", "s2", reason="other")
    stage.at(0, "11:40").show(18, 31)
    stage.at(0, "11:41").type("catch-up")
    first, second = (stage.json("audit", "--window", w)["deltas"][1] for w in ("W0-01", "W0-02"))
    assert stage.deltas("W0-01")["claude weekly"] == (20, 27, 7, "valid")
    assert first["marks"] == ["seen-here", "includes-next-turn"]
    assert (first["low"], first["high"]) == (3, 8)  # 24 was seen before that turn
    assert stage.deltas("W0-02")["claude weekly"] == (27, 31, 4, "valid")
    assert second["marks"] == ["seen-here", "lacks-first-turn"]
    assert (second["low"], second["high"]) == (3, 8)  # from 24 on
    assert "shared" not in {d["state"] for d in (first, second)}


def test_without_a_reading_in_time_the_after_is_missing(stage: Stage) -> None:
    """After twelve hours no reading tells of the work any more; the window is completed so."""
    stage.at(0, "08:50").show(10, 20)
    stage.at(0, "09:00").hear("SessionStart", "s", source="startup")
    stage.at(0, "09:40").commit("work\n\nFeature: CAP-1", one="1\n")
    stage.at(0, "10:00").hear("SessionEnd", "s", reason="other")
    waits = stage.at(0, "12:00").json("catch-up")["waits"]
    assert [(w["what"], w["at"][11:16], w["until"][11:16]) for w in waits] == [
        ("after", "10:05", "22:00")
    ]
    stage.at(1, "09:00").show(30, 40)
    stage.at(1, "09:01").type("catch-up")
    assert stage.deltas("W0-01")["claude weekly"][3] == "missing-after"
    assert stage.json("status")["to_finalise"] == {}


def test_a_crash_is_closed_by_the_next_start(stage: Stage) -> None:
    """A session that never ended is over at its last sign; the next one is another window."""
    stage.at(0, "08:50").show(10, 20)
    stage.at(0, "09:00").hear("SessionStart", "s1", source="startup")
    stage.at(0, "09:30").hear("Stop", "s1")
    stage.at(0, "09:40").show(12, 23)
    stage.at(0, "14:00").hear("SessionStart", "s2", source="startup")
    opened = stage.json("status")["open"]
    assert [entry["window"] for entry in opened] == ["W0-02"]
    assert stage.deltas("W0-01")["claude weekly"] == (20, 23, 3, "valid")


def test_a_crash_is_closed_by_the_idle_limit(stage: Stage) -> None:
    """Nothing starts: two silent hours end the window at its last sign of life."""
    stage.at(0, "08:50").show(10, 20)
    stage.at(0, "09:00").hear("SessionStart", "s1", source="startup")
    stage.at(0, "09:30").hear("Stop", "s1")
    stage.at(0, "09:40").show(12, 23)
    assert stage.at(0, "11:29").json("catch-up")["changed"] == []
    assert len(stage.json("status")["open"]) == 1
    assert stage.at(0, "11:31").json("catch-up")["changed"] == ["W0-01"]
    assert stage.deltas("W0-01")["claude weekly"] == (20, 23, 3, "valid")
    # it was only a long turn after all: the window goes on
    stage.at(0, "11:50").hear("Stop", "s1")
    stage.at(0, "11:56").show(15, 26)
    stage.at(0, "11:57").hear("SessionEnd", "s1", reason="other")
    stage.at(0, "12:03").show(15, 27)
    stage.at(0, "12:04").type("catch-up")
    assert stage.deltas("W0-01")["claude weekly"] == (20, 27, 7, "valid")


def test_a_machine_asleep_over_a_reset(stage: Stage) -> None:
    """The end comes hours after the last sign: the work ended then, the 5 h meter was reset."""
    stage.at(0, "12:30").show(10, 20)
    stage.at(0, "12:35").hear("SessionStart", "s", source="startup")
    stage.at(0, "12:50").hear("Stop", "s")
    stage.at(0, "20:00").hear("SessionEnd", "s", reason="other")
    stage.at(0, "20:01").show(1, 24)
    stage.at(0, "20:02").type("catch-up")
    assert stage.deltas("W0-01")["claude 5h"][3] == "reset-between"
    assert stage.deltas("W0-01")["claude weekly"] == (20, 24, 4, "valid")


def test_work_in_another_repository_shares_the_account(stage: Stage, tmp_path: Path) -> None:
    """The window is `shared`, and nothing on the branch or here names the other place."""
    other = tmp_path / "secret-client"
    other.mkdir()
    git(other, "init", "-q")
    stage.at(0, "08:50").show(10, 20)
    stage.at(0, "09:00").hear("SessionStart", "s1", source="startup")
    told = {"session_id": "x", "hook_event_name": "SessionStart", "cwd": str(other)}
    stage.at(0, "09:10")
    gitledger(stage.path, "agent-hook", "claude", stdin=json.dumps(told))
    told["hook_event_name"] = "SessionEnd"
    stage.at(0, "09:20")
    gitledger(stage.path, "agent-hook", "claude", stdin=json.dumps(told))
    stage.at(0, "09:30").hear("SessionEnd", "s1", reason="other")
    stage.at(0, "09:40").show(14, 24)
    stage.at(0, "09:41").type("catch-up")
    assert stage.deltas("W0-01")["claude weekly"][3] == "shared"
    shown = stage.type("export", "--format", "jsonl", "--out", str(tmp_path / "out"))
    assert shown.code == 0
    places = [tmp_path / "out", Path(state_folder(os.environ)), stage.path / ".git"]
    texts = [p.read_bytes() for place in places for p in place.rglob("*") if p.is_file()]
    assert not [text for text in texts if b"secret-client" in text]


def test_a_person_wins(stage: Stage) -> None:
    """A window that a person ends or opens is theirs; sessions open none inside."""
    stage.at(0, "08:50").show(10, 20)
    stage.at(0, "09:00").hear("SessionStart", "s1", source="startup")
    stage.at(0, "09:30").hear("Stop", "s1")
    text = stage.at(0, "09:40").limits(12, 23)
    stage.type("end", "claude-statusline", stdin=text)
    text = stage.at(0, "09:41").limits(12, 23)
    stage.type("start", "claude-statusline", "--window", "MINE", stdin=text)
    stage.at(0, "09:50").hear("Stop", "s1")
    stage.at(0, "10:00").hear("SessionStart", "s2", source="startup")
    stage.at(0, "10:20").hear("SessionEnd", "s2", reason="other")
    stage.at(0, "10:30").show(14, 26)
    stage.at(0, "10:31").hear("SessionEnd", "s1", reason="other")
    done = stage.json("catch-up")
    assert [entry["window"] for entry in stage.json("status")["open"]] == ["MINE"]
    assert {"window": "MINE", "command": "gitledger end claude --window MINE"} in done["person"]
    rows = stage.type("export", "snapshots", "--format", "jsonl").out.splitlines()
    assert [(r["window"], r["phase"]) for r in map(json.loads, rows)] == [
        ("W0-01", "before"),
        ("W0-01", "after"),
        ("MINE", "before"),
    ]


def test_glm_in_claude_code_is_another_account(
    stage: Stage, hermetic: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The base URL tells the provider, in the environment or in the agent's own settings."""
    stage.at(0, "09:00").hear("SessionStart", "g", env={"ANTHROPIC_BASE_URL": GLM_URL})
    assert [e["provider"] for e in stage.json("status")["open"]] == ["glm"]
    folder = hermetic / ".claude-glm"
    folder.mkdir()
    settings = {"env": {"ANTHROPIC_BASE_URL": GLM_URL, "ANTHROPIC_AUTH_TOKEN": "t"}}
    (folder / "settings.json").write_text(json.dumps(settings))
    stage.at(0, "12:00").hear("SessionStart", "h", env={"CLAUDE_CONFIG_DIR": str(folder)})
    found = [(e["provider"], e["account"]) for e in stage.json("status")["open"]]
    assert ("glm", "glm") in found
    monkeypatch.setenv("ANTHROPIC_BASE_URL", "https://z.ai.example.org/")
    stage.at(0, "15:00").hear("SessionStart", "c")
    assert "claude" in {e["provider"] for e in stage.json("status")["open"]}


def test_codex_that_only_notifies(stage: Stage, hermetic: Path) -> None:
    """Without session hooks each turn is a sign: a window opens with the first, idle ends it."""
    stage.at(0, "09:10").notify("thread")
    stage.at(0, "09:40").notify("thread")
    assert [e["provider"] for e in stage.json("status")["open"]] == ["codex"]
    stage.at(0, "12:00").type("catch-up")
    assert stage.json("status")["open"] == []


def test_catch_up_twice_and_in_three_clones_is_one_row_a_fact(stage: Stage, tmp_path: Path) -> None:
    """The same week in three clones, done in each, joined: nothing twice, nothing in conflict."""
    stage.at(0, "08:50").show(10, 20)
    stage.at(0, "09:00").hear("SessionStart", "s", source="startup")
    stage.at(0, "09:40").commit("work\n\nFeature: CAP-1", one="1\n")
    stage.at(0, "10:00").hear("SessionEnd", "s", reason="other")
    stage.at(0, "10:10").show(14, 24)
    stage.hear("Notification", "s")
    server = tmp_path / "server.git"
    git(tmp_path, "init", "-q", "--bare", str(server))
    stage.git("remote", "add", "origin", str(server))
    stage.git("push", "-q", "origin", "trunk", "gitledger/main")
    clones = [stage.path]
    for name in ("b", "c"):
        path = tmp_path / name
        git(tmp_path, "clone", "-q", str(server), str(path))
        git(path, "branch", "-q", "gitledger/main", "origin/gitledger/main")
        clones.append(path)
    told = []
    for minute, path in enumerate(clones):
        stage.at(0, f"11:0{minute}")
        done = gitledger(path, "--json", "catch-up", "--all")
        assert done.code == 0, done.err
        told.append([entry["did"] for entry in done.json["done"]])
        again = gitledger(path, "--json", "catch-up", "--all").json
        assert again["done"] == []
    assert [did for did in told[1] if did.startswith("completed")] == [
        "completed: 1 feature, outcome not known"
    ]
    for path in (*clones, *clones):
        assert gitledger(path, "sync").code == 0
    for path in clones:
        for ledger in ("windows", "churn", "snapshots", "anomalies"):
            rows = gitledger(path, "export", ledger, "--format", "jsonl").out.splitlines()
            facts = [_fact(json.loads(row)) for row in rows]
            assert len(facts) == len(set(facts)), ledger
        assert len(gitledger(path, "export", "windows", "--format", "jsonl").out.splitlines()) == 1
        assert gitledger(path, "verify").code == 0


def _fact(row: dict[str, Any]) -> str:
    names = ("window", "provider", "phase", "code", "where", "stage", "captured_at")
    return json.dumps([row.get(name) for name in names])


def test_a_typed_completion_replaces_an_automatic_one(stage: Stage) -> None:
    """No `--amend`: what a person says counts, and catch-up adds nothing after it."""
    stage.at(0, "08:50").show(10, 20)
    stage.at(0, "09:00").hear("SessionStart", "s", source="startup")
    stage.at(0, "09:40").commit("work\n\nFeature: CAP-1", one="1\n")
    stage.at(0, "10:00").hear("SessionEnd", "s", reason="other")
    stage.at(0, "10:10").show(14, 24)
    stage.at(0, "10:11").type("catch-up")
    words = ("--quality", ".9", "--outcome", "pass", "--impf", "5")
    stage.at(0, "10:12").type("complete", *words)
    shown = stage.json("audit", "--window", "W0-01")["finalize"]
    assert (shown["features"], shown["outcome"], shown["conflicting"]) == (1, "pass", 0)
    assert stage.at(0, "10:13").json("catch-up")["done"] == []


def test_a_reading_that_turns_up_is_recorded_with_the_next_commit(stage: Stage) -> None:
    """No session says anything more: a hook of git finds it, once."""
    stage.at(0, "08:50").show(10, 20)
    stage.at(0, "09:00").hear("SessionStart", "s", source="startup")
    stage.at(0, "10:00").hear("SessionEnd", "s", reason="other")
    stage.at(0, "10:10").show(14, 24)
    assert stage.at(0, "10:20").json("hook", "post-commit")["windows"] == ["W0-01"]
    assert stage.deltas("W0-01")["claude weekly"] == (20, 24, 4, "valid")
    stage.at(0, "10:40").show(15, 26)
    assert stage.at(0, "10:41").json("hook", "post-commit")["windows"] == []


def test_a_commit_of_a_session_that_is_resumed_has_its_window(stage: Stage) -> None:
    """The end of a session that goes on in a moment closes nothing."""
    stage.at(0, "08:50").show(10, 20)
    stage.at(0, "09:00").hear("SessionStart", "s", source="startup")
    stage.at(0, "09:30").hear("SessionEnd", "s", reason="other")
    stage.at(0, "09:32").hear("SessionStart", "s", source="resume")
    stage.at(0, "09:50").commit("work\n\nFeature: CAP-1", one="1\n")
    stage.at(0, "10:00").hear("SessionEnd", "s", reason="other")
    stage.at(0, "10:06").show(14, 24)
    stage.at(0, "10:07").type("catch-up")
    row = json.loads(stage.type("export", "windows", "--format", "jsonl").out)
    assert (row["window"], [f["features"] for f in row["features"]]) == ("W0-01", [1])


def test_another_agents_session_joins_no_window_that_is_over(stage: Stage) -> None:
    """It starts before the end of the first is a row: it has a window of its own all the same."""
    stage.at(0, "09:00").hear("SessionStart", "s", source="startup")
    stage.at(0, "10:00").hear("SessionEnd", "s", reason="other")
    stage.at(0, "10:02").hear("SessionStart", "k", agent="codex")
    found = {(e["window"], e["provider"]) for e in stage.json("status")["open"]}
    assert ("W0-02", "codex") in found


def test_a_dry_run_records_nothing(stage: Stage) -> None:
    """It says what would be done; the branch stands where it stood."""
    stage.at(0, "08:50").show(10, 20)
    stage.at(0, "09:00").hear("SessionStart", "s", source="startup")
    stage.at(0, "10:00").hear("SessionEnd", "s", reason="other")
    stage.at(0, "10:10").show(14, 24)
    tip = git(stage.path, "rev-parse", "gitledger/main")
    done = stage.at(0, "10:11").json("catch-up", "--dry-run")["done"]
    assert [entry["did"] for entry in done] == [
        "would record what its sessions and meters say, and complete it where no reading is awaited"
    ]
    assert git(stage.path, "rev-parse", "gitledger/main") == tip


def test_a_dry_run_counts_what_a_completion_would(stage: Stage) -> None:
    """Features by their rule, and what follows from it."""
    stage.at(0, "08:50").show(10, 20)
    stage.at(0, "09:00").hear("SessionStart", "s", source="startup")
    stage.at(0, "09:40").commit("work\n\nFeature: CAP-1", one="1\n")
    stage.at(0, "10:00").hear("SessionEnd", "s", reason="other")
    stage.at(0, "10:10").show(14, 24)
    stage.record()
    [done] = stage.at(0, "10:11").json("catch-up", "--dry-run")["done"]
    told = "would be completed: 1 feature, outcome not known; then its churn would be measured"
    assert (done["window"], done["did"]) == ("W0-01", told)


def test_a_window_typed_by_override_began_here(stage: Stage) -> None:
    """It is completed here as one that `start` opened."""
    for clock, phase, used in (("09:00", "before", 10), ("10:00", "after", 14)):
        words = ("--window", "W9", "--phase", phase, "--set", f"weekly={used}")
        stage.at(0, clock).type("override", "codex", *words)
    done = stage.at(0, "10:01").json("catch-up")
    assert ("W9" in done["changed"], done["elsewhere"]) == (True, 0)
