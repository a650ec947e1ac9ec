"""Codex's structured feeds: rollout files, `codex app-server`, the usage endpoint's body.

Depends on the meters room only. A window is known by its length, never by its slot (primary,
secondary): weekly arrives in either. Readings are kept per pool (limit id).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from decimal import Decimal

from gitledger.errors import Problem
from gitledger.meters.jsontext import (
    Number,
    as_int,
    as_list,
    as_map,
    as_number,
    as_text,
    documents,
    epoch_moment,
    iso_moment,
)
from gitledger.meters.naming import bucket_of, is_window, meter_of
from gitledger.meters.problems import merged, problem
from gitledger.meters.reading import DEFAULT_BUCKET, Parsed, Reading

SLOTS = ("primary", "secondary")
JsonMap = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Slot:
    """One window of a pool in the words of any feed; None where the feed is silent."""

    used_pct: Number | None
    window_minutes: int | None
    resets_at: datetime | None


@dataclass(frozen=True, slots=True)
class Pool:
    """A limit id with its two slots at one moment."""

    bucket: str
    bucket_id: str
    slots: tuple[Slot | None, ...]
    at: datetime | None = None

    @property
    def is_real(self) -> bool:
        """True when any slot carries a percent."""
        return any(slot and slot.used_pct is not None for slot in self.slots)


def parse_rollout(text: str, *, at: datetime, tz: tzinfo) -> Parsed:
    """The newest real reading of each pool in a session file, at its line's own time."""
    del at, tz  # every line has its own clock
    lines = documents(text)
    found = [limits for line in lines if (limits := limits_of_line(line)) is not None]
    version = next((v for line in lines if (v := version_of(line))), "")
    newest: dict[str, Pool] = {}
    for pool in found:
        held = newest.get(pool.bucket)
        if pool.is_real and (held is None or is_newer(pool, held)):
            newest[pool.bucket] = pool
    pools = sorted(newest.values(), key=lambda pool: pool.bucket != DEFAULT_BUCKET)
    if not pools:
        return without_pools("codex-rollout", "rollout", is_silent=not found, version=version)
    readings, problems = read_pools(pools, channel="rollout")
    captured = max((p.at for p in pools if p.at), default=None)
    return Parsed("codex-rollout", "rollout", readings, problems, captured, version)


def is_newer(pool: Pool, held: Pool) -> bool:
    """True when a later line is not older by its own clock than the one held."""
    return pool.at is None or held.at is None or pool.at >= held.at


def version_of(line: JsonMap) -> str:
    """The program's version from a session's first line."""
    return as_text(as_map(line.get("payload")).get("cli_version"))


def limits_of_line(line: JsonMap) -> Pool | None:
    """The pool of a rollout line, or None when it holds no limits at all."""
    payload = as_map(line.get("payload"))
    limits = as_map(payload.get("rate_limits")) or as_map(line.get("rate_limits"))
    if not limits:
        return None
    clock = iso_moment(line.get("timestamp"), whole_seconds=False)
    limit_id, name = as_text(limits.get("limit_id")), as_text(limits.get("limit_name"))
    if "primary_used_percent" in limits or "secondary_used_percent" in limits:
        slots: tuple[Slot | None, ...] = tuple(flat_slot(limits, slot) for slot in SLOTS)
    else:
        slots = tuple(rollout_slot(as_map(limits.get(slot)), clock) for slot in SLOTS)
    return Pool(bucket_of(limit_id, name), limit_id, slots, clock)


def flat_slot(limits: JsonMap, slot: str) -> Slot | None:
    """A slot of the flat shape of version 0.40, which has no reset times."""
    used = as_number(limits.get(f"{slot}_used_percent"))
    if used is None:
        return None
    return Slot(used, as_int(limits.get(f"{slot}_window_minutes")), None)


def rollout_slot(window: JsonMap, clock: datetime | None) -> Slot | None:
    """A slot of the nested shape; `resets_in_seconds` counts from the line's own time."""
    if not window:
        return None
    resets = epoch_moment(window.get("resets_at"))
    seconds = as_int(window.get("resets_in_seconds"))
    if resets is None and seconds is not None and clock is not None and abs(seconds) < 10**9:
        resets = (clock + timedelta(seconds=seconds)).replace(microsecond=0)
    minutes = as_int(window.get("window_minutes"))
    return Slot(as_number(window.get("used_percent")), minutes, resets)


def parse_app_server(text: str, *, at: datetime, tz: tzinfo) -> Parsed:
    """The answer to `account/rateLimits/read`, alone or among other lines of the session."""
    del at, tz
    found = [body for doc in documents(text) if (body := app_server_body(doc))]
    if not found:
        return without_pools("codex-app-server", "app-server", is_silent=True)
    pools = [pool for pool in app_server_pools(found[-1]) if pool.is_real]
    if not pools:
        return without_pools("codex-app-server", "app-server", is_silent=False)
    readings, problems = read_pools(pools, channel="app-server")
    return Parsed("codex-app-server", "app-server", readings, problems)


def app_server_body(document: JsonMap) -> JsonMap:
    """The part of a JSON-RPC message that holds the limits, empty when there is none."""
    for part in (document.get("result"), document.get("params"), document):
        if "rateLimits" in as_map(part) or "rateLimitsByLimitId" in as_map(part):
            return as_map(part)
    return {}


def app_server_pools(body: JsonMap) -> Iterator[Pool]:
    """The pools of an answer; the list by limit id wins over the single one."""
    by_id = as_map(body.get("rateLimitsByLimitId"))
    parts: Sequence[tuple[str, object]] = [*by_id.items()] or [("", body.get("rateLimits"))]
    for key, part in parts:
        limits = as_map(part)
        limit_id = as_text(limits.get("limitId")) or key
        slots = tuple(app_server_slot(as_map(limits.get(slot))) for slot in SLOTS)
        yield Pool(bucket_of(limit_id, as_text(limits.get("limitName"))), limit_id, slots)


def app_server_slot(window: JsonMap) -> Slot | None:
    """A slot in camel case."""
    if not window:
        return None
    used = as_number(window.get("usedPercent"))
    minutes = as_int(window.get("windowDurationMins"))
    return Slot(used, minutes, epoch_moment(window.get("resetsAt")))


def parse_wham(text: str, *, at: datetime, tz: tzinfo) -> Parsed:
    """The body of the usage endpoint; its relative times give the moment it was made."""
    del at, tz
    body = next((doc for doc in documents(text) if "rate_limit" in doc), {})
    pools = [pool for pool in wham_pools(body) if pool.is_real]
    if not pools:
        return without_pools("codex-wham", "quota-api", is_silent="rate_limit" not in body)
    readings, problems = read_pools(pools, channel="quota-api")
    return Parsed("codex-wham", "quota-api", readings, problems, wham_clock(body))


def wham_pools(body: JsonMap) -> Iterator[Pool]:
    """The main pool, the named ones, and the one of code reviews where it is there."""
    yield wham_pool("", "", as_map(body.get("rate_limit")))
    for item in map(as_map, as_list(body.get("additional_rate_limits"))):
        limit_id = as_text(item.get("metered_feature")) or as_text(item.get("limit_name"))
        yield wham_pool(limit_id, as_text(item.get("limit_name")), as_map(item.get("rate_limit")))
    review = as_map(body.get("code_review_rate_limit"))
    if review:
        yield wham_pool("code-review", "", review)


def wham_pool(limit_id: str, name: str, limits: JsonMap) -> Pool:
    """A pool with windows in seconds."""
    windows = (as_map(limits.get(f"{slot}_window")) for slot in SLOTS)
    return Pool(bucket_of(limit_id, name), limit_id, tuple(map(wham_slot, windows)))


def wham_slot(window: JsonMap) -> Slot | None:
    """A slot whose window is given in seconds."""
    if not window:
        return None
    seconds = as_int(window.get("limit_window_seconds"))
    minutes = None if seconds is None else seconds // 60
    return Slot(
        as_number(window.get("used_percent")), minutes, epoch_moment(window.get("reset_at"))
    )


def wham_clock(body: JsonMap) -> datetime | None:
    """The moment of the answer: a reset time minus the seconds until it."""
    limits = as_map(body.get("rate_limit"))
    for slot in SLOTS:
        window = as_map(limits.get(f"{slot}_window"))
        resets, left = (
            epoch_moment(window.get("reset_at")),
            as_int(window.get("reset_after_seconds")),
        )
        if resets and left is not None and 0 <= left < 10**9:
            return resets - timedelta(seconds=left)
    return None


def read_pools(
    pools: Sequence[Pool], *, channel: str
) -> tuple[tuple[Reading, ...], tuple[Problem, ...]]:
    """Readings of all slots that carry a percent, and what the slots lack."""
    readings: list[Reading] = []
    wrong: list[Problem] = []
    for pool in pools:
        for name, slot in zip(SLOTS, pool.slots, strict=True):
            place = f"{pool.bucket}/{name}"
            if slot is None or slot.used_pct is None:
                if pool.bucket == DEFAULT_BUCKET:
                    wrong.append(problem("partial", f"no {name} window", where=place))
                continue
            reading, problems = read_slot(pool, slot, channel, place)
            wrong.extend(problems)
            readings.extend([reading] if reading else [])
    kept = {(r.bucket, r.meter): r for r in reversed(readings)}
    if len(kept) < len(readings):
        wrong.append(problem("ambiguous", "two slots hold a window of the same length"))
        lengths = [(r.bucket, r.meter) for r in readings]
        readings = [r for r in readings if lengths.count((r.bucket, r.meter)) == 1]
    return tuple(readings), merged(wrong)


def read_slot(
    pool: Pool, slot: Slot, channel: str, place: str
) -> tuple[Reading | None, tuple[Problem, ...]]:
    """The reading of one slot, refused without a window length or outside 0 to 100."""
    used, minutes = slot.used_pct, slot.window_minutes
    if used is None or not 0 <= used <= 100:
        what = f"{used} is no percent of a quota"
        return None, (problem("out-of-range", what, where=place),)
    if minutes is None or not is_window(minutes):
        return None, (problem("window-unknown", "the window has no length", where=place),)
    reading = Reading(
        meter=meter_of(minutes),
        used_pct=used,
        bucket=pool.bucket,
        resolution=1 if channel == "app-server" else step_of(used),
        rounding="round" if channel == "app-server" else "exact",
        window_minutes=minutes,
        resets_at=slot.resets_at,
        channel=channel,
        bucket_id=pool.bucket_id,
    )
    return reading, ()


def step_of(used: Number) -> Number:
    """The step a percent is shown in: 1, or the last decimal place it has."""
    exponent = 0 if isinstance(used, int) else used.as_tuple().exponent
    return Decimal(1).scaleb(exponent) if isinstance(exponent, int) and exponent < 0 else 1


def without_pools(source: str, channel: str, *, is_silent: bool, version: str = "") -> Parsed:
    """A feed without figures: silent about limits, or with every window null."""
    found = (
        problem("no-meter", "the text says nothing about limits")
        if is_silent
        else problem("no-limits", "every window of the limits is null")
    )
    return Parsed(source, channel, problems=(found,), version=version)
