"""Codex's structured feeds: rollout files, `codex app-server`, the usage endpoint's body.

Depends on the meters room only. A window is known by its length, never by its slot (primary,
secondary): weekly arrives in either. Readings are kept per pool (limit id).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta, tzinfo

from gitledger.meters import aliases
from gitledger.meters.codex_pools import SLOTS, Pool, Slot, read_pools, without_pools
from gitledger.meters.jsontext import (
    as_count,
    as_int,
    as_list,
    as_map,
    as_number,
    as_text,
    documents,
    epoch_moment,
    iso_moment,
)
from gitledger.meters.overage import credits_sell, mark_overage
from gitledger.meters.problems import two_accounts
from gitledger.meters.reading import DEFAULT_BUCKET, Parsed

JsonMap = Mapping[str, object]


def parse_rollout(text: str, *, at: datetime, tz: tzinfo) -> Parsed:
    """The newest real reading of each pool in a session file, at its line's own time.

    Lines of two accounts are never read as one: then nothing is.
    """
    del at, tz  # every line has its own clock
    lines = documents(text)
    heads = [as_map(line.get("payload")) for line in lines]
    # the account stands in a session's first line since version 0.169
    holders = {name for head in heads if (name := as_text(head.get("creator_account_id")))}
    if len(holders) > 1:
        return Parsed("codex-rollout", "rollout", problems=(two_accounts(),))
    found = [limits for line in lines if (limits := limits_of_line(line)) is not None]
    version = next((v for head in heads if (v := as_text(head.get("cli_version")))), "")
    newest: dict[str, Pool] = {}
    for pool in found:
        held = newest.get(pool.bucket)
        if pool.is_real and (held is None or is_newer(pool, held)):
            newest[pool.bucket] = pool
    pools = sorted(newest.values(), key=lambda pool: pool.bucket != DEFAULT_BUCKET)
    if not pools:
        return without_pools("codex-rollout", "rollout", is_silent=not found, version=version)
    captured = max((p.at for p in pools if p.at), default=None)
    found_here = read_pools(pools, channel="rollout", at=captured)
    return Parsed("codex-rollout", "rollout", *found_here, captured, version)


def is_newer(pool: Pool, held: Pool) -> bool:
    """True when a later line is not older by its own clock than the one held."""
    return pool.at is None or held.at is None or pool.at >= held.at


def limits_of_line(line: JsonMap) -> Pool | None:
    """The pool of a rollout line, or None when it holds no limits at all."""
    payload = as_map(line.get("payload"))
    limits = as_map(payload.get("rate_limits")) or as_map(line.get("rate_limits"))
    limits = limits or bare_limits(line)
    if not limits:
        return None
    clock = iso_moment(line.get("timestamp"), whole_seconds=False)
    limit_id, name = as_text(limits.get("limit_id")), as_text(limits.get("limit_name"))
    if "primary_used_percent" in limits or "secondary_used_percent" in limits:
        slots: tuple[Slot | None, ...] = tuple(flat_slot(limits, slot) for slot in SLOTS)
    else:
        slots = tuple(rollout_slot(as_map(limits.get(slot)), clock) for slot in SLOTS)
    banked = banked_resets(limits) or banked_resets(payload)
    sold = credits_sell(limits)
    return Pool(aliases.pool(limit_id, name), limit_id, slots, clock, banked, sold)


def bare_limits(line: JsonMap) -> JsonMap:
    """A line that is the inner object of limits alone, empty for any other."""
    parts = [as_map(line.get(slot)) for slot in SLOTS]
    is_bare = "primary_used_percent" in line or any("used_percent" in part for part in parts)
    return line if is_bare else {}


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
    # a number that is damaged may lead out of the calendar
    if resets is None and seconds is not None and clock is not None and abs(seconds) < 10**9:
        resets = (clock + timedelta(seconds=seconds)).replace(microsecond=0)
    minutes = as_int(window.get("window_minutes"))
    return Slot(as_number(window.get("used_percent")), minutes, resets)


def parse_app_server(text: str, *, at: datetime, tz: tzinfo) -> Parsed:
    """The answers to `account/rateLimits/read` and the updates after them.

    An answer tells all pools; an update tells one, and the others stand as they were.
    """
    del tz
    found = [body for doc in documents(text) if (body := app_server_body(doc))]
    if not found:
        return without_pools("codex-app-server", "app-server", is_silent=True)
    if len({name for body in found if (name := as_text(body.get("accountId")))}) > 1:
        return Parsed("codex-app-server", "app-server", problems=(two_accounts(),))
    newest: dict[str, Pool] = {}
    for body in found:
        newest = {} if "rateLimitsByLimitId" in body else newest
        newest |= {pool.bucket: pool for pool in app_server_pools(body) if pool.is_real}
    pools = sorted(newest.values(), key=lambda pool: pool.bucket != DEFAULT_BUCKET)
    if not pools:
        return without_pools("codex-app-server", "app-server", is_silent=False)
    readings, problems = read_pools(pools, channel="app-server", at=at)
    return Parsed("codex-app-server", "app-server", readings, problems)


def app_server_body(document: JsonMap) -> JsonMap:
    """The part of a JSON-RPC message that holds the limits, empty when there is none."""
    for part in (document.get("result"), document.get("params"), document):
        if "rateLimits" in as_map(part) or "rateLimitsByLimitId" in as_map(part):
            return as_map(part)
    parts = [as_map(document.get(slot)) for slot in SLOTS]
    return {"rateLimits": document} if any("usedPercent" in part for part in parts) else {}


def app_server_pools(body: JsonMap) -> Iterator[Pool]:
    """The pools of an answer; the list by limit id wins over the single one."""
    by_id = as_map(body.get("rateLimitsByLimitId"))
    parts: Sequence[tuple[str, object]] = [*by_id.items()] or [("", body.get("rateLimits"))]
    banked = banked_resets(body)
    for key, part in parts:
        limits = as_map(part)
        limit_id = as_text(limits.get("limitId")) or key
        slots = tuple(app_server_slot(as_map(limits.get(slot))) for slot in SLOTS)
        bucket = aliases.pool(limit_id, as_text(limits.get("limitName")))
        yield Pool(bucket, limit_id, slots, banked=banked, overage=credits_sell(limits))


def app_server_slot(window: JsonMap) -> Slot | None:
    """A slot in camel case."""
    if not window:
        return None
    used = as_number(window.get("usedPercent"))
    minutes = as_int(window.get("windowDurationMins"))
    return Slot(used, minutes, epoch_moment(window.get("resetsAt")))


def parse_wham(text: str, *, at: datetime, tz: tzinfo) -> Parsed:
    """The body of the usage endpoint; its relative times give the moment it was made."""
    del tz
    body = next((doc for doc in reversed(documents(text)) if wham_limits(doc)), {})
    pools = [pool for pool in wham_pools(body) if pool.is_real]
    if not pools:
        return without_pools("codex-wham", "quota-api", is_silent=not body)
    clock = wham_clock(body)
    readings, problems = read_pools(pools, channel="quota-api", at=clock or at)
    found = Parsed("codex-wham", "quota-api", readings, problems, clock)
    return mark_overage(found, sold=credits_sell(body))


def wham_limits(document: JsonMap) -> JsonMap:
    """The main pool's part of a usage body, also when it stands alone."""
    if "primary_window" in document:
        return document
    return as_map(document.get("rate_limit")) or (
        {"rate_limit": None} if "rate_limit" in document else {}
    )


def wham_pools(body: JsonMap) -> Iterator[Pool]:
    """The main pool, the named ones, and the one of code reviews where it is there."""
    banked = banked_resets(body)
    yield replace(wham_pool("", "", wham_limits(body)), banked=banked)
    for item in map(as_map, as_list(body.get("additional_rate_limits"))):
        limit_id = as_text(item.get("metered_feature")) or as_text(item.get("limit_name"))
        yield wham_pool(limit_id, as_text(item.get("limit_name")), as_map(item.get("rate_limit")))
    review = as_map(body.get("code_review_rate_limit"))
    if review:
        yield wham_pool("code-review", "", review)


def banked_resets(body: JsonMap) -> int | None:
    """How many resets are banked for the account, None where a feed does not say."""
    told = as_map(body.get("rateLimitResetCredits") or body.get("rate_limit_reset_credits"))
    count = as_count(told.get("availableCount"))
    return as_count(told.get("available_count")) if count is None else count


def wham_pool(limit_id: str, name: str, limits: JsonMap) -> Pool:
    """A pool with windows in seconds."""
    windows = (as_map(limits.get(f"{slot}_window")) for slot in SLOTS)
    return Pool(aliases.pool(limit_id, name), limit_id, tuple(map(wham_slot, windows)))


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
    limits = wham_limits(body)
    for slot in SLOTS:
        window = as_map(limits.get(f"{slot}_window"))
        resets = epoch_moment(window.get("reset_at"))
        left = as_int(window.get("reset_after_seconds"))
        if resets and left is not None and 0 <= left < 10**9:
            return resets - timedelta(seconds=left)
    return None
