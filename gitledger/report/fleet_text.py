"""What `fleet` tells a person. Values in, text out."""

import math
from collections.abc import Iterator

from rich.console import RenderableType

from gitledger.report.console import WIDTH, TableColumn, heading, label_lines, render, table
from gitledger.report.figures import count_text, figure, interval, number, percent
from gitledger.report.payload import Json, child, children, texts, words

ARMS = (
    TableColumn("provider"),
    TableColumn("repos", "right"),
    TableColumn("usable", "right"),
    TableColumn("features per point", "left", wrap=True),
    TableColumn("lasting", "left", wrap=True),
)
PAIRS = (
    TableColumn("comparison", wrap=True),
    TableColumn("ratio", "left", wrap=True),
    TableColumn("verdict"),
)


def collected_text(payload: Json) -> str:
    """What was collected; every failure with its reason and the next step."""
    taken, failed = children(payload, "collected"), children(payload, "failed")
    rows = sum(number(one["rows"]) or 0 for one in taken)
    many = f"{count_text(len(taken), 'repository', 'repositories')} collected"
    many = f"{many} ({count_text(rows, 'row')}), {payload['unchanged']} unchanged"
    lines = [f"{payload['lake']}: {many}"]
    empty = [words(one, "name") for one in taken if not one["rows"]]
    lines += [f"  no outcome yet: {', '.join(empty)}"] if empty else []
    lines += [f"  {note}" for note in texts(payload, "notes")]
    if failed:
        of = count_text(payload["repositories"], "repository", "repositories")
        lines.append(f"{len(failed)} of {of} {'was' if len(failed) == 1 else 'were'} not collected")
        for one in failed:
            lines += [f"  {one['name']}: {one['reason']}", f"    next: {one['next']}"]
    lines.append(f"next: gitledger fleet preview --lake {payload['lake']}")
    return "\n".join(lines)


def fleet_text(payload: Json, *, width: int = WIDTH, colour: bool = False) -> str:
    """Arms as a table, what is beside each in lines, and arms against each other."""
    arms = children(payload, "arms")
    shown = table(ARMS, [arm_row(arm) for arm in arms])
    parts: list[RenderableType] = [heading("Fleet", scope(payload)), "", shown, ""]
    parts += [label_lines(list(arm_lines(arm)), label_width=16) for arm in arms]
    if children(payload, "comparisons"):
        parts += ["", heading("Within repositories"), pairs_table(payload)]
    return render([*parts, "", footnote(payload)], width=width, colour=colour)


def card_text(payload: Json, *, width: int = WIDTH, colour: bool = False) -> str:
    """The verdict, every comparison with its reason, and the arms behind them."""
    head = heading(f"Fleet card: {words(payload, 'verdict')}", scope(payload))
    pairs = children(payload, "comparisons")
    lines = [
        (f"{p['a']} : {p['b']}", f"{p['verdict']}: {p['reason']}{deciding_text(p)}") for p in pairs
    ]
    if not pairs:
        lines = [
            ("no comparison", "there is one provider only: --by methodology compares within it")
        ]
    parts: list[RenderableType] = [head, "", label_lines(lines, label_width=24), ""]
    parts += [pairs_table(payload)] if pairs else []
    arms = table(ARMS, [arm_row(arm) for arm in children(payload, "arms")])
    return render([*parts, "", arms, "", footnote(payload)], width=width, colour=colour)


def scope(payload: Json) -> str:
    """How many repositories and windows, of which days."""
    many = count_text(payload["repositories"], "repository", "repositories")
    days = f", from {payload['since']}" if payload["since"] else ""
    days += f", before {payload['until']}" if payload["until"] else ""
    return f"{many}, {count_text(payload['windows'], 'window')}{days}"


def arm_row(arm: Json) -> tuple[str, ...]:
    """One arm's cells; the meter stands in the figure."""
    point = f"/{arm['meter']}"
    return (
        words(arm, "arm"),
        figure(arm["repositories"]),
        f"{figure(arm['usable'])}/{figure(arm['windows'])}",
        interval(child(arm, "efficiency"), unit=point),
        interval(child(arm, "lasting_per_pp"), unit=point),
    )


def arm_lines(arm: Json) -> Iterator[tuple[str, str]]:
    """What stands beside an arm's figure: what is left out, the spread, the one that matters."""
    why = ", ".join(f"{e['windows']} {e['reason']}" for e in children(arm, "excluded"))
    left = f"left out {percent(arm['left_out'])} of its windows: {why}"
    yield words(arm, "arm"), left if why else "every window is usable"
    apart = child(arm, "heterogeneity")
    if apart.get("spread") is not None:
        spread = f"x/{figure(math.exp(number(apart['spread']) or 0.0))}"
        share = f"I2 {percent(apart['i2'])}, {apart['repositories']} with windows enough"
        yield "", f"repositories differ by {spread} beyond chance ({share})"
    alone = child(arm, "leave_one_out")
    if alone:
        told = "outside the interval" if alone["flips"] else "inside the interval"
        yield "", f"without {alone['repo']} it is {figure(alone['value'])}, {told}"


def pairs_table(payload: Json) -> RenderableType:
    """Arms against each other, by the interval that holds at any look."""
    return table(
        PAIRS,
        [
            (
                f"{pair['a']} : {pair['b']} ({str(pair['measure']).replace('_', ' ')})",
                interval(child(pair, "anytime"))
                if child(pair, "anytime").get("low") is not None
                else words(pair, "reason"),
                words(pair, "verdict"),
            )
            for pair in children(payload, "comparisons")
        ],
    )


def deciding_text(pair: Json) -> str:
    """The repositories without which the verdict would be another."""
    names = ", ".join(texts(pair, "carried_by"))
    return f" ({names})" if names else ""


def footnote(payload: Json) -> str:
    """How the intervals were made, what is missing, and what to ask next."""
    lines = ["Intervals are by repository: windows of one repository are no independent units."]
    if payload["not_collected"]:
        many = count_text(payload["not_collected"], "repository", "repositories")
        lines.append(f"{many} could not be collected: see {payload['lake']}/failed")
    lines.append(f"{payload['engine']}, answers {str(payload['digest'])[:16]}")
    return "\n".join(lines)
