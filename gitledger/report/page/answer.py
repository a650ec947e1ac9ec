"""The page's first lines: the answer in one sentence, what it stands on, and four figures.

Depends on `report.figures`; takes an overview as JSON. A sentence never ranks what the card does
not rank.
"""

from collections.abc import Sequence
from typing import NamedTuple

from gitledger.report.figures import count_text, enumeration, figure, money, number
from gitledger.report.payload import Json, child, children, metered_unit, texts, words
from gitledger.windows.features import several_rules

ENDS = {
    "GO": "the difference is larger than chance explains",
    "SOFT GO": "a lean, not settled",
    "NO-GO": "worse than the one it is compared with",
    "HOLD": "too close to call",
    "INVALID": "the record has errors, so nothing is ranked",
}
PERIODS = {"weekly": "a week", "5h": "five hours", "monthly": "a month"}
MOST_NAMED = 3
TONES = {"GO": "good", "NO-GO": "bad", "INVALID": "bad"}


class Tile(NamedTuple):
    """One of the four figures: label, value, what is beside it, its colour, its anchor."""

    label: str
    value: str
    beside: str = ""
    tone: str = ""
    link: str = ""


def headline(page: Json) -> str:
    """`One percent of a week bought 0.24 features on codex and 0.23 on claude: too close ...`."""
    card = child(page, "card")
    arms = [
        a for a in children(card, "arms") if number(child(a, "efficiency").get("value")) is not None
    ]
    if not arms:
        return "No window is usable yet: nothing can be said of what one percent buys."
    meters = sorted({words(arm, "meter") for arm in arms})
    said = "; ".join(
        bought_text(meter, [a for a in arms if words(a, "meter") == meter]) for meter in meters
    )
    return f"{said[0].upper()}{said[1:]}{verdict_words(card, arms)}."


def bought_text(meter: str, arms: Sequence[Json]) -> str:
    """What one percent of one meter bought, arm by arm.

    Two digits: intervals of a few windows are far wider than a third would tell.
    """
    if metered_unit(arms[0]) != f"{meter} pp":
        unit, told = words(arms[0], "unit").removesuffix("s"), "one"
        start = f"{told} {unit} bought"
    else:
        start = f"one percent of {PERIODS.get(meter, 'the ' + meter + ' meter')} bought"
    rates = [(figure(child(a, "efficiency").get("value"), 2), words(a, "name")) for a in arms]
    parts = [f"{rate} on {name}" for rate, name in rates]
    parts[0] = parts[0].replace(" on ", " features on ", 1)
    return f"{start} {enumeration(parts)}"


def verdict_words(card: Json, arms: Sequence[Json]) -> str:
    """How the card judges the comparison, in words; nothing where there is nothing to compare."""
    verdict = words(card, "verdict")
    if verdict == "INVALID":
        return f": {ENDS[verdict]}"
    if len(arms) < 2:
        return ""
    if verdict == "INSUFFICIENT":
        if any("points of different plans" in reason for reason in texts(card, "reasons")[:1]):
            return ": points of different plans do not compare"
        return ": too few windows to compare"
    rule = words(card, "rule")
    if verdict == "NO-GO" and "churn" in rule:
        return ": too much of the work is gone"
    return f": {ENDS.get(verdict, verdict.lower())}"


def coverage_words(page: Json) -> tuple[str, str]:
    """`11 of 12 windows usable.` and which are left out, why, and what was reverted."""
    seen = child(child(page, "card"), "coverage")
    strong = f"{figure(seen.get('usable'))} of {count_text(seen.get('windows'), 'window')} usable."
    left = [
        f"{words(e, 'window')} {words(e, 'provider')}: {words(e, 'reason')}"
        for e in children(seen, "excluded")
    ]
    gone = [words(w, "window") for w in children(page, "windows") if w.get("reverted")]
    told = []
    if left:
        more = (
            f" and {count_text(len(left) - MOST_NAMED, 'more window')}"
            if len(left) > MOST_NAMED
            else ""
        )
        told.append(f"Left out: {'; '.join(left[:MOST_NAMED])}{more}.")
    if gone:
        told.append(
            f"Taken back: {', '.join(gone[:MOST_NAMED])}{' ...' if len(gone) > MOST_NAMED else ''}."
        )
    return strong, " ".join(told)


def tiles(page: Json) -> tuple[Tile, ...]:
    """Verdict; features and lasting ones; points used; points unused at resets."""
    card = child(page, "card")
    verdict = words(card, "verdict")
    needed = number(card.get("windows_needed"))
    beside = f"{count_text(needed, 'more window')} for a narrow interval" if needed else ""
    return (
        Tile("verdict", verdict, beside, TONES.get(verdict, "open"), "#verdict"),
        features_tile(children(card, "arms")),
        used_tile(children(card, "arms")),
        idle_tile(children(page, "idle"), [words(a, "provider") for a in children(card, "arms")]),
    )


def features_tile(arms: Sequence[Json]) -> Tile:
    """`31 -> 28`: delivered over all arms, and what of it lasts, or its bounds."""
    parts = [child(arm, "lasting") for arm in arms]
    known = [p for p in parts if number(p.get("delivered")) is not None]
    rules = {rule for part in parts for rule in texts(part, "rules")}  # an arm may have several
    if several_rules((rule, rule) for rule in rules):
        beside = f"counted by several rules: {', '.join(sorted(rules))}"
        return Tile("features, of them lasting", "unknown", beside, link="#lasted")
    if not known:
        return Tile("features, of them lasting", "unknown", "no finished window", link="#lasted")
    whole = sum(number(p.get("delivered")) or 0.0 for p in known)
    ends = [ends_of(p) for p in known]
    told, of = [e for e in ends if e is not None], sum(number(p.get("of")) or 0 for p in known)
    n = sum(number(p.get("n")) or 0 for p in known)
    low, high = (sum(e[side] for e in told) for side in (0, 1))
    lasting = figure(low) if low == high else f"{figure(low)} to {figure(high)}"
    beside = "" if n == of else f"lasting known for {figure(n)} of {count_text(of, 'window')}"
    return Tile(
        "features, of them lasting",
        f"{figure(whole)} \u2192 {lasting if told else 'unknown'}",
        beside,
        link="#lasted",
    )


def ends_of(part: Json) -> tuple[float, float] | None:
    """The value of an estimate twice, or its bounds; None where neither is known."""
    value, low, high = (number(part.get(name)) for name in ("value", "low", "high"))
    if value is not None:
        return value, value
    return None if low is None or high is None else (low, high)


def used_tile(arms: Sequence[Json]) -> Tile:
    """Points that usable windows used; those of several plans are no sum."""
    known = [a for a in arms if number(a.get("capacity")) is not None]
    told = [f"{figure(a.get('capacity'))} {metered_unit(a)} {words(a, 'name')}" for a in known]
    if len(known) == 1:
        return Tile(
            "points used",
            f"{figure(known[0].get('capacity'))} {metered_unit(known[0])}",
            words(known[0], "name"),
            link="#quota",
        )
    value = " + ".join(figure(a.get("capacity")) for a in known) or "unknown"
    return Tile("points used", value, "; ".join(told), link="#quota")


def idle_tile(periods: Sequence[Json], order: Sequence[str]) -> Tile:
    """Points unused at the resets that came, in the arms' order, and their price where known."""
    if not periods:
        return Tile("points unused at resets", "unknown", "no reset has come yet", link="#quota")
    found = {words(p, "provider") for p in periods}
    names = [*dict.fromkeys(n for n in order if n in found), *sorted(found - {*order})]
    sums = {
        name: sum(number(p.get("idle_pp")) or 0.0 for p in periods if words(p, "provider") == name)
        for name in names
    }
    costs = [number(p.get("dollars")) for p in periods]
    paid = [cost for cost in costs if cost is not None]
    told = "; ".join(f"{figure(many)} {name}" for name, many in sums.items())
    price = f"; about {money(sum(paid))} of plan price" if paid and len(paid) == len(costs) else ""
    value = " + ".join(figure(many) for many in sums.values())
    return Tile("points unused at resets, at most", value, told + price, link="#quota")
