"""Rows -> windows. Depends on the other modules of this room and on rows.

`rows` maps a ledger's name to its rows in order of recording, corrections already applied. A
ledger that is absent counts as empty.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from operator import attrgetter
from typing import TypeAlias

from gitledger.ledger.row import Row, windows_of
from gitledger.windows.account import (
    Holder,
    reading_history,
    resets_between,
    same_reading,
    shared_windows,
    with_staleness,
)
from gitledger.windows.delta import Delta, Doubt, State, link, measure_delta
from gitledger.windows.features import BEFORE as COUNTED_BEFORE
from gitledger.windows.features import LeftOut
from gitledger.windows.finalisation import Finalised, fold_finalisations, without
from gitledger.windows.marks import with_marks
from gitledger.windows.snapshot import DEFAULT_BUCKET, MeterKey, MeterReading, Snapshot, snapshot_of
from gitledger.windows.spans import spans_by_holder
from gitledger.windows.thresholds import Terms
from gitledger.windows.window import AFTER, BEFORE, Capture, Window

Ledgers: TypeAlias = Mapping[str, Sequence[Row]]
Sharing: TypeAlias = Mapping[tuple[str, Holder], tuple[str, ...]]
History: TypeAlias = Mapping[tuple[Holder, MeterKey], tuple[MeterReading, ...]]
ELSEWHERE = "work in another repository"  # its name is in no row
ATTACHED = ("churn", "evidence", "features", "tokens", "usage", "anomalies")


def fold_windows(rows: Ledgers, terms: Terms | None = None) -> tuple[Window, ...]:
    """All windows that snapshots or finalisations name, in order of first recording."""
    given = terms or Terms()
    shown, ended = rows.get("snapshots", ()), rows.get("windows", ())
    snapshots = with_staleness([snapshot_of(row) for row in shown])
    captures = fold_captures(snapshots)
    finals = _finalised(ended)
    sharing = shared_windows(spans_by_holder(captures, finals))
    history = reading_history(snapshots)
    attached = [(name, _by_window(rows[name])) for name in ATTACHED if rows.get(name)]
    attached.append(("commits", _commits_by_window(rows.get("commits", ()))))
    folded = []
    names = _names((*shown, *ended))
    finals = once(finals, names)
    for name in names:
        window = Window(name, captures.get(name, ()), finals.get(name))
        beside = {ledger: tuple(found[name]) for ledger, found in attached if name in found}
        deltas = _deltas(window, sharing, history, given)
        folded.append(Window(name, window.captures, window.finalised, deltas, **beside))
    return tuple(folded)


def fold_captures(snapshots: Iterable[Snapshot]) -> Mapping[str, tuple[Capture, ...]]:
    """The captures of each window. The newest snapshot with a reading counts, by time shown."""
    groups: dict[str, dict[tuple[str, str, str], list[Snapshot]]] = defaultdict(dict)
    for snapshot in snapshots:
        place = (snapshot.provider, snapshot.account, snapshot.phase)
        groups[snapshot.window].setdefault(place, []).append(snapshot)
    return {
        window: tuple(_capture(*place, found) for place, found in places.items())
        for window, places in groups.items()
    }


def _capture(provider: str, account: str, phase: str, found: Sequence[Snapshot]) -> Capture:
    if len(found) == 1:
        return Capture(provider, account, phase, found[0])
    best = max(range(len(found)), key=lambda i: (bool(found[i].readings), found[i].captured_at, i))
    # what recorded itself was replaced as more became known: no person gave it twice
    rest = tuple(s for i, s in enumerate(found) if i != best and not s.automatic)
    return Capture(provider, account, phase, found[best], rest)


def _names(rows: Iterable[Row]) -> tuple[str, ...]:
    """The window ids of rows by order of recording, each once."""
    ordered = sorted(rows, key=attrgetter("recorded_at"))
    return tuple(dict.fromkeys([str(row.values.get("window", "")) for row in ordered]))


def _finalised(rows: Sequence[Row]) -> Mapping[str, Finalised]:
    folded = ((name, fold_finalisations(found)) for name, found in _by_window(rows).items())
    return {name: finalised for name, finalised in folded if finalised is not None}


def once(finals: Mapping[str, Finalised], order: Iterable[str]) -> Mapping[str, Finalised]:
    """Features that several windows counted, in clones that had not met: the earliest keeps them.

    `order` are all windows in the order of their first recording.
    """
    seen: dict[str, str] = {}
    found = dict(finals)
    for window in order:
        final = finals.get(window)
        counted = final.canonical.counted if final else ()
        again = {
            one.feature: LeftOut(one.feature, COUNTED_BEFORE, seen[one.feature])
            for one in counted
            if one.feature in seen
        }
        if final and again:
            found[window] = final._replace(canonical=without(final.canonical, again))
        seen |= {one.feature: window for one in counted if one.feature not in seen}
    return found


def _by_window(rows: Iterable[Row]) -> Mapping[str, list[Row]]:
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        found[str(row.values.get("window", ""))].append(row)
    return found


def _commits_by_window(rows: Iterable[Row]) -> Mapping[str, list[Row]]:
    """A commit belongs to every window that was open when it was made."""
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        for window in windows_of(row.values):
            found[window].append(row)
    return found


def _deltas(window: Window, sharing: Sharing, history: History, terms: Terms) -> tuple[Delta, ...]:
    """The deltas of all meters of a window, by account and meter in order of appearance."""
    found: list[Delta] = []
    tolerance = terms.thresholds.reset_tolerance
    for provider, account in window.holders:
        before = window.capture(provider, account, BEFORE)
        after = window.capture(provider, account, AFTER)
        pair = (before.canonical if before else None, after.canonical if after else None)
        same = same_reading(before.canonical, after.canonical) if before and after else ""
        keys = _meters(pair) or ((DEFAULT_BUCKET, terms.capacity_meter(provider)),)
        shared = sharing.get((window.id, (provider, account)), ())
        if after is not None and after.canonical.elsewhere:
            shared = (*shared, ELSEWHERE)
        sold = terms.sells_more(provider, account)
        base = Doubt(shared_with=shared, tolerance=tolerance, overage=sold, same=same)
        for key in keys:
            seen = history.get(((provider, account), key), ())
            delta = _delta(pair, key, base, seen)
            found.append(delta or _absent(pair, key, (provider, account)))
    return tuple(found)


Pair: TypeAlias = tuple[Snapshot | None, Snapshot | None]


def _meters(pair: Pair) -> tuple[MeterKey, ...]:
    """The meters that either snapshot shows, each once."""
    shown = [reading.key for snapshot in pair if snapshot for reading in snapshot.readings]
    return tuple(dict.fromkeys(shown))


def _delta(pair: Pair, key: MeterKey, base: Doubt, history: Sequence[MeterReading]) -> Delta | None:
    """The delta of one meter, None when one of its readings is missing."""
    before, after = pair
    if before is None or after is None or after.captured_at < before.captured_at:
        return None
    start, end = before.reading(key), after.reading(key)
    if start is None or end is None:
        return None
    doubt = base
    if before.stale or after.stale:
        doubt = base._replace(stale=_stale_why(before, after, key[0]))
    if link(start, end, base.tolerance) == "reset":
        resets = resets_between(history, before.captured_at, after.captured_at)
        doubt = doubt._replace(resets=resets)
    delta = measure_delta(start, end, doubt, provider=after.provider, account=after.account)
    return with_marks(delta, before, after)


def _stale_why(before: Snapshot, after: Snapshot, bucket: str) -> str:
    """Why one of the two panes is stale in a bucket, the AFTER first."""
    for phase, snapshot in (("after", after), ("before", before)):
        why = snapshot.stale_why(bucket)
        if why:
            return f"the reading {phase} the work is outdated: {why}"
    return ""


def _absent(pair: Pair, key: MeterKey, holder: Holder) -> Delta:
    """The delta of a meter that lacks a reading, with the reading that is there."""
    before, after = pair
    start, end = before and before.reading(key), after and after.reading(key)
    state, why = _absence(before, after)
    return Delta(
        provider=holder[0],
        account=holder[1],
        bucket=key[0],
        meter=key[1],
        state=state,
        why=why,
        before=start.used if start else None,
        after=end.used if end else None,
        manual=any(reading.manual for reading in (start, end) if reading),
    )


def _absence(before: Snapshot | None, after: Snapshot | None) -> tuple[State, str]:
    if before is None or before.is_unread:
        return "missing-before", "no reading before the work"
    if after is None or after.is_unread:
        return "missing-after", "no reading after the work"
    if after.captured_at < before.captured_at:
        return "missing-after", "the newest reading before is later than the one after"
    silent = [name for name, s in (("BEFORE", before), ("AFTER", after)) if not s.readings]
    what = " and ".join(silent)
    return "unread", f"{what} held no number" if silent else "only one reading shows this meter"
