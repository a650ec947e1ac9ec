"""Commands that a branch lists run only where a person trusted their text, and when one asks."""

import json
from pathlib import Path

import pytest
from ground import Answer, git, gitledger
from window_panes import worked


def listing(directory: Path, *commands: str) -> None:
    """Have gitledger.yaml list commands, as a colleague who pushes may."""
    text = gitledger(directory, "config", "show").out
    kept = [line for line in text.splitlines() if not line.startswith("evidence:")]
    named = f"evidence: {json.dumps(list(commands))}"
    done = gitledger(directory, "config", "set", "-", stdin="\n".join([*kept, named, ""]))
    assert done.code == 0, done.err


def runs(directory: Path) -> Answer:
    """`evidence run` as a person types it who named no command."""
    return gitledger(directory, "evidence", "run", "--json")


@pytest.fixture
def site(ledger_dir: Path) -> Path:
    """A ledger with one window, and commands that leave a mark."""
    worked(ledger_dir)
    listing(ledger_dir, "touch mark", "true")
    return ledger_dir


def test_nothing_runs_before_it_is_trusted(site: Path) -> None:
    """Exit 3 with the commands and the next step; the mark is not there."""
    done = runs(site)
    assert (done.code, (site / "mark").exists()) == (3, False)
    assert ("touch mark" in done.err, "gitledger trust" in done.err) == (True, True)


def test_trusted_commands_run_and_are_bound_to_commit_and_window(site: Path) -> None:
    """One row each, with what was checked out."""
    gitledger(site, "trust")
    done = runs(site)
    head = git(site, "rev-parse", "HEAD").strip()
    assert (done.code, (site / "mark").exists()) == (0, True)
    told = [(run["window"], run["commit"], run["command"]) for run in done.json["runs"]]
    assert told == [("W0-01", head, "touch mark"), ("W0-01", head, "true")]


def test_another_text_is_refused_with_the_difference(site: Path) -> None:
    """Nothing of it runs, not even what stayed."""
    gitledger(site, "trust")
    listing(site, "touch mark", "touch other")
    done = runs(site)
    assert (done.code, (site / "mark").exists()) == (3, False)
    assert [line for line in ("-true", "+touch other") if line not in done.err] == []


def test_no_shell_reads_a_command(site: Path) -> None:
    """What follows a semicolon is a word like any other."""
    listing(site, "echo one ; touch mark")
    gitledger(site, "trust")
    assert (runs(site).code, (site / "mark").exists()) == (0, False)


def test_trust_is_shown_and_forgotten(site: Path) -> None:
    """Showing it changes nothing."""
    codes = [gitledger(site, "trust", *words).code for words in (("--show",), (), ("--show",))]
    gitledger(site, "trust", "--forget")
    assert [*codes, gitledger(site, "trust", "--show").code, runs(site).code] == [1, 0, 0, 1, 3]


def test_what_comes_by_sync_and_by_init_is_not_trusted(site: Path, tmp_path: Path) -> None:
    """Neither a clone that fetches a changed text, nor one that takes the branch over, runs it."""
    hub, other = tmp_path / "hub.git", tmp_path / "other"
    git(tmp_path, "init", "-q", "--bare", str(hub))
    git(site, "remote", "add", "origin", str(hub))
    git(site, "push", "-q", "origin", "HEAD")
    assert gitledger(site, "sync", "origin").code == 0
    gitledger(site, "trust")
    git(tmp_path, "clone", "-q", str(hub), str(other))
    taken = gitledger(other, "init")
    assert (taken.code, runs(other).code, (other / "mark").exists()) == (0, 3, False)
    gitledger(other, "trust")
    listing(other, "touch hostile")
    assert gitledger(other, "sync").code == 0
    assert gitledger(site, "sync").code == 0
    assert (runs(site).code, (site / "hostile").exists()) == (3, False)


@pytest.mark.parametrize("commands", ['"pytest -q"', "[3]", '["a \\"b"]', '["a\\u202eb"]', '[""]'])
def test_a_list_that_cannot_run_is_refused_when_it_is_set(ledger_dir: Path, commands: str) -> None:
    """No list, no text, an open quotation mark, characters that nobody sees."""
    text = gitledger(ledger_dir, "config", "show").out + f"\nevidence: {commands}\n"
    assert gitledger(ledger_dir, "config", "set", "-", stdin=text).code == 1


def test_a_junit_file_says_the_result(site: Path) -> None:
    """It is the artefact; its counts are the remark."""
    text = '<testsuite name="pytest"><testcase name="a"><failure/></testcase></testsuite>'
    (site / "t.xml").write_text(text)
    done = gitledger(site, "evidence", "add", "--junit", "t.xml", "--json").json
    assert [done[name] for name in ("result", "runner", "artifact", "notes")] == [
        "fail",
        "pytest",
        "t.xml",
        "1 test, 1 failed, 0 skipped",
    ]


def test_nothing_but_a_person_runs_them(site: Path) -> None:
    """Neither `catch-up` nor any verb that looks; `complete` does, once for a commit."""
    gitledger(site, "trust")
    for words in (("catch-up",), ("status",), ("audit",), ("preview",), ("verify",), ("news",)):
        gitledger(site, *words)
        assert not (site / "mark").exists(), words
    done = [
        gitledger(site, "complete", "-w", "W0-01", "--features", "codex=1", "--json").json
        for _ in range(2)
    ]
    assert (site / "mark").exists()
    assert [[run["command"] for run in one["evidence"]] for one in done] == [
        ["touch mark", "true"],
        [],
    ]


def test_complete_says_that_untrusted_commands_were_not_run(site: Path) -> None:
    """It is done all the same."""
    done = gitledger(site, "complete", "--features", "codex=1")
    assert (done.code, "gitledger trust" in done.err, (site / "mark").exists()) == (0, True, False)
