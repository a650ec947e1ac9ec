"""What a clone does by itself after events, and what it says of it."""

import json
import os
import time
from pathlib import Path

import pytest
from ground import gitledger
from handsfree import Stage

from gitledger.book.opening import open_book
from gitledger.book.world import World
from gitledger.capture import upkeep
from gitledger.capture.upkeep import catch_up
from gitledger.cli import triggers

SECOND_EVENTS = ("post-merge", "session")


@pytest.fixture
def stage(repo_dir: Path, hermetic: Path, monkeypatch: pytest.MonkeyPatch) -> Stage:
    """A repository that acts by itself, in which a session's window has ended."""
    made = Stage(repo_dir, hermetic, monkeypatch)
    made.type("init", "--no-hooks", "--automatic")
    made.at(0, "08:50").show(10, 20)
    made.at(0, "09:00").hear("SessionStart", "s", source="startup")
    made.at(0, "09:40").commit("work\n\nFeature: CAP-1", one="1\n")
    made.at(0, "10:00").hear("SessionEnd", "s", reason="other")
    made.at(0, "10:10").show(14, 23)
    made.at(0, "10:11").is_recorded_by_us()
    return made


def test_a_window_that_ended_is_news(stage: Stage) -> None:
    """The next event completes it; the next command says it in one line, once; news clears it."""
    stage.type("hook", "post-merge")
    first = stage.type("status")
    line = "W0-01 ended: claude 3 pp, 1 feature, INSUFFICIENT, and 2 more (gitledger news)"
    assert first.err == f"{line}\n"
    assert "to judge      W0-01, completed by the program" in first.out
    assert first.out.endswith("next: gitledger complete --quality Q --outcome pass --impf N\n")
    assert "news" not in stage.type("audit").err
    told = stage.json("news")["news"]
    assert any(one["said"].startswith("W0-01 ended: claude 3 pp, 1 feature") for one in told)
    assert stage.json("news")["news"] == []
    rows = stage.type("export", "windows", "--format", "jsonl").out.splitlines()
    assert [json.loads(row)["by"] for row in rows] == ["automatic"]
    assert stage.type("export", "decisions", "--format", "jsonl").out == ""


@pytest.mark.parametrize("text", ["automatic: {}\n", "automatic:\n  post-commit: [card]\n"])
def test_what_is_not_configured_does_not_happen(stage: Stage, tmp_path: Path, text: str) -> None:
    """`automatic: {}`: commits and sessions are recorded, nothing else."""
    shown = stage.type("config", "show").out
    (tmp_path / "config.yaml").write_text(f"{shown}\n{text}")
    stage.type("config", "set", str(tmp_path / "config.yaml"))
    for event in SECOND_EVENTS:
        stage.type("hook", event)
    assert stage.type("export", "windows", "--format", "jsonl").out == ""
    assert stage.json("news")["news"] == []


def test_a_step_that_takes_too_long_is_left_and_done_next_time(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the midst of it; what was recorded before stands, and a word is left."""

    def endless(*_words: object, **_more: object) -> None:
        end = time.monotonic() + 30
        while time.monotonic() < end:
            pass

    with monkeypatch.context() as patch:
        patch.setattr(triggers, "HOOK_SECONDS", 0.5)
        patch.setattr(upkeep, "record_churn", endless)
        patch.setattr(triggers, "STEP_SECONDS", 30.0)
        stage.type("hook", "post-merge")
    assert triggers.GAVE_UP in [one["said"] for one in stage.json("news")["news"]]
    assert stage.type("export", "churn", "--format", "jsonl").out == ""
    stage.type("hook", "post-merge")
    assert len(stage.type("export", "churn", "--format", "jsonl").out.splitlines()) == 1
    assert stage.json("verify")["intact"]


def test_no_step_begins_behind_the_limit(stage: Stage) -> None:
    """The clock says that it is late after one step: the rest waits, and is done by the next."""
    book = open_book(World(stage.path, stage.now, dict(os.environ)))
    clock = iter([False, True])
    first = catch_up(book, is_late=lambda: next(clock))
    assert (first.unfinished, [did.partition(":")[0] for _, did in first.done[-1:]]) == (
        True,
        ["completed"],
    )
    second = catch_up(open_book(book.world))
    assert (second.unfinished, "churn recorded: measured" in [did for _, did in second.done]) == (
        False,
        True,
    )


def test_without_the_setting_of_the_clone_nothing_happens(stage: Stage) -> None:
    """The configuration comes with the branch; that a clone acts is its owner's word."""
    stage.git("config", "gitledger.automatic", "false")
    stage.type("hook", "post-merge")
    assert stage.type("export", "windows", "--format", "jsonl").out == ""


def test_a_push_says_five_lines_at_most_and_goes_on(stage: Stage) -> None:
    """A push of code is never blocked, whatever the verbs find."""
    stage.type("hook", "post-merge")
    sha = "1" * 40
    line = f"refs/heads/trunk {sha} refs/heads/trunk {'0' * 40}\n"
    done = gitledger(stage.path, "hook", "pre-push", "origin", "url", stdin=line)
    assert done.code == 0
    assert 1 <= len(done.err.splitlines()) <= 5
    again = gitledger(stage.path, "hook", "pre-push", "origin", "url", stdin=line)
    assert (again.code, again.err) == (0, "")  # no news, and a ledger that nobody shares


def test_unknown_events_and_verbs_are_told_when_set_and_passed_over_when_read(
    stage: Stage, tmp_path: Path
) -> None:
    """A newer version's configuration is no reason to refuse anything."""
    from gitledger.book.automatic import triggers

    shown = stage.type("config", "show").out
    (tmp_path / "config.yaml").write_text(shown + "\nautomatic:\n  noon: [nap]\n")
    done = gitledger(stage.path, "config", "set", str(tmp_path / "config.yaml"))
    assert done.code == 1
    assert "automatic.noon" in done.err
    assert triggers({"automatic": {"noon": ["nap"], "post-merge": ["nap", "audit"]}}) == {
        "post-merge": ("audit",)
    }
    assert triggers({"automatic": {}}) == {}
    assert triggers({})["window-end"] == ("catch-up", "audit")
