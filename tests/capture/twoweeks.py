"""One simulated week of three agents, which hooks record or a person types."""

import os
from datetime import timedelta
from pathlib import Path

import pytest
from drawn_texts import codex_rollout_line
from ground import git
from handsfree import GLM_URL, MONDAY, Stage

from gitledger.demo.panes import SampleMeter, zai_quota

COMPLETE = ("complete", "--quality", ".9", "--outcome", "pass", "--impf", "5")
PROMPT = "tell nobody of zanzibar"
SOURCES = {"claude": "claude-statusline", "codex": "codex-rollout", "glm": "zai"}
NEXT_MONDAY = MONDAY + timedelta(days=7)


class Week(Stage):
    """A repository in which a week is worked; `by_hand` says who records it."""

    def __init__(self, home: Path, patch: pytest.MonkeyPatch, *, by_hand: bool) -> None:
        path = home / "work"
        path.mkdir()
        super().__init__(path, home, patch)
        self.by_hand = by_hand
        self.typed: list[str] = []
        self.shown: dict[str, str] = {}
        patch.setenv("GITLEDGER_GLM_QUOTA", str(home / "quota.json"))
        git(path, "init", "-q", "-b", "trunk")
        (path / "hello.txt").write_text("hello\n")
        self.git("add", "hello.txt")
        self.git("commit", "-qm", "first")
        # the hooks of git leave their facts; who records them is the next command
        patch.setattr("gitledger.setup.hooks.program_words", lambda: ("/bin/true",))
        self.type("init")
        for name in ("CAP-1", "CAP-2", "CAP-3", "CAP-4", "CAP-5", "CAP-6", "CAP-7"):
            self.type("capability", "add", name, "--name", name)

    def git(self, *words: str) -> None:
        """git at this time, with our hooks."""
        stamp = self.now.isoformat()
        git(self.path, *words, GIT_AUTHOR_DATE=stamp, GIT_COMMITTER_DATE=stamp)

    def by(self, provider: str) -> "Week":
        """Whose hands the next words come from: Codex has a name of its own here."""
        if provider == "codex":
            self.patch.setenv("AGENT_ID", "codex")
        else:
            self.patch.delenv("AGENT_ID", raising=False)
        return self

    def reads(self, provider: str, five: int, week: int) -> None:
        """An agent draws its meters, in its own way; nobody records them yet."""
        stamp = self.now.timestamp()
        hours = 5 - (self.now.hour - 8) % 5
        resets = self.now.replace(minute=0) + timedelta(hours=hours)
        meters = (SampleMeter(300, five, resets), SampleMeter(10080, week, NEXT_MONDAY))
        if provider == "claude":
            self.shown[provider] = self.limits(five, week)
            self.show(five, week)
            return
        path = self.home / "quota.json"
        if provider == "codex":
            path = self.home / ".codex/sessions/2026/11/23/rollout-1.jsonl"
            path.parent.mkdir(parents=True, exist_ok=True)
            text = codex_rollout_line(meters, at=self.now)
            with path.open("a") as file:
                file.write(f"{text}\n")
        else:
            text = zai_quota(meters)
            path.write_text(text)
        os.utime(path, (stamp, stamp))
        self.shown[provider] = text

    def says(self, event: str, provider: str, session: str, **more: str) -> None:
        """A session's hook, as the agents call it; with prompts and answers in it."""
        self.by(provider)
        if self.by_hand:
            return
        agent = "codex" if provider == "codex" else "claude"
        env = {"ANTHROPIC_BASE_URL": GLM_URL} if provider == "glm" else {}
        talk = {"prompt": PROMPT, "last_assistant_message": PROMPT, "tool_input": {"q": PROMPT}}
        talk["transcript_path"] = f"/nowhere/{PROMPT}.jsonl"
        self.hear(event, session, agent=agent, env=env, **talk, **more)

    def starts(self, provider: str, session: str, source: str = "startup") -> None:
        """A session starts; who records by hand types `start`, unless it goes on with one."""
        self.says("SessionStart", provider, session, source=source)
        if source == "startup":
            self._typed("start", provider)

    def stops(self, provider: str, session: str) -> None:
        """A session ends and says so."""
        self.says("SessionEnd", provider, session, reason="other")

    def ends(self, provider: str) -> None:
        """The meters have settled: who records by hand types `end`."""
        self._typed("end", provider)

    def _typed(self, verb: str, provider: str) -> None:
        self.by(provider)
        if self.by_hand:
            self._counts(verb, SOURCES[provider], stdin=self.shown[provider])

    def _counts(self, *words: str, stdin: str | None = None) -> None:
        self.typed.append(" ".join(("gitledger", *words)))
        self.type(*words, stdin=stdin)

    def completes(self, provider: str, *which: str) -> None:
        """What only a person knows, typed in both weeks."""
        self.by(provider)._counts(*COMPLETE, *which)

    def sees(self) -> None:
        """What git did is recorded, as its hooks would have it."""
        self.type("hooks", "run")


class Unattended(Week):
    """The week in which nobody types anything at all: every row is the program's own."""

    def completes(self, provider: str, *which: str) -> None:
        """Nobody is there to say how good it was."""


def play(week: Week) -> Week:
    """From Monday to Friday; the same in both."""
    _monday(week)
    _tuesday(week)
    _wednesday(week)
    _thursday(week)
    _friday(week)
    week.at(5, "12:00")
    return week


def _monday(week: Week) -> None:
    """Two agents at once, one of them with a sub-agent; GLM in Claude Code after lunch."""
    week.at(0, "08:50").reads("claude", 10, 20)
    week.at(0, "08:52").reads("codex", 5, 30)
    week.at(0, "09:00").starts("claude", "a")
    week.at(0, "09:05").starts("codex", "k")
    week.at(0, "09:20").says("SubagentStop", "claude", "a", agent_id="sub")
    week.at(0, "09:40").by("claude").commit("cells\n\nFeature: CAP-1", one="1\n2\n3\n")
    week.at(0, "09:45").by("codex").commit("glyphs\n\nFeature: CAP-7", zero="1\n2\n3\n")
    week.at(0, "09:50").stops("codex", "k")
    week.at(0, "09:58").reads("codex", 9, 33)
    week.at(0, "10:00").stops("claude", "a")
    week.at(0, "10:06").reads("claude", 14, 23)
    week.at(0, "10:07").ends("claude")
    week.at(0, "10:08").ends("codex")
    week.at(0, "10:09").completes("claude")
    week.at(0, "10:09").completes("codex")
    week.at(0, "13:05").reads("glm", 1, 4)
    week.at(0, "13:10").starts("glm", "g")
    week.at(0, "13:30").commit("rows\n\nFeature: CAP-2", two="1\n2\n3\n")
    week.at(0, "14:00").stops("glm", "g")
    week.at(0, "14:06").reads("glm", 11, 9)
    week.at(0, "14:07").ends("glm")
    week.at(0, "14:08").completes("glm")


def _tuesday(week: Week) -> None:
    """A session that crashes, and one that is resumed a moment after its end."""
    week.at(1, "08:50").reads("claude", 2, 23)
    week.at(1, "09:00").starts("claude", "b")
    week.at(1, "09:25").commit("lines\n\nFeature: CAP-3", three="1\n2\n3\n")
    week.at(1, "09:30").says("Stop", "claude", "b")
    week.at(1, "09:40").reads("claude", 9, 27)
    week.at(1, "09:41").ends("claude")
    week.at(1, "13:55").reads("claude", 1, 27)
    week.at(1, "14:00").starts("claude", "c")
    week.at(1, "14:01").completes("claude", "-w", "W0-04")
    week.at(1, "14:30").stops("claude", "c")
    week.at(1, "14:32").starts("claude", "c", source="resume")
    week.at(1, "14:50").commit("dots\n\nFeature: CAP-4", four="1\n2\n3\n")
    week.at(1, "15:00").stops("claude", "c")
    week.at(1, "15:06").reads("claude", 8, 31)
    week.at(1, "15:07").ends("claude")
    week.at(1, "15:08").completes("claude")


def _wednesday(week: Week) -> None:
    """Work on a branch that is rebased."""
    week.at(2, "08:50").reads("codex", 1, 33)
    week.at(2, "09:00").starts("codex", "l")
    week.git("checkout", "-qb", "topic")
    week.at(2, "09:20").commit("boxes\n\nFeature: CAP-5", five="1\n2\n3\n")
    week.git("checkout", "-q", "trunk")
    week.at(2, "09:25").commit("a fix", six="1\n")
    week.git("checkout", "-q", "topic")
    week.at(2, "09:30").git("rebase", "-q", "trunk")
    week.sees()
    week.git("checkout", "-q", "trunk")
    week.git("merge", "-q", "--ff-only", "topic")
    week.at(2, "10:00").stops("codex", "l")
    week.at(2, "10:06").reads("codex", 7, 38)
    week.at(2, "10:07").ends("codex")
    week.at(2, "10:08").completes("codex")


def _thursday(week: Week) -> None:
    """A branch that is squashed under a subject that names nothing; Monday's feature goes."""
    week.at(3, "08:50").reads("claude", 3, 31)
    week.at(3, "09:00").starts("claude", "d")
    week.git("checkout", "-qb", "squashed")
    week.at(3, "09:20").commit("bars\n\nFeature: CAP-6", seven="1\n2\n3\n")
    week.at(3, "09:25").commit("more bars", eight="1\n")
    week.git("checkout", "-q", "trunk")
    week.at(3, "09:30").git("merge", "-q", "--squash", "squashed")
    week.git("commit", "-qm", "bars")
    week.sees()
    first = git(week.path, "log", "--format=%H", "--grep=CAP-1").split()[0]
    week.at(3, "09:40").git("revert", "--no-edit", first)
    week.sees()
    week.at(3, "10:00").stops("claude", "d")
    week.at(3, "10:06").reads("claude", 12, 37)
    week.at(3, "10:07").ends("claude")
    week.at(3, "10:08").completes("claude")


def _friday(week: Week) -> None:
    """The laptop sleeps over a reset of the short meter, in the midst of a session."""
    week.at(4, "12:30").reads("claude", 6, 37)
    week.at(4, "12:35").starts("claude", "e")
    week.at(4, "12:45").commit("a note", nine="1\n")
    week.at(4, "12:50").says("Stop", "claude", "e")
    week.at(4, "20:00").stops("claude", "e")
    week.at(4, "20:01").reads("claude", 1, 41)
    week.at(4, "20:02").ends("claude")
    week.at(4, "20:03").completes("claude")
