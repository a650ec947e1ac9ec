"""What a card can say, and the ruling that a gate gives. Depends on nothing."""

from dataclasses import dataclass
from typing import Literal

Verdict = Literal["GO", "SOFT GO", "NO-GO", "HOLD", "INSUFFICIENT", "INVALID"]

EXITS: dict[str, int] = {"GO": 0, "NO-GO": 1, "INVALID": 1}
UNDECIDED = 4


@dataclass(frozen=True, slots=True)
class Ruling:
    """A verdict with the id of the rule that gave it, its reasons and what would change it."""

    verdict: Verdict
    rule: str
    reasons: tuple[str, ...]
    would_flip: tuple[str, ...] = ()

    @property
    def exit_code(self) -> int:
        """0 GO, 1 NO-GO or INVALID, 4 SOFT GO, HOLD or INSUFFICIENT."""
        return EXITS.get(self.verdict, UNDECIDED)
