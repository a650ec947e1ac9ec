"""The pictures in docs/captures are what the program draws today."""

from pathlib import Path

import pytest
from terminal_picture import terminal_svg
from test_card_text import WEEK, WINDOW
from test_preview_text import PREVIEW

from gitledger.report.card_text import card_text
from gitledger.report.preview_text import preview_text

CAPTURES = Path(__file__).resolve().parents[2] / "docs/captures"
DRAWN = {
    "card-week": (card_text, WEEK, "gitledger card WEEK0"),
    "card-window": (card_text, WINDOW, "gitledger card W0-01"),
    "preview": (preview_text, PREVIEW, "gitledger preview"),
}


@pytest.mark.parametrize("width", [80, 120])
@pytest.mark.parametrize("name", DRAWN)
def test_a_picture_is_up_to_date(request, name, width):
    """Byte for byte; `--update-golden` draws it again."""
    render, payload, title = DRAWN[name]
    drawn = terminal_svg(render(payload, width=width, colour=True), title=title, width=width)
    kept = CAPTURES / f"{name}-{width}.svg"
    if request.config.getoption("--update-golden"):
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_text(drawn, encoding="utf-8")
    assert kept.read_text(encoding="utf-8") == drawn
    assert "url(http" not in drawn.replace('"', "")
