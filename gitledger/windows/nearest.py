"""Which readings are the BEFORE and AFTER of a spell of work that nobody took a reading for. Pure.

Meters lag: a reading tells of a turn only some minutes later, and often the next one comes with a
turn of the next session. What such a turn may have used is told with the reading, as the meters
that were last seen before it.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from gitledger.windows.sessions import Spell
from gitledger.windows.sighting import Seen
from gitledger.windows.thresholds import Thresholds

# sources that are asked and not told: they answer without a turn
ASKED = frozenset({"zai", "claude-oauth"})
# what is asked so soon after a session began is from before its first turn
ASKED_AT_START = timedelta(minutes=2)


class Nearest(NamedTuple):
    """The reading that counts, and the meters last seen before a turn that it may hold or lack."""

    reading: Seen
    earlier: Seen | None = None


def before_of(
    spell: Spell, seen: Sequence[Seen], among: Sequence[Spell], limits: Thresholds
) -> Nearest | None:
    """The reading that a spell began with; None where none is known.

    The newest before it, once the work before that had settled in the meters. Else the first in
    it, which lacks the turn that it came with; `earlier` is then what was seen before.
    """
    last = _newest(seen, spell.start)
    settled = _settled_at(spell, among, limits)
    if last is not None and (settled is None or last.seen_at >= settled):
        return Nearest(last)
    begin = max(spell.start, settled or spell.start)
    at = bisect_left([one.seen_at for one in seen], begin)
    first = seen[at] if at < len(seen) else None
    if first is not None and first.seen_at <= spell.last:
        return Nearest(first, last)
    return Nearest(last) if last is not None else None


def after_of(
    spell: Spell, seen: Sequence[Seen], among: Sequence[Spell], limits: Thresholds
) -> Nearest | None:
    """The first reading from the delay after a spell's last work to the latest that counts."""
    if not spell.ended:
        return None
    at = bisect_left([one.seen_at for one in seen], spell.last + limits.after_delay)
    if at == len(seen) or seen[at].seen_at > after_until(spell, limits):
        return None
    found = seen[at]
    later = [s for s in among if _same_account(s, spell) and spell.last < s.start < found.seen_at]
    if not later or not _holds_a_turn(found, later):
        return Nearest(found)
    return Nearest(found, _newest(seen, min(s.start for s in later)))


def after_until(spell: Spell, limits: Thresholds) -> datetime:
    """Until when a reading may count as a spell's AFTER."""
    return spell.last + timedelta(hours=float(limits.late_after_hours))


def elsewhere(spell: Spell, before: datetime, among: Sequence[Spell]) -> int:
    """How many spells in other repositories used the account while it was metered."""
    return sum(
        1
        for other in among
        if _same_account(other, spell) and other.place != spell.place
        if other.start < spell.last and other.last > before
    )


def _same_account(one: Spell, other: Spell) -> bool:
    return (one.provider, one.account) == (other.provider, other.account)


def _newest(seen: Sequence[Seen], until: datetime) -> Seen | None:
    at = bisect_right([one.seen_at for one in seen], until)
    return seen[at - 1] if at else None


def _settled_at(spell: Spell, among: Sequence[Spell], limits: Thresholds) -> datetime | None:
    """When the meters told of all work on the account before a spell; None where none is known."""
    before = [s.last for s in among if _same_account(s, spell) and s.start < spell.start]
    over = [last for last in before if last <= spell.start]  # the others share the account
    return max(over) + limits.after_delay if over else None


def _holds_a_turn(found: Seen, later: Sequence[Spell]) -> bool:
    """Whether a reading that came in a later spell may tell of a turn of it."""
    if found.source not in ASKED:
        return True
    turned = any(turn <= found.seen_at for spell in later for turn in spell.turns)
    return turned or any(found.seen_at - spell.start > ASKED_AT_START for spell in later)
