"""Finalising, auditing, previewing at the command line."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from ground import git, gitledger
from window_panes import capture, clock, pane, worked

STATED = ("--codex-features", "3", "--rubric", "4", "--outcome", "pass")


def test_complete_takes_the_ended_window(ledger_dir: Path) -> None:
    """Without a name the window that was ended is finalised, with its capacity."""
    worked(ledger_dir)
    done = gitledger(ledger_dir, "complete", *STATED, "--json").json
    assert done["window"] == "W0-01"
    assert {
        key: value
        for key, value in done["providers"]["codex"].items()
        if key not in {"state", "why"}
    } == {"features": 3, "meter": "weekly", "before": 10, "after": 17, "delta_pp": 7}


def test_rubric_becomes_a_share_and_is_kept(ledger_dir: Path) -> None:
    """A grade of 4 is a quality of 0.75."""
    worked(ledger_dir)
    row = gitledger(ledger_dir, "complete", *STATED, "--json").json["row"]
    values = gitledger(ledger_dir, "show", row, "--json").json["values"]
    assert (values["quality"], values["rubric"]) == (0.75, 4)


def test_the_same_statement_again_changes_nothing(ledger_dir: Path) -> None:
    """The row that holds the statement is named."""
    worked(ledger_dir)
    first = gitledger(ledger_dir, "complete", *STATED, "--json").json
    again = gitledger(ledger_dir, "complete", "-w", "W0-01", *STATED, "--json").json
    assert (first["row"], True) == (again["row"], again["already"])


def test_the_window_finalised_last_is_meant_when_nothing_waits(ledger_dir: Path) -> None:
    """The same words again name the same row; other words are held against it."""
    worked(ledger_dir)
    first = gitledger(ledger_dir, "complete", *STATED, "--json").json
    again = gitledger(ledger_dir, "complete", *STATED, "--json").json
    other = gitledger(ledger_dir, "complete", "--codex-features", "5", "--outcome", "pass")
    assert (first["row"], True, 1) == (again["row"], again["already"], other.code)


def test_another_statement_needs_amend_and_a_reason(ledger_dir: Path) -> None:
    """It is refused with exit 1 and what differs; `--amend -m` replaces it without conflict."""
    worked(ledger_dir)
    gitledger(ledger_dir, "complete", *STATED)
    other = ("complete", "-w", "W0-01", "-f", "codex=5", "--rubric", "4", "--outcome", "pass")
    refused = gitledger(ledger_dir, *other)
    amended = gitledger(ledger_dir, *other, "--amend", "-m", "miscounted")
    codes = [f["code"] for f in gitledger(ledger_dir, "audit", "--json").json["findings"]]
    assert (refused.code, "codex=3" in refused.err, amended.code) == (1, True, 0)
    assert "conflicting-finalise" not in codes


def test_commits_named_by_revision_are_kept_by_id(ledger_dir: Path) -> None:
    """`HEAD` becomes the full id."""
    worked(ledger_dir)
    git(ledger_dir, "commit", "-q", "--allow-empty", "-m", "work")
    ends = ("--commit-start", "HEAD~1", "--commit-end", "HEAD")
    done = gitledger(ledger_dir, "complete", *STATED, *ends, "--json").json
    head = git(ledger_dir, "rev-parse", "HEAD").strip()
    assert head == done["commit_end"]


def test_recorded_commits_are_the_default_range(ledger_dir: Path) -> None:
    """From the parent of the first commit that the hook recorded to the last, on this branch."""
    worked(ledger_dir)
    rows = [
        {"sha": f"{i:040x}", "parents": [f"{i - 1:040x}"], "branch": branch, "windows": ["W0-01"]}
        | {"committed_at": clock(10)}
        for i, branch in ((2, "trunk"), (3, "trunk"), (9, "other"))
    ]
    (ledger_dir / "rows.json").write_text(json.dumps(rows))
    done = gitledger(ledger_dir, "append", "commits", "--json", "rows.json")
    assert done.code == 0, done.err
    found = gitledger(ledger_dir, "complete", *STATED, "--json").json
    assert (f"{1:040x}", f"{3:040x}") == (found["commit_start"], found["commit_end"])


def test_glm_only_window_goes_all_the_way(ledger_dir: Path) -> None:
    """A GLM window is captured, finalised and previewed on its weekly meter, as it has one."""
    for verb, hours, five, week in (("start", 9.5, 10, 5), ("end", 11, 34, 9)):
        text = pane(hours, week, five, provider="glm")
        gitledger(ledger_dir, verb, "glm", "--at", clock(hours), stdin=text)
    gitledger(ledger_dir, "complete", "--glm-features", "2", "--outcome", "pass")
    entry = gitledger(ledger_dir, "preview", "--json").json["providers"][0]
    assert (*(entry["provider"], entry["meter"], entry["usable"], entry["capacity"]),) == (
        "glm",
        "weekly",
        1,
        4,
    )


def test_three_providers_in_one_window(ledger_dir: Path) -> None:
    """Each provider of a window has its own line, unusable ones their reason."""
    for provider in ("codex", "claude", "glm"):
        worked(ledger_dir, provider=provider)
    words = ("-f", "codex=1", "-f", "claude=1", "-f", "glm=1")
    gitledger(ledger_dir, "complete", "-w", "W0-01", *words)
    told = gitledger(ledger_dir, "preview", "--json").json
    assert [p["provider"] for p in told["providers"]] == ["claude", "codex", "glm"]
    assert [p["usable"] for p in told["providers"]] == [1, 1, 1]


def test_a_provider_without_reading_is_recorded_with_its_reason(ledger_dir: Path) -> None:
    """Features without a reading are kept; coverage says why they do not count."""
    worked(ledger_dir)
    gitledger(ledger_dir, "complete", *STATED, "-f", "glm=1")
    told = gitledger(ledger_dir, "preview", "--json").json["coverage"]
    assert {"window": "W0-01", "provider": "glm", "reason": "missing-before"} in told["excluded"]


def test_anomalies_are_recorded_with_the_finalisation(ledger_dir: Path) -> None:
    """A meter that fell goes on record when the window is finalised."""
    capture(ledger_dir, "start", 9.5, 20)
    capture(ledger_dir, "end", 11, 10)
    gitledger(ledger_dir, "complete", *STATED)
    rows = gitledger(ledger_dir, "export", "anomalies", "--format", "jsonl").out
    assert "non-monotonic" in {json.loads(line)["code"] for line in rows.splitlines()}


def test_audit_tells_one_window(ledger_dir: Path) -> None:
    """Captures, finalisation, deltas and findings of a window; exit 1 with warnings."""
    worked(ledger_dir)
    done = gitledger(ledger_dir, "audit", "--window", "W0-01", "--json")
    assert (done.code, [s["entries"] for s in done.json["snapshots"]]) == (0, [1, 1])
    gitledger(ledger_dir, "complete", *STATED)
    assert gitledger(ledger_dir, "audit", "--window", "W0-01").code == 1


def test_audit_of_all_windows_lists_each(ledger_dir: Path) -> None:
    """Without a name there is one entry a window and all findings together."""
    worked(ledger_dir)
    capture(ledger_dir, "start", 12, 17)
    told = gitledger(ledger_dir, "audit", "--json").json
    assert [part["window"] for part in told["windows"]] == ["W0-01", "W0-02"]
    assert [f["code"] for f in told["findings"]] == ["missing-after"]


def test_audit_of_an_unknown_window_names_the_nearest(ledger_dir: Path) -> None:
    """Exit 3 and the ids that look like it."""
    worked(ledger_dir)
    done = gitledger(ledger_dir, "audit", "--window", "W0-11", "--json")
    assert (done.code, "W0-01" in done.err) == (3, True)
    assert (done.json["window"], done.json["findings"]) == ("W0-11", [])
    assert "W0-01" in done.json["hint"]


@pytest.mark.parametrize("by", [(), ("--by", "methodology")])
def test_preview_fits_eighty_columns(ledger_dir: Path, by: tuple[str, ...]) -> None:
    """No line of the table is wider than a plain terminal."""
    worked(ledger_dir)
    gitledger(ledger_dir, "complete", *STATED, "--methodology", "pair-programming")
    done = gitledger(ledger_dir, "preview", *by)
    assert (done.code, max(map(len, done.out.splitlines())) <= 80) == (0, True)


def test_status_names_the_next_step(ledger_dir: Path) -> None:
    """An open window is to be ended, an ended one to be finalised."""
    capture(ledger_dir, "start", 9.5, 10)
    opened = gitledger(ledger_dir, "status", "--json").json
    capture(ledger_dir, "end", 11, 17)
    ended = gitledger(ledger_dir, "status", "--json").json
    assert (opened["next"], [e["window"] for e in opened["open"]]) == (
        "gitledger end codex",
        ["W0-01"],
    )
    words = "gitledger complete --features codex=N --quality Q --outcome pass --impf N"
    assert ended["next"] == words


@pytest.mark.parametrize(("need", "code"), [("10", 0), ("84", 1)])
def test_guard_answers_by_exit_code(ledger_dir: Path, need: str, code: int) -> None:
    """83 points left: enough for 10, not for 84."""
    words = ("--phase", "after", "--set", "weekly=17")
    gitledger(ledger_dir, "override", "codex", "-w", "W0-01", *words)
    assert code == gitledger(ledger_dir, "guard", "--provider", "codex", "--need", need).code


def test_guard_does_not_guess(ledger_dir: Path) -> None:
    """Without a reading, or past its reset, the answer is unknown: exit 3."""
    nothing = gitledger(ledger_dir, "guard", "--provider", "codex", "--need", "10")
    capture(ledger_dir, "start", 9.5, 10)
    past = gitledger(ledger_dir, "guard", "--provider", "codex", "--need", "10", "--json")
    assert (nothing.code, past.code, past.json["enough"]) == (3, 3, None)


def test_a_window_that_was_not_ended_is_not_finalised(ledger_dir: Path) -> None:
    """A BEFORE without its AFTER: exit 3, nothing recorded, the command that ends it printed."""
    capture(ledger_dir, "start", 9.5, 10, "--window", "W0-01")
    done = gitledger(ledger_dir, "complete", *STATED)
    rows = gitledger(ledger_dir, "log", "--ledger", "windows", "--json").json["rows"]
    assert (done.code, rows) == (3, [])
    assert "gitledger end codex --window W0-01" in done.err
    assert gitledger(ledger_dir, "complete", *STATED, "--without-after").code == 0


def test_an_amended_statement_keeps_what_is_not_named(ledger_dir: Path) -> None:
    """Only the features of one provider are corrected; everything else stays as it was stated."""
    for provider in ("codex", "claude"):
        worked(ledger_dir, provider=provider)
    words = ("-f", "codex=3", "-f", "claude=2", "--quality", "0.9", "--outcome", "pass")
    more = ("--cls", "1.1", "--impf", "guidance=4", "--methodology", "tdd", "--notes", "as agreed")
    gitledger(ledger_dir, "complete", "-w", "W0-01", *words, *more)
    first = stated_row(ledger_dir)
    done = gitledger(ledger_dir, "complete", "-w", "W0-01", "-f", "codex=4", "--amend", "-m", "new")
    assert done.code == 0, done.err
    second = stated_row(ledger_dir)
    kept = ("quality", "outcome", "cls", "impf", "impf_categories", "methodology", "notes")
    assert {name: first[name] for name in kept} == {name: second[name] for name in kept}
    assert {f["provider"]: f["features"] for f in second["features"]} == {"codex": 4, "claude": 2}


def test_a_grade_amended_replaces_the_share(ledger_dir: Path) -> None:
    """Quality and rubric are one fact: naming one takes the other out."""
    worked(ledger_dir)
    gitledger(ledger_dir, "complete", *STATED, "--rubric", "4")
    gitledger(ledger_dir, "complete", "--quality", "0.5", "--amend", "-m", "looked again")
    row = stated_row(ledger_dir)
    assert (row["quality"], "rubric" in row) == (0.5, False)


def stated_row(directory: Path) -> dict[str, Any]:
    """The newest finalisation, by column."""
    out = gitledger(directory, "export", "windows", "--format", "jsonl").out
    return dict(json.loads(out.splitlines()[-1]))


def test_an_amended_statement_keeps_the_range_that_was_typed(ledger_dir: Path) -> None:
    """Commits that a hook recorded take no typed range's place; a range typed anew takes it."""
    worked(ledger_dir)
    for name in ("one", "two"):
        git(ledger_dir, "commit", "-q", "--allow-empty", "-m", name)
    start, middle, end = (git(ledger_dir, "rev-parse", f"HEAD~{n}").strip() for n in (2, 1, 0))
    row = {"sha": end, "parents": [middle], "branch": "trunk", "windows": ["W0-01"]}
    (ledger_dir / "rows.json").write_text(json.dumps([row | {"committed_at": clock(10)}]))
    assert gitledger(ledger_dir, "append", "commits", "--json", "rows.json").code == 0
    gitledger(ledger_dir, "complete", *STATED, "--commit-start", start, "--commit-end", middle)
    gitledger(ledger_dir, "complete", "--quality", "0.5", "--amend", "-m", "looked again")
    kept = stated_row(ledger_dir)
    assert (kept["commit_start"], kept["commit_end"], kept["range_stated"]) == (start, middle, True)
    words = ("--commit-start", start, "--commit-end", end, "--amend", "-m", "both")
    gitledger(ledger_dir, "complete", *words)
    assert (stated_row(ledger_dir)["commit_end"], "runs" in stated_row(ledger_dir)) == (end, False)


@pytest.mark.parametrize(("words", "code"), [((), 3), (("--fail-open",), 0)])
def test_guard_may_let_the_unknown_through(
    ledger_dir: Path, words: tuple[str, ...], code: int
) -> None:
    """Only when it is asked to, and it says so on standard error."""
    done = gitledger(ledger_dir, "guard", "--provider", "codex", "--need", "10", *words)
    assert (done.code, "let through" in done.err) == (code, bool(words))


def test_guard_that_fails_open_still_says_no(ledger_dir: Path) -> None:
    """What is known decides; wrong words are refused."""
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    words = ("--window", "W1", "--phase", "before", "--set", "weekly=95", "--at", now)
    gitledger(ledger_dir, "override", "codex", *words)
    asked = ("guard", "--provider", "codex", "--fail-open", "--need")
    assert [gitledger(ledger_dir, *asked, need).code for need in ("10", "x")] == [1, 2]


def test_status_says_what_is_due_and_what_still_fits(ledger_dir: Path) -> None:
    """In JSON and in words."""
    worked(ledger_dir)
    gitledger(ledger_dir, "complete", *STATED, "--record-only")
    told = gitledger(ledger_dir, "status", "--json").json
    assert [(one["what"], one["window"]) for one in told["due"]] == [("churn", "W0-01")]
    assert [(one["provider"], one["meter"], one["n"]) for one in told["fits"]] == [
        ("codex", "weekly", 1)
    ]
    words = gitledger(ledger_dir, "status").out
    assert [text for text in ("churn of W0-01: now", "more window") if text not in words] == []


def test_status_without_a_terminal_is_drawn_once(ledger_dir: Path) -> None:
    """`--watch` into a pipe ends by itself."""
    worked(ledger_dir)
    assert gitledger(ledger_dir, "status", "--watch").out == gitledger(ledger_dir, "status").out
