"""What meters showed over a day -> trace rows -> series: nothing is lost, nothing is doubled."""

import json
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from traces import HOLDER, MONDAY, WEEK, reading, shown, steady

from gitledger.ledger.door import kept_values
from gitledger.ledger.row import Row
from gitledger.ledger.schema import parse_schema
from gitledger.ledger.yamltext import load
from gitledger.windows.snapshot import MeterReading, snapshot_of
from gitledger.windows.trace import series_of
from gitledger.windows.trace_rows import trace_rows
from gitledger.windows.trace_text import (
    UNKNOWN,
    TracePoint,
    read_points,
    thin_points,
    written_points,
)

LATER = date(2030, 1, 1)
POINTS = st.lists(
    st.builds(
        TracePoint,
        st.integers(1_700_000_000, 1_700_086_399),
        st.integers(0, 100_000).map(lambda n: n / 1000),
        st.one_of(st.just(UNKNOWN), st.integers(1_690_000_000, 1_710_000_000)),
        st.one_of(st.just(UNKNOWN), st.integers(0, 20)),
    ),
    max_size=30,
)


def rows(values: list[dict[str, object]]) -> list[Row]:
    """Rows of `trace` that hold some values."""
    return [
        Row("trace", "2026-04-01T00:00:00.000000Z", "ada", "test", held, f"{number:016x}")
        for number, held in enumerate(values)
    ]


@given(POINTS)
def test_points_of_a_day_come_back(points: list[TracePoint]) -> None:
    """Times and percents exactly; resets within the two minutes that name one reset."""
    ordered = sorted(points)
    back = (
        list(read_points(written_points(ordered, 1_699_999_200), 1_699_999_200)) if points else []
    )
    assert [(p.at, p.used) for p in ordered] == [(p.at, p.used) for p in back]
    for before, after in zip(ordered, back, strict=True):
        known = before.reset != UNKNOWN
        assert (after.reset != UNKNOWN) == known
        assert not known or abs(after.reset - before.reset) <= 120
        assert before.banked in (UNKNOWN, after.banked)


@pytest.mark.parametrize("text", ["12", "x:1", "1:2r1.5", "1:2 ", "1:-2", "1:2b", "1:2q"])
def test_a_text_that_nobody_wrote_is_refused(text: str) -> None:
    """A damaged point is an error, never a guess."""
    with pytest.raises(ValueError, match="point of a trace"):
        list(read_points(text, 0))


def test_what_stood_still_is_told_by_its_first_and_last_reading() -> None:
    """Only a change of a point, a reset, or a changed bank is kept besides."""
    points = [TracePoint(n, used, 900) for n, used in enumerate([1, 1.4, 1.9, 1.9, 2, 2, 2, 5])]
    assert [(p.at, p.used) for p in thin_points(points)] == [
        (0, 1),
        (3, 1.9),
        (4, 2),
        (6, 2),
        (7, 5),
    ]
    banked = [TracePoint(0, 1, 900, 2), TracePoint(1, 1, 900, 3), TracePoint(2, 1, 2000, 3)]
    assert list(thin_points(banked)) == banked


def test_only_days_that_are_over_are_due() -> None:
    """The day that goes on would be another row each time it is made."""
    seen = shown(steady(1))
    today = (MONDAY + timedelta(days=2)).date()
    days = [row["day"] for row in trace_rows(seen, today)]
    assert days == ["2025-01-06", "2025-01-07"]


def test_the_order_of_readings_and_doubles_change_no_row() -> None:
    """Three clones that saw the same make the same rows, whatever they read first or twice."""
    seen = shown(steady(1))
    assert trace_rows(seen, LATER) == trace_rows([*reversed(seen), *seen[:40]], LATER)


def test_rows_fit_their_definition_and_pass_the_door_unchanged() -> None:
    """The shipped definition admits them; nothing in them looks like a secret."""
    from gitledger.book.defaults import shipped_ledgers
    from gitledger.ledger.schema import check

    content, problems = load(shipped_ledgers()["trace"], "trace")
    schema, more = parse_schema(content, "trace")
    assert not problems
    assert not more
    assert schema is not None
    for values in trace_rows(shown(steady(2), banked=3), LATER):
        checked, wrong = check(values, schema)
        assert wrong == []
        assert kept_values(checked, schema) == checked


def test_a_series_of_rows_and_panes_has_each_point_once() -> None:
    """Rows of two clones and a window's pane that hold one reading are one point."""
    seen = shown(steady(2))
    every = rows(trace_rows(seen, LATER))
    pane = Row(
        "snapshots",
        "2026-04-01T00:00:00.000000Z",
        "ada",
        "test",
        {
            "window": "W0-01",
            "provider": HOLDER[0],
            "account": HOLDER[1],
            "phase": "before",
            "captured_at": "2025-01-06T09:00:00Z",
            "source": "codex",
            "readings": [
                {
                    "meter": "weekly",
                    "used_pct": Decimal(0),
                    "window_minutes": 10080,
                    "resets_at": "2025-01-13T07:00:00Z",
                }
            ],
        },
        "f" * 16,
    )
    alone, unread = series_of(every)
    both, _ = series_of([*every, *every], [snapshot_of(pane)])
    assert unread == ()
    assert [s.key.meter for s in alone] == ["5h", "weekly"]
    assert [(s.at, s.used, s.resets) for s in alone] == [(s.at, s.used, s.resets) for s in both]


def test_a_row_that_cannot_be_read_is_named_and_the_others_count() -> None:
    """One damaged text costs its row, not the series."""
    every = trace_rows(shown(steady(1)), LATER)
    broken = every[0] | {"meters": [{**every[0]["meters"][0], "points": "nonsense"}]}
    series, unread = series_of(rows([broken, *every[1:]]))
    assert unread == ("0" * 16,)
    assert len(series[1].at) > 20


def heavy_week() -> list[tuple[tuple[str, str], str, tuple[MeterReading, ...]]]:
    """A week in which three pools go up point by point in every five hours, and are confirmed."""
    seen = []
    for minute in range(0, 7 * 24 * 60, 3):
        at = MONDAY + timedelta(minutes=minute)
        inner, window = minute % 300, at + timedelta(minutes=300 - minute % 300)
        meters = [
            reading("5h", inner / 3, at, window),
            reading("weekly", minute / 101, at, MONDAY + WEEK),
        ]
        opus = reading("weekly", minute / 202, at, MONDAY + WEEK)._replace(bucket="opus")
        seen.append((HOLDER, "claude-statusline", (*meters, opus)))
    return seen


def test_a_heavy_week_takes_less_than_100_kb() -> None:
    """Meters full in every five hours of seven days: the rows of one account."""
    made = trace_rows(heavy_week(), LATER)
    size = sum(len(json.dumps(row)) for row in made)
    assert len(made) == 8  # it begins at seven in the morning
    assert 20_000 < size < 100_000


def test_a_day_that_no_row_holds_is_parted() -> None:
    """Each part under 64 KB; together they hold every point."""
    seen = [
        (HOLDER, "x", (reading("5h", n % 100, MONDAY + timedelta(seconds=4 * n), None),))
        for n in range(15_000)
    ]
    made = trace_rows(seen, LATER)
    assert [row["part"] for row in made] == [1, 2, 3][: len(made)]
    assert len(made) > 1
    assert all(len(json.dumps(row)) < 65_000 for row in made)
    assert sum(row["points"] for row in made) == 15_000
    assert len(series_of(rows(made))[0][0].at) == 15_000


def test_a_moment_is_a_day_of_utc() -> None:
    """A reading just after midnight in another zone belongs to the UTC day before it."""
    at = datetime.fromisoformat("2025-01-07T01:00:00+02:00")
    made = trace_rows([(HOLDER, "x", (reading("5h", 5, at, None),))], LATER)
    assert [row["day"] for row in made] == ["2025-01-06"]
    assert made[0]["first_at"] == at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
