"""Raw terminal bytes as a screen: what stands there at the end, and what went before it."""

from datetime import UTC, datetime

import pytest

from gitledger.meters import registry, screen
from gitledger.meters.problems import codes

AT = datetime(2026, 3, 3, 20, 0, tzinfo=UTC)
PANEL = (
    "  Settings  Status   Config   Usage   Stats",
    "",
    "  Current session",
    f"  {'█' * 8:<50} 16% used",
    "  Resets 11:10pm (UTC)",
    "",
    "  Current week (all models)",
    f"  {'█' * 28:<50} 56% used",
    "",
    "  Esc to cancel",
)
CLEAR = "\x1b[2J\x1b[H"
DRAWN = CLEAR + "".join(f"\x1b[{n};1H{row}" for n, row in enumerate(PANEL, start=1))


@pytest.mark.parametrize(
    ("raw", "rows"),
    [
        ("16%\x1b[1G32", ["32%"]),
        ("\x1b[mab\rx", ["xb"]),
        ("ab\x1b[2Dx", ["xb"]),
        ("one\ntwo\x1b[1A\x1b[1Gu", ["une", "two"]),
        ("one\ntwo\x1b[1;1H\x1b[2K", ["", "two"]),
        ("abc\x1b[2G\x1b[P", ["ac"]),
        ("abc\x1b[2G\x1b[2@", ["a  bc"]),
        ("abc\x1b[2G\x1b[X", ["a c"]),
        ("one\ntwo\x1b[1;1H\x1b[L", ["", "one", "two"]),
        ("one\ntwo\x1b[2;1H\x1b[1M", ["one"]),
        ("one\ntwo\x1b[1;1H\x1bMnil", ["nil", "one", "two"]),
        ("\x1b[2;1Htwo\nthree", ["", "two", "three"]),
        ("\x1b7ab\x1b8x", ["xb"]),
        ("語\x1b[3Gx", ["語x"]),
    ],
)
def test_cells_are_painted_where_the_cursor_stands(raw: str, rows: list[str]) -> None:
    """Moves, erasures, insertions and scrolling leave what a terminal shows."""
    assert screen.is_screen(raw)
    assert screen.screen_rows(raw).split("\n") == rows


def test_rows_that_scrolled_away_come_first() -> None:
    """A region of two rows that gets four lines keeps all of them in their order."""
    raw = "\x1b[1;2r\x1b[1;1Hone\r\ntwo\r\nthree\r\nfour"
    assert screen.screen_rows(raw).split("\n") == ["one", "two", "three", "four"]


def test_a_panel_that_is_repainted_in_place() -> None:
    """Cells that are overwritten later read as what the screen shows at the end."""
    repaint = f"\x1b[4;11H{'█' * 8}\x1b[4;54H32\x1b[8;54H57\x1b[8;31H▌\r\x1b[12;1H"
    parsed = registry.parse("claude", DRAWN + repaint, at=AT, tz=UTC)
    assert [reading.used_pct for reading in parsed.readings] == [32, 57]
    assert codes(parsed.problems) == ()


@pytest.mark.parametrize(
    "end", [f"{CLEAR}$ ", "\x1b[?1049l$ ", "\x1b[2K\x1b[1A" * 9 + "\x1b[2K\x1b[G$ "]
)
def test_a_panel_that_was_closed_is_read_as_it_stood(end: str) -> None:
    """A screen that showed a percent is kept when it is wiped, whole or row by row."""
    parsed = registry.parse("claude", DRAWN + end, at=AT, tz=UTC)
    assert [reading.used_pct for reading in parsed.readings] == [16, 56]


def test_the_last_screen_counts() -> None:
    """Of two panels drawn one after the other the later one is read."""
    later = DRAWN.replace("16%", "17%")
    parsed = registry.parse("claude", DRAWN + later, at=AT, tz=UTC)
    assert parsed.readings[0].used_pct == 17


@pytest.mark.parametrize("text", ["a\rb", "\x1b[1mbold\x1b[0m\r\n", "plain", "\x1b[2Ktext"])
def test_a_text_that_only_has_colours_is_no_screen(text: str) -> None:
    """Without moves of the cursor a text is its lines."""
    assert not screen.is_screen(text)
