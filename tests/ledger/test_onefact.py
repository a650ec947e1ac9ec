"""Which row of a natural key counts, whatever the order in which clones met."""

from hypothesis import given, settings
from hypothesis import strategies as st

from gitledger.ledger.onefact import counting, rivals
from gitledger.ledger.row import Row
from gitledger.ledger.schema import Schema, parse_schema


def schema(ledger: str) -> Schema:
    """A ledger with one key column."""
    columns = {"run": {"type": "text", "required": True}, "result": {"type": "text"}}
    found, problems = parse_schema(
        {"gitledger": 1, "ledger": ledger, "title": "x", "key": ["run"], "columns": columns}, "x"
    )
    assert found is not None, problems
    return found


def row(ledger: str, run: str, result: str, second: int) -> Row:
    """A row recorded at some second; its id says what it is."""
    at = f"2026-11-23T12:00:{second:02d}.000000Z"
    return Row(ledger, at, "main", "gitledger 0", {"run": run, "result": result}, f"{second:016x}")


def test_the_same_fact_counts_once() -> None:
    """Of rows that say the same the first recorded counts, and there is nothing to tell."""
    rows = [row("trials", "a", "pass", second) for second in (1, 2, 3)]
    assert counting(rows, schema("trials")) == (rows[0],)
    assert [*rivals(rows, schema("trials"))] == []


def test_of_a_fact_the_first_counts() -> None:
    """Rows that contradict each other are told, the counting one first."""
    rows = [row("trials", "a", "pass", 1), row("trials", "a", "fail", 2)]
    assert counting(rows, schema("trials")) == (rows[0],)
    assert [*rivals(rows, schema("trials"))] == [tuple(rows)]


def test_of_a_statement_the_last_counts() -> None:
    """Whoever votes again has changed his mind."""
    rows = [row("votes", "a", "go", 1), row("votes", "a", "no-go", 2)]
    assert counting(rows, schema("votes")) == (rows[1],)
    assert [*rivals(rows, schema("votes"))] == [(rows[1], rows[0])]


FACT = st.tuples(st.sampled_from("abc"), st.sampled_from(["pass", "fail"]))


@given(facts=st.lists(FACT, max_size=9), order=st.randoms(use_true_random=False))
@settings(derandomize=True, deadline=None)
def test_the_order_of_merging_changes_nothing(facts: list[tuple[str, str]], order: object) -> None:
    """Whichever way rows come together, the same ones count: one for each key."""
    for ledger in ("trials", "votes"):
        rows = [row(ledger, run, result, at) for at, (run, result) in enumerate(facts)]
        mixed = [*rows]
        order.shuffle(mixed)  # type: ignore[attr-defined]
        chosen = {one.id for one in counting(rows, schema(ledger))}
        assert {one.id for one in counting(mixed, schema(ledger))} == chosen
        assert len(chosen) == len({run for run, _ in facts})
