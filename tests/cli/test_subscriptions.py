"""`plan`, `drift`, `resets` as a person types them, over traces whose truth is known."""

import json
import os
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from frozen import played_once
from ground import git, gitledger
from traces import HOLDER, MONDAY, WEEK, Shown, Worked, reading, shown, shrunk, steady, usage

from gitledger.book.opening import open_book
from gitledger.book.traces import due_since, record_trace
from gitledger.book.world import World

LATER = datetime.fromisoformat("2026-01-01T00:00:00+00:00")


@played_once
def recorded(directory: Path, seen: Sequence[Shown], weeks: Sequence[Worked] = ()) -> int:
    """Record what a machine saw, and a counter's blocks; how many rows of `trace` were due."""
    book = open_book(World(directory, LATER, dict(os.environ)))
    due, _ = record_trace(book, seen)
    if weeks:
        book.record([book.draft("usage", block) for block in usage(weeks)], rows_per_commit=500)
    return due


def told(directory: Path, *words: str) -> dict[str, object]:
    """The JSON of a verb that could answer."""
    done = gitledger(directory, *words, "--json")
    assert done.err == ""
    found = json.loads(done.out)
    assert isinstance(found, dict)
    return found


def test_a_ledger_without_readings_says_what_to_do(ledger_dir: Path) -> None:
    """Exit 3, a plain sentence, and a command that begins; JSON is there as well."""
    for verb in ("plan", "drift", "resets"):
        done = gitledger(ledger_dir, verb)
        assert done.code == 3
        assert done.out.startswith("no reading of a meter is recorded yet: gitledger start codex")
        assert gitledger(ledger_dir, verb, "--json").json["schema"] == f"gitledger.{verb}/1"


def test_the_plan_of_an_account_with_its_price(ledger_dir: Path) -> None:
    """Points left at each reset with their price, a bound where the last reading was old."""
    gitledger(ledger_dir, "config", "plan", "codex=200")
    assert recorded(ledger_dir, shown([Worked(75, 6, 1)] * 4)) == 20
    entry = told(ledger_dir, "plan")["plans"][0]
    assert entry["usd_a_month"] == 200
    assert [p["used_pp"] for p in entry["periods"]] == [75] * 4
    assert [p["bound"] for p in entry["periods"]] == [True] * 4
    assert entry["periods"][0]["end"] == "2025-01-13T07:00:00Z"
    assert entry["periods"][0]["usd_unused"] == pytest.approx(46 * 0.25, rel=0.001)
    assert entry["unused"]["value"] == 25
    assert entry["unused"]["n"] == 4
    assert entry["dollars_unused"]["at_most"] is True
    text = gitledger(ledger_dir, "plan").out
    assert "codex, $200 a month" in text
    assert "<= 25" in text
    assert "the meter was reset since its last reading" in text


def test_without_a_price_points_are_told_and_dollars_are_not(ledger_dir: Path) -> None:
    """The reason names the command that states a price; nothing is 0."""
    recorded(ledger_dir, shown([Worked(75, 6, 1)] * 2))
    entry = told(ledger_dir, "plan")["plans"][0]
    assert entry["usd_a_month"] is None
    assert entry["periods"][0]["usd_unused"] is None
    assert entry["dollars_unused"]["value"] is None
    assert "gitledger config plan codex=DOLLARS" in gitledger(ledger_dir, "plan").out
    assert entry["features_per_dollar"]["value"] is None


def test_another_provider_is_named(ledger_dir: Path) -> None:
    """A provider without readings: exit 3 and those that have some."""
    recorded(ledger_dir, shown(steady(1)))
    done = gitledger(ledger_dir, "plan", "claude")
    assert done.code == 3
    assert "no reading of claude is recorded; providers read: codex" in done.out
    assert gitledger(ledger_dir, "plan", "codex").code == 0


def test_drift_says_one_sentence_for_each_rate(ledger_dir: Path) -> None:
    """A step of x .7 is claimed with its date, its size, and what else could be."""
    weeks = shrunk(steady(14), 10, 0.7)
    recorded(ledger_dir, shown(weeks), weeks)
    found = {rate["meter"]: rate for rate in told(ledger_dir, "drift")["rates"]}
    assert {"5h:weekly", "tokens:weekly"} == set(found)
    for rate in found.values():
        assert rate["verdict"] == "changed"
        ratio = rate["changes"][0]["ratio"]
        assert ratio["low"] < 0.7 < ratio["high"] < 0.8
        assert rate["changes"][0]["since"][:10] == "2025-03-17"
        assert rate["changes"][0]["could_explain"]
    done = gitledger(ledger_dir, "drift", "--meter", "tokens:weekly")
    assert done.code == 0
    assert "since 17 March 2025 one weekly point holds 0.7" in done.out
    assert "of the tokens it" in done.out
    assert "sub-agents" in done.out
    assert "5h points" not in done.out
    assert gitledger(ledger_dir, "drift", "--md").out.startswith("## codex, 5h:weekly")


def test_quiet_weeks_say_what_they_would_have_shown(ledger_dir: Path) -> None:
    """No change is claimed, and the smallest one that would have shown is named."""
    recorded(ledger_dir, shown(steady(16)))
    done = gitledger(ledger_dir, "drift")
    assert done.code == 0
    assert "no change that these data could show; they would have shown x 0." in done.out


def test_one_week_is_too_little(ledger_dir: Path) -> None:
    """Exit 4 with the sentence."""
    recorded(ledger_dir, shown(steady(1)))
    done = gitledger(ledger_dir, "drift")
    assert done.code == 4
    assert "one week of data: a rate, nothing to compare it with yet; 3 more needed." in done.out


def test_resets_are_listed_with_their_reason(ledger_dir: Path) -> None:
    """Newest first; one that came early says so; another meter is another list."""
    early = [(HOLDER, "x", (reading("weekly", 1, MONDAY + timedelta(days=4.5), MONDAY + WEEK),))]
    recorded(ledger_dir, [*shown([Worked(75, 6, 1)]), *early])
    found = told(ledger_dir, "resets", "--meter", "weekly")["resets"]
    assert [event["kind"] for event in found] == ["reset", "early"]
    assert found[1]["used_pp"] == 75
    assert "the provider began the period anew" in found[1]["reason"]
    assert gitledger(ledger_dir, "resets", "--meter", "monthly").code == 3
    assert "5h" in gitledger(ledger_dir, "resets").out


def test_a_day_is_recorded_once(ledger_dir: Path) -> None:
    """Again nothing is due; from a week before the newest day on readings may still come."""
    seen = shown(steady(2))
    assert recorded(ledger_dir, seen) == 10
    tip = git(ledger_dir, "rev-parse", "gitledger/main")
    assert recorded(ledger_dir, seen) == 0
    assert git(ledger_dir, "rev-parse", "gitledger/main") == tip
    book = open_book(World(ledger_dir, LATER, dict(os.environ)))
    assert due_since(book).isoformat() == "2025-01-10T00:00:00+00:00"


def test_two_accounts_under_one_label_are_named(ledger_dir: Path) -> None:
    """No figure is made of them; the step is there."""
    other = [
        (HOLDER, "x", (reading("weekly", 40, at + timedelta(minutes=1), MONDAY + WEEK / 2),))
        for _, _, (meter, *_) in shown(steady(1))[:40:5]
        for at in [meter.captured_at]
    ]
    recorded(ledger_dir, [*shown(steady(1)), *other])
    text = " ".join(gitledger(ledger_dir, "plan").out.split())
    assert "readings of two accounts are under one label" in text
    assert "gitledger start codex --account NAME" in text
    assert gitledger(ledger_dir, "drift").code == 3


def test_a_clock_that_went_back_is_named(ledger_dir: Path) -> None:
    """The readings that cannot be are left out and counted."""
    wrong = [(HOLDER, "x", (reading("weekly", 90, MONDAY - WEEK, MONDAY + WEEK),))]
    recorded(ledger_dir, [*wrong, *shown([Worked(75, 6, 1)] * 2)])
    text = " ".join(gitledger(ledger_dir, "plan").out.split())
    assert "1 reading left out (the first at 2024-12-30T07:00:00Z)" in text
    assert "as when a clock went back" in text
    assert told(ledger_dir, "plan")["plans"][0]["periods"][0]["used_pp"] == 75


def test_a_hole_over_a_reset_is_a_bound(ledger_dir: Path) -> None:
    """Nothing read for two weeks over a reset: the least that was used, marked."""
    weeks = shown([Worked(75, 6, 1)] * 4)
    kept = [
        one for one in weeks if not 1 < (one[2][0].captured_at - MONDAY) / timedelta(days=1) < 15
    ]
    recorded(ledger_dir, kept)
    text = gitledger(ledger_dir, "plan").out
    assert ">= 15" in text
    periods = told(ledger_dir, "plan")["plans"][0]["periods"]
    assert periods[0]["bound"] is True
    assert len(periods) == 3


def test_an_older_ledger_without_the_table_still_answers(ledger_dir: Path) -> None:
    """A ledger of before has no `trace`: nothing is due, windows' panes still tell."""
    tree = git(ledger_dir, "ls-tree", "-r", "--name-only", "gitledger/main")
    assert "ledgers/trace/schema.yaml" in tree


def test_the_page_tells_subscriptions_and_is_made_again(ledger_dir: Path, tmp_path: Path) -> None:
    """The section is there, without money unless asked for, and byte for byte the same again."""
    gitledger(ledger_dir, "config", "plan", "codex=200")
    weeks = shrunk(steady(14), 10, 0.7)
    recorded(ledger_dir, shown(weeks), weeks)
    page = tmp_path / "page.html"
    assert gitledger(ledger_dir, "report", "--out", str(page)).code == 0
    text = page.read_text(encoding="utf-8")
    assert "What the subscriptions gave" in text
    assert "codex, tokens:weekly: since 17 March 2025 one weekly point holds 0.7" in text
    assert "unused in dollars" not in text
    assert "$" not in text.split("<main>")[1].split("</main>")[0]
    assert gitledger(ledger_dir, "report", "--recompute", str(page)).code == 0
    gitledger(ledger_dir, "report", "--out", str(page), "--with-money")
    assert "unused in dollars" in page.read_text(encoding="utf-8")


def test_a_rate_is_explained_by_its_weeks(ledger_dir: Path) -> None:
    """Formula, the weeks since the last change with their rows, the level, the sentence."""
    weeks = shrunk(steady(14), 10, 0.7)
    recorded(ledger_dir, shown(weeks), weeks)
    found = told(ledger_dir, "explain", "all.codex.tokens:weekly")
    assert found["used"][0]["week"] == "2025-03-17"
    assert found["estimate"]["value"] == pytest.approx(14_000, rel=0.06)
    assert "one weekly point holds" in found["notes"][0]
    left = told(ledger_dir, "explain", "all.codex.unused_pp")
    assert left["estimate"]["n"] == len(left["used"]) == 14
    nothing = told(ledger_dir, "explain", "all.claude.5h:weekly")
    assert nothing["estimate"]["value"] is None


def test_a_plan_that_changed_in_mid_week(ledger_dir: Path) -> None:
    """Its week has no price, and says why; weeks before it were another plan's."""
    weeks = [Worked(75, 6, 20_000)] * 3
    recorded(ledger_dir, shown(weeks), weeks)
    gitledger(ledger_dir, "config", "plan", "codex=200")
    gitledger(ledger_dir, "config", "plan", "codex=20")
    text = gitledger(ledger_dir, "config", "show").out
    moment = text.split('until: "')[1].split('"')[0]
    changed = text.replace(moment, "2025-01-15T12:00:00Z")
    (ledger_dir / "new.yaml").write_text(changed, encoding="utf-8")
    assert gitledger(ledger_dir, "config", "set", "new.yaml").code == 0
    entry = told(ledger_dir, "plan")["plans"][0]
    assert entry["former_plans"] == [{"until": "2025-01-15T12:00:00Z", "usd_a_month": 200}]
    assert [p["usd_reason"] for p in entry["periods"]] == [
        "another plan then",
        "the plan changed in this week",
        "",
    ]
    assert [p["usd_unused"] is None for p in entry["periods"]] == [True, True, False]
    assert entry["dollars_unused"]["n"] == 1


def test_another_plan_is_only_told_where_both_were_seen_or_stated(ledger_dir: Path) -> None:
    """Unknown with the reason; stated and marked; seen from tokens for a point then and since."""
    weeks = shrunk([Worked(60, 6, 20_000)] * 8, 4, 0.2)
    recorded(ledger_dir, shown(weeks), weeks)
    gitledger(ledger_dir, "config", "plan", "codex=20")
    other = told(ledger_dir, "plan")["plans"][0]["other_plans"]
    assert other["plans"] == []
    assert "gitledger config plan-ratio codex 20:OTHER=RATIO" in other["reason"]
    assert gitledger(ledger_dir, "config", "plan-ratio", "codex", "100:20=5").code == 0
    (plan,) = told(ledger_dir, "plan")["plans"][0]["other_plans"]["plans"]
    assert (plan["usd_a_month"], plan["stated"], plan["holds"]["value"]) == (100, True, 5)
    assert plan["used_pct_of_it"]["value"] == pytest.approx(12)
    assert "(stated)" in gitledger(ledger_dir, "plan").out
    kept = gitledger(ledger_dir, "config", "show").out.replace(
        'plan_ratios:\n  codex: {"100:20": 5}', "plan_ratios: {}"
    )
    kept += 'former_plans:\n  codex:\n    - {until: "2025-02-03T07:00:00Z", usd: 100}\n'
    (ledger_dir / "new.yaml").write_text(kept, encoding="utf-8")
    assert gitledger(ledger_dir, "config", "set", "new.yaml").code == 0
    (seen,) = told(ledger_dir, "plan")["plans"][0]["other_plans"]["plans"]
    assert seen["stated"] is False
    assert seen["holds"]["low"] < 5 < seen["holds"]["high"]


@pytest.mark.parametrize("pair", ["100:20", "100=5", "100:100=5", "a:b=5", "100:20=0", "1:2:3=4"])
def test_what_states_no_ratio_is_refused(ledger_dir: Path, pair: str) -> None:
    """Exit 2 with the form it has; nothing changes."""
    tip = git(ledger_dir, "rev-parse", "gitledger/main")
    done = gitledger(ledger_dir, "config", "plan-ratio", "codex", pair)
    assert done.code == 2
    assert "100:20=5" in done.err
    assert gitledger(ledger_dir, "config", "plan-ratio", "codx", "100:20=5").code == 2
    assert git(ledger_dir, "rev-parse", "gitledger/main") == tip


def test_a_row_that_cannot_be_read_is_named_by_every_verb(ledger_dir: Path) -> None:
    """A damaged text is left out; each verb says which row, and how it is taken out."""
    meters = '[{"meter":"weekly","points":"nonsense"}]'
    key = f"points_sha256={'a' * 64}"
    day = ("provider=codex", "account=default", "day=2026-11-28", "part=1", key)
    assert gitledger(ledger_dir, "append", "trace", *day, f"meters={meters}").code == 0
    for verb in ("plan", "drift", "resets"):
        assert "of trace cannot be read and was left out" in gitledger(ledger_dir, verb).out
    recorded(ledger_dir, shown(steady(2)))
    for verb in ("plan", "drift", "resets"):
        text = " ".join(gitledger(ledger_dir, verb).out.split())
        assert "of trace cannot be read and was left out" in text


def test_two_days_that_went_alike_are_two_rows(ledger_dir: Path) -> None:
    """Points are told from midnight on: the same text on two days is two facts."""
    days = [MONDAY, MONDAY + timedelta(days=1)]
    seen = [(HOLDER, "x", (reading("5h", 7, at, at + timedelta(hours=3)),)) for at in days]
    assert recorded(ledger_dir, seen[:1]) == 1
    assert recorded(ledger_dir, seen) == 1
    assert recorded(ledger_dir, seen) == 0


def test_three_clones_catch_up_and_have_one_row_for_a_day(repo_dir: Path, tmp_path: Path) -> None:
    """What this machine saw is recorded in each; after an exchange each day is one row."""
    from gitledger.capture.trace import append

    gitledger(repo_dir, "init", "--no-hooks")
    for _, source, meters in shown([Worked(75, 6, 1)]):
        readings = [
            {
                "meter": meter.meter,
                "used_pct": str(meter.used),
                "rounding": "floor",
                "window_minutes": meter.window_minutes,
                "resets_at": meter.resets_at.isoformat() if meter.resets_at else None,
            }
            for meter in meters
        ]
        line = {"seen_at": meters[0].captured_at.timestamp(), "provider": "codex", "account": ""}
        assert append(os.environ, "readings", {**line, "source": source, "readings": readings})
    hub = tmp_path / "hub.git"
    git(tmp_path, "init", "-q", "--bare", str(hub))
    git(repo_dir, "remote", "add", "origin", str(hub))
    git(repo_dir, "push", "-q", "origin", "gitledger/main")
    clones = [repo_dir]
    for name in ("second", "third"):
        git(tmp_path, "clone", "-q", str(hub), name)
        clones.append(tmp_path / name)
        assert gitledger(clones[-1], "sync", "origin").code == 0
    for clone in clones:
        assert "recorded 5 days of meter readings" in gitledger(clone, "catch-up").out
        assert "meter readings" not in gitledger(clone, "catch-up").out
    for clone in (*clones, *clones):
        assert gitledger(clone, "sync").code == 0
    for clone in clones:
        rows = open_book(World(clone, LATER, dict(os.environ))).rows("trace")
        assert len(rows) == 5
        assert told(clone, "plan")["plans"][0]["periods"][0]["used_pp"] == 75
