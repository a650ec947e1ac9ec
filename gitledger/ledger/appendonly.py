"""What a commit may do to a ledger branch: add row files, and nothing else to rows. Pure.

A change is judged by path and by both sides, never by content (see `rowproof` for that), so that
a hook, the server and `verify` judge a commit alike. Configuration, rules, README and schemas are
versioned texts: they may change, and the judgement lists them.
"""

from collections.abc import Iterable, Sequence
from itertools import chain
from typing import NamedTuple, Protocol

from gitledger.errors import Problem
from gitledger.ledger import layout
from gitledger.ledger.layout import RowPath

ROW_MODE = b"100644"
KINDS = {b"120000": "a symbolic link", b"160000": "a submodule", b"100755": "executable"}
TEXTS = {layout.README, layout.CONFIG, layout.RULES}
COMES_BACK = "gitledger sync brings it back from a clone that has it; void a wrong row instead"
PUT_BACK = "put it back from the parent; void a wrong row with `gitledger void`"


class ChangeSide(Protocol):
    """One side of a change: the mode as git writes it, and the object's id (20 bytes)."""

    @property
    def mode(self) -> bytes: ...  # noqa: D102 - the class says it

    @property
    def oid(self) -> bytes: ...  # noqa: D102


class Touched(Protocol):
    """A path that differs between a commit and one parent; a side that is absent is None."""

    @property
    def path(self) -> bytes: ...  # noqa: D102 - the class says it

    @property
    def old(self) -> ChangeSide | None: ...  # noqa: D102

    @property
    def new(self) -> ChangeSide | None: ...  # noqa: D102


class AddedRow(NamedTuple):
    """A row file that a commit adds: its path, taken apart as well, and its blob (20 bytes)."""

    path: str
    place: RowPath
    oid: bytes


class Judgement(NamedTuple):
    """What a commit does: rows it adds, texts and other files it touches, what it may not do.

    A text comes with what became of it: added, changed or removed. Each problem's `where` is
    the path.
    """

    added: tuple[AddedRow, ...] = ()
    texts: tuple[tuple[str, str], ...] = ()
    others: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()


def is_text(path: str) -> bool:
    """Whether a path is one of the branch's versioned texts, which may change."""
    return path in TEXTS or layout.SCHEMA_PATH.match(path) is not None


def judge(changes: Iterable[Touched]) -> Judgement:
    """Judge the changes of a commit against one parent (against nothing, for a root)."""
    added: list[AddedRow] = []
    texts: list[tuple[str, str]] = []
    others: list[str] = []
    lost: list[tuple[str, bytes]] = []
    problems: list[Problem] = []
    for change in changes:
        path = change.path.decode("utf-8", "replace")
        old, new = change.old, change.new
        place = layout.parse_row_path(path)
        if place is not None and old is None and new is not None and new.mode == ROW_MODE:
            added.append(AddedRow(path, place, new.oid))
        elif is_text(path):
            texts.append((path, "added" if old is None else "changed" if new else "removed"))
            problems += _text_problems(path, new)
        elif not path.startswith(f"{layout.LEDGERS}/"):
            others.append(path)
        elif new is None and old is not None:
            lost.append((path, old.oid))
        else:
            problems.append(_row_problem(path, place, old, new))
    problems += _departures(lost, added)
    return Judgement(tuple(added), tuple(texts), tuple(others), tuple(problems))


def _text_problems(path: str, new: ChangeSide | None) -> list[Problem]:
    if new is None and layout.SCHEMA_PATH.match(path):
        hint = "bring the definition back: its rows cannot be read without it"
        return [Problem(path, "the ledger's definition was removed", hint, "schema-removed")]
    if new is not None and new.mode in KINDS and new.mode != b"100755":
        what = f"is {KINDS[new.mode]}, not a file"
        return [Problem(path, what, "make it a regular file", "text-mode")]
    return []


def _row_problem(
    path: str, place: RowPath | None, old: ChangeSide | None, new: ChangeSide | None
) -> Problem:
    """Why a change inside `ledgers/` that is neither an addition nor a removal is wrong."""
    mode = KINDS.get(new.mode, f"of mode {new.mode.decode()}") if new else "gone"
    if place is None:
        what = "no row file has such a path" + ("" if old is None else ", and it was changed")
        hint = "only gitledger writes below ledgers/; remove it in a new commit"
        return Problem(path, what, hint, "row-foreign")
    if old is None:
        hint = "a row is a regular file of mode 100644"
        return Problem(path, f"the row was added as {mode}", hint, "row-mode")
    if new is not None and old.mode != new.mode:
        return Problem(path, f"the row became {mode}", PUT_BACK, "row-mode")
    return Problem(path, "the row was edited", PUT_BACK, "row-edited")


def _departures(lost: Sequence[tuple[str, bytes]], added: Sequence[AddedRow]) -> list[Problem]:
    """Removed row files, each told apart: gone, or standing under another path now."""
    if not lost:
        return []
    homes = {row.oid: row.path for row in added}
    problems = []
    for path, oid in lost:
        if layout.parse_row_path(path) is None:
            problems.append(
                Problem(path, "a file that is not a row was removed", "", "row-foreign", "note")
            )
        elif oid in homes:
            what = f"the row was renamed to {homes[oid]}"
            problems.append(Problem(path, what, PUT_BACK, "row-renamed"))
        else:
            problems.append(Problem(path, "the row was deleted", COMES_BACK, "row-deleted"))
    return problems


def judge_merge(sides: Sequence[Iterable[Touched]]) -> Judgement:
    """Judge a merge by its changes against each parent: it holds the union of them, no more.

    Rows of the other parents are additions here; `added` lists only rows that no parent has.
    """
    judged = [judge(side) for side in sides]
    fresh = set.intersection(*({row.path for row in one.added} for one in judged))
    added = tuple(row for row in judged[0].added if row.path in fresh)
    problems = {
        (found.where, found.code): found
        for found in chain.from_iterable(one.problems for one in judged)
    }
    told = [_of_merge(found) for found in problems.values()]
    told += [
        Problem(row.path, "the merge adds a row that no parent has",
                "record rows with gitledger; a merge only joins", "merge-added-row")
        for row in added
    ]  # fmt: skip
    texts = set.intersection(*({*one.texts} for one in judged))
    others = set.intersection(*({*one.others} for one in judged))
    return Judgement(added, tuple(sorted(texts)), tuple(sorted(others)), tuple(told))


def _of_merge(found: Problem) -> Problem:
    if found.code != "row-deleted":
        return found
    hint = "merge again, keeping the rows of every parent"
    return Problem(found.where, "the merge lost a parent's row", hint, "merge-lost-row")
