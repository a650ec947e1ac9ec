"""Token counts and proxy events as rows: one row a report and scope, one row an event."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from hashlib import sha256
from typing import Any

from gitledger.ledger.values import canonical_time
from gitledger.meters.reading import Event, Usage, fingerprint, known_fields

COUNTS = (
    *("input_tokens", "output_tokens", "cache_creation_tokens", "cache_read_tokens"),
    *("reasoning_tokens", "total_tokens", "requests", "cost_usd", "prompts"),
)
WHOLE = ("tokens", "requests")
MOST_PARTS = 60  # models of one report; beyond them the sum alone is kept


def usage_rows(
    usage: Sequence[Usage], text: str, envelope: Mapping[str, Any]
) -> list[dict[str, Any]]:
    """One row for each scope of a report; its key is the report's hash and the scope.

    A sum is known only when every part is. Parts are kept while they are few.
    """
    scopes = dict.fromkeys(entry.scope for entry in usage)
    return [
        _report([entry for entry in usage if entry.scope == scope], text, {**envelope})
        for scope in scopes
    ]


def _report(parts: Sequence[Usage], text: str, row: dict[str, Any]) -> dict[str, Any]:
    row |= {"source_sha256": sha256(text.encode()).hexdigest(), "scope": parts[0].scope}
    for column in COUNTS:
        amounts = [getattr(part, column) for part in parts]
        if None not in amounts:
            total = sum((Decimal(amount) for amount in amounts), Decimal(0))
            row[column] = int(total) if column.endswith(WHOLE) else total
    starts = [part.period_start for part in parts if part.period_start]
    ends = [part.period_end for part in parts if part.period_end]
    row |= {"period_start": canonical_time(min(starts))} if starts else {}
    row |= {"period_end": canonical_time(max(ends))} if ends else {}
    models = sorted({model for part in parts for model in part.models})
    row |= {"models": models} if models else {}
    guesses = [
        p.percent_used for p in parts if p.percent_used is not None and p.active is not False
    ]
    row |= {"percent_used": guesses[-1]} if guesses else {}
    if len(parts) == 1 and parts[0].period:
        row["period"] = parts[0].period
    if 1 < len(parts) <= MOST_PARTS:
        row["entries"] = [
            {k: v for k, v in known_fields(part).items() if k not in {"scope", "models"}}
            for part in parts
        ]
    return row


def event_rows(events: Sequence[Event], window: str) -> list[dict[str, Any]]:
    """One row for each event; its key is the hash of the event itself."""
    rows = []
    for event in events:
        values = known_fields(event)
        rows.append({**values, "event_sha256": fingerprint(values), "window": window})
    return rows
