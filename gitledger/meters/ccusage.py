"""What ccusage counts from local session files: blocks, days, weeks, months, sessions.

Depends on the meters room only. These are estimates of one machine, never a provider's meter: a
block starts at a full UTC hour, and a list price is not what a plan costs. Versions 18 and 20,
Codex's own variant and the monthly and weekly tables differ in key names only.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, tzinfo
from hashlib import sha256

from gitledger.errors import Problem
from gitledger.meters.jsontext import (
    Number,
    as_count,
    as_list,
    as_map,
    as_number,
    as_text,
    documents,
    iso_moment,
)
from gitledger.meters.problems import merge_problems, problem
from gitledger.meters.reading import Parsed, Usage

TABLES = {
    "blocks": "block",
    "daily": "day",
    "days": "day",
    "weekly": "week",
    "currentWeek": "week",
    "monthly": "month",
    "session": "session",
    "sessions": "session",
}
PERIOD_KEYS = ("period", "date", "week", "month", "sessionId", "startDate", "id", "window_id")
DIGEST_DIGITS = 12
COST_KEYS = ("costUSD", "totalCost", "cost")
JsonMap = Mapping[str, object]


def parse(source: str, text: str, *, at: datetime, tz: tzinfo) -> Parsed:
    """The rows of a table as usage values, under the name of its source.

    `ccusage`, `codex-ccusage` (it counts Codex sessions), `glm-counts` (prompts, kept by hand).
    """
    del at, tz
    tables = [(doc, key) for doc in documents(text) for key in TABLES if key in doc]
    if not tables:
        what = "no ccusage table in the text (blocks, daily, weekly, monthly, session)"
        hint = "run ccusage with --json"
        return Parsed(source, "ccusage", problems=(problem("no-meter", what, hint=hint),))
    usage: list[Usage] = []
    for document, key in tables:
        usage.extend(rows_of(document[key], TABLES[key]))
    document = tables[-1][0]
    clock = iso_moment(document.get("generated_at")) or iso_moment(document.get("generatedAt"))
    wrong = [] if usage else [problem("no-limits", "the table has no rows")]
    return Parsed(
        source,
        "ccusage",
        problems=merge_problems((*wrong, *negative_counts(tables), *unpriced_notes(usage))),
        captured_at=clock,
        usage=tuple(usage),
    )


def negative_counts(tables: Sequence[tuple[JsonMap, str]]) -> Iterator[Problem]:
    """A warning for each row with a count below 0: that count is left unknown."""
    for document, key in tables:
        for row in map(as_map, as_list(document[key]) or [document[key]]):
            numbers = (
                as_number(value) for value in {**row, **as_map(row.get("tokenCounts"))}.values()
            )
            if any(number is not None and number < 0 for number in numbers):
                where = period_of(row, TABLES[key])
                yield problem("negative-count", "a count below 0 is not a count", where=where)


def rows_of(table: object, scope: str) -> Iterator[Usage]:
    """The usage of each row; gaps between blocks hold none."""
    rows: Sequence[object] = as_list(table) or [table]
    for row in map(as_map, rows):
        if row and not row.get("isGap"):
            yield read_row(row, scope)


def read_row(row: JsonMap, scope: str) -> Usage:
    """One row; input excludes the cache whichever way the tool counts it."""
    counts = as_map(row.get("tokenCounts")) or row
    cached = as_count(counts.get("cachedInputTokens"))
    given = as_count(counts.get("inputTokens"))
    tokens = as_count(given - cached) if given is not None and cached is not None else given
    total = first_int(row, ("totalTokens", "tokensUsed"))
    return Usage(
        scope=scope,
        period=period_of(row, scope),
        period_start=iso_moment(row.get("startTime")),
        period_end=iso_moment(row.get("endTime")) or iso_moment(row.get("lastActivity")),
        active=flag(row.get("isActive")),
        requests=as_count(row.get("entries")),
        input_tokens=tokens,
        output_tokens=as_count(counts.get("outputTokens")),
        cache_read_tokens=first_int(
            counts, ("cachedInputTokens", "cacheReadInputTokens", "cacheReadTokens")
        ),
        cache_creation_tokens=first_int(
            counts, ("cacheCreationInputTokens", "cacheCreationTokens")
        ),
        reasoning_tokens=as_count(counts.get("reasoningOutputTokens")),
        total_tokens=total,
        prompts=as_number(row.get("prompts_used")),
        cost_usd=cost_of(row, total),
        percent_used=as_number(row.get("percentUsed")),
        models=models_of(row),
        unpriced=unpriced_models(row, total),
    )


def period_of(row: JsonMap, scope: str) -> str:
    """The row's own name; of a session, which names a person's folder, only a digest."""
    name = next((text for key in PERIOD_KEYS if (text := as_text(row.get(key)))), "")
    return sha256(name.encode()).hexdigest()[:DIGEST_DIGITS] if scope == "session" else name


def flag(value: object) -> bool | None:
    """The value if it is a truth value, else unknown."""
    return value if isinstance(value, bool) else None


def first_int(row: JsonMap, keys: Sequence[str]) -> int | None:
    """The first count among the keys."""
    return next((n for key in keys if (n := as_count(row.get(key))) is not None), None)


def cost_of(row: JsonMap, total: int | None) -> Number | None:
    """List price in USD; a zero beside tokens means that the tool knew no price."""
    cost = next((n for key in COST_KEYS if (n := as_number(row.get(key))) is not None), None)
    return None if cost is None or cost < 0 or (cost == 0 and total) else cost


def models_of(row: JsonMap) -> tuple[str, ...]:
    """The models of a row in order, without the placeholder of error messages."""
    listed = as_list(row.get("models")) or as_list(row.get("modelsUsed"))
    named = [as_text(name) for name in listed] or list(as_map(row.get("models")))
    provider = as_text(row.get("provider"))
    return tuple(name for name in named or [provider] if name and name != "<synthetic>")


def unpriced_models(row: JsonMap, total: int | None) -> tuple[str, ...]:
    """The models whose tokens have no price in the row's cost."""
    parts = [as_map(part) for part in as_list(row.get("modelBreakdowns"))]
    missing = [as_text(part.get("modelName")) for part in parts if part.get("missingPricing")]
    listed = [as_text(name) for name in as_list(row.get("unpricedModels"))]
    named = tuple(dict.fromkeys(name for name in (*missing, *listed) if name))
    has_zero = any(as_number(row.get(key)) == 0 for key in COST_KEYS)
    return named or (models_of(row) if has_zero and total else ())


def unpriced_notes(usage: Sequence[Usage]) -> Iterator[Problem]:
    """A note for each row whose cost leaves tokens out."""
    for row in usage:
        if row.unpriced:
            what = f"no price for {', '.join(row.unpriced)}"
            yield problem("unpriced", what, where=row.period)
