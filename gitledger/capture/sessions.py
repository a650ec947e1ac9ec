"""Sessions of agents become windows: rows that nobody typed, from what this machine saw.

Everything is worked out anew from the local trace and compared with the rows that are there, so a
run that was killed is simply done again, and two at once record each fact once. A window that a
person opened is left alone.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from gitledger.book.book import Book
from gitledger.book.late_facts import give_windows
from gitledger.book.local_windows import remember_begun
from gitledger.book.windows import LedgerWindows, fold_book, new_window
from gitledger.book.world import DEFAULT_AGENT
from gitledger.capture.rollouts import leave_local_readings
from gitledger.capture.snapshot import account_of, worked_by_then
from gitledger.capture.source import machine_of
from gitledger.capture.spellrows import (
    Ours,
    SpellRows,
    key_of,
    known_of,
    over_of,
    side_values,
    whole,
)
from gitledger.capture.statefolder import machine_hash
from gitledger.capture.trace import SESSIONS, readings_since, sessions_since, size_of
from gitledger.errors import LedgerOutdated
from gitledger.git.branch.lock import naming
from gitledger.ledger.redaction import label
from gitledger.windows.nearest import Nearest, after_of, after_until, before_of, elsewhere
from gitledger.windows.sessions import BY_END, OwnStretch, SessionEvent, Spell, spells
from gitledger.windows.sighting import Seen
from gitledger.windows.thresholds import Thresholds
from gitledger.windows.window import AFTER, BEFORE, Capture, Window

HORIZON = timedelta(days=30)  # older sessions are history: their windows stand or never will
NEVER = timedelta(days=36_500)


@dataclass(frozen=True, slots=True)
class Near:
    """What is known around a spell: readings of its account, all spells, the limits, the time."""

    seen: tuple[Seen, ...]
    spells: Sequence[Spell]
    limits: Thresholds
    now: datetime

    def may_go_on(self, spell: Spell) -> bool:
        """Whether a session that is resumed now would go on with a spell that has ended."""
        return spell.why == BY_END and self.now <= spell.last + self.limits.after_delay


class Heard(NamedTuple):
    """The windows that changed by what sessions said, and those of them whose work is over.

    `waits` says that some window's reading after the work may still turn up, `until` up to when
    none of them ends by silence alone; None where none can.
    """

    changed: tuple[str, ...] = ()
    ended: tuple[str, ...] = ()
    waits: bool = False
    until: datetime | None = None


def record_sessions(book: Book, *, dry: bool = False) -> Heard:
    """Record what sessions in this repository began and ended; `dry` only finds out which.

    Raises LedgerOutdated where the ledger has no columns for it, and what recording raises.
    """
    environment, since = book.world.environment, book.world.now - HORIZON
    place = machine_hash(environment, str(book.repository.common))
    told = size_of(environment, SESSIONS)
    events = sessions_since(environment, since)
    if not any(event.place == place for event in events):
        return Heard()
    if "work_at" not in book.schema("snapshots").by_name:
        raise LedgerOutdated(
            "this ledger has no columns for windows that record themselves",
            "gitledger doctor --fix adds them",
        )
    if dry:
        return _told(book, events, place, dry=True)
    with naming(book.repository):  # by now another process may have recorded the same
        book.renew()
        if size_of(environment, SESSIONS) != told:
            events = sessions_since(environment, since)
        return _told(book, events, place, dry=False)


def _told(book: Book, events: Sequence[SessionEvent], place: str, *, dry: bool) -> Heard:
    """What the events of this place say, recorded unless `dry`."""
    folded = fold_book(book, ("snapshots", "windows", "commits"))
    limits, now = folded.terms.thresholds, book.world.now
    every = spells(
        events,
        now=now,
        idle=limits.idle,
        settle=limits.after_delay,
        own=_own_stretches(book, folded, events),
    )
    mine = [_ours(book, spell) for spell in every if spell.place == place]
    _leave_readings(book, mine)
    known, changed = known_of(book), dict[str, bool]()
    waits = False
    for ours in mine:
        near = Near(_seen(book, ours.spell), every, limits, now)
        waits = waits or _waits(ours.spell, near)
        window, drafts = _drafted(book, ours, known, near, over_of(mine, known))
        if drafts:
            changed[window] = ours.spell.ended
        if drafts and not dry:
            for values in drafts:
                book.append("snapshots", values, agent=ours.agent)
            known = known_of(book)
    if not dry:  # also for rows of a run that was killed
        here = {known.begun[key] for ours in mine if (key := key_of(ours)) in known.begun}
        remember_begun(book.repository, *sorted(here))
        give_windows(book, here)
    ended = tuple(window for window, over in changed.items() if over)
    return Heard((*changed,), ended, waits, _until(mine, limits, now))


def _until(mine: Sequence[Ours], limits: Thresholds, now: datetime) -> datetime | None:
    """When the first spell ends that nothing more is said of."""
    over = (
        ours.spell.last + (limits.after_delay if ours.spell.ended else limits.idle)
        for ours in mine
        if not ours.spell.ended or ours.spell.why == BY_END
    )
    return min((at for at in over if at >= now), default=None)


def _waits(spell: Spell, near: Near) -> bool:
    """Whether a spell's reading after the work is not there and may still come."""
    if not spell.ended or near.now > after_until(spell, near.limits):
        return False
    return after_of(spell, near.seen, near.spells, near.limits) is None


def _ours(book: Book, spell: Spell) -> Ours:
    account = account_of(book, spell.provider, label(spell.account))
    return Ours(spell, account, label(spell.who or DEFAULT_AGENT))


def _own_stretches(
    book: Book, folded: LedgerWindows, events: Sequence[SessionEvent]
) -> Mapping[tuple[str, str, str], tuple[OwnStretch, ...]]:
    """When persons had windows open, by the keys that sessions have."""
    keys = {event.key[1:] for event in events}
    far = book.world.now + NEVER
    found = {}
    for who, provider, account in keys:
        named = account_of(book, provider, label(account))
        agent = label(who or DEFAULT_AGENT)
        own = _typed(folded.windows, (agent, provider, named), far)
        found[who, provider, account] = tuple(own)
    return found


def _typed(
    windows: Sequence[Window], whose: tuple[str, str, str], far: datetime
) -> Iterator[OwnStretch]:
    """A person's windows of an agent on an account, from their start to their end."""
    agent, provider, account = whose
    begun = []
    for window in windows:
        before = window.capture(provider, account, BEFORE)
        if before is None or before.canonical.automatic or before.canonical.agent != agent:
            continue
        after = window.capture(provider, account, AFTER)
        final = window.finalised.canonical.finalised_at if window.finalised else far
        end = after.canonical.captured_at if after else final
        begun.append((before.canonical.captured_at, end))
    starts = sorted(start for start, _ in begun)
    for start, end in begun:
        following = next((other for other in starts if other > start), far)
        yield OwnStretch(start, min(end, following))


def _leave_readings(book: Book, mine: Sequence[Ours]) -> None:
    """Keep what this machine's files say now of the accounts in use here."""
    machine = machine_of(book.world, book.repository)
    for provider in dict.fromkeys(ours.spell.provider for ours in mine):
        starts = [ours.spell.start for ours in mine if ours.spell.provider == provider]
        known = readings_since(machine.environment, min(starts), provider=provider)
        since = known[-1].seen_at if known else min(starts) - timedelta(days=1)
        leave_local_readings(provider, machine, since)


def _drafted(
    book: Book, ours: Ours, known: SpellRows, near: Near, over: frozenset[str]
) -> tuple[str, list[dict[str, Any]]]:
    """The window of a spell, and the rows that say what is new of it."""
    spell = ours.spell
    key = key_of(ours)
    if key in known.ever and key not in known.begun:
        return "", []  # somebody voided it
    window = known.begun.get(key) or new_window(
        known.folded, ours.agent, spell.provider, itself=True, over=over
    )
    held = next((one for one in known.folded.windows if one.id == window), None)
    before, after = (
        held.capture(spell.provider, ours.account, phase) if held else None
        for phase in (BEFORE, AFTER)
    )
    if after and not after.canonical.automatic:
        return window, []  # a person ended it
    drafts = []
    is_read = bool(after and after.canonical.readings)
    if not is_read:
        nearest = before_of(spell, near.seen, near.spells, near.limits)
        if not _says(before, nearest, spell.start):
            drafts.append(side_values(ours, window, BEFORE, nearest))
            before = None
    drafts += _ending(ours, window, (before, after), near) if spell.ended else []
    for values in drafts:
        if values["phase"] == AFTER and values["readings"]:
            values.update(worked_by_then(book, known.folded, window))
    return window, drafts


def _ending(
    ours: Ours, window: str, sides: tuple[Capture | None, Capture | None], near: Near
) -> list[dict[str, Any]]:
    """The AFTER of a spell that is over, where it says more than the row that is there."""
    spell, (before, after) = ours.spell, sides
    nearest = after_of(spell, near.seen, near.spells, near.limits)
    is_said = after is not None and after.canonical.work_at == whole(spell.last)
    if after and is_said and (after.canonical.readings or nearest is None):
        return []
    if nearest is None and near.may_go_on(spell):
        return []  # a commit of the session that is resumed in a moment has a window then
    since = before.canonical.captured_at if before else spell.start
    used = elsewhere(spell, since, near.spells)
    return [side_values(ours, window, AFTER, nearest, used)]


def _says(capture: Capture | None, nearest: Nearest | None, start: datetime) -> bool:
    """Whether a BEFORE is on record that says what is known now."""
    if capture is None:
        return False
    shown = nearest.reading.seen_at if nearest else start
    return capture.canonical.captured_at == whole(shown)


def _seen(book: Book, spell: Spell) -> tuple[Seen, ...]:
    return readings_since(
        book.world.environment,
        spell.start - HORIZON,
        provider=spell.provider,
        account=spell.account,
    )
