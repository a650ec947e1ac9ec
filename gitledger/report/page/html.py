"""An overview as one HTML page that fetches nothing and reads without script.

Depends on the drawings and tables of this room; `page.html` is the skeleton. The same overview,
options and version give the same bytes.
"""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, NamedTuple

from markupsafe import Markup

from gitledger.report.figures import count_text
from gitledger.report.page import answer, tables
from gitledger.report.page.forest import NARROW, WIDE, forest
from gitledger.report.page.growth import ceiling_words, growth
from gitledger.report.page.line_fates import draw_shares
from gitledger.report.page.quota import quota
from gitledger.report.page.sheet import render_sheet
from gitledger.report.page.subscriptions import subscription_parts
from gitledger.report.page.survival import survival, survival_words
from gitledger.report.page.windows import MOST_WHOLE, anchor, providers_of, weeks
from gitledger.report.payload import Json, child, children, texts, words

MOST_METERS = 12
MOST_LINKS = 200


class Chart(NamedTuple):
    """One chart in its two sizes."""

    wide: Markup
    narrow: Markup


class Recipe(NamedTuple):
    """How the page was asked for: what makes the same bytes again.

    `line` is what the page keeps for programs, `command` what a person types; `money` whether
    amounts of money are shown.
    """

    line: str
    command: str
    branch: str
    money: bool = False


def report_html(page: Json, recipe: Recipe) -> str:
    """The whole page of an overview."""
    card = child(page, "card")
    return render_sheet(
        tool=words(card, "tool"),
        recipe=recipe.line,
        title=f"{words(page, 'subject')}: {answer.headline(page)}",
        scope=scope_words(page),
        headline=answer.headline(page),
        coverage=answer.coverage_words(page),
        tiles=answer.tiles(page),
        **charts(page),
        **all_tables(page, recipe),
        verdict=verdict_of(card),
        provenance=provenance(page, recipe),
    )


def charts(page: Json) -> dict[str, Any]:
    """Every drawing of the page."""
    arms = children(child(page, "card"), "arms")
    names = [words(arm, "name") for arm in arms]
    tint = {name: index for index, name in enumerate(names)}
    providers = {words(arm, "provider"): index for index, arm in enumerate(arms)}
    lines = sorted(children(page, "lines"), key=lambda e: tint.get(words(e, "arm"), 0))
    steps = children(page, "steps")
    traces = sorted(  # in the order of the other charts
        children(page, "traces"), key=lambda t: providers.get(words(t, "provider"), len(arms))
    )
    curve = child(page, "survival")
    tints = [tint.get(words(entry, "arm"), 0) % 4 for entry in steps]
    return {
        "forest": [chart_of(forest(arms, WIDE), forest(arms, NARROW))] if arms else [],
        "lasted": both(lambda form: draw_shares(lines, form)) if lines else [],
        "quota": [
            each
            for trace in traces[:MOST_METERS]
            for each in both(partial(quota, trace, providers.get(words(trace, "provider"), 0) % 4))
        ],
        "quota_more": f" {count_text(len(traces) - MOST_METERS, 'more meter')} in the table."
        if len(traces) > MOST_METERS
        else "",
        "growth": both(lambda form: growth(steps, child(page, "ceiling"), tints, form))
        if steps
        else [],
        "ceiling_words": ceiling_words(child(page, "ceiling")),
        "survival": both(lambda form: survival(curve, form)) if children(curve, "steps") else [],
        "survival_words": survival_words(curve),
    }


def both(draw: Callable[[str], str]) -> list[Chart]:
    """A drawing in both sizes."""
    return [chart_of(draw("wide"), draw("narrow"))]


def chart_of(wide: str, narrow: str) -> Chart:
    """Drawings as the template may take them whole: their texts are escaped by `page.svg`."""
    return Chart(Markup(wide), Markup(narrow))  # noqa: S704


def all_tables(page: Json, recipe: Recipe) -> dict[str, Any]:
    """Every table of the page, and the windows."""
    card = child(page, "card")
    arms, lines = children(card, "arms"), children(page, "lines")
    windows, many = children(page, "windows"), len(children(page, "windows")) > MOST_WHOLE
    spans, steps = (
        (tables.spans_by_week, tables.steps_by_week)
        if many
        else (tables.spans_table, tables.steps_table)
    )
    return {
        "buys": tables.buys_table(arms),
        "behind": [behind(arm, page) for arm in arms],
        "lines": tables.lines_table(lines),
        "unmeasured": tables.unmeasured_lines(lines),
        "spans": spans(children(page, "traces")),
        "idle": tables.idle_table(children(page, "idle"), money_shown=recipe.money),
        "steps": steps(children(page, "steps")),
        "guards": tables.guards_table(card),
        "cards": tables.cards_table(children(page, "cards")),
        "providers": sorted({n for w in windows for n in providers_of(w)}),
        "verdicts": sorted({words(w, "verdict") for w in windows}),
        "windows": weeks(windows),
        "subscriptions": subscription_parts(page, money_shown=recipe.money),
    }


def behind(arm: Json, page: Json) -> Mapping[str, object]:
    """The windows whose rows an arm's number comes from."""
    used = [
        words(w, "window")
        for s in children(page, "steps")
        if words(s, "arm") == words(arm, "name")
        for w in children(s, "windows")
    ]
    return {
        "name": words(arm, "name"),
        "method": words(child(arm, "efficiency"), "method") or "no method",
        "used": [{"name": name, "anchor": anchor(name)} for name in used[:MOST_LINKS]],
        "left": len(used[MOST_LINKS:]),
        "notes": texts(arm, "notes"),
    }


def scope_words(page: Json) -> str:
    """`WEEK0, 2026-03-02 to 2026-03-07`."""
    worked = child(page, "worked")
    days = [words(worked, name)[:10] for name in ("from", "to")]
    if not days[0]:
        return words(page, "subject")
    span = days[0] if days[0] == days[1] else f"{days[0]} to {days[1]}"
    named = words(page, "subject")
    return f"{'All windows' if named == 'all' else named}, {span}"


def verdict_of(card: Json) -> Mapping[str, object]:
    """The card's verdict with its reasons."""
    return {
        "name": words(card, "verdict"),
        "rule": words(card, "rule"),
        "reasons": "; ".join(texts(card, "reasons")) or "no reason is stated",
        "flips": texts(card, "would_flip"),
    }


def provenance(page: Json, recipe: Recipe) -> Mapping[str, str]:
    """Where the page comes from, and the command that checks it."""
    card = child(page, "card")
    proof = words(child(card, "world"), "proof") or "not verified"
    rows = count_text(page.get("rows"), "row") if page.get("rows") is not None else ""
    return {
        "where": ", ".join(filter(None, (f"{recipe.branch} at {words(card, 'tip')[:12]}", rows))),
        "proof": proof,
        "tone": "good" if proof == "intact" else "bad" if proof == "failed" else "open-ended",
        "rules": words(card, "rules_sha256")[:12],
        "as_of": words(card, "as_of"),
        "command": recipe.command,
    }
