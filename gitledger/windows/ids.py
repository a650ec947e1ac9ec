"""Window ids and the next one. Depends on the rules for names."""

import re
from collections.abc import Collection

FIRST = "W0-01"
TRAILING_NUMBER = re.compile(r"^(?P<stem>.*?)(?P<number>[0-9]+)$", re.DOTALL)


def following(window: str) -> str:
    """The id after this one: trailing number + 1 with its zero padding, else `-1` appended."""
    match = TRAILING_NUMBER.match(window)
    if match is None:
        return f"{window}-1"
    number = match["number"]
    return f"{match['stem']}{int(number) + 1:0{len(number)}d}"


def next_id(last: str | None, taken: Collection[str] = ()) -> str:
    """The id for a provider's next window after its `last` one, passing over those `taken`."""
    candidate = FIRST if last is None else following(last)
    while candidate in taken:
        candidate = following(candidate)
    return candidate


def nearest(window: str, known: Collection[str], *, most: int = 3) -> tuple[str, ...]:
    """The known ids that look most like an unknown one, best first."""
    wanted = _pairs(window)
    scored = [(-_likeness(wanted, _pairs(other)), other) for other in known]
    return tuple(other for score, other in sorted(scored) if score < 0)[:most]


def _pairs(text: str) -> frozenset[str]:
    """The adjacent pairs of characters of a text, case ignored, its ends included."""
    framed = f"^{text.casefold()}$"
    return frozenset(framed[i : i + 2] for i in range(len(framed) - 1))


def _likeness(one: frozenset[str], other: frozenset[str]) -> float:
    """Share of common pairs (Dice), 0 to 1; under a quarter counts as nothing in common."""
    share = 2 * len(one & other) / (len(one) + len(other))
    return share if share >= 0.25 else 0.0
