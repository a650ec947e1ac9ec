"""A trial on a public instance as terminal text or Markdown: the payload of `replay --instance`.

Depends on `report.console`, `report.figures` and `report.replay_text`.
"""

from rich.console import RenderableType

from gitledger.report.console import WIDTH, TableColumn, heading, label_lines, render, table
from gitledger.report.figures import count_text, figure
from gitledger.report.markdown import escape_line
from gitledger.report.payload import Json, child, children, words
from gitledger.report.replay_text import Lines, amounts, decimals_text, markdown_table, mix_of

POLICY_COLUMNS = (
    TableColumn("policy"),
    TableColumn("reward", "right"),
    TableColumn("+- s.e.", "right"),
    TableColumn("% of the maximum", "right", wrap=True),
    TableColumn("skipped", "right"),
)


def trial_text(payload: Json, *, width: int = WIDTH, colour: bool = False) -> str:
    """A public instance: every policy against the fluid ceiling."""
    parts: list[RenderableType] = [
        heading(words(payload, "instance"), words(payload, "title")),
        "",
        table(POLICY_COLUMNS, policy_rows(payload)),
        "",
        label_lines(trial_lines(payload)),
    ]
    return render(parts, width=width, colour=colour)


def trial_markdown(payload: Json) -> str:
    """The same as Markdown."""
    return "\n".join(
        [
            f"## {escape_line(words(payload, 'instance'))}",
            "",
            *markdown_table(POLICY_COLUMNS, policy_rows(payload)),
            "",
            *(f"- {label}: {escape_line(text)}" for label, text in trial_lines(payload) if text),
        ]
    )


def policy_rows(payload: Json) -> list[tuple[str, ...]]:
    """One row for each policy on a public instance."""
    return [
        (
            words(entry, "name"),
            figure(entry.get("reward_mean"), 6),
            decimals_text(entry.get("reward_se")),
            decimals_text(entry.get("pct_of_lp")),
            decimals_text(entry.get("skipped_rounds")),
        )
        for entry in children(payload, "policies")
    ]


def trial_lines(payload: Json) -> Lines:
    """Ceiling, mix, exact optimum, prices, effort."""
    exact = payload.get("exact_optimum")
    per_round = figure(payload.get("lp_per_round"), 4)
    rounds, seed = count_text(payload.get("rounds"), "round"), words(payload, "seed")
    return [
        ("maximum", f"{per_round} per round, {figure(payload.get('lp_total'), 6)} in all"),
        ("its mix", mix_of(payload)),
        ("exact", "" if exact is None else f"{figure(exact, 9)}, which no policy can pass"),
        ("one more", amounts(child(payload, "shadow_prices"))),
        ("effort", f"{rounds}, {count_text(payload.get('runs'), 'run')}, seed {seed}"),
    ]
