"""The rows that tell of a difference: whole ledgers for what is measured, parts for the rest.

A base is read once, and the other side is the base with what comes and without what goes. Of
ledgers that only single windows need, rows are read by the windows that the difference touches:
of a hundred thousand rows most are looked at and few are taken apart. Reads only.
"""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from types import MappingProxyType

from gitledger.errors import FormatUnknown, LedgerDamaged, UnknownLedger
from gitledger.git import objects
from gitledger.git.branch.lookup import lines_of
from gitledger.git.branch.rows import RowPlace, places, read_rows, rows_at
from gitledger.git.branch.tip import Tip
from gitledger.ledger import codec, corrections, layout
from gitledger.ledger.onefact import counting
from gitledger.ledger.row import Row, windows_of
from gitledger.share.treediff import TreeDifference
from gitledger.windows.commits import became, line_of

Rows = Mapping[str, tuple[Row, ...]]
NONE: Rows = MappingProxyType({})
WHOLE = ("snapshots", "windows", "churn", "votes", "decisions")
PARTS = ("evidence", "commits", "features", "tokens", "usage", "anomalies")
OPENING = ("snapshots", "windows")  # a window that none of their rows names is no window yet
EVIDENCE = "evidence"
NAMING = ("window", "windows")  # columns that name windows
RUNS = ("test_run_id", "artifact_sha256")  # columns that name a run
FEW = 0.5  # of the windows; of more git finds no sooner what reading every row finds
_WINDOW = re.compile(rb'^  "windows?": (\[.*\]|"(?:[^"\\]|\\.)*")', re.MULTILINE)
_NAME = re.compile(rb'"(?:[^"\\]|\\.)*"')
_RUN = re.compile(rb'^  "(?:test_run_id|artifact_sha256)": ("(?:[^"\\]|\\.)*")', re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Sides:
    """Rows by ledger before and after, corrections applied, and the windows that are touched.

    `added` and `gone` are rows as they stand in files; `answered` are the rows that added
    corrections name, by id; `unread` the paths of added files that hold no row.
    """

    before: Rows
    after: Rows
    touched: tuple[str, ...]
    added: tuple[Row, ...]
    gone: tuple[Row, ...] = ()
    answered: Mapping[str, Row] | None = None
    unread: tuple[str, ...] = ()


def read_sides(
    base: Tip,
    head: Tip,
    moved: TreeDifference,
    *,
    refused: Collection[str] = (),
    also: Iterable[str] = (),
) -> Sides:
    """The rows on both sides of a difference; paths that were `refused` as rows count on neither.

    `also` are windows that count as touched besides.
    Raises LedgerDamaged where the base cannot be read.
    """
    added, unread = _readable(head, [p for p in moved.added if p.path not in refused])
    gone, _ = _readable(base, moved.gone)
    whole: dict[str, tuple[Row, ...]] = {
        name: read_rows(base, name) for name in (*WHOLE, corrections.LEDGER) if base.tree
    }
    answered = _answered(base, added, whole)
    touched = (*also, *_touched((*added, *gone, *answered.values())))
    touched = tuple(dict.fromkeys(touched))
    opened = (*added, *whole.get("snapshots", ()), *whole.get("windows", ()))
    there = {str(row.values.get("window", "")) for row in opened if row.ledger in OPENING}
    meant = there.intersection(touched)
    before = whole | _parts(base, meant, added, few=len(meant) < FEW * len(there))
    left = {row.id for row in gone} - {row.id for row in added}
    after = dict(before)
    for name in {row.ledger for row in (*added, *gone)}:
        both = {row.id: row for row in (*before.get(name, ()), *_of(added, name))}
        kept = (row for row in both.values() if row.id not in left)
        # as recorded; two of one moment by id, the same in every clone
        after[name] = tuple(sorted(kept, key=lambda row: (row.recorded_at, row.id)))
    told = _applied(before, base)
    return Sides(
        before=told,
        after=_applied(after, head, _unmoved(told, before, after, (base, head))),
        touched=touched,
        added=tuple(added),
        gone=tuple(gone),
        answered=answered,
        unread=tuple(unread),
    )


def windows_holding(tip: Tip, commits: Collection[str]) -> tuple[str, ...]:
    """The windows that hold some commits (40 hex digits): recorded ones, or the end of a range.

    A recorded commit counts as what a rebase or an amend made of it, too.
    """
    renamed = became(read_rows(tip, "rewrites"))
    found = dict[str, None]()
    for name, column in (("commits", "sha"), ("windows", "commit_end"), ("churn", "commit_end")):
        for row in read_rows(tip, name):
            sha = row.values.get(column)
            if isinstance(sha, str) and not {sha, *line_of(sha, renamed)}.isdisjoint(commits):
                found |= dict.fromkeys(windows_of(row.values))
    return tuple(found)


def _readable(tip: Tip, found: Iterable[RowPlace]) -> tuple[list[Row], list[str]]:
    """The rows at some places, and the paths of files that hold none."""
    rows, unread = list[Row](), list[str]()
    for place in found:
        try:
            rows.append(codec.decode(tip.read(place.oid), place.row_id))
        except (LedgerDamaged, FormatUnknown, RecursionError):
            # a stranger's row may nest a thousand deep
            unread.append(place.path)
    return rows, unread


def _of(rows: Iterable[Row], ledger: str) -> list[Row]:
    return [row for row in rows if row.ledger == ledger]


def _unmoved(told: Rows, before: Rows, after: Rows, tips: tuple[Tip, Tip]) -> Rows:
    """Of the rows that count before those of ledgers that are, and mean, the same after."""
    if after.get(corrections.LEDGER) is not before.get(corrections.LEDGER):
        return {}
    alike = {
        name
        for name, rows in after.items()
        if rows is before.get(name)
        and len({tip.entry(layout.schema_path(name)) for tip in tips}) == 1
    }
    return {name: rows for name, rows in told.items() if name in alike}


def _applied(rows: Mapping[str, tuple[Row, ...]], tip: Tip, known: Rows = NONE) -> Rows:
    """The rows that count; of some ledgers they are known."""
    dead = corrections.corrections_by_row(rows.get(corrections.LEDGER, ()))
    asked = rows.keys() - known.keys() - {corrections.LEDGER}
    return {**rows, **known, **{n: _counting(n, rows[n], dead, tip) for n in asked}}


def _counting(
    ledger: str, rows: tuple[Row, ...], dead: Mapping[str, Row], tip: Tip
) -> tuple[Row, ...]:
    from gitledger.git.branch.definitions import schema  # noqa: PLC0415 - as below

    live = corrections.rows_that_count(rows, dead)
    try:
        return counting(live, schema(tip, ledger)) if len(live) > 1 else live
    except UnknownLedger:  # rows without a definition: the judge says so
        return live


def _touched(rows: Iterable[Row]) -> tuple[str, ...]:
    """The windows of rows, each once, in order; of a vote or card its subject, which may be one."""
    found = dict[str, None]()
    for row in rows:
        names = windows_of(row.values)
        if row.ledger in {"votes", "decisions"}:
            names = (*names, *(str(row.values.get(n, "")) for n in ("subject", "card")))
        found |= dict.fromkeys(name for name in names if name)
    return tuple(found)


def _answered(base: Tip, added: Sequence[Row], whole: Rows) -> dict[str, Row]:
    """The rows that added corrections name, by id: what they answer and what stands instead."""
    fixes = _of(added, corrections.LEDGER)
    wanted = {str(f.values.get(n, "")) for f in fixes for n in ("target", "replacement")} - {""}
    known = (row for rows in (added, *whole.values()) for row in rows)
    found = {row.id: row for row in known if row.id in wanted} if wanted else {}
    missing = wanted - found.keys()
    names = _ledgers(base) if missing else ()
    for place in (place for name in names for place in places(base, name)):
        if place.row_id in missing:
            with suppress(LedgerDamaged, FormatUnknown):
                # what cannot be read compares with nothing; `verify` names it
                found[place.row_id] = codec.decode(base.read(place.oid), place.row_id)
    return found


def _ledgers(tip: Tip) -> Sequence[str]:
    from gitledger.git.branch.definitions import ledgers  # noqa: PLC0415 - few differences correct a row

    return ledgers(tip) if tip.tree else ()


def _parts(
    base: Tip, windows: Collection[str], added: Sequence[Row], *, few: bool
) -> dict[str, tuple[Row, ...]]:
    """The rows of single windows by ledger, and evidence that shares a run with theirs.

    Where they are `few` git finds them; many are met sooner by reading every row.
    """
    wanted = {codec.encode_json(name) for name in windows}
    if base.tree is None or not wanted:
        return {}
    runs = {codec.encode_json(run) for row in _of(added, EVIDENCE) for run in _runs_of(row)}
    spotted = _spotted(base, wanted, runs) if few else None
    return {
        name: _read_all(base, name, wanted, runs)
        if spotted is None
        else tuple(rows_at(base, _in_order(p for p in places(base, name) if p.path in spotted)))
        for name in PARTS
    }


def _in_order(found: Iterable[RowPlace]) -> list[RowPlace]:
    """In the order of recording."""
    # by bucket and id, as rows are listed everywhere
    return sorted(found, key=lambda place: place.path[-46:])


def _spotted(base: Tip, wanted: Collection[bytes], runs: Collection[bytes]) -> set[str] | None:
    """Paths of the rows of some windows, and of evidence of their runs; None: git cannot tell."""
    lines = lines_of(base, PARTS, (*NAMING, *RUNS))
    if lines is None:
        return None
    found = {path for path, line in lines if _names(line, wanted)}
    evidence = f"{layout.LEDGERS}/{EVIDENCE}/"
    told = [
        (path, run)
        for path, line in lines
        if path.startswith(evidence)
        for run in _RUN.findall(line)
    ]
    theirs = {*runs, *(run for path, run in told if path in found)}
    return found | {path for path, run in told if run in theirs}


def _read_all(
    base: Tip, name: str, wanted: Collection[bytes], runs: Collection[bytes]
) -> tuple[Row, ...]:
    """The same of one ledger, from the bytes of each of its rows."""
    held = _in_order(places(base, name))
    with objects.trusting_ids():  # `cat-file --batch` takes twice as long
        raws = [(place, base.read(place.oid)) for place in held]
    mine = [pair for pair in raws if _names(pair[1], wanted)]
    if name == EVIDENCE:
        theirs = {*runs, *(run for _, raw in mine for run in _RUN.findall(raw))}
        ours = {place.path for place, _ in mine}
        mine += [
            (place, raw)
            for place, raw in raws
            if theirs and place.path not in ours and not theirs.isdisjoint(_RUN.findall(raw))
        ]
        mine.sort(key=lambda pair: pair[0].path[-46:])
    return tuple(codec.decode(objects.check_blob(raw, p.oid), p.row_id) for p, raw in mine)


def _names(raw: bytes, wanted: Collection[bytes]) -> bool:
    """Whether the bytes of a row name one of some windows (as JSON texts)."""
    match = _WINDOW.search(raw)
    if match is None:
        return False
    told = match[1]
    return told in wanted if told[:1] == b'"' else any(n in wanted for n in _NAME.findall(told))


def _runs_of(row: Row) -> Iterable[str]:
    named = (row.values.get(name) for name in RUNS)
    return [value for value in named if isinstance(value, str)]
