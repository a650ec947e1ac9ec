"""`end`: a window ends with an AFTER reading of a provider."""

import time

from gitledger.book.world import World
from gitledger.capture.ending import Sleep, record_after
from gitledger.capture.snapshot import CaptureOptions
from gitledger.commands.result import Result, wrap_lines
from gitledger.report.capture_text import ended_lines


def end(
    world: World,
    source: str,
    options: CaptureOptions,
    *,
    wait: bool = False,
    sleep: Sleep = time.sleep,
) -> Result:
    """The window the agent has open with a provider ends. Raises as `record_after` does."""
    payload, notes = record_after(world, source, options, wait=wait, sleep=sleep)
    return Result("gitledger.end/1", payload, wrap_lines(*ended_lines(payload)), notes=notes)
