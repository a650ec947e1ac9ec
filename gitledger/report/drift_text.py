"""`drift` as terminal text and as Markdown: one sentence for each rate, then its weeks.

Depends on `report.console`, `markdown` and `figures`; takes the payload of `drift --json`.
"""

from collections.abc import Iterator

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
from gitledger.report.figures import count_text, figure, interval, number
from gitledger.report.payload import Json, child, children, holder, texts, words
from gitledger.report.rate_words import day, sentence

COLUMNS = (
    TableColumn("week from"),
    TableColumn("rate", "right"),
    TableColumn("weekly points", "right"),
    TableColumn("n", "right"),
    TableColumn("level since the last change", wrap=True),
)
LISTED = 12


def drift_text(payload: Json, *, width: int = WIDTH, colour: bool = False) -> str:
    """Every rate: the sentence, what else could explain it, the newest weeks."""
    parts: list[RenderableType] = []
    for rate in children(payload, "rates"):
        parts += [heading(title(rate), words(rate, "unit")), "", sentence(rate), ""]
        parts.append(label_lines([*under(rate)]))
        rows = week_rows(rate)
        parts += ["", table(COLUMNS, rows), ""] if rows else [""]
    if not parts:
        told = [words(problem, "what") for problem in children(payload, "problems")]
        return "\n".join([words(payload, "reason"), *told])
    lines = [("left out", words(p, "what")) for p in children(payload, "problems")]
    lines.append(("false alarms", error_words(payload)))
    return render([*parts, label_lines(lines)], width=width, colour=colour).rstrip("\n")


def drift_markdown(payload: Json) -> str:
    """The same as Markdown."""
    parts: list[str] = []
    for rate in children(payload, "rates"):
        rows = week_rows(rate)
        parts += [f"## {markdown.cell(title(rate))}", markdown.cell(sentence(rate))]
        parts += [markdown.items([*under(rate)])]
        parts += [markdown_table(COLUMNS, rows)] if rows else []
    return "\n\n".join([*parts, error_words(payload)]) if parts else words(payload, "reason")


def title(rate: Json) -> str:
    """`codex/work, tokens:weekly`."""
    return f"{holder(rate)}, {words(rate, 'meter')}"


def under(rate: Json) -> Iterator[tuple[str, str]]:
    """What stands below the sentence."""
    level = child(rate, "level")
    if number(level.get("value")) is not None:
        weeks = count_text(level.get("n"), "week")
        known = number(level.get("low")) is not None
        held = "valid however often you look" if known else "too few for an interval"
        yield ("level", f"{interval(level)} {words(rate, 'unit')}, n = {weeks}; {held}")
    changes = children(rate, "changes")
    is_newest = words(rate, "verdict") == "changed"
    for change in changes:
        yield "found by", f"{words(change, 'found_by')}, on {day(words(change, 'seen'))}"
        for seen in texts(change, "seen_about_it"):
            yield "seen then", seen
    for earlier in changes[: -1 if is_newest else None]:
        yield "before that", f"{day(words(earlier, 'since'))}: x {interval(earlier.get('ratio'))}"
    told = children(changes[-1], "could_explain") if is_newest else ()
    for state, label in (("not-seen", "could also be"), ("alike", "did not change")):
        yield label, "; ".join(words(c, "text") for c in told if words(c, "state") == state)


def week_rows(rate: Json) -> list[tuple[str, ...]]:
    """The newest weeks, newest first."""
    newest = list(reversed(children(rate, "weeks")))[:LISTED]
    return [week_row(week) for week in newest]


def week_row(week: Json) -> tuple[str, ...]:
    """One week's cells."""
    level = interval(week.get("level"))
    if not week.get("judged"):
        level = "the plan changed in it" if week.get("over") else "still running"
    return (
        day(words(week, "begin")),
        figure(week.get("value")),
        figure(week.get("weekly_pp")),
        figure(week.get("n")),
        level,
    )


def error_words(payload: Json) -> str:
    """How sure claims are."""
    return (
        f"at most {figure(100 * (number(payload.get('error_a_year')) or 0))} % of years without "
        "any change show one, over all rates here together, however often you look"
    )
