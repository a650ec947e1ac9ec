"""`resets` as terminal text and as Markdown: every reset and move, newest first, with its reason.

Depends on `report.console`, `markdown` and `figures`; takes the payload of `resets --json`.
"""

from gitledger.report.console import WIDTH, TableColumn, label_lines, markdown_table, render, table
from gitledger.report.figures import count_text, figure
from gitledger.report.payload import Json, children, holder, meter_name, words
from gitledger.report.plan_text import clock

COLUMNS = (
    TableColumn("when"),
    TableColumn("whose"),
    TableColumn("meter"),
    TableColumn("used", "right"),
    TableColumn("why", wrap=True),
)


def resets_text(payload: Json, *, width: int = WIDTH, colour: bool = False) -> str:
    """The table, and what was left out."""
    events = children(payload, "resets")
    problems = [("left out", words(p, "what")) for p in children(payload, "problems")]
    if not events:
        told = words(payload, "reason")
        return "\n".join([told, *(what for _, what in problems)])
    parts = [table(COLUMNS, [row_of(event) for event in events])]
    text = render(
        [*parts, "", label_lines([("more", more(payload)), *problems])], width=width, colour=colour
    )
    return text.rstrip("\n")


def resets_markdown(payload: Json) -> str:
    """The same as Markdown."""
    events = children(payload, "resets")
    if not events:
        return words(payload, "reason")
    shown = markdown_table(COLUMNS, map(row_of, events))
    return "\n\n".join(filter(None, [shown, more(payload)]))


def more(payload: Json) -> str:
    """How many are not shown."""
    left = payload.get("left")
    return f"{count_text(left, 'earlier one')}: --all" if left else ""


def row_of(event: Json) -> tuple[str, ...]:
    """One reset's cells."""
    at_least = ">= " if event.get("bound") else ""
    return (
        clock(words(event, "at")),
        holder(event),
        meter_name(event),
        f"{at_least}{figure(event.get('used_pp'))} %",
        why(event),
    )


def why(event: Json) -> str:
    """The reason, and from where to where a reset went."""
    before, after = words(event, "reset_before"), words(event, "reset_after")
    told = words(event, "reason")
    if (
        words(event, "kind") in {"early", "banked", "moved"}
        and before
        and after
        and before != after
    ):
        told += f"; reset {clock(before)} -> {clock(after)}"
    return told
