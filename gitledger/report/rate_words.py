"""What became of an exchange rate, in one sentence.

Depends on `report.figures`; takes one of the rates of `drift --json`.
"""

from datetime import datetime

from gitledger.report.figures import figure, interval, number
from gitledger.report.payload import Json, children, texts, words

THINGS = {"5h:weekly": "5h points", "tokens:weekly": "tokens", "features:weekly": "features"}


def sentence(rate: Json) -> str:
    """What became of a rate, in one sentence."""
    changes = children(rate, "changes")
    verdict = words(rate, "verdict")
    if verdict == "too-little":
        return f"{words(rate, 'reason')}."
    if verdict != "changed":
        plans = texts(rate, "plan_changes")
        since = f" since the plan changed on {day(plans[-1])}" if plans else ""
        return f"no change that these data could show{since}; {would_have(rate)}."
    newest = changes[-1]
    thing = THINGS[words(rate, "meter")]
    ratio = interval(newest.get("ratio"))
    told = f"since {day(words(newest, 'since'))} one weekly point holds {ratio} of the {thing} "
    told += "it held before"
    return f"{told}{when(newest)}."


def would_have(rate: Json) -> str:
    """The smallest change that the weeks would have shown."""
    least = number(rate.get("detectable_ratio"))
    if least is None:
        return "so few weeks, or weeks that differ so much, could not have shown one either"
    return f"they would have shown x {figure(round(least, 2))}"


def when(change: Json) -> str:
    """Between which weeks the change lies, where they are several."""
    ends = [words(change, name) for name in ("earliest", "latest")]
    if ends[0] == ends[1]:
        return ""
    return f" (it came between {day(ends[0])} and {day(ends[1])})"


def day(text: str) -> str:
    """`12 October`, with the year where a reader could take another: always."""
    at = datetime.fromisoformat(text)
    return f"{at.day} {at:%B %Y}"
