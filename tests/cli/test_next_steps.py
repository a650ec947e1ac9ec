"""Every `next:` is a command that runs, and whose answer names another one."""

from pathlib import Path

from ground import gitledger
from window_panes import capture, worked


def test_a_voided_reading_is_asked_for_again(ledger_dir: Path) -> None:
    """Status names the command that takes it; the answer to it is another step."""
    worked(ledger_dir)
    rows = gitledger(ledger_dir, "log", "--ledger", "snapshots", "--json").json["rows"]
    gitledger(ledger_dir, "complete", "--codex-features", "1")
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
        gitledger(ledger_dir, "complete", "--window", window, "--codex-features", "1")
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
        words = step.replace("=N", "=1").split()[1:]
        assert gitledger(ledger_dir, *words).code in {0, 1}
    assert [step.split()[1] for step in seen] == ["complete", "churn"]


def test_the_first_step_of_an_empty_ledger_names_a_provider(ledger_dir: Path) -> None:
    """No word to be filled in."""
    assert gitledger(ledger_dir, "status", "--json").json["next"] == "gitledger start codex"
