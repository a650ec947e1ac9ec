"""Tables and labelled lines find their widths; no word is broken, whatever the terminal."""

import pytest

from gitledger.report.console import TableColumn, broken, label_lines, paint, render, table, wrap

COLUMNS = (
    TableColumn("provider"),
    TableColumn("features per pp", wrap=True),
    TableColumn("sample", wrap=True),
)
ROWS = [
    ("codex", "0.237 /weekly pp [0.155, 0.382]", "early trend (9 more)"),
    ("glm", "0.1", "firm"),
]


def words_of(text: str) -> list[str]:
    """What a reader sees, word by word."""
    return [word for word in text.split() if set(word) != {"\u2500"}]


@pytest.mark.parametrize("width", [32, 40, 60, 120])
def test_a_table_breaks_no_word(width: int) -> None:
    """Side by side, wrapped, or row by row: the same words, each whole."""
    told = render([table(COLUMNS, ROWS)], width=width)
    whole = {*" ".join(cell for row in ROWS for cell in row).split(), "features", "per", "sample"}
    assert whole <= set(words_of(told))
    assert max(map(len, told.splitlines())) <= width


def test_an_interval_stays_together() -> None:
    """So do a unit behind a slash and a percentage."""
    assert broken("0.237 /weekly pp [0.155, 0.382] of 12 %", 16) == [
        *("0.237 /weekly pp", "[0.155, 0.382]", "of 12 %")
    ]


def test_a_word_longer_than_the_line_stands_out_of_it_whole() -> None:
    """A path can be copied; the words after it go on below."""
    path = "gitledger/" + "x" * 60
    told = render([label_lines([("where", f"{path} there")])], width=40)
    assert told == f"where         {path}\n              there\n"


def test_a_label_is_said_once_and_a_long_one_has_its_own_line() -> None:
    """What belongs to it stands below."""
    told = render([label_lines([("churn", "a"), ("churn", "b"), ("What would change this", "c")])])
    assert told.splitlines() == [
        *("churn         a", "              b", "What would change this", "              c")
    ]


def test_a_next_step_is_on_a_line_of_its_own_where_it_fits_there() -> None:
    """Copied, it is one command."""
    command = "gitledger evidence run --window W0-06 -- COMMAND"
    assert wrap(f"        next: {command}", 52, hang=4) == f"        next:\n  {command}"


def test_colour_is_put_on_each_line() -> None:
    """A pager may show any of them."""
    assert paint("a\nb", "red") == "\x1b[31ma\x1b[0m\n\x1b[31mb\x1b[0m"
    assert paint("a", "") == "a"
