"""Pieces of GitHub's Markdown that no text of a row can break: cells, tables, folded parts.

What rows say is anybody's text. A cell of it is one line of at most 200 characters; whatever is
not plainly words stands in code, where no mention, reference, link or emphasis is made of it.
"""

import re
from collections.abc import Sequence

from gitledger.ledger.characters import visible_text

MOST = 200
# letters, digits and what Markdown makes nothing of inside a line: arrows and intervals of ours too
_PLAIN = re.compile(
    r"(?!\d+[.)](?:\s|$))[^\W_(]"
    r"(?:[^\W_]|(?<=[^\W_])_(?=[^\W_])| -> |\[-?[\d.,]+, -?[\d.,]+\]|[ ,.;%()'\"=/+:\u2026-])*"
)
# what a forge links or draws by itself: addresses, issues, commits, names of emoji
_LINKED = re.compile(
    r"://|\bwww\.|\bGH-\d|\b[0-9a-f]{7,40}\b|:[\w+-]+:|\(c\)|\(r\)|\(tm\)|-->|--", re.IGNORECASE
)
_FENCED = re.compile(r"[^`|\\\n]+")
_ESCAPES = str.maketrans({c: f"\\{c}" for c in "\\`*_[]<>|#~"} | {"\n": " "})
_SPECIAL = re.compile(r"[^0-9A-Za-z \u0080-\U0010ffff]")


def cell(value: object) -> str:
    """A value as one line of Markdown: in a table, a list or a sentence."""
    text = "" if value is None else visible_text(str(value).replace("\t", " "))
    text = text if len(text) <= MOST else f"{text[: MOST - 1]}\u2026"
    return "<br>".join(map(_line, text.strip("\n").split("\n")))


def _line(text: str) -> str:
    """One line: as it is where it holds plain words only, else in code."""
    text = text.strip()
    if not text or (_PLAIN.fullmatch(text) and not _LINKED.search(text)):
        return text
    return code(text)


def escape_line(text: str) -> str:
    """A line in which every sign of Markdown is escaped."""
    return text.translate(_ESCAPES)


def code(text: str) -> str:
    """A line in code. A pipe or a backtick is written by its number: parsers differ on escapes."""
    if _FENCED.fullmatch(text):
        return f"`{text}`"
    return f"<code>{_SPECIAL.sub(lambda found: f'&#{ord(found[0])};', text)}</code>"


def table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table of cells that are Markdown already; the numbers of a column `title>` stand right."""
    titles = [title.removesuffix(">").strip() for title in columns]
    ruler = ["--:" if title.endswith(">") else "---" for title in columns]
    every = [titles, ruler, *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in every)


def items(told: Sequence[tuple[str, str]]) -> str:
    """Labels and texts as a list; a text without a label bears that of the one above."""
    lines, label = [], ""
    for name, text in told:
        label = name or label
        if text:
            lines.append(f"- **{label}**: {cell(text)}" if label else f"- {cell(text)}")
    return "\n".join(lines)


def folding_part(summary: str, body: str) -> str:
    """A part that is shown when asked for; `summary` is Markdown of one line."""
    return f"<details><summary>{summary}</summary>\n\n{body}\n\n</details>"


def first_that_fits(candidates: Sequence[str], most: int) -> str:
    """The fullest of some texts, fullest first, that has at most so many characters."""
    for text in candidates[:-1]:
        if len(text) <= most:
            return text
    return candidates[-1]
