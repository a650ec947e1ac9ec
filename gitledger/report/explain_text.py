"""How a number came about, as terminal text and as Markdown: the same values in both.

Depends on `report.console`, `report.figures` and `report.markdown`; takes the payload of
`explain --json`.
"""

from collections.abc import Sequence

from rich.console import RenderableType

from gitledger.report import markdown
from gitledger.report.console import (
    WIDTH,
    TableColumn,
    heading,
    label_lines,
    markdown_table,
    render,
    table,
)
from gitledger.report.figures import (
    count_text,
    figure,
    in_plain_words,
    interval,
    number,
    percent,
    rate_text,
    sum_text,
)
from gitledger.report.payload import Json, child, children, metered_unit, sample, texts, words

Lines = list[tuple[str, str]]
Rows = list[tuple[str, ...]]
ID = 6
WRAPPED = ("rows", "of these", "remark")
# what columns are called for people
TITLES = {"dead in 14 days": "removed within 14 days", "landed": "merged lines"}
OF_WINDOWS = ("churn_14d", "pass_rate")  # shares that are of windows
SHARES = (*OF_WINDOWS, "error_rate", "routed_share")


def explain_text(payload: Json, *, width: int = WIDTH, colour: bool = False) -> str:
    """Formula, windows in, windows out, sums and the result."""
    columns, rows = steps(payload)
    parts: list[RenderableType] = [
        heading(words(payload, "metric"), result(payload)),
        "",
        label_lines(above(payload)),
        "",
        table(columns, rows) if rows else "nothing entered",
        "",
        label_lines(under(payload)),
    ]
    return render(parts, width=width, colour=colour).rstrip("\n")


def explain_markdown(payload: Json) -> str:
    """The same as Markdown; texts of rows have no meaning in it."""
    columns, rows = steps(payload)
    shown = markdown_table(columns, rows)
    head = f"## {markdown.cell(words(payload, 'metric'))}: {markdown.cell(result(payload))}"
    parts = (markdown.items(above(payload)), shown if rows else "", markdown.items(under(payload)))
    return "\n\n".join(filter(None, (head, *parts)))


def is_efficiency(payload: Json) -> bool:
    """Whether a number is one of the ratios that stand on readings of a meter."""
    return "gate" in payload


def above(payload: Json) -> Lines:
    """How the number and its interval are computed, in words; the formula is in the JSON."""
    told = [("formula", words(payload, "formula"))]
    if is_efficiency(payload):
        wide = percent(payload.get("confidence") or 0.95).replace(".0 %", " %")
        how = f"{wide}, on the log scale, corrected for small samples (formula: --json)"
        told.append(("interval", how))
    return told


def steps(payload: Json) -> tuple[Sequence[TableColumn], Rows]:
    """What entered: columns and rows, the sums last where there are sums."""
    if is_efficiency(payload):
        return readings(payload)
    used = children(payload, "used")
    keys = tuple(dict.fromkeys(key for step in used for key in step))
    keys = tuple(key for key in keys if any(step.get(key) is not None for step in used))
    columns = [
        TableColumn(
            TITLES.get(key, key), "right" if is_figure(used, key) else "left", wrap=key in WRAPPED
        )
        for key in keys
    ]
    return columns, [tuple(cell(step.get(key), key) for key in keys) for step in used]


def readings(payload: Json) -> tuple[Sequence[TableColumn], Rows]:
    """Windows with their features, readings, points used, and rows."""
    columns = (
        TableColumn("window"),
        TableColumn("features", "right"),
        TableColumn("readings"),
        TableColumn(
            f"{words(payload, 'meter')} pp" if is_cost(payload) else metered_unit(payload), "right"
        ),
        TableColumn("state"),
        TableColumn("rows", wrap=True),
    )
    rows = [used_row(entry) for entry in children(payload, "used")]
    sums = ("sum", sum_text(payload.get("features")), "", sum_text(payload.get("capacity")), "", "")
    return columns, [*rows, sums]


def result(payload: Json) -> str:
    """The number with its interval and its unit; a share in percent, of so many windows."""
    estimate, name = child(payload, "estimate"), words(payload, "metric").rpartition(".")[2]
    if is_efficiency(payload):
        return rate_text(estimate, unit_of(payload))
    value = number(estimate.get("value"))
    if name not in SHARES or value is None:
        return interval(estimate)
    ends = [number(estimate.get(end)) for end in ("low", "high")]
    spread = "" if None in ends else f" [{percent(ends[0])}, {percent(ends[1])}]"
    used, left = (len(children(payload, key)) for key in ("used", "excluded"))
    of = f" ({used} of {count_text(used + left, 'window')})" if name in OF_WINDOWS else ""
    return f"{percent(value)}{spread}{of}"


def unit_of(payload: Json) -> str:
    """What a number is per: points of a meter, or a feature where it is dollars."""
    return "feature, in dollars" if is_cost(payload) else metered_unit(payload)


def is_cost(payload: Json) -> bool:
    """Whether the number is dollars a feature: its windows still used points of a meter."""
    return words(payload, "unit").startswith("feature")


def is_figure(steps: Sequence[Json], title: str) -> bool:
    """Whether a column holds numbers, or nothing."""
    return not any(isinstance(step.get(title), str) for step in steps)


def cell(value: object, title: str) -> str:
    """A step's cell: row ids short, numbers as figures, text as it is, nothing for nothing."""
    if value is None:
        return ""
    if isinstance(value, str):
        ids = title in {"row", "rows"}
        return ", ".join(part[:ID] for part in value.split(", ")) if ids else value
    return figure(value)


def used_row(entry: Json) -> tuple[str, ...]:
    """One window's cells: `10 -> 22 %` and the ids of its rows."""
    shown = " -> ".join(figure(r.get("used_pct")) for r in children(entry, "readings"))
    mark = "*" if entry.get("corrected") is True else ""
    return (
        words(entry, "window"),
        figure(entry.get("features")),
        f"{shown} %" if shown else "",
        f"{figure(entry.get('capacity'))}{mark}",
        words(entry, "state"),
        " ".join(row[:ID] for row in texts(entry, "rows")),
    )


def under(payload: Json) -> Lines:
    """What was left out and why, what else to know, how far it carries, and the result."""
    out: dict[str, list[str]] = {}
    for entry in children(payload, "excluded"):
        out.setdefault(words(entry, "reason"), []).append(words(entry, "window"))
    told = [("left out", f"{', '.join(windows)}: {reason}") for reason, windows in out.items()]
    told += [("note", note) for note in texts(payload, "notes")]
    if is_efficiency(payload):
        told.append(("sample", sample(payload)))
    told.append(("result", result(payload)))
    estimate = child(payload, "estimate")
    if number(estimate.get("value")) is not None:
        told.append(("", in_plain_words(words(estimate, "reason"))))
    return told + [("explain also", other) for other in texts(payload, "others")]
