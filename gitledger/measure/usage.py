"""Tokens and dollars as counting programs reported them: each period once, by its newest report.

Depends on rows. A counter goes on counting: the report made after the work holds what the one
before it held. Periods are told apart by provider, account, source, scope and name or start; a
sum over periods of which one does not state a number says how many of them it holds.
"""

import dataclasses
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TypeAlias

from gitledger.ledger.row import Row
from gitledger.windows.snapshot import NO_ACCOUNT, maps_of, number_of, text_of

AMOUNTS = ("total_tokens", "cost_usd")
REPORTED = "no interval: a sum of what counters reported"
WHOLE = "*"  # a report of so many periods that none was kept apart
# scopes of one program overlap: dollars are taken from the first of these that is there
SCOPES = ("block", "session", "day", "week", "month")
Group: TypeAlias = tuple[str, str, str, str]


@dataclass(frozen=True, slots=True)
class Period:
    """One period as the newest report of it tells it; an amount that is absent is unknown."""

    name: str
    reported: tuple[str, int]
    amounts: Mapping[str, Decimal]
    row: str = ""


@dataclass(frozen=True, slots=True)
class UsageSum:
    """The periods of one source, scope and account: sums of what is stated, and by how many.

    `reports` counts the rows; `stated` holds how many periods state each amount.
    """

    source: str
    scope: str
    account: str
    reports: int
    periods: int
    newest: tuple[str, int]
    sums: Mapping[str, Decimal] = field(default_factory=dict)
    stated: Mapping[str, int] = field(default_factory=dict)
    parts: tuple[Period, ...] = ()
    provider: str = ""
    windows: tuple[str, ...] = ()
    among: bool = False

    @property
    def label(self) -> str:
        """`ccusage block`, with an account that is not the only one.

        The provider stands in it where the source counts several `among` which it is one.
        """
        account = "" if self.account == NO_ACCOUNT else self.account
        provider = self.provider if self.among else ""
        return " ".join(filter(None, (self.source, self.scope, provider, account)))

    def payload(self) -> Mapping[str, object]:
        """JSON form: an amount that no period states is absent, one that some do says how many."""
        told: dict[str, object] = {"provider": self.provider} if self.provider else {}
        told |= {"windows": list(self.windows)} if self.windows else {}
        told |= {"reports": self.reports, "periods": self.periods, **self.sums}
        told["reason"] = REPORTED
        partly = {name: n for name, n in self.stated.items() if 0 < n < self.periods}
        return told | ({"stated_by": partly} if partly else {})

    def whole(self, amount: str) -> Decimal | None:
        """A sum that every period states; None otherwise."""
        return self.sums.get(amount) if self.stated.get(amount) == self.periods else None


def usage_sums(rows: Sequence[Row]) -> tuple[UsageSum, ...]:
    """The sums of each source and scope, in order of the first report."""
    groups: dict[Group, dict[str, Period]] = {}
    windows: dict[Group, dict[str, None]] = {}
    reports = Counter(group_of(row) for row in rows)
    sharing = Counter(group[1:] for group in reports)
    for index, row in enumerate(rows):
        known = groups.setdefault(group_of(row), {})
        windows.setdefault(group_of(row), {})[text_of(row.values, "window")] = None
        for period in periods_of(row, index):
            replace(known, period)
    return tuple(
        dataclasses.replace(
            sum_usage(group, reports[group], list(found.values())),
            windows=tuple(filter(None, windows[group])),
            among=sharing[group[1:]] > 1,
        )
        for group, found in groups.items()
    )


def replace(known: dict[str, Period], period: Period) -> None:
    """Put a period in the place of its older report; a report of many in that of all before it."""
    if period.name == WHOLE:
        for name in [n for n, p in known.items() if p.reported <= period.reported]:
            del known[name]
    standing = known.get(period.name)
    if standing is None or standing.reported <= period.reported:
        known[period.name] = period


def group_of(row: Row) -> Group:
    """Provider, account, source and scope of a report."""
    names = ("provider", "account", "source", "scope")
    provider, account, source, scope = (text_of(row.values, name) for name in names)
    return (provider, account, source, scope)


def periods_of(row: Row, index: int) -> Iterable[Period]:
    """The periods that one report tells of; of a long one, all together."""
    reported = (text_of(row.values, "captured_at") or row.recorded_at, index)
    parts = maps_of(row.values, "entries")
    for part in parts or (row.values,):
        name = period_name(part)
        if not parts and not name:
            name = WHOLE
        amounts = {n: value for n in AMOUNTS if (value := number_of(part, n)) is not None}
        yield Period(name, reported, amounts, row.id)


def period_name(part: Mapping[str, object]) -> str:
    """What a period is called: its start, so that a row without a name meets one that has it."""
    start = text_of(part, "period_start")
    return start.replace("+00:00", "Z") or text_of(part, "period")


def sum_usage(group: Group, reports: int, periods: Sequence[Period]) -> UsageSum:
    """The sums over the periods of one source and scope."""
    stated = {name: sum(name in p.amounts for p in periods) for name in AMOUNTS}
    sums = {
        name: sum((p.amounts.get(name, Decimal(0)) for p in periods), Decimal(0))
        for name, many in stated.items()
        if many
    }
    newest = max(period.reported for period in periods)
    provider, account, source, scope = group
    parts = tuple(periods)
    return UsageSum(
        source, scope, account, reports, len(periods), newest, sums, stated, parts, provider
    )


def dollars(rows: Sequence[Row]) -> Decimal | None:
    """API dollars behind some reports; None where a period has no price, or nothing was reported.

    Scopes overlap (a day holds its blocks) and so do programs that read the same files: one source
    and scope is taken, the narrowest of the newest report.
    """
    found = usage_sums(rows)
    if not found:
        return None
    ranks = {scope: rank for rank, scope in enumerate(reversed(SCOPES))}
    return max(found, key=lambda s: (s.newest[0], ranks.get(s.scope, -1))).whole("cost_usd")
