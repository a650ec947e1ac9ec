"""Features over points used: each subscription's way through its budget, under the best mix.

Depends on `page.svg` and `page.scale`; takes an overview's `steps` and `ceiling` as JSON.
"""

from collections.abc import Iterator, Sequence

from gitledger.report.figures import figure, number
from gitledger.report.page.scale import Axis, linear_axis, ticks
from gitledger.report.page.svg import MARKERS, Canvas, line, marker, path
from gitledger.report.page.svg import words as label
from gitledger.report.payload import Json, children, words

HEIGHT, TOP, BOTTOM = 240, 16, 192
NAME = "Features over points used"
WIDTHS = {"wide": (720, 44, 640, 8), "narrow": (343, 36, 290, 4)}
MOST_MARKS = 60
NAME_WIDTH, NAME_HEIGHT = 80, 13  # px that no two names share


def growth(steps: Sequence[Json], ceiling: Json, tints: Sequence[int], form: str) -> str:
    """The drawing; `tints` numbers each arm's colour as in the other charts."""
    width, left, right, most = WIDTHS[form]
    ways = [way(entry) for entry in steps]
    limit = number(ceiling.get("total"))
    ends = [points[-1] for points in ways]
    across = linear_axis(max((x for x, _ in ends), default=1.0) or 1.0, left, right)
    high = max([1.0, limit or 0.0, *(y for _, y in ends)])
    up = linear_axis(high, BOTTOM, TOP)
    marks = [*grid(across, up, most), *roof(limit, across, up)]
    for entry, points, tint in zip(steps, ways, tints, strict=True):
        marks += arm_marks(entry, points, tint, (across, up))
    marks += names_at(
        [words(entry, "arm") for entry in steps], [(across.at(x), up.at(y)) for x, y in ends]
    )
    marks.append(
        label(
            "points used, each of its own meter",
            (left + right) / 2,
            HEIGHT - 6,
            text_anchor="middle",
            class_="soft",
        )
    )
    return Canvas(width, HEIGHT, NAME, about(steps, ways)).draw(marks)


def way(entry: Json) -> list[tuple[float, float]]:
    """Cumulative (points, features) after each window, from (0, 0) on."""
    x = y = 0.0
    points = [(x, y)]
    for window in children(entry, "windows"):
        x += number(window.get("used")) or 0.0
        y += number(window.get("features")) or 0.0
        points.append((x, y))
    return points


def about(steps: Sequence[Json], ways: Sequence[list[tuple[float, float]]]) -> str:
    """The lines in words: where each ends."""
    told = [
        f"{words(entry, 'arm')}: {figure(points[-1][1])} features for {figure(points[-1][0])}"
        f" {words(entry, 'meter')} points"
        for entry, points in zip(steps, ways, strict=True)
    ]
    return "; ".join(told) + "."


def grid(across: Axis, up: Axis, most: int) -> Iterator[str]:
    """Round numbers on both axes."""
    for value in ticks(up, 5):
        y = up.at(value)
        yield line((across.start, y), (across.end, y), class_="grid")
        yield label(f"{value:g}", across.start - 6, y + 4, text_anchor="end")
    for value in ticks(across, most):
        x = across.at(value)
        yield line((x, BOTTOM), (x, BOTTOM + 4), class_="grid")
        yield label(f"{value:g}", x, BOTTOM + 18, text_anchor="middle")


def roof(limit: float | None, across: Axis, up: Axis) -> Iterator[str]:
    """The most that any mix of providers could have earned, where that is known."""
    if limit is None:
        return
    y = up.at(limit)
    told = f"best mix: at most {figure(limit)} features"
    yield line((across.start, y), (across.end, y), told, class_="ceiling")
    yield label(told, across.start + 6, y - 5, class_="soft")  # lines end on the other side


def arm_marks(
    entry: Json, points: Sequence[tuple[float, float]], tint: int, axes: tuple[Axis, Axis]
) -> Iterator[str]:
    """One provider's steps: a line through its windows."""
    across, up = axes
    drawn = [(across.at(x), up.at(y)) for x, y in points]
    name = words(entry, "arm")
    yield path(drawn, name, class_=f"way p{tint}")
    windows = children(entry, "windows")
    if len(windows) <= MOST_MARKS:
        for window, (x, y) in zip(windows, drawn[1:], strict=True):
            told = f"{words(window, 'window')}: {figure(window.get('features'))} features"
            told += f" for {figure(window.get('used'))} points"
            yield marker(
                MARKERS[tint % len(MARKERS)], x, y, 3.5, told, class_=f"mark solid p{tint}"
            )


def names_at(names: Sequence[str], ends: Sequence[tuple[float, float]]) -> Iterator[str]:
    """Each name beside the end of its line; above its neighbour's where they would overlap."""
    stand: list[tuple[float, float]] = []
    for name, (x, y) in sorted(zip(names, ends, strict=True), key=lambda one: -one[1][1]):
        place = y + 4
        for there, at in sorted(stand, key=lambda one: -one[1]):
            if abs(there - x) < NAME_WIDTH and abs(at - place) < NAME_HEIGHT:
                place = at - NAME_HEIGHT
        stand.append((x, place))
        yield label(name, x + 7, place, class_="strong")


def ceiling_words(ceiling: Json) -> str:
    """What the ceiling is, or why there is none."""
    if number(ceiling.get("total")) is None:
        return f"No ceiling is drawn: {words(ceiling, 'reason') or 'none is known'}."
    rounds = figure(ceiling.get("rounds"))
    return (
        "The dashed line is the most features that a fixed mix of providers would make in "
        f"{rounds} windows with the points that were left when they began (a linear programme, "
        "features not weighed by quality); no routing makes more on average."
    )
