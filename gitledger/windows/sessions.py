"""Sessions of agents -> spells of work: when a window opens and ends though nobody types. Pure.

Sessions of one agent on one account that run side by side are one spell. It ends with the last of
them; one that never said it ended (a crash) ends at its last sign of life, when the next session
starts or when it was silent for the idle limit. A session that starts before a meter could have
settled goes on with the spell before it: no reading could tell the two apart.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import Any, NamedTuple

START, TURN, END, OTHER = "start", "turn", "end", "other"
BY_END = "end"  # a session said that it ends
GOES_ON = frozenset({"compact"})  # a start of the session that runs already


class SessionEvent(NamedTuple):
    """What an agent's hook said: when, whose account, who worked, in which session and place.

    `account` is "" for the usual folder; `who` is the agent's name in rows; `session` and `place`
    (a repository) are hashes.
    """

    at: datetime
    provider: str
    account: str
    who: str
    session: str
    event: str
    reason: str = ""
    place: str = ""

    @property
    def key(self) -> tuple[str, str, str, str]:
        """Whose spell it belongs to: the place, the agent, the account."""
        return (self.place, self.who, self.provider, self.account)


class Spell(NamedTuple):
    """One stretch of an agent's work on an account.

    `last` is the last sign of work; `ended` whether the spell is over; `turns` are the moments at
    which work was seen to have been done; `why` says how it ended: `end`, `idle` or `start`.
    """

    provider: str
    account: str
    who: str
    place: str
    start: datetime
    last: datetime
    ended: bool = False
    why: str = ""
    turns: tuple[datetime, ...] = ()


class OwnStretch(NamedTuple):
    """When a person had a window open on the account: what happens in it is theirs."""

    start: datetime
    end: datetime


def event_of(line: Mapping[str, Any]) -> SessionEvent | None:
    """A line of the local trace as a value; None for one that is damaged."""
    try:
        at = datetime.fromtimestamp(float(line["at"]), UTC)
        names = ("provider", "account", "who", "session", "event", "reason", "place")
        texts = [line.get(name, "") for name in names]
    except (KeyError, TypeError, ValueError, OverflowError, OSError):
        # a line of another version, or one that was cut
        return None
    if not all(isinstance(text, str) for text in texts) or not line.get("provider"):
        return None
    return SessionEvent(at, *texts)


@dataclass(slots=True)
class _Fold:
    """The spells of one agent on one account so far; guards that at most one is open."""

    idle: timedelta
    settle: timedelta
    done: list[Spell] = field(default_factory=list)
    current: Spell | None = None
    live: dict[str, datetime] = field(default_factory=dict)

    def close(self, at: datetime, why: str) -> None:
        if self.current is not None:
            self.done.append(self.current._replace(last=at, ended=True, why=why))
            self.current = None

    def is_silent(self, at: datetime) -> bool:
        """Whether no session of the current spell showed a sign for the idle limit."""
        if self.current is None:
            return False
        return at - max([self.current.last, *self.live.values()]) > self.idle

    def hear(self, event: SessionEvent) -> None:
        # a turn proves that its session worked on; an end long after the last sign proves nothing
        works = event.session in self.live and event.event not in {START, END}
        if not works and self.is_silent(event.at):
            self.live.clear()
            self.close(self.current.last if self.current else event.at, "idle")
        if event.event == START and event.reason not in GOES_ON:
            self._started(event)
        elif event.event == END:
            self._ended(event)
        else:
            self._worked(event)

    def _open(self, event: SessionEvent, *, since: datetime) -> None:
        before = self.done[-1] if self.done else None
        resumed = before is not None and since - before.last <= self.settle
        if before is not None and resumed and before.why != "person":
            self.current = self.done.pop()._replace(last=event.at, ended=False, why="")
            return
        whose = (event.provider, event.account, event.who, event.place)
        self.current = Spell(*whose, since, event.at)

    def _started(self, event: SessionEvent) -> None:
        again = self.live.pop(event.session, None)
        if again is not None and not self.live and self.current is not None:
            self.close(self.current.last, "start")  # the same session: its run before is over
        if self.current is None:
            self._open(event, since=event.at)
        self.live[event.session] = event.at
        self._sign(event)

    def _worked(self, event: SessionEvent) -> None:
        if self.current is None:
            if event.event == OTHER:
                return
            if self.done and self.done[-1].why == "idle" and event.session not in self.live:
                self.current = self.done.pop()._replace(ended=False, why="")  # it was alive
            else:
                self._open(event, since=event.at)
        self.live[event.session] = event.at
        self._sign(event)

    def _ended(self, event: SessionEvent) -> None:
        if self.live.pop(event.session, None) is None:
            return  # it opened nothing, hence ends nothing
        if self.current is not None and not self.live:
            self.close(max(self.current.last, event.at), BY_END)

    def _sign(self, event: SessionEvent) -> None:
        if self.current is None:
            return
        turns = self.current.turns
        if event.event == TURN:
            turns = (*turns, event.at)
        self.current = self.current._replace(last=max(self.current.last, event.at), turns=turns)


def spells(
    events: Iterable[SessionEvent],
    *,
    now: datetime,
    idle: timedelta,
    settle: timedelta,
    own: Mapping[tuple[str, str, str], Sequence[OwnStretch]] | None = None,
) -> tuple[Spell, ...]:
    """Every spell that events tell, by its start.

    `idle` is the silence after which a session counts as crashed, `settle` the time in which a
    next session goes on with the spell before. `own` are a person's windows by (agent, provider,
    account): a spell ends where one of them begins, and none begins inside.
    """
    ordered = sorted(events, key=lambda event: (event.key, event.at))
    found: list[Spell] = []
    for key, group in groupby(ordered, key=lambda event: event.key):
        fold = _Fold(idle, settle)
        theirs = (own or {}).get(key[1:], ())
        for event in group:
            _heard(fold, event, theirs)
        if fold.is_silent(now):
            fold.close(fold.current.last if fold.current else now, "idle")
        found += fold.done
        found += [fold.current] if fold.current is not None else []
    return tuple(sorted(found, key=lambda spell: spell.start))


def _heard(fold: _Fold, event: SessionEvent, theirs: Sequence[OwnStretch]) -> None:
    """One event; inside a person's window it only tells which sessions live."""
    inside = next((s for s in theirs if s.start <= event.at < s.end), None)
    begun = [s for s in theirs if fold.current and fold.current.start < s.start <= event.at]
    if begun:
        fold.close(
            max(fold.current.last, fold.current.start) if fold.current else event.at, "person"
        )
    if inside is None:
        fold.hear(event)
    elif event.event == END:
        fold.live.pop(event.session, None)
    elif event.event == START:
        fold.live[event.session] = event.at
