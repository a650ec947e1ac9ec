"""Log lines of a model proxy as events: gitledger's own line format and LiteLLM's two records.

Depends on the meters room only. Prompts, answers, addresses and keys are dropped here; only
named fields and harmless scalars pass.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, tzinfo

from gitledger.errors import Problem
from gitledger.meters.jsontext import (
    Number,
    as_count,
    as_map,
    as_number,
    as_text,
    broken_lines,
    documents,
    epoch_moment,
    iso_moment,
    tidy,
)
from gitledger.meters.problems import problem
from gitledger.meters.reading import Event, Parsed, Scalar, timestamp_text

WORDS = (
    *("rid", "lane", "model", "status", "reason", "event", "decision", "err_type"),
    "upstream",
)
OWN = {"ts", "input_tokens", "output_tokens", "latency_ms", *WORDS}
PRIVATE_PARTS = (
    *("key", "token_hash", "email", "user", "ip", "addr", "message", "prompt", "response"),
    *("content", "header", "auth", "secret", "cookie", "session", "path", "host", "url"),
)
COUNTS = (
    *("input_tokens", "output_tokens", "prompt_tokens", "completion_tokens"),
    *("latency_ms", "response_time", "request_duration_ms"),
)
EXTRA_LIMIT = 200
JsonMap = Mapping[str, object]


def parse(text: str, *, at: datetime, tz: tzinfo) -> Parsed:
    """One event per record of the log; lines that are no records are counted as a problem."""
    del at, tz
    records = [doc for doc in documents(text) if is_event(doc)]
    if not records:
        hint = "one JSON object a line, with at least ts and rid or lane"
        none = problem("no-meter", "no proxy event in the text", hint=hint)
        return Parsed("proxy-telemetry", "proxy", problems=(none,))
    events = tuple(map(read_event, records))
    # the lines of one object are no records of their own
    bad = broken_lines(text) if len(documents(text)) > 1 else ()
    what = f"{len(bad)} lines are no JSON records" if len(bad) != 1 else "is not a JSON record"
    where = f"line{'s' * (len(bad) != 1)} " + ", ".join(map(str, bad[:10]))
    found = [problem("bad-lines", what, where=where)] if bad else []
    found += negative_counts(records)
    stamps = (iso_moment(event.ts, whole_seconds=False) for event in events)
    newest = max((stamp for stamp in stamps if stamp), default=None)
    return Parsed("proxy-telemetry", "proxy", (), tuple(found), newest, events=events)


def negative_counts(records: Sequence[JsonMap]) -> Iterator[Problem]:
    """A problem for each count below 0; it is left unknown, and the event stays an event."""
    for place, record in enumerate(records, 1):
        below = [name for name in COUNTS if (as_number(record.get(name)) or 0) < 0]
        if below:
            what = f"{', '.join(below)} below 0: left unknown"
            yield problem("negative-count", what, where=f"event {place}")


def wait_of(value: Number | None) -> Number | None:
    """A latency of 0 ms or more; anything else is unknown."""
    return None if value is None or value < 0 else value


def is_event(document: JsonMap) -> bool:
    """True for a line of a proxy's log."""
    is_own = "ts" in document and bool({"rid", "lane", "event"} & document.keys())
    return is_own or is_litellm(document)


def is_litellm(document: JsonMap) -> bool:
    """True for LiteLLM's logging payload or a row of its spend log."""
    return "startTime" in document and bool({"prompt_tokens", "call_type"} & document.keys())


def read_event(document: JsonMap) -> Event:
    """One record as an event."""
    return read_litellm(document) if is_litellm(document) else read_own(document)


def read_own(document: JsonMap) -> Event:
    """A line of gitledger's own format; unknown scalars are kept unless their name is private."""
    extra = ((name, plain_scalar(value)) for name, value in document.items() if name not in OWN)
    return Event(
        ts=stamp(document.get("ts")),
        **{name: word(document.get(name)) for name in WORDS},
        input_tokens=as_count(document.get("input_tokens")),
        output_tokens=as_count(document.get("output_tokens")),
        latency_ms=wait_of(as_number(document.get("latency_ms"))),
        extra=tuple((n, v) for n, v in extra if v is not None and not is_private(n)),
    )


def read_litellm(document: JsonMap) -> Event:
    """A LiteLLM record: its lane is the model group, its latency in seconds or milliseconds."""
    seconds = as_number(document.get("response_time"))
    duration = as_number(document.get("request_duration_ms"))
    keys = ("id", "request_id", "litellm_call_id")
    status = word(document.get("status"))
    lane = word(document.get("model_group")) or word(document.get("custom_llm_provider"))
    return Event(
        ts=stamp(document.get("startTime")),
        rid=next((text for key in keys if (text := word(document.get(key)))), ""),
        lane=lane,
        model=word(document.get("model")),
        status={"success": "200", "failure": "error"}.get(status, status),
        input_tokens=as_count(document.get("prompt_tokens")),
        output_tokens=as_count(document.get("completion_tokens")),
        latency_ms=wait_of(duration if seconds is None else tidy(seconds * 1000)),
        err_type=word(as_map(document.get("error_information")).get("error_class")),
        upstream=word(document.get("custom_llm_provider")),
        extra=cost_extra(document),
    )


def cost_extra(document: JsonMap) -> tuple[tuple[str, Scalar], ...]:
    """The proxy's own price of a request, where it has one."""
    costs = (as_number(document.get(key)) for key in ("response_cost", "spend"))
    cost = next((cost for cost in costs if cost is not None), None)
    return () if cost is None else (("cost_usd", cost),)


def stamp(value: object) -> str:
    """Canonical UTC text of an ISO time, epoch seconds or milliseconds; "" when it is none."""
    moment = iso_moment(value, whole_seconds=False) or epoch_moment(value, whole_seconds=False)
    return timestamp_text(moment) if moment else ""


def word(value: object) -> str:
    """A short scalar as text."""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return as_text(value)[:EXTRA_LIMIT]


def plain_scalar(value: object) -> "Scalar | None":
    """A short string, a flag or a number; nothing nested."""
    if isinstance(value, bool):
        return value
    number: Number | None = as_number(value)
    return number if number is not None else as_text(value)[:EXTRA_LIMIT] or None


def is_private(name: str) -> bool:
    """True for a field whose name promises an identity or the words of a conversation."""
    return any(part in name.lower() for part in PRIVATE_PARTS)
