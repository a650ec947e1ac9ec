"""The agents' own hooks: sessions open and end windows, and nothing ever holds an agent up."""

import json
import time
from pathlib import Path
from typing import Any

import pytest
from ground import Answer, gitledger

from gitledger.commands.agent_hook import FOLDER

CLAUDE = {"transcript_path": "/home/u/.claude/projects/p/s.jsonl", "cwd": "/nowhere"}


def shown(path: Path, used: float) -> None:
    """Claude Code's status line hands over its limits."""
    resets = int(time.time()) + 3600
    limits = {
        "five_hour": {"used_percentage": used, "resets_at": resets},
        "seven_day": {"used_percentage": used, "resets_at": resets + 86_400},
    }
    handed = {"cwd": str(path), "model": {"display_name": "Opus"}, "rate_limits": limits}
    assert gitledger(path, "statusline", stdin=json.dumps(handed)).code == 0


def hear(path: Path, event: str, session: str = "s1", **more: Any) -> Answer:
    """One call of the agent's hook, as Claude Code makes it."""
    told = {"session_id": session, "hook_event_name": event, **CLAUDE, **more}
    return gitledger(path, "agent-hook", "claude", stdin=json.dumps(told))


def phases(path: Path) -> list[tuple[str, str]]:
    """The snapshots recorded so far: window and phase, oldest first."""
    rows = gitledger(path, "export", "snapshots", "--format", "jsonl").out.splitlines()
    return [(row["window"], row["phase"]) for row in map(json.loads, rows)]


def test_a_session_is_a_window(ledger_dir: Path) -> None:
    """Start opens a window with the freshest local reading, end ends it; stdout stays empty."""
    shown(ledger_dir, 10)
    begun = hear(ledger_dir, "SessionStart", source="startup")
    assert (begun.code, begun.out) == (0, "")
    assert "W0-01 begun" in begun.err
    shown(ledger_dir, 12)
    assert (hear(ledger_dir, "Stop").code, len(phases(ledger_dir))) == (0, 1)
    ended = hear(ledger_dir, "SessionEnd", reason="other")
    assert (ended.code, ended.out) == (0, "")
    assert phases(ledger_dir) == [("W0-01", "before"), ("W0-01", "after")]


def test_the_last_of_two_sessions_ends_the_window(ledger_dir: Path) -> None:
    """Sessions side by side share a window, which ends with the last of them."""
    shown(ledger_dir, 10)
    hear(ledger_dir, "SessionStart", "s1", source="startup")
    hear(ledger_dir, "SessionStart", "s2", source="startup")
    hear(ledger_dir, "SessionEnd", "s1", reason="other")
    assert phases(ledger_dir) == [("W0-01", "before")]
    shown(ledger_dir, 11)
    hear(ledger_dir, "SessionEnd", "s2", reason="other")
    assert phases(ledger_dir)[-1] == ("W0-01", "after")


def test_a_persons_window_is_left_alone(ledger_dir: Path) -> None:
    """A window that was started by hand is joined by no session and ended by none."""
    shown(ledger_dir, 10)
    assert gitledger(ledger_dir, "start", "claude", "--window", "MINE").code == 0
    hear(ledger_dir, "SessionStart", source="startup")
    hear(ledger_dir, "SessionEnd", reason="other")
    assert phases(ledger_dir) == [("MINE", "before")]


def test_compacting_and_clearing_go_on(ledger_dir: Path) -> None:
    """A compacted session is the same one, and `/clear` begins another in the same window."""
    shown(ledger_dir, 10)
    hear(ledger_dir, "SessionStart", source="startup")
    hear(ledger_dir, "SessionStart", source="compact")
    hear(ledger_dir, "SessionEnd", reason="clear")
    hear(ledger_dir, "SessionStart", "s2", source="clear")
    assert phases(ledger_dir) == [("W0-01", "before")]


def test_a_session_that_opened_nothing_ends_nothing(ledger_dir: Path) -> None:
    """`claude -p "/usage"` fires SessionEnd as well: no window is touched."""
    shown(ledger_dir, 10)
    hear(ledger_dir, "SessionStart", "s1", source="startup")
    hear(ledger_dir, "SessionEnd", "usage", reason="other")
    assert phases(ledger_dir) == [("W0-01", "before")]


def test_what_a_capture_starts_is_not_heard(
    ledger_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Hooks of an agent that a capture itself ran do nothing."""
    shown(ledger_dir, 10)
    monkeypatch.setenv("GITLEDGER_AGENT_HOOK", "1")
    assert hear(ledger_dir, "SessionStart", source="startup").code == 0
    assert phases(ledger_dir) == []


def test_without_a_reading_the_agent_goes_on(ledger_dir: Path) -> None:
    """No local reading: no window, exit 0, and the reason is kept for `hooks status`."""
    assert hear(ledger_dir, "SessionStart", source="startup").code == 0
    kept = (ledger_dir / ".git/gitledger/hook-failure").read_text()
    assert "no claude usage found on this machine" in kept
    assert not (ledger_dir / ".git/gitledger" / FOLDER).exists()


@pytest.mark.parametrize("text", ["", "{", "[]", "3", '{"hook_event_name": 3}', "\x00"])
@pytest.mark.parametrize("words", [("claude",), ("codex",), ("codex", "{"), (), ("other", "-x")])
def test_never_two(ledger_dir: Path, text: str, words: tuple[str, ...]) -> None:
    """Whatever comes in, the exit code is never 2 and nothing is printed."""
    answer = gitledger(ledger_dir, "agent-hook", *words, stdin=text)
    assert answer.code in {0, 1}
    assert answer.out == ""


def test_outside_a_ledger_nothing_happens(tmp_path: Path, repo_dir: Path) -> None:
    """In a folder without repository or ledger the hook is silent."""
    assert [hear(place, "SessionStart").code for place in (tmp_path, repo_dir)] == [0, 0]


def test_codex_hands_its_rollout(ledger_dir: Path, hermetic: Path) -> None:
    """A Codex session opens a window from its newest session file."""
    from datetime import UTC, datetime

    folder = hermetic / ".codex/sessions/2026/11/23"
    folder.mkdir(parents=True)
    limits = {"primary": {"used_percent": 7.0, "window_minutes": 300, "resets_in_seconds": 900}}
    line = {
        "timestamp": datetime.now(UTC).isoformat().replace("+00:00", "Z"),
        "type": "event_msg",
        "payload": {"type": "token_count", "info": None, "rate_limits": limits},
    }
    (folder / "rollout-a.jsonl").write_text(json.dumps(line) + "\n")
    told = {"session_id": "x", "hook_event_name": "SessionStart", "source": "startup"}
    answer = gitledger(ledger_dir, "agent-hook", "codex", stdin=json.dumps(told))
    assert (answer.code, phases(ledger_dir)) == (0, [("W0-01", "before")])
