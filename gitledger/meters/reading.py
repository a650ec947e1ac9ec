"""What a meter said: readings, usage and proxy events as frozen values, and their JSON maps.

Depends on `gitledger.errors` only. An unknown figure is None here and absent in a map.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from decimal import Decimal
from operator import attrgetter
from typing import NamedTuple, TypeAlias

from gitledger.errors import Problem

Number: TypeAlias = int | Decimal
Scalar: TypeAlias = "str | int | bool | Decimal"
Value: TypeAlias = "Scalar | Sequence[Value] | Mapping[str, Value]"

DEFAULT_BUCKET = "default"


class Reading(NamedTuple):
    """One meter of one bucket, in percent used (0 to 100) at the precision that was shown.

    `resolution` is the step of the display in percent points; `rounding` how the display comes
    from the true value (`floor`, `round`, `ceil`, `exact`, `unknown`). `resets_at` is UTC without
    a fraction of a second, `reset_text` the words it was read from. `banked_resets` counts the
    resets that the account may call for at will, None where the feed does not say; `overage` is
    true where the text itself shows that use beyond 100 % is sold to the account. `plan` is the
    plan that the text names, "" where it names none.
    """

    meter: str
    used_pct: Number
    bucket: str = DEFAULT_BUCKET
    resolution: Number = 1
    rounding: str = "unknown"
    window_minutes: int | None = None
    resets_at: datetime | None = None
    reset_text: str = ""
    used_units: Number | None = None
    limit_units: Number | None = None
    channel: str = ""
    bucket_id: str = ""
    banked_resets: int | None = None
    overage: bool = False
    plan: str = ""


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens and list-price cost over one period, as a counting tool reported them.

    `input_tokens` excludes cache reads and writes, `cost_usd` is the tool's own estimate and None
    where it had no price. `percent_used` is a tool's local guess, never a provider's meter.
    """

    scope: str
    period: str
    period_start: datetime | None = None
    period_end: datetime | None = None
    active: bool | None = None
    requests: int | None = None
    input_tokens: int | None = None
    output_tokens: int | None = None
    cache_read_tokens: int | None = None
    cache_creation_tokens: int | None = None
    reasoning_tokens: int | None = None
    total_tokens: int | None = None
    prompts: Number | None = None
    cost_usd: Number | None = None
    percent_used: Number | None = None
    models: tuple[str, ...] = ()
    unpriced: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Event:
    """One request as a model proxy logged it; `extra` keeps harmless scalars not named here."""

    ts: str
    rid: str = ""
    lane: str = ""
    model: str = ""
    status: str = ""
    input_tokens: int | None = None
    output_tokens: int | None = None
    reason: str = ""
    latency_ms: Number | None = None
    event: str = ""
    decision: str = ""
    err_type: str = ""
    upstream: str = ""
    extra: tuple[tuple[str, Scalar], ...] = ()


@dataclass(frozen=True, slots=True)
class Parsed:
    """What one text holds: readings, usage, events, and everything that is wrong with it.

    `captured_at` is the moment the text itself gives for its figures, None when it carries no
    clock. `stale_by_clock` names the meters whose reset had passed at the moment of reading.
    """

    source: str
    channel: str
    readings: tuple[Reading, ...] = ()
    problems: tuple[Problem, ...] = ()
    captured_at: datetime | None = None
    version: str = ""
    usage: tuple[Usage, ...] = ()
    events: tuple[Event, ...] = ()
    stale_by_clock: tuple[str, ...] = ()


def timestamp_text(moment: datetime) -> str:
    """RFC 3339 in UTC with `Z`; a fraction only when it is not zero."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def plain(value: object) -> "Value | None":
    """A field as JSON-like value: time as text, a tuple of pairs as map; None when unknown."""
    if isinstance(value, str):
        return value or None
    if value is None or isinstance(value, int | Decimal):
        return value
    if isinstance(value, datetime):
        return timestamp_text(value)
    if isinstance(value, tuple):
        if value and isinstance(value[0], tuple):
            return {str(name): item for name, item in value}
        return [str(item) for item in value] or None
    return None


def known_fields(value: Usage | Event) -> dict[str, Value]:
    """The columns of a usage or telemetry row: what is known, in the order of the definition."""
    pairs = ((f.name, plain(getattr(value, f.name))) for f in fields(value))
    return {name: item for name, item in pairs if item is not None}


READING_ORDER = (
    *("bucket", "bucket_id", "meter", "used_pct", "resolution", "rounding", "window_minutes"),
    *("resets_at", "reset_text", "used_units", "limit_units", "banked_resets", "overage"),
    "plan",
)
_IN_ORDER = attrgetter(*READING_ORDER)


def reading_to_map(reading: Reading) -> dict[str, Value]:
    """A reading as one map of the snapshots ledger; the channel belongs to the snapshot."""
    pairs = zip(READING_ORDER, map(plain, _IN_ORDER(reading)), strict=True)
    return {name: value for name, value in pairs if value is not None and value is not False}


def problem_to_map(problem: Problem) -> dict[str, Value]:
    """A problem as one map of the snapshots ledger."""
    named = {f.name: str(getattr(problem, f.name)) for f in fields(problem)}
    order = ("code", "severity", "where", "what", "hint")
    return {name: named[name] for name in order if named[name]}


def fingerprint(values: Mapping[str, Value]) -> str:
    """SHA-256 of a map in canonical JSON: the natural key of a usage value or an event."""
    text = json.dumps(values, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode()).hexdigest()
