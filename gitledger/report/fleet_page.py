"""A fleet's figures as one HTML page that fetches nothing and has no script.

The same figures give the same bytes. Depends on the page's engine and the words of `fleet_text`.
"""

from collections.abc import Mapping, Sequence

from markupsafe import Markup

from gitledger.measure.estimate import plain
from gitledger.report.figures import figure, interval, number
from gitledger.report.fleet_text import arm_lines, arm_row, deciding_text, scope
from gitledger.report.page.sheet import engine, policy, text_of
from gitledger.report.payload import Json, child, children, words

HEADS = ("Provider", "Repositories", "Usable windows", "Features per point", "Lasting per point")
PAIR_HEADS = ("Comparison", "Ratio at any look", "Verdict", "Reason")
REPOSITORY_HEADS = ("Repository", "Usable windows", "Features per point")
MOST = 500  # repositories listed of an arm


def fleet_page(payload: Json) -> str:
    """The whole page."""
    style = text_of("fleet.css")
    parts = [arms_part(payload), pairs_part(payload), *repositories_parts(payload)]
    return (
        engine()
        .get_template("fleet.html")
        .render(
            policy=policy(style, ""),
            style=Markup(style),  # noqa: S704 - a file of our own
            title="Features per point over all repositories",
            scope=scope(payload),
            parts=[part for part in parts if part["rows"]],
            foot=f"{payload['tool']}, {payload['engine']}, answers {payload['digest']}",
        )
    )


def written_line(file: str, payload: Json, size: int) -> str:
    """Where a page was written to, of how many repositories, and its bytes."""
    return f"{file}: {plain(number(payload['repositories']))} repositories, {size:,} bytes"


def part(
    title: str, heads: Sequence[str], rows: Sequence[Sequence[str]], lines: Sequence[str] = ()
) -> Mapping[str, object]:
    """A heading with its table and the lines below."""
    return {"title": title, "heads": heads, "rows": rows, "lines": lines}


def arms_part(payload: Json) -> Mapping[str, object]:
    """Every arm, and what stands beside its figure."""
    arms = children(payload, "arms")
    lines = [
        f"{words(arm, 'arm')}: {'; '.join(text for _, text in arm_lines(arm))}" for arm in arms
    ]
    told = "Intervals are by repository: windows of one repository are no independent units."
    return part("Providers", HEADS, [arm_row(arm) for arm in arms], [told, *lines])


def pairs_part(payload: Json) -> Mapping[str, object]:
    """Arms against each other."""
    rows = [
        (
            f"{pair['a']} : {pair['b']} ({str(pair['measure']).replace('_', ' ')})",
            interval(child(pair, "anytime")),
            words(pair, "verdict"),
            f"{words(pair, 'reason')}{deciding_text(pair)}",
        )
        for pair in children(payload, "comparisons")
    ]
    return part("Within repositories", PAIR_HEADS, rows)


def repositories_parts(payload: Json) -> list[Mapping[str, object]]:
    """The repositories of each arm, those with most windows first."""
    found = []
    for arm in children(payload, "arms"):
        own = sorted(
            children(arm, "by_repository"),
            key=lambda r: (-(number(r["usable"]) or 0), words(r, "repo")),
        )
        rows = [
            (
                words(one, "repo"),
                f"{figure(one['usable'])}/{figure(one['windows'])}",
                interval(child(one, "efficiency")),
            )
            for one in own[:MOST]
        ]
        more = [f"and {len(own) - MOST} more"] if own[MOST:] else []
        found.append(part(f"{words(arm, 'arm')} by repository", REPOSITORY_HEADS, rows, more))
    return found
