"""Every limit has a direction in which it is looser."""

import copy
from collections.abc import Mapping

import pytest

from gitledger.book.defaults import shipped_default
from gitledger.decision.policy import NEUTRAL, RULES, loosened_config, loosened_rules
from gitledger.decision.rule_shape import LATER, MEASURES, SHAPE
from gitledger.ledger import layout
from gitledger.ledger.yamltext import load

SHIPPED = load(shipped_default(layout.RULES), "rules.yaml")[0]


def test_every_rule_has_a_direction() -> None:
    """A gate that is new must say which way is looser."""
    gates = {
        ".".join((part, gate, *key))
        for part, gates in SHAPE.items()
        for gate, keys in gates.items()
        for key in ([(k,) for k in keys] if isinstance(keys, Mapping) else [()])
    }
    gates |= {f"measures.{key}" for key in MEASURES}
    assert gates == {*RULES, *NEUTRAL}


@pytest.mark.parametrize("path", RULES)
def test_one_way_is_looser_and_the_other_is_not(path: str) -> None:
    """Of two different values of a gate, exactly one loosens the other."""
    *parts, key = path.split(".")
    other = copy.deepcopy(SHIPPED)
    gate = other
    for part in parts:
        gate = gate[part]
    value, way = gate.get(key, LATER.get(path)), RULES[path]
    if isinstance(way, tuple):
        gate[key] = next(word for word in way if word != value)
    elif isinstance(value, list):
        gate[key] = [*value, "note"]
    else:
        gate[key] = value + 1
    there, back = [*loosened_rules(SHIPPED, other)], [*loosened_rules(other, SHIPPED)]
    assert (len(there) + len(back), path in (there + back)[0]) == (1, True)


def test_an_absent_limit_is_its_default() -> None:
    """What an upgrade adds loosens nothing; what goes below the default does."""
    assert [*loosened_config({}, {"thresholds": {"churn_days": 14}, "signatures": "none"})] == []
    told = [*loosened_config({}, {"thresholds": {"churn_days": 7}})]
    assert told == ["thresholds.churn_days was lowered from 14 to 7"]
    told = [*loosened_config({"signatures": "tip"}, {})]
    assert told == ["signatures went from tip to none"]
