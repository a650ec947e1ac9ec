"""The same week, once recorded by hooks with only `complete` typed, once typed by hand."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from ground import settle
from twoweeks import COMPLETE, PROMPT, Week, play

from gitledger.capture.statefolder import state_folder

WINDOWS = tuple(f"W0-0{n}" for n in range(1, 9))
TABLES = ("windows", "churn", "commits", "anomalies")
# What differs between the two weeks, and why; docs/explanation/hooks.md tells it to people.
DIFFERENCES = {
    "captured_at": "hooks: when the meter was drawn; by hand: when the person typed",
    "canonical_captured_at": "the same, in what reads the rows",
    "marks": "hooks: every delta is as seen on this machine",
}
# names of rows and digests over them: another captured_at gives another
NAMES = {"id", "row", "rows", "canonical", "rows_sha256", "tip", "recorded_at", "previous"}


class Told(NamedTuple):
    """What a week says when it is over, and where it was worked."""

    answers: dict[str, Any]
    typed: list[str]
    snapshots: list[dict[str, Any]]
    texts: list[bytes]


@pytest.fixture(scope="module")
def weeks(tmp_path_factory: pytest.TempPathFactory) -> tuple[Told, Told]:
    """The week of hooks and the week that was typed."""
    found = []
    for by_hand in (False, True):
        home = tmp_path_factory.mktemp("home")
        with pytest.MonkeyPatch.context() as patch:
            settle(home, patch)
            found.append(_told(play(Week(home, patch, by_hand=by_hand))))
    return found[0], found[1]


def _told(week: Week) -> Told:
    answers = {window: week.json("audit", "--window", window) for window in WINDOWS}
    answers |= {verb: week.json(verb) for verb in ("status", "preview", "card")}
    answers |= {table: _rows(week, table) for table in TABLES}
    return Told(answers, week.typed, _rows(week, "snapshots"), _texts(week))


def _rows(week: Week, table: str) -> list[dict[str, Any]]:
    lines = week.type("export", table, "--format", "jsonl").out.splitlines()
    return [json.loads(line) for line in lines]


def _texts(week: Week) -> list[bytes]:
    """Every file that is ours or git's, and every object that git holds, as plain text."""
    places = [week.path, Path(state_folder(os.environ))]
    files = [path for place in places for path in place.rglob("*") if path.is_file()]
    words = ["git", "cat-file", "--batch-all-objects", "--batch"]
    done = subprocess.run(words, cwd=week.path, capture_output=True, check=True)
    return [*(path.read_bytes() for path in files), done.stdout]


def _without(value: Any, left_out: set[str]) -> Any:
    if isinstance(value, dict):
        return {k: _without(v, left_out) for k, v in value.items() if k not in left_out}
    return [_without(one, left_out) for one in value] if isinstance(value, list) else value


def test_both_weeks_tell_the_same(weeks: tuple[Told, Told]) -> None:
    """Windows, deltas, features, churn, findings, verdicts: but for what the table names."""
    hooks, hand = (
        {k: _without(v, NAMES | {*DIFFERENCES}) for k, v in w.answers.items()} for w in weeks
    )
    assert [name for name in hooks if hooks[name] != hand[name]] == []
    assert hooks == hand


@pytest.mark.parametrize("name", DIFFERENCES)
def test_a_difference_that_is_named_is_there(weeks: tuple[Told, Told], name: str) -> None:
    """A line of the table that nothing needs would hide the next difference."""
    others = NAMES | ({*DIFFERENCES} - {name})
    hooks, hand = (_without(w.answers, others) for w in weeks)
    assert hooks != hand


def test_the_figures_of_the_week(weeks: tuple[Told, Told]) -> None:
    """Not only the same, but right: points, features and what a revert took back."""
    answers = weeks[0].answers
    deltas = {
        window: [(d["provider"], d["meter"], d["delta_pp"], d["state"]) for d in told["deltas"]]
        for window, told in answers.items()
        if window in WINDOWS
    }
    assert deltas == {
        "W0-01": [("claude", "5h", 4, "valid"), ("claude", "weekly", 3, "valid")],
        "W0-02": [("codex", "5h", 4, "valid"), ("codex", "weekly", 3, "valid")],
        "W0-03": [("glm", "5h", 10, "valid"), ("glm", "weekly", 5, "valid")],
        "W0-04": [("claude", "5h", 7, "valid"), ("claude", "weekly", 4, "valid")],
        "W0-05": [("claude", "5h", 7, "valid"), ("claude", "weekly", 4, "valid")],
        "W0-06": [("codex", "5h", 6, "valid"), ("codex", "weekly", 5, "valid")],
        "W0-07": [("claude", "5h", 9, "valid"), ("claude", "weekly", 6, "valid")],
        "W0-08": [("claude", "5h", None, "reset-between"), ("claude", "weekly", 4, "valid")],
    }
    counted = {
        row["window"]: [one["feature"] for one in row.get("counted", [])]
        for row in answers["windows"]
    }
    assert counted == {
        "W0-01": ["CAP-1"],
        "W0-02": ["CAP-7"],
        "W0-03": ["CAP-2"],
        "W0-04": ["CAP-3"],
        "W0-05": ["CAP-4"],
        "W0-06": ["CAP-5"],
        "W0-07": ["CAP-6"],
        "W0-08": [],
    }
    assert "feature-reverted" in {one["code"] for one in answers["W0-01"]["findings"]}


def test_only_complete_was_typed(weeks: tuple[Told, Told]) -> None:
    """One command of 60 characters a window, against three with what the meters show."""
    hooks, hand = weeks
    assert {line.partition(" -w")[0] for line in hooks.typed} == {
        " ".join(("gitledger", *COMPLETE))
    }
    assert (len(hooks.typed), len(hand.typed)) == (8, 24)
    assert {row.get("by") for row in hooks.snapshots} == {"automatic"}
    assert {row.get("by") for row in hand.snapshots} <= {None, "typed"}


def test_no_prompt_is_kept(weeks: tuple[Told, Told]) -> None:
    """Every payload held one: the git folder, the ledger and the state folder do not."""
    texts = weeks[0].texts
    assert any(b"seven_day" in text or b'"weekly"' in text for text in texts)
    words = (PROMPT.encode(), b"zanzibar", json.dumps(PROMPT).encode())
    assert [text for text in texts for word in words if word in text] == []
