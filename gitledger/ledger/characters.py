"""Characters that nobody sees, or that make a line read otherwise than it is. Pure.

Controls, bidirectional marks, zero-width characters and line separators: names may not hold them,
and whatever is shown to a person shows them escaped, so that two texts that look alike are alike.
"""

import re

# controls but tab and line feed; surrogates; format characters (bidirectional, joiners, tags),
# separators of lines and paragraphs, and letters without a shape
_CONTROLS = "\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff"
_UNSEEN = (
    "\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f"
    "\u3164\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
HIDDEN = re.compile(f"[{_CONTROLS}{_UNSEEN}]")
_COLOURS = r"\x1b\[(?:[0-2]|3[1-6]|1;3[1-6])?m"  # those that `report.console` makes
_UNWRITTEN = re.compile(f"({_COLOURS})|[{_CONTROLS}{_UNSEEN}]")


def escape(character: str) -> str:
    """A character by its number, as Python writes it."""
    code = ord(character)
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def visible_text(text: str, *, colour: bool = False) -> str:
    """The text as a person may see it; with `colour` the program's own colours stay."""
    if text.isascii() and text.isprintable():
        return text
    if not colour:
        return HIDDEN.sub(lambda found: escape(found[0]), text)
    return _UNWRITTEN.sub(lambda found: found[1] or escape(found[0]), text)


def shown_in_json(text: str) -> str:
    """A JSON text with the same value, hidden characters written as JSON escapes."""
    return text if text.isascii() else HIDDEN.sub(_json_escape, text)


def _json_escape(found: re.Match[str]) -> str:
    code = ord(found[0])
    if code < 0x10000:
        return f"\\u{code:04x}"
    high, low = divmod(code - 0x10000, 0x400)
    return f"\\u{0xD800 + high:04x}\\u{0xDC00 + low:04x}"
