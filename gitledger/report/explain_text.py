"""How a number came about, as terminal text.

Depends on `report.console` and `report.figures`; takes the payload of `explain --json`.
"""

from collections.abc import Sequence

from rich.console import RenderableType

from gitledger.report.console import WIDTH, TableColumn, heading, labelled, render, table
from gitledger.report.figures import (
    Json,
    child,
    children,
    counted,
    figure,
    interval,
    metered,
    number,
    summed,
    words,
)

COLUMNS = (
    TableColumn("window"),
    TableColumn("features", "right"),
    TableColumn("readings"),
    TableColumn("capacity", "right"),
    TableColumn("state"),
    TableColumn("rows", wrap=True),
)
ID = 6
WRAPPED = ("rows", "of these")


def explain_text(payload: Json, *, width: int = WIDTH, colour: bool = False) -> str:
    """Formula, windows in, windows out, sums and the result."""
    rows = [used_row(entry) for entry in children(payload, "used")]
    sums = ("sum", summed(payload.get("features")), "", summed(payload.get("capacity")), "", "")
    parts: list[RenderableType] = [
        heading(words(payload, "metric"), interval(child(payload, "estimate"))),
        "",
        labelled(
            [("formula", words(payload, "formula")), ("interval", words(payload, "interval"))]
        ),
        "",
        table(COLUMNS, [*rows, sums]),
        "",
        labelled(under(payload)),
    ]
    return render(parts, width=width, colour=colour)


def derivation_text(payload: Json, *, width: int = WIDTH, colour: bool = False) -> str:
    """Formula, one line for each step, what was left out, the result: any other number."""
    steps = children(payload, "used")
    titles = tuple(dict.fromkeys(title for step in steps for title in step))
    columns = [
        TableColumn(title, "right" if is_figure(steps, title) else "left", wrap=title in WRAPPED)
        for title in titles
    ]
    rows = [tuple(cell(step.get(title), title) for title in titles) for step in steps]
    notes = payload.get("notes")
    out = [f"{words(e, 'window')}: {words(e, 'reason')}" for e in children(payload, "excluded")]
    told = [("left out" if i == 0 else "", line) for i, line in enumerate(out)]
    told += [("note", str(n)) for n in notes] if isinstance(notes, list | tuple) else []
    result = interval(child(payload, "estimate"))
    parts: list[RenderableType] = [
        heading(words(payload, "metric"), result),
        "",
        labelled([("formula", words(payload, "formula"))]),
        "",
        table(columns, rows) if rows else "no step entered",
        "",
        labelled([*told, ("result", result), ("", words(child(payload, "estimate"), "reason"))]),
    ]
    return render(parts, width=width, colour=colour)


def is_figure(steps: Sequence[Json], title: str) -> bool:
    """Whether a column holds numbers, or nothing."""
    return not any(isinstance(step.get(title), str) for step in steps)


def cell(value: object, title: str) -> str:
    """A step's cell: row ids short, numbers as figures, text as it is."""
    if isinstance(value, str):
        ids = title in {"row", "rows"}
        return ", ".join(part[:ID] for part in value.split(", ")) if ids else value
    return figure(value)


def used_row(entry: Json) -> tuple[str, ...]:
    """One window's cells: `10 -> 22` and the ids of its rows."""
    shown = " -> ".join(figure(r.get("used_pct")) for r in children(entry, "readings"))
    ids = entry.get("rows")
    listed = [str(row)[:ID] for row in ids] if isinstance(ids, list | tuple) else []
    mark = "*" if entry.get("corrected") is True else ""
    return (
        words(entry, "window"),
        figure(entry.get("features")),
        shown,
        f"{figure(entry.get('capacity'))}{mark}",
        words(entry, "state"),
        " ".join(listed),
    )


def under(payload: Json) -> list[tuple[str, str]]:
    """What was left out, the notes, variance and result."""
    out = [f"{words(e, 'window')}: {words(e, 'reason')}" for e in children(payload, "excluded")]
    notes = payload.get("notes")
    told = [("left out" if i == 0 else "", line) for i, line in enumerate(out)]
    told += [("note", str(n)) for n in notes] if isinstance(notes, list | tuple) else []
    if number(payload.get("variance")) is not None:
        told.append(("variance", f"{figure(payload.get('variance'))} of the log ratio"))
    more = number(payload.get("windows_needed"))
    needed = f", {counted(more, 'more window')} needed" if more else ""
    told.append(("gate", f"{words(payload, 'gate')}{needed}"))
    told.append(("result", f"{interval(child(payload, 'estimate'))} per {metered(payload)}"))
    return told
