"""What a proposal changes: rows, corrections, numbers, findings and verdicts, before -> after."""

import json
from pathlib import Path

import pytest
from ground import git, gitledger
from share.proposals import (
    BASE,
    BRANCH,
    capability,
    committed,
    keep,
    record,
    row_files,
    text_at,
    window,
)


def diff(path: Path, words: str = f"{BASE}...{BRANCH}", *more: str, code: int = 0) -> dict:
    """The difference as JSON."""
    answer = gitledger(path, "--json", "diff", words, *more)
    assert answer.code == code, answer.err
    return answer.json


def test_nothing_new_says_so(ledger_dir: Path) -> None:
    """No row, no effect: one sentence in text and Markdown."""
    keep(ledger_dir)
    words = f"{BASE}..{BRANCH}"
    assert gitledger(ledger_dir, "diff", words).out == "No ledger change.\n"
    assert gitledger(ledger_dir, "diff", words, "--md").out == "No ledger change.\n"


def test_added_rows_stand_by_ledger(ledger_dir: Path) -> None:
    """Rows come with their values, the base's own are not among them."""
    capability(ledger_dir, "c1")
    keep(ledger_dir)
    row = capability(ledger_dir, "c2")
    [found] = diff(ledger_dir)["added"]["capabilities"]
    assert (found["row"], found["values"]["capability"]) == (row, "c2")


def test_a_void_stands_beside_what_it_answers(ledger_dir: Path) -> None:
    """The row that a correction takes out is told, though it is the base's; an amend's too."""
    old, other = capability(ledger_dir, "c1"), capability(ledger_dir, "c2")
    keep(ledger_dir)
    assert gitledger(ledger_dir, "void", old, "-m", "never was").code == 0
    assert gitledger(ledger_dir, "amend", other, "name=better", "-m", "a typo").code == 0
    void, amend = sorted(diff(ledger_dir)["corrections"], key=lambda c: c["kind"], reverse=True)
    assert (void["kind"], void["target"], void["was"]) == ("void", old, "c1 c1")
    assert (amend["kind"], amend["was"], amend["is"]) == ("amend", "c2 c2", "c2 better")


def test_numbers_move_from_before_to_after(ledger_dir: Path) -> None:
    """Windows, features and used points of both sides; a small move is within noise."""
    for number in range(6):
        window(ledger_dir, f"W0-0{number}", before=10 * number, after=10 * number + 9)
    keep(ledger_dir)
    window(ledger_dir, "W0-09", before=70, after=78)
    made = diff(ledger_dir)
    [codex] = made["effects"]
    assert [codex[side]["windows"] for side in ("before", "after")] == [6, 7]
    assert [codex[side]["delivered"] for side in ("before", "after")] == [12, 14]
    assert [codex[side]["capacity"] for side in ("before", "after")] == [54, 62]
    assert codex["change"] == "within noise"
    assert made["coverage"]["usable"] == 7


def test_the_numbers_are_those_of_preview(ledger_dir: Path) -> None:
    """After a difference stands what `preview` says at the head."""
    for number in range(3):
        window(ledger_dir, f"W0-0{number}", before=10 * number, after=10 * number + 9)
        if number == 1:
            keep(ledger_dir)
    [codex] = diff(ledger_dir)["effects"]
    [shown] = gitledger(ledger_dir, "--json", "preview").json["providers"]
    assert codex["after"]["efficiency"] == shown["efficiency"]
    assert codex["after"]["lasting"] == shown["lasting"]
    assert codex["after"]["lasting_per_pp"] == shown["lasting_per_pp"]


def test_a_verdict_that_changes_is_told(ledger_dir: Path) -> None:
    """A run that fails turns a card, and the window's other rows of the base still count."""
    window(ledger_dir, "W0-01", before=10, after=19)
    run = ("window=W0-01", "capability=c1", "runner=pytest")
    record(ledger_dir, *run, "test_run_id=r1", "result=pass", ledger="evidence")
    keep(ledger_dir)
    record(ledger_dir, *run, "test_run_id=r2", "result=fail", ledger="evidence")
    made = diff(ledger_dir)
    [changed] = made["verdicts"]["changed"]
    assert changed == {"window": "W0-01", "before": "SOFT GO", "after": "NO-GO"}
    card = gitledger(ledger_dir, "--json", "card", "--window", "W0-01").json
    assert card["verdict"] == "NO-GO"
    assert made["windows"][0]["evidence"] == {"pass": 1, "of": 2}
    assert "evidence-failed" in {found["code"] for found in made["findings"]["new"]}


def test_evidence_of_another_window_is_seen_to_be_reused(ledger_dir: Path) -> None:
    """A run id that another window of the base has: what a difference reads in parts is whole."""
    run = ("capability=c1", "runner=pytest", "result=pass", f"artifact_sha256={'ab' * 32}")
    window(ledger_dir, "W0-01", before=10, after=19)
    window(ledger_dir, "W0-02", before=20, after=29)
    words = ("window=W0-01", "test_run_id=r1", "artifact=a.log")
    record(ledger_dir, *run, *words, ledger="evidence")
    keep(ledger_dir)
    words = ("window=W0-02", "test_run_id=r2", "artifact=a.log")
    record(ledger_dir, *run, *words, ledger="evidence")
    codes = {found["code"] for found in diff(ledger_dir)["findings"]["new"]}
    assert "evidence-reused" in codes


def test_both_sides_are_read_by_the_base_s_rules(ledger_dir: Path) -> None:
    """A head that loosens rules gets no better card for it; the change is listed."""
    keep(ledger_dir)
    rules = text_at(ledger_dir, "rules.yaml").replace("max_anomalies: 0", "max_anomalies: 9", 1)
    rules = rules.replace("severities: [error]", "severities: []")
    committed(ledger_dir, {"rules.yaml": rules})
    window(ledger_dir, "W0-01", before=30, after=12)
    made = diff(ledger_dir)
    assert made["verdicts"]["counts"] == {"INVALID": 1}
    assert [text["path"] for text in made["texts"]] == ["rules.yaml"]


def test_a_proposal_from_an_older_base(ledger_dir: Path) -> None:
    """`...` is what a merge would bring, `..` what differs."""
    start = keep(ledger_dir)
    capability(ledger_dir, "theirs")
    keep(ledger_dir)
    git(ledger_dir, "update-ref", f"refs/heads/{BRANCH}", start)
    capability(ledger_dir, "ours")
    brought, other = diff(ledger_dir), diff(ledger_dir, f"{BASE}..{BRANCH}")
    assert [row["values"]["name"] for row in brought["added"]["capabilities"]] == ["ours"]
    assert (len(brought["gone"]), len(other["gone"])) == (0, 1)


def test_a_broken_proof_is_exit_1_and_told(ledger_dir: Path) -> None:
    """A row that was edited by hand: integrity broken, the row itself counts on no side."""
    capability(ledger_dir, "c1")
    keep(ledger_dir)
    committed(ledger_dir, {row_files(ledger_dir)[0]: "{}\n"})
    made = diff(ledger_dir, code=1)
    assert made["integrity"]["intact"] is False
    answer = gitledger(ledger_dir, "diff", f"{BASE}...{BRANCH}", "--md")
    assert "integrity broken: 1 finding" in answer.out


def test_windows_of_a_code_range_alone(ledger_dir: Path) -> None:
    """With --commits only windows that hold one of them are shown, with their rows."""
    start = git(ledger_dir, "rev-parse", "HEAD").strip()
    git(ledger_dir, "commit", "-q", "--allow-empty", "-m", "work")
    sha = git(ledger_dir, "rev-parse", "HEAD").strip()
    keep(ledger_dir)
    window(ledger_dir, "W0-01", before=10, after=19)
    window(ledger_dir, "W0-02", before=20, after=29)
    row = {"sha": sha, "parents": [start], "windows": ["W0-02"]}
    row |= {"committed_at": "2026-11-29T10:00:00Z"}
    done = gitledger(ledger_dir, "append", "commits", "--json", "-", stdin=json.dumps(row))
    assert done.code == 0, done.err
    made = diff(ledger_dir, f"{BASE}...{BRANCH}", "--commits", f"{start}..HEAD")
    assert [found["window"] for found in made["windows"]] == ["W0-02"]
    assert {row["window"] for rows in made["added"].values() for row in rows} == {"W0-02"}
    text = gitledger(ledger_dir, "diff", f"{BASE}...{BRANCH}", "--md", "--commits", "HEAD~1..HEAD")
    assert "**This branch**" in text.out


def test_a_ledger_of_another_root_is_no_proposal(ledger_dir: Path) -> None:
    """Two histories that never met: the proof says so, and nothing breaks."""
    capability(ledger_dir, "c1")
    keep(ledger_dir)
    tree = git(ledger_dir, "rev-parse", f"{BRANCH}^{{tree}}").strip()
    other = git(ledger_dir, "commit-tree", tree, "-m", "ledger: begin").strip()
    git(ledger_dir, "update-ref", f"refs/heads/{BRANCH}", other)
    capability(ledger_dir, "c2")
    codes = {f["code"] for f in diff(ledger_dir, code=1)["integrity"]["findings"]}
    assert "second-root" in codes
    assert gitledger(ledger_dir, "check", "--base", BASE).code == 1


@pytest.mark.parametrize("words", ["base", "base..nowhere", "nowhere..", "trunk..base"])
def test_words_that_are_no_range(ledger_dir: Path, words: str) -> None:
    """One word is a usage error; an unknown name cannot be answered."""
    keep(ledger_dir)
    answer = gitledger(ledger_dir, "diff", words)
    assert answer.code == (2 if words == "base" else 3)
    assert "next:" in answer.err
