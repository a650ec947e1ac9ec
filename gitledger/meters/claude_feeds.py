"""Claude's structured feeds: status line JSON, stream-json events, usage endpoint, transcripts.

Depends on the meters room only. The same meter comes in three scales: 0 to 100 from the status
line and the endpoint, 0 to 1 from the events. Float noise is rounded away, never cut off.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, tzinfo

from gitledger.errors import Problem
from gitledger.meters import claude_panel
from gitledger.meters.codex_feeds import step_of
from gitledger.meters.jsontext import (
    Number,
    as_list,
    as_map,
    as_number,
    as_text,
    documents,
    epoch_moment,
    iso_moment,
    tidy,
)
from gitledger.meters.naming import FIVE_HOURS, WEEK, slug
from gitledger.meters.problems import merged, problem
from gitledger.meters.reading import Parsed, Reading

MAIN = {"five_hour": ("5h", FIVE_HOURS), "seven_day": ("weekly", WEEK)}
KINDS = {"session": "five_hour", "weekly_all": "seven_day"}
JsonMap = Mapping[str, object]
Found = tuple[tuple[Reading, ...], tuple[Problem, ...]]


def parse_statusline(text: str, *, at: datetime, tz: tzinfo) -> Parsed:
    """The JSON a status line command is given; figures come after a session's first answer."""
    del at, tz
    found = [doc for doc in documents(text) if doc]
    last = found[-1] if found else {}
    version = as_text(last.get("version"))
    limits = as_map(last.get("rate_limits"))
    if not limits:
        return silent("claude-statusline", "statusline", "no rate_limits in it", version)
    figures = {key: as_number(as_map(limits.get(key)).get("used_percentage")) for key in limits}
    resets = {key: epoch_moment(as_map(limits.get(key)).get("resets_at")) for key in limits}
    readings, problems = read_windows(figures, resets, channel="statusline")
    clock = iso_moment(last.get("captured_at"))  # written by `gitledger statusline`
    return Parsed("claude-statusline", "statusline", readings, problems, clock, version)


def parse_stream(text: str, *, at: datetime, tz: tzinfo) -> Parsed:
    """The newest `rate_limit_event` with figures in stream-json output; fractions of one."""
    del at, tz
    lines = documents(text)
    events = [as_map(line.get("rate_limit_info")) for line in lines if is_event(line)]
    stamps = (iso_moment(line.get("timestamp"), whole_seconds=False) for line in lines)
    clock = max((stamp for stamp in stamps if stamp), default=None)
    source, channel = "claude-stream-json", "stream-json"
    if not events:
        return silent(source, channel, "no rate_limit_event in it", "")
    for event in reversed(events):
        windows = event_windows(event)
        figures = {key: scaled(as_map(w).get("utilization")) for key, w in windows.items()}
        if any(figure is not None for figure in figures.values()):
            resets = {key: epoch_moment(as_map(w).get("resetsAt")) for key, w in windows.items()}
            readings, problems = read_windows(figures, resets, channel=channel)
            return Parsed(source, channel, readings, problems, clock)
    none = problem("no-limits", "the events name a status and a reset time, no percent")
    return Parsed(source, channel, problems=(none,), captured_at=clock)


def is_event(line: JsonMap) -> bool:
    """True for a line that reports on limits."""
    return line.get("type") == "rate_limit_event"


def event_windows(event: JsonMap) -> JsonMap:
    """The windows of an event; older versions give one window, and only when it runs out."""
    windows = as_map(event.get("unifiedWindows"))
    kind = as_text(event.get("rateLimitType"))
    return windows or ({kind: event} if kind else {})


def scaled(fraction: object) -> Number | None:
    """Percent from a fraction of one."""
    number = as_number(fraction)
    return None if number is None else tidy(number * 100)


def parse_oauth(text: str, *, at: datetime, tz: tzinfo) -> Parsed:
    """The body of the subscription's usage endpoint, with or without its list of limits."""
    del at, tz
    body = next((doc for doc in documents(text) if is_oauth_body(doc)), {})
    source, channel = "claude-oauth", "oauth"
    if not body:
        return silent(source, channel, "no usage windows in it", "")
    figures, resets = endpoint_windows(body)
    if not any(figure is not None for figure in figures.values()):
        none = problem("no-limits", "every window is null")
        return Parsed(source, channel, problems=(none,))
    readings, problems = read_windows(figures, resets, channel=channel)
    return Parsed(source, channel, readings, problems)


def is_oauth_body(document: JsonMap) -> bool:
    """True for an object with the endpoint's windows or its list of limits."""
    has_list = any("percent" in as_map(item) for item in as_list(document.get("limits")))
    return bool(MAIN.keys() & document.keys()) or has_list


Figures = dict[str, Number | None]
Resets = dict[str, datetime | None]


def endpoint_windows(body: JsonMap) -> tuple[Figures, Resets]:
    """Figures and reset times by key; named windows win over the list that repeats them."""
    figures: Figures = {}
    resets: Resets = {}
    for key, value in body.items():
        window = as_map(value)
        if key.startswith(("five_hour", "seven_day")):
            figures[key] = as_number(window.get("utilization"))
            resets[key] = iso_moment(window.get("resets_at"))
    for key, figure, moment in listed_windows(body):
        if figures.get(key) is None:
            figures[key], resets[key] = figure, moment
    return figures, resets


def listed_windows(body: JsonMap) -> Iterator[tuple[str, Number | None, datetime | None]]:
    """Key, percent and reset time of each entry of `limits` that is a meter of a window."""
    for item in map(as_map, as_list(body.get("limits"))):
        kind = as_text(item.get("kind"))
        key = KINDS.get(kind, "")
        if kind == "weekly_scoped":
            model = as_map(as_map(item.get("scope")).get("model"))
            name = as_text(model.get("display_name")) or as_text(model.get("id"))
            key = f"seven_day_{slug(name)}" if name else ""
        if key:
            yield key, as_number(item.get("percent")), iso_moment(item.get("resets_at"))


def parse_transcript(text: str, *, at: datetime, tz: tzinfo) -> Parsed:
    """The newest usage report that a session file keeps since 2.1.280."""
    source, channel = "claude-transcript", "transcript"
    lines = documents(text)
    version = next((v for line in reversed(lines) if (v := as_text(line.get("version")))), "")
    for line in reversed(lines):
        report = as_map(line.get("usageReport"))
        if not report:
            continue
        clock = iso_moment(line.get("timestamp"), whole_seconds=False)
        readings, problems = read_report(report, line, clock or at, tz)
        return Parsed(source, channel, readings, problems, clock, as_text(line.get("version")))
    if any(is_event(line) for line in lines):
        return replace(parse_stream(text, at=at, tz=tz), source=source)
    return silent(source, channel, "no usage report in it", version)


def read_report(report: JsonMap, line: JsonMap, at: datetime, tz: tzinfo) -> Found:
    """The readings of a usage report, or of the text printed with it when it has no limits."""
    figures, resets = endpoint_windows(as_map(report.get("rate_limits")))
    if any(figure is not None for figure in figures.values()):
        return read_windows(figures, resets, channel="transcript")
    printed = claude_panel.parse(as_text(line.get("content")), at=at, tz=tz)
    kept = tuple(reading._replace(channel="transcript") for reading in printed.readings)
    if kept:
        return kept, printed.problems
    return (), (problem("no-limits", "the usage report has no limits"),)


def read_windows(
    figures: Mapping[str, Number | None], resets: Mapping[str, datetime | None], *, channel: str
) -> Found:
    """A reading for each figure, `partial` when one of the two main windows has none."""
    known = {key: used for key, used in figures.items() if used is not None}
    if not known:
        return (), (problem("no-limits", "every window is null"),)
    wrong = [
        problem("partial", f"no figure for {key}", where=key) for key in MAIN if key not in known
    ]
    readings: list[Reading] = []
    for key, used in known.items():
        named = meter_of_key(key)
        if named is None:
            continue
        if not 0 <= used <= 100:
            what = f"{used} is no percent of a quota"
            wrong.append(problem("out-of-range", what, where=key))
            continue
        readings.append(window_reading(named, used, resets.get(key), channel))
    return tuple(readings), merged(wrong)


def meter_of_key(key: str) -> tuple[str, int] | None:
    """Meter and window minutes of a feed's key: `five_hour`, `seven_day`, `seven_day_opus`."""
    if key in MAIN:
        return MAIN[key]
    if key.startswith("seven_day_"):
        return f"weekly-{slug(key.removeprefix('seven_day_'))}", WEEK
    return None


def window_reading(
    named: tuple[str, int], used: Number, resets_at: datetime | None, channel: str
) -> Reading:
    """A reading of a feed that gives the percent as the provider has it."""
    return Reading(
        meter=named[0],
        used_pct=used,
        resolution=step_of(used),
        rounding="round" if channel == "statusline" else "exact",
        window_minutes=named[1],
        resets_at=resets_at,
        channel=channel,
    )


def silent(source: str, channel: str, what: str, version: str) -> Parsed:
    """A feed whose part with the meters is missing."""
    hint = "figures come with a subscription, after a session's first answer"
    found: Sequence[Problem] = (problem("no-meter", what, hint=hint),)
    return Parsed(source, channel, problems=tuple(found), version=version)
