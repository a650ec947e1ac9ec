"""A preview as terminal text: the payload of `gitledger preview --json`, made readable.

Depends on `report.console` and `report.figures`. Fits 80 columns; from 110 on it says more.
"""

from collections.abc import Sequence

from rich.console import RenderableType

from gitledger.report.console import WIDE, WIDTH, TableColumn, heading, labelled, render, table
from gitledger.report.figures import (
    UNKNOWN,
    Json,
    child,
    children,
    counted,
    figure,
    interval,
    metered,
    number,
    percent,
    summed,
    words,
)
from gitledger.report.lasting_text import findings_line, lasting_line, pooled_line

NARROW = (
    TableColumn("provider"),
    TableColumn("usable", "right"),
    TableColumn("features", "right"),
    TableColumn("capacity", "right"),
    TableColumn("features per pp", "left", wrap=True),
    TableColumn("gate"),
)
BROAD = (
    *NARROW[:3],
    TableColumn("meter"),
    *NARROW[3:],
    TableColumn("more windows", "right"),
    TableColumn("method"),
)
SHOWN_CHURN = 6
SHOWN_WEEKS = 6
AMOUNTS = ("total_tokens", "cost_usd")
CATEGORIES = ("guidance", "intervention", "validation")


def preview_text(payload: Json, *, width: int = WIDTH, colour: bool = False) -> str:
    """Providers as a table; coverage, lasting, findings, churn, telemetry and usage in lines."""
    providers = children(payload, "providers")
    title = heading("Preview", scope(payload))
    if not providers:
        empty = "no window is completed yet: `gitledger complete --features PROVIDER=N`"
        return render([title, "", empty, "", lines(payload)], width=width, colour=colour)
    broad = width >= WIDE
    rows = [provider_row(p, broad=broad) for p in providers]
    shown = table(BROAD if broad else NARROW, rows)
    return render([title, "", shown, "", lines(payload)], width=width, colour=colour)


def scope(payload: Json) -> str:
    """Which windows the preview is about."""
    named = payload.get("windows")
    many = len(named) if isinstance(named, list | tuple) else None
    if words(payload, "window"):
        return words(payload, "window")
    return counted(many, "window") if many is not None else ""


def provider_row(entry: Json, *, broad: bool) -> tuple[str, ...]:
    """One provider's cells."""
    made = child(entry, "efficiency")
    unit = (words(entry, "unit") or "pp") if broad else metered(entry)
    usable = f"{figure(entry.get('usable'))}/{figure(entry.get('windows'))}"
    label = words(entry, "label") or words(entry, "provider")
    head = (label, usable, summed(entry.get("features")))
    tail = (summed(entry.get("capacity"), unit), interval(made), gate(entry, broad=broad))
    if not broad:
        return (*head, *tail)
    return (*head, words(entry, "meter"), *tail, needed(entry), words(made, "method"))


def gate(entry: Json, *, broad: bool) -> str:
    """The sample-size gate, in a narrow table with the windows still needed."""
    more = number(entry.get("windows_needed"))
    name = words(entry, "gate")
    return f"{name} (+{figure(more)})" if more and not broad else name


def needed(entry: Json) -> str:
    """Windows still needed, or that nobody can say."""
    more = number(entry.get("windows_needed"))
    return UNKNOWN if more is None else figure(more)


def lines(payload: Json) -> RenderableType:
    """Everything below the table."""
    told = [
        ("coverage", coverage_line(child(payload, "coverage"))),
        *(("lasting", lasting_line(entry)) for entry in children(payload, "providers")),
        *(("dollars", dollars_line(entry)) for entry in children(payload, "providers")),
        ("findings", findings_line(payload.get("findings"))),
        *(("churn", pooled_line(entry)) for entry in children(payload, "providers")),
        *churn_lines(children(payload, "churn")),
        ("human", impf_line(children(payload, "impf"))),
        ("telemetry", telemetry_line(child(payload, "telemetry"))),
        ("usage", usage_line(child(payload, "usage"))),
        *(
            ("note", f"{words(p, 'provider')}: {note}")
            for p in children(payload, "providers")
            for note in note_list(p)
        ),
    ]
    return labelled(told, label_width=10)


def dollars_line(entry: Json) -> str:
    """`codex: 2.5 [1.9, 3.4] dollars per lasting feature`, or why nobody knows."""
    spent = child(entry, "dollars_per_lasting_feature")
    if not spent:
        return ""
    told = f"{words(entry, 'label') or words(entry, 'provider')}: {interval(spent)}"
    return f"{told} dollars per lasting feature" if number(spent.get("value")) is not None else told


def note_list(entry: Json) -> tuple[str, ...]:
    """The notes of one provider."""
    found = entry.get("notes")
    return tuple(map(str, found)) if isinstance(found, list | tuple) else ()


def coverage_line(part: Json) -> str:
    """`5 of 7 windows usable; W0-20 anchor-moved`."""
    if not part:
        return ""
    usable, whole = figure(part.get("usable")), counted(part.get("windows"), "window")
    left = map(excluded_words, children(part, "excluded"))
    return "; ".join([f"{usable} of {whole} usable", *left])


def excluded_words(entry: Json) -> str:
    """`W0-20 codex anchor-moved`; a full meter adds what was used at the least."""
    named = (words(entry, name) for name in ("window", "provider", "reason"))
    least = number(entry.get("at_least_pp"))
    bound = "" if least is None else f", at least {figure(least)} pp"
    return " ".join(filter(None, named)) + bound


def churn_lines(entries: Sequence[Json]) -> list[tuple[str, str]]:
    """The first churn rows in a line each, and where the others are."""
    told = [("churn", churn_line(entry)) for entry in entries[:SHOWN_CHURN]]
    left = len(entries) - SHOWN_CHURN
    more = f"and {counted(left, 'more churn row')}: gitledger log --ledger churn"
    return [*told, ("", more)] if left > 0 else told


def churn_line(entry: Json) -> str:
    """One churn row: net lines, files, and the 14-day share or why there is none yet."""
    where = " ".join(filter(None, (words(entry, "window"), words(entry, "provider"))))
    decision = words(entry, "decision")
    if decision not in {"", "measured"}:
        return f"{where}: {decision}"
    net = number(entry.get("net"))
    parts = [
        f"net {net:+,.0f} {'line' if abs(net) == 1 else 'lines'}"
        if net is not None
        else "net unknown"
    ]
    parts.append(counted(entry.get("files_changed"), "file"))
    parts += [survival(child(entry, "survival") or entry), words(entry, "remark")]
    return f"{where}: {', '.join(filter(None, parts))}"


def survival(part: Json) -> str:
    """The headline churn, or its bounds while the fourteen days run."""
    if number(part.get("churn_14d")) is not None:
        return f"14-day churn {percent(part.get('churn_14d'))}"
    if number(part.get("churn_so_far")) is not None:
        ripe, most = words(part, "matures_at")[:10], percent(part.get("upper"))
        so_far = percent(part.get("churn_so_far"))
        return f"churn so far {so_far}, at most {most}, final on {ripe}"
    return words(part, "state")


def impf_line(weeks: Sequence[Json]) -> str:
    """Minutes a feature, week by week, the newest last, with what is known by category."""
    told = []
    for week in weeks[-SHOWN_WEEKS:]:
        parts = [
            f"{name} {figure(child(week, name).get('value'))}"
            for name in CATEGORIES
            if child(week, name)
        ]
        whole = f"{words(week, 'week')} {figure(child(week, 'impf').get('value'))}"
        told.append(f"{whole} ({', '.join(parts)})" if parts else whole)
    return f"minutes per feature: {'; '.join(told)}" if told else ""


def telemetry_line(part: Json) -> str:
    """Events by kind, error rate, routed share, latency, unknown words."""
    if not part or not number(part.get("events")):
        return ""
    attempts = (number(part.get("completions")) or 0) + (number(part.get("errors")) or 0)
    strange = ", ".join(
        f"{words(s, 'status')} x{figure(s.get('count'))}" for s in children(part, "unknown_status")
    )
    errors = f"{counted(part.get('errors'), 'error')} ({percent(part.get('error_rate'))})"
    completed = f"{figure(part.get('completions'))} completed"
    decided = counted(part.get("decisions"), "decision")
    routed = f"{figure(part.get('routed'))} of {figure(attempts)}"
    told = [
        f"{counted(part.get('events'), 'event')}: {completed}, {errors}, {decided}",
        f"routed to GLM {routed} ({percent(part.get('routed_share'))})",
        f"p50 {figure(part.get('p50_ms'))} ms, p95 {figure(part.get('p95_ms'))} ms",
        f"unknown status: {strange}" if strange else "",
    ]
    return "; ".join(filter(None, told))


def usage_line(part: Json) -> str:
    """What counters reported, by source: each amount, and of how many periods where not of all."""
    return "; ".join(f"{name}: {amounts_line(child(part, name))}" for name in part)


def amounts_line(found: Json) -> str:
    """`1 report, total_tokens 1,500,000, cost_usd 1.5 (2 of 3 periods)`."""
    told = [counted(found.get("reports"), "report")]
    partly, of = child(found, "stated_by"), counted(found.get("periods"), "period")
    for name in AMOUNTS:
        if number(found.get(name)) is not None:
            some = f" ({figure(partly.get(name))} of {of})" if name in partly else ""
            told.append(f"{name} {figure(found.get(name))}{some}")
    return ", ".join(told)
