"""Where the quota went: an account's meter over time, and what of it lies inside windows.

Depends on `page.svg` and `page.scale`; takes one of an overview's `traces` as JSON.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import pairwise

from gitledger.report.figures import count_text, figure, number
from gitledger.report.page.scale import Axis, TimeAxis
from gitledger.report.page.svg import Canvas, box, line, strokes
from gitledger.report.page.svg import words as label
from gitledger.report.payload import Json, children, holder, words

HEIGHT, TOP, BOTTOM = 132, 22, 104
WIDTHS = {"wide": (720, 38, 708, 9), "narrow": (343, 34, 339, 4)}
LENGTHS = {"5h": timedelta(hours=5), "weekly": timedelta(days=7)}
MINUTES = timedelta(minutes=2)
MOST_TOLD = 100  # windows: above it a mark is a pixel, and only the table says what it is
Point = tuple[float, float]
NAMED = 290.0  # px: right of the meter's name there is room for a label on its line
LEAST = 3.0  # px: a refused window is seen however short it was


def quota(trace: Json, tint: int, form: str) -> str:
    """The drawing of one account's meter; `tint` numbers its colour."""
    width, left, right, most = WIDTHS[form]
    points = children(trace, "points")
    times = [moment(p, "at") for p in points]
    resets = resets_of(points)
    low, high = (
        min(times),
        max([*times, *(r for r in resets if r - max(times) < timedelta(days=7))]),
    )
    axis = TimeAxis(low, high if high > low else low + timedelta(hours=1), left, right)
    percent = Axis(0.0, 100.0, BOTTOM, TOP)
    canvas = Canvas(width, HEIGHT, name_of(trace), about(trace))
    marks = [
        *grid(axis, percent, most),
        *paces(trace, resets, axis, percent),
        *draw_refusals(trace, axis),
        *outside(points, children(trace, "spans"), axis, percent, tint),
        *inside(trace, axis, percent, tint),
        *reset_marks(points, resets, axis),
        label(label_of(trace), left + 4, TOP - 8, class_="strong"),
    ]
    return canvas.draw(marks)


def moment(entry: Json, key: str) -> datetime:
    """A time of the payload."""
    return datetime.fromisoformat(words(entry, key))


def label_of(trace: Json) -> str:
    """Whose meter, and which."""
    return f"{holder(trace, ' ')}, {words(trace, 'meter')} meter"


def name_of(trace: Json) -> str:
    """The drawing's name."""
    return f"{label_of(trace)}: percent used over time"


def about(trace: Json) -> str:
    """The drawing in words: each window's stretch, or how many there are."""
    spans = children(trace, "spans")
    if len(spans) > MOST_TOLD:
        return f"{count_text(len(spans), 'window')}; the table below has each."
    return "; ".join(map(span_words, spans)) + "."


def mark_words(trace: Json, span: Json) -> str:
    """What a mark says when it is pointed at; nothing where marks are too many to be met."""
    return span_words(span) if len(children(trace, "spans")) <= MOST_TOLD else ""


def span_words(span: Json) -> str:
    """`W0-01: 12 to 29 %, 17 pp, valid`, or why it does not count."""
    name, state = words(span, "window"), words(span, "state")
    if not span.get("usable"):
        return f"{name}: {state}, not counted" + (
            f" ({words(span, 'why')})" if span.get("why") else ""
        )
    ends = f"{figure(span.get('before'))} to {figure(span.get('after'))} %"
    return f"{name}: {ends}, {figure(span.get('pp'))} pp, {state}"


def grid(axis: TimeAxis, percent: Axis, most: int) -> Iterator[str]:
    """Lines at 0, 50 and 100 %, and the days below."""
    for value in (0, 50, 100):
        y = percent.at(value)
        yield line((axis.start, y), (axis.end, y), class_="grid")
        yield label(str(value), axis.start - 5, y + 4, text_anchor="end")
    for day in axis.days(most):
        x = axis.at(day)
        yield line((x, BOTTOM), (x, BOTTOM + 4), class_="grid")
        if axis.end - x > 26:  # the last day's name would be cut
            yield label(f"{day.day} {day:%b}", x, BOTTOM + 18, text_anchor="middle")


def resets_of(points: Sequence[Json]) -> list[datetime]:
    """The resets that readings name, each once; one that moved keeps both its times."""
    found: list[datetime] = []
    for reset in sorted({moment(p, "resets_at") for p in points if p.get("resets_at")}):
        if not found or reset - found[-1] > MINUTES:
            found.append(reset)
    return found


def paces(trace: Json, resets: Sequence[datetime], axis: TimeAxis, percent: Axis) -> Iterator[str]:
    """An even pace through each period: from 0 at its begin to 100 % at its reset."""
    length = LENGTHS.get(words(trace, "meter"))
    if length is None or len(resets) > 60:
        return
    for reset in resets:
        begin, end = max(reset - length, axis.low), min(reset, axis.high)
        if begin < end:
            heights = [100 * (1 - (reset - t) / length) for t in (begin, end)]
            corners = [
                (axis.at(t), percent.at(h)) for t, h in zip((begin, end), heights, strict=True)
            ]
            yield line(corners[0], corners[1], class_="pace")


def inside(trace: Json, axis: TimeAxis, percent: Axis, tint: int) -> Iterator[str]:
    """What windows took, thick; one stroke for all of them where they are too many to be met."""
    drawn = [
        (span, ends_of(span, axis, percent))
        for span in children(trace, "spans")
        if span.get("usable") and span.get("from") and span.get("to")
    ]
    if len(drawn) > MOST_TOLD:
        yield strokes((ends for _, ends in drawn), class_=f"inside p{tint}")
        return
    for span, (start, end) in drawn:
        yield line(start, end, span_words(span), class_=f"inside p{tint}")


def ends_of(span: Json, axis: TimeAxis, percent: Axis) -> tuple[Point, Point]:
    """Where a window's stretch of the meter begins and ends."""
    start = axis.at(moment(span, "from")), percent.at(number(span.get("before")) or 0.0)
    return start, (axis.at(moment(span, "to")), percent.at(number(span.get("after")) or 0.0))


def draw_refusals(trace: Json, axis: TimeAxis) -> Iterator[str]:
    """Windows whose two readings cannot be paired, hatched, with the reason."""
    for span in children(trace, "spans"):
        if span.get("usable") or not (span.get("from") and span.get("to")):
            continue
        x, end = axis.at(moment(span, "from")), axis.at(moment(span, "to"))
        wide = max(end - x, LEAST)
        yield box((x, TOP), (wide, BOTTOM - TOP), mark_words(trace, span), class_="refused")
        yield label("\u2715", x + wide / 2, TOP + 12, text_anchor="middle", class_="bad")


def outside(
    points: Sequence[Json], spans: Sequence[Json], axis: TimeAxis, percent: Axis, tint: int
) -> Iterator[str]:
    """Use between windows, dotted: from one reading to the next of the same period."""
    covered = {(words(s, "from"), words(s, "to")) for s in spans}
    found: list[tuple[Point, Point]] = []
    for before, after in pairwise(points):
        used = [number(p.get("used")) or 0.0 for p in (before, after)]
        if (words(before, "at"), words(after, "at")) in covered or used[1] < used[0]:
            continue
        if before.get("stale") or after.get("stale"):
            continue
        start, end = (
            (axis.at(moment(p, "at")), percent.at(u))
            for p, u in zip((before, after), used, strict=True)
        )
        found.append((start, end))
    yield strokes(found, class_=f"outside p{tint}")


def reset_marks(
    points: Sequence[Json], resets: Sequence[datetime], axis: TimeAxis
) -> Iterator[str]:
    """Each reset, with the points that were left when it came."""
    if len(resets) > 60:
        return
    for reset in resets:
        if not axis.low <= reset <= axis.high:
            continue
        x = axis.at(reset)
        told = f"reset at {reset:%Y-%m-%d %H:%MZ}"
        left = [
            number(p.get("used"))
            for p in points
            if p.get("resets_at") and abs(moment(p, "resets_at") - reset) <= MINUTES
        ]
        known = [used for used in left if used is not None]
        yield line((x, TOP - 4), (x, BOTTOM), told, class_="reset")
        if known and x > axis.start + 130 and len(resets) <= 3:
            yield label(
                f"at most {figure(100 - max(known))} unused",
                x - 5,
                TOP - 8 if x > axis.start + NAMED else TOP + 16,
                text_anchor="end",
                class_="soft",
            )
