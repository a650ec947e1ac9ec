"""Texts that providers print beside their panels, drawn for the tests from meters."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime, tzinfo

from gitledger.demo.panes import SampleMeter, claude_heading, claude_reset


def claude_print(meters: Sequence[SampleMeter], *, at: datetime, zone: tzinfo) -> str:
    """What `claude -p "/usage"` prints."""
    rows = ["You are currently using your subscription to power your Claude Code usage", ""]
    for meter in meters:
        row = f"{claude_heading(meter)}: {meter.used}% used"
        if meter.resets_at is not None:
            words = claude_reset(meter.resets_at, at=at, zone=zone, dated=True)
            row += f" · resets {words}"
        rows.append(row)
    return "\n".join(rows)


def codex_rollout_line(meters: Sequence[SampleMeter], *, at: datetime) -> str:
    """A line of a Codex session file that carries up to two limits."""
    limits: dict[str, object] = {"limit_id": "codex", "limit_name": None, "primary": None}
    for slot, meter in zip(("primary", "secondary"), meters, strict=False):
        resets = int(meter.resets_at.timestamp()) if meter.resets_at else None
        window = {"window_minutes": meter.minutes, "resets_at": resets}
        limits[slot] = {"used_percent": float(meter.used), **window}
    stamp = at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    payload = {"type": "token_count", "info": None, "rate_limits": limits}
    return json.dumps({"timestamp": stamp, "type": "event_msg", "payload": payload})
