"""Every finding of the audit, from rows."""

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from gitledger.windows.audit.checks import anomalies_of, audit_window, audit_windows
from gitledger.windows.audit.facts import NO_BYTES, WorldFacts, neighbours_of
from gitledger.windows.audit.findings import CODES, Finding, is_anomaly
from gitledger.windows.fold import fold_windows
from gitledger.windows.thresholds import Terms

Meter = Callable[..., dict[str, Any]]
SHA = "d" * 64


def found(ledgers: Any, code: str, **more: Any) -> list[Finding]:
    """The findings of one code over all windows."""
    return [f for f in audit_windows(fold_windows(ledgers), **more) if f.code == code]


def where(ledgers: Any, code: str, **more: Any) -> list[tuple[str, str, str]]:
    """Window, place and severity of the findings of one code."""
    return [(f.window, f.where, f.severity) for f in found(ledgers, code, **more)]


def test_a_sound_window_has_no_finding(ledgers: Any) -> None:
    """Captured, committed, finalised, measured and proven: nothing to tell."""
    ledgers.pair("W0-01", 9, 14)
    ledgers.finish("W0-01")
    ledgers.add("churn", window="W0-01", provider="codex", decision="measured")
    ledgers.add("evidence", window="W0-01", test_run_id="T1", result="pass")
    assert audit_windows(fold_windows(ledgers)) == ()


def test_duplicate_snapshot(ledgers: Any, meter: Meter) -> None:
    """A second AFTER is listed, with the row that does not count."""
    ledgers.pair("W0-01", 9, 14)
    ledgers.snap("W0-01", "after", "11:00", meter("weekly", 15, "06T12:00"))
    finding = found(ledgers, "duplicate-snapshot")[0]
    assert ("codex after", (ledgers["snapshots"][1].id,)) == (finding.where, finding.rows)


def test_duplicate_finalise(ledgers: Any) -> None:
    """The same statement twice is a warning."""
    for note in ("first", "again"):
        ledgers.finish("W0-01", notes=note)
    assert where(ledgers, "duplicate-finalise") == [("W0-01", "complete", "warning")]


def test_conflicting_finalise(ledgers: Any) -> None:
    """Two statements without a reason are an error."""
    ledgers.finish("W0-01", 2)
    ledgers.finish("W0-01", 3)
    assert where(ledgers, "conflicting-finalise") == [("W0-01", "complete", "error")]


@pytest.mark.parametrize("phase", ["before", "after"])
def test_missing_side(ledgers: Any, meter: Meter, phase: str) -> None:
    """A window with one capture misses the other."""
    ledgers.snap("W0-01", phase, "09:00", meter("weekly", 9, "06T12:00"))
    other = {"before": "after", "after": "before"}[phase]
    assert where(ledgers, f"missing-{other}") == [("W0-01", "codex", "warning")]
    assert where(ledgers, f"missing-{phase}") == []


def test_a_text_without_numbers_is_missing_too(ledgers: Any, meter: Meter) -> None:
    """A stored pane without figures leaves its phase without a reading, and says so."""
    ledgers.snap("W0-01", "before", "09:00", meter("weekly", 9, "06T12:00"))
    ledgers.snap("W0-01", "after", "10:00")
    assert "held no number" in found(ledgers, "missing-after")[0].what


def test_early_after_counts_from_the_last_commit(ledgers: Any) -> None:
    """Meters need five minutes after the last commit."""
    ledgers.pair("W0-01", 9, 14)
    ledgers.add("commits", windows=["W0-01"], committed_at="2026-03-02T09:57:00Z")
    assert "3 min after the last commit" in found(ledgers, "early-after")[0].what


def test_after_shown_before_the_last_commit_says_so(ledgers: Any) -> None:
    """Work that went on after the AFTER is told in words, not as a negative time."""
    ledgers.pair("W0-01", 9, 14)
    ledgers.add("commits", windows=["W0-01"], committed_at="2026-03-02T10:40:00Z")
    assert "40 min before the last commit" in found(ledgers, "early-after")[0].what


def test_early_after_counts_from_the_before_without_commits(ledgers: Any) -> None:
    """An AFTER within five minutes of its BEFORE is early in any case."""
    ledgers.pair("W0-01", 9, 14, "09:00", "09:04")
    assert where(ledgers, "early-after") == [("W0-01", "codex after", "warning")]


def test_late_after(ledgers: Any) -> None:
    """An AFTER more than half a day after the last commit may hold other work."""
    ledgers.pair("W0-01", 9, 14, "09:00", "03T00:00")
    ledgers.add("commits", windows=["W0-01"], committed_at="2026-03-02T10:57:00Z")
    assert "783 min" in found(ledgers, "late-after")[0].what


def test_stale_pane(ledgers: Any, meter: Meter) -> None:
    """A pane whose reset has passed is an error at its phase."""
    ledgers.snap("W0-01", "before", "09:00", meter("5h", 9, "08:00"))
    assert where(ledgers, "stale-pane") == [("W0-01", "codex before", "error")]


def test_non_monotonic(ledgers: Any) -> None:
    """A meter that fell under one reset is an error."""
    ledgers.pair("W0-01", 20, 10)
    assert where(ledgers, "non-monotonic") == [("W0-01", "codex weekly", "error")]


def test_anchor_moved(ledgers: Any, meter: Meter) -> None:
    """A weekly reset that jumped is a warning."""
    ledgers.snap("W0-01", "before", "09:00", meter("weekly", 20, "06T12:00"))
    ledgers.snap("W0-01", "after", "10:00", meter("weekly", 21, "07T12:00"))
    assert where(ledgers, "anchor-moved") == [("W0-01", "codex weekly", "warning")]


def test_reset_of_the_side_meter_is_a_note(ledgers: Any, meter: Meter) -> None:
    """A 5 h reset is a note while the weekly meter carries the capacity."""
    for phase, at, used, end in (("before", "09:00", 50, "10:00"), ("after", "11:00", 5, "15:00")):
        week = meter("weekly", 9, "06T12:00")
        ledgers.snap("W0-01", phase, at, meter("5h", used, end), week)
    assert where(ledgers, "reset-between") == [("W0-01", "codex 5h", "note")]


def test_shared_account(ledgers: Any) -> None:
    """Both windows of a shared account say so."""
    ledgers.pair("W0-01", 9, 20, "09:00", "11:00")
    ledgers.pair("W0-02", 12, 22, "10:00", "12:00")
    assert [f.window for f in found(ledgers, "shared-account")] == ["W0-01", "W0-02"]


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"problems": [{"code": "nested-panes"}]}, "nested-panes"),
        ({"simulated": True}, "fixture-source"),
    ],
)
def test_doubtful_panes(ledgers: Any, meter: Meter, more: dict[str, Any], code: str) -> None:
    """Panels pasted into each other and rehearsals are told."""
    ledgers.snap("W0-01", "before", "09:00", meter("weekly", 9, "06T12:00"), **more)
    assert where(ledgers, code) == [("W0-01", "codex before", "warning")]


@pytest.mark.parametrize(
    ("code", "stored", "told"),
    [
        ("truncated", "error", "warning"),
        ("bar-mismatch", "warning", "warning"),
        ("reset-implausible", "warning", "warning"),
        ("partial", "warning", "note"),
        ("new-label", "warning", "note"),
        ("old-reading", "error", "error"),
    ],
)
def test_what_a_capture_reported_is_found(
    ledgers: Any, meter: Meter, code: str, stored: str, told: str
) -> None:
    """A problem that stands with a reading is a finding, with the row it stands on."""
    problems = [{"code": code, "severity": stored, "what": "as it was"}]
    row = ledgers.snap("W0-01", "after", "09:00", meter("weekly", 9), problems=problems)
    (finding,) = found(ledgers, code)
    assert (finding.where, finding.severity, finding.rows) == ("codex after", told, (row.id,))
    assert finding.what == "AFTER: as it was"


def test_notes_and_replaced_captures_are_no_findings(ledgers: Any, meter: Meter) -> None:
    """A note is no problem, and a capture that a later one replaced no longer counts."""
    note = [{"code": "window-off", "severity": "note", "what": "off"}]
    ledgers.snap("W0-01", "before", "09:00", meter("weekly", 9), problems=note)
    cut = [{"code": "truncated", "severity": "error", "what": "cut"}]
    ledgers.snap("W0-01", "after", "10:00", meter("weekly", 9), problems=cut)
    ledgers.snap("W0-01", "after", "11:00", meter("weekly", 9))
    assert not found(ledgers, "window-off")
    assert not found(ledgers, "truncated")


def test_buffer_breached(ledgers: Any) -> None:
    """A week over 90 % uses its reserve; 90 % itself does not."""
    ledgers.pair("W0-01", 80, 90)
    ledgers.pair("W0-02", 90, 91, "10:00", "11:00")
    assert where(ledgers, "buffer-breached") == [("W0-02", "codex weekly", "warning")]


def test_no_features(ledgers: Any) -> None:
    """A finalisation without features is told."""
    ledgers.finish("W0-01", 0)
    assert where(ledgers, "no-features") == [("W0-01", "complete", "warning")]


def test_zero_capacity(ledgers: Any) -> None:
    """Features on a meter that did not move have no price."""
    ledgers.pair("W0-01", 9, 9)
    ledgers.finish("W0-01")
    assert where(ledgers, "zero-capacity") == [("W0-01", "codex weekly", "warning")]


def test_no_commit_range(ledgers: Any) -> None:
    """Features without commits cannot be looked at."""
    ledgers.finish("W0-01", commit_start="", commit_end="")
    assert where(ledgers, "no-commit-range") == [("W0-01", "commits", "warning")]


@pytest.mark.parametrize(("features", "severity"), [(2, "error"), (0, "warning")])
def test_empty_range(ledgers: Any, features: int, severity: str) -> None:
    """HEAD..HEAD is an error when it stands for features."""
    ledgers.finish("W0-01", features, commit_end="a" * 40)
    assert [("W0-01", "aaaaaaa..aaaaaaa", severity)] == where(ledgers, "empty-range")


def test_range_reused(ledgers: Any) -> None:
    """Three windows of one range each name the others; an empty range is not reused."""
    for name in ("W0-01", "W0-02", "W0-03"):
        ledgers.finish(name)
        ledgers.add("churn", window=name, commit_start="c" * 40, commit_end="c" * 40)
    assert [
        f.what.removeprefix("the same range also counts for ")
        for f in found(ledgers, "range-reused")
    ] == ["W0-02, W0-03", "W0-01, W0-03", "W0-01, W0-02"]


def test_range_vanished_by_the_repository(ledgers: Any) -> None:
    """A commit that the repository lost is told; the facts are kept."""
    ledgers.finish("W0-01")
    facts = WorldFacts(vanished=frozenset({"b" * 40}))
    assert where(ledgers, "range-vanished", facts=facts) == [
        ("W0-01", "aaaaaaa..bbbbbbb", "warning")
    ]


def test_churn_missing(ledgers: Any) -> None:
    """A finalised window without churn is told."""
    ledgers.finish("W0-01")
    assert where(ledgers, "churn-missing") == [("W0-01", "churn", "warning")]


def test_churn_skipped_until_measured(ledgers: Any) -> None:
    """A skip is told until a measured row of the provider stands beside it."""
    skip = {"window": "W0-01", "provider": "codex", "decision": "missing-commit-range"}
    ledgers.finish("W0-01")
    ledgers.add("churn", **skip)
    before = where(ledgers, "churn-skipped")
    ledgers.add("churn", **(skip | {"decision": "measured"}))
    assert (before, where(ledgers, "churn-skipped")) == ([("W0-01", "codex", "warning")], [])


@pytest.mark.parametrize(
    ("day", "what"),
    [
        (10, "churn is provisional until 2026-03-16 (14 days after the work)"),
        (20, "the 14 days are over since 2026-03-16; measure churn again"),
    ],
)
def test_churn_open_until_it_is_measured_again(ledgers: Any, day: int, what: str) -> None:
    """An open survival is told as long as it is the newest: a card made later finds it too."""
    ledgers.finish("W0-01")
    survival = {"state": "open", "matures_at": "2026-03-16T10:00:00Z"}
    ledgers.add("churn", window="W0-01", provider="codex", survival=survival)
    facts = WorldFacts(now=datetime(2026, 3, day, tzinfo=UTC))
    assert [f.what for f in found(ledgers, "churn-open", facts=facts)] == [what]


def test_evidence_missing(ledgers: Any) -> None:
    """A finalised window without an acceptance run is told."""
    ledgers.finish("W0-01")
    assert where(ledgers, "evidence-missing") == [("W0-01", "evidence", "warning")]


def test_evidence_failed(ledgers: Any) -> None:
    """A failed run is named."""
    ledgers.finish("W0-01")
    ledgers.add("evidence", window="W0-01", test_run_id="T1", runner="pytest", result="fail")
    assert where(ledgers, "evidence-failed") == [("W0-01", "T1", "warning")]


@pytest.mark.parametrize(("results", "open_runs"), [(("fail", "pass"), 0), (("pass", "fail"), 1)])
def test_evidence_mended(ledgers: Any, results: tuple[str, str], open_runs: int) -> None:
    """Only a pass that was recorded after the failure closes it."""
    ledgers.finish("W0-01")
    for at, result in enumerate(results):
        run = {"test_run_id": f"T{at}", "capability": "C", "runner": "pytest", "result": result}
        ledgers.add("evidence", window="W0-01", **run)
    assert len(where(ledgers, "evidence-failed")) == open_runs
    assert len(where(ledgers, "evidence-repaired")) == 1 - open_runs


@pytest.mark.parametrize("other", [{"capability": "D"}, {"runner": "behave"}, {"window": "W0-02"}])
def test_evidence_of_another_run_mends_nothing(ledgers: Any, other: dict[str, str]) -> None:
    """Another capability, runner or window leaves the failure open."""
    for name in ("W0-01", "W0-02"):
        ledgers.finish(name)
    run = {"window": "W0-01", "capability": "C", "runner": "pytest"}
    ledgers.add("evidence", **run, test_run_id="T1", result="fail")
    ledgers.add("evidence", **(run | other), test_run_id="T2", result="pass")
    assert where(ledgers, "evidence-failed") == [("W0-01", "T1", "warning")]
    assert not where(ledgers, "evidence-repaired")


@pytest.mark.parametrize(
    ("first", "second", "closed"),
    [
        ({}, {}, False),
        ({"command": "pytest a"}, {"command": "pytest b"}, False),
        ({"command": "pytest a"}, {"command": "pytest a"}, True),
        ({"capability": "C"}, {}, False),
        ({}, {"capability": "C"}, False),
    ],
)
def test_a_capability_that_nobody_stated_is_none_they_share(
    ledgers: Any, first: dict[str, str], second: dict[str, str], closed: bool
) -> None:
    """What is unknown of two runs is not the same; the very same command is."""
    ledgers.finish("W0-01")
    for at, result, more in ((1, "fail", first), (2, "pass", second)):
        row = {"test_run_id": f"T{at}", "runner": "pytest", "result": result}
        ledgers.add("evidence", window="W0-01", **row, **more)
    assert bool(where(ledgers, "evidence-repaired")) is closed
    assert bool(where(ledgers, "evidence-failed")) is not closed


def test_evidence_fails_by_the_results_that_the_rules_name(ledgers: Any) -> None:
    """Where a partial run stops a window, the audit says so, and a pass closes it."""
    ledgers.finish("W0-01")
    run = {"window": "W0-01", "capability": "C", "runner": "pytest"}
    ledgers.add("evidence", **run, test_run_id="T1", result="partial")
    windows, strict = fold_windows(ledgers), Terms(failures=frozenset({"fail", "partial"}))
    told = [f.what for f in audit_windows(windows, terms=strict) if f.code == "evidence-failed"]
    assert told == ["pytest ended partial"]
    assert "evidence-failed" not in {f.code for f in audit_windows(windows)}


@pytest.mark.parametrize(
    ("second", "told"),
    [
        ("pytest -q", "pytest failed, then passed in T2"),
        ("pytest", "pytest failed, then passed in T2: 'pytest -q', then 'pytest'"),
    ],
)
def test_evidence_mended_shows_both_commands(ledgers: Any, second: str, told: str) -> None:
    """Commands that differ are both told."""
    ledgers.finish("W0-01")
    run = {"window": "W0-01", "capability": "C", "runner": "pytest"}
    for at, result, command in ((1, "fail", "pytest -q"), (2, "pass", second)):
        row = {"test_run_id": f"T{at}", "result": result, "command": command}
        ledgers.add("evidence", **run, **row)
    assert [f.what for f in found(ledgers, "evidence-repaired")] == [told]


@pytest.mark.parametrize(
    ("runs", "logs", "counts"),
    [
        (("T", "T"), ({}, {}), 2),
        (("A", "B"), ({"artifact": "a", "artifact_sha256": SHA},
                      {"artifact": "b", "artifact_sha256": SHA}), 0),
        (("A", "B"), ({"artifact": "a", "artifact_sha256": NO_BYTES},) * 2, 0),
    ],
)  # fmt: skip
def test_evidence_reused_is_one_run_or_one_file(
    ledgers: Any, runs: tuple[str, ...], logs: tuple[dict[str, str], ...], counts: int
) -> None:
    """One run id is reuse; equal bytes under two paths, and an empty log, are none."""
    for window, run, log in zip(("W0-01", "W0-02"), runs, logs, strict=True):
        ledgers.finish(window)
        ledgers.add("evidence", window=window, test_run_id=run, **log)
    assert len(found(ledgers, "evidence-reused")) == counts


@pytest.mark.parametrize(("now", "severity"), [("e" * 64, "error"), ("", "note")])
def test_evidence_artifact_changed(ledgers: Any, now: str, severity: str) -> None:
    """An artefact that changed is an error, one that is gone a note, one alike nothing."""
    ledgers.pair("W0-01", 9, 14)
    run = {"test_run_id": "T1", "artifact": "log.txt", "artifact_sha256": SHA}
    ledgers.add("evidence", window="W0-01", **run)
    facts = WorldFacts(artifacts={"log.txt": now})
    same = WorldFacts(artifacts={"log.txt": SHA})
    code = "evidence-artifact-changed"
    assert [("W0-01", "T1", severity)] == where(ledgers, code, facts=facts)
    assert where(ledgers, code, facts=same) == []


def test_evidence_reused(ledgers: Any) -> None:
    """One artefact for two windows proves neither."""
    for name in ("W0-01", "W0-02"):
        ledgers.finish(name)
        log = {"artifact": "log.txt", "artifact_sha256": SHA}
        ledgers.add("evidence", window=name, test_run_id=name, **log)
    assert [f.what.split()[-1] for f in found(ledgers, "evidence-reused")] == ["W0-02", "W0-01"]


@pytest.mark.parametrize(("last", "count"), [("1", 3), ("0.5", 0)])
def test_quality_constant(ledgers: Any, last: str, count: int) -> None:
    """Three windows of one quality are told; one that differs silences it."""
    for name, quality in (("W0-01", "1"), ("W0-02", "1"), ("W0-03", last)):
        ledgers.finish(name, quality=Decimal(quality))
    assert count == len(found(ledgers, "quality-constant"))


@pytest.mark.parametrize(("guess", "told"), [("292", True), ("31", False), ("36", True)])
def test_usage_divergence(ledgers: Any, meter: Meter, guess: str, told: bool) -> None:
    """A token counter over a tenth beside the 5 h bar is told."""
    bar = meter("5h", 32, "13:00")
    ledgers.snap("W0-01", "after", "10:00", bar, provider="claude")
    ledgers.add("usage", window="W0-01", source="claude-monitor", percent_used=Decimal(guess))
    assert told is bool(found(ledgers, "usage-divergence"))


def test_findings_stand_in_the_stated_order(ledgers: Any) -> None:
    """Codes come in the order of the list, each with a hint."""
    ledgers.pair("W0-01", 20, 10, "09:00", "09:01")
    ledgers.finish("W0-01", 0, commit_end="a" * 40)
    findings = audit_window(fold_windows(ledgers)[0], fold_windows(ledgers))
    ranks = [list(CODES).index(f.code) for f in findings]
    assert (sorted(ranks), True) == (ranks, all(f.hint for f in findings))


def test_anomalies_are_errors_and_lost_capacity(ledgers: Any, meter: Meter) -> None:
    """What a finalisation puts on record: not the churn and evidence that follow it."""
    ledgers.snap("W0-01", "before", "09:00", meter("weekly", 9, "06T12:00"))
    ledgers.finish("W0-01")
    codes = [f.code for f in audit_windows(fold_windows(ledgers)) if is_anomaly(f)]
    assert codes == ["missing-after"]


def test_hints_name_the_window(ledgers: Any) -> None:
    """A hint can be typed as it stands."""
    ledgers.finish("W0-07")
    assert found(ledgers, "churn-missing")[0].hint == "gitledger churn --window W0-07"


def test_a_sound_window_has_the_anomalies_of_its_audit(ledgers: Any, meter: Meter) -> None:
    """The glance at a window and its whole audit agree on what an anomaly is."""
    ledgers.pair("W0-01", 9, 14)
    ledgers.pair("W0-02", 20, 10, "10:00", "11:00")
    for phase, at, used, end in (("before", "12:00", 50, "13:00"), ("after", "14:00", 5, "18:00")):
        week = meter("weekly", 20, "06T12:00")
        ledgers.snap("W0-03", phase, at, meter("5h", used, end), week)
    ledgers.snap("W0-04", "before", "15:00", meter("weekly", 20, "06T12:00"))
    windows = fold_windows(ledgers)
    neighbours = neighbours_of(windows)
    for found in windows:
        whole = tuple(f for f in audit_window(found, windows) if is_anomaly(f))
        assert whole == anomalies_of(found, neighbours)


def test_others_commits_between_are_told(ledgers: Any) -> None:
    """What a churn row left out is a note with its counts."""
    ledgers.finish("W0-01")
    runs = [{"start": "a" * 40, "end": "b" * 40}]
    foreign = {"commits": Decimal(3), "lines": Decimal(1)}
    ledgers.add("churn", window="W0-01", provider="codex", runs=runs, foreign=foreign)
    told = found(ledgers, "foreign-commits")
    assert [(f.severity, f.what) for f in told] == [
        ("note", "3 commits, 1 line of others left out")
    ]
    nothing = {"commits": Decimal(0), "lines": Decimal(0)}
    ledgers.add("churn", window="W0-01", provider="codex", runs=runs, foreign=nothing)
    assert found(ledgers, "foreign-commits") == []


def test_a_churn_row_over_an_interval_is_marked(ledgers: Any) -> None:
    """A row without runs held all between two commits; one commit, or a stated range, does not."""
    ledgers.finish("W0-01")
    ledgers.add("churn", window="W0-01", provider="codex", commit_count=Decimal(2))
    assert found(ledgers, "churn-interval") == []
    [row] = ledgers["churn"]
    ledgers["churn"] = [row._replace(tool="gitledger 0.1.0")]
    assert len(found(ledgers, "churn-interval")) == 1
    ledgers["churn"] = [row]
    ledgers.add("commits", sha="a" * 40, windows=["W0-01"])
    [told] = found(ledgers, "churn-interval")
    assert "measured by 0.1.0, may hold others' lines; measure again" in told.what
    ledgers.add("churn", window="W0-01", provider="codex", commit_count=Decimal(1))
    assert found(ledgers, "churn-interval") == []
    survival = {"state": "mature", "gone_of_alive": 0}
    ledgers.add("churn", window="W0-01", commit_count=Decimal(2), survival=survival)
    assert found(ledgers, "churn-interval") == []
