"""Claude's structured feeds: status line JSON, stream-json events, usage endpoint, transcripts.

Depends on the meters room only. The same meter comes in three scales: 0 to 100 from the status
line and the endpoint, 0 to 1 from the events. Float noise is rounded away, never cut off.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, tzinfo

from gitledger.errors import Problem
from gitledger.meters import aliases, claude_panel
from gitledger.meters.claude_windows import QuotaWindow, any_moment, endpoint_windows, windows_of
from gitledger.meters.codex_pools import step_of
from gitledger.meters.duplicates import unequivocal
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
from gitledger.meters.overage import event_sells, extra_usage_sells, mark_overage
from gitledger.meters.plausibility import all_plausible, old_reading
from gitledger.meters.problems import merge_problems, new_label, problem
from gitledger.meters.reading import Parsed, Reading

MAIN = {"five_hour": ("5h", FIVE_HOURS), "seven_day": ("weekly", WEEK)}
CACHE = "cachedUsageUtilization"
JsonMap = Mapping[str, object]
Found = tuple[tuple[Reading, ...], tuple[Problem, ...]]


def parse_statusline(text: str, *, at: datetime, tz: tzinfo) -> Parsed:
    """The JSON a status line command is given; figures come after a session's first answer."""
    del tz
    found = [doc for doc in documents(text) if doc]
    last = found[-1] if found else {}
    version = as_text(last.get("version"))
    limits = as_map(last.get("rate_limits")) or (last if is_bare_statusline(last) else {})
    if not limits:
        return silent("claude-statusline", "statusline", "no rate_limits in it", version)
    clock = iso_moment(last.get("captured_at"))  # written by `gitledger statusline`
    windows = windows_of(limits, "used_percentage")
    read = read_windows(windows, channel="statusline", at=clock or at)
    found_here = Parsed("claude-statusline", "statusline", *read, clock, version)
    return mark_overage(found_here, sold=extra_usage_sells(limits))


def is_bare_statusline(document: JsonMap) -> bool:
    """True for the status line's limits alone, without the rest that a command is handed."""
    return any("used_percentage" in as_map(document.get(key)) for key in MAIN)


def parse_stream(text: str, *, at: datetime, tz: tzinfo) -> Parsed:
    """The newest `rate_limit_event` with figures in stream-json output; fractions of one."""
    del tz
    lines = documents(text)
    events = [event for line in lines if (event := event_of(line))]
    stamps = (iso_moment(line.get("timestamp"), whole_seconds=False) for line in lines)
    clock = max((stamp for stamp in stamps if stamp), default=None)
    source, channel = "claude-stream-json", "stream-json"
    if not events:
        return silent(source, channel, "no rate_limit_event in it", "")
    for event in reversed(events):
        windows = [
            QuotaWindow(
                key,
                percent_of_fraction(as_map(w).get("utilization")),
                any_moment(as_map(w).get("resetsAt")),
            )
            for key, w in event_windows(event).items()
        ]
        if any(window.used_pct is not None for window in windows):
            read = read_windows(windows, channel=channel, at=clock or at)
            return mark_overage(Parsed(source, channel, *read, clock), sold=event_sells(event))
    none = problem("no-limits", "the events name a status and a reset time, no percent")
    return Parsed(source, channel, problems=(none,), captured_at=clock)


def event_of(line: JsonMap) -> JsonMap:
    """What a line reports on limits: inside an event, or the inner object alone."""
    inner = as_map(line.get("rate_limit_info"))
    return inner or (line if "rateLimitType" in line or "unifiedWindows" in line else {})


def event_windows(event: JsonMap) -> JsonMap:
    """The windows of an event; older versions give one window, and only when it runs out."""
    windows = as_map(event.get("unifiedWindows"))
    kind = as_text(event.get("rateLimitType"))
    return windows or ({kind: event} if kind else {})


def percent_of_fraction(fraction: object) -> Number | None:
    """Percent from a fraction of one."""
    number = as_number(fraction)
    return None if number is None else tidy(number * 100)


def parse_oauth(text: str, *, at: datetime, tz: tzinfo) -> Parsed:
    """The body of the subscription's usage endpoint, alone or as `~/.claude.json` keeps it.

    The file says when its figures were fetched; old ones are reported.
    """
    del tz
    found = documents(text)
    kept = next((cache for doc in reversed(found) if (cache := as_map(doc.get(CACHE)))), {})
    body = as_map(kept.get("utilization")) or next((doc for doc in found if is_oauth_body(doc)), {})
    source, channel = "claude-oauth", "oauth"
    if not body:
        return silent(source, channel, "no usage windows in it", "")
    fetched = epoch_moment(kept.get("fetchedAtMs"))
    windows = endpoint_windows(body)
    if not any(window.used_pct is not None for window in windows):
        none = problem("no-limits", "every window is null")
        return Parsed(source, channel, problems=(none,), captured_at=fetched)
    readings, problems = read_windows(windows, channel=channel, at=fetched or at)
    old = old_reading(fetched, at, CACHE) if fetched else ()
    found_here = Parsed(source, channel, readings, (*old, *problems), fetched)
    return mark_overage(found_here, sold=extra_usage_sells(body))


def is_oauth_body(document: JsonMap) -> bool:
    """True for an object with the endpoint's windows or its list of limits, or the kept copy."""
    has_list = any("percent" in as_map(item) for item in as_list(document.get("limits")))
    has_window = bool(MAIN.keys() & document.keys()) and not is_bare_statusline(document)
    return CACHE in document or has_window or has_list


def parse_transcript(text: str, *, at: datetime, tz: tzinfo) -> Parsed:
    """The newest usage report that a session file keeps since 2.1.280."""
    source, channel = "claude-transcript", "transcript"
    lines = documents(text)
    version = next((v for line in reversed(lines) if (v := as_text(line.get("version")))), "")
    for line in reversed(lines):
        report = report_of(line)
        if not report:
            continue
        clock = iso_moment(line.get("timestamp"), whole_seconds=False)
        readings, problems = read_report(report, line, clock or at, tz)
        version = as_text(line.get("version"))
        told = Parsed(source, channel, readings, problems, clock, version)
        return mark_overage(told, sold=extra_usage_sells(as_map(report.get("rate_limits"))))
    if any(event_of(line) for line in lines):
        return replace(parse_stream(text, at=at, tz=tz), source=source)
    return silent(source, channel, "no usage report in it", version)


def report_of(line: JsonMap) -> JsonMap:
    """The usage report of a line, also when it stands alone."""
    inner = as_map(line.get("usageReport"))
    return inner or (line if as_list(as_map(line.get("rate_limits")).get("limits")) else {})


def read_report(report: JsonMap, line: JsonMap, at: datetime, tz: tzinfo) -> Found:
    """The readings of a usage report, or of the text printed with it when it has no limits."""
    windows = endpoint_windows(as_map(report.get("rate_limits")))
    if any(window.used_pct is not None for window in windows):
        return read_windows(windows, channel="transcript", at=at)
    printed = claude_panel.parse(as_text(line.get("content")), at=at, tz=tz)
    kept = tuple(reading._replace(channel="transcript") for reading in printed.readings)
    if kept:
        return kept, printed.problems
    return (), (problem("no-limits", "the usage report has no limits"),)


def read_windows(windows: Sequence[QuotaWindow], *, channel: str, at: datetime) -> Found:
    """A reading for each figure, `partial` when one of the two main windows has none."""
    known = [window for window in windows if window.used_pct is not None]
    if not known:
        return (), (problem("no-limits", "every window is null"),)
    told = {window.key for window in known}
    wrong = [
        problem("partial", f"no figure for {key}", where=key) for key in MAIN if key not in told
    ]
    readings: list[Reading] = []
    for window in known:
        named, used = meter_of_key(window.key), window.used_pct
        if named is None or aliases.is_new(aliases.CLAUDE, "", named[0]):
            wrong.append(new_label(window.key, window.key))
        if named is None or used is None:
            continue
        if not 0 <= used <= 100:
            what = f"{used} is not a percent of a quota"
            wrong.append(problem("out-of-range", what, where=window.key))
            continue
        readings.append(window_reading(named, used, window.resets_at, channel))
    kept, doubled = unequivocal(tuple(dict.fromkeys(readings)))
    tested, odd = all_plausible(kept, at)
    return tested, merge_problems((*wrong, *doubled, *odd))


def meter_of_key(key: str) -> tuple[str, int] | None:
    """Meter and window minutes of a feed's key: `five_hour`, `seven_day`, `seven_day_opus`."""
    if key in MAIN:
        return MAIN[key]
    if key.startswith("seven_day_"):
        return aliases.claude_meter(slug(key.removeprefix("seven_day_"))), WEEK
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
    found = problem("no-meter", what, hint=hint)
    return Parsed(source, channel, problems=(found,), version=version)
