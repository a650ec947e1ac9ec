"""One repository on its way into a lake: proven from where it was taken last, folded, written.

Runs in a process of its own, and knows nothing of the others. What it writes is a scratch beside
the tables; who started it moves that into place.
"""

import gc
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from gitledger.book.book import Book
from gitledger.book.judge import judge_move, judge_whole
from gitledger.book.world import World
from gitledger.errors import GitledgerError, HistoryIncomplete, with_noun
from gitledger.fleet.lake import write_table
from gitledger.fleet.pseudonym import Hide, hiding, plainly
from gitledger.fleet.rows import Row, rows_of
from gitledger.git.branch.rows import read_rows
from gitledger.git.branch.tip import tip_at
from gitledger.git.commit import RawCommit
from gitledger.git.mirror import Sighting, contains, lent
from gitledger.git.proof.history import walk
from gitledger.git.proof.watch import Watch
from gitledger.git.repository import Repository
from gitledger.ledger.row import Row as LedgerRow
from gitledger.measure.terms import Statistics


class NotProven(GitledgerError):
    """A ledger whose history shows that rows were changed, taken out or rewound."""


class ForeignRoot(GitledgerError):
    """Another ledger stands where one was collected before."""


@dataclass(frozen=True, slots=True)
class Job:
    """What to take: where it was seen (several clones of one ledger are joined), what is known.

    `before` is the tip (hex) and `root` the root that were collected from this address last.
    """

    name: str
    team: str
    step: str
    seen: tuple[Sighting, ...]
    mirror: Path
    scratch: Path
    environment: Mapping[str, str]
    before: str = ""
    root: str = ""
    key: bytes | None = None

    @property
    def hide(self) -> Hide:
        """How names are written."""
        return plainly if self.key is None else hiding(self.key)


@dataclass(frozen=True, slots=True)
class Harvest:
    """A repository that was proven and written: its real root and tip, and what the lake says."""

    root: str
    tip: str
    rows: int
    usable: int
    excluded: Mapping[str, int]
    statistics: Statistics


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a repository was not taken, as a value that goes from one process to another."""

    kind: str
    what: str
    hint: str


def try_job(job: Job) -> Harvest | Refusal:
    """A job's result, or its refusal."""
    gc.disable()  # the values of a ledger all stay until it is written: collecting them finds none
    try:
        return take(job)
    except GitledgerError as error:
        job.scratch.unlink(missing_ok=True)
        return Refusal(type(error).__name__, error.what, error.hint)
    finally:
        gc.enable()


def take(job: Job) -> Harvest:
    """Prove, fold and write one repository. Raises GitledgerError with the next step."""
    repository = lent(job.mirror, job.seen, job.environment)
    tips = [one.tip for one in job.seen]
    root, proven = job.root, dict[bytes, LedgerRow]()
    for tip in tips:
        root = proven_root(repository, tip, job, proven) if len(tips) == 1 or not root else root
    book = JoinedBook(repository, tips, job.environment, proven)
    made = rows_of(book)
    tip_text = "+".join(sorted(tip.hex() for tip in tips))
    same = {
        "repo": job.hide("root", root),
        "repo_name": job.hide("name", job.name),
        "team": job.team,
        "tip": job.hide("tip", tip_text),
    }
    rows = [hide_names(row, job.hide) for row in made.rows]
    write_table(job.scratch, rows, same)
    whys = [str(row["why"]) for row in rows if row["why"]]
    counted = {why: whys.count(why) for why in sorted(set(whys))}
    return Harvest(root, tip_text, len(rows), len(rows) - len(whys), counted, made.statistics)


def hide_names(row: Row, hide: Hide) -> Row:
    """A row with its window and accounts under pseudonyms."""
    if hide is plainly:
        return row
    accounts = ",".join(sorted(hide("account", one) for one in row["accounts"].split(",")))
    windows = {name: hide("window", row[name] or "") or None for name in ("window_id", "follows")}
    return row | windows | {"accounts": accounts}


def proven_root(
    repository: Repository, tip: bytes, job: Job, proven: dict[bytes, LedgerRow]
) -> str:
    """The root of a ledger whose history holds. Raises NotProven, ForeignRoot, HistoryIncomplete.

    What was proven up to the tip collected last is not looked at again. Of a whole history every
    row joins `proven` by its blob.
    """
    old = bytes.fromhex(job.before) if len(job.before) == 40 else b""
    ranged = bool(old) and old.hex() in repository.handle
    if ranged and job.root and not contains(repository, tip, old):
        # our own cache has the old one's objects still: the new tip may be another ledger's
        refuse_foreign(first_root(walk(repository, [tip]).values()), job.root)
    try:
        done = (
            judge_move(repository, old, tip)
            if ranged
            else judge_whole(repository, tip, Watch(proven=proven.__setitem__))
        )
    except HistoryIncomplete as error:
        raise HistoryIncomplete(error.what, f"{job.step}; {error.hint}") from None
    if done.findings:
        first = done.findings[0].problem
        more = (
            f" and {with_noun(len(done.findings) - 1, 'more finding')}" if done.findings[1:] else ""
        )
        what = f"its history does not hold: {first.code}: {first.what}{more}"
        raise NotProven(what, f"gitledger verify there names every commit ({job.step})")
    if ranged:
        return job.root
    root = first_root(done.commits)
    refuse_foreign(root, job.root)
    if old:
        what = f"it no longer holds the tip collected last ({job.before[:12]})"
        raise NotProven(what, "gitledger verify there; fetch the clone that has it")
    return root


def first_root(commits: Iterable[RawCommit]) -> str:
    """The commit (hex) that a history, parents first, begins with."""
    return next(commit.oid.hex() for commit in commits if not commit.parents)


def refuse_foreign(root: str, known: str) -> None:
    """Raise ForeignRoot where a ledger has another root than the one that is known, if any is."""
    if known and root != known:
        what = f"foreign root: another ledger ({root[:12]}) is where {known[:12]} was collected"
        raise ForeignRoot(what, "if that is meant, name it by another address, or in a fresh lake")


class JoinedBook(Book):
    """A ledger at its tips: of one that clones have apart, every row of any of them, each once.

    Definitions, configuration and rules are those of the tip with the greatest id. Rows that were
    `proven` just now (by blob) are those that were read then.
    """

    def __init__(
        self,
        repository: Repository,
        tips: Sequence[bytes],
        environment: Mapping[str, str],
        proven: Mapping[bytes, LedgerRow],
    ) -> None:
        self.proven = proven
        world = World(repository.git_dir, datetime.fromtimestamp(0, UTC), environment)
        self.joined = sorted(tips)
        super().__init__(world, repository, "none")
        self.move_to(tip_at(repository, self.joined[-1]))

    def rows(self, ledger: str, *, raw: bool = False) -> tuple[LedgerRow, ...]:
        """As of one tip; the rows of the others join before corrections are applied."""
        if ledger not in self._rows:
            found: dict[tuple[str, str], Any] = {}
            for tip in self.joined:
                for row in read_rows(tip_at(self.repository, tip), ledger, self.proven):
                    found[row.recorded_at, row.id] = row
            self._rows[ledger] = tuple(found[place] for place in sorted(found))
        return super().rows(ledger, raw=raw)
