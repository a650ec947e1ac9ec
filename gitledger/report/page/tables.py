"""The page's charts as tables of text, and its tables: every number that a drawing shows.

Depends on `report.figures`; takes an overview as JSON.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from gitledger.report.figures import figure, interval, money, number, percent
from gitledger.report.page.quota import label_of
from gitledger.report.payload import Json, child, children, holder, metered_unit, words


class PageColumn(NamedTuple):
    """A column's heading, and whether its cells are numbers."""

    title: str
    right: bool = False


class Head(NamedTuple):
    """What a table is about, and its columns."""

    name: str
    columns: tuple[PageColumn, ...]


class Table(NamedTuple):
    """A table as the template takes it."""

    head: Head
    rows: tuple[tuple[str, ...], ...]


def table(name: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> Table:
    """A table; a column whose heading begins with `#` holds numbers."""
    heads = tuple(PageColumn(c.removeprefix("#"), c.startswith("#")) for c in columns)
    return Table(Head(name, heads), tuple(map(tuple, rows)))


def buys_table(arms: Sequence[Json]) -> Table:
    """What one percent buys: both numbers with intervals, the sums and the counts behind them."""
    return table(
        "What one percent buys",
        ("subscription", "per", "#delivered", "#lasting", "#features", "#points", "#windows"),
        [
            (
                words(arm, "name"),
                f"1 {metered_unit(arm)}",
                interval(child(arm, "efficiency")),
                interval(child(arm, "lasting_per_pp")),
                figure(arm.get("features")),
                figure(arm.get("capacity")),
                f"{figure(arm.get('usable'))} of {figure(arm.get('windows'))}",
            )
            for arm in arms
        ],
    )


def lines_table(lines: Sequence[Json]) -> Table:
    """Lines kept, gone and open."""
    return table(
        "Merged lines",
        ("subscription", "#landed", "#kept", "#gone", "#open", "#ranges"),
        [
            (
                words(entry, "arm"),
                *(figure(entry.get(n)) for n in ("merged", "kept", "gone", "open")),
                figure(entry.get("ranges")),
            )
            for entry in lines
        ],
    )


def unmeasured_lines(lines: Sequence[Json]) -> list[str]:
    """`codex: W0-04 no churn row`, for each arm that has such windows."""
    return [
        f"{words(entry, 'arm')}, not measured: "
        + "; ".join(
            f"{words(e, 'window')} {words(e, 'reason')}" for e in children(entry, "unknown")
        )
        for entry in lines
        if children(entry, "unknown")
    ]


def spans_table(traces: Sequence[Json]) -> Table:
    """Each window's stretch of each meter, with its state and the reason."""
    rows = [
        (
            words(span, "window"),
            label_of(trace),
            clock(words(span, "from")),
            clock(words(span, "to")),
            ends_words(span),
            figure(span.get("pp")) if span.get("usable") else "-",
            ": ".join(filter(None, (words(span, "state"), words(span, "why")))),
        )
        for trace in traces
        for span in children(trace, "spans")
    ]
    heads = ("window", "meter", "from", "to", "#percent", "#points", "state")
    return table("Meters in windows", heads, rows)


def spans_by_week(traces: Sequence[Json]) -> Table:
    """What windows took from each meter, week by week, where there are too many windows to list."""
    rows = []
    for trace in traces:
        weeks: dict[str, list[Json]] = {}
        for span in children(trace, "spans"):
            weeks.setdefault(week_of(words(span, "to") or words(span, "from")), []).append(span)
        for week, many in sorted(weeks.items()):
            good = [span for span in many if span.get("usable")]
            used = sum(number(span.get("pp")) or 0.0 for span in good)
            rows.append((week, label_of(trace), figure(len(good)), figure(len(many)), figure(used)))
    heads = ("week", "meter", "#usable windows", "#windows", "#points")
    return table("Meters in windows, by week", heads, rows)


def week_of(at: str) -> str:
    """The calendar week of an ISO time: `2026-W48`."""
    if not at:
        return "no time known"
    year, week, _ = datetime.fromisoformat(at).isocalendar()
    return f"{year}-W{week:02}"


def ends_words(span: Json) -> str:
    """`12 to 29`."""
    return f"{figure(span.get('before'))} to {figure(span.get('after'))}"


def clock(text: str) -> str:
    """`2026-03-02 09:00Z` of an ISO time."""
    return f"{text[:10]} {text[11:16]}Z" if text else "unknown"


def idle_table(periods: Sequence[Json], *, money_shown: bool) -> Table:
    """Points left at each reset, at most."""
    heads = ["subscription", "meter", "reset", "last reading", "#unused at most"]
    rows = [
        [
            holder(p, " "),
            words(p, "meter"),
            clock(words(p, "resets_at")),
            clock(words(p, "last_read")),
            f"{figure(p.get('idle_pp'))} pp",
            *([money(p.get("dollars"))] if money_shown else []),
        ]
        for p in periods
    ]
    return table("Points unused at resets", [*heads, *(["#price"] if money_shown else [])], rows)


def steps_table(steps: Sequence[Json]) -> Table:
    """Features over points, window by window."""
    rows = []
    for entry in steps:
        used = features = 0.0
        for window in children(entry, "windows"):
            used += number(window.get("used")) or 0.0
            features += number(window.get("features")) or 0.0
            rows.append(
                (
                    words(window, "window"),
                    words(entry, "arm"),
                    figure(window.get("used")),
                    figure(window.get("features")),
                    figure(used),
                    figure(features),
                )
            )
    heads = ("window", "subscription", "#points", "#features", "#points so far", "#features so far")
    return table("Features over points used", heads, rows)


def steps_by_week(steps: Sequence[Json]) -> Table:
    """Features over points, week by week, where there are too many windows to list."""
    rows = []
    for entry in steps:
        used = features = 0.0
        weeks: dict[str, list[Json]] = {}
        for window in children(entry, "windows"):
            weeks.setdefault(week_of(words(window, "at")), []).append(window)
        for week, many in weeks.items():
            sums = [sum(number(w.get(name)) or 0.0 for w in many) for name in ("used", "features")]
            used, features = used + sums[0], features + sums[1]
            told = (*sums, used, features)
            rows.append((week, words(entry, "arm"), *map(figure, told)))
    heads = ("week", "subscription", "#points", "#features", "#points so far", "#features so far")
    return table("Features over points used, by week", heads, rows)


def guards_table(card: Json) -> Table:
    """The guardrails of the card."""
    return table(
        "Guardrails",
        ("guardrail", "of", "state", "why"),
        [
            (words(g, "name"), words(g, "arm"), words(g, "verdict"), words(g, "why"))
            for g in children(card, "guardrails")
        ],
    )


def cards_table(cards: Sequence[Json]) -> Table:
    """Issued cards with votes and what people put beside them."""
    return table(
        "Issued cards",
        ("card", "about", "verdict", "votes", "overridden"),
        [
            (
                words(c, "id"),
                words(c, "subject"),
                words(c, "verdict"),
                "; ".join(map(vote_words, children(c, "votes"))) or "none",
                "; ".join(
                    f"{words(o, 'verdict')} ({words(o, 'reason')})"
                    for o in children(c, "overrides")
                )
                or "no",
            )
            for c in cards
        ],
    )


def vote_words(vote: Mapping[str, object]) -> str:
    """`bea go (tier 2): fine`."""
    said = f": {words(vote, 'message')}" if words(vote, "message") else ""
    return f"{words(vote, 'voter')} {words(vote, 'vote')} (tier {words(vote, 'tier')}){said}"


def gone_words(entry: Json) -> str:
    """`0.0 %`, `0.0 to 12.0 %` while the days run, or why nobody can tell."""
    if entry.get("reverted"):
        return "reverted"
    told = []
    for part in children(entry, "churn"):
        low, high = number(part.get("churn_so_far")), number(part.get("upper"))
        if low is None or high is None:
            told.append("no line" if number(part.get("merged_lines")) == 0 else "unknown")
        elif low == high:
            told.append(percent(low))
        else:
            told.append(f"{percent(low).removesuffix(' %')} to {percent(high)}")
    return ", ".join(dict.fromkeys(told)) or "not measured"
