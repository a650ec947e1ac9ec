"""A router replay as terminal text or Markdown: the payload of `gitledger replay --json`.

Depends on `report.console`, `report.figures` and `report.plot`.
"""

from collections.abc import Sequence

from rich.console import RenderableType
from rich.text import Text

from gitledger.measure.estimate import percent as share_text
from gitledger.report.console import WIDTH, TableColumn, heading, labelled, render, table
from gitledger.report.figures import UNKNOWN, Json, child, children, counted, figure, number, words
from gitledger.report.plot import Curve, plot

SPECIAL = str.maketrans({c: f"\\{c}" for c in "\\`*_[]<>|#~"} | {"\n": " "})
Lines = Sequence[tuple[str, str]]
VERDICT_COLUMNS = (
    TableColumn("baseline"),
    TableColumn("gain %", "right"),
    TableColumn("95 % interval", wrap=True),
    TableColumn("P(gain >= 0)", "right"),
    TableColumn("verdict"),
)
COURSE_COLUMNS = (
    TableColumn("policy"),
    TableColumn("features", "right"),
    TableColumn("% of LP", "right"),
    TableColumn("skipped rounds", "right"),
    TableColumn("budget left", wrap=True),
)
POLICY_COLUMNS = (
    TableColumn("policy"),
    TableColumn("reward", "right"),
    TableColumn("+- s.e.", "right"),
    TableColumn("% of LP", "right"),
    TableColumn("skipped", "right"),
)


def replay_text(payload: Json, *, width: int = WIDTH, colour: bool = False) -> str:
    """Verdicts first, then what each policy earned, the plot, and what must be said."""
    drawn = replay_plot(payload, width=min(width, 100))
    parts: list[RenderableType] = [
        heading(title_of(payload), scope_of(payload)),
        "",
        table(VERDICT_COLUMNS, verdict_rows(payload)),
        "",
        table(COURSE_COLUMNS, course_rows(payload)),
        "",
        Text(f"{drawn}\n" if drawn else ""),
        labelled(replay_lines(payload)),
    ]
    return render(parts, width=width, colour=colour)


def replay_markdown(payload: Json) -> str:
    """The same as Markdown; text from rows is escaped."""
    drawn = replay_plot(payload, width=72)
    return "\n".join(
        [
            f"## Router replay: {escaped(title_of(payload))}",
            "",
            escaped(scope_of(payload)),
            "",
            *markdown_table(VERDICT_COLUMNS, verdict_rows(payload)),
            "",
            *markdown_table(COURSE_COLUMNS, course_rows(payload)),
            "",
            *(["```text", drawn, "```", ""] if drawn else []),
            *(f"- {label}: {escaped(text)}" for label, text in replay_lines(payload) if text),
        ]
    )


def trial_text(payload: Json, *, width: int = WIDTH, colour: bool = False) -> str:
    """A public instance: every policy against the fluid ceiling."""
    parts: list[RenderableType] = [
        heading(words(payload, "instance"), words(payload, "title")),
        "",
        table(POLICY_COLUMNS, policy_rows(payload)),
        "",
        labelled(trial_lines(payload)),
    ]
    return render(parts, width=width, colour=colour)


def trial_markdown(payload: Json) -> str:
    """The same as Markdown."""
    return "\n".join(
        [
            f"## {escaped(words(payload, 'instance'))}",
            "",
            *markdown_table(POLICY_COLUMNS, policy_rows(payload)),
            "",
            *(f"- {label}: {escaped(text)}" for label, text in trial_lines(payload) if text),
        ]
    )


def title_of(payload: Json) -> str:
    """`bwk against greedy-ratio and greedy-reward`."""
    names = " and ".join(words(entry, "name") for entry in children(payload, "baselines"))
    return f"{words(payload, 'strategy')} against {names}"


def scope_of(payload: Json) -> str:
    """Rounds, worlds, replays, seed."""
    effort = f"{figure(payload.get('worlds'))} worlds x {figure(payload.get('inner'))} replays"
    return f"{counted(payload.get('rounds'), 'round')}, {effort}, seed {words(payload, 'seed')}"


def verdict_rows(payload: Json) -> list[tuple[str, ...]]:
    """One row for each baseline."""
    return [
        (
            words(entry, "name"),
            signed(child(entry, "delta_pct").get("value")),
            ends_of(child(entry, "delta_pct")),
            figure(entry.get("p_ge_0")),
            words(entry, "verdict"),
        )
        for entry in children(payload, "baselines")
    ]


def course_rows(payload: Json) -> list[tuple[str, ...]]:
    """One row for each policy: reward, share of the ceiling, skipped rounds, budget left."""
    return [
        (
            words(entry, "name"),
            figure(entry.get("reward_mean")),
            shown(entry.get("pct_of_lp")),
            shown(entry.get("skipped_rounds")),
            amounts(child(entry, "budget_left")),
        )
        for entry in children(payload, "policies")
    ]


def policy_rows(payload: Json) -> list[tuple[str, ...]]:
    """One row for each policy on a public instance."""
    return [
        (
            words(entry, "name"),
            figure(entry.get("reward_mean"), 6),
            shown(entry.get("reward_se")),
            shown(entry.get("pct_of_lp")),
            shown(entry.get("skipped_rounds")),
        )
        for entry in children(payload, "policies")
    ]


def replay_lines(payload: Json) -> Lines:
    """Ceiling, prices, support and notes; the honest sentence is the last note."""
    found = payload.get("notes")
    notes = [("note", str(note)) for note in found] if isinstance(found, list | tuple) else []
    ceiling = f"{counted(payload.get('lp_ceiling'), 'feature')}, mix {mix_of(payload)}"
    return [
        ("LP ceiling", ceiling),
        ("shadow prices", amounts(child(payload, "shadow_prices")) + " features for one more"),
        ("reserve", f"{figure(payload.get('reserve'))} pp of each weekly bar are not spent"),
        *(("support", support_line(entry)) for entry in children(payload, "support")),
        *notes,
    ]


def trial_lines(payload: Json) -> Lines:
    """Ceiling, mix, exact optimum, prices, effort."""
    exact = payload.get("exact_optimum")
    per_round = figure(payload.get("lp_per_round"), 4)
    rounds, seed = counted(payload.get("rounds"), "round"), words(payload, "seed")
    return [
        ("LP optimum", f"{per_round} a round, {figure(payload.get('lp_total'), 6)} in all"),
        ("LP mix", mix_of(payload)),
        ("exact", "" if exact is None else f"{figure(exact, 9)}, which no policy can pass"),
        ("shadow prices", amounts(child(payload, "shadow_prices"))),
        ("effort", f"{rounds}, {counted(payload.get('runs'), 'run')}, seed {seed}"),
    ]


def support_line(entry: Json) -> str:
    """`codex: 6 of 7 windows usable; W0-20 anchor-moved`, or why it was refused."""
    usable = f"{figure(entry.get('usable'))} of {counted(entry.get('windows'), 'window')} usable"
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
    return ", ".join(f"{name} {shown(value)}" for name, value in part.items())


def replay_plot(payload: Json, *, width: int) -> str:
    """Cumulative features against the share of the budgets spent, one mark for each policy."""
    curves = [
        Curve(
            words(entry, "name"),
            [(0.0, 0.0)]
            + [
                (number(point.get("spent_pct")) or 0.0, number(point.get("earned")) or 0.0)
                for point in children(entry, "curve")
            ],
        )
        for entry in children(payload, "policies")
        if children(entry, "curve")
    ]
    if not any(earned for curve in curves for _, earned in curve.points):
        return ""
    return plot(curves, x_title="% of budgets spent", y_title="cumulative features", width=width)


def ends_of(gain: Json) -> str:
    """`[-1.2, +3.4]`."""
    return f"[{signed(gain.get('low'))}, {signed(gain.get('high'))}]"


def signed(value: object) -> str:
    """A gain in percent with its sign and one decimal; exactly nothing is 0."""
    known = number(value)
    if known is None:
        return UNKNOWN
    return "0" if known == 0 else share_text(known / 100, signed=True).removesuffix(" %")


def shown(value: object) -> str:
    """At most two decimals."""
    known = number(value)
    return UNKNOWN if known is None else f"{known:,.2f}".rstrip("0").rstrip(".")


def markdown_table(columns: Sequence[TableColumn], rows: Sequence[Sequence[str]]) -> list[str]:
    """The lines of a Markdown table."""
    head = f"| {' | '.join(column.title for column in columns)} |"
    rule = f"|{'|'.join(' ---: ' if c.justify == 'right' else ' --- ' for c in columns)}|"
    return [head, rule, *(f"| {' | '.join(escaped(cell) for cell in row)} |" for row in rows)]


def escaped(text: str) -> str:
    """Text that Markdown shows as it is."""
    return text.translate(SPECIAL)
