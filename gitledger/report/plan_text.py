"""`plan` as terminal text and as Markdown: price, pace, what was left, features for a dollar.

Depends on `report.console`, `markdown` and `figures`; takes the payload of `plan --json`.
"""

from collections.abc import Iterator
from datetime import datetime

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
from gitledger.report.figures import count_text, figure, interval, money, number
from gitledger.report.payload import Json, child, children, holder, words

COLUMNS = (
    TableColumn("week until"),
    TableColumn("used", "right"),
    TableColumn("unused", "right"),
    TableColumn("unused $", "right"),
    TableColumn("", wrap=True),
)
LISTED = 8  # periods in the table: the newest
ENDINGS = {
    "early": "begun anew before its time",
    "banked": "a banked reset was used",
    "unseen": "its reset was not shown",
}


def plan_text(payload: Json, *, width: int = WIDTH, colour: bool = False) -> str:
    """Each account: its lines, then its last periods."""
    parts: list[RenderableType] = []
    for entry in children(payload, "plans"):
        parts += [heading(title(entry)), "", label_lines([*lines_of(entry)])]
        rows = period_rows(entry)
        parts += ["", table(COLUMNS, rows), ""] if rows else [""]
    if not parts:
        return nothing(payload)
    parts.append(label_lines([("left out", text) for text in unreadable_words(payload)]))
    return render(parts, width=width, colour=colour).rstrip("\n")


def plan_markdown(payload: Json) -> str:
    """The same as Markdown."""
    parts: list[str] = []
    for entry in children(payload, "plans"):
        rows = period_rows(entry)
        parts += [f"## {markdown.cell(title(entry))}", markdown.items([*lines_of(entry)])]
        parts += [markdown_table(COLUMNS, rows)] if rows else []
    return "\n\n".join(parts) if parts else nothing(payload)


def nothing(payload: Json) -> str:
    """What is said where no meter was ever read."""
    return "\n".join([words(payload, "reason"), *unreadable_words(payload)])


def unreadable_words(payload: Json) -> list[str]:
    """Rows that cannot be read: they are of no account."""
    return [
        f"{words(problem, 'what')}. Next: {words(problem, 'hint')}"
        for problem in children(payload, "problems")
        if words(problem, "code") == "unreadable"
    ]


def title(entry: Json) -> str:
    """`codex/work, $200 a month`."""
    month = entry.get("usd_a_month")
    priced = "" if month is None else f", ${figure(month)} a month"
    named = f" ({words(entry, 'plan')})" if words(entry, "plan") else ""
    return f"{holder(entry)}{named}{priced}"


def lines_of(entry: Json) -> Iterator[tuple[str, str]]:
    """Label and text of everything about an account."""
    yield "price", words(entry, "price_reason")
    yield "weekly", words(entry, "reason") or pace_words(child(entry, "pace"))
    yield "next hour", hour_words(child(entry, "next_hour"))
    yield "unused", unused_words(entry)
    for key, label in (("features_per_dollar", "features"), ("lasting_per_dollar", "lasting")):
        yield label, interval(entry.get(key), unit="per dollar")
    yield "banked", banked_words(child(entry, "banked"))
    yield from other_words(child(entry, "other_plans"))
    for change in children(entry, "plan_changes"):
        told = f"{words(change, 'before')} until {clock(words(change, 'at'))}"
        yield "plan changed", f"{told}, then {words(change, 'after')}"
    for former in children(entry, "former_plans"):
        until = words(former, "until")[:10]
        yield "before", f"${figure(former.get('usd_a_month'))} a month until {until}"
    for problem in children(entry, "problems"):
        hint = words(problem, "hint")
        yield "left out", words(problem, "what") + (f". Next: {hint}" if hint else "")


def pace_words(pace: Json) -> str:
    """`63 % used, 12 % ahead of an even burn; empty Tue 14:30Z at this rate`."""
    if not pace:
        return "no reading"
    used = f"{figure(pace.get('used_pp'))} % used at {clock(words(pace, 'read_at'))}"
    if words(pace, "reason"):
        return f"{used}; {words(pace, 'reason')}"
    return f"{used}, {burn_words(number(pace.get('ahead')))}; {end_words(pace)}"


def burn_words(ahead: float | None) -> str:
    """How the use stands against an even burn."""
    if ahead is None:
        return "pace unknown"
    share = f"{abs(ahead) * 100:.0f} %"
    if share == "0 %":
        return "on an even burn"
    return f"{share} {'ahead of' if ahead > 0 else 'behind'} an even burn"


def end_words(pace: Json) -> str:
    """When the meter is empty at this rate, or that it lasts."""
    empty, reset = words(pace, "empty_at"), words(pace, "resets_at")
    if empty and empty < reset:
        return f"empty {clock(empty)} at this rate, {before(empty, reset)} before its reset"
    return f"it lasts until its reset, {clock(reset)}"


def clock(text: str) -> str:
    """`Tue 24 Nov 14:30Z`."""
    if not text:
        return "an unknown time"
    at = datetime.fromisoformat(text)
    return f"{at:%a} {at.day} {at:%b %H:%M}Z"


def before(early: str, late: str) -> str:
    """How long lies between two moments, in its largest unit."""
    hours = (datetime.fromisoformat(late) - datetime.fromisoformat(early)).total_seconds() / 3600
    return (
        count_text(round(hours / 24), "day")
        if hours >= 48
        else count_text(max(round(hours), 1), "hour")
    )


def hour_words(hour: Json) -> str:
    """What may be used in the next hour."""
    weekly = number(hour.get("weekly_pp"))
    if weekly is None:
        return f"unknown: {words(hour, 'reason')}"
    told = f"{figure(round(weekly, 2))} weekly points an hour last until the reset"
    inner = number(hour.get("five_hour_pp"))
    if inner is not None:
        told += f": {figure(round(inner, 1))} points of the 5h meter"
        left = number(hour.get("five_hour_left_pp"))
        told += "" if left is None else f", of which {figure(left)} are left now"
    return told


def unused_words(entry: Json) -> str:
    """Points left a week, with their price."""
    estimate, dollars = child(entry, "unused"), child(entry, "dollars_unused")
    told = interval(estimate, unit="points per week")
    if number(estimate.get("value")) is None:
        return told
    told += f", n = {figure(estimate.get('n'))}"
    if number(dollars.get("value")) is not None:
        most = "at most " if dollars.get("at_most") else ""
        told += f"; {most}{money(dollars.get('value'))} in {count_text(dollars.get('n'), 'week')}"
    reason = words(estimate, "reason")
    return told + (f" ({reason})" if reason else "")


def banked_words(banked: Json) -> str:
    """Resets that the account may call for, granted and used."""
    if banked.get("now") is None:
        return ""
    parts = [f"{count_text(banked.get('now'), 'reset')} now"]
    parts += [f"granted {clock(words(g, 'at'))}" for g in children(banked, "granted")]
    for used in children(banked, "redeemed"):
        moved = [
            f"{words(m, 'meter')} reset {clock(words(m, 'reset_before'))} -> "
            f"{clock(words(m, 'reset_after'))}"
            for m in children(used, "meters")
        ]
        parts.append(f"used {clock(words(used, 'at'))} ({'; '.join(moved)})")
    return "; ".join(parts)


def other_words(other: Json) -> Iterator[tuple[str, str]]:
    """What other plans would have held, or why nobody can tell."""
    plans = children(other, "plans")
    for plan in plans:
        used = child(plan, "used_pct_of_it")
        mark = " (stated)" if plan.get("stated") else " (seen)"
        told = f"{interval(used, unit='% of its week')}" if used else words(other, "reason")
        named = words(plan, "plan") or f"${figure(plan.get('usd_a_month'))} a month"
        yield "other plan", f"{named}: {told}{mark}"
    if not plans:
        yield "other plan", f"unknown: {words(other, 'reason')}"


def period_rows(entry: Json) -> list[tuple[str, ...]]:
    """The newest periods that are over, newest first."""
    periods = list(reversed(children(entry, "periods")))[:LISTED]
    return [period_row(period) for period in periods]


def parts_words(period: Json) -> str:
    """`plus 30, then pro 45`: what each plan had of a period, in points."""
    told = []
    for part in children(period, "parts"):
        month = number(part.get("usd_a_month"))
        name = words(part, "plan") or ("a plan" if month is None else f"${figure(month)}")
        told.append(f"{name} {figure(part.get('used_pp'))}")
    return ", then ".join(told)


def period_row(period: Json) -> tuple[str, ...]:
    """One period's cells; a bound where the last reading was old at its end."""
    bound = bool(period.get("bound"))
    usd = number(period.get("usd_unused"))
    most = "<= " if bound else ""
    remarks = [ENDINGS.get(words(period, "ending"), "")]
    remarks += [f"last read {clock(words(period, 'last_read'))}" if bound else ""]
    remarks += [words(period, "usd_reason"), parts_words(period)]
    return (
        clock(words(period, "end")),
        f"{'>= ' if bound else ''}{figure(period.get('used_pp'))}",
        f"{most}{figure(period.get('unused_pp'))}",
        "-" if usd is None else f"{most}{money(usd)}",
        "; ".join(filter(None, remarks)),
    )
