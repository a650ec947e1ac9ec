"""A preview as text and as Markdown: the payload of `gitledger preview --json`, made readable.

Depends on `report.console`, `report.figures` and `report.markdown`. Fits 80 columns; from 110 on it
says more.
"""

from collections.abc import Sequence

from gitledger.report import markdown
from gitledger.report.console import (
    WIDE,
    WIDTH,
    TableColumn,
    heading,
    label_lines,
    markdown_table,
    render,
    table,
)
from gitledger.report.figures import (
    NOTHING,
    UNKNOWN,
    count_text,
    figure,
    number,
    percent,
    rate_text,
    sum_text,
)
from gitledger.report.lasting_text import (
    DOLLARS,
    SPENT,
    findings_line,
    is_known,
    is_priced,
    lasting_line,
    pooled_lines,
    range_text,
)
from gitledger.report.payload import Json, child, children, metered_unit, sample, texts, words
from gitledger.report.row_text import FIRST_STEP

PROVIDER = (TableColumn("provider"), TableColumn("usable", "right"))
RATES = (TableColumn("features per pp", wrap=True), TableColumn("lasting per pp", wrap=True))
NARROW = (*PROVIDER, TableColumn("features", wrap=True), *RATES)
BROAD = (*PROVIDER, TableColumn("features", "right"), TableColumn("used", "right"), *RATES)
SAMPLE = TableColumn("sample", wrap=True)
METHOD = TableColumn("method")
EMPTY = "no window is completed yet: `gitledger complete --features PROVIDER=N`"
UNBEGUN = f"no window was recorded yet: `{FIRST_STEP}`"
SHOWN_CHURN = 6
SHOWN_WEEKS = 6
AMOUNTS = ("total_tokens", "cost_usd")
CATEGORIES = ("guidance", "intervention", "validation")


def preview_text(payload: Json, *, width: int = WIDTH, colour: bool = False) -> str:
    """Providers as a table; coverage, lasting, findings, churn, telemetry and usage in lines."""
    providers = children(payload, "providers")
    title, told = heading("Preview", scope(payload)), label_lines(below(payload), label_width=10)
    if not providers:
        return render([title, "", empty(payload), "", told], width=width, colour=colour)
    shown = table(*cells(providers, broad=width >= WIDE))
    return render([title, "", shown, "", told], width=width, colour=colour)


def empty(payload: Json) -> str:
    """Why there is no provider, and the command after which there is one."""
    return UNBEGUN if payload.get("windows") == [] else EMPTY


def scope(payload: Json) -> str:
    """Which windows the preview is about."""
    named = payload.get("windows")
    many = len(named) if isinstance(named, list | tuple) else None
    if words(payload, "window"):
        return words(payload, "window")
    return count_text(many, "window") if many is not None else ""


def cells(
    providers: Sequence[Json], *, broad: bool
) -> tuple[Sequence[TableColumn], list[tuple[str, ...]]]:
    """The table of providers: columns and rows; dollars where anybody's are known."""
    priced = is_priced(providers)
    columns = [*(BROAD if broad else NARROW), *([DOLLARS] if priced else []), SAMPLE]
    rows = [provider_row(entry, broad=broad, priced=priced) for entry in providers]
    return (*columns, METHOD) if broad else columns, rows


def provider_row(entry: Json, *, broad: bool, priced: bool) -> tuple[str, ...]:
    """One provider's cells."""
    made, lasts = child(entry, "efficiency"), child(entry, "lasting_per_pp")
    usable = f"{figure(entry.get('usable'))}/{figure(entry.get('windows'))}"
    features, used = (
        sum_text(entry.get("features")),
        sum_text(entry.get("capacity"), metered_unit(entry)),
    )
    short = f"{features} in {sum_text(entry.get('capacity'), words(entry, 'unit') or 'pp')}"
    delivered = (features, used) if broad else (short if used != NOTHING else NOTHING,)
    dollars = (range_text(child(entry, SPENT)),) if priced else ()
    method = (words(made, "method"),) if broad else ()
    return (
        name_of(entry),
        usable,
        *delivered,
        rate_text(made, metered_unit(entry)),
        lasting_cell(lasts, entry),
        *dollars,
        sample(entry, brief=not broad),
        *method,
    )


def name_of(entry: Json) -> str:
    """The provider, with its methodology where windows are parted by it."""
    return words(entry, "label") or words(entry, "provider")


def lasting_cell(lasts: Json, entry: Json) -> str:
    """What lasts of the same windows; with its own number of windows where that is another."""
    if not is_known(lasts):
        return UNKNOWN if lasts else NOTHING
    n, usable = number(lasts.get("n")), number(entry.get("usable"))
    return range_text(lasts) + (f" (n {figure(n)})" if n != usable else "")


def preview_markdown(payload: Json) -> str:
    """The same as Markdown, with every column."""
    providers = children(payload, "providers")
    head = f"## Preview: {markdown.cell(scope(payload))}"
    if not providers:
        return f"{head}\n\n{empty(payload)}\n\n{markdown.items(below(payload))}".rstrip()
    columns, rows = cells(providers, broad=True)
    shown = markdown_table(columns, rows)
    return "\n\n".join((head, shown, markdown.items(below(payload))))


def below(payload: Json) -> list[tuple[str, str]]:
    """Everything below the table: label and text."""
    return [
        ("coverage", coverage_line(child(payload, "coverage"))),
        *(("lasting", lasting_line(entry)) for entry in children(payload, "providers")),
        *(("dollars", line) for line in dollars_lines(children(payload, "providers"))),
        ("findings", findings_line(payload.get("findings"))),
        *(("churn", line) for line in pooled_lines(children(payload, "providers"))),
        *churn_lines(children(payload, "churn")),
        ("human", impf_line(children(payload, "impf"))),
        ("telemetry", telemetry_line(child(payload, "telemetry"))),
        ("usage", usage_line(child(payload, "usage"))),
        *(
            ("note", f"{words(p, 'provider')}: {note}")
            for p in children(payload, "providers")
            for note in texts(p, "notes")
        ),
    ]


def dollars_lines(providers: Sequence[Json]) -> list[str]:
    """Why dollars are unknown, each reason once with everybody it holds for."""
    whys: dict[str, list[Json]] = {}
    for entry in providers:
        spent, provider = child(entry, SPENT), words(entry, "provider")
        if spent and not is_known(spent):
            alike = words(spent, "reason").replace(f"for {provider}:", "for PROVIDER:")
            whys.setdefault(alike.replace(f" {provider}=", " PROVIDER="), []).append(entry)
    return [
        f"{', '.join(map(name_of, entries))}: {UNKNOWN} "
        f"({alike if len(entries) > 1 else words(child(entries[0], SPENT), 'reason')})"
        for alike, entries in whys.items()
    ]


def coverage_line(part: Json) -> str:
    """`5 of 7 windows usable; W0-20 anchor-moved`."""
    if not part:
        return ""
    usable, whole = figure(part.get("usable")), count_text(part.get("windows"), "window")
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
    more = f"and {count_text(left, 'more churn row')}: gitledger log --ledger churn"
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
    parts.append(count_text(entry.get("files_changed"), "file"))
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
    errors = f"{count_text(part.get('errors'), 'error')} ({percent(part.get('error_rate'))})"
    completed = f"{figure(part.get('completions'))} completed"
    decided = count_text(part.get("decisions"), "decision")
    routed = f"{figure(part.get('routed'))} of {figure(attempts)}"
    told = [
        f"{count_text(part.get('events'), 'event')}: {completed}, {errors}, {decided}",
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
    told = [count_text(found.get("reports"), "report")]
    partly, of = child(found, "stated_by"), count_text(found.get("periods"), "period")
    for name in AMOUNTS:
        if number(found.get(name)) is not None:
            some = f" ({figure(partly.get(name))} of {of})" if name in partly else ""
            told.append(f"{name} {figure(found.get(name))}{some}")
    return ", ".join(told)
