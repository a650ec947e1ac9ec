"""How long landed lines live: the share that is still there, day by day, with its band.

Depends on `page.svg` and `page.scale`; takes an overview's `survival` as JSON.
"""

from collections.abc import Iterator, Sequence

from gitledger.report.figures import count_text, number, percent
from gitledger.report.page.scale import Axis
from gitledger.report.page.svg import Canvas, line, path
from gitledger.report.page.svg import words as label
from gitledger.report.payload import Json, children, words

HEIGHT, TOP, BOTTOM, DAYS = 200, 14, 152, 14.0
NAME = "Share of merged lines still there, by age in days"
WIDTHS = {"wide": (720, 44, 700), "narrow": (343, 40, 335)}


def survival(curve: Json, form: str) -> str:
    """The drawing of a curve: steps, the band of its interval, days 0 to 14."""
    width, left, right = WIDTHS[form]
    across, up = Axis(0.0, DAYS, left, right), Axis(0.0, 1.0, BOTTOM, TOP)
    steps = children(curve, "steps")
    marks = [
        *grid(across, up),
        *([path(band(steps, across, up), class_="band p0")] if banded(steps) else []),
        path(stairs(steps, "share", across, up), NAME, class_="curve p0"),
        label(
            "days since the line was written",
            (left + right) / 2,
            HEIGHT - 8,
            text_anchor="middle",
            class_="soft",
        ),
    ]
    return Canvas(width, HEIGHT, NAME, survival_words(curve)).draw(marks)


def grid(across: Axis, up: Axis) -> Iterator[str]:
    """Shares to the left, days below."""
    for share in (0.0, 0.5, 1.0):
        yield line((across.start, up.at(share)), (across.end, up.at(share)), class_="grid")
        yield label(f"{share:.0%}", across.start - 5, up.at(share) + 4, text_anchor="end")
    for day in (0, 2, 4, 6, 8, 10, 12, 14):
        yield label(str(day), across.at(day), BOTTOM + 18, text_anchor="middle")


def stairs(steps: Sequence[Json], name: str, across: Axis, up: Axis) -> list[tuple[float, float]]:
    """The corners of one line of the curve, from all lines at day 0 on."""
    level = 1.0
    corners = [(across.start, up.at(level))]
    for step in steps:
        x = across.at(number(step.get("day")) or 0.0)
        corners.append((x, up.at(level)))
        found = number(step.get(name))
        level = level if found is None else found
        corners.append((x, up.at(level)))
    return [*corners, (across.end, up.at(level))]


def banded(steps: Sequence[Json]) -> bool:
    """Whether the curve has an interval."""
    return all(number(step.get("low")) is not None for step in steps)


def band(steps: Sequence[Json], across: Axis, up: Axis) -> list[tuple[float, float]]:
    """The area between both ends of the interval."""
    low, high = (stairs(steps, name, across, up) for name in ("low", "high"))
    return [*high, *reversed(low)]


def survival_words(curve: Json) -> str:
    """What the curve shows, on how many commits it stands, and what its band is worth."""
    steps = children(curve, "steps")
    if not steps:
        return words(curve, "reason")
    last = steps[-1]
    n = count_text(curve.get("n"), "commit")
    told = (
        f"After {count_text(last.get('day'), 'day')} {percent(last.get('share'))} of "
        f"{count_text(curve.get('lines'), 'line')} are still there (product-limit, {n})."
    )
    if not banded(steps):
        return f"{told} No band: no window has several commits to draw from."
    return f"{told} The band is descriptive: it draws the commits of each window anew."
