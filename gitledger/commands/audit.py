"""`audit`: every finding of a window or of all; exit 1 when there is one worth a step."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from gitledger.book.book import Book
from gitledger.book.case import rules_or_shipped
from gitledger.book.opening import open_book
from gitledger.book.outside import facts_of
from gitledger.book.windows import Folded, fold_book
from gitledger.book.world import World
from gitledger.commands.end import delta_lines, delta_map
from gitledger.commands.result import Result, lines, wrapped
from gitledger.decision.rules import judging
from gitledger.errors import EXIT_NO, EXIT_YES, UnknownWindow
from gitledger.ledger.values import stamp
from gitledger.report.figures import counted
from gitledger.windows.audit.checks import audit_window
from gitledger.windows.audit.facts import Facts, neighbours_of
from gitledger.windows.audit.findings import Finding
from gitledger.windows.window import Window

HANG = 16  # below what a finding's `next:` says


def audit(world: World, window: str = "") -> Result:
    """The captures, finalisations, deltas and findings of one window, or of every one.

    Exit 0 without findings or with notes only, 1 with an error or a warning, 3 for a window that
    nobody recorded: then the answer names the nearest ids, as JSON too.
    """
    book = open_book(world)
    folded = fold_book(book)
    folded = replace(folded, terms=judging(folded.terms, rules_or_shipped(book)[0]))
    try:
        asked = (folded.named(window),) if window else folded.windows
    except UnknownWindow as unknown:
        return not_recorded(window, unknown)
    facts = facts_of(book, asked)
    told = audited(folded, asked, facts)
    found = [f for part in told for f in part["findings"]]
    payload = told[0] if window else {"windows": told, "findings": found}
    serious = any(f["severity"] != "note" for f in found)
    text = [line for part in told for line in window_lines(part)]
    text.append(_total(len(asked), found))
    code = EXIT_NO if serious else EXIT_YES
    shown = wrapped(*text, hang=HANG)
    return Result("gitledger.audit/1", payload, shown, notes=folded.notes, exit_code=code)


def every_audit(book: Book) -> list[dict[str, Any]]:
    """The audit of each window of an opened ledger."""
    folded = fold_book(book)
    return audited(folded, folded.windows, facts_of(book, folded.windows))


def not_recorded(window: str, unknown: UnknownWindow) -> Result:
    """The answer for a window that nobody recorded: an audit without anything in it."""
    payload = {**window_payload(Window(window), ()), "error": unknown.what, "hint": unknown.hint}
    notes = [f"gitledger: {unknown.what}", f"  next: {unknown.hint}"]
    return Result("gitledger.audit/1", payload, lines(), notes, unknown.exit_code)


def audited(folded: Folded, windows: Iterable[Window], facts: Facts) -> list[dict[str, Any]]:
    """Each window's audit as JSON."""
    neighbours = neighbours_of(folded.windows)
    return [
        window_payload(window, audit_window(window, neighbours, terms=folded.terms, facts=facts))
        for window in windows
    ]


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
    return {
        "window": found.window,
        "code": found.code,
        "severity": found.severity,
        "where": found.where,
        "what": found.what,
        "hint": found.hint,
        "rows": list(found.rows),
    }


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


def _total(windows: int, found: Sequence[Mapping[str, Any]]) -> str:
    counts = [
        counted(sum(f["severity"] == severity for f in found), severity)
        for severity in ("error", "warning", "note")
    ]
    return f"{counted(windows, 'window')}: {', '.join(counts) if found else 'no finding'}"
