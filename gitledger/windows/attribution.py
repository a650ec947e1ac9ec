"""Which windows an agent had open at a moment: what a commit is attributed to.

A window is open for an agent from the start of its BEFORE to its AFTER, its finalisation by a
person, or the agent's next start of another on the same account; it may be started again. A meter
is often shown a little before it is recorded; within LAG the recording is when the window opened or
closed, beyond it the row tells an older story and its own time counts. When meters were a window's
is another question: `windows/spans`. Depends on rows alone: a drain imports this and no fold.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from gitledger.ledger.automatic import is_automatic
from gitledger.ledger.row import Row

NEVER = datetime.max.replace(tzinfo=UTC)
LAG = timedelta(minutes=15)  # from reading a pane to recording it: a person types in between
Place = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Stretch:
    """A window as one agent had it open on one account; `end` is NEVER while it is open."""

    window: str
    agent: str
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Attribution:
    """The windows a moment belongs to, each once, and why there are none where that is unsure."""

    windows: tuple[str, ...] = ()
    why: str = ""


def stretches(snapshots: Iterable[Row], finalised: Iterable[Row]) -> tuple[Stretch, ...]:
    """Every stretch in which a window was open, from `snapshots` and `windows` rows."""
    begun: dict[tuple[Place, str], list[datetime]] = defaultdict(list)
    ended: dict[Place, list[datetime]] = defaultdict(list)
    for row in snapshots:
        place = _place(row)
        phase = row.values.get("phase")
        when = _happened(row, "captured_at")
        work = row.values.get("work_at")
        if isinstance(work, str):  # the hooks of the agent saw it, whatever reading was nearest
            when = datetime.fromisoformat(work)
        if phase == "before":
            # git keeps whole seconds: a commit in the second of the start is in the window
            begun[place, row.agent].append(when.replace(microsecond=0))
        elif phase == "after":
            ended[place].append(when)
    closed = _closed(finalised)
    starts = _starts(begun)
    found = []
    for (place, agent), many in begun.items():
        others = [when for when, window in starts[agent, *place[1:]] if window != place[0]]
        for start, until in _rounds(many, (*ended[place], *others)):
            ends = [end for end in ended[place] if start <= end < until]
            last = min(max(ends, default=NEVER), closed.get(place[0], NEVER))
            end = min(last, min((other for other in others if other > start), default=NEVER))
            # told to be closed before its start: a moment, and nothing less
            found.append(Stretch(place[0], agent, start, max(end, start)))
    return tuple(found)


def _rounds(
    starts: Iterable[datetime], breaks: Sequence[datetime]
) -> Iterator[tuple[datetime, datetime]]:
    """Each start of a window and when it was started again (NEVER): after an end, or another.

    A second BEFORE with nothing between is another reading of the same start.
    """
    firsts: list[datetime] = []
    for start in sorted(starts):
        if not firsts or any(firsts[-1] <= end < start for end in breaks):
            firsts.append(start)
    yield from zip(firsts, (*firsts[1:], NEVER), strict=True)


def open_at(known: Sequence[Stretch], when: datetime, agent: str | None) -> Attribution:
    """The windows open for an agent at a moment (to the second).

    With `agent` None it is not known who worked: the windows count when all are one agent's.
    """
    here = [s for s in known if s.start <= when <= s.end and agent in {None, s.agent}]
    owners = {s.agent for s in here}
    if len(owners) > 1:
        who = ", ".join(sorted(owners))
        return Attribution(why=f"several agents had windows open then: {who}")
    # a window that ended in the second in which its agent began another gives way to that
    fresh = {s.agent for s in here if s.start == when and s.end > when}
    kept = [s for s in here if s.start == when or s.end > when or s.agent not in fresh]
    return Attribution(tuple(dict.fromkeys(s.window for s in kept)))


def _place(row: Row) -> Place:
    window, provider, account = (
        str(row.values.get(name, "")) for name in ("window", "provider", "account")
    )
    return (window, provider, account)


def _happened(row: Row, column: str) -> datetime:
    """When a row took effect: when it was recorded, unless it tells of an earlier time."""
    recorded = datetime.fromisoformat(row.recorded_at)
    told = row.values.get(column)
    shown = datetime.fromisoformat(told) if isinstance(told, str) else recorded
    return recorded if abs(recorded - shown) <= LAG else shown


def _closed(finalised: Iterable[Row]) -> Mapping[str, datetime]:
    """When a person first finalised each window.

    The program finalises only what has an AFTER, and a session may prove later that it went on.
    """
    found: dict[str, datetime] = {}
    for row in finalised:
        if is_automatic(row.values):
            continue
        window = str(row.values.get("window", ""))
        found[window] = min(found.get(window, NEVER), _happened(row, "finalised_at"))
    return found


def _starts(
    begun: Mapping[tuple[Place, str], Sequence[datetime]],
) -> Mapping[tuple[str, ...], list[tuple[datetime, str]]]:
    """Of each agent on each account: when it started which window."""
    found: dict[tuple[str, ...], list[tuple[datetime, str]]] = defaultdict(list)
    for (place, agent), many in begun.items():
        found[agent, *place[1:]] += [(start, place[0]) for start in many]
    return found
