"""Windows and deltas as JSON. Unknown numbers are null."""

from collections.abc import Sequence
from typing import Any

from gitledger.ledger.values import stamp
from gitledger.windows.audit.findings import Finding
from gitledger.windows.delta import Delta
from gitledger.windows.window import Window


def delta_map(delta: Delta) -> dict[str, Any]:
    """A delta as JSON: unknown numbers are null."""
    return {
        "provider": delta.provider,
        "account": delta.account,
        "bucket": delta.bucket,
        "meter": delta.meter,
        "before": delta.before,
        "after": delta.after,
        "delta_pp": delta.value,
        "resolution": delta.resolution,
        "low": delta.low,
        "high": delta.high,
        "state": delta.state,
        "why": delta.why,
        "marks": list(delta.marks),
    }


def window_payload(window: Window, found: Sequence[Finding]) -> dict[str, Any]:
    """One window: its captures, what was stated of it, its deltas, its findings."""
    return {
        "window": window.id,
        "snapshots": [
            {
                "provider": c.provider,
                "account": c.account,
                "phase": c.phase,
                "entries": c.entries,
                "duplicates": len(c.duplicates),
                "canonical": c.canonical.row,
                "canonical_captured_at": stamp(c.canonical.captured_at),
                "source": c.canonical.source,
            }
            for c in window.captures
        ],
        "finalize": _finalize(window),
        "deltas": [delta_map(delta) for delta in window.deltas],
        "findings": [finding_map(f) for f in found],
    }


def _finalize(window: Window) -> dict[str, Any]:
    final = window.finalised
    if final is None:
        return {"entries": 0, "duplicates": 0, "canonical": None, "methodology": None}
    return {
        "entries": final.entries,
        "duplicates": len(final.duplicates),
        "conflicting": len(final.conflicting),
        "canonical": final.canonical.row,
        "methodology": final.canonical.methodology or None,
        "features": final.canonical.features,
        "outcome": final.canonical.outcome or None,
    }


def finding_map(found: Finding) -> dict[str, Any]:
    """A finding as JSON."""
    return found._asdict() | {"rows": list(found.rows)}
