"""Panes of one day, drawn for the tests of capture, and the words that capture them."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from frozen import played_once
from ground import Answer, gitledger

from gitledger.demo.panes import SampleMeter, claude_panel, codex_panel, zai_quota

DAY = datetime(2026, 3, 2, tzinfo=UTC)
WEEK_ENDS = datetime(2026, 3, 8, 18, tzinfo=UTC)


def clock(hours: float) -> str:
    """A time of the day as typed."""
    return (DAY + timedelta(hours=hours)).strftime("%Y-%m-%dT%H:%M:%SZ")


def pane(hours: float, week: int, five: int = 10, provider: str = "codex", ends: int = 14) -> str:
    """A provider's panel at an hour of the day; the 5 h window ends at hour `ends`."""
    meters = (
        SampleMeter(300, five, DAY + timedelta(hours=ends)),
        SampleMeter(10080, week, WEEK_ENDS),
    )
    if provider == "glm":
        return zai_quota(meters)
    draw = codex_panel if provider == "codex" else claude_panel
    return draw(meters, at=DAY + timedelta(hours=hours), zone=UTC)


def capture(
    directory: Path, verb: str, hours: float, week: int, *words: str, provider: str = "codex"
) -> Answer:
    """Capture a pane from standard input."""
    text = pane(hours, week, provider=provider)
    return gitledger(
        directory, verb, provider, "--at", clock(hours), "--tz", "UTC", *words, stdin=text
    )


@played_once
def worked(directory: Path, window: str = "W0-01", *, provider: str = "codex") -> None:
    """A window with both readings: 10 -> 17 % of the week."""
    for verb, hours, week in (("start", 9.5, 10), ("end", 11, 17)):
        done = capture(directory, verb, hours, week, "--window", window, provider=provider)
        assert done.code == 0, done.err
