"""Every `next:` is a command that runs, and whose answer names another one."""

import shlex
from pathlib import Path

from ground import gitledger
from window_panes import capture, worked


def test_a_voided_reading_is_asked_for_again(ledger_dir: Path) -> None:
    """Status names the command that takes it; the answer to it is another step."""
    worked(ledger_dir)
    rows = gitledger(ledger_dir, "log", "--ledger", "snapshots", "--json").json["rows"]
    gitledger(ledger_dir, "complete", "--codex-features", "1", "--record-only")
    gitledger(ledger_dir, "void", rows[0]["row"], "-m", "wrong")
    before = gitledger(ledger_dir, "status", "--json").json["next"]
    capture(ledger_dir, "end", 11.2, 17, "--window", "W0-01")
    after = gitledger(ledger_dir, "status", "--json").json["next"]
    assert before == "gitledger end codex --window W0-01"
    assert after == "gitledger churn --window W0-01"


def test_churn_of_all_windows_is_measured_at_once(ledger_dir: Path) -> None:
    """Then nothing is missing, and the next time there is nothing to do."""
    for window in ("W0-01", "W0-02"):
        worked(ledger_dir, window)
        gitledger(ledger_dir, "complete", "-w", window, "--codex-features", "1", "--record-only")
    done = gitledger(ledger_dir, "churn", "--all", "--json").json
    again = gitledger(ledger_dir, "churn", "--all", "--json").json
    assert (done["windows"], again["windows"]) == (["W0-01", "W0-02"], [])


def test_a_week_is_played_by_its_next_steps_alone(ledger_dir: Path) -> None:
    """From the first reading to the figures, no step names itself again."""
    worked(ledger_dir)
    seen: list[str] = []
    for _ in range(6):
        step = gitledger(ledger_dir, "status", "--json").json["next"]
        if step == "gitledger preview":
            break
        assert step not in seen, seen
        seen.append(step)
        words = [FILLED.get(word, word) for word in step.split()[1:]]
        assert gitledger(ledger_dir, *words).code in {0, 1}
    assert [step.split()[1] for step in seen] == ["complete"]


def test_the_first_step_of_an_empty_ledger_names_a_provider(ledger_dir: Path) -> None:
    """No word to be filled in."""
    assert gitledger(ledger_dir, "status", "--json").json["next"] == "gitledger start codex"


# each is typed in turn; what a step leaves to a person is filled in as one would (`FILLED`)
WALK: tuple[tuple[str, ...], ...] = (
    ("capability", "add", "CAP-1", "--name", "reads"),
    ("tokens", "plan", "-w", "W0-02", "1000"),
    ("feature", "reserve", "-w", "W0-02", "CAP-1"),
    (
        "override",
        "codex",
        "--window",
        "W0-02",
        "--phase",
        "before",
        "--set",
        "weekly=20",
        "--at",
        "2026-03-02T12:00Z",
    ),
    (
        "override",
        "codex",
        "--window",
        "W0-02",
        "--phase",
        "after",
        "--set",
        "weekly=25",
        "--at",
        "2026-03-02T14:00Z",
    ),
    ("churn", "--window", "W0-02"),
    ("vote", "W0-02", "--voter", "ada", "--vote", "go"),
    ("audit",),
    ("hooks", "uninstall"),
    ("status",),
)
FILLED = {
    "A": "HEAD",
    "B": "HEAD",
    "WINDOW": "W0-02",
    "codex=N": "codex=1",
    "Q": "0.9",
    "N": "1",
}
# these judge or measure: their steps may say no, but they answer
ANSWERED = {0, 1, 4}


def steps_of(text: str) -> list[list[str]]:
    """The commands that the lines of a text name after `next:`."""
    found = []
    for line in text.splitlines():
        _, mark, rest = line.partition("next: ")
        command = rest.rpartition("then: ")[2]
        if mark and command.startswith("gitledger "):
            words = shlex.split(command.split(" -- ")[0])[1:]
            found.append([FILLED.get(word, word) for word in words])
    return found


def test_every_next_step_runs_and_is_not_the_same_again(ledger_dir: Path) -> None:
    """Each verb of a window's life names one; typed, it answers, and names another or none."""
    worked(ledger_dir)
    gitledger(ledger_dir, "complete", "--codex-features", "1")
    for words in WALK:
        said = gitledger(ledger_dir, *words)
        steps = steps_of(said.out)
        assert steps, words
        verb, *rest = steps[-1]
        captures = verb in {"start", "end"}  # what the agent shows comes by a pipe
        done = (
            capture(ledger_dir, verb, 13, 30, *rest[1:])
            if captures
            else gitledger(ledger_dir, verb, *rest)
        )
        assert done.code in ANSWERED, (words, steps[-1], done.err)
        assert steps[-1] not in steps_of(done.out)[-1:], words
