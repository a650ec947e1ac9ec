"""An earlier tracker's records as values of our ledgers; panes are read again from their text.

What the earlier parser claimed is believed nowhere; where it differs from what the text says,
the claim is kept as a note.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, tzinfo
from decimal import Decimal
from typing import Any

from gitledger.capture.snapshot import CaptureOptions, ReadingPlace, snapshot_values
from gitledger.capture.source import Given, provider_of
from gitledger.capture.tracker_files import TrackerRecord, corrupt_line
from gitledger.capture.usage import event_rows, usage_rows
from gitledger.errors import Problem, UsageError
from gitledger.ledger.values import canonical_time
from gitledger.meters.reading import Parsed
from gitledger.meters.registry import SOURCES, parse
from gitledger.windows.snapshot import NO_ACCOUNT, moment

CLAIMS = {
    "fiveh_pct": "5h",
    "session_pct": "5h",
    "weekly_pct": "weekly",
    "all_models_pct": "weekly",
    "opus_pct": "weekly-opus",
    "sonnet_pct": "weekly-sonnet",
}
REHEARSED = frozenset({"automation", "fixture", "simulated", "rehearsal"})
SHA = re.compile(r"[0-9a-f]{40}")
Planned = tuple[str, dict[str, Any]]


def rows_of(entry: TrackerRecord, zone: tzinfo) -> Iterator[Planned | Problem]:
    """The rows that a record becomes, as (ledger, values), or the problem that it is.

    Panes are read in `zone`, that of the terminal which showed them.
    """
    missing = [name for name in NEEDED[entry.kind] if not _text(entry.values, name)]
    if missing:
        yield corrupt_line(entry.where, f"lacks {', '.join(missing)}")
        return
    shown = moment(_text(entry.values, "captured_at") or None)
    if "captured_at" in NEEDED[entry.kind] and shown is None:
        what = f"captured_at {entry.values['captured_at']!r} is not a time"
        yield corrupt_line(entry.where, what, "give an ISO time")
        return
    yield from READERS[entry.kind](entry, zone, shown or datetime.min.replace(tzinfo=UTC))


def _snapshot(entry: TrackerRecord, zone: tzinfo, shown: datetime) -> Iterator[Planned | Problem]:
    values = entry.values
    source, text = _text(values, "provider"), _text(values, "raw_text")
    claimed = values.get("parsed")
    claims = _claims(claimed if isinstance(claimed, Mapping) else {})
    typed = not text.strip()
    try:
        provider = provider_of(source)
        parsed = Parsed(source, "override") if typed else read_text(source, text, shown, zone)
    except UsageError as refused:
        yield Problem(entry.where, refused.what, refused.hint, "unknown-provider")
        return
    if _text(values, "phase") not in {"before", "after"}:
        yield corrupt_line(entry.where, "phase is neither before nor after", "fix the line")
        return
    place = ReadingPlace(
        _text(values, "window"),
        provider,
        _text(values, "account") or NO_ACCOUNT,
        _text(values, "phase"),
    )
    origin = _text(values, "source")
    options = CaptureOptions(
        notes=_notes(values, "" if typed else differing(claims, parsed)),
        simulated=origin in REHEARSED,
    )
    given = Given(text or str(sorted(claims.items())), source, entry.where)
    row = snapshot_values(place, given, parsed, captured_at=shown, zone=zone, options=options)
    row["captured_at"] = canonical_time(shown)
    if typed:
        row |= {"source": "override", "manual": True, "readings": _typed(claims)}
    yield "snapshots", row


def read_text(source: str, text: str, shown: datetime, zone: tzinfo) -> Parsed:
    """What a text says as its own source; a text of another kind is asked whose it is.

    The source is known here, so that its parser is asked first: telling texts apart costs more
    than reading one. Raises UsageError for a name that is not a source.
    """
    own = SOURCES.get(source)
    parsed = own.parse(text, at=shown, tz=zone) if own else None
    if parsed is not None and (parsed.readings or parsed.usage or parsed.events):
        return parsed
    return parse(source, text, at=shown, tz=zone)


def _claims(claimed: Mapping[str, Any]) -> dict[str, Decimal]:
    """The percentages the earlier parser made of a pane, by our meters' names."""
    return {
        CLAIMS[name]: Decimal(str(value))
        for name, value in claimed.items()
        if name in CLAIMS and isinstance(value, int | Decimal) and not isinstance(value, bool)
    }


def differing(claims: Mapping[str, Decimal], parsed: Parsed) -> str:
    """The earlier parser's claims that the text does not bear out; "" when it does."""
    if not claims:
        return ""
    read = {r.meter: Decimal(r.used_pct) for r in parsed.readings if r.bucket == "default"}
    told = [f"{meter} {claim} %" for meter, claim in claims.items() if read.get(meter) != claim]
    return f"the earlier tracker read {', '.join(told)}" if told else ""


def _typed(claims: Mapping[str, Decimal]) -> list[dict[str, Any]]:
    return [
        {"bucket": "default", "meter": meter, "used_pct": used, "rounding": "round"}
        for meter, used in claims.items()
    ]


def _window(entry: TrackerRecord, _zone: tzinfo, _shown: datetime) -> Iterator[Planned | Problem]:
    """A finalisation. Providers without features and without a reading had no part in it."""
    values = entry.values
    finished = moment(_text(values, "finalized_at") or _text(values, "finalised_at") or None)
    parts = values.get("providers")
    held = set(parts) if isinstance(parts, Mapping) else set()
    counted = values.get("features")
    if not isinstance(counted, Mapping) or not all(_whole(n) for n in counted.values()):
        yield corrupt_line(entry.where, "features is not a map of whole numbers by provider")
        return
    row: dict[str, Any] = {
        "window": _text(values, "window"),
        "features": [
            {"provider": provider, "account": NO_ACCOUNT, "features": count}
            for provider, count in counted.items()
            if count or provider in held
        ],
        "quality": values.get("quality", values.get("quality_score")),
        "notes": _notes(values, claimed_deltas(parts if isinstance(parts, Mapping) else {})),
    }
    if finished:
        row["finalised_at"] = canonical_time(finished)
    for name in ("rubric", "outcome", "cls", "impf", "methodology", "spec_id", "spec_version"):
        row[name] = values.get(name)
    row |= _range(values)
    yield "windows", {k: v for k, v in row.items() if v is not None and v != ""}


def claimed_deltas(parts: Mapping[str, Any]) -> str:
    """The earlier tracker's own deltas, as a remark."""
    told = []
    for provider, part in parts.items():
        delta = part.get("delta") if isinstance(part, Mapping) else None
        if isinstance(delta, Mapping):
            pairs = (f"{CLAIMS.get(name, name)} {value}" for name, value in delta.items())
            told.append(f"{provider} {', '.join(pairs)}")
    return f"the earlier tracker's deltas: {'; '.join(told)}" if told else ""


def _counted(entry: TrackerRecord, zone: tzinfo, shown: datetime) -> Iterator[Planned | Problem]:
    """Token counts, prompt counts and proxy logs: read again from their text."""
    values = entry.values
    source = _text(values, "provider")
    text = _text(values, "raw_text")
    try:
        parsed = read_text(source, text, shown, zone)
    except UsageError as refused:
        yield Problem(entry.where, refused.what, refused.hint, "unknown-provider")
        return
    window = _text(values, "window")
    if not parsed.usage and not parsed.events:
        why = parsed.problems[0].what if parsed.problems else "holds no count"
        yield Problem(entry.where, why, "the line was left out", "unread")
        return
    envelope = {"source": parsed.source, "provider": provider_of(parsed.source)}
    envelope |= {
        "window": window,
        "captured_at": canonical_time(shown),
        "notes": _notes(values, ""),
    }
    envelope = {name: value for name, value in envelope.items() if value}
    for row in usage_rows(parsed.usage, text, envelope) if parsed.usage else ():
        yield "usage", row
    for row in event_rows(parsed.events, window):
        yield "telemetry", row


def _churn(entry: TrackerRecord, _zone: tzinfo, shown: datetime) -> Iterator[Planned | Problem]:
    """A churn record, from JSON with the time of measuring or from CSV with its day."""
    values = entry.values
    span = _range(values)
    row: dict[str, Any] = {
        "date": _text(values, "date") or shown.date().isoformat(),
        "decision": _decision(span),
        **{name: values.get(name) for name in ("window", "provider", "methodology", "notes")},
        **span,
    }
    for name in ("files_changed", "insertions", "deletions", "net", "features"):
        row[name] = values.get(name)
    share = values.get("normalized_churn")
    if isinstance(share, int | Decimal | str) and str(share).strip():
        row["normalized_churn"] = Decimal(str(share)).quantize(Decimal("0.01"))
    yield "churn", {name: value for name, value in row.items() if value not in {None, ""}}


def _decision(span: Mapping[str, str]) -> str:
    if len(span) < 2:
        return "missing-commit-range"
    return "empty-range" if span["commit_start"] == span["commit_end"] else "measured"


def _anomaly(entry: TrackerRecord, _zone: tzinfo, _shown: datetime) -> Iterator[Planned | Problem]:
    """An anomaly in whatever words the earlier tracker had for it."""
    values = entry.values
    code = _first(values, ("code", "type", "kind", "anomaly")) or "anomaly"
    what = _first(values, ("what", "message", "reason", "notes")) or code
    severity = _text(values, "severity")
    row = {"window": _text(values, "window"), "code": code, "what": what}
    row["severity"] = severity if severity in {"error", "warning", "note"} else "warning"
    provider = _text(values, "provider")
    yield "anomalies", row | ({"where": provider} if provider else {})


Reader = Callable[[TrackerRecord, tzinfo, datetime], Iterator[Planned | Problem]]
READERS: Mapping[str, Reader] = {
    "snapshots": _snapshot,
    "windows": _window,
    "glm": _counted,
    "ccusage": _counted,
    "monitor": _counted,
    "telemetry": _counted,
    "churn": _churn,
    "anomalies": _anomaly,
}
NEEDED: Mapping[str, Sequence[str]] = {
    "snapshots": ("window", "provider", "phase", "captured_at"),
    "windows": ("window",),
    "glm": ("window", "provider", "captured_at", "raw_text"),
    "ccusage": ("window", "provider", "captured_at", "raw_text"),
    "monitor": ("window", "provider", "captured_at", "raw_text"),
    "telemetry": ("window", "provider", "captured_at", "raw_text"),
    "churn": ("window",),
    "anomalies": ("window",),
}


def _text(values: Mapping[str, Any], name: str) -> str:
    value = values.get(name)
    return value if isinstance(value, str) else ""


def _first(values: Mapping[str, Any], names: Sequence[str]) -> str:
    """The first of some columns that says anything."""
    return next(filter(None, (_text(values, name) for name in names)), "")


def _whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _notes(values: Mapping[str, Any], claim: str) -> str:
    return "; ".join(filter(None, (_text(values, "notes").strip(), claim)))


def _range(values: Mapping[str, Any]) -> dict[str, str]:
    """The commit range where both ends are full ids; others cannot be looked up any more."""
    names = ("commit_start", "commit_end")
    found = {name: _text(values, name) for name in names}
    return found if all(SHA.fullmatch(sha) for sha in found.values()) else {}
