"""Marks of a chart as SVG text: elements with escaped text, nothing that runs or fetches.

Depends on the standard library's escaping alone. Colours come from the page's style sheet by
class, so that one drawing serves light, dark and print; no element has a style attribute.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

SMALLEST = 11  # px: smaller labels are unreadable on a phone


def place(number: float) -> str:
    """A coordinate with at most one decimal: a tenth of a pixel is not seen."""
    text = f"{number:.1f}".removesuffix(".0")
    return "0" if text == "-0" else text


def element(name: str, content: str = "", /, **attributes: object) -> str:
    """One element; `content` is markup already, `class_` stands for `class`, `_` for `-`."""
    parts = [
        f" {key.rstrip('_').replace('_', '-')}={quoteattr(attribute_text(value))}"
        for key, value in attributes.items()
        if value is not None
    ]
    head = f"<{name}{''.join(parts)}"
    return f"{head}>{content}</{name}>" if content else f"{head}/>"


def attribute_text(value: object) -> str:
    """A value of an attribute."""
    return place(value) if isinstance(value, float) else str(value)


def title(text: str) -> str:
    """What a pointer that rests on a mark is told."""
    return f"<title>{escape(text)}</title>"


def words(text: str, x: float, y: float, **attributes: object) -> str:
    """A label."""
    return element("text", escape(text), x=float(x), y=float(y), **attributes)


def line(
    start: tuple[float, float], end: tuple[float, float], told: str = "", **more: object
) -> str:
    """A straight line, with what it stands for."""
    ends = {"x1": float(start[0]), "y1": float(start[1]), "x2": float(end[0]), "y2": float(end[1])}
    return element("line", title(told) if told else "", **ends, **more)


def box(
    corner: tuple[float, float], size: tuple[float, float], told: str = "", **more: object
) -> str:
    """A filled rectangle from its upper left corner."""
    sides = {"x": float(corner[0]), "y": float(corner[1])}
    sides |= {"width": float(size[0]), "height": float(size[1])}
    return element("rect", title(told) if told else "", **sides, **more)


def path(points: Iterable[tuple[float, float]], told: str = "", **more: object) -> str:
    """A line through points; closed with `class_` names that fill."""
    drawn = "L".join(f"{place(x)} {place(y)}" for x, y in points)
    return element("path", title(told) if told else "", d=f"M{drawn}", **more)


def strokes(
    pairs: Iterable[tuple[tuple[float, float], tuple[float, float]]], **more: object
) -> str:
    """Many straight lines as one element: a tenth of the bytes of as many elements."""
    drawn = "".join(f"M{place(a)} {place(b)}L{place(c)} {place(d)}" for (a, b), (c, d) in pairs)
    return element("path", d=drawn, **more) if drawn else ""


MARKERS = ("disc", "square", "triangle", "diamond")


def marker(kind: str, x: float, y: float, size: float, told: str, **more: object) -> str:
    """One of four shapes, so that providers differ without colour too."""
    if kind == "square":
        return box((x - size, y - size), (2 * size, 2 * size), told, **more)
    if kind == "disc":
        return element("circle", title(told), cx=float(x), cy=float(y), r=float(size), **more)
    corners = {
        "triangle": [(x, y - size), (x + size, y + 0.8 * size), (x - size, y + 0.8 * size)],
        "diamond": [(x, y - size), (x + size, y), (x, y + size), (x - size, y)],
    }[kind]
    return path([*corners, corners[0]], told, **more)


@dataclass(frozen=True, slots=True)
class Canvas:
    """The size of a drawing and what it is about, told to who cannot see it."""

    width: int
    height: int
    name: str
    about: str

    def draw(self, marks: Iterable[str], **attributes: object) -> str:
        """The whole drawing, scaled to the width it is given; never enlarged beyond it."""
        head = title(self.name) + f"<desc>{escape(self.about)}</desc>"
        return element(
            "svg",
            head + "".join(marks),
            viewBox=f"0 0 {self.width} {self.height}",
            width=self.width,
            height=self.height,
            role="img",
            aria_label=self.name,
            **attributes,
        )
