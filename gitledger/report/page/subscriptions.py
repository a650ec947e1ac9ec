"""What a page tells of subscriptions: what was left, what a weekly point was worth, moved resets.

Depends on the tables of this room; takes an overview's `subscriptions` as JSON.
"""

from collections.abc import Mapping, Sequence

from gitledger.report.figures import enumeration, figure, interval, money
from gitledger.report.page.tables import Table, clock, table
from gitledger.report.payload import Json, child, children, holder, words

MOST = 24  # rows of a table: a page has to stay small


def subscription_parts(page: Json, *, money_shown: bool) -> Mapping[str, object]:
    """The parts of the section; `shown` says whether there is one."""
    part = child(page, "subscriptions")
    rates, plans = children(part, "rates"), children(part, "plans")
    return {
        "shown": bool(rates or plans),
        "sentences": sentences(rates),
        "plans": plans_table(part, money_shown=money_shown),
        "rates": rates_table(part),
        "moves": moves_table(part),
    }


def sentences(rates: Sequence[Json]) -> list[tuple[str, str]]:
    """(whose rates, what is said of them): rates of which the same is said share a line.

    Six subscriptions with one week each would otherwise say one sentence six times.
    """
    same: dict[str, list[Json]] = {}
    for rate in rates:
        same.setdefault(words(rate, "sentence"), []).append(rate)
    return [(names_of(many), sentence) for sentence, many in same.items()]


def names_of(rates: Sequence[Json]) -> str:
    """`codex, 5h:weekly`; of several `claude and codex (5h:weekly)`, else one by one."""
    pairs = [(holder(rate, " "), words(rate, "meter")) for rate in rates]
    holders, meters = (list(dict.fromkeys(side)) for side in zip(*pairs, strict=True))
    if len(pairs) == 1 or len(pairs) != len(holders) * len(meters):
        return "; ".join(f"{whose}, {meter}" for whose, meter in pairs)
    return f"{enumeration(holders)} ({', '.join(meters)})"


def plans_table(part: Json, *, money_shown: bool) -> Table:
    """Points left a week, and features for a dollar where money may be shown."""
    heads = ["subscription", "#unused per week", "#weeks"]
    heads += (
        ["#unused in dollars", "#features per dollar", "#lasting per dollar"] if money_shown else []
    )
    rows = []
    for plan in children(part, "plans")[:MOST]:
        unused = child(plan, "unused")
        row = [holder(plan, " "), f"{interval(unused)} pp", figure(unused.get("n"))]
        if money_shown:
            row.append(money(plan.get("dollars")))
            row += [interval(plan.get(f"{name}_per_dollar")) for name in ("features", "lasting")]
        rows.append(row)
    return table("What was left of each subscription", heads, rows)


def rates_table(part: Json) -> Table:
    """What a weekly point was worth, with an interval that holds at every look."""
    heads = ("subscription", "one weekly point is", "#level", "#weeks", "#share of the error")
    rows = [
        (
            holder(rate, " "),
            words(rate, "unit"),
            interval(rate.get("level")),
            figure(child(rate, "level").get("n")),
            figure(rate.get("error_a_year")),
        )
        for rate in children(part, "rates")[:MOST]
    ]
    return table("What one weekly point was worth", heads, rows)


def moves_table(part: Json) -> Table:
    """Resets that did not come at their own time."""
    heads = ("when", "subscription", "meter", "#used", "why")
    rows = [
        (
            clock(words(event, "at")),
            holder(event, " "),
            words(event, "meter"),
            f"{figure(event.get('used_pp'))} %",
            words(event, "reason"),
        )
        for event in children(part, "moves")[:MOST]
    ]
    return table("Resets that were moved, granted or came early", heads, rows)
