"""One line of a check of the set-up: what was looked at and seen, and the next step."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CheckLine:
    """One check: its level (ok, note, warn, fail), what was looked at and seen, the next step.

    `note` is for what cannot be seen from here. `mended` says that `--fix` did it. A check that
    passes is a line too, so this is no `Problem`.
    """

    level: str
    check: str
    what: str
    hint: str = ""
    mended: bool = False
