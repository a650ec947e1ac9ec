"""Recording facts: checked drafts become rows, rows become commits, once each.

A draft whose ledger has a natural key is looked up first: the same fact again is answered with
the row that holds it. All of a call is recorded, or nothing is.
"""

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from gitledger.errors import InvalidData, Problem
from gitledger.git.branch import definitions
from gitledger.git.branch.draft import Draft, Receipt
from gitledger.git.branch.rows import Buckets
from gitledger.git.branch.store import CommitPlan, advance
from gitledger.git.branch.tip import Tip
from gitledger.git.repository import Identity, Repository
from gitledger.ledger import codec, layout
from gitledger.ledger.announcement import message
from gitledger.ledger.row import Row
from gitledger.ledger.schema import Schema
from gitledger.ledger.values import WrongValue, recording_time

if TYPE_CHECKING:
    from gitledger.git.branch.keyindex import KeyIndex

TICK = timedelta(microseconds=1)


class Stamp(NamedTuple):
    """What the envelope of new rows says: the agent, the tool with its version, the time."""

    agent: str
    tool: str
    now: datetime


@dataclass(slots=True)
class _Work:
    """One attempt at a plan: what was decided for each draft, and the files of each commit."""

    recorded: list[Receipt]
    steps: list[CommitPlan]


def record(
    repository: Repository,
    branch: str,
    drafts: Sequence[Draft],
    *,
    stamp: Stamp,
    who: Identity,
    rows_per_commit: int = 0,
) -> list[Receipt]:
    """Record drafts as one commit (or one per `rows_per_commit` rows); a result for each draft.

    Raises InvalidData when a row does not fit its bounds, and whatever `advance` raises; nothing
    is recorded then.
    """
    encoded = _encoded(drafts, stamp)
    work = _Work([], [])

    def plan(tip: Tip) -> Sequence[CommitPlan]:
        work.recorded, work.steps = [], []
        if tip.commit is None:
            raise definitions.not_initialised()
        definitions.refuse_unsigned(tip)
        size = rows_per_commit or len(drafts)
        with ExitStack() as stack:
            finder = _Finder(tip, branch, stack)
            buckets = Buckets(tip)
            fresh: list[tuple[str, Row, bytes]] = []
            for draft, (row, data) in zip(drafts, encoded, strict=True):
                held = finder.held(draft, row.id)
                work.recorded.append(Receipt(held or row, already=held is not None))
                if held is None:
                    fresh.append(_placed(buckets, row, data))
                    work.recorded[-1] = Receipt(fresh[-1][1])
            finder.refuse_unlandable(fresh)
        work.steps = [_commit(fresh[at : at + size]) for at in range(0, len(fresh), max(size, 1))]
        return work.steps

    advance(repository, branch, plan, who)
    return work.recorded


def _encoded(drafts: Sequence[Draft], stamp: Stamp) -> list[tuple[Row, bytes]]:
    """Rows with their bytes; a microsecond apart, so that names keep the order of the drafts."""
    encoded, problems = [], []
    for place, draft in enumerate(drafts):
        moment = recording_time(stamp.now + place * TICK)
        try:
            encoded.append(
                codec.encode(Row(draft.ledger, moment, stamp.agent, stamp.tool, draft.values))
            )
        except WrongValue as error:
            where = f"row {place + 1}" if len(drafts) > 1 else draft.ledger
            hint = "put large evidence in a file and record its hash"
            problems.append(Problem(where, str(error), hint, "too-large"))
    if problems:
        raise InvalidData("nothing was recorded", problems=problems)
    return encoded


def _placed(buckets: Buckets, row: Row, data: bytes) -> tuple[str, Row, bytes]:
    """A path for the row. Two equal facts in one microsecond are two facts: the later waits."""
    while True:
        path = buckets.place(row.ledger, layout.row_file(row.recorded_at, row.id))
        if path is not None:
            return path, row, data
        later = datetime.fromisoformat(row.recorded_at) + TICK
        row, data = codec.encode(
            Row(row.ledger, recording_time(later), row.agent, row.tool, row.values)
        )


class _Finder:
    """Answers whether a draft's fact stands already, on the branch or earlier in this call."""

    def __init__(self, tip: Tip, branch: str, stack: ExitStack) -> None:
        self._tip = tip
        self._branch = branch
        self._stack = stack
        self._index: KeyIndex | None = None
        self._fresh: dict[tuple[str, tuple[str, ...]], str] = {}
        self._schemas: dict[str, Schema] = {}

    def held(self, draft: Draft, row_id: str) -> Row | None:
        """The row that holds the fact, or None; a fresh fact is remembered under `row_id`."""
        if draft.ledger not in self._schemas:
            self._schemas[draft.ledger] = definitions.schema(self._tip, draft.ledger)
        schema = self._schemas[draft.ledger]
        key = schema.key_of(draft.values)
        if key is None or draft.again:
            return None
        if self._index is None:
            from gitledger.git.branch.keyindex import open_index  # noqa: PLC0415 - SQLite is slow to load

            self._index = self._stack.enter_context(open_index(self._tip, self._branch))
        found = self._fresh.get((draft.ledger, key)) or self._index.find(schema, key)
        if found is None and draft.key not in {None, key}:
            found = self._index.find(schema, draft.key)
        if found is None:
            self._fresh[draft.ledger, key] = row_id
            return None
        return Row(draft.ledger, "", "", "", draft.values, found)

    def refuse_unlandable(self, fresh: Sequence[tuple[str, Row, bytes]]) -> None:
        """Raise InvalidData for rows that name rows which are not there, or correct none."""
        if not any(schema.links for schema in self._schemas.values()):
            return
        from gitledger.git.branch.admission import unlandable  # noqa: PLC0415 - few rows name others

        problems = unlandable(self._tip, [(path, row) for path, row, _ in fresh], self._schemas)
        if problems:
            raise InvalidData("nothing was recorded", problems=problems)


def _commit(fresh: Sequence[tuple[str, Row, bytes]]) -> CommitPlan:
    rows = [row for _, row, _ in fresh]
    return CommitPlan(message(rows), {path: data for path, _, data in fresh})
