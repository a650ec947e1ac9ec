"""`gitledger replay`, as a person types it, and what docs/explanation/replay.md says of it."""

import json
from pathlib import Path

import pytest
from frozen import played_once
from ground import gitledger

from gitledger.errors import InvalidData
from gitledger.routing.reward import reward_of

DOCS = Path(__file__).parents[2] / "docs" / "explanation" / "replay.md"
SMALL = ("--worlds", "20", "--inner", "10")
SENTENCE = (
    "Simulation only: providers were not chosen at random, "
    "so differences may not be caused by the choice."
)


def pane(window: str, provider: str, phase: str, hour: int, used: float) -> dict[str, object]:
    """A snapshot row of one weekly meter."""
    day = int(window[-2:])
    reading = {"bucket": "default", "meter": "weekly", "used_pct": used}
    return {
        "window": window,
        "provider": provider,
        "account": "default",
        "phase": phase,
        "captured_at": f"2026-11-{day:02}T{hour:02}:00:00Z",
        "source": "codex",
        "source_sha256": f"{day * 100 + hour:064x}",
        "readings": [reading | {"resets_at": "2026-11-08T00:00:00Z"}],
    }


@played_once
def record(directory: Path, rounds: int = 7, *, quality: bool = True) -> None:
    """`rounds` finalised windows, every second one of claude, the rest of codex."""
    panes, ends, used = [], [], {"codex": 0, "claude": 0}
    for i in range(1, rounds + 1):
        provider, window = ("codex", "claude")[i % 2], f"W0-{i:02}"
        points = 4 + i % 3
        panes.append(pane(window, provider, "before", 9, used[provider]))
        used[provider] += points
        panes.append(pane(window, provider, "after", 11, used[provider]))
        features = [{"provider": provider, "account": "default", "features": 1 + i % 4}]
        rated = {"quality": 0.75} if quality else {}
        ends.append({"window": window, "features": features, "outcome": "pass", **rated})
    for ledger, rows in (("snapshots", panes), ("windows", ends)):
        answer = gitledger(directory, "append", ledger, "--json", "-", stdin=json.dumps(rows))
        assert answer.code == 0, answer.err


@pytest.fixture
def logged(ledger_dir: Path) -> Path:
    """A ledger of seven windows."""
    record(ledger_dir)
    return ledger_dir


def test_keys_that_other_tools_rely_on(logged: Path) -> None:
    """The payload has the keys that docs/cli.md names."""
    found = gitledger(logged, "replay", *SMALL, "--json").json
    assert found["schema"] == "gitledger.replay/1"
    for key in ("strategy", "reward_unit", "support", "lp_ceiling", "shadow_prices", "seed"):
        assert key in found
    for entry in found["baselines"]:
        assert set(entry) == {"name", "delta_pct", "p_ge_0", "verdict"}
        assert set(entry["delta_pct"]) == {"value", "low", "high"}


def test_the_same_seed_gives_the_same_bytes(logged: Path) -> None:
    """Twice asked, twice the same; the old name is the same verb."""
    asked = (*SMALL, "--seed", "5", "--json", "--strategy", "bwk-ts")
    first = gitledger(logged, "replay", *asked)
    assert first.out == gitledger(logged, "router-replay", *asked).out
    assert first.code == 0


def test_support_counts_windows_by_provider(logged: Path) -> None:
    """Four windows of claude, three of codex."""
    found = gitledger(logged, "replay", *SMALL, "--json").json["support"]
    assert [(s["provider"], s["usable"], s["state"]) for s in found] == [
        ("claude", 4, "supported"),
        ("codex", 3, "supported"),
    ]


def test_budgets_come_from_flags_when_given(logged: Path) -> None:
    """Points after the reserve, dollars, slots."""
    budget = ("--budget", "codex=33", "--reserve", "3", "--slots", "4")
    found = gitledger(logged, "replay", *SMALL, *budget, "--json").json
    assert found["budgets"]["weekly codex"] == 30
    assert found["budgets"]["slots"] == 4


def test_a_bar_that_has_reset_counts_as_full_and_says_so(logged: Path) -> None:
    """The last reading is older than its own reset."""
    found = gitledger(logged, "replay", *SMALL, "--json").json
    assert found["budgets"]["weekly codex"] == 90
    assert any("taken as full" in note for note in found["notes"])


@pytest.mark.parametrize("form", [(), ("--md",)])
def test_the_honest_sentence_is_always_there(logged: Path, form: tuple[str, ...]) -> None:
    """In text and in Markdown."""
    assert SENTENCE in " ".join(gitledger(logged, "replay", *SMALL, *form).out.split())


def test_a_log_without_qualities_counts_features(ledger_dir: Path) -> None:
    """A quality nobody stated is not invented; the note says what was counted instead."""
    record(ledger_dir, quality=False)
    found = gitledger(ledger_dir, "replay", *SMALL, "--json").json
    assert any("reward is features alone" in note for note in found["notes"])
    assert found["reward_unit"] == "features"


def test_an_empty_ledger_is_undecided(ledger_dir: Path) -> None:
    """Nothing to replay: exit 4 and the next step."""
    answer = gitledger(ledger_dir, "replay")
    assert answer.code == 4
    assert "at least 3 windows" in answer.err


def test_dollars_nobody_recorded_are_not_zero(logged: Path) -> None:
    """A dollar budget needs windows whose dollars are known."""
    answer = gitledger(logged, "replay", *SMALL, "--dollars", "5")
    assert answer.code == 4
    assert "API dollars are unknown" in answer.err


@pytest.mark.parametrize("word", ["codex", "=5", "codex=much"])
def test_a_budget_that_is_none_is_refused(logged: Path, word: str) -> None:
    """The hint shows how."""
    answer = gitledger(logged, "replay", "--budget", word)
    assert answer.code == 2
    assert "codex=60" in answer.err


def test_a_budget_of_a_stranger_is_refused(logged: Path) -> None:
    """A misspelt provider is not passed over in silence."""
    answer = gitledger(logged, "replay", "--budget", "codx=50")
    assert (answer.code, "claude, codex" in answer.err) == (2, True)


def test_two_strategies_are_none(logged: Path) -> None:
    """`greedy` is a baseline of two; a strategy is one."""
    answer = gitledger(logged, "replay", "--strategy", "greedy")
    assert (answer.code, "greedy-ratio or greedy-reward" in answer.err) == (2, True)


def test_an_unknown_policy_is_refused(logged: Path) -> None:
    """With the names there are."""
    answer = gitledger(logged, "replay", "--strategy", "clever")
    assert answer.code == 2
    assert "greedy-ratio" in answer.err


def test_public_instance_needs_no_repository(tmp_path: Path) -> None:
    """Anyone can check the engine anywhere."""
    asked = ("replay", "--instance", "ferreira-0.25", "--rounds", "20", "--runs", "30", "--json")
    found = gitledger(tmp_path, *asked).json
    assert found["lp_per_round"] == pytest.approx(10.1)
    assert found["lp_mix"] == [0, 0, 0.75, 0.25]
    assert found["exact_optimum"] == pytest.approx(193.9489, abs=5e-5)
    assert {"name", "reward_mean", "pct_of_lp"} <= set(found["policies"][0])


def test_an_unknown_instance_is_refused(tmp_path: Path) -> None:
    """With the public names."""
    answer = gitledger(tmp_path, "replay", "--instance", "ferreira-7")
    assert answer.code == 2
    assert "two-arms-two-resources" in answer.err


def test_the_example_in_the_docs_can_be_played(tmp_path: Path) -> None:
    """The YAML of docs/explanation/replay.md is a good instance."""
    block = DOCS.read_text().split("```yaml\n")[1].split("```")[0]
    (tmp_path / "week.yaml").write_text(block)
    found = gitledger(tmp_path, "replay", "--instance", "week.yaml", "--runs", "5", "--json").json
    assert (found["instance"], found["rounds"]) == ("my-week", 42)


def test_a_bad_instance_file_lists_everything(tmp_path: Path) -> None:
    """All faults in one answer, exit 1."""
    (tmp_path / "bad.yaml").write_text("gitledger: 3\ninstance: x\narms: []\nextra: 1\n")
    answer = gitledger(tmp_path, "replay", "--instance", "bad.yaml")
    assert answer.code == 1
    assert all(word in answer.err for word in ("gitledger", "arms", "extra"))


@pytest.mark.parametrize(
    "name",
    [pytest.param("ferreira-0.25", marks=pytest.mark.slow), "two-arms-two-resources"],
)
def test_the_public_table_of_the_docs_is_what_the_command_prints(tmp_path: Path, name: str) -> None:
    """Every row of the table stands in docs/explanation/replay.md, to the digit."""
    printed = gitledger(tmp_path, "replay", "--instance", name, "--md").out
    docs = DOCS.read_text().split(f"### {name}")[1].split("###")[0]
    assert [row for row in printed.splitlines() if row.startswith("|") and row not in docs] == []


def test_rules_can_change_the_reward(logged: Path) -> None:
    """`replay.reward` in rules.yaml is used, and a wrong one refused."""
    other = reward_of({"replay": {"reward": "features-per-point"}})
    assert (other.rule, other.unit) == ("features-per-point", "quality per point")
    with pytest.raises(InvalidData) as refused:
        reward_of({"replay": {"reward": "stars", "epsilon": 0, "bonus": 1}})
    assert [p.where for p in refused.value.problems] == [
        "replay.bonus",
        "replay.reward",
        "replay.epsilon",
    ]


def test_every_account_keeps_its_own_reserve(ledger_dir: Path) -> None:
    """Two accounts of codex: 90 and 95 points are left, 80 and 85 of them to spend."""
    record(ledger_dir)
    later = {"account": "second", "captured_at": "2099-01-01T00:00:00Z", "window": "W0-99"}
    shown = pane("W0-09", "codex", "before", 9, 5) | later
    shown["readings"] = [{"bucket": "default", "meter": "weekly", "used_pct": 5}]
    answer = gitledger(ledger_dir, "append", "snapshots", "--json", "-", stdin=json.dumps([shown]))
    assert answer.code == 0, answer.err
    found = gitledger(ledger_dir, "replay", *SMALL, "--json").json
    assert found["budgets"]["weekly codex"] == 90 + 85


def test_a_provider_whose_meter_refills_has_no_weekly_budget(ledger_dir: Path) -> None:
    """GLM's five-hour meter limits a round and not the run."""
    panes, ends = [], []
    for i in range(1, 4):
        window = f"W0-{i:02}"
        for phase, hour, used in (("before", 9, 10), ("after", 11, 30)):
            row = pane(window, "glm", phase, hour, used)
            row["readings"] = [{"bucket": "default", "meter": "5h", "used_pct": used}]
            panes.append(row)
        features = [{"provider": "glm", "account": "default", "features": 2}]
        ends.append({"window": window, "features": features, "outcome": "pass", "quality": 1})
    for ledger, rows in (("snapshots", panes), ("windows", ends)):
        gitledger(ledger_dir, "append", ledger, "--json", "-", stdin=json.dumps(rows))
    found = gitledger(ledger_dir, "replay", *SMALL, "--rounds", "9", "--json").json
    assert (found["budgets"], found["lp_ceiling"]) == ({}, 18)
    assert found["policies"][0]["reward_mean"] == 18


def test_the_reserve_is_taken_off_once(logged: Path) -> None:
    """By 7 November codex stood at 17 %, claude at 20 %: 100 - used - reserve of each bar."""
    meters = gitledger(logged, "replay", *SMALL, "--json").json["budgets"]
    none = gitledger(logged, "replay", *SMALL, "--reserve", "0", "--json").json["budgets"]
    assert {name: none[name] - meters[name] for name in meters} == {
        "weekly claude": 10,
        "weekly codex": 10,
    }


def test_a_week_has_the_budgets_that_it_began_with(logged: Path) -> None:
    """Both bars stood at 0 in the first windows of the week; its points are not spent yet."""
    found = gitledger(logged, "replay", *SMALL, "--week", "WEEK0", "--json").json
    assert found["budgets"] == {"weekly claude": 90, "weekly codex": 90}
    assert "budgets are those that WEEK0 began with" in found["notes"]
    assert gitledger(logged, "replay", *SMALL, "--week", "2026-W40").code == 3
    assert gitledger(logged, "replay", *SMALL, "--week", "soon").code == 2


def test_a_replay_is_put_on_record_once(logged: Path) -> None:
    """Budgets, seed and result in a row a baseline; said again it is the same row."""
    words = ("replay", *SMALL, "--seed", "4", "--issue", "--json")
    first, again = (gitledger(logged, *words).json for _ in range(2))
    assert len(first["rows"]) == len(first["baselines"]) == 2
    row = gitledger(logged, "show", first["rows"][0], "--json").json["values"]
    assert (row["decision"], row["content"]["seed"]) == (first["baselines"][0]["verdict"], 4)
    assert row["content"]["budgets"] == first["budgets"]
    assert again["rows"] == first["rows"]


def test_a_failed_window_earns_nothing_and_costs_its_points(ledger_dir: Path) -> None:
    """Under either rule, and where no quality was stated for it."""
    record(ledger_dir)
    asked = ("complete", "-w", "W0-07", "-f", "claude=4", "--outcome", "fail")
    assert gitledger(ledger_dir, *asked, "--amend", "-m", "it broke").code == 0
    found = gitledger(ledger_dir, "replay", *SMALL, "--json").json["support"]
    assert [(s["provider"], s["usable"]) for s in found] == [("claude", 4), ("codex", 3)]
