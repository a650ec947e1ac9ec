"""Did it last: lines that landed, kept, gone or still open, a bar a provider.

Depends on `page.svg` and `page.scale`; takes the `lines` of an overview as JSON.
"""

from collections.abc import Iterator, Sequence

from gitledger.report.figures import count_text, figure, number, percent
from gitledger.report.page.scale import Axis
from gitledger.report.page.svg import Canvas, box
from gitledger.report.page.svg import words as label
from gitledger.report.payload import Json, words

ROW, BAR, TOP, LEGEND = 34, 22, 10, 30
NAME = "Merged lines: kept, gone, still open, by subscription"
PARTS = (
    ("kept", "kept for 14 days"),
    ("gone", "gone within 14 days"),
    ("open", "14 days not over"),
)
WIDTHS = {"wide": (720, 96, 520), "narrow": (343, 62, 180)}


def draw_shares(lines: Sequence[Json], form: str) -> str:
    """The drawing; `form` is `wide` or `narrow`. Who has no figure keeps a row that says so."""
    width, left, right = WIDTHS[form]
    most = max((number(entry.get("merged")) or 0.0 for entry in lines), default=0.0)
    axis = Axis(0.0, most or 1.0, left, right)
    height = TOP + ROW * len(lines) + LEGEND
    marks: list[str] = []
    for index, entry in enumerate(lines):
        marks += bar(entry, TOP + ROW * index, axis)
    return Canvas(width, height, NAME, about(lines)).draw([*marks, *legend(left, height)])


def about(lines: Sequence[Json]) -> str:
    """The bars in words."""
    return "; ".join(f"{words(entry, 'arm')}: {share_text(entry)}" for entry in lines) + "."


def bar(entry: Json, top: float, axis: Axis) -> Iterator[str]:
    """One provider's lines."""
    name = words(entry, "arm")
    yield label(name, axis.start - 10, top + 15, text_anchor="end", class_="strong")
    x = axis.start
    for part, meaning in PARTS:
        many = number(entry.get(part)) or 0.0
        wide = axis.at(many) - axis.start
        if many:
            told_so = f"{name}: {count_text(round(many), 'line')} {meaning}"
            yield box((x, top), (wide, BAR), told_so, class_=part)
        x += wide
    yield label(share_text(entry), x + 8, top + 15)


def share_text(entry: Json) -> str:
    """`6.1 % gone, 88 open`, or that nobody measured it."""
    merged, gone = number(entry.get("merged")), number(entry.get("gone"))
    if not merged or gone is None:
        return "not measured"
    still = number(entry.get("open")) or 0.0
    more = f", {figure(round(still))} open" if still else ""
    return f"{percent(gone / merged)} gone{more}"


def legend(left: float, height: float) -> Iterator[str]:
    """What the fills mean."""
    x = left
    for part, _ in PARTS:
        yield box((x, height - 20), (12, 12), class_=part)
        yield label(part, x + 17, height - 10)
        x += 66
