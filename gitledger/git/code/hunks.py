"""The hunks of a patch as numbers. Depends on the change that they belong to alone."""

import re

from gitledger.lines.change import Hunks

HUNK = re.compile(rb"\n@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@")


def hunks_of(piece: bytes) -> Hunks:
    """The hunks of one file's patch; git counts lines from 1 and from 0 where it names none."""
    numbers: list[int] = []
    for old, cut, new, grown in HUNK.findall(piece):
        old_count = int(cut) if cut else 1
        new_count = int(grown) if grown else 1
        numbers += (
            int(old) - (old_count > 0),
            old_count,
            int(new) - (new_count > 0),
            new_count,
        )
    return tuple(numbers)
