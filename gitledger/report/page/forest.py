"""What one percent buys: a row a provider on a log scale, delivered filled, lasting hollow.

Depends on `page.svg` and `page.scale`; takes the arms of a card as JSON.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from gitledger.report.figures import figure, interval, number
from gitledger.report.page.scale import Axis, log_axis, ticks
from gitledger.report.page.svg import MARKERS, Canvas, line, marker
from gitledger.report.page.svg import words as label
from gitledger.report.payload import Json, child, metered_unit, words

ROW, TOP, FOOT = 44, 14, 40
DELIVERED, LASTING = "efficiency", "lasting_per_pp"
NAME = "Features for one percentage point, by subscription"


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the parts of a row stand: the drawing's width, the axis' ends, the figures' column."""

    width: int
    left: int
    right: int
    figures: int
    most_ticks: int


WIDE = Layout(720, 96, 540, 556, 7)
NARROW = Layout(343, 62, 218, 226, 3)


def forest(arms: Sequence[Json], layout: Layout) -> str:
    """The drawing of some arms; arms without any known number keep their row and say so."""
    units = sorted({metered_unit(arm) for arm in arms})
    axis = log_axis(list(numbers(arms)), layout.left, layout.right)
    height = TOP + ROW * len(arms) + FOOT
    canvas = Canvas(layout.width, height, NAME, about(arms))
    marks = [*grid(axis, layout, height), *axis_title(units, layout, height)]
    for index, arm in enumerate(arms):
        marks += arm_marks(arm, index, axis, layout)
    return canvas.draw(marks)


def numbers(arms: Sequence[Json]) -> Iterator[float]:
    """Every point and end that the axis has to hold."""
    for arm in arms:
        for part in (child(arm, DELIVERED), child(arm, LASTING)):
            for name in ("value", "low", "high"):
                known = number(part.get(name))
                if known is not None and known > 0:
                    yield known


def about(arms: Sequence[Json]) -> str:
    """The chart in words, for who cannot see it."""
    told = [f"{words(arm, 'name')}: {interval(child(arm, DELIVERED))}" for arm in arms]
    return "; ".join(told) + ". A table with the same numbers follows."


def grid(axis: Axis, layout: Layout, height: int) -> Iterator[str]:
    """Vertical lines at round numbers, each with its number."""
    for value in ticks(axis, layout.most_ticks):
        x = axis.at(value)
        yield line((x, TOP), (x, height - FOOT), class_="grid")
        yield label(f"{value:g}", x, height - FOOT + 16, text_anchor="middle")


def axis_title(units: Sequence[str], layout: Layout, height: int) -> Iterator[str]:
    """What the axis counts, in one or two lines."""
    middle = (layout.left + layout.right) / 2 if layout is WIDE else layout.width / 2
    unit = units[0] if len(units) == 1 else "point"
    yield label(
        f"features for 1 {unit} (log scale), 95 % interval",
        middle,
        height - 6,
        text_anchor="middle",
        class_="soft",
    )


def arm_marks(arm: Json, index: int, axis: Axis, layout: Layout) -> Iterator[str]:
    """One provider: name, two marks with their intervals, and the figures beside them."""
    middle, tint = TOP + ROW * index + ROW / 2, f"p{index % len(MARKERS)}"
    name = words(arm, "name")
    yield label(name, layout.left - 10, middle + 4, text_anchor="end", class_="strong")
    for part, y, size, kind in (
        (child(arm, DELIVERED), middle - 7, 6.0, "solid"),
        (child(arm, LASTING), middle + 9, 4.5, "hollow"),
    ):
        told = f"{name}, {'delivered' if kind == 'solid' else 'lasting'}: {interval(part)}"
        yield from estimate_marks(
            part, y, axis, (MARKERS[index % len(MARKERS)], size, tint, kind), told
        )
    yield from figure_marks(arm, middle, layout)


def estimate_marks(
    part: Json, y: float, axis: Axis, look: tuple[str, float, str, str], told: str
) -> Iterator[str]:
    """A number with its interval; where only bounds are known, the line between them alone."""
    shape, size, tint, kind = look
    low, high, value = (number(part.get(name)) for name in ("low", "high", "value"))
    if low is not None and high is not None and high > 0:
        ends = axis.at(low) if low > 0 else axis.start, axis.at(high)
        yield line((ends[0], y), (ends[1], y), told, class_=f"{kind} {tint}")
    if value is not None and value > 0:
        yield marker(shape, axis.at(value), y, size, told, class_=f"mark {kind} {tint}")
    elif value == 0:
        yield marker(
            shape,
            axis.start,
            y,
            size,
            f"{told} (0 lies beyond the edge)",
            class_=f"mark {kind} {tint}",
        )


def figure_marks(arm: Json, middle: float, layout: Layout) -> Iterator[str]:
    """The two numbers and how many windows they stand on."""
    made, kept = child(arm, DELIVERED), child(arm, LASTING)
    n = f"n={figure(made.get('n'))}"
    if layout is WIDE:
        yield label(number_text(made), layout.figures, middle - 3)
        yield label(f"{number_text(kept)} lasting", layout.figures, middle + 13, class_="soft")
        yield label(n, layout.width - 4, middle - 3, text_anchor="end", class_="soft")
        return
    yield label(f"{number_text(made)} {n}", layout.figures, middle - 3)
    yield label(f"{number_text(kept)} lasting", layout.figures, middle + 13, class_="soft")


def number_text(part: Json) -> str:
    """A number alone, the bounds of one, or that it is unknown."""
    low, high = number(part.get("low")), number(part.get("high"))
    if number(part.get("value")) is None and low is not None and high is not None:
        return f"{figure(low)}-{figure(high)}"
    return figure(part.get("value"))
