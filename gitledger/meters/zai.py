"""The quota feed of the GLM Coding Plan (z.ai), in all its generations.

Depends on the meters room only. `usage` is the limit, `currentValue` what is consumed,
`percentage` the percent used, a whole number rounded down, but 1 as soon as anything is used.
Where the counts agree with it, their ratio is the reading. Window lengths come as a unit code
and a count; the array's order means nothing.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, tzinfo
from decimal import Decimal

from gitledger.errors import Problem
from gitledger.meters.aliases import KINDS_OF_LIMIT
from gitledger.meters.jsontext import (
    Number,
    as_int,
    as_list,
    as_map,
    as_number,
    as_text,
    documents,
    epoch_moment,
    tidy,
)
from gitledger.meters.naming import DAY, FIVE_HOURS, HOUR, WEEK, is_window, meter_of
from gitledger.meters.plausibility import all_plausible
from gitledger.meters.problems import merge_problems, new_label, problem
from gitledger.meters.reading import Parsed, Reading

UNIT_MINUTES = {3: HOUR, 4: DAY, 6: WEEK}
UNIT_MONTH = 5
USUAL_COUNT = {3: 5, 4: 1, 5: 1, 6: 1}
AGREEMENT_PP = 1  # the percent beside a count is rounded: no more than so far from it
FINEST = Decimal("0.0001")
STEP_PLACES = Decimal("0.000001")
JsonMap = Mapping[str, object]


def parse(text: str, *, at: datetime, tz: tzinfo) -> Parsed:
    """The meters of a quota answer; a refusal inside an HTTP 200 is told as it is."""
    del tz
    found = documents(text)
    bare = [doc for doc in found if is_limit(doc)]
    body = next((doc for doc in reversed(found) if is_quota(doc)), {"limits": bare} if bare else {})
    if not body:
        return refusal("no-meter", "no quota answer in the text")
    limits = [as_map(item) for item in limits_of(body)]
    if not limits:
        says = as_text(body.get("msg")) or as_text(body.get("message")) or "no limits in it"
        return refusal("no-limits", f"the quota feed says: {says}")
    readings, wrong = read_limits(limits, at)
    kept, odd = all_plausible(readings, at)
    return Parsed("zai", "quota-api", kept, merge_problems((*wrong, *odd)))


def is_quota(document: JsonMap) -> bool:
    """True for an answer of the quota feed, also a failed one, also its bare `data`."""
    is_answer = "success" in document and "code" in document
    return is_answer or any(is_limit(as_map(item)) for item in limits_of(document))


def is_limit(item: JsonMap) -> bool:
    """True for one entry of the feed's list."""
    return as_text(item.get("type")).endswith("_LIMIT")


def limits_of(document: JsonMap) -> Sequence[object]:
    """The list of limits, wherever this generation keeps it."""
    data = document.get("data")
    inner = as_list(data) or as_list(as_map(data).get("limits"))
    return inner or as_list(document.get("limits"))


def read_limits(
    limits: Sequence[JsonMap], at: datetime
) -> tuple[tuple[Reading, ...], tuple[Problem, ...]]:
    """One reading per entry; two different figures for one meter are both refused."""
    found: dict[str, list[Reading]] = {}
    wrong: list[Problem] = []
    for number, item in enumerate(limits):
        place = f"limits[{number}]"
        reading = read_limit(item, at, place)
        if isinstance(reading, Reading):
            found.setdefault(reading.meter, []).append(reading)
            wrong += [*contradictions(reading, place), *new_kind(item, place)]
        else:
            wrong.append(reading)
    for meter, same in found.items():
        if len(set(same)) > 1:
            wrong.append(problem("ambiguous", f"two figures for {meter}", where="limits"))
    kept = tuple(same[0] for same in found.values() if len(set(same)) == 1)
    return kept, merge_problems(wrong)


def read_limit(item: JsonMap, at: datetime, place: str) -> Reading | Problem:
    """The reading of one entry, or why there is none."""
    used = percent_of(item)
    if used is None:
        return problem("truncated", "an entry without a percent", where=place)
    if not 0 <= used <= 100:
        return problem("out-of-range", f"{used} is not a percent of a quota", where=place)
    resets = epoch_moment(item.get("nextResetTime"))
    named = meter_of_entry(item, resets, at)
    if named is None:
        return problem("window-unknown", "an entry without a known window", where=place)
    counted = ratio_of(item, used)
    limit = as_number(item.get("usage"))
    return Reading(
        meter=named[0],
        used_pct=used if counted is None else counted,
        resolution=1 if counted is None or limit is None else step_of_count(limit),
        rounding="floor" if counted is None else "exact",
        window_minutes=named[1],
        resets_at=resets,
        used_units=as_number(item.get("currentValue")),
        limit_units=limit,
        channel="quota-api",
    )


def ratio_of(item: JsonMap, shown: Number) -> Number | None:
    """The percent that the counts give, None unless they agree with the one shown within 1."""
    return ratio(as_number(item.get("currentValue")), as_number(item.get("usage")), shown)


def ratio(used: Number | None, limit: Number | None, shown: Number) -> Number | None:
    """100 x used / limit to four decimals, None where a count lacks or contradicts `shown`."""
    if used is None or limit is None or limit <= 0:
        return None
    counted = min(Decimal(100) * used / limit, Decimal(100))
    return tidy(counted) if abs(shown - counted) <= AGREEMENT_PP else None


def step_of_count(limit: Number) -> Decimal:
    """What one unit of the limit is in percent points, no finer than the percent is kept."""
    return max((Decimal(100) / limit).quantize(STEP_PLACES).normalize(), FINEST)


def contradictions(reading: Reading, place: str) -> list[Problem]:
    """A warning when the percent shown is more than its rounding away from its own counts.

    The percent stands as printed: which of the two is wrong cannot be told from here.
    """
    used, limit = reading.used_units, reading.limit_units
    if reading.rounding == "exact" or used is None or limit is None or limit <= 0:
        return []
    what = f"shows {reading.used_pct} % of {limit}, but counts {used}"
    hint = "fetch the quota again; void the row if they still differ"
    return [problem("counts-mismatch", what, where=place, hint=hint)]


def percent_of(item: JsonMap) -> Number | None:
    """The percent shown, or worked out from units where none is shown."""
    shown = as_number(item.get("percentage"))
    used, limit = as_number(item.get("currentValue")), as_number(item.get("usage"))
    if shown is not None or used is None or not limit:
        return shown
    return tidy(Decimal(100) * used / limit)


def meter_of_entry(
    item: JsonMap, resets: datetime | None, at: datetime
) -> tuple[str, int | None] | None:
    """Meter and window minutes of an entry; a calendar month has no fixed minutes."""
    kind, unit = as_text(item.get("type")), as_int(item.get("unit"))
    if unit is None:
        is_near = resets is None or (resets - at).total_seconds() <= FIVE_HOURS * 60
        return ("5h", FIVE_HOURS) if kind == "TOKENS_LIMIT" and is_near else None
    count = as_int(item.get("number")) or USUAL_COUNT.get(unit, 0)
    said = KINDS_OF_LIMIT.get(kind.lower(), "")
    suffix = f"-{said}" if said else ""
    if unit == UNIT_MONTH:
        return (f"monthly{suffix}" if count == 1 else f"{count}-months{suffix}"), None
    minutes = UNIT_MINUTES.get(unit, 0) * count
    return (f"{meter_of(minutes)}{suffix}", minutes) if is_window(minutes) else None


def new_kind(item: JsonMap, place: str) -> list[Problem]:
    """A notice when an entry is of a kind that this version has not heard of."""
    kind = as_text(item.get("type"))
    return [] if kind.lower() in KINDS_OF_LIMIT else [new_label(kind, place)]


def refusal(code: str, what: str) -> Parsed:
    """An answer without a meter."""
    return Parsed("zai", "quota-api", problems=(problem(code, what),))
