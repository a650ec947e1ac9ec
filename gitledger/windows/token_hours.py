"""Tokens of an account by UTC hour: what counters of machines saw, as text of trace rows, and back.

`9:120/3400/12000/90000 10:8/5//77`: the hour, input, output, cache writes, cache reads; nothing
where a count is not told. Meters are an account's, whoever reads them; session files are a
machine's: each counter (a machine and user) is told apart, its hours add up with those of others,
and the same hour told again by one counter is the larger of both. Depends on trace rows.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, TypeAlias

from gitledger.ledger.row import Row
from gitledger.windows.snapshot import NO_ACCOUNT, maps_of, text_of
from gitledger.windows.trace import midnight_of

HOUR = 3600
COLUMN = "tokens"
TOKEN = re.compile(r"(\d{1,2}):(\d{0,15})/(\d{0,15})/(\d{0,15})/(\d{0,15})\Z")
Counts: TypeAlias = tuple[int | None, int | None, int | None, int | None]
Holder: TypeAlias = tuple[str, str]


class TokenKind(NamedTuple):
    """What tokens of an hour are told apart by; `subagent` says that a sub-agent used them."""

    counter: str
    source: str
    model: str
    subagent: bool

    def payload(self) -> dict[str, Any]:
        """JSON form; what is usual stays out."""
        told = {"counter": self.counter, "source": self.source, "model": self.model}
        return told | ({"subagent": True} if self.subagent else {})


class TokenDay(NamedTuple):
    """The tokens of an account on one UTC day, by kind and hour."""

    provider: str
    account: str
    day: str
    kinds: Mapping[TokenKind, Mapping[int, Counts]]

    def maps(self) -> list[dict[str, Any]]:
        """As the column of a trace row, or of a line of the local trace, holds them."""
        kinds = sorted(self.kinds)
        return [kind.payload() | {"hours": written_hours(self.kinds[kind])} for kind in kinds]


class TokenHour(NamedTuple):
    """One hour of one account: epoch seconds of its start, tokens by kind, rows that hold them."""

    start: int
    kinds: Mapping[TokenKind, Counts]
    rows: tuple[str, ...]


def plus(one: Counts, other: Counts) -> Counts:
    """Two counts together; what one does not tell is what the other tells."""
    return _each(one, other, lambda a, b: a + b)


def larger(one: Counts, other: Counts) -> Counts:
    """One hour told twice by one counter, which saw more of it later."""
    return _each(one, other, max)


def _each(one: Counts, other: Counts, both: Any) -> Counts:
    found = (
        b if a is None else a if b is None else both(a, b) for a, b in zip(one, other, strict=True)
    )
    return tuple(found)  # type: ignore[return-value]


def written_hours(hours: Mapping[int, Counts]) -> str:
    """The text of one kind's hours of a day."""
    return " ".join(
        f"{hour}:" + "/".join("" if n is None else str(n) for n in hours[hour])
        for hour in sorted(hours)
    )


def read_hours(text: str) -> Iterator[tuple[int, Counts]]:
    """The hours of a text. Raises ValueError for one that nobody here wrote."""
    for token in text.split(" "):
        found = TOKEN.match(token)
        if found is None or int(found[1]) > 23:
            raise ValueError(f"{token!a} is not an hour of tokens")
        yield int(found[1]), tuple(int(n) if n else None for n in found.groups()[1:])  # type: ignore[misc]


def day_of(values: Mapping[str, Any]) -> TokenDay:
    """The tokens of a trace row, or of a line of the local trace. Raises ValueError."""
    kinds: dict[TokenKind, Mapping[int, Counts]] = {}
    for told in maps_of(values, COLUMN):
        kind = TokenKind(
            text_of(told, "counter"), text_of(told, "source"), text_of(told, "model"),
            told.get("subagent") is True,
        )  # fmt: skip
        kinds[kind] = dict(read_hours(text_of(told, "hours")))
    holder = (text_of(values, "provider"), text_of(values, "account") or NO_ACCOUNT)
    return TokenDay(*holder, text_of(values, "day"), kinds)


def hours_of(
    rows: Iterable[Row], local: Iterable[TokenDay] = ()
) -> Mapping[Holder, Sequence[TokenHour]]:
    """The hours of every account in order of time; unreadable rows are passed over here.

    `local` are days of this machine that are no rows yet.
    """
    found: dict[Holder, dict[int, dict[TokenKind, Counts]]] = defaultdict(lambda: defaultdict(dict))
    held: dict[tuple[Holder, int], dict[str, None]] = defaultdict(dict)
    for day, row in _days(rows, local):
        midnight = midnight_of(day.day)
        holder = (day.provider, day.account)
        for kind, hours in day.kinds.items():
            for hour, counts in hours.items():
                known = found[holder][midnight + hour * HOUR]
                known[kind] = larger(known[kind], counts) if kind in known else counts
                held[(holder, midnight + hour * HOUR)][row] = None
    return {
        holder: tuple(
            TokenHour(start, kinds, tuple(filter(None, held[(holder, start)])))
            for start, kinds in sorted(hours.items())
        )
        for holder, hours in found.items()
    }


def _days(rows: Iterable[Row], local: Iterable[TokenDay]) -> Iterator[tuple[TokenDay, str]]:
    for row in rows:
        if COLUMN not in row.values:
            continue
        try:
            midnight_of(text_of(row.values, "day"))
            yield day_of(row.values), row.id
        except ValueError:
            continue
    yield from ((day, "") for day in local)
