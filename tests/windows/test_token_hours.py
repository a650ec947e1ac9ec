"""Tokens by hour in trace rows: text and back, machines added up, the same told again once."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest

from gitledger.ledger.row import Row
from gitledger.windows.token_hours import (
    Counts,
    TokenDay,
    TokenKind,
    day_of,
    hours_of,
    read_hours,
    written_hours,
)
from gitledger.windows.trace_rows import trace_rows

DAY = "2026-03-02"
HERE = TokenKind("a" * 16, "claude-transcript", "claude-opus-4-6", subagent=False)
THERE = HERE._replace(counter="b" * 16)
AGAIN = date(2026, 3, 3)


def day(hours: Mapping[int, Counts], kind: TokenKind = HERE) -> TokenDay:
    """A day of one kind of tokens."""
    return TokenDay("claude", "default", DAY, {kind: hours})


def row(values: Mapping[str, Any], number: int = 1) -> Row:
    """A recorded row."""
    return Row(
        "trace", f"2026-03-03T00:00:00.{number:06d}Z", "ada", "test", values, f"{number:016x}"
    )


def rows_of(*days: TokenDay) -> list[Row]:
    """The rows that each day alone makes."""
    made = [values for one in days for values in trace_rows((), AGAIN, [one])]
    return [row(values, n) for n, values in enumerate(made)]


def test_hours_are_a_short_text_and_back() -> None:
    """What is not told stays untold."""
    hours: dict[int, Counts] = {9: (120, 3400, 12_000, 90_000), 23: (8, 5, None, 77)}
    text = written_hours(hours)
    assert text == "9:120/3400/12000/90000 23:8/5//77"
    assert dict(read_hours(text)) == hours
    assert day_of({**trace_rows((), AGAIN, [day(hours)])[0]}) == day(hours)


@pytest.mark.parametrize("text", ["", "9", "24:1/2/3/4", "9:1/2/3", "9:-1/2/3/4", "9:1/2/3/4 x"])
def test_a_text_that_nobody_wrote_is_refused(text: str) -> None:
    """ValueError, which leaves the row out."""
    with pytest.raises(ValueError, match="hour of tokens"):
        list(read_hours(text))


def test_machines_add_up_and_a_day_told_again_counts_once() -> None:
    """Rows of two clones of one machine are the larger, of two machines the sum."""
    early, late = day({9: (1, 10, 0, 0)}), day({9: (1, 30, 0, 0), 10: (2, 2, 0, 0)})
    other = day({9: (5, 5, 5, 5)}, THERE)
    held = hours_of(rows_of(early, late, other, late))[("claude", "default")]
    assert [hour.kinds for hour in held] == [
        {HERE: (1, 30, 0, 0), THERE: (5, 5, 5, 5)},
        {HERE: (2, 2, 0, 0)},
    ]
    assert held[0].start == 1_772_442_000
    assert len(held[0].rows) == 4


def test_a_day_of_tokens_and_its_readings_are_one_row() -> None:
    """The same again is the same row; more tokens are another; a day that goes on waits."""
    one = trace_rows((), AGAIN, [day({9: (1, 10, 0, 0)})])
    assert one == trace_rows((), AGAIN, [day({9: (1, 10, 0, 0)}), day({9: (1, 9, 0, 0)})])
    assert (
        one[0]["points_sha256"]
        != trace_rows((), AGAIN, [day({9: (1, 11, 0, 0)})])[0]["points_sha256"]
    )
    assert trace_rows((), date(2026, 3, 2), [day({9: (1, 10, 0, 0)})]) == []


def test_a_row_of_before_and_a_damaged_one_hold_no_tokens() -> None:
    """Neither stops the others."""
    (good,) = rows_of(day({9: (1, 10, 0, 0)}))
    bad = row({**good.values, "tokens": [{"counter": "c", "hours": "nonsense"}]}, 7)
    older = row({name: value for name, value in good.values.items() if name != "tokens"}, 8)
    assert len(hours_of([bad, older, good])[("claude", "default")]) == 1
