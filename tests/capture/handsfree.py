"""A repository at a clock of its own, in which agents work and nobody types: what tests play."""

import json
import os
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from ground import NO_HOOKS, Answer, git, gitledger

from gitledger.capture import trace
from gitledger.cli import options
from gitledger.commands import agent_hook
from gitledger.git.code import drainer

MONDAY = datetime(2026, 11, 23, 8, tzinfo=UTC)
GLM_URL = "https://api.z.ai/api/anthropic"


class Stage:
    """One repository; every command is told the time that the stage stands at."""

    def __init__(self, path: Path, home: Path, patch: pytest.MonkeyPatch) -> None:
        self.path, self.home, self.patch = path, home, patch
        self.now = MONDAY
        patch.setattr(drainer, "LINGER_SECONDS", 0.0)
        patch.setattr(agent_hook, "now", self.seconds)
        patch.setattr(trace, "written_at", self.seconds)
        stage = self

        class Clock(datetime):
            @classmethod
            def now(cls, tz: Any = None) -> datetime:  # type: ignore[override]  # noqa: ARG003
                return stage.now

        patch.setattr(options, "datetime", Clock)

    def seconds(self) -> float:
        """The time it is, as Unix seconds."""
        return self.now.timestamp()

    def at(self, day: int, clock: str) -> "Stage":
        """Go to a time of the week; Monday is 0."""
        hours, minutes = map(int, clock.split(":"))
        self.now = MONDAY.replace(hour=hours, minute=minutes) + timedelta(days=day)
        return self

    def type(self, *words: str, stdin: str | None = None) -> Answer:
        """A command, which must not fail as one that was mistyped or as a bug."""
        done = gitledger(self.path, *words, stdin=stdin)
        assert done.code in {0, 1, 4}, (words, done.err)
        return done

    def json(self, *words: str) -> Any:
        """The JSON answer of a command."""
        return self.type("--json", *words).json

    def hear(
        self,
        event: str,
        session: str,
        *,
        agent: str = "claude",
        env: Mapping[str, str] | None = None,
        **more: Any,
    ) -> None:
        """What an agent's hook says, and what it starts."""
        told = {"session_id": session, "hook_event_name": event, "cwd": str(self.path), **more}
        with self.patch.context() as within:
            for name, value in (env or {}).items():
                within.setenv(name, value)
            self.is_recorded_by_us()
            assert self.type("agent-hook", agent, stdin=json.dumps(told)).out == ""
            self.record()

    def notify(self, session: str) -> None:
        """What Codex's `notify` says at the end of a turn: JSON as the last word."""
        told = {"type": "agent-turn-complete", "thread-id": session, "turn-id": "1"}
        told |= {"cwd": str(self.path), "last-assistant-message": "Done."}
        self.is_recorded_by_us()
        self.type("agent-hook", "codex", json.dumps(told))
        self.record()

    def is_recorded_by_us(self) -> None:
        """No process is started: this one is said to see to it."""
        (self.path / ".git/gitledger/drainer").write_text(f"{os.getpid()}\n")

    def record(self) -> None:
        """What a hook starts, in this process."""
        self.type("hook", "session")

    def limits(self, five: float, week: float) -> str:
        """What Claude Code hands to its status line at this time."""
        hours = 5 - (self.now.hour - 8) % 5
        resets = self.now.replace(minute=0) + timedelta(hours=hours)
        monday = MONDAY + timedelta(days=7)
        limits = {
            "five_hour": {"used_percentage": five, "resets_at": int(resets.timestamp())},
            "seven_day": {"used_percentage": week, "resets_at": int(monday.timestamp())},
        }
        return json.dumps({"cwd": str(self.path), "rate_limits": limits})

    def show(self, five: float, week: float) -> None:
        """The status line is drawn."""
        assert self.type("statusline", stdin=self.limits(five, week)).code == 0

    def commit(self, message: str, **files: str) -> str:
        """A commit at this time, seen by the reflog alone."""
        for name, text in files.items():
            (self.path / f"{name}.py").write_text(text)
        git(self.path, "add", "-A")
        self.git("commit", "-qm", message)
        self.type("hooks", "run")
        return git(self.path, "rev-parse", "HEAD").strip()

    def git(self, *words: str) -> None:
        """git at this time, without our hooks."""
        stamp = self.now.isoformat()
        dates = {"GIT_AUTHOR_DATE": stamp, "GIT_COMMITTER_DATE": stamp}
        git(self.path, *NO_HOOKS, *words, **dates)

    def deltas(self, window: str) -> dict[str, tuple[Any, ...]]:
        """The deltas of a window by meter: before, after, points, state."""
        told = self.json("audit", "--window", window)["deltas"]
        keys = ("before", "after", "delta_pp", "state")
        return {f"{d['provider']} {d['meter']}": tuple(d[key] for key in keys) for d in told}

    def marks(self, window: str, meter: str = "weekly") -> list[str]:
        """The marks of a window's meter."""
        told = self.json("audit", "--window", window)["deltas"]
        return next(list(d["marks"]) for d in told if d["meter"] == meter)
