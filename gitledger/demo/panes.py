"""Panels and feeds with figures of one's choice, for the demo and for tests of the parsers.

Pure: figures and times in, text out, in the shapes that the providers' programs print. Nothing
drawn here is a measurement; a caller that records one marks it as simulated.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

CELLS = 20
CLAUDE_CELLS = 50
EIGHTHS = " ▏▎▍▌▋▊▉"
CODEX_NAMES = {300: "5h", 10080: "Weekly", 43200: "Monthly"}
ZAI_UNITS = {300: (3, 5), 10080: (6, 1)}
SESSION = "0199aaaa-0000-7000-8000-00000000d3e0"


@dataclass(frozen=True, slots=True)
class SampleMeter:
    """One meter to draw: window in minutes, percent used, reset time, pool or model name."""

    minutes: int
    used: int
    resets_at: datetime | None = None
    name: str = ""


@dataclass(frozen=True, slots=True)
class CodexStyle:
    """A generation of the Codex panel; `narrow` puts the reset on a row of its own."""

    version: str = "0.142.5"
    says_left: bool = True
    boxed: bool = True
    narrow: bool = False


def codex_panel(
    meters: Sequence[SampleMeter], *, at: datetime, zone: tzinfo, style: CodexStyle | None = None
) -> str:
    """A `/status` panel as a terminal in `zone` shows it at `at`."""
    drawn = style or CodexStyle()
    labels = ["Collaboration mode:", *(f"{m.name} limit:" for m in meters if m.name)]
    column = max(map(len, labels)) + (3 if drawn.boxed else 2)
    rows = [f" >_ OpenAI Codex (v{drawn.version})", ""]
    rows += [
        f" {label:<{column}}{value}"
        for label, value in (
            ("Model:", "gpt-5.3-codex (reasoning high, summaries auto)"),
            ("Directory:", "~/demo"),
            ("Account:", "ada@example.org (Plus)"),
            ("Collaboration mode:", "Default"),
            ("Session:", SESSION),
        )
    ]
    rows += ["", f" {'Context window:':<{column}}72% left (82.6K used / 272K)"]
    pool = ""
    for meter in meters:
        if meter.name != pool:
            rows.append(f" {meter.name} limit:")
            pool = meter.name
        rows += codex_rows(meter, at=at, zone=zone, column=column, style=drawn)
    return "/status\n\n" + (box(rows) if drawn.boxed else "\n".join(f" {row}" for row in rows))


def codex_rows(
    meter: SampleMeter, *, at: datetime, zone: tzinfo, column: int, style: CodexStyle
) -> list[str]:
    """The row of one limit, or its two rows in a narrow terminal."""
    shown = 100 - meter.used if style.says_left else meter.used
    full = round(shown / 100 * CELLS)
    bar = "█" * full + "░" * (CELLS - full)
    name = CODEX_NAMES.get(meter.minutes, f"{meter.minutes // 60}h")
    head = f" {name + ' limit:':<{column}}[{bar}] {shown}% {'left' if style.says_left else 'used'}"
    if meter.resets_at is None:
        return [head]
    reset = f"(resets {codex_reset(meter.resets_at, at=at, zone=zone)})"
    return [head, " " * (column + 1) + reset] if style.narrow else [f"{head} {reset}"]


def codex_reset(resets_at: datetime, *, at: datetime, zone: tzinfo) -> str:
    """`10:21`, with the date when it is another day there."""
    local, today = resets_at.astimezone(zone), at.astimezone(zone)
    date = "" if local.date() == today.date() else f" on {local.day} {local:%b}"
    return f"{local:%H:%M}{date}"


def box(rows: Sequence[str]) -> str:
    """Rows inside a rounded box."""
    width = max(map(len, rows)) + 1
    inner = [f"│ {row:<{width}}│" for row in rows]
    edge = "─" * (width + 1)
    return "\n".join((f"╭{edge}╮", *inner, f"╰{edge}╯"))


def claude_panel(meters: Sequence[SampleMeter], *, at: datetime, zone: tzinfo) -> str:
    """The `/usage` panel in a terminal of zone `zone`; `name` of a meter is a model's."""
    rows = ["  Settings  Status   Config   Usage   Stats", ""]
    for meter in meters:
        cells, eighths = divmod(meter.used * CLAUDE_CELLS * 8 // 100, 8)
        bar = ("█" * cells + EIGHTHS[eighths]).strip()
        rows += [f"  {claude_heading(meter)}", f"  {bar:<{CLAUDE_CELLS}} {meter.used}% used"]
        if meter.resets_at is not None:
            words = claude_reset(meter.resets_at, at=at, zone=zone, dated=meter.minutes > 300)
            rows.append(f"  Resets {words}")
        rows.append("")
    return "\n".join((*rows, "  Esc to cancel"))


def claude_heading(meter: SampleMeter) -> str:
    """The heading above a meter."""
    if meter.minutes == 300:
        return "Current session"
    return f"Current week ({meter.name or 'all models'})"


def claude_reset(resets_at: datetime, *, at: datetime, zone: tzinfo, dated: bool) -> str:
    """`10:10am (Europe/Berlin)`, `Nov 27, 7am (...)`; the year only when it differs."""
    local = resets_at.astimezone(zone)
    minutes = f":{local.minute:02d}" if local.minute else ""
    clock = f"{local.hour % 12 or 12}{minutes}{'am' if local.hour < 12 else 'pm'}"
    year = f", {local.year}" if local.year != at.astimezone(zone).year else ""
    date = f"{local:%b} {local.day}{year}, " if dated else ""
    return f"{date}{clock} ({zone})"


def zai_quota(meters: Sequence[SampleMeter], *, limit: int = 12000) -> str:
    """A quota answer of the GLM Coding Plan, in whole percent of `limit` credits."""
    entries = []
    for meter in meters:
        unit, number = ZAI_UNITS[meter.minutes]
        used = meter.used * limit // 100
        entry = {"type": "CREDIT_LIMIT", "unit": unit, "number": number, "usage": limit}
        entry |= {"currentValue": used, "remaining": limit - used, "percentage": meter.used}
        if meter.resets_at is not None:
            entry["nextResetTime"] = int(meter.resets_at.timestamp() * 1000)
        entries.append(entry)
    data = {"level": "pro", "limits": entries}
    return json.dumps({"code": 200, "success": True, "msg": "Operation successful", "data": data})
