"""A difference of the ledger for a terminal. Takes the payload of `gitledger diff --json`."""

from collections.abc import Sequence

from rich.console import RenderableType

from gitledger.report.console import WIDTH, TableColumn, heading, label_lines, render, table
from gitledger.report.diff_words import (
    changed_line,
    correction_line,
    effect_cells,
    footer,
    headline,
    is_empty,
    name_of,
    warnings,
)
from gitledger.report.figures import count_text, figure
from gitledger.report.payload import Json, child, children, words

SHOWN = 20
EFFECTS = (
    TableColumn("provider"),
    TableColumn("windows", "right"),
    TableColumn("features", "right", wrap=True),
    TableColumn("used", "right", wrap=True),
    TableColumn("features per pp", wrap=True),
    TableColumn("change", wrap=True),
)
WINDOWS = (
    TableColumn("window"),
    TableColumn("state", wrap=True),
    TableColumn("features", "right"),
    TableColumn("card"),
    TableColumn("new findings", wrap=True),
)
ROWS = (
    TableColumn("row"),
    TableColumn("recorded"),
    TableColumn("agent"),
    TableColumn("what", wrap=True),
)


def diff_text(payload: Json, *, width: int = WIDTH, colour: bool = False) -> str:
    """Headline, effects, windows, warnings, corrections, texts, and the rows of each ledger."""
    if is_empty(payload):
        return "No ledger change.\n"
    parts: list[RenderableType] = [heading("Ledger", headline(payload)), ""]
    effects = [effect_cells(entry) for entry in children(payload, "effects")]
    parts += [table(EFFECTS, effects), ""] if effects else []
    windows = children(payload, "windows")
    parts += [table(WINDOWS, [window_cells(w) for w in windows[:SHOWN]])] if windows else []
    parts += [*more(windows, "window"), ""] if windows else []
    warned = [f"{name}: {what}" for name, what in warnings(payload)]
    told = [
        *lines("warning", warned),
        *lines("corrected", [correction_line(fix) for fix in children(payload, "corrections")]),
        *lines("text", [changed_line(text) for text in children(payload, "texts")]),
    ]
    parts += [label_lines(told, label_width=10), ""] if told else []
    for name in child(payload, "added"):
        rows = children(child(payload, "added"), name)
        parts += [heading(name, count_text(len(rows), "row")), table(ROWS, row_cells(rows))]
        parts += [*more(rows, "row"), ""]
    return render([*parts, footer(payload)], width=width, colour=colour)


def window_cells(window: Json) -> tuple[str, ...]:
    """One window's cells."""
    states = dict.fromkeys(words(d, "state") for d in children(window, "deltas"))
    verdict = child(window, "verdict")
    was, now = words(verdict, "before"), words(verdict, "after") or "gone"
    card = now if was in {"", now} else f"{was} -> {now}"
    found = dict.fromkeys(words(f, "code") for f in children(window, "findings"))
    features = window.get("features")
    shown = "-" if features is None else figure(features)
    return (name_of(window), ", ".join(states), shown, card, ", ".join(found))


def row_cells(rows: Sequence[Json]) -> list[tuple[str, ...]]:
    """The first rows of a ledger."""
    return [
        (words(r, "row"), words(r, "recorded_at")[:16], words(r, "agent"), words(r, "summary"))
        for r in rows[:SHOWN]
    ]


def lines(label: str, told: Sequence[str]) -> list[tuple[str, str]]:
    """The first lines below a label, and how many more there are."""
    shown = [(label if number == 0 else "", line) for number, line in enumerate(told[:SHOWN])]
    return [*shown, *(("", line) for line in more(told, "line"))]


def more(many: Sequence[object], noun: str) -> list[str]:
    """How many are not shown, and where they are."""
    left = len(many) - SHOWN
    return [f"... and {count_text(left, f'more {noun}')}: --json has all"] if left > 0 else []
