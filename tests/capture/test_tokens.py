"""Tokens that session files of this machine state, counted once a day and kept by hour."""

import json
import os
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from gitledger.capture.local import Machine
from gitledger.capture.tokens import leave_tokens, tokens_since
from gitledger.capture.trace import readings_since
from gitledger.windows.token_hours import TokenDay

NOW = datetime(2026, 3, 4, 8, tzinfo=UTC)
EVER = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    """A home folder of its own, on the fourth of March."""
    environment = {"HOME": str(tmp_path), "XDG_STATE_HOME": str(tmp_path / "state")}
    return Machine(tmp_path, environment, NOW)


def write(path: Path, lines: Sequence[Mapping[str, object]]) -> None:
    """A session file, last written to today."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    os.utime(path, (NOW.timestamp(), NOW.timestamp()))


def said(
    name: str, at: str, output: int, model: str = "claude-opus-4-6", **more: object
) -> dict[str, object]:
    """A line of Claude Code with an answer, a prompt's text beside it."""
    usage = {"input_tokens": 10, "output_tokens": output, "cache_creation_input_tokens": 100,
             "cache_read_input_tokens": 1000}  # fmt: skip
    message = {"id": name, "model": model, "usage": usage, "content": "SECRET"}
    return {"timestamp": at, "type": "assistant", "cwd": "/home/eve", "message": message, **more}


def counted(machine: Machine) -> list[TokenDay]:
    """What is kept after one run."""
    leave_tokens(machine)
    return tokens_since(machine.environment, EVER)


def test_days_that_are_over_are_counted_by_hour_and_model(machine: Machine) -> None:
    """Copies once, sub-agents apart, GLM's answers its own; today waits."""
    projects = machine.home / ".claude/projects/p"
    write(projects / "one.jsonl", [
        said("m1", "2026-03-02T09:10:00Z", 1), said("m1", "2026-03-02T09:10:09Z", 40),
        said("m2", "2026-03-03T09:50:00Z", 5), said("m3", "2026-03-04T07:00:00Z", 9),
        said("g1", "2026-03-03T10:00:00Z", 7, "glm-4.6"),
        said("k1", "2026-03-03T10:00:00Z", 7, "kimi-k2"),
    ])  # fmt: skip
    write(projects / "resumed.jsonl", [said("m1", "2026-03-02T09:10:00Z", 40)])
    write(projects / "one/subagents/agent-1.jsonl", [said("a1", "2026-03-02T09:30:00Z", 3)])
    found = {(d.provider, d.day): d for d in counted(machine)}
    assert set(found) == {("claude", "2026-03-02"), ("claude", "2026-03-03"), ("glm", "2026-03-03")}
    kinds = {kind.subagent: hours for kind, hours in found["claude", "2026-03-02"].kinds.items()}
    assert kinds == {False: {9: (10, 40, 100, 1000)}, True: {9: (10, 3, 100, 1000)}}


def test_a_day_is_counted_once(machine: Machine) -> None:
    """Again nothing is read; the next day only its own is added."""
    path = machine.home / ".claude/projects/p/one.jsonl"
    write(path, [said("m1", "2026-03-03T09:10:00Z", 40), said("m2", "2026-03-04T09:00:00Z", 5)])
    assert leave_tokens(machine) == 1
    assert leave_tokens(machine) == 0
    later = Machine(machine.home, machine.environment, NOW + timedelta(days=1))
    assert [day.day for day in counted(later)] == ["2026-03-03", "2026-03-04"]


def test_nothing_of_the_text_is_kept(machine: Machine) -> None:
    """Neither words nor paths nor ids: the state folder holds numbers and model names."""
    write(machine.home / ".claude/projects/p/one.jsonl", [said("m1", "2026-03-03T09:10:00Z", 40)])
    counted(machine)
    kept = "".join(f.read_text() for f in (machine.home / "state/gitledger").glob("tokens-*"))
    assert "claude-opus-4-6" in kept
    for word in ("SECRET", "eve", "m1", "one.jsonl"):
        assert word not in kept


def test_rollouts_of_codex_are_counted(machine: Machine) -> None:
    """Input without the cached part; an account of its own folder has its label."""
    environment = {**machine.environment, "CODEX_HOME": str(machine.home / ".codex-work")}
    info = {
        "total_token_usage": {"input_tokens": 900, "cached_input_tokens": 500, "output_tokens": 60}
    }
    path = machine.home / ".codex-work/sessions/2026/03/03/rollout-2026-03-03T09-00-00-x.jsonl"
    write(path, [
        {"timestamp": "2026-03-03T09:00:00Z", "type": "session_meta", "payload": {"id": "s"}},
        {"timestamp": "2026-03-03T09:00:01Z", "type": "turn_context",
         "payload": {"model": "gpt-5"}},
        {"timestamp": "2026-03-03T09:01:00Z", "payload": {"type": "token_count", "info": info}},
    ])  # fmt: skip
    (day,) = counted(Machine(machine.home, environment, NOW))
    assert (day.provider, day.account, day.day) == ("codex", "work", "2026-03-03")
    ((kind, hours),) = day.kinds.items()
    assert (kind.model, kind.source) == ("gpt-5", "codex-rollout")
    assert hours == {9: (400, 60, None, 500)}


def test_readings_of_days_gone_by_are_kept_where_they_say_something(machine: Machine) -> None:
    """Without any session that was heard: a change of a point, a reset, some minutes; once."""
    limits = {"primary": {"used_percent": 3.0, "window_minutes": 300, "resets_at": 1772550000},
              "secondary": {"used_percent": 9.0, "window_minutes": 10080, "resets_at": 1772956400},
              "plan_type": "plus"}  # fmt: skip
    lines = []
    for minute, used in ((0, 3.0), (1, 3.4), (2, 4.0), (3, 4.0), (9, 4.0)):
        shown = {**limits, "primary": {**limits["primary"], "used_percent": used}}  # type: ignore[dict-item]
        payload = {"type": "token_count", "info": None, "rate_limits": shown}
        at = f"2026-03-03T11:0{minute}:00Z"
        lines.append({"timestamp": at, "type": "event_msg", "payload": payload})
    today = {**lines[0], "timestamp": "2026-03-04T07:00:00Z"}
    write(machine.home / ".codex/sessions/2026/03/03/rollout-x.jsonl", [*lines, today])
    for _ in range(2):
        leave_tokens(machine)
        seen = readings_since(machine.environment, EVER)
        assert [(one.seen_at.minute, one.meters[0].used) for one in seen] == [
            (0, 3),
            (2, 4),
            (9, 4),
        ]
        assert {meter.plan for one in seen for meter in one.meters} == {"plus"}


def test_a_machine_without_agents_leaves_nothing(machine: Machine) -> None:
    """No folder, no file in the state folder."""
    assert leave_tokens(machine) == 0
    assert not (machine.home / "state").exists()


def test_damaged_lines_and_a_damaged_note_stop_nothing(machine: Machine) -> None:
    """Half a line, bytes that are no text, a note of a day that is none."""
    path = machine.home / ".claude/projects/p/one.jsonl"
    write(path, [said("m1", "2026-03-03T09:10:00Z", 40)])
    with path.open("ab") as file:
        file.write(b'\xff\xfe "usage"\n{"message": {"usage": ')
    os.utime(path, (NOW.timestamp(), NOW.timestamp()))
    assert [day.day for day in counted(machine)] == ["2026-03-03"]
    (note,) = (machine.home / "state/gitledger").glob("tokens-*")
    with note.open("a") as file:
        file.write('{"day": "someday", "provider": "claude", "tokens": []}\n')
    assert [day.day for day in tokens_since(machine.environment, EVER)] == ["2026-03-03"]
