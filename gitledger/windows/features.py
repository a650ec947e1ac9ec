"""Features that were counted and not typed: the rules, what a row keeps, once over all windows.

Depends on how columns are read. A count names its rule: figures under two rules count two things,
and stand in no ratio together.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from gitledger.windows.snapshot import text_of

RESERVATIONS, TRAILERS = "reservations", "trailers"
SUBJECTS, PULL_REQUESTS = "subjects", "pull-requests"
RULES = (RESERVATIONS, TRAILERS, SUBJECTS, PULL_REQUESTS)
# the agent that is measured writes its own subjects: these two only where somebody names them
DEFAULT_RULES = (RESERVATIONS, TRAILERS)
TYPED = "typed"  # the rule of numbers that a person stated
NONE_FOUND = "none"  # no rule in force found any: 0 under each of them
KEPT = 200  # features that a row names

BEFORE, REVERTED, UNKNOWN = "counted-before", "reverted", "unknown-capability"


class Counted(NamedTuple):
    """A feature that counts: what it is, by whom, and the commits behind it.

    `feature` is its identity: a capability (`CAP-3`), a pull request (`#12`), else `patch:` and
    the patch-id of its first form. `provider` is "" where nothing tells whose it is.
    """

    feature: str
    provider: str = ""
    account: str = ""
    commits: tuple[str, ...] = ()
    title: str = ""


class LeftOut(NamedTuple):
    """Something that claims to be a feature and does not count, and why.

    `what` is the window that has it (`counted-before`) or the commit that took it back.
    """

    feature: str
    reason: str
    what: str = ""
    commits: tuple[str, ...] = ()


class FeatureCount(NamedTuple):
    """The features of a window under one rule; `why` says why they are unknown, "" if they are not.

    `rule` is the first one in force that found any, `none` where none did.
    """

    rule: str = ""
    features: tuple[Counted, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    why: str = ""

    @property
    def n(self) -> int | None:
        """How many features count; None where nobody can tell."""
        return None if self.why else len(self.features)


def delivered_columns(count: FeatureCount, holders: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """The columns of a `windows` row that keep a count, features by provider and account.

    `holders` are those that the window metered: one without features has 0. Where the count is
    unknown no one has any number.
    """
    sums = {} if count.why else dict.fromkeys(holders, 0)
    for one in count.features:
        holder = (one.provider, one.account)
        sums[holder] = sums.get(holder, 0) + 1
    told: dict[str, Any] = {
        "features": [
            {"provider": provider, "account": account, "features": many}
            for (provider, account), many in sorted(sums.items())
        ]
    }
    if count.rule:
        told["feature_rule"] = count.rule
    if count.features:
        told["counted"] = [_known(one._asdict()) for one in count.features[:KEPT]]
    if count.left_out:
        told["left_out"] = [_known(one._asdict()) for one in count.left_out[:KEPT]]
    return told


def counted_of(maps: Iterable[Mapping[str, Any]]) -> tuple[Counted, ...]:
    """The features that a row names; what has no identity stays out."""
    return tuple(
        Counted(
            text_of(one, "feature"),
            text_of(one, "provider"),
            text_of(one, "account"),
            _texts(one.get("commits")),
            text_of(one, "title"),
        )
        for one in maps
        if text_of(one, "feature")
    )


def left_out_of(maps: Iterable[Mapping[str, Any]]) -> tuple[LeftOut, ...]:
    """What a row says was found and does not count."""
    return tuple(
        LeftOut(
            text_of(one, "feature"),
            text_of(one, "reason"),
            text_of(one, "what"),
            _texts(one.get("commits")),
        )
        for one in maps
        if text_of(one, "feature")
    )


def subtract_features(
    features: Sequence[tuple[str, str, int]], gone: Iterable[Counted]
) -> tuple[tuple[str, str, int], ...]:
    """Features by provider and account without some that do not count any more; never below 0."""
    fewer: dict[tuple[str, str], int] = {}
    for one in gone:
        holder = (one.provider, one.account)
        fewer[holder] = fewer.get(holder, 0) + 1
    return tuple((p, a, max(0, many - fewer.get((p, a), 0))) for p, a, many in features)


def several_rules(rules: Iterable[tuple[str, str]]) -> str:
    """Why figures under these rules make no ratio; "" where they do.

    `rules` are pairs of window and rule. Where no rule found any it is 0 under each of them, but
    not what a person would have typed.
    """
    windows: dict[str, list[str]] = {}
    for window, rule in rules:
        windows.setdefault(rule, []).append(window)
    kinds = [rule for rule in windows if rule not in {"", NONE_FOUND}] or list(windows)
    if NONE_FOUND in windows and kinds == [TYPED]:
        kinds.append(NONE_FOUND)
    kinds = [rule for rule in kinds if rule]
    if len(kinds) < 2:
        return ""
    told = [f"{rule} ({_listed(windows[rule])})" for rule in sorted(kinds)]
    return f"features counted by several rules: {', '.join(told)}"


def _listed(windows: Sequence[str]) -> str:
    names = list(dict.fromkeys(windows))
    more = f" and {len(names) - 3} more" if names[3:] else ""
    return f"{', '.join(names[:3])}{more}"


def _known(values: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: list(value) if isinstance(value, tuple) else value
        for name, value in values.items()
        if value not in {"", ()}
    }


def _texts(value: object) -> tuple[str, ...]:
    if isinstance(value, Sequence) and not isinstance(value, str):
        return tuple(map(str, value))
    return ()
