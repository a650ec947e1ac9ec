"""A pane on its way to a row: the text that is given, read, and refused where it is in error."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any

from gitledger.book.book import Book
from gitledger.book.world import World
from gitledger.capture.clock import moment_of, zone_of
from gitledger.capture.snapshot import CaptureOptions, ReadingPlace, snapshot_values
from gitledger.capture.source import Given, given_text, read_given
from gitledger.errors import InvalidData, Problem, with_noun
from gitledger.git.repository import Repository
from gitledger.ledger.row import Value
from gitledger.ledger.values import stamp
from gitledger.meters.reading import Parsed, reading_to_map
from gitledger.windows.delta import stale_by_clock
from gitledger.windows.snapshot import reading_of


@dataclass(frozen=True, slots=True)
class Shown:
    """A pane that was read: the text, what it says, when it was shown, in which zone.

    `source_at` is the moment that the source itself gives for its figures, None when it gives
    none (a pasted panel): two readings of one such moment are one reading.
    """

    given: Given
    parsed: Parsed
    captured_at: datetime
    zone: tzinfo
    source_at: datetime | None = None


def show_pane(
    world: World, source: str, options: CaptureOptions, *, repository: Repository | None = None
) -> Shown:
    """The pane that is given, read.

    Raises what reading it raises, and InvalidData for a reading with an error, unless the
    options keep it or nobody is there who could take another (an agent's hook).
    """
    zone = zone_of(world, options.tz)
    at = moment_of(options.at, zone, world.now)
    given = given_text(world, source, options.origin, repository=repository, local=options.local)
    parsed = read_given(given, at=at or world.now, zone=zone, keep=options.keep)
    own = parsed.captured_at or given.captured_at
    shown = Shown(given, parsed, at or own or world.now, zone, own)
    if not (options.keep or options.unattended):
        refuse_errors(shown)
    return shown


def refuse_errors(shown: Shown) -> None:
    """Raise InvalidData with every error of a reading: what is recorded is meant to count."""
    if not shown.parsed.readings:  # counters and events have no pane that could be wrong
        return
    found = [p for p in shown.parsed.problems if p.severity == "error"]
    found += stale_meters(shown)
    if found:
        raise InvalidData(
            f"the reading has {with_noun(len(found), 'error')}; nothing was recorded",
            "take a fresh, whole reading and give it again; --keep records this one, marked",
            found,
        )


def stale_meters(shown: Shown) -> Iterator[Problem]:
    """An error for each meter whose own reset says that the pane is older than it is given for."""
    for reading in shown.parsed.readings:
        known = reading_of(reading_to_map(reading), shown.captured_at)
        why = stale_by_clock(known) if known else ""
        if why:
            yield Problem(
                reading.meter,
                why,
                "run /status or /usage again and record the new output",
                "stale-pane",
            )


def values_of(
    book: Book, place: ReadingPlace, shown: Shown, options: CaptureOptions
) -> dict[str, Value]:
    """The columns of the snapshots row that a pane shown becomes.

    A ledger of 0.1.0 that was not upgraded has no column for the source's own moment.
    """
    values = snapshot_values(
        place,
        shown.given,
        shown.parsed,
        captured_at=shown.captured_at,
        zone=shown.zone,
        options=options,
    )
    own = {"source_at": stamp(shown.source_at)} if shown.source_at else {}
    return values | book.held("snapshots", own)


def origin_of(given: Given, now: datetime) -> Mapping[str, Any]:
    """Where a reading came from when nobody named the place: name, time written, age in minutes.

    Empty for a text that the person gave.
    """
    if not given.local or given.captured_at is None:
        return {}
    age = max((now - given.captured_at).total_seconds(), 0) / 60
    return {
        "place": given.origin,
        "written_at": stamp(given.captured_at),
        "age_minutes": round(age, 1),
    }
