"""What `doctor` looks at in hooks: are they in place, what waits, what no hook saw; mends it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from gitledger.book.book import Book, branch_name
from gitledger.book.drain import drain
from gitledger.book.reconcile import Reconciliation
from gitledger.book.unlogged import unrecorded
from gitledger.book.world import World
from gitledger.errors import GitledgerError
from gitledger.git.code import head as headlog
from gitledger.git.code import spool
from gitledger.git.hooks.install import states, were_installed
from gitledger.git.hooks.missed import failure, forget_failure, forget_missed
from gitledger.git.hooks.place import hook_place, other_places
from gitledger.git.repository import Repository
from gitledger.report.figures import counted
from gitledger.report.hooks_text import recorded
from gitledger.setup.hooks import problems_of

MOST_NAMED = 5


@dataclass(frozen=True, slots=True)
class CheckupLine:
    """One line of the check: its level (as in `doctor`), what was seen, the next step.

    `mended` says that `--fix` did it.
    """

    level: str
    what: str
    hint: str = ""
    mended: bool = False
    check: str = "hooks"


def checkup(world: World, repository: Repository, *, fix: bool) -> Iterator[CheckupLine]:
    """The hooks and their facts. With `fix`, record first what waits and what no hook saw."""
    try:
        if fix and spool.unblock(repository):
            told = "a file was in the folder's place; it is inside the folder now"
            yield CheckupLine("ok", told, mended=True, check="spool")
        waiting = spool.waiting(repository)
    except GitledgerError as error:
        yield CheckupLine("fail", error.what, error.hint, check="spool")
        yield from _hooks(world, repository)
        return
    yield from _facts(world, repository, waiting, fix=fix)


def _facts(
    world: World, repository: Repository, waiting: Sequence[spool.SpoolFact], *, fix: bool
) -> Iterator[CheckupLine]:
    """What waits, what was put aside, and the hooks that left it."""
    grown = headlog.grown(repository)
    done = _mended(world, repository) if fix else None
    if done is not None and (waiting or done.commits or done.rewrites):
        yield CheckupLine("ok", f"{recorded(done.commits, done.rewrites)} recorded", mended=True)
    elif waiting or grown:
        many = counted(len(waiting), "fact from hooks waits", "facts from hooks wait")
        what = many if waiting else "the reflog moved on"
        yield CheckupLine(
            "note", what, "they are recorded by the next gitledger command", check="spool"
        )
    refused = spool.refused(repository)
    if refused:
        what = f"{counted(len(refused), 'fact')} could not be recorded: {_named(refused)}"
        hint = f"look into {refused[0].path.parent}: fix and move them one folder up, or remove"
        yield CheckupLine("warn", what, hint, check="spool")
    last = failure(repository)
    if last:
        yield CheckupLine("warn", f"the last hook recorded nothing: {last}", "gitledger hooks run")
    yield from _hooks(world, repository)
    if not (waiting or refused or grown):
        yield CheckupLine("ok", "empty", check="spool")
    yield from _nothing_lost(world, repository)


def _nothing_lost(world: World, repository: Repository) -> Iterator[CheckupLine]:
    """Every commit that HEAD passed since the ledger began has its row."""
    if not (repository.state / spool.FOLDER).is_dir():
        return  # hooks were never installed: nobody asked for commits
    book = Book(world, repository, branch_name(world, repository))
    if book.tip.commit is None:
        return
    try:
        passed, lost = unrecorded(book)
    except GitledgerError as error:
        yield CheckupLine("warn", error.what, error.hint, check="commits")
        return
    if lost:
        named = ", ".join(sha[:12] for sha in lost[:MOST_NAMED])
        verb = "is" if len(lost) == 1 else "are"
        what = f"{counted(len(lost), 'commit')} that HEAD passed {verb} not recorded: {named}"
        yield CheckupLine("warn", what, "gitledger hooks run --again", check="commits")
    else:
        yield CheckupLine(
            "ok", f"every commit that HEAD passed is recorded ({passed})", check="commits"
        )


def _named(refused: Sequence[spool.SpoolFact]) -> str:
    """The facts that were put aside, each with the reason; of many the first ones."""
    told = [
        " ".join(word[:12] for word in fact.words[:2]) + (f" ({fact.why})" if fact.why else "")
        for fact in refused[:MOST_NAMED]
    ]
    more = len(refused) - len(told)
    return "; ".join(told) + (f"; and {more} more" if more else "")


def _hooks(world: World, repository: Repository) -> Iterator[CheckupLine]:
    try:
        place = hook_place(repository, world.directory)
        others = other_places(place)
        found = [problem for where in (place, *others) for problem in problems_of(where)]
        there = were_installed(place) or any(hook.form != "absent" for hook in states(place))
    except GitledgerError as error:
        yield CheckupLine("warn", error.what, error.hint)
        return
    for problem in found:
        yield CheckupLine("warn", f"{problem.where} {problem.what}", problem.hint)
    if not there:
        yield CheckupLine(
            "warn", "not installed: commits are not recorded", "gitledger hooks install"
        )
    elif not found:
        yield CheckupLine("ok", f"installed in {place.folder}")


def _mended(world: World, repository: Repository) -> Reconciliation | None:
    """Record everything from the ledger's beginning on; None where that is refused."""
    book = Book(world, repository, branch_name(world, repository))
    if book.tip.commit is None:
        return None
    try:
        done = drain(book, again=True)
    except GitledgerError:
        return None
    forget_missed(repository)
    forget_failure(repository)
    return done
