"""A report's windows and meters: each window's line with its rows, each account's meter over time.

Depends on `decision.case`, the window card, `windows` and `measure`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from gitledger.decision.case import Ledger
from gitledger.decision.window import judge_window
from gitledger.decision.window_card import churn_payload, evidence_payload, rows_of, window_facts
from gitledger.ledger.row import Row
from gitledger.ledger.values import canonical_time
from gitledger.measure.estimate import plain
from gitledger.measure.outcome import WindowOutcome
from gitledger.windows.audit.findings import Finding
from gitledger.windows.delta import Delta
from gitledger.windows.snapshot import DEFAULT_BUCKET, Snapshot, text_of
from gitledger.windows.window import Window
from gitledger.windows.worktime import worked_at

Json = Mapping[str, object]


def traces_of(ledger: Ledger, windows: Sequence[Window], only: str) -> Iterator[Json]:
    """Each account's capacity meter over time: every reading, and each window's stretch of it."""
    holders = sorted({holder for w in windows for holder in w.holders})
    for provider, account in holders:
        if only and provider != only:
            continue
        meter = ledger.terms.capacity_meter(provider)
        key = (DEFAULT_BUCKET, meter)
        shots = [
            (window.id, capture.phase, capture.canonical)
            for window in windows
            for capture in window.captures
            if (capture.provider, capture.account) == (provider, account)
            if not capture.canonical.simulated and capture.canonical.reading(key)
        ]
        points = [point(name, phase, shot, key) for name, phase, shot in shots]
        if points:
            yield {
                "provider": provider,
                "account": account,
                "meter": meter,
                "points": sorted(points, key=lambda p: str(p["at"])),
                "spans": list(spans_of(windows, (provider, account), meter)),
            }


def point(window: str, phase: str, shot: Snapshot, key: tuple[str, str]) -> dict[str, object]:
    """One reading of a meter on the time axis."""
    reading = shot.reading(key)
    assert reading is not None  # noqa: S101 - only captures that show the meter are asked
    return {
        "window": window,
        "phase": phase,
        "at": canonical_time(reading.captured_at),
        "used": plain(float(reading.used)),
        "resets_at": canonical_time(reading.resets_at) if reading.resets_at else None,
        "stale": shot.stale_why(reading.bucket) or None,
        "row": shot.row,
    }


def spans_of(windows: Sequence[Window], holder: tuple[str, str], meter: str) -> Iterator[Json]:
    """What each window took from one meter: its state, and from when to when."""
    for window in windows:
        delta = window.delta(*holder, meter)
        if delta is None:
            continue
        ends = [window.capture(*holder, phase) for phase in ("before", "after")]
        yield {
            "window": window.id,
            "from": canonical_time(ends[0].canonical.captured_at) if ends[0] else None,
            "to": canonical_time(ends[1].canonical.captured_at) if ends[1] else None,
            **delta_entry(delta),
        }


def delta_entry(delta: Delta) -> dict[str, object]:
    """A delta as the page tells it; `pp` is None where nobody can tell what was used."""
    ends = {"before": delta.before, "after": delta.after, "pp": delta.value}
    told = {name: None if end is None else plain(float(end)) for name, end in ends.items()}
    return {**told, "state": delta.state, "usable": delta.usable, "why": delta.why}


def window_entries(
    ledger: Ledger, windows: Sequence[Window], outcomes: Sequence[WindowOutcome]
) -> Iterator[dict[str, object]]:
    """Every window's line. Findings and outcomes are parted by window once, not looked for anew."""
    findings: dict[str, list[Finding]] = {}
    for found in ledger.findings:
        findings.setdefault(found.window, []).append(found)
    own: dict[str, list[WindowOutcome]] = {}
    for outcome in outcomes:
        own.setdefault(outcome.window, []).append(outcome)
    for window in windows:
        narrowed = replace(ledger, findings=tuple(findings.get(window.id, ())))
        yield window_entry(narrowed, window, own.get(window.id, []))


def window_entry(
    ledger: Ledger, window: Window, outcomes: Sequence[WindowOutcome]
) -> dict[str, object]:
    """One window's line, with its readings, commits, evidence and row ids behind it."""
    facts = window_facts(ledger, window)
    ruling = judge_window(facts, ledger.rules)
    at = worked_at(window)
    own = {o.provider: o for o in outcomes}
    return {
        "window": window.id,
        "at": canonical_time(at) if at else None,
        "verdict": ruling.verdict,
        "reasons": list(ruling.reasons),
        "parts": [
            part_entry(ledger, window, holder, own.get(holder[0])) for holder in window.holders
        ],
        "churn": [dict(churn_payload(each)) for each in facts.lines],
        "reverted": any(lines.reverted for lines in facts.lines),
        "readings": [
            {
                "phase": c.phase,
                "provider": c.provider,
                "account": c.account,
                "at": canonical_time(c.canonical.captured_at),
                "meters": [[r.meter, plain(float(r.used))] for r in c.canonical.readings],
                "row": c.canonical.row,
            }
            for c in window.captures
        ],
        "commits": [commit_entry(row) for row in window.commits],
        "evidence": [dict(evidence_payload(run)) for run in facts.evidence],
        "rows": list(rows_of(window)),
    }


def part_entry(
    ledger: Ledger, window: Window, holder: tuple[str, str], outcome: WindowOutcome | None
) -> dict[str, object]:
    """What one account gave in a window: features, points, and the state of its delta."""
    meter = ledger.terms.capacity_meter(holder[0])
    delta = window.delta(*holder, meter)
    final = window.final
    stated = [e.features for e in (final.delivered if final else ()) if e.provider == holder[0]]
    return {
        "provider": holder[0],
        "account": holder[1],
        "features": sum(stated) if stated else None,
        "lasting": None
        if outcome is None or outcome.lasts is None
        else list(map(plain, outcome.lasts)),
        "meter": meter,
        **(delta_entry(delta) if delta else {"pp": None, "state": "unread", "why": ""}),
    }


def commit_entry(row: Row) -> dict[str, object]:
    """A recorded commit: short id, branch and size against its first parent."""
    sizes = {name: row.values.get(name) for name in ("insertions", "deletions")}
    return {
        "sha": text_of(row.values, "sha")[:10],
        "branch": text_of(row.values, "branch"),
        **sizes,
    }
