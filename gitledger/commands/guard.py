"""`guard`: is there enough left of a provider's meter? 0 enough, 1 below, 3 unknown."""

from datetime import UTC
from decimal import Decimal, InvalidOperation

from gitledger.book.book import Book
from gitledger.book.opening import open_book
from gitledger.book.windows import fold_book
from gitledger.book.world import World
from gitledger.capture.local import freshest
from gitledger.capture.source import machine_of, provider_of
from gitledger.commands.result import Result, wrap_lines
from gitledger.errors import EXIT_CANNOT, EXIT_NO, EXIT_YES, GitledgerError, NoMeter, UsageError
from gitledger.ledger.values import stamp
from gitledger.meters.reading import reading_to_map
from gitledger.meters.registry import parse
from gitledger.report.capture_text import guard_line, unknown_line
from gitledger.windows.pace import has_reset, last_readings
from gitledger.windows.snapshot import DEFAULT_BUCKET, MeterReading, reading_of
from gitledger.windows.thresholds import Terms

SCHEMA = "gitledger.guard/1"
FULL = Decimal(100)


def guard(
    world: World,
    source: str,
    *,
    need: str,
    meter: str = "",
    account: str = "default",
    fail_open: bool = False,
) -> Result:
    """As `guard_by_reading`; with `fail_open` what is not known lets through, and a note says so.

    A script that must not stop for a missing reading asks so; wrong words are refused all the same.
    """
    try:
        found = guard_by_reading(world, source, need=need, meter=meter, account=account)
    except GitledgerError as error:  # --fail-open is for what cannot be known, not for wrong words
        if not fail_open or error.exit_code != EXIT_CANNOT:
            raise
        told: dict[str, object] = {
            "provider": source,
            "meter": meter or None,
            "need_pp": _points(need),
        }
        payload = {**told, "left_pp": None, "enough": None, "why": error.what}
        found = Result(
            SCHEMA, payload, wrap_lines(unknown_line(source, error.what)), (), EXIT_CANNOT
        )
    if not fail_open or found.exit_code != EXIT_CANNOT:
        return found
    note = f"warning: {source}: not known what is left ({found.payload['why']}); let through"
    payload = {**found.payload, "failed_open": True}
    return found._replace(payload=payload, notes=(*found.notes, note), exit_code=EXIT_YES)


def guard_by_reading(
    world: World, source: str, *, need: str, meter: str = "", account: str = "default"
) -> Result:
    """Whether `need` percentage points are left of a meter, by its newest reading.

    The capacity meter is asked unless another is named; a fresher reading in the agent's own
    files wins over the recorded one. A meter that was reset since its reading is unknown.
    """
    wanted = _points(need)
    provider = provider_of(source)
    book = open_book(world)
    folded = fold_book(book, ("snapshots",))
    asked = meter or folded.terms.capacity_meter(provider)
    recorded = [
        last.reading
        for last in last_readings(folded.windows)
        if (last.provider, last.account) == (provider, account)
    ]
    known = [r for r in (*recorded, *_local(book, provider)) if r.key == (DEFAULT_BUCKET, asked)]
    newest = max(known, key=lambda reading: reading.captured_at, default=None)
    return _answer(world, (provider, asked), newest, wanted, folded.terms)


def _answer(
    world: World, asked: tuple[str, str], newest: MeterReading | None, wanted: Decimal, terms: Terms
) -> Result:
    provider, meter = asked
    payload = {"provider": provider, "meter": meter, "need_pp": wanted, "left_pp": None}
    if newest is None or has_reset(newest, world.now):
        why = "no reading is known" if newest is None else "the meter was reset since its reading"
        told = {**payload, "enough": None, "why": why}
        return Result(SCHEMA, told, wrap_lines(guard_line(told)), exit_code=EXIT_CANNOT)
    left = FULL - newest.used
    enough = left >= wanted
    told = payload | {"left_pp": left, "enough": enough, "used_pct": newest.used}
    told |= {"captured_at": stamp(newest.captured_at), "buffer_pp": terms.thresholds.buffer_pp}
    code = EXIT_YES if enough else EXIT_NO
    return Result(SCHEMA, told, wrap_lines(guard_line(told)), exit_code=code)


def _points(text: str) -> Decimal:
    try:
        points = Decimal(text)
    except InvalidOperation:
        points = Decimal("NaN")
    if not points.is_finite() or not 0 <= points <= FULL:
        raise UsageError(f"--need {text}: not a number of points from 0 to 100", "--need 15")
    return points


def _local(book: Book, provider: str) -> list[MeterReading]:
    """What the agent's own files say now; nothing when they say nothing."""
    try:
        found = freshest(provider, machine_of(book.world, book.repository))
    except NoMeter:  # rows alone answer then
        return []
    parsed = parse(found.source, found.text, at=found.written_at, tz=UTC)
    maps = [reading_to_map(reading) for reading in parsed.readings]
    read = (reading_of(shown, found.written_at) for shown in maps)
    return [reading for reading in read if reading is not None]
