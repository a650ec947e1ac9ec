"""Windows, capabilities and commits named while recording: every verb judges them alike."""

from collections.abc import Callable
from pathlib import Path

import pytest
from finished_windows import work
from ground import Answer, git, gitledger

Words = tuple[str, ...]


def evidence(window: str, capability: str = "CAP-A") -> Words:
    """A run that took place."""
    return ("evidence", "add", "-w", window, "-c", capability, "--runner", "x", "--result", "pass")


def feature(state: str, window: str, capability: str = "CAP-A", *more: str) -> Words:
    """A feature of a window."""
    return ("feature", state, "-w", window, "-c", capability, *more)


STATES_FACTS: dict[str, Callable[[str], Words]] = {
    "feature deliver": lambda w: feature("deliver", w),
    "tokens mid": lambda w: ("tokens", "mid", "5", "-w", w),
    "tokens final": lambda w: ("tokens", "final", "5", "-w", w),
    "evidence add": evidence,
    "evidence run": lambda w: ("evidence", "run", "-w", w, "--", "git", "--version"),
    "churn": lambda w: ("churn", "-w", w, "--provider", "codex"),
    "complete": lambda w: ("complete", "-w", w, "-f", "codex=1"),
}
PLANS: dict[str, Callable[[str], Words]] = {
    "feature reserve": lambda w: feature("reserve", w),
    "tokens plan": lambda w: ("tokens", "plan", "5", "-w", w),
}
BEGINS: dict[str, Callable[[str], Words]] = {
    "override": lambda w: ("override", "codex", "-w", w, "--phase", "before", "--set", "weekly=1"),
}


@pytest.fixture
def worked(ledger_dir: Path) -> Path:
    """A ledger with one finished window, W0-01, and a map of one capability."""
    work(ledger_dir, "W0-01", 0, (10, 22))
    assert gitledger(ledger_dir, "capability", "add", "CAP-A", "--name", "A").code == 0
    return ledger_dir


def unchanged(directory: Path, words: Words) -> Answer:
    """The answer to words that record nothing."""
    tip = git(directory, "rev-parse", "gitledger/main")
    done = gitledger(directory, *words)
    assert git(directory, "rev-parse", "gitledger/main") == tip
    return done


@pytest.mark.parametrize("verb", STATES_FACTS)
def test_a_window_that_nothing_names_is_refused(worked: Path, verb: str) -> None:
    """Exit 3 with the nearest, and nothing is recorded."""
    done = unchanged(worked, STATES_FACTS[verb]("W0-91"))
    assert (done.code, done.out) == (3, "")
    assert "no window 'W0-91' was recorded" in done.err
    assert "the nearest: W0-01" in done.err


@pytest.mark.parametrize("verb", [*STATES_FACTS, *PLANS, *BEGINS])
def test_a_text_that_is_no_name_is_a_wrong_word(worked: Path, verb: str) -> None:
    """Exit 2, and what a window is named like."""
    done = unchanged(worked, {**STATES_FACTS, **PLANS, **BEGINS}[verb]("no name"))
    assert done.code == 2
    assert "cannot name a window: it holds a blank" in done.err


@pytest.mark.parametrize("verb", PLANS)
def test_a_plan_may_name_a_window_to_come(worked: Path, verb: str) -> None:
    """It is recorded and noted; of a window that is there nothing is said."""
    done = gitledger(worked, *PLANS[verb]("W0-02"))
    assert done.code == 0
    assert "W0-02 has no reading yet and was not completed; the nearest that has: W0-01" in done.err
    assert "no reading" not in gitledger(worked, *PLANS[verb]("W0-01")).err


@pytest.mark.parametrize("verb", ["feature deliver", "tokens final", "evidence add", "churn"])
def test_a_window_that_was_planned_is_taken_with_a_note(worked: Path, verb: str) -> None:
    """Somebody named it on purpose; that nothing was read of it is said."""
    gitledger(worked, *PLANS["tokens plan"]("W0-02"))
    done = gitledger(worked, *STATES_FACTS[verb]("W0-02"))
    assert done.code == 0
    assert "W0-02 has no reading yet and was not completed" in done.err


def test_a_window_that_was_planned_may_be_finalised(worked: Path) -> None:
    """Work without a meter is work."""
    gitledger(worked, *PLANS["feature reserve"]("W0-02"))
    assert gitledger(worked, *STATES_FACTS["complete"]("W0-02")).code == 0


@pytest.mark.parametrize(
    "words",
    [
        feature("reserve", "W0-01", "CAP-X"),
        feature("deliver", "W0-01", "CAP-X"),
        evidence("W0-01", "CAP-X"),
        ("evidence", "run", "-w", "W0-01", "-c", "CAP-X", "--", "git", "--version"),
    ],
    ids=lambda words: " ".join(words[:2]),
)
def test_a_capability_off_the_map_is_noted(worked: Path, words: Words) -> None:
    """The map may be behind: it is recorded and said."""
    done = gitledger(worked, *words)
    assert done.code == 0
    assert "CAP-X is not on the capability map; the nearest: CAP-A" in done.err


@pytest.mark.parametrize("words", ["0badc0de", "no-branch", "HEAD^{tree}"])
@pytest.mark.parametrize(
    "verb",
    [
        lambda sha: feature("deliver", "W0-01", "CAP-A", "--commit", sha),
        lambda sha: feature("reserve", "W0-01", "CAP-A", "--commit", sha),
        lambda sha: (*STATES_FACTS["complete"]("W0-01"), "--commit-start", sha),
        lambda sha: (*STATES_FACTS["complete"]("W0-01"), "--commit-end", sha),
        lambda sha: ("churn", f"{sha}..HEAD"),
        lambda sha: ("churn", f"HEAD..{sha}"),
    ],
    ids=["deliver", "reserve", "complete start", "complete end", "churn start", "churn end"],
)
def test_words_that_name_no_commit_are_refused(
    worked: Path, verb: Callable[[str], Words], words: str
) -> None:
    """Exit 3, what they name instead, and nothing is recorded."""
    done = unchanged(worked, verb(words))
    assert done.code == 3
    told = "is a tree, not a commit" if "tree" in words else "names no commit here"
    assert f"{words!r} {told}" in done.err


@pytest.mark.parametrize("end", ["--commit-start", "--commit-end"])
def test_churn_of_a_window_records_that_its_range_is_missing(worked: Path, end: str) -> None:
    """The one verb whose answer a missing commit is: a skip, with the words that name none."""
    done = gitledger(worked, "churn", "-w", "W0-01", end, "0badc0de", "--json")
    assert (done.code, done.json["decision"]) == (0, "missing-commit-range")
    assert "0badc0de" in done.err
    assert "no commit here" in done.err


def test_a_commit_is_kept_by_its_whole_id(worked: Path) -> None:
    """HEAD means another commit tomorrow."""
    done = gitledger(
        worked, *feature("deliver", "W0-01", "CAP-A", "--commit", "HEAD", "--json")
    ).json
    assert done["commit"] == git(worked, "rev-parse", "HEAD").strip()


def test_a_counter_for_a_window_to_come_is_noted(worked: Path) -> None:
    """Tokens may be counted before a reading is taken; a mistyped window is seen."""
    (worked / "log").write_text('{"event":"request","rid":"r1","ts":1764000000,"status":200}\n')
    done = gitledger(worked, "ingest", "proxy-telemetry", "-w", "W0-91", "--from", "log")
    assert done.code == 0
    assert "W0-91 has no reading yet and was not completed" in done.err
