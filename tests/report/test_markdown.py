"""Markdown of texts that anybody wrote: no row breaks a table, and every character is there."""

import re
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from gitledger.ledger.characters import visible_text
from gitledger.report.markdown import MOST, cell, first_that_fits, folding_part, table

PARSER = MarkdownIt("commonmark").enable(["table", "strikethrough"])
NASTY = ("|", "\\|", "`", "``", "\\", "<b>", "</td>", "<!--", "@ada", "#12", "https://x.org", "\n",
         "*a*", "_b_", "~~c~~", "[x](y)", "![i](z)", "&lt;", "- ", "1. ", "$(touch x)", "GH-1",
         "</details>", ":tada:", "\t", "\u202e", "\r")  # fmt: skip
TEXTS = st.one_of(
    st.text(max_size=300),
    st.lists(st.one_of(st.sampled_from(NASTY), st.text(max_size=6)), max_size=20).map("".join),
)


def cells(html: str) -> list[list[str]]:
    """The texts of a table's body cells, as a reader sees them."""
    body = html.partition("<tbody>")[2]
    rows = re.findall(r"<tr>(.*?)</tr>", body, re.DOTALL)
    found = [re.findall(r"<td[^>]*>(.*?)</td>", row, re.DOTALL) for row in rows]
    return [[seen(one) for one in row] for row in found]


def seen(html: str) -> str:
    """A cell's text: tags gone, breaks as line ends."""
    plain = re.sub(r"</?code>", "", html.replace("<br>", "\n"))
    assert "<" not in plain, html
    return unescape(plain)


def expected(text: str) -> str:
    """What a reader should see of a text."""
    told = visible_text(text.replace("\t", " "))
    told = told if len(told) <= MOST else f"{told[: MOST - 1]}\u2026"
    return "\n".join(line.strip() for line in told.strip("\n").split("\n")).strip()


@given(st.lists(st.tuples(TEXTS, TEXTS), min_size=1, max_size=3))
def test_no_text_breaks_a_table(rows: list[tuple[str, str]]) -> None:
    """Whatever stands in a row: as many cells as there are columns, and the text itself."""
    made = table(("a", "b >"), [(cell(left), cell(right)) for left, right in rows])
    html = PARSER.render(f"{made}\n\nafter")
    assert html.count("<table>") == 1
    assert html.rstrip().endswith("<p>after</p>")
    assert cells(html) == [[expected(left), expected(right)] for left, right in rows]


@given(TEXTS)
def test_no_text_leaves_its_list(text: str) -> None:
    """In a list a text stays one item, and makes no heading, link or image."""
    html = PARSER.render(f"- {cell(text) or 'x'}\n\nafter")
    assert html.count("<li>") == 1
    assert not re.search(r"<(?:a|img|h\d|ol|em|strong|s|blockquote|hr)\b", html)
    assert html.rstrip().endswith("<p>after</p>")


@pytest.mark.parametrize("text", ["@ada", "#12", "https://x.org", "www.x.org", "GH-12", ":tada:",
                                  "ada@example.org", "a1b2c3d", "owner/repo#1"])  # fmt: skip
def test_what_a_forge_would_link_stands_in_code(text: str) -> None:
    """Mentions, references, addresses and emoji are shown, never made."""
    assert cell(f"see {text} there") in {f"`see {text} there`", cell(f"see {text} there")}
    assert "code>" in cell(f"see {text}") or cell(f"see {text}").startswith("`")


def test_a_folded_part_closes() -> None:
    """A table in a folded part is a table, and the part ends."""
    html = PARSER.render(folding_part("two", table(("a",), [("1",)])) + "\n\nafter")
    assert html.index("<details>") < html.index("<table>") < html.index("</details>")
    assert html.rstrip().endswith("<p>after</p>")


def test_the_fullest_text_that_fits_is_taken() -> None:
    """The last one is taken when none fits."""
    assert [first_that_fits(["aaaa", "bbb", "c"], most) for most in (4, 3, 0)] == [
        "aaaa",
        "bbb",
        "c",
    ]
