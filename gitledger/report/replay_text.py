"""A router replay as terminal text or Markdown: the payload of `gitledger replay --json`.

Depends on `report.console`, `report.figures` and `report.replay_chart`.
"""

from collections.abc import Sequence

from rich.console import RenderableType
from rich.text import Text

from gitledger.measure.estimate import percent as share_text
from gitledger.report.console import WIDTH, TableColumn, heading, label_lines, render, table
from gitledger.report.figures import UNKNOWN, count_text, figure, number
from gitledger.report.markdown import escape_line
from gitledger.report.payload import Json, child, children, texts, words
from gitledger.report.replay_chart import costs_nothing, replay_plot, unit_of

Lines = Sequence[tuple[str, str]]
POLICIES = {
    "bwk": "budgeted bandit",
    "greedy-ratio": "most features per point first",
    "greedy-reward": "most features per window first",
}
VERDICT_COLUMNS = (
    TableColumn("baseline"),
    TableColumn("gain %", "right"),
    TableColumn("95 % interval", wrap=True),
    TableColumn("P(gain >= 0)", "right", wrap=True),
    TableColumn("verdict"),
)


def replay_text(payload: Json, *, width: int = WIDTH, colour: bool = False) -> str:
    """Verdicts first, then what each policy earned, the plot, and what must be said."""
    drawn = replay_plot(payload, width=min(width, 100))
    parts: list[RenderableType] = [
        heading(title_of(payload), scope_of(payload)),
        "",
        label_lines(results(payload)),
        "",
        table(VERDICT_COLUMNS, verdict_rows(payload)),
        "",
        table(course_columns(payload), course_rows(payload)),
        "",
        Text(f"{drawn}\n" if drawn else ""),
        label_lines(replay_lines(payload)),
    ]
    return render(parts, width=width, colour=colour)


def replay_markdown(payload: Json) -> str:
    """The same as Markdown; text from rows is escaped."""
    drawn = replay_plot(payload, width=72)
    return "\n".join(
        [
            f"## Router replay: {escape_line(title_of(payload))}",
            "",
            escape_line(scope_of(payload)),
            "",
            *(f"- {label}: {escape_line(text)}" for label, text in results(payload) if text),
            "",
            *markdown_table(VERDICT_COLUMNS, verdict_rows(payload)),
            "",
            *markdown_table(course_columns(payload), course_rows(payload)),
            "",
            *(["```text", drawn, "```", ""] if drawn else []),
            *(f"- {label}: {escape_line(text)}" for label, text in replay_lines(payload) if text),
        ]
    )


def title_of(payload: Json) -> str:
    """`bwk against greedy-ratio and greedy-reward`."""
    names = " and ".join(words(entry, "name") for entry in children(payload, "baselines"))
    return f"{words(payload, 'strategy')} against {names}"


def scope_of(payload: Json) -> str:
    """Windows, samples, replays of each, seed."""
    effort = f"{figure(payload.get('worlds'))} samples x {figure(payload.get('inner'))} replays"
    return f"{count_text(payload.get('rounds'), 'window')}, {effort}, seed {words(payload, 'seed')}"


def verdict_rows(payload: Json) -> list[tuple[str, ...]]:
    """One row for each baseline."""
    return [
        (
            words(entry, "name"),
            gain_text(child(entry, "delta_pct").get("value")),
            ends_of(child(entry, "delta_pct")),
            figure(entry.get("p_ge_0")),
            words(entry, "verdict"),
        )
        for entry in children(payload, "baselines")
    ]


def course_columns(payload: Json) -> tuple[TableColumn, ...]:
    """The columns of the policies; the reward's title says what it counts."""
    return (
        TableColumn("policy"),
        TableColumn(unit_of(payload), "right", wrap=True),
        TableColumn("% of the maximum", "right", wrap=True),
        TableColumn("windows skipped", "right", wrap=True),
        TableColumn("budget left", wrap=True),
    )


def course_rows(payload: Json) -> list[tuple[str, ...]]:
    """One row for each policy: reward, share of the ceiling, skipped rounds, budget left."""
    return [
        (
            words(entry, "name"),
            figure(entry.get("reward_mean")),
            decimals_text(entry.get("pct_of_lp")),
            decimals_text(entry.get("skipped_rounds")),
            amounts(child(entry, "budget_left")),
        )
        for entry in children(payload, "policies")
    ]


def replay_lines(payload: Json) -> Lines:
    """The most there could be, what a point is worth, which windows count, and notes.

    The honest sentence is the last note.
    """
    unit = unit_of(payload)
    most = payload.get("lp_ceiling")
    counted = count_text(most, "feature") if unit == "features" else f"{figure(most)} {unit}"
    ceiling = f"{counted}, mix {mix_of(payload)}"
    free = costs_nothing(payload)
    chart = f"left out: {free} earns features that cost nothing of any budget" if free else ""
    return [
        *([("chart", chart)] if chart else []),
        ("maximum", ceiling),
        ("one more", worth_line(child(payload, "shadow_prices"), unit)),
        ("reserve", f"{figure(payload.get('reserve'))} pp of each weekly meter are not spent"),
        *(("windows", support_line(entry)) for entry in children(payload, "support")),
        *(("note", note) for note in texts(payload, "notes")),
    ]


def results(payload: Json) -> Lines:
    """The comparisons as sentences, in the order of the baselines."""
    return [("result", result_line(payload, entry)) for entry in children(payload, "baselines")]


def result_line(payload: Json, entry: Json) -> str:
    """The comparison in a sentence: what was gained over one way of choosing, and how surely."""
    gain = child(entry, "delta_pct")
    if number(gain.get("value")) is None:
        return ""
    name, than = policy_words(words(payload, "strategy")), policy_words(words(entry, "name"))
    more = f"{gain_text(gain.get('value'))} % {unit_of(payload)} {ends_of(gain)}"
    return f"{name} would have delivered {more} compared with {than}: {words(entry, 'verdict')}"


def policy_words(name: str) -> str:
    """A policy's name, with what it does where the name does not say it."""
    told = POLICIES.get(name)
    return f"{name} ({told})" if told else name


def worth_line(prices: Json, unit: str) -> str:
    """What one more point of each budget, or one more window, would add."""
    told = []
    for name, value in prices.items():
        what = "window" if name == "round" else f"{name} pp" if name.count(" ") else name
        told.append(f"{what} {decimals_text(value)}")
    return f"{', '.join(told)} {unit}" if told else ""


def support_line(entry: Json) -> str:
    """`codex: 6 of 7 windows usable; W0-20 anchor-moved`, or why it was refused."""
    usable = f"{figure(entry.get('usable'))} of {count_text(entry.get('windows'), 'window')} usable"
    refused = f"refused: {words(entry, 'why')}" if words(entry, "state") == "refused" else ""
    left = [f"{words(e, 'window')} {words(e, 'reason')}" for e in children(entry, "left_out")]
    return f"{words(entry, 'provider')}: " + "; ".join(filter(None, [usable, refused, *left]))


def mix_of(payload: Json) -> str:
    """`codex 0.75, glm 0.25` of rounds; arms without a share are left out."""
    arms, shares = payload.get("arms"), payload.get("lp_mix")
    if not isinstance(arms, list | tuple) or not isinstance(shares, list | tuple):
        return UNKNOWN
    named = [(arm, number(share) or 0.0) for arm, share in zip(arms, shares, strict=True)]
    return ", ".join(f"{arm} {figure(s)}" for arm, s in named if s > 1e-9) or "nothing"


def amounts(part: Json) -> str:
    """`weekly codex 12.5, dollars 3`."""
    return ", ".join(f"{name} {decimals_text(value)}" for name, value in part.items())


def ends_of(gain: Json) -> str:
    """`[-1.2, +3.4]`."""
    return f"[{gain_text(gain.get('low'))}, {gain_text(gain.get('high'))}]"


def gain_text(value: object) -> str:
    """A gain in percent with its sign and one decimal; exactly nothing is 0."""
    known = number(value)
    if known is None:
        return UNKNOWN
    return "0" if known == 0 else share_text(known / 100, signed=True).removesuffix(" %")


def decimals_text(value: object) -> str:
    """At most two decimals."""
    known = number(value)
    return UNKNOWN if known is None else f"{known:,.2f}".rstrip("0").rstrip(".")


def markdown_table(columns: Sequence[TableColumn], rows: Sequence[Sequence[str]]) -> list[str]:
    """The lines of a Markdown table."""
    head = f"| {' | '.join(column.title for column in columns)} |"
    rule = f"|{'|'.join(' ---: ' if c.justify == 'right' else ' --- ' for c in columns)}|"
    return [head, rule, *(f"| {' | '.join(escape_line(cell) for cell in row)} |" for row in rows)]
