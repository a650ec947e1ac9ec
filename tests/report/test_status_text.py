"""`status` and `audit` as a person reads them: bars, groups, errors first."""

import pytest

from gitledger.report.audit_text import audit_markdown, audit_text
from gitledger.report.status_text import drawn_bar, span, status_markdown, status_text, to_do

METER = {
    "provider": "codex",
    "account": "default",
    "bucket": "default",
    "meter": "weekly",
    "used_pct": 92,
    "has_reset": False,
    "resets_in_minutes": 133,
    "projected_pct": 104,
}
STATUS = {
    "agent": "main",
    "windows": 2,
    "readings": [METER, {**METER, "meter": "5h", "used_pct": 10, "has_reset": True}],
    "open": [],
    "to_end": [{"window": "W0-01", "provider": "codex", "account": "default"}],
    "to_finalise": {"main": ["W0-02"], "ada": ["W0-03"]},
    "findings": {"error": 1, "warning": 0, "note": 0},
    "unsynced": 2,
    "next": "gitledger complete --window W0-02 --features codex=N",
}


def finding(window: str, code: str, severity: str) -> dict[str, str]:
    """A finding as JSON."""
    told = {"window": window, "code": code, "severity": severity, "where": "churn"}
    return told | {"what": "told", "hint": f"gitledger churn --window {window}"}


def part(window: str, *found: dict[str, str]) -> dict[str, object]:
    """One window's audit as JSON."""
    final = {"entries": 1}
    told = {"window": window, "snapshots": [], "finalize": final, "deltas": []}
    return {**told, "findings": list(found)}


def test_a_meter_has_a_bar_its_reset_and_its_pace() -> None:
    """The value of a meter that has reset since is a question mark, not 0."""
    told = status_text(STATUS)
    assert "92 %  ██████████████████░░  2 h 13 min  104 % at reset" in told
    assert "?  was 10 %" in told


def test_what_a_reset_would_take_unused_is_told_in_dollars() -> None:
    """Where the plan has a price, and something would be left."""
    left = {**METER, "used_pct": 40, "projected_pct": 51, "usd_unused_at_pace": 2.25}
    assert "51 % at reset, $2.25 unused" in status_text({**STATUS, "readings": [left]})
    assert "unused" not in status_text(STATUS)


def test_what_is_to_be_done_is_listed_with_its_command() -> None:
    """Your windows without a name, another agent's with it."""
    told = status_text(STATUS)
    assert "to end        W0-01 has no codex reading after the work" in told
    assert "to complete   W0-02\n" in told
    assert "              W0-03 (agent ada)" in told
    assert "not shared    2 rows are on no remote yet: gitledger sync" in told
    assert told.endswith("next: gitledger complete --window W0-02 --features codex=N")


def test_a_little_is_never_drawn_as_none_and_bounds_hold() -> None:
    """From none to more than all."""
    assert [drawn_bar(used, 4) for used in (0, 0.4, 130)] == ["░░░░", "█░░░", "████"]


def test_minutes_are_told_in_two_units() -> None:
    """Days with hours, hours with minutes."""
    assert [span(m) for m in (9, 133, 5940)] == ["9 min", "2 h 13 min", "4 d 3 h"]


def test_a_full_meter_is_red_where_colour_is_welcome() -> None:
    """And nothing is coloured elsewhere."""
    assert "\x1b[31m" in status_text(STATUS, colour=True)
    assert "\x1b" not in status_text(STATUS)


def test_the_same_status_is_told_in_markdown() -> None:
    """Every label and the next command."""
    told = status_markdown(STATUS)
    assert "| codex | weekly |" in told
    assert "`gitledger complete --window W0-02 --features codex=N`" in told


def test_errors_stand_first_and_equal_findings_are_told_once() -> None:
    """Eleven windows without churn are one line and one command."""
    many = [part(f"W0-{n:02}", finding(f"W0-{n:02}", "churn-missing", "warning")) for n in range(9)]
    last = part("W0-20", finding("W0-20", "stale-pane", "error"))
    told = audit_text([*many, last, part("W0-21")], detail=False, width=None).splitlines()
    assert told[0] == "11 windows: 1 error, 9 warnings, 0 notes"
    assert told[1].startswith("error   stale-pane in W0-20")
    assert told[3].startswith("warning churn-missing in 9 windows (W0-00, ")
    assert told[4] == "        next: gitledger churn --all"
    assert told[5] == "clean   W0-21"


def test_markdown_of_an_audit_has_a_row_for_each_finding() -> None:
    """Errors first."""
    told = audit_markdown(
        [
            part("W0-01", finding("W0-01", "churn-missing", "warning")),
            part("W0-02", finding("W0-02", "stale-pane", "error")),
        ]
    )
    assert told.index("stale-pane") < told.index("churn-missing")


@pytest.mark.parametrize(
    ("left", "command", "told"),
    [
        (200, "", "in 3 min 20 s"),
        (7300, "", "in 2 h 1 min"),
        (0, "gitledger end codex", "now: gitledger end codex"),
        (0, "", "now"),
        (None, "gitledger end codex", "once the work is over: gitledger end codex"),
    ],
)
def test_a_reading_that_is_due_is_counted_down(left: int | None, command: str, told: str) -> None:
    """By the second within the hour."""
    entry = {"what": "after", "window": "W1", "provider": "codex", "account": "default"}
    payload = {"due": [{**entry, "in_seconds": left, "command": command}]}
    assert ("due", f"W1, reading after the work (codex): {told}") in [*to_do(payload)]


def test_windows_that_still_fit_are_told_by_a_usual_and_a_large_one() -> None:
    """Unknown before any window tells what one takes."""
    bar = {"provider": "codex", "account": "default", "meter": "weekly"}
    known = {**bar, "windows": 6, "windows_at_least": 4, "n": 5}
    told = [text for _, text in to_do({"fits": [known, bar]})]
    assert told == [
        "codex weekly: 6 more windows, 4 if they are large (by 5 windows)",
        "codex weekly: not known before a usable window",
    ]
