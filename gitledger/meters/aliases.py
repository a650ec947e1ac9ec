"""One table from what providers call a pool or a meter to what it is called here.

Depends on the standard library only. The same table serves every channel of a client and the
rows that were recorded before a name was known. `since` is the first version, or month, in which
the name was seen.
"""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import NamedTuple

CODEX, CLAUDE, GLM = "codex", "claude", "glm"
SPARK, RESERVE = "gpt-5.3-codex-spark", "gpt-reserve"
NEAR = 2  # letters that damage may change in a long name
LONG_NAME, SHORTEST_NAME, SHORTEST_REST = 8, 4, 1


class Alias(NamedTuple):
    """A name of one client, what it stands for, and where it was first seen."""

    client: str
    seen: str
    name: str
    since: str


POOLS = (
    Alias(CODEX, "", "default", "0.40"),
    Alias(CODEX, "codex", "default", "0.107"),
    Alias(CODEX, "default", "default", "0.40"),
    Alias(CODEX, SPARK, SPARK, "0.101"),
    Alias(CODEX, "codex_bengalfox", SPARK, "0.107"),
    Alias(CODEX, RESERVE, RESERVE, "0.148"),
    Alias(CODEX, "base_model_inference", RESERVE, "0.148"),
    Alias(CODEX, "luna reserve", RESERVE, "0.160"),
    Alias(CODEX, "premium", "premium", "0.144"),
    Alias(CODEX, "code-review", "code-review", "2025-10"),
    Alias(CODEX, "code review", "code-review", "2026-01"),
)
METERS = (
    Alias(CLAUDE, "session", "5h", "2.0.0"),
    Alias(CLAUDE, "five-hour", "5h", "2.1.80"),
    Alias(CLAUDE, "", "weekly", "2.0.0"),
    Alias(CLAUDE, "all", "weekly", "2.0.0"),
    Alias(CLAUDE, "all-models", "weekly", "2.0.0"),
    Alias(CLAUDE, "opus", "weekly-opus", "2.0.0"),
    Alias(CLAUDE, "sonnet", "weekly-sonnet", "2.0.64"),
    Alias(CLAUDE, "haiku", "weekly-haiku", "2026-01"),
    Alias(CLAUDE, "fable", "weekly-fable", "2.1.201"),
    Alias(CLAUDE, "overage-included", "weekly-fable", "2.1.332"),
    Alias(CLAUDE, "omelette", "weekly-omelette", "2026-05"),
    Alias(CLAUDE, "cowork", "weekly-cowork", "2026-02"),
    Alias(CLAUDE, "oauth-apps", "weekly-oauth-apps", "2025-11"),
    Alias(GLM, "tokens_limit", "", "2026-01"),
    Alias(GLM, "credit_limit", "", "2026-08"),
    Alias(GLM, "time_limit", "tools", "2026-01"),
)
POOL_OF: Mapping[str, str] = {alias.seen: alias.name for alias in POOLS}
KNOWN_POOLS = frozenset(POOL_OF.values())
SUFFIX_OF: Mapping[str, str] = {a.seen: a.name for a in METERS if a.client == CLAUDE}
KNOWN_METERS = frozenset(SUFFIX_OF.values())
KINDS_OF_LIMIT: Mapping[str, str] = {a.seen: a.name for a in METERS if a.client == GLM}


def pool(limit_id: str, limit_name: str = "") -> str:
    """The bucket of a pool from its id and its name; one that is not known keeps its name.

    An id wins over the name beside it: names change from version to version.
    """
    by_id, by_name = limit_id.strip().lower(), " ".join(limit_name.lower().split())
    if by_id in POOL_OF and (by_id or not by_name):
        return POOL_OF[by_id]
    told = by_name or by_id
    return POOL_OF.get(told, told)


@lru_cache(maxsize=256)
def claude_meter(words: str) -> str:
    """The meter behind a model's slug or a feed's key: `fable` -> `weekly-fable`, `` -> `weekly`.

    A long name that damage changed by a letter or two is still the row of all models.
    """
    found = SUFFIX_OF.get(words)
    if found is None:
        return "weekly" if is_near(words, "all-models") else f"weekly-{words}"
    return found


def is_near(words: str, name: str) -> bool:
    """True when words differ from a long name by one or two letters, and are not that name."""
    if words == name or len(name) < LONG_NAME or abs(len(words) - len(name)) > 1:
        return False
    return distance(words, name) <= NEAR


def is_damaged(words: str, known: Iterable[str]) -> bool:
    """True for a new name that is a known one with its beginning cut off, or a letter changed.

    Digits tell versions of a model apart: names that differ in them are two names.
    """
    names = [name for name in known if name and name != words]
    if len(words) >= SHORTEST_REST and any(name.endswith(words) for name in names):
        return True
    return any(
        distance(words, name) <= (NEAR if len(name) >= LONG_NAME else 1)
        for name in names
        if len(name) >= SHORTEST_NAME and abs(len(name) - len(words)) <= NEAR
        if digits_of(name) == digits_of(words)
    )


def digits_of(name: str) -> str:
    """The digits of a name in their order."""
    return "".join(filter(str.isdecimal, name))


def distance(one: str, other: str) -> int:
    """Letters that must be put in, taken out or changed to make one word of the other."""
    row = list(range(len(other) + 1))
    for n, left in enumerate(one, start=1):
        before, row[0] = row[0], n
        for m, right in enumerate(other, start=1):
            before, row[m] = row[m], min(row[m] + 1, row[m - 1] + 1, before + (left != right))
    return row[-1]


def is_new(client: str, bucket: str, meter: str) -> bool:
    """True for a pool or a model's meter that this version has not heard of."""
    if client == CODEX:
        return bucket not in KNOWN_POOLS
    return client == CLAUDE and meter.startswith("weekly-") and meter not in KNOWN_METERS


@lru_cache(maxsize=256)
def today(bucket: str, meter: str) -> tuple[str, str]:
    """Bucket and meter of a recorded reading by the names of this version."""
    named = POOL_OF.get(bucket, bucket)
    if meter.startswith("weekly-") and bucket == "default":
        return named, claude_meter(meter.removeprefix("weekly-"))
    return named, meter
