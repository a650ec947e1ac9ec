"""`status` as text and as Markdown: meters with bars, what is to be done, one next step.

Depends on `report.console` and `report.figures`; takes the payload of `gitledger status --json`.
"""

from collections.abc import Iterator, Sequence

from rich.console import RenderableType
from rich.text import Text

from gitledger.report import markdown
from gitledger.report.console import WIDTH, TableColumn, heading, labelled, render, table
from gitledger.report.figures import Json, child, children, counted, figure, holder, number, words

BAR = 20
SHORT_BAR = 10
NARROW = 76  # columns below which the bar is short
COLUMNS = (
    TableColumn("provider"),
    TableColumn("meter"),
    TableColumn("used", "right"),
    TableColumn(""),
    TableColumn("resets in", "right"),
    TableColumn("at this pace", "right"),
)
FULL = 90  # percent from which a meter is red
HIGH = 75  # percent from which a meter is yellow
DAY, HOUR = 1440, 60
HELD = 5  # rows held back that are named


def status_text(payload: Json, *, width: int = WIDTH, colour: bool = False) -> str:
    """Meters, what is to be done, the next command."""
    readings = children(payload, "readings")
    bar = BAR if width >= NARROW else SHORT_BAR
    parts: list[RenderableType] = [heading(f"{counted(payload.get('windows'), 'window')} recorded")]
    if readings:
        rows = [meter_row(entry, bar=bar) for entry in readings]
        shown = table(COLUMNS, rows, [shade(entry) for entry in readings])
        parts += [Text(""), shown, Text("")]
    parts.append(labelled([*to_do(payload)], label_width=13))
    return render(parts, width=width, colour=colour) + f"next: {words(payload, 'next')}"


def status_markdown(payload: Json) -> str:
    """The same as Markdown."""
    titles = [f"{c.title}>" if c.justify == "right" else c.title for c in COLUMNS]
    rows = [[markdown.cell(c) for c in meter_row(e)] for e in children(payload, "readings")]
    told = [f"- **{label}:** {markdown.cell(text)}" for label, text in to_do(payload)]
    parts = [
        f"## Status: {counted(payload.get('windows'), 'window')}",
        markdown.table(titles, rows) if rows else "",
        "\n".join(told),
        f"next: {markdown.code(words(payload, 'next'))}",
    ]
    return "\n\n".join(filter(None, parts))


def shade(entry: Json) -> str:
    """Red for a meter that is nearly full, yellow for one that is high; none once it has reset."""
    used = number(entry.get("used_pct"))
    if used is None or entry.get("has_reset"):
        return ""
    return "red" if used >= FULL else "yellow" if used >= HIGH else ""


def meter_row(entry: Json, *, bar: int = BAR) -> tuple[str, ...]:
    """One meter's cells: provider, meter, used, bar, resets in, at this pace."""
    used = f"{figure(entry.get('used_pct'))} %"
    if entry.get("has_reset"):
        return (holder(entry), meter_name(entry), "?", f"was {used}", "has reset", "")
    drawn = drawn_bar(number(entry.get("used_pct")) or 0, bar)
    return (holder(entry), meter_name(entry), used, drawn, resets_in(entry), pace(entry))


def drawn_bar(used: float, width: int) -> str:
    """So many blocks of `width` as are used; a little is never drawn as none."""
    full = min(width, round(used * width / 100)) or int(used > 0)
    return "█" * full + "░" * (width - full)


def resets_in(entry: Json) -> str:
    """`2 h 13 min`; empty where the reset is not known."""
    minutes = number(entry.get("resets_in_minutes"))
    return "" if minutes is None else span(int(minutes))


def span(minutes: int) -> str:
    """Minutes as two units: `4 d 3 h`, `2 h 13 min`, `9 min`."""
    if minutes >= DAY:
        return f"{minutes // DAY} d {minutes % DAY // HOUR} h"
    return f"{minutes // HOUR} h {minutes % HOUR} min" if minutes >= HOUR else f"{minutes} min"


def pace(entry: Json) -> str:
    """What the meter comes to at its reset if use goes on as it did."""
    at_reset = number(entry.get("projected_pct"))
    return "" if at_reset is None else f"{figure(at_reset)} % at reset"


def meter_name(entry: Json) -> str:
    """The meter, with its pool where it is not the usual one."""
    bucket = words(entry, "bucket")
    plain = bucket in {"", "default"}
    return words(entry, "meter") if plain else f"{bucket} {words(entry, 'meter')}"


def to_do(payload: Json) -> Iterator[tuple[str, str]]:
    """Label and text of everything that waits for somebody."""
    own = words(payload, "agent")
    for entry in children(payload, "open"):
        since = words(entry, "since")[:16].replace("T", " ")
        yield "open", f"{words(entry, 'window')} on {holder(entry)} since {since}Z{by(entry, own)}"
    for entry in children(payload, "to_end"):
        yield "to end", f"{words(entry, 'window')} has no {holder(entry)} reading after the work"
    for agent, windows in child(payload, "to_finalise").items():
        named = ", ".join(map(str, windows)) if isinstance(windows, Sequence) else str(windows)
        yield "to complete", named + ("" if agent == own else f" (agent {agent})")
    counts = child(payload, "findings")
    told = [counted(many, severity) for severity, many in counts.items() if number(many)]
    if told and (number(counts.get("error")) or number(counts.get("warning"))):
        yield "findings", f"{', '.join(told)}: gitledger audit"
    if number(payload.get("unsynced")):
        rows = counted(payload.get("unsynced"), "row is", "rows are")
        yield "not shared", f"{rows} on no remote yet: gitledger sync"
    held = payload.get("held")
    if isinstance(held, Sequence) and held:
        rows = counted(len(held), "row is", "rows are")
        yield "held back", f"{rows} kept here: {', '.join(map(str, held[:HELD]))}"


def by(entry: Json, own: str) -> str:
    """Whose window it is, where it is not yours."""
    return "" if words(entry, "agent") == own else f", by {words(entry, 'agent')}"
