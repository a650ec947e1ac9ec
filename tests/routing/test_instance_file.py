"""Instance files: what they give and every fault they can have."""

from contextlib import suppress
from copy import deepcopy
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gitledger.errors import InvalidData
from gitledger.routing.board import lay_out
from gitledger.routing.fluid import fluid_plan
from gitledger.routing.instance import Resource
from gitledger.routing.instance_file import instance_from
from gitledger.routing.public import ferreira

GOOD: dict[str, Any] = {
    "gitledger": 1,
    "instance": "my-week",
    "title": "Two plans, one card",
    "rounds": 42,
    "resources": [
        {"name": "weekly-codex", "budget": 90, "reserve": 10, "arm": "codex", "unit": "pp"},
        {"name": "dollars", "per_round": Decimal("0.5")},
        {"name": "session", "cap": 100},
    ],
    "arms": [
        {
            "name": "codex",
            "outcomes": [
                {"chance": 0.6, "reward": 2, "costs": {"weekly-codex": 8, "dollars": 0.4}},
                {"chance": 0.4, "reward": 0, "costs": {"weekly-codex": 5}},
            ],
        },
        {"name": "glm", "outcomes": [{"reward": 1}, {"reward": 2, "costs": {"session": 120}}]},
    ],
}


def problems_of(content: object) -> list[str]:
    """Where a file is refused."""
    with pytest.raises(InvalidData) as refused:
        instance_from(content)
    return [p.where for p in refused.value.problems]


def changed(**fields: object) -> dict[str, Any]:
    """A good file with other fields at its top."""
    return deepcopy(GOOD) | fields


def test_resources_of_a_file() -> None:
    """Each budget keeps its kind, reserve, owner and unit."""
    assert instance_from(GOOD).resources == (
        Resource("weekly-codex", 90.0, "total", 10.0, "codex", "pp"),
        Resource("dollars", 0.5, "per-round"),
        Resource("session", 100.0, "cap"),
    )


def test_outcomes_without_a_chance_are_even() -> None:
    """Two outcomes, one half each."""
    assert [o.chance for o in instance_from(GOOD).arms[1].outcomes] == [0.5, 0.5]


def test_rounds_are_optional() -> None:
    """A file need not say how long to play."""
    content = changed()
    del content["rounds"]
    assert instance_from(content).horizon == 1000


def test_a_file_can_say_ferreira() -> None:
    """The public instance, written as a file, has the published optimum."""
    arms = [
        {
            "name": arm.name,
            "outcomes": [
                {"chance": o.chance, "reward": o.reward, "costs": dict(o.costs)}
                for o in arm.outcomes
            ],
        }
        for arm in ferreira(0.5).arms
    ]
    content = changed(arms=arms, resources=[{"name": "inventory", "per_round": 0.5}])
    assert fluid_plan(lay_out(instance_from(content))).per_round == pytest.approx(17.95)


@pytest.mark.parametrize(
    ("content", "where"),
    [
        ([], ["file", "instance", "arms"]),
        (changed(gitledger=2), ["gitledger"]),
        (changed(instance=""), ["instance"]),
        (changed(rounds=-1), ["rounds"]),
        (changed(rounds=1.5), ["rounds"]),
        (changed(rounds=True), ["rounds"]),
        (changed(arms=[]), ["arms", "resources[0].arm"]),
        (changed(colour="red"), ["file"]),
        (changed(resources=[{"name": "x"}]), ["resources[0]", "arms[0]", "arms[0]", "arms[1]"]),
    ],
)
def test_a_fault_is_named_by_its_place(content: object, where: list[str]) -> None:
    """Each fault says where it stands."""
    assert problems_of(content) == where


@pytest.mark.parametrize(
    ("outcomes", "place"),
    [
        ([{"chance": 0.5, "reward": 1}], "arms[0]"),
        ([{"chance": 0.5, "reward": 1}, {"reward": 1}], "arms[0]"),
        ([{"chance": 1.5, "reward": 1}], "arms[0].outcomes[0].chance"),
        ([{"reward": "much"}], "arms[0].outcomes[0].reward"),
        ([{}], "arms[0].outcomes[0].reward"),
        ([{"reward": float("nan")}], "arms[0].outcomes[0].reward"),
        ([{"reward": 1, "costs": []}], "arms[0].outcomes[0].costs"),
        ([{"reward": 1, "costs": {"dollars": -1}}], "arms[0].outcomes[0].costs.dollars"),
        ([{"reward": 1, "costs": {"gold": 1}}], "arms[0]"),
        ([{"reward": 1, "costs": {"weekly-codex": 1}}], "arms[0]"),
        ([3], "arms[0].outcomes[0]"),
    ],
)
def test_a_fault_of_an_outcome_is_named(outcomes: list[object], place: str) -> None:
    """Chances, rewards and costs are checked one by one."""
    glm = {"name": "glm", "outcomes": outcomes}
    assert place in problems_of(changed(arms=[glm, deepcopy(GOOD["arms"][0])]))


def test_all_faults_come_at_once() -> None:
    """A file with faults in many places is read to its end."""
    content = changed(gitledger=9, rounds=-2, instance=3)
    content["resources"].append({"name": "dollars", "budget": "some"})
    content["resources"][0]["arm"] = "nobody"
    found = problems_of(content)
    assert found[:4] == ["gitledger", "instance", "rounds", "resources[3].budget"]
    assert set(found[4:]) == {"resources", "resources[0].arm", "arms[0]"}


@settings(max_examples=100, deadline=None)
@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(max_size=4) | st.integers(),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["gitledger", "instance", "arms", "resources", "name", "outcomes"]),
                inner,
                max_size=5,
            )
        ),
        max_leaves=20,
    )
)
def test_any_content_is_read_or_refused(content: object) -> None:
    """Whatever YAML may hold, the reader answers with an instance or with problems."""
    with suppress(InvalidData):
        assert instance_from(content).arms
