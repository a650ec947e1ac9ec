"""Cards at the command line: judged, issued once, rebuilt byte by byte, overridden, voted on."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from finished_windows import append, work
from ground import git, gitledger


@pytest.fixture
def worked(ledger_dir):
    """A ledger with one finished window, W0-01, with passing evidence."""
    work(ledger_dir, "W0-01", 0, (10, 22))
    evidence = {"window": "W0-01", "test_run_id": "TR-1", "runner": "pytest", "result": "pass"}
    append(ledger_dir, "evidence", evidence)
    return ledger_dir


def test_a_window_is_judged(worked: Path) -> None:
    """Churn is missing: SOFT GO, exit 4, with the keys that other tools rely on."""
    card = gitledger(worked, "card", "--window", "W0-01", "--json")
    assert (card.code, card.json["verdict"]) == (4, "SOFT GO")
    assert {
        *("id", "subject", "verdict", "rule", "rules_sha256", "completeness", "reasons"),
        *("estimates", "guardrails", "votes", "coverage", "would_flip", "rows", "tip"),
    } <= set(card.json)
    assert card.json["completeness"]["have"] == 6


def test_a_card_fits_the_terminal(worked: Path) -> None:
    """Eighty columns; the verdict is in the first line."""
    text = gitledger(worked, "card", "W0-01").out
    assert text.splitlines()[0] == "W0-01  SOFT GO"
    assert max(map(len, text.splitlines())) <= 80


def test_a_card_is_markdown_on_demand(worked: Path) -> None:
    """--md."""
    assert gitledger(worked, "card", "W0-01", "--md").out.startswith("## W0-01: SOFT GO\n")


def test_a_card_is_a_page_on_demand(worked: Path) -> None:
    """--html."""
    assert gitledger(worked, "card", "W0-01", "--html").out.startswith("<!doctype html>")


def test_other_cards_of_the_subject_are_shown(worked: Path) -> None:
    """What an earlier card said is never lost from sight."""
    issued = gitledger(worked, "card", "W0-01", "--issue", "--json").json
    work(worked, "W0-01", 0, (10, 22), features=9)
    now = gitledger(worked, "card", "W0-01", "--json").json
    assert now["other_cards"] == [{"id": issued["id"], "verdict": "SOFT GO"}]


def test_an_unknown_window_names_the_nearest(worked: Path) -> None:
    """Exit 3."""
    answer = gitledger(worked, "card", "--window", "W0-02")
    assert answer.code == 3
    assert "W0-01" in answer.err


def test_a_card_without_a_name_is_that_of_the_newest_window(worked: Path) -> None:
    """It names the others; what is recorded has to be named."""
    answer, told = gitledger(worked, "card"), gitledger(worked, "card", "--json").json
    assert (told["subject"], told["others"][0]) == ("W0-01", "WEEK0")
    assert "others: gitledger card WEEK0 | " in answer.err
    assert gitledger(worked, "card", "--issue").code == 2


def test_issuing_twice_is_one_card(worked: Path) -> None:
    """The second time nothing is recorded."""
    first = gitledger(worked, "card", "W0-01", "--issue", "--json").json
    tip = git(worked, "rev-parse", "gitledger/main")
    second = gitledger(worked, "card", "W0-01", "--issue", "--json").json
    assert (first["id"], False, True) == (second["id"], first["already"], second["already"])
    assert git(worked, "rev-parse", "gitledger/main") == tip


def test_a_card_is_rebuilt_after_the_ledger_moved_on(worked: Path) -> None:
    """A second finalisation changes the next card, not the issued one."""
    issued = gitledger(worked, "card", "W0-01", "--issue", "--json").json
    work(worked, "W0-01", 0, (10, 22), features=9)
    again = gitledger(worked, "card", "--recompute", issued["id"], "--json")
    assert (again.code, again.json["identical"], again.json["verdict"]) == (0, True, "SOFT GO")
    assert gitledger(worked, "card", "W0-01", "--json").json["verdict"] == "INVALID"


def test_a_card_that_cannot_be_rebuilt_alike_names_the_difference(worked: Path) -> None:
    """A recorded card with another verdict: exit 1 and the path of what differs."""
    issued = gitledger(worked, "card", "W0-01", "--issue", "--json").json
    row = gitledger(worked, "show", issued["row"], "--json").json
    values = json.loads(json.dumps(row))["rows"][0]["values"] if "rows" in row else row["values"]
    values["content"]["verdict"] = "GO"
    forged = values | {"card": "f" * 16, "verdict": "GO"}
    append(worked, "decisions", forged)
    again = gitledger(worked, "card", "--recompute", "ffff", "--json")
    assert again.code == 1
    assert again.json["differences"] == ["verdict: was 'GO', is 'SOFT GO'"]


def test_an_unknown_card_names_the_last_ones(worked: Path) -> None:
    """Exit 3 with the ids there are."""
    issued = gitledger(worked, "card", "W0-01", "--issue", "--json").json
    answer = gitledger(worked, "card", "--recompute", "0000")
    assert answer.code == 3
    assert issued["id"] in answer.err


def test_a_card_has_the_same_bytes_in_a_clone_elsewhere(worked: Path, tmp_path: Path) -> None:
    """Another folder, time zone and locale, another process: identical."""
    issued = gitledger(worked, "card", "W0-01", "--issue", "--json").json
    clone = tmp_path / "clone"
    git(tmp_path, "clone", "-q", str(worked), str(clone))
    git(clone, "branch", "gitledger/main", "origin/gitledger/main")
    words = ["card", "--recompute", issued["id"], "--json"]
    done = subprocess.run(
        [sys.executable, "-m", "gitledger", "-C", str(clone), *words],
        env=os.environ | {"TZ": "Pacific/Chatham", "LC_ALL": "C", "LANG": "tr_TR.UTF-8"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["identical"] is True


def test_an_override_stands_beside_the_card(worked: Path) -> None:
    """A row of its own with a reason; both are shown, the card's verdict stays."""
    issued = gitledger(worked, "card", "W0-01", "--issue", "--json").json
    done = gitledger(worked, "card", "W0-01", "--override", "HOLD", "-m", "wait", "--json").json
    assert (done["id"], done["verdict"]) == (issued["id"], "SOFT GO")
    assert [(o["verdict"], o["reason"]) for o in done["overrides"]] == [("HOLD", "wait")]


def test_an_override_needs_a_reason(worked: Path) -> None:
    """Exit 2."""
    assert gitledger(worked, "card", "W0-01", "--override", "GO").code == 2


def test_week0_compiles_every_provider(ledger_dir: Path) -> None:
    """Three windows a side of two plans without prices: no order; both arms are there."""
    for i in range(3):
        at = 2 * i
        work(ledger_dir, f"W0-c{i}", at, (10 * i, 10 * i + 9), features=9)
        work(ledger_dir, f"W0-l{i}", at, (10 * i, 10 * i + 9), provider="claude", features=2)
    card = gitledger(ledger_dir, "card", "WEEK0", "--baseline", "claude", "--json")
    assert (card.code, card.json["verdict"]) == (4, "INSUFFICIENT")
    assert "points of different plans; give their prices" in card.json["reasons"][0]
    assert [arm["name"] for arm in card.json["arms"]] == ["claude", "codex"]
    text = gitledger(ledger_dir, "card", "WEEK0").out
    assert max(map(len, text.splitlines())) <= 80


def test_a_tampered_ledger_is_invalid(worked: Path) -> None:
    """A row edited by hand: the verification fails, and the card with it; rebuilt alike."""
    assert gitledger(worked, "card", "W0-01", "--json").json["world"]["proof"] == "intact"
    side = worked.parent / "side"
    git(worked, "worktree", "add", "-q", str(side), "gitledger/main")
    row = next(side.glob("ledgers/windows/*/*/*.json"))
    row.write_text(row.read_text().replace("0.9", "0.8"))
    git(side, "commit", "-qam", "edit")
    shutil.rmtree(side)
    git(worked, "worktree", "prune")
    card = gitledger(worked, "card", "W0-01", "--json")
    assert (card.code, card.json["verdict"]) == (1, "INVALID")
    assert card.json["world"]["proof"] == "failed"


def test_a_card_is_judged_by_the_rules_it_names(worked: Path) -> None:
    """The compiled form in the git directory says something else: the branch's text counts."""
    card = gitledger(worked, "card", "W0-01", "--json")
    compiled = worked / ".git/gitledger/compiled"
    oid = git(worked, "rev-parse", "gitledger/main:rules.yaml").strip()
    (compiled / f"{oid}.compiled").write_text('{"gitledger":1}')
    again = gitledger(worked, "card", "W0-01", "--json")
    assert (again.code, again.json["id"]) == (card.code, card.json["id"])


def test_days_bound_a_card(worked: Path) -> None:
    """--since and --until; a word that is no day is refused."""
    card = gitledger(worked, "card", "--since", "2026-11-16", "--until", "2026-11-17", "--json")
    assert card.json["coverage"]["windows"] == 1
    assert gitledger(worked, "card", "--since", "monday").code == 2


def test_a_card_of_an_older_version_names_what_changed(worked: Path) -> None:
    """A card without terms was issued by 0.1.0: exit 1, and the measures by name."""
    shown = gitledger(worked, "card", "--window", "W0-01", "--json").json
    keys = ("id", "overrides", "later_votes", "other_cards", "terms", "schema")
    content = {key: value for key, value in shown.items() if key not in keys}
    content |= {"tool": "gitledger 0.1.0", "looks": 1}
    row = {"card": "a" * 16, "subject": "W0-01", "verdict": shown["verdict"], "content": content}
    row |= {name: shown[name] for name in ("rule", "rules_sha256", "tip")}
    append(worked, "decisions", row)
    again = gitledger(worked, "card", "--recompute", "aaaa", "--json")
    assert (again.code, again.json["identical"]) == (1, False)
    named = [change.split(":")[0] for change in again.json["changed_measures"]]
    assert "features_per_pp" in named
    assert "changed since gitledger 0.1.0: features_per_pp" in again.err


def test_broken_rules_are_refused_with_every_problem(worked: Path) -> None:
    """Two mistakes on the branch: a card is INVALID and names both, another reader refuses."""
    rules = git(worked, "show", "gitledger/main:rules.yaml")
    spoiled = rules.replace("min_windows: 6", "min_windows: six").replace("phi0:", "phi:")
    side = worked.parent / "side"
    git(worked, "worktree", "add", "-q", str(side), "gitledger/main")
    (side / "rules.yaml").write_text(spoiled)
    git(side, "commit", "-qam", "rules: spoil")
    shutil.rmtree(side)
    git(worked, "worktree", "prune")
    answer = gitledger(worked, "card", "W0-01", "--json")
    assert (answer.code, answer.json["verdict"]) == (1, "INVALID")
    told = " ".join(answer.json["reasons"])
    assert "week.go.min_windows" in told
    assert "measures.phi" in told
    refused = gitledger(worked, "preview")
    assert refused.code == 1
    assert "week.go.min_windows" in refused.err
