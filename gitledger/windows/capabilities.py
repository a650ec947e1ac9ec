"""Capabilities as a text names them: one, several, or a range of them. Depends on nothing."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]*")
ID = re.compile(r"[A-Za-z][A-Za-z_]*[-_.]?\d+(?:[-_.]\d+)*")
RANGE = re.compile(r"(.*?)(\d+)\.\.(.*?)(\d+)\Z")
MOST = 1000  # of one range: CAP-1..CAP-999999 is a slip of the hand


@dataclass(frozen=True, slots=True)
class Capabilities:
    """The capabilities of the map; without a map every name is one."""

    known: frozenset[str] = frozenset()

    def holds(self, name: str) -> bool:
        """Whether a name is that of a capability."""
        return not self.known or name in self.known

    def named_by(self, text: str) -> tuple[str, ...]:
        """The capabilities that the text of a trailer names; none where it is a description.

        `CAP-3`, `CAP-3: quoted cells`, `CAP-1, CAP-2` and `CAP-1..CAP-3` name some. A single word,
        and one that is built like an id, names a capability whether the map has it or not.
        """
        parts = [part.strip() for part in text.split(",")]
        if parts[1:] and all(self._is_name(part) for part in parts):
            return tuple(dict.fromkeys(name for part in parts for name in spell_out(part)))
        head = re.split(r"[\s:,(]", text, maxsplit=1)[0]
        if head != text and not (head in self.known or ID.fullmatch(head)):
            return ()
        return spell_out(head) if self._is_name(head) else ()

    def _is_name(self, part: str) -> bool:
        return part in self.known or WORD.fullmatch(part) is not None


def spell_out(text: str) -> tuple[str, ...]:
    """`CAP-01..CAP-03` as the three names that it stands for; any other text as it is.

    The part before the number is the same on both sides, or is left out on the second; the
    number of digits of the first is kept.
    """
    found = RANGE.match(text)
    if not found or found[3] not in {found[1], ""}:
        return (text,)
    first, last = int(found[2]), int(found[4])
    if not first <= last < first + MOST:
        return (text,)
    width = len(found[2])
    return tuple(f"{found[1]}{number:0{width}d}" for number in range(first, last + 1))


def refused_range(text: str) -> str:
    """Why a text that is written as a range of capabilities is none; "" where it is one, or none.

    For what a person types: a range that says nothing must not become a name.
    """
    if ".." not in text:
        return ""
    found = RANGE.match(text)
    if not found or found[3] not in {found[1], ""}:
        return "is not a range like CAP-01..CAP-03"
    if int(found[4]) < int(found[2]):
        return "ends before it begins"
    return "" if int(found[4]) < int(found[2]) + MOST else f"is of more than {MOST} capabilities"


def names(texts: Sequence[str]) -> tuple[str, ...]:
    """The capabilities that some words name, ranges spelled out, each once."""
    return tuple(dict.fromkeys(name for text in texts for name in spell_out(text)))
