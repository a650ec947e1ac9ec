"""Windows counted by several rules: no verb makes a number of them together."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ground import gitledger

import gitledger as library

EACH = {"trailers": 1, "typed": 413}  # features of a codex window by its rule
OTHER = 877  # those of the one window of glm, typed
MIXED = 3 * 1 + 3 * 413
# the sum over codex, over all, per point of 60, per window, and what two arms would make
TOGETHER = {MIXED, MIXED + OTHER, MIXED / 60, MIXED / 6, (MIXED + OTHER) / 70, 3 + OTHER}
SAYING = {"preview", "card", "drift", "replay"}
VERBS = (
    *("preview", "card --since 2026-11-01", "report --out page.html", "plan", "drift"),
    *("explain all.codex.features_per_pp", "explain all.codex.lasting_per_pp", "status", "audit"),
    *("replay --strategy ucb --baseline all-codex", "export windows --format jsonl"),
)


def put(directory: Path, ledger: str, rows: list[dict[str, Any]]) -> None:
    """Append rows as another program would."""
    done = gitledger(directory, "append", ledger, "--json", "-", stdin=json.dumps(rows))
    assert done.code == 0, done.err


@pytest.fixture
def site(ledger_dir: Path) -> Path:
    """Six codex windows of a week, three counted and three typed, and one of glm."""
    snapshots, finals = [], []
    for n in range(7):
        name, provider, day = f"W{n}", "glm" if n == 6 else "codex", f"2026-11-0{n % 6 + 2}"
        for phase, clock, used in (("before", "09", 10 * n), ("after", "10", 10 * n + 10)):
            meter = {"bucket": "default", "meter": "weekly", "used_pct": used}
            meter |= {"window_minutes": 10080, "resets_at": "2026-11-09T00:00:00Z"}
            snapshots.append({
                "window": name, "provider": provider, "account": "default", "phase": phase,
                "captured_at": f"{day}T{clock}:00:00Z", "source": provider, "readings": [meter],
                "source_sha256": f"{n}{clock}".rjust(64, "0"),
            })  # fmt: skip
        holder = {"provider": provider, "account": "default"}
        row: dict[str, Any] = {"window": name, "outcome": "pass", "quality": 0.9, "impf": 5}
        row["finalised_at"] = f"{day}T10:05:00Z"
        row["features"] = [{**holder, "features": OTHER if n == 6 else EACH["typed"]}]
        if n < 3:
            row["features"] = [{**holder, "features": EACH["trailers"]}]
            row["counted"] = [{"feature": f"CAP-{n}", **holder, "commits": []}]
            row["feature_rule"] = "trailers"
        finals.append(row)
    put(ledger_dir, "snapshots", snapshots)
    put(ledger_dir, "windows", finals)
    return ledger_dir


def numbers(value: object) -> Iterator[float]:
    """Every number of a JSON answer."""
    if isinstance(value, bool):
        return
    if isinstance(value, int | float):
        yield float(value)
    elif isinstance(value, dict):
        for inner in value.values():
            yield from numbers(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from numbers(inner)


@pytest.mark.parametrize("verb", VERBS)
def test_no_answer_holds_a_number_of_several_rules(site: Path, verb: str) -> None:
    """Neither their sum nor their ratio; what says them says why there is none."""
    answer = gitledger(site, "--json", *verb.split())
    assert answer.code in {0, 1, 3, 4}, answer.err
    told = answer.json if answer.out else {}
    assert {n for n in numbers(told) if n in TOGETHER} == set()
    if verb.split(maxsplit=1)[0] in SAYING or "features_per_pp" in verb:
        assert "several rules" in answer.out + answer.err


def test_a_page_of_the_week_says_why(site: Path) -> None:
    """Its tiles, tables and lines show each window, and no sum over the rules."""
    assert gitledger(site, "report", "--since", "2026-11-01", "--out", "page.html").code == 0
    page = (site / "page.html").read_text(encoding="utf-8")
    assert "counted by several rules: trailers, typed" in page
    for value in (MIXED, MIXED + OTHER):
        assert f"{value}" not in page
        assert f"{value:,}" not in page


def test_a_data_frame_of_efficiency_lacks_it(site: Path) -> None:
    """The frames of a notebook are those of `preview`."""
    frame = library.open(site).frame("efficiency")
    codex = frame[(frame["provider"] == "codex") & (frame["measure"] == "features_per_pp")]
    assert codex["value"].isna().all()
    assert "several rules" in codex["reason"].iloc[0]


def test_the_effects_of_a_difference_lack_it(site: Path) -> None:
    """Rows that bring another rule: what was known before is not known afterwards."""
    told = gitledger(site, "--json", "diff", "gitledger/main~1..gitledger/main").json
    assert {n for n in numbers(told["effects"]) if n in TOGETHER} == set()
    assert "several rules" in json.dumps(told["effects"])
