"""Capture at the command line: what is recorded, for which window, and that nothing doubles."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from drawn_texts import codex_rollout_line
from ground import gitledger
from window_panes import capture, clock, pane, worked

from gitledger.demo.panes import SampleMeter


def test_start_records_a_before(ledger_dir: Path) -> None:
    """The row holds the meters with their resets, under the first id."""
    done = capture(ledger_dir, "start", 9.5, 10, "--json").json
    found = [(r["meter"], r["used_pct"], r["resets_at"][:16]) for r in done["readings"]]
    assert (*(done["schema"], done["window"], done["phase"], done["already"]),) == (
        "gitledger.start/1",
        "W0-01",
        "before",
        False,
    )
    assert found == [("5h", 10, "2026-03-02T14:00"), ("weekly", 10, "2026-03-08T18:00")]


def test_the_same_pane_twice_is_one_row(ledger_dir: Path) -> None:
    """A pane given again for the same window and phase answers with the row that holds it."""
    first = capture(ledger_dir, "start", 9.5, 10, "-w", "W0-01", "--json").json
    again = capture(ledger_dir, "start", 9.5, 10, "-w", "W0-01", "--json").json
    assert (first["row"], True) == (again["row"], again["already"])


def test_a_start_repeated_opens_no_second_window(ledger_dir: Path) -> None:
    """The same pane again without a name is the open window's BEFORE, not the next window's."""
    first = capture(ledger_dir, "start", 9.5, 10, "--json").json
    again = capture(ledger_dir, "start", 9.5, 10, "--json").json
    assert (first["window"], first["row"], True) == (
        *(again[k] for k in ("window", "row")),
        again["already"],
    )


def test_start_refuses_a_stale_pane_while_it_can_be_taken_again(ledger_dir: Path) -> None:
    """The 5 h meter's reset has passed: exit 1 with the way on, and nothing is recorded."""
    done = capture(ledger_dir, "start", 15, 10)
    assert (done.code, "--keep records this one" in done.err) == (1, True)
    assert gitledger(ledger_dir, "log", "--json").json["rows"] == []


def test_start_keeps_a_stale_pane_where_that_is_asked_for(ledger_dir: Path) -> None:
    """`--keep` records it with what parse and audit say of it."""
    found = capture(ledger_dir, "start", 15, 10, "--keep", "--json").json["problems"]
    assert [(p["code"], p["severity"]) for p in found] == [("stale-pane", "error")]


def test_end_tells_the_delta(ledger_dir: Path) -> None:
    """The AFTER goes to the open window and its deltas are told at once."""
    capture(ledger_dir, "start", 9.5, 10)
    done = capture(ledger_dir, "end", 11, 17, "--json").json
    weekly = next(d for d in done["deltas"] if d["meter"] == "weekly")
    assert (done["window"], weekly["delta_pp"], weekly["state"]) == ("W0-01", 7, "valid")


def test_the_same_end_again_is_one_row(ledger_dir: Path) -> None:
    """A hook or a person that ends twice with one pane is told the row that stands."""
    capture(ledger_dir, "start", 9.5, 10)
    first, again = (capture(ledger_dir, "end", 11, 17, "--json").json for _ in range(2))
    assert (again["row"], again["window"]) == (first["row"], "W0-01")
    assert (first["already"], again["already"]) == (False, True)


@pytest.mark.parametrize("hour", [11.5, 11.02])
def test_another_end_without_a_window_is_refused(ledger_dir: Path, hour: float) -> None:
    """A later pane, or the same figures a minute on, ends no window that has ended."""
    capture(ledger_dir, "start", 9.5, 10)
    assert capture(ledger_dir, "end", 11, 17).code == 0
    assert capture(ledger_dir, "end", hour, 17).code == 3


def test_ids_count_up(ledger_dir: Path) -> None:
    """The next window of a provider follows its last one."""
    worked(ledger_dir, "SPRINT-09")
    assert capture(ledger_dir, "start", 12, 17, "--json").json["window"] == "SPRINT-10"


def test_another_provider_joins_the_open_window(ledger_dir: Path) -> None:
    """An agent's second provider of the same stretch of work gets the same id."""
    capture(ledger_dir, "start", 9.5, 10)
    joined = capture(ledger_dir, "start", 9.6, 3, "--json", provider="glm").json
    assert joined["window"] == "W0-01"


def test_cross_ends_one_window_and_begins_the_next(ledger_dir: Path) -> None:
    """One pane is the AFTER of the open window and the BEFORE of the next, in one commit."""
    capture(ledger_dir, "start", 9.5, 10)
    done = capture(ledger_dir, "cross", 11, 17, "--json").json
    assert (done["ended"]["window"], done["ended"]["phase"]) == ("W0-01", "after")
    assert (done["window"], done["phase"]) == ("W0-02", "before")


@pytest.mark.parametrize("named", [(), ("--window", "W0-02")])
def test_a_cross_repeated_opens_no_further_window(ledger_dir: Path, named: tuple[str, ...]) -> None:
    """The same pane at once again means the same two windows: both rows stand already."""
    capture(ledger_dir, "start", 9.5, 10)
    first = capture(ledger_dir, "cross", 11, 17, "--json", *named).json
    again = capture(ledger_dir, "cross", 11, 17, "--json", *named).json
    assert (again["already"], again["ended"]["already"]) == (True, True)
    assert [(part["window"], part["row"]) for part in (again, again["ended"])] == [
        (part["window"], part["row"]) for part in (first, first["ended"])
    ]


def test_a_pane_that_did_not_change_crosses_later(ledger_dir: Path) -> None:
    """The same figures after half an hour end a window that used nothing and begin the next."""
    capture(ledger_dir, "start", 9.5, 10)
    text = pane(11, 17)
    words = ("cross", "codex", "--tz", "UTC", "--json", "--at")
    gitledger(ledger_dir, *words, clock(11), stdin=text)
    later = gitledger(ledger_dir, *words, clock(11.5), stdin=text).json
    assert (later["ended"]["window"], later["window"]) == ("W0-02", "W0-03")


def test_a_start_is_no_cross(ledger_dir: Path) -> None:
    """The pane that `start` took begins a window only: to cross with it at once is to cross."""
    capture(ledger_dir, "start", 11, 17)
    done = capture(ledger_dir, "cross", 11, 17, "--json").json
    assert (done["ended"]["window"], done["window"]) == ("W0-01", "W0-02")


def test_agents_have_their_own_windows(ledger_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`AGENT_ID` names the agent; the hint of a refusal names the one who has a window open."""
    monkeypatch.setenv("AGENT_ID", "bob")
    capture(ledger_dir, "start", 9.5, 10)
    refused = capture(ledger_dir, "end", 11, 17, "--agent", "ada")
    assert (refused.code, "--agent bob" in refused.err) == (3, True)


def test_two_agents_on_one_account_share_it(ledger_dir: Path) -> None:
    """Both windows show bounds, none of them a number that counts."""
    capture(ledger_dir, "start", 9.5, 10, "--agent", "ada")
    capture(ledger_dir, "start", 10, 12, "--agent", "bob")
    capture(ledger_dir, "end", 11, 17, "--agent", "ada")
    told = capture(ledger_dir, "end", 12, 20, "--agent", "bob").out
    assert "weekly: 12 -> 20 %, 0 to 8 pp (shared)" in told


def test_accounts_are_told_apart(ledger_dir: Path) -> None:
    """With two accounts open, `--account` chooses; without it, both are listed."""
    capture(ledger_dir, "start", 9.5, 10, "--account", "one")
    capture(ledger_dir, "start", 9.5, 12, "--account", "two")
    refused = capture(ledger_dir, "end", 11, 17)
    ended = capture(ledger_dir, "end", 11, 17, "--account", "two", "--json").json
    assert (refused.code, "--account two" in refused.err, ended["account"]) == (3, True, "two")


def test_identities_are_not_stored(ledger_dir: Path) -> None:
    """The account, the session and the folder of a pane are taken out of what is kept."""
    row = capture(ledger_dir, "start", 9.5, 10, "--json").json["row"]
    kept = gitledger(ledger_dir, "show", row).out
    assert ("ada@example.org" in pane(9.5, 10), "ada@example.org" in kept) == (True, False)
    assert "5h limit" in kept


def test_a_nearly_used_week_is_told_and_with_strict_refused(ledger_dir: Path) -> None:
    """Over 90 % of the week a start warns; `--strict` stops it with exit 1."""
    refused = capture(ledger_dir, "start", 9.5, 91, "--strict")
    started = capture(ledger_dir, "start", 9.5, 91, "--json").json
    assert (refused.code, [p["code"] for p in started["problems"]]) == (1, ["buffer"])


def test_exactly_the_buffer_left_is_enough(ledger_dir: Path) -> None:
    """90 % used leaves the reserve whole."""
    assert capture(ledger_dir, "start", 9.5, 90, "--json").json["problems"] == []


def test_override_is_marked_manual(ledger_dir: Path) -> None:
    """Typed percentages make a manual delta."""
    for phase, hours, week in (("before", 9, "10"), ("after", 11, "17")):
        words = ("--phase", phase, "--set", f"weekly={week}", "--at", clock(hours))
        assert gitledger(ledger_dir, "override", "glm", "-w", "G1", *words).code == 0
    found = gitledger(ledger_dir, "audit", "-w", "G1", "--json").json["deltas"][0]
    assert (found["state"], found["delta_pp"]) == ("manual", 7)


def test_override_writes_digits(ledger_dir: Path) -> None:
    """An exponent is a way to type a number, not one to show it."""
    words = ("override", "codex", "-w", "W0-01", "--phase", "before", "--set", "weekly=1e1")
    assert "weekly  10 % used" in gitledger(ledger_dir, *words).out


def test_ingest_takes_the_phase_that_is_missing(ledger_dir: Path) -> None:
    """The first snapshot of a provider in a window is its BEFORE, the next its AFTER."""
    phases = []
    for hours, week in ((9.5, 10), (11, 17)):
        words = ("--window", "W0-01", "--at", clock(hours), "--json")
        text = pane(hours, week, provider="glm")
        phases.append(gitledger(ledger_dir, "ingest", "zai", *words, stdin=text).json["phase"])
    assert phases == ["before", "after"]


def test_ingest_puts_proxy_events_into_telemetry_once(ledger_dir: Path) -> None:
    """Each event is a row; the same log again adds nothing."""
    events = [
        {"ts": "2026-03-02T09:00:00Z", "rid": f"R{i}", "lane": "glm", "model": "glm-4.6"}
        | {"status": 200, "input_tokens": 5, "output_tokens": 2, "latency_ms": 40}
        for i in range(3)
    ]
    log = "\n".join(map(json.dumps, events))
    words = ("ingest", "proxy-telemetry", "--window", "W0-01", "--json")
    first = gitledger(ledger_dir, *words, stdin=log).json
    again = gitledger(ledger_dir, *words, stdin=log).json
    assert (first["ledger"], first["recorded"], again["recorded"]) == ("telemetry", 3, 0)


def test_parse_needs_no_repository(tmp_path: Path) -> None:
    """A text is read and nothing is stored."""
    done = gitledger(tmp_path, "parse", "codex", "--at", clock(9.5), "--json", stdin=pane(9.5, 10))
    keys = {"bucket", "meter", "used_pct", "resolution", "rounding", "window_minutes"}
    assert (done.code, done.json["source"]) == (0, "codex")
    assert keys | {"resets_at", "used_units", "limit_units"} <= set(done.json["readings"][0])


def test_start_without_text_reads_the_newest_session_file(ledger_dir: Path, hermetic: Path) -> None:
    """On a terminal the newest real reading of Codex's session files is taken, at its time."""
    shown = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
    meters = (
        SampleMeter(300, 35, shown.replace(hour=13)),
        SampleMeter(10080, 52, shown.replace(day=7)),
    )
    folder = hermetic / ".codex/sessions/2026/03/02"
    folder.mkdir(parents=True)
    line = codex_rollout_line(meters, at=shown)
    (folder / "rollout-2026-03-02T09-30-00-a.jsonl").write_text(line + "\n")
    done = gitledger(ledger_dir, "start", "codex", "--keep", "--json").json
    assert (
        done["captured_at"],
        [reading["used_pct"] for reading in done["readings"]],
    ) == ("2026-03-02T09:30:00Z", [35, 52])


def test_end_waits_until_the_meters_settled(ledger_dir: Path) -> None:
    """`--wait` counts down from the last commit, or from now, and says so."""
    from gitledger.book.world import World
    from gitledger.capture.snapshot import CaptureOptions
    from gitledger.commands.end import end

    capture(ledger_dir, "start", 9.5, 10)
    said, slept = [], []
    now = datetime(2026, 3, 2, 11, tzinfo=UTC)
    text = pane(11, 17).encode()
    world = World(ledger_dir, now, {}, read_stdin=lambda: text, say=said.append)
    end(world, "codex", CaptureOptions(tz="UTC", keep=True), wait=True, sleep=slept.append)
    assert (sum(slept), said[0]) == (300, "usage after W0-01 is read in 5:00")


def test_an_empty_pipe_is_refused(ledger_dir: Path) -> None:
    """The command before the pipe failed: nothing is taken from anywhere else in silence."""
    done = gitledger(ledger_dir, "start", "codex", stdin="")
    assert (done.code, "before the pipe printed nothing" in done.err) == (3, True)
    assert gitledger(ledger_dir, "log", "--json").json["rows"] == []


def rollout(home: Path, hours: float, week: int) -> None:
    """A session file of Codex below a home, written at an hour of the day."""
    folder = home / ".codex" / "sessions" / "2026" / "03" / "02"
    folder.mkdir(parents=True, exist_ok=True)
    meters = [SampleMeter(10080, week, datetime(2026, 3, 8, 18, tzinfo=UTC))]
    line = codex_rollout_line(meters, at=datetime.fromisoformat(clock(hours)))
    with (folder / "rollout-1.jsonl").open("a") as out:
        out.write(line.rstrip("\n") + "\n")


def test_local_is_read_whatever_standard_input_is(
    ledger_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`--local` passes the pipe over; the place and its age stand in the answer."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("CODEX_HOME", raising=False)
    rollout(tmp_path, 9, 10)
    words = ("start", "codex", "--local", "--at", clock(9))
    told = gitledger(ledger_dir, *words, "--json", stdin="").json
    assert told["origin"]["place"].endswith("rollout-1.jsonl")
    assert "  read from " in gitledger(ledger_dir, *words, stdin="").out


def test_one_moment_of_the_source_on_both_sides_does_not_count(
    ledger_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The agent wrote one reading; taking it twice measures nothing, and 0 would be a lie."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("CODEX_HOME", raising=False)
    rollout(tmp_path, 9, 10)
    for verb, at in (("start", 9), ("end", 9.5)):
        done = gitledger(ledger_dir, verb, "codex", "--local", "--at", clock(at), "--json")
        assert done.code == 0, done.err
    assert [(d["state"], d["delta_pp"]) for d in done.json["deltas"]] == [("same-reading", None)]


@pytest.mark.parametrize(
    ("later", "state", "code"),
    [(9.5, "same-reading", "same-reading"), (10.5, "valid", "same-text")],
)
def test_one_pasted_text_on_both_sides(
    ledger_dir: Path, later: float, state: str, code: str
) -> None:
    """At one stated time it is one reading; at two times it counts, with a warning."""
    text = pane(9.5, 10)
    for verb, hours in (("start", 9.5), ("end", later)):
        words = (verb, "codex", "--at", clock(hours), "--tz", "UTC", "--json")
        done = gitledger(ledger_dir, *words, stdin=text)
    assert {d["state"] for d in done.json["deltas"]} == {state}
    assert code in [p["code"] for p in done.json["problems"]]
