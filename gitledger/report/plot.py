"""Curves as plain characters, for a terminal or a text file. Depends on `report.figures`."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from gitledger.report.figures import figure

MARKS = "*o+x#@"


@dataclass(frozen=True, slots=True)
class Curve:
    """A named line through points (x, y), in order of x."""

    name: str
    points: Sequence[tuple[float, float]]


def plot(
    curves: Sequence[Curve], *, x_title: str, y_title: str, width: int = 72, height: int = 12
) -> str:
    """The curves in one frame from 0; the first one named is drawn on top. Empty without points."""
    points = [point for curve in curves for point in curve.points]
    if not points:
        return ""
    top_x, top_y = (max(p[axis] for p in [*points, (0, 0)]) or 1.0 for axis in (0, 1))
    margin = max(len(figure(top_y)), len(figure(0.0))) + 1
    columns = max(10, width - margin - 2)
    grid = [[" "] * columns for _ in range(height)]
    marked = list(zip(MARKS, curves, strict=False))
    for mark, curve in reversed(marked):
        for x, y in _dense(curve.points, columns * 2):
            column = min(columns - 1, int(x / top_x * (columns - 1) + 0.5))
            row = min(height - 1, int(max(y, 0.0) / top_y * (height - 1) + 0.5))
            grid[height - 1 - row][column] = mark
    lines = [y_title]
    for place, cells in enumerate(grid):
        label = figure(top_y) if place == 0 else ("0" if place == height - 1 else "")
        lines.append(f"{label:>{margin}} |{''.join(cells)}".rstrip())
    lines.append(f"{'':>{margin}} +{'-' * columns}")
    span = columns - 1 - len(figure(top_x))
    lines.append(f"{'':>{margin}}  0{x_title:^{span}}{figure(top_x)}")
    lines.append("  ".join(f"{mark} {curve.name}" for mark, curve in marked))
    return "\n".join(lines)


def _dense(points: Sequence[tuple[float, float]], steps: int) -> list[tuple[float, float]]:
    """The points and enough between them that a line has no gaps."""
    found: list[tuple[float, float]] = list(points[:1])
    for (x0, y0), (x1, y1) in pairwise(points):
        parts = max(1, steps // max(1, len(points) - 1))
        found += [
            (x0 + (x1 - x0) * k / parts, y0 + (y1 - y0) * k / parts) for k in range(1, parts + 1)
        ]
    return found
