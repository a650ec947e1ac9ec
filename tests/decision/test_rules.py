"""A rule file is taken whole or refused whole, with every problem named at once."""

from decimal import Decimal

import pytest

from gitledger.decision.rules import digest, read_rules
from gitledger.measure.terms import SHIPPED


def places(content):
    """Where a rule file is wrong, and the code of each problem."""
    rules, problems = read_rules(content)
    assert rules is None
    return [(p.where, p.code) for p in problems]


def test_the_shipped_rules_are_whole(rules):
    """Defaults of the design: six windows, P .8, ten points of reserve."""
    assert (rules.week.go_windows, rules.week.soft_probability) == (6, 0.8)
    assert rules.guardrails["cap_breach"].margin == 10
    assert len(rules.sha256) == 64


def test_the_shipped_terms_are_those_of_the_shipped_rules(rules):
    """Callers without a ledger measure as a new ledger does."""
    assert rules.statistics == SHIPPED


@pytest.mark.parametrize(
    ("part", "gate", "key", "value"),
    [
        ("week", "go", "confidence", 1),
        ("week", "go", "confidence", 0),
        ("week", "go", "confidence", 1e-12),
        ("measures", None, "phi0", 0),
        ("measures", None, "width", 0),
        ("measures", None, "phi0", float("inf")),
        ("measures", None, "phi0", float("nan")),
    ],
)
def test_what_would_divide_by_zero_is_refused(content, part, gate, key, value):
    """A variance of nothing, a certainty, an interval of no width."""
    place = content[part][gate] if gate else content[part]
    place[key] = value
    named = ".".join(filter(None, (part, gate, key)))
    assert places(content) == [(named, "rules-type")]


def test_an_unknown_key_is_refused(content):
    """A typing error must not switch a gate off."""
    content["window"]["go"]["max_anomalys"] = 3
    assert places(content) == [("window.go.max_anomalys", "rules-unknown")]


def test_a_missing_gate_is_refused(content):
    """Each gate has to stand in the file."""
    del content["week"]["no_go"]
    assert places(content) == [("week.no_go", "rules-missing")]


def test_a_missing_threshold_is_refused(content):
    """Nothing is defaulted in silence."""
    del content["guardrails"]["quality"]["margin"]
    assert places(content) == [("guardrails.quality.margin", "rules-missing")]


@pytest.mark.parametrize(
    ("gate", "key", "value"),
    [
        ("go", "min_windows", "six"),
        ("go", "min_windows", 6.5),
        ("go", "min_windows", True),
        ("go", "min_windows", -1),
        ("go", "confidence", 95),
        ("go", "later_looks", "never"),
        ("soft_go", "min_probability", None),
        ("invalid", "severities", "error"),
        ("invalid", "severities", ["fatal"]),
    ],
)
def test_a_threshold_of_the_wrong_type_is_refused(content, gate, key, value):
    """The place and the expected form are named."""
    content["week"][gate][key] = value
    assert places(content) == [(f"week.{gate}.{key}", "rules-type")]


def test_all_problems_come_at_once(content):
    """Three mistakes, three problems, in the order of the shape."""
    content["extra"] = 1
    content["window"]["go"]["outcomes"] = []
    del content["window"]["no_go"]
    content["measures"]["phi0"] = "much"
    assert places(content) == [
        ("extra", "rules-unknown"),
        ("window.no_go", "rules-missing"),
        ("measures.phi0", "rules-type"),
    ]


@pytest.mark.parametrize("content", [None, [], "rules", {}])
def test_what_is_no_rule_file_is_refused(content):
    """Also an empty one."""
    assert places(content)


def test_an_unknown_format_is_refused(content):
    """A newer file is not half understood."""
    content["gitledger"] = 2
    assert places(content) == [("gitledger", "rules-format")]


def test_numbers_may_be_decimals(content):
    """A YAML reader that keeps decimals gives the same rules."""
    content["week"]["go"]["confidence"] = Decimal("0.95")
    made, problems = read_rules(content)
    assert (problems, made.week.confidence) == ((), 0.95)


def test_the_digest_is_of_the_exact_bytes():
    """A comment changed is another rule file."""
    assert digest(b"a: 1\n") != digest(b"a: 1 # c\n")
