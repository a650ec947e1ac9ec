"""`status` as text and as Markdown: meters with bars, what is to be done, one next step.

Depends on `report.console` and `report.figures`; takes the payload of `gitledger status --json`.
"""

from collections.abc import Iterator, Sequence

from rich.console import RenderableType
from rich.text import Text

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
from gitledger.report.figures import count_text, figure, money, number
from gitledger.report.lasting_text import arms_lasting
from gitledger.report.payload import Json, child, children, holder, meter_name, words

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
NAMED = 5  # windows that one line names


def status_text(payload: Json, *, width: int = WIDTH, colour: bool = False) -> str:
    """Meters, what lasts, what is to be done, the next command."""
    readings = children(payload, "readings")
    bar = BAR if width >= NARROW else SHORT_BAR
    parts: list[RenderableType] = [
        heading(f"{count_text(payload.get('windows'), 'window')} recorded")
    ]
    if readings:
        rows = [meter_row(entry, bar=bar) for entry in readings]
        shown = table(COLUMNS, rows, [shade(entry) for entry in readings])
        parts += [Text(""), shown, Text("")]
    parts.append(label_lines([*arms_lasting(payload), *to_do(payload)], label_width=13))
    return render(parts, width=width, colour=colour) + f"next: {words(payload, 'next')}"


def status_markdown(payload: Json) -> str:
    """The same as Markdown."""
    rows = [meter_row(entry) for entry in children(payload, "readings")]
    parts = [
        f"## Status: {count_text(payload.get('windows'), 'window')}",
        markdown_table(COLUMNS, rows) if rows else "",
        markdown.items([*arms_lasting(payload), *to_do(payload)]),
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
    """What the meter comes to at its reset if use goes on as it did, and the dollars left of it."""
    at_reset, left = (number(entry.get(key)) for key in ("projected_pct", "usd_unused_at_pace"))
    if at_reset is None:
        return ""
    return f"{figure(at_reset)} % at reset" + (f", {money(left)} unused" if left else "")


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
    yield from coming(payload)
    for fit in children(payload, "fits"):
        yield "still fit", fit_words(fit)
    counts = child(payload, "findings")
    told = [count_text(many, severity) for severity, many in counts.items() if number(many)]
    if told and (number(counts.get("error")) or number(counts.get("warning"))):
        yield "findings", f"{', '.join(told)}: gitledger audit"
    if alone := payload.get("completed_alone"):
        named = list_windows(list(map(str, alone)) if isinstance(alone, Sequence) else [])
        yield "to judge", f"{named}, completed by the program: quality and outcome are yours to say"
    news = children(payload, "news")
    if news:
        more = f", and {len(news) - 1} more" if len(news) > 1 else ""
        yield "news", f"{words(payload, 'news_first')}{more}: gitledger news"
    if number(payload.get("unsynced")):
        rows = count_text(payload.get("unsynced"), "row is", "rows are")
        yield "not shared", f"{rows} on no remote yet: gitledger sync"
    held = payload.get("held")
    if isinstance(held, Sequence) and held:
        rows = count_text(len(held), "row is", "rows are")
        yield "held back", f"{rows} kept here: {', '.join(map(str, held[:HELD]))}"


def coming(payload: Json) -> Iterator[tuple[str, str]]:
    """What is due and when: readings by the second, churn by the day."""
    entries = children(payload, "due")
    for entry in entries:
        if words(entry, "what") == "after":
            named = f"{words(entry, 'window')}, reading after the work ({holder(entry)})"
            yield "due", f"{named}: {countdown(entry)}"
    waiting = [words(e, "window") for e in entries if words(e, "what") == "churn"]
    if waiting:
        yield "due", f"churn of {list_windows(waiting)}: now"
    later = [e for e in entries if words(e, "what") == "final-churn"]
    due = [words(e, "window") for e in later if number(e.get("in_seconds")) == 0]
    if due:
        yield "due", f"final churn of {list_windows(due)}: now"
    days = sorted((words(e, "at")[:10], words(e, "window")) for e in later)
    ahead = [(day, window) for day, window in days if window not in due]
    if ahead:
        yield "later", f"final churn of {ahead[0][1]} on {ahead[0][0]}{others(len(ahead) - 1)}"


def countdown(entry: Json) -> str:
    """`in 3 min 20 s`, `now`; of work that goes on, nothing can be told."""
    left, command = number(entry.get("in_seconds")), words(entry, "command")
    if left is None:
        told = "once the work is over"
        return f"{told}: {command}" if command.startswith("gitledger") else told
    if not left:
        return f"now: {command}" if command.startswith("gitledger") else "now"
    minutes, seconds = divmod(int(left), 60)
    return f"in {minutes} min {seconds} s" if minutes < HOUR else f"in {span(minutes)}"


def list_windows(windows: Sequence[str]) -> str:
    """The first few windows, and how many more."""
    return ", ".join(windows[:NAMED]) + others(len(windows) - NAMED)


def others(many: int) -> str:
    """` and 3 more`; nothing for none."""
    return f" and {many} more" if many > 0 else ""


def fit_words(fit: Json) -> str:
    """How many windows a bar still takes: by a usual one, and by the largest."""
    bar = f"{holder(fit)} {words(fit, 'meter')}"
    usual, least = number(fit.get("windows")), number(fit.get("windows_at_least"))
    if usual is None or least is None:
        return f"{bar}: not known before a usable window"
    told = count_text(usual, "more window")
    more = "" if usual == least else f", {figure(least)} if they are large"
    return f"{bar}: {told}{more} (by {count_text(fit.get('n'), 'window')})"


def by(entry: Json, own: str) -> str:
    """Whose window it is, where it is not yours."""
    return "" if words(entry, "agent") == own else f", by {words(entry, 'agent')}"
