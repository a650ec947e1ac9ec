"""A second statement that contradicts a first is refused or shown, never swallowed."""

from pathlib import Path

import pytest
from finished_windows import append, snapshot, work
from ground import git, gitledger

MAP = "capability_id,name,type,weight,acceptance_path,criticality,owner\n"


@pytest.fixture
def worked(ledger_dir: Path) -> Path:
    """A ledger with one finished window, W0-01."""
    work(ledger_dir, "W0-01", 0, (10, 22))
    return ledger_dir


@pytest.mark.parametrize(
    ("first", "second", "column"),
    [
        (("capability", "add", "C", "--name", "Login"), ("--name", "Logout"), "name"),
        (("evidence", "add", "--runner", "x", "--run-id", "R", "--result", "pass"),
         ("--result", "fail"), "result"),
        (("feature", "reserve", "-w", "W0-01", "-c", "C", "-d", "undo"), ("-d", "redo"),
         "description"),
    ],
)  # fmt: skip
def test_the_same_key_with_other_values_is_refused(
    worked: Path, first: tuple[str, ...], second: tuple[str, ...], column: str
) -> None:
    """Exit 1 with the row that holds the key, the column, and the way to amend."""
    held = gitledger(worked, *first, "--json").json["row"]
    tip = git(worked, "rev-parse", "gitledger/main")
    done = gitledger(worked, *first, *second)
    assert done.code == 1
    assert f"held by row {held}, with another {column}" in done.err
    assert f"gitledger amend {held} {column}=" in done.err
    assert git(worked, "rev-parse", "gitledger/main") == tip


def test_append_names_what_a_row_says_otherwise(worked: Path) -> None:
    """Any ledger: the same key changes nothing, and the difference is told."""
    words = ("append", "capabilities", "capability=C")
    gitledger(worked, *words, "name=Login")
    done = gitledger(worked, *words, "name=Logout")
    assert (done.code, "with another name" in done.out) == (1, True)
    again = gitledger(worked, *words, "name=Login")
    assert (again.code, "another" in again.out) == (0, False)


@pytest.mark.parametrize("how", [("append", "{}", "--csv"), ("import", "csv", "{}")])
def test_a_file_is_answered_as_words_are(worked: Path, how: tuple[str, ...]) -> None:
    """Words, `append --csv` and `import csv`: exit 1, the same problem, nothing changed."""
    gitledger(worked, "append", "capabilities", "capability=C", "name=Login")
    words = gitledger(worked, "append", "capabilities", "capability=C", "name=Logout", "--json")
    verb = [word.format("capabilities") for word in how]
    done = gitledger(worked, *verb, "-", "--json", stdin="capability_id,name\nC,Logout\n")
    assert (words.code, done.code, done.json["recorded"]) == (1, 1, 0)
    (said,), (told,) = words.json["problems"], done.json["problems"]
    assert (said["what"], said["code"]) == (told["what"], told["code"])


def test_words_know_the_export_names(worked: Path) -> None:
    """`capability_id=C` is the column `capability`, as in a CSV header; twice is refused."""
    words = ("append", "capabilities", "capability_id=C", "name=Login")
    assert gitledger(worked, *words).code == 0
    assert gitledger(worked, "append", "capabilities", "capability=C", "name=Login").out.startswith(
        "Already"
    )
    assert gitledger(worked, *words, "capability=C").code == 2


def test_a_changed_line_of_a_map_is_named(worked: Path) -> None:
    """The map is imported again with another name: nothing changes, exit 1, the line is told."""
    (worked / "map.csv").write_text(MAP + "A,Aliases,cli,3,,high,ada\nB,Undo,cli,1,,low,bob\n")
    assert gitledger(worked, "capability", "import", "map.csv").code == 0
    (worked / "map.csv").write_text(MAP + "A,Aliases,cli,3,,high,ada\nB,Redo,cli,1,,low,bob\n")
    done = gitledger(worked, "capability", "import", "map.csv", "--json")
    assert (done.code, done.json["recorded"], done.json["already"]) == (1, 0, 2)
    assert [p["where"] for p in done.json["problems"]] == ["line 3"]


def test_a_run_id_that_is_taken_runs_nothing(worked: Path) -> None:
    """The log of the first run stays as it was recorded."""
    words = ("evidence", "run", "--run-id", "R", "--runner", "x", "--json", "--")
    first = gitledger(worked, *words, "echo", "one").json
    assert gitledger(worked, *words, "echo", "two").code == 2
    place = first["artifact"].removeprefix("(git)/")
    assert (worked / ".git/gitledger/artifacts" / place).read_text() == "one\n"


def test_an_override_is_seen_from_later_cards(worked: Path) -> None:
    """The next card of the window is another one, and still shows what was decided."""
    gitledger(worked, "card", "W0-01", "--override", "NO-GO", "-m", "the customer said no")
    card = gitledger(worked, "card", "W0-01", "--json").json
    assert [o["verdict"] for c in card["other_cards"] for o in c["overrides"]] == ["NO-GO"]
    assert "NO-GO: the customer said no" in gitledger(worked, "card", "W0-01").out


@pytest.mark.parametrize("option", ["--baseline", "--provider"])
def test_an_arm_that_is_not_there_is_refused(worked: Path, option: str) -> None:
    """Exit 2 with the ones that are; a typing error must not choose another baseline."""
    done = gitledger(worked, "card", "WEEK0", option, "cortex")
    assert (done.code, "there are: codex" in done.err) == (2, True)


def test_a_preview_counts_as_healthy_what_the_rules_name(worked: Path) -> None:
    """A word that a team calls healthy counts once its rules say so."""
    words = {"window": "W0-01", "ts": "2026-11-16T09:00:00Z", "rid": "R"}
    append(worked, "telemetry", words | {"status": "fine", "event_sha256": "1" * 64})
    assert gitledger(worked, "preview", "--json").json["telemetry"]["completions"] == 0
    rules = git(worked, "show", "gitledger/main:rules.yaml")
    (worked / "rules.yaml").write_text(rules.replace("[ok, success", "[fine, ok, success"))
    assert gitledger(worked, "rules", "set", "rules.yaml").code == 0
    assert gitledger(worked, "preview", "--json").json["telemetry"]["completions"] == 1


def test_a_rehearsed_pane_is_no_reading(worked: Path) -> None:
    """It neither shows in `status` nor makes a budget of a replay."""
    append(worked, "snapshots", snapshot("W0-02", "before", 9, 80) | {"simulated": True})
    readings = gitledger(worked, "status", "--json").json["readings"]
    assert [r["used_pct"] for r in readings] == [22]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("compare", "--window", "W0-99"), 3),
        (("tokens", "plan", "5", "--window", "no id"), 2),
        (("vote", "W0-01", "--voter", " ", "--vote", "go"), 2),
        (("card", "--since", "2026-11-20", "--until", "2026-11-16"), 2),
    ],
)
def test_words_that_can_mean_nothing_are_refused(
    worked: Path, words: tuple[str, ...], code: int
) -> None:
    """With the next step, and nothing recorded."""
    tip = git(worked, "rev-parse", "gitledger/main")
    done = gitledger(worked, *words)
    assert (done.code, "next:" in done.err) == (code, True)
    assert git(worked, "rev-parse", "gitledger/main") == tip
