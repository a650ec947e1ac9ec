"""The agents' own hooks: sessions open and end windows, and nothing ever holds an agent up."""

import json
import os
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from ground import Answer, gitledger

from gitledger.capture.statefolder import state_folder
from gitledger.capture.trace import sessions_since
from gitledger.git.code import drainer

CLAUDE = {"transcript_path": "/home/u/.claude/projects/p/s.jsonl", "cwd": "/nowhere"}
WORDS_SAID = "the-words-of-a-prompt"


@pytest.fixture(autouse=True)
def alone(ledger_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No process is started: this one is said to record, and does when it is told to."""
    (ledger_dir / ".git/gitledger/drainer").write_text(f"{os.getpid()}\n")
    monkeypatch.setattr(drainer, "LINGER_SECONDS", 0.0)


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
    """One call of the agent's hook, as Claude Code makes it, and what it started."""
    told = {"session_id": session, "hook_event_name": event, **CLAUDE, "prompt": WORDS_SAID, **more}
    answer = gitledger(path, "agent-hook", "claude", stdin=json.dumps(told))
    recorded(path)
    return answer


@pytest.fixture
def at_once(ledger_dir: Path) -> None:
    """A session that ended can be resumed for no minute: its window is closed at its end."""
    text = gitledger(ledger_dir, "config", "show").out
    text = text.replace("after_delay_minutes: 5 ", "after_delay_minutes: 0 ")
    assert gitledger(ledger_dir, "config", "set", "-", stdin=text).code == 0


def recorded(path: Path) -> None:
    """What a hook starts, in this process."""
    assert gitledger(path, "hook", "session").code == 0
    state = path / ".git/gitledger"
    if state.is_dir():
        (state / "drainer").write_text(f"{os.getpid()}\n")


def phases(path: Path) -> list[tuple[str, str]]:
    """The snapshots recorded so far: window and phase, oldest first."""
    rows = gitledger(path, "export", "snapshots", "--format", "jsonl").out.splitlines()
    return [(row["window"], row["phase"]) for row in map(json.loads, rows)]


@pytest.mark.usefixtures("at_once")
def test_a_session_is_a_window(ledger_dir: Path) -> None:
    """Start opens a window with the nearest reading, end ends it; stdout stays empty."""
    shown(ledger_dir, 10)
    begun = hear(ledger_dir, "SessionStart", source="startup")
    assert (begun.code, begun.out, begun.err) == (0, "", "")
    assert phases(ledger_dir) == [("W0-01", "before")]
    assert (hear(ledger_dir, "Stop").code, len(phases(ledger_dir))) == (0, 1)
    ended = hear(ledger_dir, "SessionEnd", reason="other")
    assert (ended.code, ended.out) == (0, "")
    assert phases(ledger_dir) == [("W0-01", "before"), ("W0-01", "after")]
    assert gitledger(ledger_dir, "--json", "status").json["open"] == []


def test_a_session_that_ended_may_be_resumed_for_some_minutes(ledger_dir: Path) -> None:
    """Its window stays open, without a reading after the work that would be none."""
    shown(ledger_dir, 10)
    hear(ledger_dir, "SessionStart", source="startup")
    hear(ledger_dir, "SessionEnd", reason="other")
    assert phases(ledger_dir) == [("W0-01", "before")]
    hear(ledger_dir, "SessionStart", source="resume")
    assert phases(ledger_dir) == [("W0-01", "before")]


@pytest.mark.usefixtures("at_once")
def test_the_last_of_two_sessions_ends_the_window(ledger_dir: Path) -> None:
    """Sessions side by side share a window, which ends with the last of them."""
    shown(ledger_dir, 10)
    hear(ledger_dir, "SessionStart", "s1", source="startup")
    hear(ledger_dir, "SessionStart", "s2", source="startup")
    hear(ledger_dir, "SessionEnd", "s1", reason="other")
    assert phases(ledger_dir) == [("W0-01", "before")]
    hear(ledger_dir, "SessionEnd", "s2", reason="other")
    assert phases(ledger_dir)[-1] == ("W0-01", "after")


def test_a_persons_window_is_left_alone(ledger_dir: Path) -> None:
    """A window that was started by hand is joined by no session and ended by none."""
    shown(ledger_dir, 10)
    assert gitledger(ledger_dir, "start", "claude", "--local", "--window", "MINE").code == 0
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
    hear(ledger_dir, "Stop", "s2")
    assert {window for window, _ in phases(ledger_dir)} == {"W0-01"}


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


@pytest.mark.usefixtures("at_once")
def test_without_a_reading_the_window_says_when_it_began(ledger_dir: Path) -> None:
    """No local reading: the window stands, and its delta lacks both readings."""
    assert hear(ledger_dir, "SessionStart", source="startup").code == 0
    hear(ledger_dir, "SessionEnd", reason="other")
    assert phases(ledger_dir) == [("W0-01", "before"), ("W0-01", "after")]
    told = gitledger(ledger_dir, "--json", "audit", "--window", "W0-01").json
    assert [delta["state"] for delta in told["deltas"]] == ["missing-before"]


def test_of_a_payload_only_four_things_are_kept(ledger_dir: Path, hermetic: Path) -> None:
    """Neither prompt nor answer nor session id nor path is in any file, packed or not."""
    shown(ledger_dir, 10)
    hear(ledger_dir, "SessionStart", "id-of-a-session", source=f"x {WORDS_SAID}")
    hear(ledger_dir, "UserPromptSubmit", "id-of-a-session", reason=WORDS_SAID.upper())
    hear(ledger_dir, "Stop", "id-of-a-session", last_assistant_message=WORDS_SAID)
    cut = json.dumps({"prompt": WORDS_SAID, "session_id": "id-of-a-session", "cwd": "/x"})[:-3]
    gitledger(ledger_dir, "agent-hook", "claude", stdin=cut)
    hear(ledger_dir, "SessionEnd", "id-of-a-session", reason="other")
    rows = gitledger(ledger_dir, "export", "--format", "jsonl", "--out", str(hermetic / "all"))
    assert rows.code == 0
    places = [ledger_dir / ".git", hermetic]
    texts = [p.read_bytes() for place in places for p in place.rglob("*") if p.is_file()]
    assert len(texts) > 20
    for secret in (WORDS_SAID, WORDS_SAID.upper(), "id-of-a-session"):
        assert [text for text in texts if secret.encode() in text] == []
    kept = b"".join(p.read_bytes() for p in Path(state_folder(os.environ)).iterdir())
    assert str(ledger_dir).encode() not in kept


def test_a_cut_off_payload_still_tells_its_session(ledger_dir: Path) -> None:
    """Of a text that was cut off, the fields that are whole count."""
    whole = json.dumps({"session_id": "s", "hook_event_name": "Stop", "text": "x" * 50})
    gitledger(ledger_dir, "agent-hook", "claude", stdin=whole[:-20])
    gitledger(ledger_dir, "agent-hook", "claude", stdin=whole[:16])
    found = sessions_since(os.environ, datetime(2020, 1, 1, tzinfo=UTC))
    assert [event.event for event in found] == ["turn"]


@pytest.mark.parametrize("text", ["", "{", "[]", "3", '{"hook_event_name": 3}', "\x00"])
@pytest.mark.parametrize("words", [("claude",), ("codex",), ("codex", "{"), (), ("other", "-x")])
def test_never_two(ledger_dir: Path, text: str, words: tuple[str, ...]) -> None:
    """Whatever comes in, the exit code is never 2 and nothing is printed."""
    answer = gitledger(ledger_dir, "agent-hook", *words, stdin=text)
    assert answer.code in {0, 1}
    assert answer.out == ""


def test_elsewhere_the_session_is_noted_and_nothing_recorded(
    tmp_path: Path, repo_dir: Path
) -> None:
    """In a folder without repository or ledger the account was used all the same."""
    assert [hear(place, "SessionStart").code for place in (tmp_path, repo_dir)] == [0, 0]
    found = sessions_since(os.environ, datetime(2020, 1, 1, tzinfo=UTC))
    assert len({event.place for event in found}) == 2


def test_codex_hands_its_rollout(ledger_dir: Path, hermetic: Path) -> None:
    """A Codex session opens a window with what its newest session file says."""
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
    assert gitledger(ledger_dir, "agent-hook", "codex", stdin=json.dumps(told)).code == 0
    recorded(ledger_dir)
    row = gitledger(ledger_dir, "export", "snapshots", "--format", "jsonl").out
    assert json.loads(row)["readings"][0]["used_pct"] == 7
