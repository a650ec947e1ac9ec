"""The audit of windows as lines of text."""

from collections.abc import Mapping, Sequence
from typing import Any

from gitledger.report.capture_text import delta_lines
from gitledger.report.figures import counted


def window_lines(part: Mapping[str, Any]) -> list[str]:
    """One window's audit as text."""
    final = part["finalize"]
    head = f"{part['window']}: "
    head += f"{counted(sum(s['entries'] for s in part['snapshots']), 'snapshot')}, "
    head += f"finalised {final['entries']} times" if final["entries"] != 1 else "finalised once"
    if not final["entries"]:
        head = head.replace("finalised 0 times", "not finalised")
    told = [head]
    for delta, line in zip(part["deltas"], delta_lines(part["deltas"]), strict=True):
        told.append(f"  {delta['provider']}{line[1:]}")
    for found in part["findings"]:
        told.append(f"  {found['severity']:<7} {found['code']}: {found['where']}: {found['what']}")
        told.append(f"          next: {found['hint']}")
    return told


def total_line(windows: int, found: Sequence[Mapping[str, Any]]) -> str:
    """The last line: how many windows, and findings of each severity."""
    counts = [
        counted(sum(f["severity"] == severity for f in found), severity)
        for severity in ("error", "warning", "note")
    ]
    return f"{counted(windows, 'window')}: {', '.join(counts) if found else 'no finding'}"
