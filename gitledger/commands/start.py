"""`start`: a window begins with a BEFORE reading."""

from gitledger.book.world import World
from gitledger.capture.beginning import record_before
from gitledger.capture.snapshot import CaptureOptions
from gitledger.commands.result import Result, wrap_lines
from gitledger.report.capture_text import begun_lines


def start(world: World, source: str, options: CaptureOptions, *, strict: bool = False) -> Result:
    """A window begins with a reading of a provider. Raises as `record_before` does."""
    payload, notes = record_before(world, source, options, strict=strict)
    return Result("gitledger.start/1", payload, wrap_lines(*begun_lines(payload)), notes=notes)
