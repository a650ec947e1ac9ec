"""Hidden characters are shown by their number, in text and in JSON."""

import json

import pytest

from gitledger.ledger.characters import HIDDEN, shown_in_json, visible_text

HIDE = ["\u202e", "\u2066", "\u200b", "\u200d", "\ufeff", "\u2028", "\x1b", "\x85", "\U000e0041"]


@pytest.mark.parametrize("character", HIDE)
def test_shown(character: str) -> None:
    """The character is gone, its number is there; JSON keeps the value."""
    text = f"a{character}b"
    assert HIDDEN.search(visible_text(text)) is None
    assert f"{ord(character):x}" in visible_text(text)
    spelled = shown_in_json(json.dumps(text, ensure_ascii=False))
    assert (text, None) == (json.loads(spelled), HIDDEN.search(spelled))


def test_lines_and_letters_stay() -> None:
    """Line ends, tabs, accents and emoji are no hidden characters."""
    text = "é\tß\n名 \U0001f600"
    assert (text, text) == (visible_text(text), visible_text(text, colour=True))


def test_only_our_colours_stay() -> None:
    """Red, bold and reset pass with colour; concealing and moving the cursor never do."""
    assert visible_text("\x1b[31mx\x1b[0m", colour=True) == "\x1b[31mx\x1b[0m"
    assert visible_text("\x1b[31mx\x1b[0m") == "\\x1b[31mx\\x1b[0m"
    assert visible_text("\x1b[8mx\x1b[2J", colour=True) == "\\x1b[8mx\\x1b[2J"
