"""All sources gitledger can read, by name, and how to find the one a text comes from.

Depends on the meters room only. `parse` never raises for what a text holds: problems are part of
its answer. Only a name that is not known, or a text that is nobody's, is refused.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from functools import partial

from gitledger.errors import NoMeter, Problem, UsageError
from gitledger.meters import (
    ccusage,
    claude_feeds,
    claude_monitor,
    claude_panel,
    codex_feeds,
    codex_panel,
    telemetry,
    zai,
)
from gitledger.meters.notices import Notice, read_notice
from gitledger.meters.plan_names import with_plan
from gitledger.meters.problems import problem
from gitledger.meters.reading import Parsed, timestamp_text
from gitledger.meters.resets import has_passed
from gitledger.meters.shapes import claimants


@dataclass(frozen=True, slots=True)
class MeterSource:
    """One format: its name, whose it is, how a person calls it, and its parser."""

    name: str
    provider: str
    title: str
    parse: Callable[..., Parsed]


def table(name: str, provider: str, title: str) -> MeterSource:
    """A format that a table of counts comes in."""
    return MeterSource(name, provider, title, partial(ccusage.parse, name))


SOURCES: Mapping[str, MeterSource] = {
    source.name: source
    for source in (
        MeterSource("codex", "codex", "Codex /status output", codex_panel.parse),
        MeterSource("codex-rollout", "codex", "Codex session file", codex_feeds.parse_rollout),
        MeterSource("codex-app-server", "codex", "codex app-server", codex_feeds.parse_app_server),
        MeterSource("codex-wham", "codex", "Codex usage endpoint", codex_feeds.parse_wham),
        MeterSource("claude", "claude", "Claude /usage output or print", claude_panel.parse),
        MeterSource(
            "claude-statusline", "claude", "Claude status line", claude_feeds.parse_statusline
        ),
        MeterSource(
            "claude-stream-json", "claude", "Claude stream-json", claude_feeds.parse_stream
        ),
        MeterSource("claude-oauth", "claude", "Claude usage endpoint", claude_feeds.parse_oauth),
        MeterSource("claude-transcript", "claude", "Claude session", claude_feeds.parse_transcript),
        MeterSource("zai", "glm", "z.ai quota feed", zai.parse),
        table("glm-counts", "glm", "GLM prompt counts"),
        table("ccusage", "claude", "ccusage table"),
        table("codex-ccusage", "codex", "ccusage table of Codex"),
        MeterSource("claude-monitor", "claude", "claude-monitor", claude_monitor.parse),
        MeterSource("proxy-telemetry", "proxy", "proxy log", telemetry.parse),
    )
}
FAMILIES: Mapping[str, tuple[str, ...]] = {
    "codex": ("codex", "codex-rollout", "codex-app-server", "codex-wham"),
    "claude": (
        *("claude", "claude-statusline", "claude-stream-json", "claude-oauth"),
        "claude-transcript",
    ),
    "glm": ("zai", "glm-counts", "ccusage", "proxy-telemetry"),
    "ccusage": ("ccusage", "codex-ccusage"),
    "codex-ccusage": ("codex-ccusage", "ccusage"),
}
PROVIDERS = ("codex", "claude", "glm")  # those of a ledger that names no others
NAMES = tuple(dict.fromkeys((*SOURCES, *FAMILIES)))


def parse(source: str, text: str, *, at: datetime, tz: tzinfo) -> Parsed:
    """What a text says, read as the named source or as the member of a family that it is.

    `at` is the moment of reading (aware), `tz` the zone of the terminal. Raises UsageError for a
    name that is not a source. A text of another source yields `no-meter` and says whose it looks.
    """
    if source not in NAMES:
        raise UsageError(f"{source} is not a source", f"one of: {', '.join(NAMES)}")
    blank = unreadable(text)
    if blank:
        first = FAMILIES.get(source, (source,))[0]
        return Parsed(first, "", problems=(blank,))
    members = FAMILIES.get(source, (source,))
    found = claimants(text)
    own = next((name for name in members if name in found), members[0])
    parsed = SOURCES[own].parse(text, at=at, tz=tz)
    if not parsed.readings and not parsed.usage and not parsed.events and own not in found:
        parsed = replace(parsed, problems=told_whose(parsed.problems, found))
    if own == "claude" and not parsed.readings and (hit := read_notice(text, at=at, tz=tz)):
        parsed = replace(parsed, problems=told_of_limit(parsed.problems, hit))
    parsed = with_plan(parsed, text)
    stale = (r.meter for r in parsed.readings if has_passed(r.resets_at, parsed.captured_at or at))
    return replace(parsed, stale_by_clock=tuple(dict.fromkeys(stale)))


def unreadable(text: str) -> Problem | None:
    """Why a text cannot hold a meter at all: empty, or binary."""
    if not text.strip():
        return problem("no-meter", "the text is empty", hint="copy the full output")
    if text.count("\x00") or text.count("\ufffd") * 10 > len(text):
        return problem("no-meter", "the text is binary", hint="give the output as text")
    return None


def told_whose(problems: tuple[Problem, ...], found: tuple[str, ...]) -> tuple[Problem, ...]:
    """The problems with a hint whose text this looks like."""
    if not found:
        return problems
    names = " or ".join(f"{SOURCES[name].title} ({name})" for name in found)
    return with_words(problems, hint=f"this looks like {names}: gitledger parse {found[0]}")


def with_words(problems: tuple[Problem, ...], **words: str) -> tuple[Problem, ...]:
    """The problems with other words where they say that there is no meter."""
    return tuple(
        replace(item, **words) if item.code in {"no-meter", "no-limits"} else item  # type: ignore[arg-type]
        for item in problems
    )


def told_of_limit(problems: tuple[Problem, ...], hit: Notice) -> tuple[Problem, ...]:
    """The problems of a text that has no percent but says that a limit was hit."""
    if hit.meter is None:
        return problems
    what = f"a limit was hit ({hit.kind}); it resets {timestamp_text(hit.resets_at)}"
    typed = f"gitledger override claude --window W --phase PHASE --set {hit.meter or 'METER'}=100"
    return with_words(
        problems, what=what, hint=f"a notice has no percent: copy the output of /usage, or {typed}"
    )


def require_readings(parsed: Parsed) -> Parsed:
    """The same, when it holds at least one reading; else raises NoMeter with its problems."""
    if parsed.readings:
        return parsed
    what = parsed.problems[0].what if parsed.problems else "no meter in the text"
    hint = parsed.problems[0].hint if parsed.problems else ""
    raise NoMeter(f"no reading: {what}", hint, parsed.problems)
