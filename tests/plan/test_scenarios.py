"""The scenarios of `tests/features`, step by step, against the week that was played.

A figure in a scenario is held against the program's answer and against `arithmetic`, which works
it out from `story` alone.
"""

import json
from datetime import datetime, timedelta
from hashlib import sha256
from statistics import median
from typing import Any

import arithmetic
import pytest
from play import LATER, TWICE, Stage, same
from pytest_bdd import given, parsers, scenarios, then, when
from story import PRICES, REQUESTS, RESERVE, VOTES, WINDOWS, Window, of

import gitledger

pytestmark = pytest.mark.usefixtures("hooks")
scenarios(".")

Json = dict[str, Any]
SETTLED = timedelta(minutes=5)
PARTS = {"report.html", "preview.json", "card.json", "compare.json", "replay.json", "votes.json"}
ASKED = {
    "preview": "preview",
    "card WEEK0": "card WEEK0",
    "audit --json": "audit",
    "compare": "compare",
    "checklist": "checklist",
    "handoff --week WEEK0": f"handoff --out pack --at {LATER.isoformat()}",
    "handoff --check pack": "handoff --check pack",
    "replay --week WEEK0 --strategy bwk --baseline greedy": (
        "replay --week WEEK0 --strategy bwk --baseline greedy"
    ),
}


def rows(week: Stage, ledger: str, **wanted: object) -> list[Json]:
    """The valid rows of a ledger as exported, those with the wanted values."""
    known = f"rows {ledger}"
    if known not in week.seen:
        told = week.tell("export", ledger, "--format", "jsonl", at=LATER)
        week.seen[known] = [json.loads(line) for line in told.splitlines()]
    found = week.seen[known]
    return [row for row in found if all(row.get(k) == v for k, v in wanted.items())]


def audit_of(week: Stage, window: Window) -> Json:
    """The audit of one window."""
    (found,) = [w for w in week.ask("audit")["windows"] if w["window"] == window.id]
    return found


def text_of(week: Stage, *words: str) -> str:
    """What a verb prints for people, asked once; a card may be no yes."""
    known = "text " + " ".join(words)
    if known not in week.seen:
        code, out, err = week.say(week.folder, *words, at=LATER)
        assert code in {0, 4}, err
        week.seen[known] = " ".join(out.split())
    return week.seen[known]


def shown(number: float) -> str:
    """Three digits, as scenarios write them."""
    return f"{float(number):.3g}"


# 1  before the week


@given('a project with one commit, and "gitledger init"', target_fixture="moment")
def _begun() -> str:
    return "begun"


@given("the price of a month is stated: 20 dollars for codex, 100 for claude, 15 for glm")
def _priced(week: Stage) -> None:
    assert PRICES == {"codex": 20, "claude": 100, "glm": 15}
    told = week.tell("config", "show", at=LATER)
    assert all(f"{name}: {price}" in told for name, price in PRICES.items())


@given("the weekly bar is the meter that counts for codex, claude and glm")
def _metered(week: Stage) -> None:
    told = week.tell("config", "show", at=LATER)
    assert all(f"{name}: weekly" in told for name in PRICES)


@given(parsers.parse("{n:d} capabilities are on the map"))
def _mapped(week: Stage, n: int) -> None:
    assert len(rows(week, "capabilities")) == n


@given("the ledger is pushed to the remote", target_fixture="moment")
def _pushed() -> str:
    return "ready"


@when('the operator runs "gitledger preflight -- git status"', target_fixture="answer")
def _preflight(week: Stage, moment: str) -> Json:
    return week.seen[moment]


@then(parsers.re(r'the answer is "(?P<verdict>(not )?ready[^"]*)"'))
def _verdict(answer: Json, verdict: str) -> None:
    failed = [c for c in answer["checks"] if c["level"] == "fail"]
    assert answer["ready"] is (verdict == "ready")
    assert verdict in {"ready", f"not ready: {len(failed)} check failed"}
    assert bool(failed) is (verdict != "ready")


@then(parsers.parse('"{check}" fails: "{what}"'), target_fixture="failed")
def _fails(answer: Json, check: str, what: str) -> Json:
    (found,) = [c for c in answer["checks"] if c["level"] == "fail"]
    assert (found["check"], found["what"]) == (check, what)
    return found


@then(parsers.parse('its next step is "{step}"'))
def _step(failed: Json, step: str) -> None:
    assert failed["next"] == step


@then(parsers.parse('"{checks}" are fine'))
def _fine(answer: Json, checks: str) -> None:
    fine = [c["check"] for c in answer["checks"] if c["level"] == "ok"]
    assert fine == checks.split(", ")


@then(
    parsers.parse(
        'of "{check}" a note says that output can be pasted where this machine has no reading'
    )
)
def _pasted(answer: Json, check: str) -> None:
    (found,) = [c for c in answer["checks"] if c["level"] == "note"]
    assert found["check"] == check
    assert found["what"].endswith("their output has to be pasted")
    assert found["next"] == "gitledger parse codex --from FILE"


# 2  a window, A to G


@given(parsers.parse("the window {name} of {provider}"), target_fixture="window")
def _window(name: str, provider: str) -> Window:
    (found,) = [w for w in WINDOWS if (w.id, w.provider) == (name, provider)]
    return found


def reading(week: Stage, window: Window, phase: str) -> Json | None:
    """The weekly bar as a phase's snapshot has it, with the moment it was read."""
    made = rows(week, "snapshots", window=window.id, phase=phase)
    if not made:
        return None
    (row,) = made
    (bar,) = [r for r in row["readings"] if r["meter"] == "weekly"]
    owner = (row["provider"], row["account"])
    assert owner == (window.provider, window.account)
    return {**bar, "at": datetime.fromisoformat(row["captured_at"])}


@then(parsers.parse("its BEFORE reading is {before:d} % of the weekly bar, and {reserve}"))
def _before(week: Stage, window: Window, before: int, reserve: str) -> None:
    found = reading(week, window, "before")
    assert found is not None
    assert found["used_pct"] == before == window.before <= 100 - RESERVE
    broken = any(f["code"] == "buffer-breached" for f in audit_of(week, window)["findings"])
    assert broken is arithmetic.breached(window)
    assert reserve == ("it is broken" if broken else "the reserve is kept")


@then(parsers.parse("CAP-{number:d} was reserved for it, and {budget:d} tokens were planned"))
def _reserved(week: Stage, window: Window, number: int, budget: int) -> None:
    (held,) = rows(week, "features", window=window.id)
    assert (held["capability"], held["state"]) == (f"CAP-{number}", "reserved")
    assert list(PRICES)[number - 1] == window.provider
    (plan,) = rows(week, "tokens", window=window.id, checkpoint="plan")
    assert plan["planned"] == budget


@then(parsers.parse("its commits added {lines:d} lines"))
def _lines(week: Stage, window: Window, lines: int) -> None:
    made = [row for row in rows(week, "commits") if window.id in row.get("windows", ())]
    assert sum(row["insertions"] for row in made) == lines == window.lines
    assert [row["sha"] for row in made] == ([week.made[window.id]] if lines else [])


@then(parsers.parse("its AFTER reading is {after} %, five minutes or more after its last commit"))
def _after(week: Stage, window: Window, after: str) -> None:
    found = reading(week, window, "after")
    assert (found is None) is (after == "no") is (window.after is None)
    if found is not None:
        assert found["used_pct"] == int(after) == window.after
        made = [row for row in rows(week, "commits") if window.id in row.get("windows", ())]
        last = [datetime.fromisoformat(row["committed_at"]) for row in made]
        assert all(found["at"] - moment >= SETTLED for moment in last)


@then(parsers.parse("it took {points} points of the bar"))
def _points(week: Stage, window: Window, points: str) -> None:
    (found,) = [d for d in audit_of(week, window)["deltas"] if d["meter"] == "weekly"]
    if points == "no":
        assert found["delta_pp"] is None
        assert found["state"] == arithmetic.REASONS[window.wrong]
    else:
        assert found["delta_pp"] == int(points) == int(arithmetic.points(window))


@then(
    parsers.parse(
        "it is completed with {features:d} features, {outcome}, and everything else that is asked"
    )
)
def _complete(week: Stage, window: Window, features: int, outcome: str) -> None:
    (row,) = rows(week, "windows", window=window.id)
    (said,) = row["features"]
    assert said["features"] == features == window.features
    assert row["outcome"] == outcome == window.outcome
    assert (row["quality"], row["cls"]) == (float(window.quality), float(window.cls))
    assert (row["minutes"], row["methodology"]) == (window.minutes, "tdd")


@then(parsers.parse("{churn:d} % of its lines were gone within fourteen days"))
def _churn(week: Stage, window: Window, churn: int) -> None:
    (lines,) = week.ask("card", window.id)["churn"]
    assert same(lines["churn_14d"], churn / 100)
    assert arithmetic.churn(window) * 100 == churn


@then("its last acceptance run passed, with a log whose SHA-256 is on record")
def _evidence(week: Stage, window: Window) -> None:
    runs = sorted(rows(week, "evidence", window=window.id), key=lambda row: row["recorded_at"])
    assert [run["result"] for run in runs] == ["fail"] * (window.wrong == "repaired") + ["pass"]
    assert all(len(run["artifact_sha256"]) == 64 for run in runs)


@then(parsers.parse("its audit names {findings}"))
def _audited(week: Stage, window: Window, findings: str) -> None:
    found = {f["code"] for f in audit_of(week, window)["findings"] if f["code"] != "partial"}
    assert found == ({findings} - {"nothing"})


@then('"gitledger show" and "gitledger log" have each of its rows')
def _logged(week: Stage, window: Window) -> None:
    told = week.ask("show", window.id)["rows"]
    phases = 1 + (window.after is not None)
    least = {"snapshots": phases, "windows": 1, "churn": 1, "features": 1, "tokens": 2}
    for ledger, many in least.items():
        assert len([row for row in told if row["ledger"] == ledger]) >= many, ledger
    logged = {row["row"] for row in week.ask("log")["rows"]}
    assert {row["row"] for row in told} <= logged


# 3  after the week


@when(parsers.re(r'the operator runs "gitledger (?P<verb>[^"]*)"'), target_fixture="told")
def _asked(week: Stage, verb: str) -> Json:
    return week.ask(*ASKED[verb].split())


def shown_by(told: Json, provider: str) -> Json:
    """A provider's part of a preview."""
    (found,) = [p for p in told["providers"] if p["provider"] == provider]
    return found


@then(parsers.parse("{usable:d} of 6 windows of {provider} can be used"), target_fixture="part")
def _usable(told: Json, usable: int, provider: str) -> Json:
    part, right = shown_by(told, provider), arithmetic.provider(provider)
    assert (part["windows"], part["usable"]) == (6, usable) == (right["windows"], right["usable"])
    return part


@then(
    parsers.parse(
        "{features:d} features were bought with {points:g} points: {rate} a point, "
        "between {low} and {high}"
    )
)
def _rate(part: Json, features: int, points: float, rate: str, low: str, high: str) -> None:
    right = arithmetic.provider(part["provider"])
    assert part["features"] == features == right["features"]
    assert part["capacity"] == points == right["capacity"]
    for key, written, own in zip(
        ("value", "low", "high"), (rate, low, high), right["efficiency"], strict=True
    ):
        assert same(part["efficiency"][key], own)
        assert shown(own) == shown(float(written))


@then(parsers.parse("of {delivered:d} delivered features {lasting} lasted"))
def _lasted(part: Json, delivered: int, lasting: str) -> None:
    right = arithmetic.provider(part["provider"])
    assert part["lasting"]["delivered"] == delivered == right["delivered"]
    assert same(part["lasting"]["value"], right["lasting"])
    assert shown(right["lasting"]) == lasting


@then(parsers.parse("a lasting feature cost {dollars} dollars"))
def _dollars(part: Json, dollars: str) -> None:
    own = arithmetic.provider(part["provider"])["dollars_per_lasting_feature"][0]
    assert same(part["dollars_per_lasting_feature"]["value"], own)
    assert shown(own) == dollars


@then(parsers.parse('left out are "{named}"'))
def _left_out(told: Json, named: str) -> None:
    right = sorted(e for name in PRICES for e in arithmetic.provider(name)["excluded"])
    found = sorted((e["window"], e["reason"]) for e in told["coverage"]["excluded"])
    assert found == right
    assert named == ", ".join(" ".join(each) for each in right)


@then(parsers.parse("{churn} % of the lines of {provider} were gone within fourteen days"))
def _pooled(told: Json, churn: str, provider: str) -> None:
    (arm,) = [a for a in told["arms"] if a["name"] == provider]
    right = arithmetic.provider(provider)["churn_14d"]
    assert same(arm["churn_14d"]["value"], right)
    assert round(100 * right, 1) == float(churn)


@then(parsers.parse('the churn of {provider} is told with "{reason}"'))
def _why_no_interval(week: Stage, provider: str, reason: str) -> None:
    share = f"{100 * arithmetic.provider(provider)['churn_14d']:.1f} %"
    for verb in (("card", "WEEK0"), ("preview",)):
        told = text_of(week, *verb)
        assert f"{provider}: {share} of merged lines removed within 14 days" in told
        assert reason in told.partition(f"{provider}: {share}")[2]
    assert reason in text_of(week, "explain", f"WEEK0.{provider}.churn_14d")


@given("the churn of W0-02 was measured twice: the day it was finished, and weeks later")
def _twice(week: Stage) -> None:
    assert TWICE == "W0-02"
    states = [row["survival"]["state"] for row in rows(week, "churn", window=TWICE)]
    assert sorted(states) == ["mature", "open"]


@then("preview, card, explain and the data frame tell the later one, once")
def _newest(week: Stage) -> None:
    newest = rows(week, "churn", window=TWICE, date=f"{LATER:%Y-%m-%d}")[0]
    (line,) = [c for c in week.ask("preview")["churn"] if c["window"] == TWICE]
    (part,) = week.ask("card", TWICE)["churn"]
    used = week.ask("explain", "WEEK0.codex.churn_14d")["used"]
    (step,) = [s for s in used if s["window"] == TWICE]
    frame = gitledger.open(week.folder).frame("churn")
    (value,) = frame.loc[frame["window"] == TWICE, "churn_14d"]
    found = [line["survival"]["churn_14d"], part["churn_14d"], value]
    assert found == [float(arithmetic.churn(next(w for w in WINDOWS if w.id == TWICE)))] * 3
    assert step["rows"] == newest["row"]


@then("show and the export of rows keep both")
def _both(week: Stage) -> None:
    told = [r for r in week.ask("show", TWICE)["rows"] if r["ledger"] == "churn"]
    kept = rows(week, "churn", window=TWICE)
    assert {r["row"] for r in told} == {r["row"] for r in kept}
    assert len(kept) == 2


@then(
    parsers.parse(
        "it plays with budgets of {claude:d} points for claude, {codex:d} for codex and {glm:d} "
        "for glm"
    )
)
def _budgets(told: Json, claude: int, codex: int, glm: int) -> None:
    right = {}
    for name in PRICES:
        accounts = {w.account: w.before for w in reversed(of(name))}
        right[f"weekly {name}"] = sum(100 - RESERVE - first for first in accounts.values())
    assert told["budgets"] == {"weekly claude": claude, "weekly codex": codex, "weekly glm": glm}
    assert told["budgets"] == right


@then(parsers.parse("{reserve:d} points of each weekly bar are not spent"))
def _reserve(told: Json, reserve: int) -> None:
    assert told["reserve"] == reserve == RESERVE


@then("each baseline has a gain with an interval and a verdict")
def _gains(told: Json) -> None:
    assert [b["name"] for b in told["baselines"]] == ["greedy-ratio", "greedy-reward"]
    earned = {p["name"]: p["reward_mean"] for p in told["policies"]}
    for base in told["baselines"]:
        gain = base["delta_pct"]
        assert gain["low"] <= gain["value"] <= gain["high"]
        assert same(gain["value"], 100 * (earned["bwk"] / earned[base["name"]] - 1))
        assert base["verdict"] in {"BETTER", "NOT WORSE", "UNDECIDED", "WORSE"}


@then("no policy beats the ceiling of the linear programme")
def _ceiling(told: Json) -> None:
    assert all(p["reward_mean"] <= told["lp_ceiling"] for p in told["policies"])
    assert len(told["policies"]) == 3


@then('the same seed is on record in "experiments"')
def _on_record(week: Stage, told: Json) -> None:
    kept = [row["content"] for row in rows(week, "experiments")]
    assert {(k["seed"], k["week"]) for k in kept} == {(told["seed"], told["week"])}
    assert all(k["budgets"] == told["budgets"] for k in kept)


@then("its verdict is one of GO, SOFT GO, HOLD and NO-GO, with reasons")
def _card(told: Json) -> None:
    assert told["verdict"] in {"GO", "SOFT GO", "HOLD", "NO-GO"}
    assert told["reasons"]


@then(parsers.parse('the panel voted "{votes}"'))
def _votes(told: Json, votes: str) -> None:
    cast = sorted((v["voter"], v["vote"]) for v in [*told["votes"], *told["later_votes"]])
    assert cast == sorted(VOTES)
    assert votes == ", ".join(" ".join(each) for each in cast)


@then('the card was issued once, and its row is on record in "decisions"')
def _issued(week: Stage) -> None:
    (row,) = rows(week, "decisions")
    assert row["subject"] == "WEEK0"


@then(
    parsers.parse(
        "{many:d} windows have an audit, each with its readings, its completion and its deltas"
    )
)
def _audits(told: Json, many: int) -> None:
    assert {w["window"] for w in told["windows"]} == {w.id for w in WINDOWS}
    assert len(told["windows"]) == many == len(WINDOWS)
    assert all(w["snapshots"] and w["deltas"] for w in told["windows"])
    assert all(w["finalize"]["entries"] == 1 for w in told["windows"])


@then(parsers.parse("the readings of {name} are those of the account {account}"))
def _account(told: Json, name: str, account: str) -> None:
    (found,) = [w for w in told["windows"] if w["window"] == name]
    assert {s["account"] for s in found["snapshots"]} == {account}
    assert next(w for w in WINDOWS if w.id == name).account == account


@then(parsers.parse('requests "{both}" have both sides'))
def _matched(told: Json, both: str) -> None:
    assert sorted(r["rid"] for r in told["rows"]) == both.split(", ")
    assert both.split(", ") == [rid for rid, glm, base in REQUESTS if glm and base]


@then(parsers.parse('request "{rid}" stands alone'))
def _alone(told: Json, rid: str) -> None:
    assert [u["rid"] for u in told["unmatched"]] == [rid]


@then(parsers.parse("GLM took {glm:d} tokens where the baseline took {base:d}"))
def _tokens(told: Json, glm: int, base: int) -> None:
    both = [(sum(a), sum(b)) for _, a, b in REQUESTS if a and b]
    assert (glm, base) == tuple(map(sum, zip(*both, strict=True)))
    assert sum(r["glm_tokens"] for r in told["rows"]) == glm
    assert sum(r["baseline_tokens"] for r in told["rows"]) == base


# 4  the hand-over


@then("the pack holds the report, the preview, the card, the comparison, the replay and the votes")
def _parts(told: Json) -> None:
    assert PARTS | {"README.md", "SHA256SUMS", "checklist.md", "coverage.json"} <= {*told["files"]}


@then(parsers.parse("it holds an audit of each of the {many:d} windows"))
def _packed_audits(told: Json, many: int) -> None:
    found = {name for name in told["files"] if name.startswith("audits/")}
    assert found == {f"audits/{w.id}.json" for w in WINDOWS}
    assert len(found) == many


@then(
    parsers.parse(
        "it holds the exports of every ledger and the log of each of the {many:d} acceptance runs"
    )
)
def _packed_logs(week: Stage, told: Json, many: int) -> None:
    runs = {row["test_run_id"] for row in rows(week, "evidence")}
    packed = {name.split("/")[1] for name in told["files"] if name.startswith("logs/")}
    assert packed == runs
    assert len(runs) == many
    exports = {name for name in told["files"] if name.startswith("exports/")}
    named = {row["ledger"] for row in week.ask("ledger", "list")["ledgers"]}
    assert exports == {f"exports/{name}.csv" for name in named}


@then("SHA256SUMS has the right hash of every file")
def _sums(week: Stage, told: Json) -> None:
    pack = week.folder / "pack"
    lines = [line.split("  ") for line in (pack / "SHA256SUMS").read_text().splitlines()]
    assert {name for _, name in lines} == {*told["files"]} - {"SHA256SUMS"}
    assert all(sha256((pack / name).read_bytes()).hexdigest() == digest for digest, name in lines)


@then("every file is as the ledger gives it")
def _again(told: Json) -> None:
    assert told["wrong"] == []


@then(
    parsers.parse(
        "with {left:d} points to spend {usual:d} windows of {provider} fit, and {least:d} of the "
        "largest"
    )
)
def _fit(week: Stage, left: int, usual: int, provider: str, least: int) -> None:
    bars = json.loads((week.folder / "pack" / "next.json").read_text())["bars"]
    took = [arithmetic.points(w) for w in of(provider) if arithmetic.counts(w)]
    assert left == 100 - RESERVE
    assert (usual, least) == (left // median(took), left // max(took))
    for bar in (b for b in bars if b["provider"] == provider):
        assert (bar["left_pp"], bar["windows"], bar["windows_at_least"]) == (left, usual, least)


# 5  the checklist


def item_of(told: Json, name: str) -> Json:
    """One item of a checklist."""
    (found,) = [i for i in told["items"] if i["item"] == name]
    return found


@then(parsers.re(r'"(?P<item>[^"]*)" is done: (?P<have>\d+) of (?P<of_>\w+)'))
def _done(told: Json, item: str, have: str, of_: str) -> None:
    found = item_of(told, item)
    assert found["done"] is True
    assert found["missing"] == []
    assert (found["have"], found["of"]) == (int(have), None if of_ == "any" else int(of_))


@then(
    parsers.re(r'"(?P<item>[^"]*)" is open: (?P<have>\d+) of (?P<of_>\d+)'), target_fixture="open_"
)
def _open(told: Json, item: str, have: str, of_: str) -> Json:
    found = item_of(told, item)
    assert (found["done"], found["have"], found["of"]) == (False, int(have), int(of_))
    return found


@then(parsers.parse("it misses {name}"))
def _misses(open_: Json, name: str) -> None:
    assert open_["missing"] == [name]
    assert [w.id for w in WINDOWS if w.after is None] == [name]


@then(parsers.parse('the next step is "{step}"'))
def _next(open_: Json, step: str) -> None:
    assert open_["next"] == step


@then("nothing else is open")
def _nothing_else(told: Json, open_: Json) -> None:
    assert [i["item"] for i in told["items"] if not i["done"]] == [open_["item"]]
    assert told["complete"] is False
