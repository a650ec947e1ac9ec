"""Features go to the account that has readings; a reading too soon says until when to wait."""

from pathlib import Path

from ground import gitledger
from window_panes import capture


def worked_as(directory: Path, *accounts: str) -> None:
    """One window with both readings of each account."""
    for account in accounts:
        for verb, hours, week in (("start", 9.5, 10), ("end", 11, 17)):
            words = ("--window", "W0-01", "--account", account)
            done = capture(directory, verb, hours, week, *words)
            assert done.code == 0, done.err


def test_features_go_to_the_only_account_that_has_readings(ledger_dir: Path) -> None:
    """Its points and its features are of one account, so the window is usable."""
    worked_as(ledger_dir, "work")
    done = gitledger(ledger_dir, "complete", "--features", "codex=2", "--json")
    assert list(done.json["providers"]) == ["codex/work"]
    (codex,) = gitledger(ledger_dir, "preview", "--json").json["providers"]
    assert (codex["features"], codex["capacity"], codex["usable"]) == (2, 7, 1)


def test_of_several_accounts_the_one_meant_is_asked_for(ledger_dir: Path) -> None:
    """With what to type; nothing is recorded."""
    worked_as(ledger_dir, "home", "work")
    done = gitledger(ledger_dir, "complete", "--window", "W0-01", "--features", "codex=2")
    assert (done.code, "codex/home and codex/work" in done.err) == (2, True)
    words = ("--features", "codex/home=2", "--features", "codex/work=0")
    assert " ".join(words).replace("=2", "=N").replace("=0", "=N") in done.err
    assert gitledger(ledger_dir, "complete", "--window", "W0-01", *words).code == 0


def test_a_reading_too_soon_says_until_when_to_wait(ledger_dir: Path) -> None:
    """Five minutes after the work, as a moment; the step is the same command later."""
    capture(ledger_dir, "start", 9.5, 10, "--window", "W0-01")
    soon = capture(ledger_dir, "end", 9.55, 12)
    assert "wait at least 5 min, until 2026-03-02 09:35Z: meters update late" in soon.out
    step = "next: wait until 2026-03-02 09:35Z, then: gitledger end codex --window W0-01"
    assert step in soon.out
    later = capture(ledger_dir, "end", 9.7, 13, "--window", "W0-01")
    assert "early-after" not in later.out
    assert later.code == 0
