"""Proxy events: what each one is, and what a window's log says of errors, routing and latency.

Depends on `ledger` for the adapter that reads `telemetry` rows. An event is a completion, a
decision, an error, or has a status nobody named; the last is reported by name, not guessed.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from gitledger.ledger.redaction import identifier
from gitledger.ledger.row import Row, map_of
from gitledger.measure.amounts import number
from gitledger.measure.estimate import plain

Kind = Literal["completion", "decision", "error", "unknown"]

COUNTED = "no interval: every event is counted, none is sampled"
HEALTHY = ("ok", "success", "routed", "cached")
ANSWERED = frozenset({"", "completion", "complete", "completed", "response", "request"})
FAILED = ("error", "fail", "failed", "failure", "timeout")
DECISION_STATUS = "-1"
NETWORK_STATUS = "0"
GLM_WORDS = frozenset({"zai", "glm"})
GLM_MODELS = ("glm-", "z.")


@dataclass(frozen=True, slots=True)
class ProxyEvent:
    """One line of a proxy's log, as it came. Unknown numbers are None, unknown words empty.

    `latency_ms` is in milliseconds; `at` is UTC or None.
    """

    rid: str = ""
    lane: str = ""
    model: str = ""
    status: str = ""
    event: str = ""
    reason: str = ""
    upstream: str = ""
    input_tokens: int | None = None
    output_tokens: int | None = None
    cached_tokens: int | None = None
    latency_ms: float | None = None
    at: datetime | None = None
    window: str = ""
    row: str = ""

    @property
    def metered(self) -> bool:
        """Whether its tokens were counted: streaming lines log 0 and 0, which counts nothing."""
        return bool(self.input_tokens or self.output_tokens)


@dataclass(frozen=True, slots=True)
class Telemetry:
    """A log in numbers. `routed` counts attempts (completions and errors) that went to GLM."""

    events: int
    completions: int
    decisions: int
    errors: int
    routed: int
    routed_by: tuple[tuple[str, int], ...]
    p50_ms: float | None
    p95_ms: float | None
    unknown_status: tuple[tuple[str, int], ...]
    unmetered: int

    @property
    def error_rate(self) -> float | None:
        """errors / (errors + completions); None without either."""
        attempts = self.errors + self.completions
        return self.errors / attempts if attempts else None

    @property
    def routed_share(self) -> float | None:
        """Share of attempts that went to GLM; None without attempts."""
        attempts = self.errors + self.completions
        return self.routed / attempts if attempts else None

    def payload(self) -> Mapping[str, object]:
        """JSON form: the `telemetry` block of a preview."""
        return {
            "events": self.events,
            "completions": self.completions,
            "decisions": self.decisions,
            "errors": self.errors,
            "error_rate": plain(self.error_rate),
            "routed": self.routed,
            "routed_share": plain(self.routed_share),
            "routed_by": dict(self.routed_by),
            "p50_ms": plain(self.p50_ms),
            "p95_ms": plain(self.p95_ms),
            "unknown_status": [{"status": s, "count": n} for s, n in self.unknown_status],
            "unmetered": self.unmetered,
            "reason": COUNTED,
        }


def kind_of(event: ProxyEvent, healthy: Sequence[str] = HEALTHY) -> Kind:
    """What an event is; its own word (`event:`) goes before its status."""
    word = event.event.lower()
    status = event.status.strip().lower()
    if word == "decision" or (not word and status == DECISION_STATUS):
        return "decision"
    if word == "error" or status == NETWORK_STATUS:
        return "error"
    if word not in ANSWERED:
        return "unknown"
    if status.isdigit():
        return by_number(int(status))
    if status in healthy:
        return "completion"
    return "error" if status in FAILED else "unknown"


def unknown_kinds(
    events: Iterable[ProxyEvent], healthy: Sequence[str] = HEALTHY
) -> tuple[tuple[str, int], ...]:
    """Events of no known kind, counted by the word or else the status that nobody knows."""
    strange = (event for event in events if kind_of(event, healthy) == "unknown")
    return tuple(sorted(Counter(map(strange_word, strange)).items()))


def strange_word(event: ProxyEvent) -> str:
    """What makes an event unknown: its own word, else its status."""
    if event.event.lower() not in ANSWERED:
        return event.event
    return f"status {event.status or '(none)'}"


def strange_status(event: ProxyEvent) -> str:
    """The status that nobody knows; of an event whose own word is the strange one, that word."""
    known = event.event.lower() in ANSWERED
    return (event.status or "(none)") if known else f"event {event.event}"


def by_number(status: int) -> Kind:
    """2xx is healthy, 4xx and 5xx are errors, other numbers nobody explained."""
    # redirects and 1xx end nothing: they are told by name
    hundred = status // 100
    if hundred == 2:
        return "completion"
    return "error" if hundred in {4, 5} else "unknown"


def route_rule(event: ProxyEvent) -> str:
    """Which rule says that an event went to GLM: `lane`, `upstream`, `model`, or none ("")."""
    if says_glm(event.lane):
        return "lane"
    if says_glm(event.upstream):
        return "upstream"
    return "model" if event.model.lower().startswith(GLM_MODELS) else ""


def says_glm(word: str) -> bool:
    """Whether a lane or upstream names GLM or z.ai, alone or as a part (`glm-air`, `api.z.ai`)."""
    low = word.lower()
    return "z.ai" in low or not GLM_WORDS.isdisjoint(re.split(r"[^a-z0-9]+", low))


def summarise(events: Iterable[ProxyEvent], healthy: Sequence[str] = HEALTHY) -> Telemetry:
    """The log in numbers; only completions count for latency and tokens."""
    kinds = [(event, kind_of(event, healthy)) for event in events]
    count = Counter(kind for _, kind in kinds)
    attempts = [event for event, kind in kinds if kind in {"completion", "error"}]
    rules = Counter(rule for rule in map(route_rule, attempts) if rule)
    done = [event for event, kind in kinds if kind == "completion"]
    waits = sorted(event.latency_ms for event in done if event.latency_ms is not None)
    strange = Counter(strange_status(event) for event, kind in kinds if kind == "unknown")
    return Telemetry(
        events=len(kinds),
        completions=count["completion"],
        decisions=count["decision"],
        errors=count["error"],
        routed=sum(rules.values()),
        routed_by=tuple(sorted(rules.items())),
        p50_ms=quantile(waits, 0.50),
        p95_ms=quantile(waits, 0.95),
        unknown_status=tuple(sorted(strange.items())),
        unmetered=sum(1 for event in done if not event.metered),
    )


def quantile(ordered: Sequence[float], share: float) -> float | None:
    """Quantile of ordered values by linear interpolation (numpy's and R's type 7)."""
    if not ordered:
        return None
    place = (len(ordered) - 1) * share
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)


def event_of_row(row: Row) -> ProxyEvent:
    """A `telemetry` row as an event; a time that cannot be read is unknown."""
    values = row.values
    inner = map_of(values, "extra")
    words = ("lane", "model", "status", "event", "reason", "upstream", "window")
    return ProxyEvent(
        rid=identifier(str(values.get("rid", ""))),
        **{name: str(values.get(name, "")) for name in words},
        input_tokens=whole(values.get("input_tokens")),
        output_tokens=whole(values.get("output_tokens")),
        cached_tokens=whole(inner.get("cached_tokens", inner.get("cache_read_tokens"))),
        latency_ms=number(values.get("latency_ms")),
        at=instant(str(values.get("ts", ""))),
        row=row.id,
    )


def whole(value: object) -> int | None:
    """A count as int; anything else, or a negative one, is unknown."""
    found = number(value)
    return None if found is None or found < 0 else int(found)


def instant(text: str) -> datetime | None:
    """A canonical timestamp as aware UTC, None when the text is none."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found.astimezone(UTC) if found.tzinfo else None
