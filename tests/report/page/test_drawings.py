"""The drawings as values: what is drawn, what is left out, and that texts cannot break out."""

from xml.etree import ElementTree as ET

import pytest

from gitledger.report.page.forest import NARROW, WIDE, forest
from gitledger.report.page.growth import growth
from gitledger.report.page.line_fates import draw_shares
from gitledger.report.page.quota import quota
from gitledger.report.page.survival import survival

SVG = ".//"
EVIL = '"><script>alert(1)</script>'


def arm(
    name: str, value: float | None, ends: tuple[float, float] | None = None
) -> dict[str, object]:
    """An arm of a card with one number, delivered and lasting alike."""
    low, high = ends or (None, None)
    made = {"value": value, "low": low, "high": high, "n": 5, "method": "shrunk-log-t"}
    return {
        "name": name,
        "meter": "weekly",
        "unit": "pp",
        "efficiency": made,
        "lasting_per_pp": made,
    }


def parsed(drawing: str) -> ET.Element:
    """The drawing as XML: it must be well-formed."""
    return ET.fromstring(drawing)  # noqa: S314 - our own text


def marks(drawing: str, kind: str, word: str) -> list[ET.Element]:
    """Elements of a kind with a word in their class."""
    return [e for e in parsed(drawing).iter(kind) if word in e.get("class", "").split()]


@pytest.mark.parametrize("layout", [WIDE, NARROW])
def test_the_forest_has_a_filled_and_a_hollow_mark_for_each_arm(layout: object) -> None:
    """And a line for each interval; the same providers have the same shape."""
    drawing = forest([arm("codex", 0.2, (0.1, 0.4)), arm("glm", 0.3, (0.2, 0.5))], layout)  # type: ignore[arg-type]
    assert len(marks(drawing, "line", "solid")) == len(marks(drawing, "line", "hollow")) == 2
    assert len(marks(drawing, "circle", "mark")) == len(marks(drawing, "rect", "mark")) == 2


def test_an_unknown_number_has_no_mark_and_says_so() -> None:
    """It is no zero at the edge."""
    drawing = forest([arm("codex", None), arm("glm", 0.3, (0.2, 0.5))], WIDE)
    assert len(marks(drawing, "circle", "mark")) == 0
    assert "unknown" in drawing


def test_bounds_alone_are_a_line_without_a_point() -> None:
    """While churn is open nobody knows where between them the number is."""
    drawing = forest([arm("codex", None, (0.2, 0.5))], WIDE)
    assert len(marks(drawing, "line", "solid")) == 1
    assert not marks(drawing, "circle", "mark")
    assert "0.200-0.500" in drawing


def test_a_number_of_zero_stands_at_the_edge_and_says_that_it_lies_beyond() -> None:
    """A log scale has no 0."""
    assert "0 lies beyond the edge" in forest([arm("codex", 0.0, (0.0, 0.4))], WIDE)


def test_lines_are_laid_end_to_end() -> None:
    """Kept, gone, open: their widths are their shares of the longest bar."""
    lines = [{"arm": "codex", "merged": 100, "kept": 60, "gone": 30, "open": 10, "ranges": 2}]
    drawing = draw_shares(lines, "wide")
    widths = [
        float(marks(drawing, "rect", p)[0].get("width", "0")) for p in ("kept", "gone", "open")
    ]
    assert widths == pytest.approx([254.4, 127.2, 42.4])
    assert "30.0 % gone, 10 open" in drawing
    assert "not measured" in draw_shares([{"arm": "codex", "merged": None}], "wide")


TRACE = {
    "provider": "codex", "account": "default", "meter": "weekly",
    "points": [
        {"window": w, "at": at, "used": used, "resets_at": "2026-03-08T18:00:00Z", "stale": None}
        for w, at, used in (
            ("A", "2026-03-02T09:00:00Z", 8), ("A", "2026-03-02T11:00:00Z", 22),
            ("B", "2026-03-03T09:00:00Z", 30), ("B", "2026-03-03T11:00:00Z", 26),
        )
    ],
    "spans": [
        {"window": "A", "from": "2026-03-02T09:00:00Z", "to": "2026-03-02T11:00:00Z",
         "before": 8, "after": 22, "pp": 14, "state": "valid", "usable": True, "why": ""},
        {"window": "B", "from": "2026-03-03T09:00:00Z", "to": "2026-03-03T11:00:00Z",
         "before": 30, "after": 26, "pp": None, "state": "non-monotonic", "usable": False,
         "why": "fell from 30 to 26 %"},
    ],
}  # fmt: skip


@pytest.mark.parametrize("form", ["wide", "narrow"])
def test_a_meter_shows_what_lies_inside_windows_and_what_between(form: str) -> None:
    """Thick inside, dotted between, hatched with the reason where two readings do not pair."""
    drawing = quota(TRACE, 0, form)
    assert len(marks(drawing, "line", "inside")) == len(marks(drawing, "path", "outside")) == 1
    (refused,) = marks(drawing, "rect", "refused")
    assert refused[0].text == "B: non-monotonic, not counted (fell from 30 to 26 %)"
    assert len(marks(drawing, "line", "reset")) == 1
    assert "at most 70 unused" in drawing


def test_features_grow_over_points_under_the_ceiling() -> None:
    """A step a window, a line for the best mix."""
    steps = [
        {
            "arm": "codex",
            "meter": "weekly",
            "windows": [
                {"window": "A", "used": 10, "features": 2},
                {"window": "B", "used": 20, "features": 3},
            ],
        }
    ]
    drawing = growth(steps, {"total": 9}, [0], "wide")
    assert len(marks(drawing, "circle", "mark")) == 2
    assert "best mix: at most 9 features" in drawing
    assert not marks(growth(steps, {"total": None}, [0], "wide"), "line", "ceiling")


def test_names_of_lines_that_end_together_stand_above_each_other() -> None:
    """None covers another; one that ends elsewhere stands at its own end."""
    ends = {"codex": (10, 2), "claude": (10, 2), "glm": (10, 3), "far": (60, 40)}
    steps = [
        {"arm": arm, "meter": "weekly", "windows": [{"window": "A", "used": x, "features": y}]}
        for arm, (x, y) in ends.items()
    ]
    drawing = growth(steps, {"total": None}, range(4), "wide")
    found = {t.text: float(t.get("y", "")) for t in marks(drawing, "text", "strong")}
    lowest, *rest = sorted((found[name] for name in ("codex", "claude", "glm")), reverse=True)
    assert [lowest - y for y in rest] == [13, 26]
    assert lowest - found["far"] > 100


def test_the_survival_curve_falls_in_steps_and_has_a_band_only_with_an_interval() -> None:
    """Corners of a stair, not a slope."""
    steps = [
        {"day": 1, "share": 1, "low": 1, "high": 1},
        {"day": 2, "share": 0.5, "low": 0.2, "high": 0.9},
    ]
    curve = {"steps": steps, "n": 3, "lines": 40}
    assert marks(survival(curve, "wide"), "path", "band")
    bare = {"steps": [{"day": 2, "share": 0.5, "low": None, "high": None}], "n": 1, "lines": 4}
    assert not marks(survival(bare, "wide"), "path", "band")
    assert "No band" in survival(bare, "wide")


def test_texts_stay_texts() -> None:
    """A name with markup is shown, not run; every drawing is well-formed ET."""
    trace = {**TRACE, "account": EVIL}
    for drawing in (
        forest([arm(EVIL, 0.2, (0.1, 0.4))], WIDE),
        draw_shares([{"arm": EVIL, "merged": 3, "kept": 3, "gone": 0, "open": 0}], "narrow"),
        quota(trace, 0, "wide"),
    ):
        root = parsed(drawing)
        assert not list(root.iter("script"))
        assert EVIL in "".join(root.itertext())
        names = {name for element in root.iter() for name in element.attrib}
        assert not [name for name in names if name == "style" or name.startswith("on")]
