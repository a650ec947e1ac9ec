"""The facts of a ledger that version 0.1.0 wrote: counted, explained, taken out and put in."""

import json
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from ground import git, gitledger

from gitledger.git.branch import definitions
from gitledger.git.branch.rows import Buckets
from gitledger.git.branch.store import CommitPlan, advance
from gitledger.git.branch.tip import Tip
from gitledger.git.repository import identity, open_repository
from gitledger.ledger import codec, layout
from gitledger.ledger.row import Row

BRANCH = "gitledger/main"
ROWS = {
    "snapshots": 26,
    "windows": 13,
    "churn": 3,
    "anomalies": 3,
    "votes": 3,
    "capabilities": 2,
    "corrections": 2,
    "decisions": 2,
    "evidence": 2,
    "tokens": 2,
    "usage": 2,
    "telemetry": 1,
}
# a number of the ledger, worked out by hand from `fixtures/ledger-0.1.0.sh`
NUMBERS = {
    "W0-1.codex.features_per_pp": 4 / 8,
    "WEEK0.codex.features_per_pp": (4 + 3 + 2 + 2) / (8 + 7 + 6 + 7),
    "WEEK0.claude.features_per_pp": 15 / (10 + 12 + 40 + 8 + 9),
    "WEEK0.codex.quality_adjusted_per_pp": (4 * 0.9 + 3 * 0.9 + 2 * 0.8 + 2 * 0.8) / 28,
    "WEEK0.codex.features_per_window": (4 + 5 + 3 + 2 + 2) / 5,
    "WEEK0.codex.delivered": 4 + 5 + 3 + 2 + 2,
    "WEEK0.codex.lasting": 4 + 5,
    "WEEK0.codex.lasting_per_pp": 4 / 8,
    "WEEK0.codex.quality": (4 * 0.9 + 5 * 0.9 + 3 * 0.9 + 2 * 0.8 + 2 * 0.8) / 16,
    "WEEK0.codex.pass_rate": 4 / 5,
    "WEEK0.codex.churn_14d": 0,
    "WEEK0.codex.impf": (4 * 5 + 5 * 5 + 3 * 5 + 2 * 9) / (4 + 5 + 3 + 2),  # a rate x features
    "WEEK0.codex.idle_pp": 100 - 53,
    "WEEK0.telemetry.events": 1,
    "WEEK0.usage.ccusage day.total_tokens": 280,
    "WEEK0.usage.ccusage day.cost_usd": 0.5,
}
PROXY = (
    '{"rid":"r1","lane":"glm","ts":"2025-11-06T10:20:00Z","event":"proxy_request","provider":"glm",'
    '"route":"glm","status":200,"latency_ms":900,"input_tokens":100,"output_tokens":40}\n'
)
DAY = (
    '{"daily":[{"date":"2025-11-03","inputTokens":100,"outputTokens":50,"cacheCreationTokens":10,'
    '"cacheReadTokens":20,"totalTokens":180,"totalCost":0.5,"modelsUsed":["claude-sonnet-4-5"],'
    '"modelBreakdowns":[]}]}'
)
PANE = (
    ">_ OpenAI Codex\n\n5h limit: [###] 55% left (resets 15:00)\n"
    "Weekly limit: [###] 54% left (resets 12:00 on 12 Nov)\n"
)


def add(path: Path, *many: tuple[str, dict[str, Any]], agent: str = "main") -> None:
    """Put rows on the branch as 0.1.0 wrote them, past every rule that came later."""
    repository = open_repository(path, {})
    now = datetime(2026, 11, 29, 6, 47, tzinfo=UTC)

    def plan(tip: Tip) -> Sequence[CommitPlan]:
        places, files, trailers = Buckets(tip), dict[str, bytes](), ""
        for number, (ledger, values) in enumerate(many):
            at = f"2026-11-29T06:47:{number:02d}.000000Z"
            columns = definitions.schema(tip, ledger).by_name
            ordered = {name: values[name] for name in columns if name in values}
            row = Row(ledger, at, agent, "gitledger 0.1.0", codec.frozen(ordered))
            named, data = codec.encode(row)
            place = places.place(ledger, layout.row_file(at, named.id))
            assert place is not None
            files[place] = data
            trailers += f"Ledger-Row: {named.id}\n"
        return [CommitPlan(f"rows: old\n\n{trailers}Ledger-Agent: {agent}\n", files)]

    advance(repository, BRANCH, plan, identity(repository, now))


def test_every_row_is_counted_where_it_belongs(old: Path) -> None:
    """So many rows a ledger, as 0.1.0 recorded them."""
    rows = gitledger(old, "--json", "log", "-n", "99").json["rows"]
    assert Counter(row["ledger"] for row in rows) == ROWS


@pytest.mark.parametrize("name", NUMBERS)
def test_a_number_is_explained_and_right(old: Path, name: str) -> None:
    """What `explain` recomputes is the number worked out by hand."""
    told = gitledger(old, "--json", "explain", name)
    assert told.code == 0, told.err
    assert told.json["estimate"]["value"] == pytest.approx(NUMBERS[name], rel=1e-5)


def test_an_export_makes_the_same_ledger_again(old: Path, tmp_path: Path) -> None:
    """Every ledger but the corrections, which the export has applied: the same facts again."""
    out, fresh = tmp_path / "out", tmp_path / "fresh"
    assert gitledger(old, "export", "--out", str(out)).code == 0
    git(tmp_path, "init", "-q", str(fresh))
    assert gitledger(fresh, "init").code == 0
    for ledger in [name for name in ROWS if name != "corrections"]:
        done = gitledger(fresh, "import", "csv", ledger, str(out / f"{ledger}.csv"))
        assert done.code == 0, done.err
        assert facts(fresh, ledger) == facts(old, ledger)
    assert gitledger(fresh, "verify").code == 0


def facts(path: Path, ledger: str) -> list[dict[str, Any]]:
    """What the rows of a ledger say, without when and by whom they were recorded."""
    lines = gitledger(path, "export", ledger, "--format", "jsonl").out.splitlines()
    envelope = {"row", "gitledger", "ledger", "recorded_at", "agent", "tool"}
    return [{k: v for k, v in json.loads(line).items() if k not in envelope} for line in lines]


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ("ingest proxy-telemetry -w W0-7", PROXY),
        ("ingest ccusage -w W0-4 --at 2025-11-03T12:00:00Z", DAY),
        ("end codex -w W0-9 --at 2025-11-08T11:00:00Z", PANE),
    ],
)
def test_an_old_text_given_again_adds_nothing(old: Path, words: str, text: str) -> None:
    """What 0.1.0 recorded is met by its natural key."""
    before = git(old, "rev-parse", BRANCH)
    done = gitledger(old, *words.split(), stdin=text)
    assert done.code == 0, done.err
    assert git(old, "rev-parse", BRANCH) == before


def test_the_meters_that_it_shipped_count_as_not_chosen(old: Path) -> None:
    """Its configuration says five hours for GLM; the weekly points that are there are taken."""
    assert "glm: 5h" in git(old, "show", f"{BRANCH}:gitledger.yaml")
    told = gitledger(old, "--json", "preview").json["providers"]
    glm = next(each for each in told if each["provider"] == "glm")
    assert (glm["meter"], glm["features"], glm["capacity"]) == ("weekly", 2, 4)


def test_the_week_is_invalid_by_a_pane_of_its_own(old: Path) -> None:
    """W0-8 began with 10 % of a week that stood at 14 % the day before: stale, then and now."""
    card = gitledger(old, "--json", "card", "WEEK0").json
    assert card["verdict"] == "INVALID"
    assert [reason for reason in card["reasons"] if "W0-8 stale-pane" in reason]


def test_churn_over_an_interval_is_marked(old: Path) -> None:
    """One commit holds no others' lines; several may, until they are measured again."""
    mark = "measured by 0.1.0, may hold others' lines; measure again"
    assert mark not in gitledger(old, "card", "W0-1").out
    ends = git(old, "rev-parse", "trunk~5", "trunk~2").split()
    range_ = {"commit_start": ends[0], "commit_end": ends[1]}
    survival = {"state": "mature", "alive_at_end": 9, "churn_14d": 0}
    measured = {"date": "2026-11-29", "window": "W0-3", "provider": "codex", "survival": survival}
    add(old, ("churn", measured | range_ | {"decision": "measured", "commit_count": 3}))
    assert gitledger(old, "verify").code == 0
    for words in ("card W0-3", "audit -w W0-3", "preview"):
        assert mark in " ".join(gitledger(old, *words.split()).out.split()), words


def test_hidden_characters_of_old_rows_are_read_and_shown_escaped(old: Path) -> None:
    """Names and texts that the door refuses today stand: intact, and never printed as they are."""
    window = "W0-\u202e2\u200b1"
    shown = {"provider": "codex", "account": "wo\u200brk", "manual": True, "source": "override"}
    panes = [
        {"window": window, "phase": phase, "captured_at": f"2025-11-10T1{at}:00:00Z"}
        | {"source_sha256": f"{at:064d}", "text": "a\u2028b\u202ec", "notes": "x\u200by"}
        | {"readings": [{"bucket": "default", "meter": "weekly", "used_pct": Decimal(10 + at)}]}
        for at, phase in enumerate(("before", "after"))
    ]
    final = {
        "window": window,
        "finalised_at": "2025-11-10T12:00:00Z",
        "features": [{"provider": "codex", "account": "wo\u200brk", "features": 1}],
        "outcome": "pass",
        "methodology": "td\u202ed",
    }
    rows = [("snapshots", shown | pane) for pane in panes]
    add(old, *rows, ("windows", final), agent="a\u200bda")
    assert gitledger(old, "verify").code == 0
    for words in (("verify",), ("preview",), ("audit",), ("log",), ("show", window)):
        clean(gitledger(old, *words).out)
    for form in ((), ("--md",), ("--json",)):
        card = gitledger(old, "card", window, *form)
        assert card.code in {0, 4}
        clean(card.out)
    assert "\\u202e" in gitledger(old, "card", window).out


def clean(text: str) -> None:
    """Nothing in a text turns it around or hides in it."""
    assert text
    assert not set(text) & set("\u202e\u200b\u2028")
