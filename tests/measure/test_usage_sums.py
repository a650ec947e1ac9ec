"""Tokens and dollars of counters: each period once, by its newest report, and what is unknown."""

from decimal import Decimal

from gitledger.ledger.row import Row
from gitledger.measure.usage import dollars, usage_sums


def report(number, tokens=None, cost=None, **more):
    """One report of one block."""
    values = {"source": "ccusage", "scope": "block", "period_start": "2026-11-02T08:00:00Z"}
    values |= {"total_tokens": tokens} if tokens is not None else {}
    values |= {"cost_usd": Decimal(cost)} if cost is not None else {}
    at = f"2026-11-02T{9 + number:02}:00:00.000000Z"
    return Row("usage", at, "ada", "test", values | more, f"{number:016x}")


def part(start, tokens, cost=None):
    """One period in a report of several."""
    told = {"period_start": start, "total_tokens": tokens}
    return told | ({"cost_usd": Decimal(cost)} if cost else {})


def test_a_counter_that_goes_on_counting_is_counted_once() -> None:
    """Read before and after: the newer report holds the older one."""
    (found,) = usage_sums([report(1, 1_000_000, "1"), report(2, 1_500_000, "1.5")])
    assert found.payload() == {
        "reports": 2,
        "periods": 1,
        "total_tokens": 1_500_000,
        "cost_usd": Decimal("1.5"),
        "reason": "no interval: a sum of what counters reported",
    }


def test_a_report_made_earlier_and_recorded_later_replaces_nothing() -> None:
    """The moment of the report decides, not the order of rows."""
    late = report(2, 1_000_000, captured_at="2026-11-02T09:00:00Z")
    (found,) = usage_sums([report(1, 1_500_000, captured_at="2026-11-02T10:00:00Z"), late])
    assert found.sums["total_tokens"] == 1_500_000


def test_other_periods_and_accounts_are_added_apart() -> None:
    """Two blocks are one sum; another account is another one."""
    other = report(2, 30, period_start="2026-11-02T13:00:00Z")
    found = usage_sums([report(1, 50), other, report(3, 7, account="work")])
    assert [(s.label, s.sums["total_tokens"]) for s in found] == [
        ("ccusage block", 80),
        ("ccusage block work", 7),
    ]


def test_the_parts_of_a_report_meet_the_same_period_alone() -> None:
    """A table of two blocks, the first of them read again later."""
    table = report(1, entries=[part("2026-11-02T08:00:00Z", 5), part("2026-11-02T13:00:00Z", 7)])
    (found,) = usage_sums([table, report(2, 9)])
    assert (found.sums["total_tokens"], found.periods) == (16, 2)


def test_a_sum_with_an_unknown_part_says_of_how_many_it_is() -> None:
    """One of two periods has no price: its dollars are no whole sum."""
    table = report(
        1, entries=[part("2026-11-02T08:00:00Z", 5, "2"), part("2026-11-02T13:00:00Z", 7)]
    )
    (found,) = usage_sums([table])
    assert found.payload()["stated_by"] == {"cost_usd": 1}
    assert (found.whole("cost_usd"), found.whole("total_tokens")) == (None, 12)
    assert dollars([table]) is None


def test_a_long_report_replaces_those_before_it() -> None:
    """Of so many periods that none was kept apart: it holds the older ones."""
    (found,) = usage_sums([report(1, 5), report(2, 900, period_start="")])
    assert found.sums["total_tokens"] == 900


def test_dollars_are_taken_from_one_scope_of_the_newest_report() -> None:
    """A day holds its blocks: they are never added to it."""
    day = report(1, 10, "3", scope="day", captured_at="2026-11-02T20:00:00Z")
    block = report(2, 10, "2", captured_at="2026-11-02T20:00:00Z")
    assert dollars([day, block]) == Decimal(2)
    assert dollars([]) is None
