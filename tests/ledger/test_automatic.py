"""What the program states by itself is one fact for all clones."""

from pathlib import Path

import pytest

from gitledger.ledger.onefact import counting
from gitledger.ledger.row import Row
from gitledger.ledger.schema import Schema, parse_schema
from gitledger.ledger.yamltext import load

HOUSE = Path(__file__).parent.parent.parent


def shipped(ledger: str) -> Schema:
    """A shipped definition."""
    values, _ = load((HOUSE / "ledgers" / f"{ledger}.yaml").read_text(), ledger)
    schema, problems = parse_schema(values, ledger)
    assert schema is not None, problems
    return schema


@pytest.mark.parametrize(
    ("ledger", "fact", "moment"),
    [
        ("windows", {"window": "W1"}, {"finalised_at": "2026-11-02T10:00:00Z"}),
        ("anomalies", {"window": "W1", "code": "stale"}, {"what": "worded otherwise"}),
        (
            "churn",
            {"window": "W1", "provider": "codex", "stage": "open"},
            {"date": "2026-11-02", "horizon_commit": "a" * 40},
        ),
    ],
)
def test_the_key_of_an_automatic_row_has_no_moment(
    ledger: str, fact: dict[str, str], moment: dict[str, str]
) -> None:
    """Another clone that measured later states the same fact; one that is typed is another."""
    schema = shipped(ledger)
    first, later = fact | {"by": "automatic"}, fact | moment | {"by": "automatic"}
    assert schema.key_of(first) == schema.key_of(later) is not None
    assert schema.key_of(fact | moment) != schema.key_of(later)


def test_rows_of_three_clones_are_one_and_typed_ones_stay() -> None:
    """Typed completions have no key: each is a statement of its own."""
    values = {"window": "W1", "by": "automatic"}
    told = [*(values for _ in range(3)), {"window": "W1"}, {"window": "W1"}]
    at = "2026-11-02T10:00:0{}Z"
    rows = [Row("windows", at.format(n), "me", "t", one, f"{n}") for n, one in enumerate(told)]
    assert [row.id for row in counting(rows, shipped("windows"))] == ["0", "3", "4"]
