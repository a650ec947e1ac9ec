"""A difference of the ledger as GitHub's Markdown: the comment of a pull request, within its limit.

Takes the payload of `gitledger diff --json`. Depends on `report.markdown`, `figures`
and `diff_words`. What does not fit is left out whole, row detail first, then windows beyond twenty:
never a part of a table.
"""

from collections.abc import Iterable, Iterator, Sequence

from gitledger.report.diff_words import (
    changed_line,
    correction_line,
    delta_words,
    effect_cells,
    footer,
    headline,
    is_empty,
    left_out,
    many_rows,
    name_of,
    warnings,
)
from gitledger.report.figures import count_text, figure
from gitledger.report.markdown import cell, code, first_that_fits, folding_part, table
from gitledger.report.payload import Json, child, children, words

FEW = 20
MOST_WARNINGS = 10
COLUMNS = 5
MOST_ROWS = 2000
EFFECTS = ("provider", "windows >", "features (lasting) >", "used >", "features per pp", "change")
WINDOWS = ("window", "before -> after", "state", "commits >", "gone in 14 d", "evidence", "card")


def diff_markdown(payload: Json, *, max_chars: int = 60_000) -> str:
    """The whole comment; the fullest form that has at most `max_chars` characters."""
    if is_empty(payload):
        return "No ledger change."
    many, rows = len(children(payload, "windows")), many_rows(payload)
    head = [f"### Ledger: {headline(payload)}"]
    forms = [
        body(payload, head, rows=True, windows=many) if rows <= MOST_ROWS else "",
        body(payload, head, rows=False, windows=many),
        body(payload, head, rows=False, windows=min(many, FEW)),
        body(payload, head, rows=False, windows=0),
        "\n\n".join([*head, last_line(payload, rows, many)]),
    ]
    return first_that_fits([form for form in forms if form], max_chars)


def body(payload: Json, head: Sequence[str], *, rows: bool, windows: int) -> str:
    """The comment with so many windows, with or without the rows."""
    many, all_rows = children(payload, "windows"), many_rows(payload)
    parts = [
        *head,
        effects(payload),
        *branch_lines(payload, many[:windows]),
        warnings_part(payload),
        verdicts(payload),
        first_lines(
            "Changed texts, not in force here", map(changed_line, children(payload, "texts"))
        ),
        first_lines("Corrections", map(correction_line, children(payload, "corrections"))),
        windows_part(many[:windows], rows_told(payload)),
        *(row_parts(payload) if rows else ()),
        f"<sub>{footer(payload)}</sub>",
        last_line(payload, 0 if rows else all_rows, len(many) - windows),
    ]
    return "\n\n".join(part for part in parts if part)


def effects(payload: Json) -> str:
    """A line for each provider: before -> after, and whether that is more than noise."""
    rows = [tuple(map(cell, effect_cells(entry))) for entry in children(payload, "effects")]
    return table(EFFECTS, rows) if rows else ""


def branch_lines(payload: Json, windows: Sequence[Json]) -> Iterator[str]:
    """Of a code's review: what the windows of the branch used and delivered, in a line each."""
    span = words(payload, "commits_of")
    for window in windows[:MOST_WARNINGS] if span else ():
        told = [name_of(window), *delta_words(window)]
        told += [count_text(window.get("features"), "feature")] if window.get("features") else []
        if window.get("insertions") is not None:
            told.append(f"+{figure(window.get('insertions'))} -{figure(window.get('deletions'))}")
        told.append(evidence(window))
        yield f"**This branch** {cell(span)}: {cell(', '.join(filter(None, told)))}"


def evidence(window: Json) -> str:
    """`2 of 2 evidence pass`; nothing without a run."""
    runs = child(window, "evidence")
    if not runs.get("of"):
        return ""
    return f"{figure(runs.get('pass'))} of {figure(runs.get('of'))} evidence pass"


def warnings_part(payload: Json) -> str:
    """New errors and warnings of the audit, and of the proof: what a reviewer must see."""
    told = list(warnings(payload))
    if not told:
        return ""
    left = len(told) - MOST_WARNINGS
    more = [f"> - ... and {count_text(left, 'more', 'more')}"] if left > 0 else []
    lines = [f"> - {code(name)} {cell(what)}" for name, what in told[:MOST_WARNINGS]]
    return "\n".join(["> [!WARNING]", *lines, *more])


def verdicts(payload: Json) -> str:
    """The cards that say something else now."""
    changed = children(child(payload, "verdicts"), "changed")
    told = [f"{words(v, 'window')}: {words(v, 'before')} -> {words(v, 'after')}" for v in changed]
    return first_lines("Verdicts that change", told)


def first_lines(title: str, lines: Iterable[str]) -> str:
    """A list below its title, of many the first; nothing without a line."""
    told = list(lines)
    if not told:
        return ""
    left = len(told) - FEW
    more = [f"- ... and {count_text(left, 'more', 'more')}"] if left > 0 else []
    return "\n".join([f"**{title}**", "", *(f"- {cell(line)}" for line in told[:FEW]), *more])


def windows_part(windows: Sequence[Json], rows: str) -> str:
    """The touched windows, folded."""
    if not windows:
        return rows
    summary = f"{count_text(len(windows), 'window')}, {rows}"
    return folding_part(summary, table(WINDOWS, [window_cells(window) for window in windows]))


def window_cells(window: Json) -> tuple[str, ...]:
    """One window's cells."""
    deltas = children(window, "deltas")
    ends = [
        f"{figure(d.get('before'))} -> {figure(d.get('after'))} % {words(d, 'meter')}"
        for d in deltas
    ]
    states = dict.fromkeys(words(d, "state") for d in deltas)
    gone = window.get("churn")
    verdict = child(window, "verdict")
    told = (
        name_of(window),
        "\n".join(ends),
        ", ".join(states),
        figure(window.get("commits")),
        "\n".join(map(str, gone)) if isinstance(gone, list | tuple) else "",
        evidence(window).removesuffix(" evidence pass"),
        words(verdict, "after") or "gone",
    )
    return tuple(map(cell, told))


def rows_told(payload: Json) -> str:
    """`9 rows (windows 3, snapshots 6)`."""
    added = child(payload, "added")
    each = [f"{name} {figure(len(rows))}" for name, rows in added.items() if isinstance(rows, list)]
    return count_text(many_rows(payload), "row") + (f" ({', '.join(each)})" if each else "")


def row_parts(payload: Json) -> Iterator[str]:
    """The added rows, a folded table for each ledger."""
    for name in child(payload, "added"):
        rows = children(child(payload, "added"), name)
        columns = shown_columns(rows)
        cells = [
            (
                code(words(row, "row")),
                cell(words(row, "recorded_at")[:19] + "Z"),
                cell(words(row, "agent")),
                cell(words(row, "window")),
                *(cell(child(row, "values").get(column)) for column in columns),
            )
            for row in rows
        ]
        titles = ("row", "recorded", "agent", "window", *map(cell, columns))
        yield folding_part(f"{cell(name)}: {count_text(len(rows), 'row')}", table(titles, cells))


def shown_columns(rows: Sequence[Json]) -> tuple[str, ...]:
    """The first columns that hold single values, without the window."""
    found = dict[str, None]()
    for row in rows:
        for name, value in child(row, "values").items():
            if name not in {"window", "windows"} and not isinstance(value, dict | list | tuple):
                found[name] = None
    return tuple(found)[:COLUMNS]


def last_line(payload: Json, rows: int, windows: int) -> str:
    """What is left out, and how to see it; nothing where all is shown."""
    told = left_out(rows, windows)
    return f"{told}: {code('gitledger diff ' + words(payload, 'range'))}" if told else ""
