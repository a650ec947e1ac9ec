"""A difference as JSON-like values: what `diff --json` prints, and its texts are made of. Pure."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from gitledger.decision.churn_gate import gone_words
from gitledger.decision.effects import Effects, WindowEffect
from gitledger.ledger import codec, corrections
from gitledger.ledger.row import Row, windows_of
from gitledger.measure.estimate import plain
from gitledger.share.difference import Difference, finding_map
from gitledger.windows.churn import churns_of
from gitledger.windows.delta import Delta
from gitledger.windows.snapshot import text_of
from gitledger.windows.thresholds import Terms
from gitledger.windows.window import Window

Json = Mapping[str, object]


def row_map(row: Row) -> dict[str, Any]:
    """A row: its envelope, the windows it is of, and its values."""
    return {
        "row": row.id,
        "recorded_at": row.recorded_at,
        "agent": row.agent,
        "window": ", ".join(windows_of(row.values)),
        "summary": codec.summary(row.values),
        "values": row.values,
    }


def rows_added(
    rows: Sequence[Row], shown: Collection[str] | None = None
) -> dict[str, list[dict[str, Any]]]:
    """Added rows by ledger, in the order of recording; of windows those that are `shown`."""
    if shown is not None:
        rows = [row for row in rows if not {*windows_of(row.values)}.isdisjoint(shown)]
    found: dict[str, list[dict[str, Any]]] = {}
    for row in sorted(rows, key=lambda row: (row.ledger, row.recorded_at, row.id)):
        found.setdefault(row.ledger, []).append(row_map(row))
    return found


def corrections_of(difference: Difference) -> Iterator[dict[str, Any]]:
    """Added voids and amendments, each beside the row it answers and the one that stands now."""
    known = difference.sides.answered or {}
    for row in difference.sides.added:
        if row.ledger != corrections.LEDGER:
            continue
        target = known.get(text_of(row.values, "target"))
        instead = known.get(text_of(row.values, "replacement"))
        yield {
            "row": row.id,
            "kind": text_of(row.values, "kind"),
            "reason": text_of(row.values, "reason"),
            "target": text_of(row.values, "target"),
            "ledger": target.ledger if target else None,
            "window": ", ".join(windows_of(target.values)) if target else "",
            "was": codec.summary(target.values) if target else None,
            "replacement": text_of(row.values, "replacement") or None,
            "is": codec.summary(instead.values) if instead else None,
        }


def effects_json(effects: Effects, terms: Terms, shown: Collection[str] | None) -> dict[str, Any]:
    """Numbers by provider, touched windows, findings and verdicts; of windows those `shown`."""
    windows = [w for w in effects.windows if shown is None or w.window.id in shown]
    moved = [w for w in windows if w.was is not None and w.was != w.verdict]
    return {
        "effects": [arm.payload() for arm in effects.arms],
        "windows": [window_map(window, terms) for window in windows],
        "verdicts": {
            "counts": counted_words(w.verdict for w in windows if w.verdict),
            "changed": [
                {"window": w.window.id, "before": w.was, "after": w.verdict or "gone"}
                for w in moved
            ],
        },
        "findings": {
            "new": [finding_map(found) for w in windows for found in w.fresh],
            "closed": [finding_map(found) for w in windows for found in w.closed],
        },
        "coverage": effects.covered.payload(),
    }


def counted_words(words: Iterator[str]) -> dict[str, int]:
    """How often each word comes, in the order of first coming."""
    found: dict[str, int] = {}
    for word in words:
        found[word] = found.get(word, 0) + 1
    return found


def window_map(effect: WindowEffect, terms: Terms) -> dict[str, Any]:
    """A touched window in a line: its meters, what it delivered, what is judged of it."""
    window = effect.window
    final = window.finalised.canonical if window.finalised else None
    lines = churns_of(window)
    passed = sum(text_of(row.values, "result") == "pass" for row in window.evidence)
    return {
        "window": window.id,
        "new": effect.was is None,
        "providers": list(dict.fromkeys(provider for provider, _ in window.holders)),
        "deltas": [delta_map(delta) for delta in capacity_deltas(window, terms)],
        "features": final.features if final else None,
        "outcome": (final.outcome or None) if final else None,
        "commits": len(window.commits),
        "insertions": plain(_sum(one.insertions for one in lines)),
        "deletions": plain(_sum(one.deletions for one in lines)),
        "churn": list(dict.fromkeys(map(gone_words, lines))),
        "evidence": {"pass": passed, "of": len(window.evidence)},
        "verdict": {"before": effect.was, "after": effect.verdict or None},
        "findings": [finding_map(found) for found in effect.fresh],
    }


def _sum(parts: Iterator[float | None]) -> float | None:
    """The sum of what is known; None where nothing is."""
    known = [part for part in parts if part is not None]
    return sum(known) if known else None


def capacity_deltas(window: Window, terms: Terms) -> Iterator[Delta]:
    """The delta of each account's capacity meter."""
    for provider, account in window.holders:
        found = window.delta(provider, account, terms.capacity_meter(provider))
        if found is not None:
            yield found


def delta_map(delta: Delta) -> dict[str, Any]:
    """What a window took from a meter; unknown numbers are null."""
    return {
        "provider": delta.provider,
        "account": delta.account,
        "meter": delta.meter,
        "before": delta.before,
        "after": delta.after,
        "delta_pp": delta.value,
        "resolution": delta.resolution,
        "state": delta.state,
        "usable": delta.usable,
    }
