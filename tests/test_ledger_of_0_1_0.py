"""A ledger that version 0.1.0 itself wrote (`fixtures/ledger-0.1.0.sh`) is still read whole."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from ground import gitledger

TABLE = """{"daily":[{"date":"2025-11-03","inputTokens":100,"outputTokens":50,
"cacheCreationTokens":10,"cacheReadTokens":20,"totalTokens":180,"totalCost":0.5,"modelsUsed":["claude-sonnet-4-5"],
"modelBreakdowns":[]}],"totals":{"totalTokens":180,"totalCost":0.5}}"""
VERBS = ("preview", "audit", "card W0-1", "card WEEK0", "status", "show W0-7", "log", "doctor")


def issued(old: Path, window: str) -> str:
    """The card that 0.1.0 issued for a window or week."""
    rows = gitledger(old, "--json", "log").json["rows"]
    found = [r for r in rows if r["ledger"] == "decisions" and f" {window} " in r["summary"]]
    assert len(found) == 1
    return str(found[0]["summary"].split()[0])


def test_every_row_is_read_and_the_branch_is_intact_before_and_after_an_upgrade(old: Path) -> None:
    """61 rows are read; the upgrade adds to the branch and breaks nothing."""
    first = gitledger(old, "verify")
    assert (first.code, "61 rows in 57 commits: intact." in first.out) == (0, True)
    assert gitledger(old, "doctor", "--fix").code == 0
    again = gitledger(old, "verify")
    assert (again.code, "61 rows in 58 commits: intact." in again.out) == (0, True)


@pytest.mark.parametrize("verb", VERBS)
def test_a_verb_answers(old: Path, verb: str) -> None:
    """A verb says something, and no traceback."""
    answer = gitledger(old, *verb.split())
    assert answer.code in {0, 1, 4}
    assert answer.out
    assert "Traceback" not in answer.err


def test_keys_that_its_rules_lack_are_named_with_their_defaults(old: Path) -> None:
    """What the older rules.yaml does not say stands on the card."""
    lacking = gitledger(old, "--json", "card", "WEEK0").json["rules_defaulted"]
    assert "week.max_churn_14d: 0.3" in lacking
    assert "window.max_churn_14d: 0.5" in lacking


def test_keys_that_its_configuration_lacks_are_named_with_their_defaults(old: Path) -> None:
    """What the older gitledger.yaml does not say stands on the card, by file and key."""
    card = gitledger(old, "--json", "card", "W0-1").json
    assert "overage: []" in card["config_defaulted"]
    told = " ".join(gitledger(old, "card", "W0-1").out.split())
    assert "gitledger.yaml lacks overage: []" in told


@pytest.mark.parametrize("subject", ["W0-1", "WEEK0"])
def test_a_card_issued_then_is_rebuilt_with_the_measures_that_changed(
    old: Path, subject: str
) -> None:
    """Exit 1, and the names of the measures that mean something else since."""
    answer = gitledger(old, "card", "--recompute", issued(old, subject))
    assert answer.code == 1
    assert "features_per_pp" in answer.out + answer.err
    assert "churn_14d" in answer.out + answer.err


def test_points_of_zai_that_held_counts_are_read_as_their_ratio(old: Path) -> None:
    """569 and 1438 of 12000, recorded as 4 and 11 rounded up; without counts the percent stands."""
    assert "glm 5h: 4.7417 -> 11.9833 %" in gitledger(old, "audit", "-w", "W0-8").out
    assert "glm 5h: 4 -> 11 %, 7 pp" in gitledger(old, "audit", "-w", "W0-7").out


def test_a_column_that_its_definition_lacks_is_refused_with_the_upgrade(old: Path) -> None:
    """`--minutes` is newer than the ledger: nothing is recorded, and the step makes it work."""
    for phase, used in (("before", 3), ("after", 5)):
        words = ("-w", "W9", "--phase", phase, "--set", f"weekly={used}")
        assert gitledger(old, "override", "codex", *words).code == 0
    words = ("complete", "-w", "W9", "--features", "codex=1", "--minutes", "guidance=30")
    refused = gitledger(old, *words)
    assert (refused.code, refused.out) == (1, "")
    assert "minutes: windows of this ledger was defined by an older version" in refused.err
    assert "gitledger doctor --fix adds it" in refused.err
    unknown = gitledger(old, "append", "windows", "window=W9", "colour=red")
    assert "doctor" not in unknown.err
    assert gitledger(old, "doctor", "--fix").code == 0
    assert gitledger(old, *words).code == 0
    again = gitledger(old, "--json", *words)
    row = again.json["row"]
    assert again.json["already"]
    assert "minutes" in names_in(gitledger(old, "--json", "show", row).json)


def test_a_report_of_another_provider_is_told_where_the_key_knows_none(old: Path) -> None:
    """The old key is the report alone: the row that holds it, and the step, are named."""
    (old / "t").write_text(TABLE)
    first = gitledger(old, "ingest", "ccusage", "-w", "W0-1", "--from", "t", "--json").json
    again = gitledger(old, "ingest", "glm", "-w", "W0-7", "--from", "t", "--json").json
    assert (first["already"], again["already"]) == (False, True)
    problem = again["problems"][-1]
    assert problem["code"] == "held-elsewhere"
    assert problem["what"].startswith("1 row was recorded already for W0-1 of claude")
    assert f"amend {first['row']} window=W0-7 provider=glm" in problem["hint"]


def test_a_report_of_another_provider_is_another_fact(ledger_dir: Path) -> None:
    """In a ledger of this version the key holds the provider; the sums keep them apart."""
    (ledger_dir / "t").write_text(TABLE)
    for source, window in (("ccusage", "W1"), ("glm", "W1"), ("glm", "W2")):
        done = gitledger(ledger_dir, "ingest", source, "-w", window, "--from", "t", "--json").json
        assert done["already"] == (window == "W2")
    assert "already for W1 of glm" in done["problems"][-1]["what"]
    usage = gitledger(ledger_dir, "preview", "--json").json["usage"]
    assert {name: (part["provider"], part["windows"]) for name, part in usage.items()} == {
        "ccusage day claude": ("claude", ["W1"]),
        "ccusage day glm": ("glm", ["W1"]),
    }


def names_in(value: object) -> Iterator[str]:
    """Every key of a JSON value."""
    if isinstance(value, dict):
        for key, below in value.items():
            yield key
            yield from names_in(below)
    elif isinstance(value, list):
        for below in value:
            yield from names_in(below)


@pytest.mark.parametrize("subject", ["W0-1", "W0-2", "W0-7", "WEEK0"])
def test_every_key_of_a_card_is_documented(old: Path, subject: str) -> None:
    """Whatever `card --json` prints stands in docs/cli.md."""
    words = ("-w", "W0-2", "--runner", "pytest", "-c", "CAP-2", "--result", "pass")
    gitledger(old, "evidence", "add", *words)
    printed = {*names_in(gitledger(old, "--json", "card", subject).json)}
    text = (Path(__file__).parent.parent / "docs" / "cli.md").read_text(encoding="utf-8")
    assert printed - {*re.findall(r"`(\w+)`", text)} == set()
    assert ("repaired" in printed) == (subject == "W0-2")
