"""The opened ledger: one repository, one branch, one tip that is read once.

Every verb that needs rows goes through a `Book`. It guards that all a command reads comes from
one tip, and that what it writes was checked against the schemas of that tip.
"""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from gitledger.book.world import TOOL, World
from gitledger.errors import InvalidData, Problem, UsageError
from gitledger.git.branch import definitions
from gitledger.git.branch.draft import Draft, Receipt
from gitledger.git.branch.rows import read_rows
from gitledger.git.branch.tip import Tip, tip_of
from gitledger.git.refs import valid_branch
from gitledger.git.repository import DEFAULT_BRANCH, Identity, Repository, identity, setting
from gitledger.ledger import corrections, layout
from gitledger.ledger.characters import HIDDEN
from gitledger.ledger.door import NAME, admit
from gitledger.ledger.names import ref_problem
from gitledger.ledger.onefact import counting
from gitledger.ledger.redaction import label
from gitledger.ledger.row import MAX_AGENT, Row
from gitledger.ledger.schema import Schema

WINDOW_LEDGERS = ("snapshots", "windows")
NOTED = frozenset({*WINDOW_LEDGERS, corrections.LEDGER})  # what opens a window or closes it
UNKNOWN_COLUMN = "unknown-column"
T = TypeVar("T")


def branch_name(world: World, repository: Repository) -> str:
    """The ledger branch: `--ledger`, else git's `gitledger.branch`, else the default."""
    return checked_branch(world.branch or setting(repository, "gitledger.branch") or DEFAULT_BRANCH)


def checked_branch(name: str) -> str:
    """A branch as named. Raises UsageError for one that git or a file system refuses."""
    if valid_branch(name):
        return name
    raise UsageError(
        f"{name!a} cannot name a branch: it {ref_problem(name) or 'is none that git takes'}",
        "take letters, digits, - and /: gitledger/main",
    )


class Book:
    """One tip of a ledger branch, and the way to add to it."""

    def __init__(self, world: World, repository: Repository, branch: str) -> None:
        self.world = world
        self.repository = repository
        self.branch = branch
        self.tip: Tip = tip_of(repository, branch)
        self._rows: dict[str, tuple[Row, ...]] = {}
        self._schemas: dict[str, Schema] = {}
        self._ledgers: tuple[str, ...] | None = None
        self._derived: dict[Hashable, Any] = {}

    def move_to(self, tip: Tip) -> None:
        """Stand at another tip: what was read so far is forgotten."""
        self.tip, self._rows, self._schemas = tip, {}, {}
        self._ledgers, self._derived = None, {}

    def renew(self) -> None:
        """Stand at the branch as it is now, if another process moved it since."""
        now = tip_of(self.repository, self.branch)
        if now.commit != self.tip.commit:
            self.move_to(now)

    def derived(self, key: Hashable, work_out: Callable[[], T]) -> T:
        """A value that follows from this tip alone, worked out once while the book stands at it.

        A key is one function's own, and what it names must not be changed by who is given it.
        """
        if key not in self._derived:
            self._derived[key] = work_out()
        found: T = self._derived[key]
        return found

    @property
    def who(self) -> Identity:
        """The user, as git would name them. Raises NoIdentity."""
        return identity(self.repository, self.world.now)

    @property
    def ledgers(self) -> tuple[str, ...]:
        """Names of the ledgers, sorted."""
        if self._ledgers is None:
            self._ledgers = definitions.ledgers(self.tip)
        return self._ledgers

    @property
    def config(self) -> Mapping[str, Any]:
        """The content of `gitledger.yaml` at the tip."""
        return definitions.document(self.tip, layout.CONFIG) or {}

    @property
    def rules(self) -> Mapping[str, Any]:
        """The content of `rules.yaml` at the tip."""
        return definitions.document(self.tip, layout.RULES) or {}

    def schema(self, ledger: str) -> Schema:
        """A ledger's definition in force. Raises UnknownLedger."""
        if ledger not in self._schemas:
            self._schemas[ledger] = definitions.schema(self.tip, ledger)
        return self._schemas[ledger]

    def rows(self, ledger: str, *, raw: bool = False) -> tuple[Row, ...]:
        """A ledger's rows in the order of recording; unless `raw` those that count.

        Corrections are applied then, and a fact that several clones recorded is one row.
        """
        if ledger not in self._rows:
            self._rows[ledger] = read_rows(self.tip, ledger)
        if raw or ledger == corrections.LEDGER:
            return self._rows[ledger]
        return self.derived(("rows", ledger), lambda: self._counting(ledger))

    def rows_if_any(self, ledger: str) -> tuple[Row, ...]:
        """As `rows`; none where an older branch has no such ledger."""
        return self.rows(ledger) if ledger in self.ledgers else ()

    def _counting(self, ledger: str) -> tuple[Row, ...]:
        live = self.live(ledger)
        return counting(live, self.schema(ledger)) if len(live) > 1 else live

    def live(self, ledger: str) -> tuple[Row, ...]:
        """The rows that no correction took out, also those that say the same or contradict."""
        return corrections.rows_that_count(self.rows(ledger, raw=True), self.superseded())

    def superseded(self) -> Mapping[str, Row]:
        """Row ids that no longer count, with the correction that says so."""
        return corrections.corrections_by_row(self.rows(corrections.LEDGER))

    def draft(self, ledger: str, values: Mapping[str, Any], *, again: bool = False) -> Draft:
        """A fact ready to record. Raises InvalidData with every problem of its values."""
        drafted, problems = self.drafted(ledger, values)
        if problems:
            raise InvalidData(f"nothing was recorded in {ledger}", problems=problems)
        return drafted._replace(again=again)

    def held(self, ledger: str, values: Mapping[str, Any]) -> dict[str, Any]:
        """The values that the ledger's definition has a column for: an older branch lacks some.

        For what the program adds by itself; what a person states is checked, not dropped.
        """
        columns = self.schema(ledger).by_name
        return {name: value for name, value in values.items() if name in columns}

    def drafts(
        self, ledger: str, many: Sequence[Mapping[str, Any]], places: Sequence[str]
    ) -> list[Draft]:
        """Many facts of one ledger, or InvalidData with the problems of all of them."""
        drafts, problems = list[Draft](), list[Problem]()
        for values, where in zip(many, places, strict=True):
            drafted, found = self.drafted(ledger, values, where)
            problems += found
            drafts.append(drafted)
        if problems:
            raise InvalidData(f"nothing was recorded in {ledger}", problems=problems)
        return drafts

    def drafted(
        self, ledger: str, values: Mapping[str, Any], where: str = ""
    ) -> tuple[Draft, list[Problem]]:
        """A fact as the door of its ledger lets it in, and what keeps it out.

        A name that rows of the ledger have already is let in, whatever it is by now: what was begun
        under an older version can be ended and mended.
        """
        admitted, problems = admit(values, self.schema(ledger), where)
        problems = [
            newer_column(ledger, problem) if problem.code == UNKNOWN_COLUMN else problem
            for problem in problems
        ]
        # rows are read for it: only where a name is in doubt
        if any(problem.code == NAME for problem in problems):
            problems = [
                problem
                for problem in problems
                if problem.code != NAME or not self._stands(ledger, problem, admitted.values)
            ]
        return Draft(ledger, admitted.values, key=admitted.key), problems

    def _stands(self, ledger: str, problem: Problem, values: Mapping[str, Any]) -> bool:
        """Whether the name that a problem is about stands in rows of the branch."""
        column = problem.where.rpartition(" ")[2]
        # a window is begun by a reading; other ledgers name it later
        known = (ledger, "snapshots") if column == "window" else (ledger,)
        return any(
            row.values.get(column) == values[column]
            for name in known
            if name in self.ledgers
            for row in self.rows(name, raw=True)
        )

    def record(
        self, drafts: Sequence[Draft], *, agent: str = "", rows_per_commit: int = 0
    ) -> list[Receipt]:
        """Record facts, all or none; afterwards the book stands at the new tip."""
        from gitledger.git.branch.record import Stamp, record  # noqa: PLC0415 - looking writes nothing

        stamp = Stamp(_plain_agent(agent or self.world.agent), TOOL, self.world.now)
        done = record(
            self.repository,
            self.branch,
            drafts,
            stamp=stamp,
            who=self.who,
            rows_per_commit=rows_per_commit,
        )
        self.tip = tip_of(self.repository, self.branch)
        self._rows, self._derived = {}, {}  # definitions stay as they are: rows change none
        if any(draft.ledger in NOTED for draft in drafts):
            self._note_open()
        return done

    def _note_open(self) -> None:
        from gitledger.book.open_note import note_open  # noqa: PLC0415 - a drain records commits

        note_open(self.repository, *map(self.rows_if_any, WINDOW_LEDGERS))

    def stored(self, recorded: Receipt) -> Row:
        """The row as it stands on the branch: what a fact that was recorded already says there.

        A verb prints these values, not the ones it was given: a key may hold another moment's.
        """
        if not recorded.already:
            return recorded.row
        rows = self.rows(recorded.row.ledger, raw=True)
        return next((row for row in rows if row.id == recorded.row.id), recorded.row)

    def append(self, ledger: str, values: Mapping[str, Any], *, agent: str = "") -> Receipt:
        """Record one fact. Raises InvalidData, or what the store refuses."""
        return self.record([self.draft(ledger, values)], agent=agent)[0]


def newer_column(ledger: str, problem: Problem) -> Problem:
    """An unknown column that the shipped definition has: the ledger is older than the program."""
    # heavy, and only a refusal asks
    from gitledger.book.defaults import shipped_ledgers  # noqa: PLC0415
    from gitledger.ledger.yamltext import load  # noqa: PLC0415

    column = problem.where.rpartition(" ")[2]
    values, _ = load(shipped_ledgers().get(ledger, ""), ledger)
    columns = values.get("columns") if isinstance(values, Mapping) else None
    if not isinstance(columns, Mapping) or column not in columns:
        return problem
    what = f"{ledger} of this ledger was defined by an older version and lacks it"
    return replace(problem, what=what, hint="gitledger doctor --fix adds it; then say it again")


def _plain_agent(name: str) -> str:
    """An agent's name as it goes into a row. Raises UsageError for one that is no short line."""
    if len(name) > MAX_AGENT or HIDDEN.search(name) or len(name.splitlines()) != 1:
        hint = "see --agent and AGENT_ID"
        raise UsageError(f"an agent is one line of at most {MAX_AGENT} plain characters", hint)
    return label(name)
