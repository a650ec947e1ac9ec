"""The rows of spells of work: which are on the branch, and what each side of a spell says."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from gitledger.book.book import Book
from gitledger.book.windows import LedgerWindows, fold_book
from gitledger.ledger.automatic import AUTOMATIC, BY, is_automatic
from gitledger.ledger.codec import encode_json
from gitledger.ledger.row import Row
from gitledger.ledger.values import stamp
from gitledger.windows.nearest import Nearest
from gitledger.windows.sessions import Spell
from gitledger.windows.snapshot import moment
from gitledger.windows.window import BEFORE

SOURCE = "session"  # of a row without a reading: only a hook spoke


@dataclass(frozen=True, slots=True)
class Ours:
    """A spell of this repository as its rows name it: the account's label and the agent's name."""

    spell: Spell
    account: str
    agent: str


Key = tuple[str, str, str, datetime | None]


@dataclass(frozen=True, slots=True)
class SpellRows:
    """What the branch holds of spells: windows by spell, those ever recorded, all windows."""

    begun: Mapping[Key, str]
    ever: frozenset[Key]
    folded: LedgerWindows


def known_of(book: Book) -> SpellRows:
    """The spells that the branch holds."""
    live = begun_in(book.rows("snapshots"))
    ever = begun_in(book.rows("snapshots", raw=True))
    return SpellRows(live, frozenset(ever), fold_book(book, ("snapshots", "windows", "commits")))


def begun_in(rows: Sequence[Row]) -> Mapping[Key, str]:
    """The windows of rows that recorded themselves at a spell's beginning."""
    found: dict[Key, str] = {}
    for row in rows:
        values = row.values
        if is_automatic(values) and values.get("phase") == BEFORE:
            whose = (str(values.get("provider")), str(values.get("account")))
            found[(*whose, row.agent, moment(values.get("work_at")))] = str(values.get("window"))
    return found


def key_of(ours: Ours) -> Key:
    """What a spell is told by in rows: account, agent, beginning."""
    return (ours.spell.provider, ours.account, ours.agent, whole(ours.spell.start))


def over_of(spells: Sequence[Ours], known: SpellRows) -> frozenset[str]:
    """The windows in which no spell goes on, whether or not a row says so yet."""
    here = [(ours, known.begun.get(key_of(ours))) for ours in spells]
    live = {window for ours, window in here if window and not ours.spell.ended}
    return frozenset(window for _, window in here if window and window not in live)


def whole(at: datetime) -> datetime | None:
    """A moment as a row holds it."""
    return moment(stamp(at))


def side_values(
    ours: Ours, window: str, phase: str, nearest: Nearest | None, used: int = 0
) -> dict[str, Any]:
    """The columns of one side of a spell; of the same facts the same, whenever they are made."""
    spell = ours.spell
    work_at = spell.start if phase == BEFORE else spell.last
    reading = nearest.reading if nearest else None
    values: dict[str, Any] = {
        "window": window,
        "provider": spell.provider,
        "account": ours.account,
        "phase": phase,
        "captured_at": stamp(reading.seen_at if reading else work_at),
        "source": reading.source if reading else SOURCE,
        "readings": [dict(shown) for shown in reading.readings] if reading else [],
        BY: AUTOMATIC,
        "work_at": stamp(work_at),
    }
    if reading:
        values["source_at"] = stamp(reading.seen_at)
    if nearest and nearest.earlier:
        values["earlier"] = [dict(shown) for shown in nearest.earlier.readings]
        values["earlier_at"] = stamp(nearest.earlier.seen_at)
    if used:
        values["elsewhere"] = used
    values["source_sha256"] = sha256(encode_json(values)).hexdigest()
    return values
