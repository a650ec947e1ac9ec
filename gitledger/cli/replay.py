"""`replay`: its options."""

import click

from gitledger.book.world import World
from gitledger.cli.options import AGENT, after_hooks, answers, example
from gitledger.commands.result import Result

COUNT = click.IntRange(min=1)
WHOLE = click.IntRange(min=0)
ROUNDS = click.IntRange(0, 100_000)
AMOUNT = click.FloatRange(min=0)


@click.command("replay", epilog=example("replay --strategy bwk --baseline greedy --week WEEK0"))
@click.option(
    "--strategy",
    default="bwk",
    show_default=True,
    metavar="S",
    help="bwk, bwk-ts, bwk-ucb, greedy-...",
)
@click.option(
    "--baseline", default="greedy", show_default=True, metavar="B", help="A policy; greedy is both."
)
@click.option("--budget", "points", multiple=True, metavar="P=PP", help="Weekly points left of P.")
@click.option("--dollars", type=AMOUNT, metavar="USD", help="API dollars left, shared.")
@click.option("--slots", type=WHOLE, metavar="N", help="Windows left, shared.")
@click.option("--reserve", type=AMOUNT, metavar="PP", help="Points of each meter to keep.")
@click.option(
    "--rounds", type=ROUNDS, metavar="T", help="Windows to route [default: as many as logged]."
)
@click.option("--by", type=click.Choice(["methodology"]), help="Choose among methodologies too.")
@click.option("--worlds", type=COUNT, default=400, show_default=True, help="Bootstrap samples.")
@click.option("--inner", type=COUNT, default=100, show_default=True, help="Replays of each sample.")
@click.option("--instance", default="", metavar="NAME|FILE", help="A public instance, or a file.")
@click.option("--runs", type=COUNT, default=200, show_default=True, help="Runs of an instance.")
@click.option("--seed", type=WHOLE, default=0, show_default=True, help="Random seed.")
@click.option("--week", default="", metavar="WEEK0", help="A week, with the budgets it began with.")
@click.option("--issue", is_flag=True, help="Record budgets, seed and result.")
@AGENT
@click.option("--md", "markdown", is_flag=True, help="Answer in Markdown.")
@answers
@after_hooks
def replay_verb(  # noqa: PLR0913 - one parameter for each option of the contract
    world: World,
    *,
    strategy: str,
    baseline: str,
    points: tuple[str, ...],
    dollars: float | None,
    slots: int | None,
    reserve: float | None,
    rounds: int | None,
    by: str | None,
    worlds: int,
    inner: int,
    instance: str,
    runs: int,
    seed: int,
    week: str,
    issue: bool,
    agent: str,
    markdown: bool,
) -> Result:
    """What routing windows another way would have earned; nothing is ever routed.

    Budgets come from the ledger unless given. With --instance, every policy on a public instance.
    """
    from gitledger.book.budgets import Flags
    from gitledger.commands.replay import AnswerForm, Effort, Question, replay, replay_instance

    if instance:
        return replay_instance(
            world, instance, rounds=rounds, runs=runs, seed=seed, markdown=markdown
        )
    question = Question(strategy, baseline, rounds, by_methodology=by == "methodology")
    flags = Flags(points, dollars, slots, reserve, week)
    told = AnswerForm(markdown=markdown, issue=issue, agent=agent)
    return replay(world, question, flags, Effort(worlds, inner, seed), told)
