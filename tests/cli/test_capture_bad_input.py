"""Every kind of bad input to capture and complete: its place, its reason, its exit code."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from ground import Answer, gitledger
from window_panes import capture, clock, pane, worked


def rows(directory: Path) -> str:
    """All rows of the ledger as text."""
    return gitledger(directory, "log").out


def refused(done: Answer, code: int, *words: str) -> None:
    """A refusal: its exit code, its words, a next step, nothing on standard output."""
    assert done.code == code, done.err
    assert done.out == ""
    assert [word for word in words if word not in done.err] == []


def test_text_without_a_meter(ledger_dir: Path) -> None:
    """Chat is refused and nothing is stored."""
    done = gitledger(ledger_dir, "start", "codex", "-", stdin="hello, 50% of this is chat\n")
    refused(done, 3, "standard input", "nothing was stored", "next:")
    assert rows(ledger_dir).startswith("No rows.\n")


def test_text_of_another_provider_says_whose_it_is(ledger_dir: Path) -> None:
    """A Claude panel given as Codex's is refused with the right name."""
    done = gitledger(ledger_dir, "start", "codex", "-", stdin=pane(9, 10, provider="claude"))
    refused(done, 3, "claude")


def test_a_hint_is_given_once(ledger_dir: Path) -> None:
    """The next step stands in its own line, not behind the problem that it comes from as well."""
    done = gitledger(ledger_dir, "start", "codex", "-", stdin=pane(9, 10, provider="claude"))
    assert done.err.count("gitledger ingest claude") == 1


def test_unknown_panel_is_kept_when_asked_to(ledger_dir: Path) -> None:
    """`--keep` stores a text that holds no meter, with the problem beside it."""
    text = "Limite de 5 h : 35 % utilisé\n"
    refused(gitledger(ledger_dir, "start", "codex", "-", stdin=text), 3, "next:")
    kept = gitledger(ledger_dir, "start", "codex", "-", "--keep", "--json", stdin=text).json
    assert (kept["readings"], bool(kept["problems"])) == ([], True)


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (None, "no such file"),
        (b"", "is empty"),
        (b"\x00\x01", "binary"),
        (b"\xff\xfa", "UTF-8"),
    ],
)
def test_files_that_cannot_be_read(ledger_dir: Path, content: bytes | None, word: str) -> None:
    """Missing, empty, binary and not UTF-8: each says so."""
    if content is not None:
        (ledger_dir / "pane.txt").write_bytes(content)
    refused(gitledger(ledger_dir, "start", "codex", "--from", "pane.txt"), 3, "pane.txt", word)


def test_a_directory_is_no_pane(ledger_dir: Path) -> None:
    """A folder is named as one."""
    (ledger_dir / "panes").mkdir()
    refused(gitledger(ledger_dir, "start", "codex", "--from", "panes"), 3, "is a directory")


def test_override_of_a_provider_nobody_knows(ledger_dir: Path) -> None:
    """A typing error opens no provider of its own; one that the configuration names is known."""
    words = ("override", "gemini", "-w", "W0-01", "--phase", "before", "--set", "5h=1")
    refused(gitledger(ledger_dir, *words), 2, "'gemini' is not a provider", "codex", "`providers`")
    text = gitledger(ledger_dir, "config", "show").out
    more = text.replace("- codex\n", "- codex\n- gemini\n", 1)
    assert gitledger(ledger_dir, "config", "set", "-", stdin=more).code == 0
    assert gitledger(ledger_dir, *words).code == 0


def test_end_without_an_open_window(ledger_dir: Path) -> None:
    """Nothing is open: the step that begins one is named."""
    refused(capture(ledger_dir, "end", 11, 17), 3, "no open codex window", "gitledger start codex")


def test_end_of_an_unknown_window_names_the_nearest(ledger_dir: Path) -> None:
    """A typing error in the id finds its window."""
    worked(ledger_dir)
    refused(capture(ledger_dir, "end", 12, 18, "--window", "W0-1"), 3, "W0-01")


def test_after_without_before(ledger_dir: Path) -> None:
    """A window that the provider has no BEFORE in is refused with two ways out."""
    worked(ledger_dir)
    done = capture(ledger_dir, "end", 12, 18, "--window", "W0-01", provider="glm")
    refused(done, 3, "no glm reading before the work", "gitledger override glm", "--phase before")


def test_ingested_after_without_before_is_kept_and_told(ledger_dir: Path) -> None:
    """A reading cannot be taken again: it is stored, with a warning."""
    words = ("--window", "W9", "--phase", "after", "--at", clock(9), "--json")
    done = gitledger(ledger_dir, "ingest", "codex", *words, stdin=pane(9, 10))
    assert (done.code, [p["code"] for p in done.json["problems"]]) == (0, ["missing-before"])


def test_two_open_windows_that_could_be_meant(ledger_dir: Path) -> None:
    """Both are listed as they would be typed."""
    for window, provider in (("A-1", "codex"), ("B-1", "glm")):
        capture(ledger_dir, "start", 9, 10, "--window", window, provider=provider)
    done = gitledger(ledger_dir, "ingest", "codex", stdin=pane(10, 12))
    refused(done, 3, "A-1, B-1", "--window W")


@pytest.mark.parametrize(
    "setting", ["5h=101", "5h=-1", "5h=abc", "5h", "=3", "5h=nan", "weekley=3"]
)
def test_typed_percentages_that_are_none(ledger_dir: Path, setting: str) -> None:
    """Over 100, negative, no number, no meter."""
    words = ("--window", "W1", "--phase", "before", "--set", setting)
    refused(gitledger(ledger_dir, "override", "codex", *words), 2, f"--set {setting}")


def test_percent_over_a_hundred_in_a_pane(ledger_dir: Path) -> None:
    """A pane that shows 135 % is refused, not read as 35 %."""
    text = pane(9, 10).replace("90% left", "135% left").replace("10% used", "135% used")
    done = gitledger(ledger_dir, "parse", "codex", "--at", clock(9), "--json", stdin=text)
    shown = {reading["used_pct"] for reading in done.json["readings"]}
    assert (set(), True) == (shown & {135, 35}, "out-of-range" in done.out)


@pytest.mark.parametrize("text", ["yesterday", "2026-13-01", "25:00", "2999-01-01T00:00Z"])
def test_times_that_cannot_be(ledger_dir: Path, text: str) -> None:
    """No time, no such month, no such hour, the far future."""
    done = gitledger(ledger_dir, "start", "codex", "--at", text, stdin=pane(9, 10))
    refused(done, 2, f"--at {text}", "next:")


def test_unknown_zone(ledger_dir: Path) -> None:
    """A zone that no map has."""
    done = gitledger(ledger_dir, "start", "codex", "--tz", "Mars/Base", stdin=pane(9, 10))
    refused(done, 2, "--tz Mars/Base", "Europe/Berlin")


def test_unknown_provider(ledger_dir: Path) -> None:
    """The known names are listed."""
    done = gitledger(ledger_dir, "start", "gemini", stdin=pane(9, 10))
    refused(done, 2, "'gemini'", "codex", "claude", "glm")


@pytest.mark.parametrize("window", ["a b", "-x", "x" * 65])
def test_ids_that_name_no_window(ledger_dir: Path, window: str) -> None:
    """Blanks, a leading dash, too long."""
    done = gitledger(ledger_dir, "start", "codex", f"--window={window}", stdin=pane(9, 10))
    refused(done, 2, "cannot name a window")


@pytest.mark.parametrize(
    ("words", "place"),
    [
        (("-f", "codex=-1"), "--features codex=-1"),
        (("-f", "codex=1.5"), "--features codex=1.5"),
        (("-f", "codex"), "--features codex"),
        (("-f", "codex=1", "-f", "codex=2"), "given twice"),
        ((), "--features"),
        (("-f", "codex=1", "--quality", "1.5"), "--rubric"),
        (("-f", "codex=1", "--quality", "-0.1"), "--quality -0.1"),
        (("-f", "codex=1", "--rubric", "6"), "--rubric 6"),
        (("-f", "codex=1", "--outcome", "great"), "pass, partial, fail"),
        (("-f", "codex=1", "--impf", "-3"), "--impf -3"),
        (("-f", "codex=1", "--impf", "guidanc=3"), "no category 'guidanc'"),
        (("-f", "codex=1", "--impf", "3", "--impf", "4"), "the total is given twice"),
        (("-f", "codex=1", "--impf", "3", "--impf", "guidance=4"), "more than 3"),
        (("-f", "codex=1", "--amend"), "needs a reason"),
    ],
)
def test_completions_that_state_nothing(
    ledger_dir: Path, words: tuple[str, ...], place: str
) -> None:
    """Each wrong word is named; nothing is finalised."""
    worked(ledger_dir)
    refused(gitledger(ledger_dir, "complete", "--window", "W0-01", *words), 2, place)


def test_all_wrong_words_are_told_at_once(ledger_dir: Path) -> None:
    """Three mistakes are three lines."""
    worked(ledger_dir)
    words = ("-f", "codex=x", "--quality", "7", "--outcome", "great")
    done = gitledger(ledger_dir, "complete", "--window", "W0-01", *words)
    refused(done, 2, "--features codex=x", "--quality 7", "--outcome great")


def test_unknown_commit(ledger_dir: Path) -> None:
    """A revision that names nothing."""
    worked(ledger_dir)
    words = ("-f", "codex=1", "--commit-start", "nowhere", "--commit-end", "HEAD")
    done = gitledger(ledger_dir, "complete", "--window", "W0-01", *words)
    refused(done, 3, "'nowhere'", "git log")


def test_outside_a_repository(tmp_path: Path) -> None:
    """Capture needs a ledger and says how to make one."""
    refused(gitledger(tmp_path, "start", "codex", stdin=pane(9, 10)), 3, "git")


@pytest.mark.parametrize(
    ("words", "code"),
    [(("end", "codex"), 3), (("start", "nobody"), 2), (("audit",), 0)],
)
def test_exit_codes_of_the_program(ledger_dir: Path, words: tuple[str, ...], code: int) -> None:
    """The process itself ends with the code; refusals go to standard error."""
    done = subprocess.run(
        [sys.executable, "-m", "gitledger", *words],
        cwd=ledger_dir,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )
    assert (code, code == 0) == (done.returncode, bool(done.stdout))


def test_cross_into_the_window_that_ends(ledger_dir: Path) -> None:
    """A cross needs another window to begin."""
    capture(ledger_dir, "start", 9, 10, "--window", "W1")
    refused(capture(ledger_dir, "cross", 11, 17, "--window", "W1"), 2, "is the window that ends")


def test_start_of_a_finalised_window_is_told(ledger_dir: Path) -> None:
    """A BEFORE after the fact is stored, with a warning."""
    worked(ledger_dir)
    gitledger(ledger_dir, "complete", "-w", "W0-01", "-f", "codex=1")
    done = capture(ledger_dir, "start", 12, 18, "--window", "W0-01", "--json").json
    assert [problem["code"] for problem in done["problems"]] == ["already-finalised"]


def test_show_names_the_nearest_windows(ledger_dir: Path) -> None:
    """What can be no row's prefix is a window's id; the hint lists those near it."""
    gitledger(ledger_dir, "override", "codex", "-w", "W0-01", "--phase", "before", "--set", "5h=1")
    shown = gitledger(ledger_dir, "show", "W0-1")
    assert (shown.code, "the nearest: W0-01" in shown.err) == (3, True)


@pytest.mark.parametrize("at", ["0001-01-01T00:00+09:00", "9999-12-31T23:59-05:00", "0026-11-23"])
def test_times_at_the_end_of_the_calendar_are_refused(tmp_path: Path, at: str) -> None:
    """A slip of the year is no reading of the first century, and no crash."""
    words = ("parse", "codex", "--at", at, "--tz", "UTC")
    done = gitledger(tmp_path, *words, stdin=pane(9, 10))
    assert (done.code, f"--at {at}" in done.err) == (2, True)


def test_glm_takes_tables_and_logs_and_names_unknown_events(ledger_dir: Path) -> None:
    """`ingest glm` reads ccusage as GLM's usage and a proxy's log; unknown kinds are named."""
    asked = ("ingest", "glm", "-", "--window", "W3-01", "--json")
    table = '{"daily": [{"date": "2026-11-20", "inputTokens": 7, "outputTokens": 5}]}'
    done = gitledger(ledger_dir, *asked, stdin=table)
    assert '"ledger": "usage"' in done.out
    rows = gitledger(ledger_dir, "export", "usage", "--format", "jsonl").out
    assert json.loads(rows)["provider"] == "glm"
    line = '{"ts": "2026-11-20T10:00:00Z", "rid": "r1", "event": "heartbeat", "status": 200}'
    done = gitledger(ledger_dir, *asked, stdin=line)
    assert "heartbeat (1)" in done.out
    assert '"kind": "heartbeat"' in gitledger(ledger_dir, "compare", "--json").out


def test_another_providers_text_given_as_glm_names_the_command(ledger_dir: Path) -> None:
    """The command that works stands in the refusal."""
    done = gitledger(
        ledger_dir,
        *("ingest", "glm", "-", "--window", "W3-01"),
        stdin=pane(9, 10, provider="claude"),
    )
    refused(done, 3, "gitledger ingest claude")
