"""CSV texts as rows: line breaks in quoted cells, the lines of problems, export and back."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gitledger.book.defaults import shipped_ledgers
from gitledger.errors import InvalidData
from gitledger.ledger.row import Row
from gitledger.ledger.rowinput import csv_rows
from gitledger.ledger.schema import Schema, parse_schema
from gitledger.ledger.yamltext import load
from gitledger.report.export import export_rows, header

COLUMNS = {"what": {"type": "text", "required": True}, "n": {"type": "integer"}} | {
    "notes": {"type": "text"},
    "extra": {"type": "map"},
}
CELLS = st.text(st.sampled_from("ab ,;\"'\n\t=\u2028\u00e9"), min_size=1, max_size=8)
VALUES = st.fixed_dictionaries(
    {"what": CELLS},
    optional={
        "n": st.integers(-9, 9),
        "notes": CELLS,
        "extra": st.dictionaries(CELLS, CELLS, min_size=1, max_size=2),
    },
)


def things() -> Schema:
    """A ledger with text, numbers and maps."""
    source = {"gitledger": 1, "ledger": "things", "columns": COLUMNS}
    parsed, problems = parse_schema(source, "things.yaml")
    assert parsed is not None, problems
    return parsed


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_line_break_in_quotes_is_part_of_the_cell(end: str) -> None:
    """Whichever line end the file has, a cell's own is LF."""
    text = end.join(["what,notes", '"one', "", 'two",x', "three,y", ""])
    rows, places = csv_rows(text, things())
    assert rows == [{"what": "one\n\ntwo", "notes": "x"}, {"what": "three", "notes": "y"}]
    assert places == ["line 2", "line 5"]


def test_a_problem_behind_line_breaks_names_its_line() -> None:
    """A record is found by its first line in the file."""
    with pytest.raises(InvalidData) as refused:
        csv_rows('what,n\r\n"a\r\nb",1\r\n"c\r\nd",1,2\r\ne,x\r\n', things())
    assert [p.where for p in refused.value.problems] == ["line 4", "line 6, column n"]


@settings(max_examples=150)
@given(st.lists(VALUES, min_size=1, max_size=4), st.sampled_from(["\n", "\r\n", "\r"]))
def test_an_export_reads_back(many: list[dict[str, object]], end: str) -> None:
    """Every text comes back as it was, also from a file whose line ends a program changed."""
    rows = [Row("things", "2026-11-23T10:00:00.000000Z", "main", "t", one) for one in many]
    text = export_rows(rows, things(), "csv", {}).decode().replace("\n", end)
    assert text.partition(end)[0] == "what,n,notes,extra"
    back, _ = csv_rows(text, things())
    assert back == [{k: str(v) if k == "n" else v for k, v in one.items()} for one in many]


def test_an_export_of_0_1_0_reads_as_well() -> None:
    """It began with the envelope where the ledger names no header; whoever records writes anew."""
    text = "recorded_at,agent,what,n\n2026-11-23T10:00:00.000000Z,main,a,1\n"
    assert csv_rows(text, things())[0] == [{"what": "a", "n": "1"}]


@pytest.mark.parametrize("name", sorted(shipped_ledgers()))
def test_no_column_of_a_shipped_ledger_is_left_out(name: str) -> None:
    """The words that the definition names come first, then every other column, each once."""
    values, problems = load(shipped_ledgers()[name], name)
    schema = None if problems else parse_schema(values, name)[0]
    assert schema is not None
    pairs = header(schema)
    assert pairs[: len(schema.csv)] == list(schema.csv)
    assert sorted(column for _, column in pairs) == sorted(schema.by_name)
