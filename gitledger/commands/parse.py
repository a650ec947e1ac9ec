"""`parse`: what a text would be recorded as; no repository is needed and nothing is stored."""

from collections.abc import Mapping
from typing import Any

from gitledger.book.world import World
from gitledger.capture.clock import moment_of, zone_of
from gitledger.capture.pane import origin_of
from gitledger.capture.snapshot import CaptureOptions
from gitledger.capture.source import given_text, parsed_at, provider_of
from gitledger.commands.result import Result, lines
from gitledger.errors import EXIT_CANNOT, EXIT_YES
from gitledger.ledger.values import stamp
from gitledger.meters.reading import known_fields, problem_to_map, reading_to_map
from gitledger.report.capture_text import parse_lines


def parse(world: World, source: str, options: CaptureOptions) -> Result:
    """Read a text as a source. Exit 3 when it holds no reading, usage or event."""
    provider, zone = provider_of(source), zone_of(world, options.tz)
    at = moment_of(options.at, zone, world.now)
    given = given_text(world, source, options.origin, local=options.local)
    parsed = parsed_at(given, at=at or world.now, zone=zone)
    shown = at or parsed.captured_at or given.captured_at or world.now
    payload: dict[str, Any] = {
        "source": parsed.source,
        "provider": provider,
        "captured_at": stamp(shown),
        "origin": origin_of(given, world.now),
        "version": parsed.version,
        "readings": [_whole(reading_to_map(reading)) for reading in parsed.readings],
        "problems": [problem_to_map(problem) for problem in parsed.problems],
        "stale_by_clock": list(parsed.stale_by_clock),
        "usage": list(map(known_fields, parsed.usage)),
        "events": list(map(known_fields, parsed.events)),
    }
    answered = bool(parsed.readings or parsed.usage or parsed.events)
    code = EXIT_YES if answered else EXIT_CANNOT
    return Result("gitledger.parse/1", payload, lines(*parse_lines(payload)), exit_code=code)


READING_KEYS = (
    *("bucket", "meter", "used_pct", "resolution", "rounding", "window_minutes"),
    *("resets_at", "reset_text", "used_units", "limit_units"),
)


def _whole(reading: Mapping[str, Any]) -> dict[str, Any]:
    """A reading with every key of the contract; an unknown one is null."""
    return {key: reading.get(key) for key in READING_KEYS} | dict(reading)
