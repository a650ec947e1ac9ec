"""Drawn panes with their truth, and the damage that copying does to them (for property tests)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from drawn_texts import claude_print
from hypothesis import strategies as st

from gitledger.demo.panes import CodexStyle, SampleMeter, claude_panel, codex_panel
from gitledger.meters import registry
from gitledger.meters.naming import meter_of, slug
from gitledger.meters.reading import Parsed

ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Pacific/Auckland")
POOL = "GPT-5.3-Codex-Spark"


@dataclass(frozen=True)
class Pane:
    """A drawn text, where and when it was on screen, and the meters it was drawn from."""

    source: str
    text: str
    at: datetime
    zone: ZoneInfo
    meters: tuple[SampleMeter, ...]

    def read(self, text: str | None = None) -> Parsed:
        """What a parser makes of the pane, or of a damaged copy of it."""
        shown = self.text if text is None else text
        return registry.parse(self.source, shown, at=self.at, tz=self.zone)

    def truth(self) -> dict[tuple[str, str], tuple[int, datetime | None]]:
        """Percent used and reset by bucket and meter."""
        return {self.key(meter): (meter.used, meter.resets_at) for meter in self.meters}

    def key(self, meter: SampleMeter) -> tuple[str, str]:
        """Bucket and name of a meter."""
        if self.source == "claude" and meter.name:
            return "default", f"weekly-{slug(meter.name)}"
        return (meter.name.lower() or "default"), meter_of(meter.minutes)


FIRST, LAST = (datetime.fromisoformat(f"{year}-01-01") for year in (2026, 2028))
moments = st.datetimes(FIRST, LAST).map(
    lambda naive: naive.replace(second=0, microsecond=0, tzinfo=UTC)
)
percents = st.integers(0, 100)


@st.composite
def resets(draw: st.DrawFn, at: datetime, minutes: int) -> datetime | None:
    """A reset within the window, to the minute; sometimes none."""
    ahead = draw(st.integers(1, minutes))
    return draw(st.sampled_from((None, *(4 * [at + timedelta(minutes=ahead)]))))


@st.composite
def codex_panes(draw: st.DrawFn, *, pool: bool = True) -> Pane:
    """A Codex panel of any generation."""
    at, zone = draw(moments), ZoneInfo(draw(st.sampled_from(ZONES)))
    names = ("", "", POOL, POOL) if pool and draw(st.booleans()) else ("", "")
    meters = tuple(
        SampleMeter(minutes, draw(percents), draw(resets(at, minutes)), name)
        for minutes, name in zip((300, 10080, 300, 10080), names, strict=False)
    )
    style = CodexStyle(
        says_left=draw(st.booleans()), boxed=draw(st.booleans()), narrow=draw(st.booleans())
    )
    meters = tuple(unmistakable(meter, zone) for meter in meters)
    text = codex_panel(meters, at=at, zone=zone, style=style)
    return Pane("codex", text, at, zone, meters)


@st.composite
def claude_panes(draw: st.DrawFn) -> Pane:
    """A Claude panel or its printed form."""
    at, zone = draw(moments), ZoneInfo(draw(st.sampled_from(ZONES)))
    models = draw(st.sampled_from(((), ("Opus",), ("Sonnet only", "Fable"))))
    names = ("", "", *models)
    meters = tuple(
        SampleMeter(minutes, draw(percents), draw(resets(at, minutes)), name)
        for minutes, name in zip((300, *(len(names) * [10080])), names, strict=False)
    )
    meters = tuple(unmistakable(meter, zone) for meter in meters)
    drawer = draw(st.sampled_from((claude_panel, claude_print)))
    return Pane("claude", drawer(meters, at=at, zone=zone), at, zone, meters)


def unmistakable(meter: SampleMeter, zone: ZoneInfo) -> SampleMeter:
    """The meter with a reset whose words have one meaning, or none."""
    resets_at = meter.resets_at
    if resets_at is None:
        return meter
    local = resets_at.astimezone(zone)
    if local.replace(fold=1 - local.fold).astimezone(UTC) != resets_at:  # the clock shows it twice
        return replace(meter, resets_at=None)
    if meter.used == 0 and (local.hour, local.minute, local.day, local.month) == (1, 0, 1, 1):
        return replace(meter, resets_at=None)
    return meter


def wrong_figures(pane: Pane, parsed: Parsed, *, resets: bool = True) -> Sequence[str]:
    """Every figure or reset that is not the pane's own.

    A reset line whose row was lost looks like the reset of the row above it, when that has none.
    """
    truth = pane.truth()
    found = []
    for reading in parsed.readings:
        used, resets_at = truth.get((reading.bucket, reading.meter), (None, None))
        if used != reading.used_pct:
            found.append(f"{reading.bucket} {reading.meter}: {reading.used_pct} is not {used}")
        elif resets and resets_at is not None and reading.resets_at not in {None, resets_at}:
            found.append(f"{reading.meter}: {reading.resets_at} is not {resets_at}")
    return found


def is_whole(pane: Pane, parsed: Parsed) -> bool:
    """True when everything that was drawn was read, without a problem."""
    found = {(r.bucket, r.meter): (r.used_pct, r.resets_at) for r in parsed.readings}
    return found == pane.truth() and not parsed.problems
