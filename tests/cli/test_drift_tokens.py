"""`drift --meter tokens:weekly` from session files alone: the rate, and what could explain it."""

import json
import os
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from ground import git, gitledger
from traces import HOLDER, MONDAY, WEEK, Shown, Worked, sessions, shown, shrunk, steady

from gitledger.book.opening import open_book
from gitledger.book.traces import record_trace, tokens_due_since
from gitledger.book.world import World
from gitledger.windows.snapshot import MeterReading
from gitledger.windows.token_hours import Counts, TokenDay, TokenKind

LATER = datetime.fromisoformat("2026-01-01T00:00:00+00:00")
PLAIN = TokenKind("c" * 16, "codex-rollout", "gpt-5-codex", subagent=False)


def token_days(
    weeks: Sequence[Worked], kinds: Sequence[tuple[TokenKind, float]], since: int = 0
) -> Iterator[TokenDay]:
    """What session files state: each session's tokens over its four hours, shared by kinds."""
    for number, begins, _, week in sessions(weeks):
        if number < since:
            continue
        hourly = week.points / 5 * week.tokens / 4
        held = {
            kind: {begins.hour + n: counts(hourly * share) for n in range(4)}
            for kind, share in kinds
        }
        yield TokenDay(*HOLDER, str(begins.date()), held)


def counts(tokens: float) -> Counts:
    """Half of it input, half output, nine times as much read from the cache."""
    half = int(tokens / 2)
    return (half, half, None, int(9 * tokens))


def record(directory: Path, seen: Sequence[Shown], tokens: Sequence[TokenDay]) -> None:
    """Record readings and tokens as `catch-up` does."""
    book = open_book(World(directory, LATER, dict(os.environ)))
    record_trace(book, seen, tokens)


def tokens_rate(directory: Path) -> dict[str, object]:
    """The rate as JSON."""
    (rate,) = gitledger(directory, "drift", "--meter", "tokens:weekly", "--json").json["rates"]
    assert isinstance(rate, dict)
    return rate


def test_the_rate_is_the_true_one(ledger_dir: Path) -> None:
    """Within 5 % of 20,000 each week; the rows that hold both sides are named."""
    weeks = [Worked(75, 6, 20_000)] * 4
    record(ledger_dir, shown(weeks), [*token_days(weeks, [(PLAIN, 1)])])
    found = tokens_rate(ledger_dir)["weeks"]
    assert isinstance(found, list)
    assert len(found) == 4
    for week in found:
        assert abs(week["value"] / 20_000 - 1) < 0.05
        assert week["n"] == 5
        assert len(week["rows"]) == 5
        assert week["models"] == {"gpt-5-codex": 1}
        assert week["cache_reads"] == 0.9
        assert week["subagents"] == 0


def test_what_changed_beside_the_rate_is_named_and_what_did_not_is_too(ledger_dir: Path) -> None:
    """Sub-agents and another model came with the fall; cache reads stayed; elsewhere is unseen."""
    weeks = shrunk(steady(14), 10, 0.6)
    helper = TokenKind("c" * 16, "codex-rollout", "gpt-5-mini", subagent=True)
    before = list(token_days(weeks[:10], [(PLAIN, 1)]))
    since = [*token_days(weeks, [(PLAIN, 0.5), (helper, 0.5)], since=10)]
    record(ledger_dir, shown(weeks), [*before, *since])
    rate = tokens_rate(ledger_dir)
    assert rate["verdict"] == "changed"
    changes = rate["changes"]
    assert isinstance(changes, list)
    states = {cause["what"]: cause["state"] for cause in changes[0]["could_explain"]}
    assert states == {
        "models": "changed",
        "cache-reads": "alike",
        "sub-agents": "changed",
        "elsewhere": "alike",
        "beyond": "not-seen",
    }
    text = " ".join(gitledger(ledger_dir, "drift", "--meter", "tokens:weekly").out.split())
    assert "gpt-5-codex 100% before, 50% since" in text
    assert "sub-agents' part of the tokens: 0% before, 50% since" in text
    assert "did not change cache reads among all tokens: 90% before, 90% since" in text
    assert "could also be use elsewhere at the same hours" in text
    assert "sub-agents" in gitledger(ledger_dir, "drift", "--md").out


def test_use_elsewhere_takes_its_points_along(ledger_dir: Path) -> None:
    """Sessions that no file here knows lower nothing, and their share of the points is told."""
    weeks = [Worked(75, 6, 20_000)] * 4
    days = [day for n, day in enumerate(token_days(weeks, [(PLAIN, 1)])) if n % 5 not in {3, 4}]
    record(ledger_dir, shown(weeks), days)
    found = tokens_rate(ledger_dir)["weeks"]
    assert isinstance(found, list)
    for week in found:
        assert abs(week["value"] / 20_000 - 1) < 0.05
        assert 0.35 < week["elsewhere"] < 0.45


def test_catch_up_counts_session_files_and_a_second_clone_adds_nothing(
    ledger_dir: Path, tmp_path: Path
) -> None:
    """Files of Claude Code become one row a day, once; nothing of their text is in the ledger."""
    at = datetime.now().astimezone() - timedelta(days=3)
    usage = {"input_tokens": 5, "output_tokens": 70, "cache_read_input_tokens": 600}
    message = {"id": "msg_1", "model": "claude-opus-4-6", "usage": usage, "content": "SECRET"}
    line = {"timestamp": at.isoformat(), "type": "assistant", "cwd": "/x", "message": message}
    path = Path(os.environ["HOME"]) / ".claude/projects/p/session.jsonl"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps(line) + "\n", encoding="utf-8")
    git(tmp_path, "clone", "-q", str(ledger_dir), "second")
    git(tmp_path / "second", "fetch", "-q", "origin", "gitledger/main:gitledger/main")
    assert "recorded 1 day of meter readings" in gitledger(ledger_dir, "catch-up").out
    assert "meter readings" not in gitledger(ledger_dir, "catch-up").out
    assert "recorded 1 day of meter readings" in gitledger(tmp_path / "second", "catch-up").out
    for directory in (ledger_dir, tmp_path / "second"):
        book = open_book(World(directory, LATER, dict(os.environ)))
        (row,) = book.rows("trace")
        assert not row.values["meters"]
        assert "5/70//600" in str(row.values["tokens"])
        assert "SECRET" not in str(row.values)
    one, other = (
        {row.id: row.values for row in open_book(World(d, LATER, dict(os.environ))).rows("trace")}
        for d in (ledger_dir, tmp_path / "second")
    )
    assert [*one.values()] == [*other.values()]


def test_a_plan_that_changed_in_mid_week_is_told_for_both_halves(ledger_dir: Path) -> None:
    """Readings name it: no shrink is claimed, each half has its points, both plans are compared."""
    weeks = shrunk([Worked(75, 6, 20_000)] * 14, 8, 0.2)
    moment = MONDAY + 8 * WEEK + timedelta(days=2)
    seen = [
        (holder, source, tuple(m._replace(plan=plan_at(m, moment)) for m in meters))
        for holder, source, meters in shown(weeks)
    ]
    record(ledger_dir, seen, [*token_days(weeks, [(PLAIN, 1)])])
    rate = tokens_rate(ledger_dir)
    assert (rate["verdict"], rate["changes"]) == ("no-change", [])
    text = " ".join(gitledger(ledger_dir, "drift").out.split())
    assert "no change that these data could show since the plan changed on 5 March 2025" in text
    assert "the plan changed in it" in text
    assert "one weekly point holds" not in text
    (entry,) = gitledger(ledger_dir, "plan", "--json").json["plans"]
    assert entry["plan"] == "plus"
    assert [(c["before"], c["after"]) for c in entry["plan_changes"]] == [("pro", "plus")]
    (cut,) = [period for period in entry["periods"] if period["parts"]]
    assert [(part["plan"], part["used_pp"]) for part in cut["parts"]] == [("pro", 30), ("plus", 45)]
    (other,) = entry["other_plans"]["plans"]
    assert other["plan"] == "pro"
    assert other["holds"]["low"] < 5 < other["holds"]["high"]
    text = " ".join(gitledger(ledger_dir, "plan").out.split())
    assert "pro 30, then plus 45" in text
    assert "plan changed pro until Wed 5 Mar" in text
    assert "other plan pro: 1" in text
    assert "% of its week [" in text


def plan_at(meter: MeterReading, moment: datetime) -> str:
    """The plan that a reading names: `plus` since a moment."""
    return "plus" if meter.captured_at >= moment else "pro"


def test_a_table_of_before_gets_the_tokens_of_all_days(ledger_dir: Path) -> None:
    """Rows without tokens do not hide the days that were counted since long ago."""
    weeks = [Worked(75, 6, 20_000)] * 4
    record(ledger_dir, shown(weeks), [])
    book = open_book(World(ledger_dir, LATER, dict(os.environ)))
    assert tokens_due_since(book).year == 1970
    record(ledger_dir, [], [*token_days(weeks, [(PLAIN, 1)])])
    found = tokens_rate(ledger_dir)["weeks"]
    assert isinstance(found, list)
    assert [round(week["value"] / 20_000, 1) for week in found] == [1, 1, 1, 1]
    book.renew()
    assert tokens_due_since(book).year == 2025
