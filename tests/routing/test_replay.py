"""Replays of a log: support, deltas, edges, bytes."""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from routing_boards import a_log

from gitledger.errors import InvalidData, TooFewWindows, UsageError
from gitledger.routing.bootstrap import Effort
from gitledger.routing.log import Budgets, LoggedWindow
from gitledger.routing.replay import HONEST, Question, Replay, replay

LOG = [*a_log("codex"), *a_log("claude", features=2, pp=5.0), *a_log("glm", features=1, pp=2.0)]
BUDGETS = Budgets({"codex": 90.0, "claude": 80.0, "glm": 60.0}, dollars=8.0, slots=14)
EFFORT = Effort(worlds=20, inner=10, seed=7)


def answer(log: list[LoggedWindow] = LOG, budgets: Budgets = BUDGETS, **question: object) -> Replay:
    """A small replay."""
    return replay(log, budgets, Question(**question), EFFORT)  # type: ignore[arg-type]


def test_both_greedies_answer_to_greedy() -> None:
    """`--baseline greedy` compares with both."""
    assert [c.name for c in answer().comparisons] == ["greedy-ratio", "greedy-reward"]


def test_the_log_says_how_many_rounds() -> None:
    """Without a horizon the replay is as long as the log's usable windows."""
    assert answer().rounds == 18


def test_no_course_passes_the_ceiling_of_its_log() -> None:
    """Mean reward over worlds stays about or below the fluid ceiling at the log's means."""
    result = answer()
    assert max(c.reward.mean() for c in result.courses) <= 1.05 * result.fluid.total


@pytest.mark.parametrize("strategy", ["bwk", "bwk-ts", "bwk-ucb", "random", "greedy-reward"])
def test_one_provider_differs_by_exactly_nothing(strategy: str) -> None:
    """With nothing to choose the delta is 0, not about 0, shared dollars or not."""
    for comparison in answer(a_log("codex"), strategy=strategy).comparisons:
        assert (comparison.value, comparison.low, comparison.high) == (0.0, 0.0, 0.0)
        assert comparison.verdict == "NOTHING TO CHOOSE"


def test_a_strategy_against_itself_differs_by_nothing() -> None:
    """Common random numbers: the same policy meets the same luck."""
    (comparison,) = answer(strategy="bwk-ts", baseline="bwk-ts").comparisons
    assert (comparison.low, comparison.high) == (0.0, 0.0)


def test_too_few_windows_are_refused_by_name() -> None:
    """A provider with two usable windows takes no part, and is named."""
    result = answer([*LOG, *a_log("gemini", 2)])
    refused = [s for s in result.support if s.state == "refused"]
    assert [(s.arm, s.usable) for s in refused] == [("gemini", 2)]
    assert "gemini" not in result.board.arms
    assert any("gemini was refused" in note for note in result.notes)


def test_unusable_windows_are_listed_with_their_reason() -> None:
    """A window without points counts as seen, not as usable, and says why."""
    gap = LoggedWindow("W-99", "codex", 3.0, None, 1.0, why="anchor-moved")
    support = {s.arm: s for s in answer([*LOG, gap]).support}["codex"]
    assert (support.windows, support.usable) == (7, 6)
    assert support.left_out == (("W-99", "anchor-moved"),)


def test_no_provider_with_support_cannot_answer() -> None:
    """All too small: an undecided exit and every name."""
    with pytest.raises(TooFewWindows, match=r"claude: 2 .*codex: 1 ") as refused:
        answer([*a_log("codex", 1), *a_log("claude", 2)])
    assert refused.value.exit_code == 4


def test_a_provider_without_a_known_budget_is_refused() -> None:
    """How much is left is never invented."""
    support = {s.arm: s for s in answer(budgets=Budgets({"codex": 50.0})).support}
    assert support["glm"].state == "refused"
    assert "not known" in support["glm"].why


def test_impossible_figures_are_all_reported() -> None:
    """Every figure below 0 is listed."""
    bad = [replace(LOG[0], reward=-1.0), *LOG[1:]]
    with pytest.raises(InvalidData) as refused:
        answer(bad, replace(BUDGETS, dollars=-2.0), rounds=-3)
    assert [p.where for p in refused.value.problems] == [
        "rounds",
        "dollars",
        "window W-00, codex: reward",
    ]


def test_budgets_already_spent_leave_nothing_to_say() -> None:
    """Nothing left: deltas of 0, no verdict from nothing, and a note."""
    result = answer(budgets=Budgets({"codex": 10.0, "claude": 4.0, "glm": 0.0}))
    assert {(c.value, c.verdict) for c in result.comparisons} == {(0.0, "NOTHING TO CHOOSE")}
    assert "nothing of weekly codex is left to spend" in result.notes


def test_a_free_arm_leaves_no_choice() -> None:
    """Whoever takes what costs nothing gives nothing up: no strategy holds against another."""
    free = a_log("glm", features=1, pp=2.0)
    budgets = Budgets({"codex": 90.0}, refilling=frozenset({"glm"}))
    result = answer([*a_log("codex"), *free], budgets)
    assert {c.verdict for c in result.comparisons} == {"NOTHING TO CHOOSE"}
    assert "glm uses up no budget here: whoever takes it gives nothing up" in result.notes


def test_one_provider_with_anything_left_leaves_no_choice() -> None:
    """The other two could not begin a window."""
    result = answer(budgets=Budgets({"codex": 90.0, "claude": 11.0, "glm": 10.0}))
    assert {c.verdict for c in result.comparisons} == {"NOTHING TO CHOOSE"}
    assert "what is left is enough for codex alone: there is nothing to choose" in result.notes


def test_no_rounds_leave_nothing_to_say() -> None:
    """A horizon of 0."""
    result = answer(rounds=0)
    assert {(c.value, c.verdict) for c in result.comparisons} == {(0.0, "NOTHING TO CHOOSE")}
    assert result.fluid.total == 0


def test_all_rewards_zero() -> None:
    """A log that earned nothing decides nothing."""
    result = answer([replace(w, reward=0.0) for w in LOG])
    assert {c.verdict for c in result.comparisons} == {"UNDECIDED"}


def test_windows_that_cost_nothing() -> None:
    """A free provider is played without end and without error."""
    result = answer([replace(w, pp=0.0, dollars=0.0) for w in LOG], Budgets(BUDGETS.weekly))
    assert result.courses[0].skipped == 0


def test_a_free_provider_makes_greedy_ratio_no_rival() -> None:
    """Nothing is scarce for it, so greedy-ratio plays it alone; the replay says so itself."""
    log = [replace(w, pp=0.0) if w.provider == "glm" else w for w in LOG]
    free = replace(BUDGETS, dollars=None, slots=None)
    assert any("glm uses up no budget here" in note for note in answer(log, free).notes)
    assert not any("no budget here" in note for note in answer().notes)


def test_the_honest_sentence_is_always_last() -> None:
    """No replay without it."""
    assert answer().notes[-1] == answer(rounds=0).notes[-1] == HONEST


def test_actual_is_a_policy_of_a_log() -> None:
    """The log's own order can be the baseline."""
    assert [c.name for c in answer(baseline="actual").comparisons] == ["actual"]


def test_an_unknown_policy_is_refused_with_the_names() -> None:
    """The hint lists what there is."""
    with pytest.raises(UsageError) as refused:
        answer(strategy="clever")
    assert "bwk-ts" in refused.value.hint


def test_methodologies_can_be_arms() -> None:
    """One provider, two ways of working: two arms on one weekly budget."""
    log = [replace(w, methodology="bdd") for w in a_log("codex")]
    log += [replace(w, methodology="tdd") for w in a_log("codex", pp=4.0)]
    result = answer(log, by_methodology=True)
    assert result.board.arms == ("codex/bdd", "codex/tdd")
    assert result.board.resources.count("weekly codex") == 1


@settings(max_examples=15, deadline=None)
@given(order=st.permutations(range(len(LOG))), strategy=st.sampled_from(["bwk", "bwk-ts"]))
def test_row_order_changes_nothing(order: list[int], strategy: str) -> None:
    """Rows recorded in another order give the same figures, bit for bit."""
    straight, shuffled = (
        replay(log, BUDGETS, Question(strategy=strategy), Effort(4, 5, 1))
        for log in (LOG, [LOG[i] for i in order])
    )
    assert straight.comparisons == shuffled.comparisons


def test_another_seed_gives_other_worlds() -> None:
    """The seed is used."""
    other = replay(LOG, BUDGETS, Question(), replace(EFFORT, seed=8))
    assert not np.array_equal(other.courses[0].reward, answer().courses[0].reward)


def test_parts_hang_on_the_problem_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Progress reports every world once, in rising order."""
    monkeypatch.setattr("gitledger.routing.bootstrap.REPLICATES_AT_ONCE", 50)
    seen: list[tuple[int, int]] = []
    replay(LOG, BUDGETS, Question(), EFFORT, lambda done, of: seen.append((done, of)))
    assert seen == [(5, 20), (10, 20), (15, 20), (20, 20)]


SCRIPT = """
import sys; sys.path[:0] = [{tests!r}]
from test_replay import answer
result = answer(strategy="bwk-ts")
print(result.comparisons, [c.reward.tobytes().hex() for c in result.courses], result.fluid)
"""


def test_the_same_bytes_on_any_number_of_cores() -> None:
    """One core or four, the figures agree bit for bit."""
    here = Path(__file__).parent
    said = set()
    for threads in ("1", "4"):
        names = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
        path = {"PYTHONPATH": os.pathsep.join([str(here.parents[1]), *sys.path])}
        done = subprocess.run(
            [sys.executable, "-c", SCRIPT.format(tests=str(here))],
            env=os.environ | dict.fromkeys(names, threads) | path,
            capture_output=True,
            check=True,
        )
        said.add(done.stdout)
    assert len(said) == 1
