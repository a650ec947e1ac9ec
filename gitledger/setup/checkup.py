"""What `doctor` looks at in hooks: are they in place, what waits, what no hook saw; mends it."""

from collections.abc import Iterator, Sequence

from gitledger.book.book import Book, branch_name
from gitledger.book.drain import drain
from gitledger.book.headcommits import count_unrecorded
from gitledger.book.reconcile import Reconciliation
from gitledger.book.world import World
from gitledger.errors import GitledgerError
from gitledger.git.code import head as headlog
from gitledger.git.code import spool
from gitledger.git.hooks.failures import failure, forget_failure, forget_missed
from gitledger.git.hooks.install import states, were_installed
from gitledger.git.hooks.place import hook_place, other_places
from gitledger.git.repository import Repository
from gitledger.report.figures import count_text
from gitledger.report.hooks_text import recorded_text
from gitledger.setup.check_line import CheckLine
from gitledger.setup.hooks import problems_of

MOST_NAMED = 5


def checkup(world: World, repository: Repository, *, fix: bool) -> Iterator[CheckLine]:
    """The hooks and their facts. With `fix`, record first what waits and what no hook saw."""
    try:
        if fix and spool.unblock(repository):
            told = "a file was in the folder's place; it is inside the folder now"
            yield CheckLine("ok", "spool", told, mended=True)
        waiting = spool.waiting(repository)
    except GitledgerError as error:
        yield CheckLine("fail", "spool", error.what, error.hint)
        yield from _hooks(world, repository)
        return
    yield from _facts(world, repository, waiting, fix=fix)


def _facts(
    world: World, repository: Repository, waiting: Sequence[spool.SpoolFact], *, fix: bool
) -> Iterator[CheckLine]:
    """What waits, what was put aside, and the hooks that left it."""
    grown = headlog.reflogs_moved(repository)
    done = _mended(world, repository) if fix else None
    if done is not None and (waiting or done.commits or done.rewrites):
        yield CheckLine(
            "ok", "hooks", f"{recorded_text(done.commits, done.rewrites)} recorded", mended=True
        )
    elif waiting or grown:
        many = count_text(len(waiting), "entry is queued", "entries are queued")
        what = many if waiting else "the reflog moved on"
        yield CheckLine("note", "spool", what, "they are recorded by the next gitledger command")
    refused = spool.refused_facts(repository)
    if refused:
        many = count_text(len(refused), "queued entry", "queued entries")
        what = f"{many} could not be recorded: {_named(refused)}"
        folder = refused[0].path.parent
        hint = f"fix the files in {folder} and move them to {folder.parent}"
        yield CheckLine("warn", "spool", what, hint)
    last = failure(repository)
    if last:
        yield CheckLine(
            "warn", "hooks", f"the last hook recorded nothing: {last}", "gitledger hooks run"
        )
    yield from _hooks(world, repository)
    if not (waiting or refused or grown):
        yield CheckLine("ok", "spool", "empty")
    yield from _nothing_lost(world, repository)


def _nothing_lost(world: World, repository: Repository) -> Iterator[CheckLine]:
    """Every commit that HEAD passed since the ledger began has its row."""
    if not (repository.state / spool.FOLDER).is_dir():
        return  # hooks were never installed: nobody asked for commits
    book = Book(world, repository, branch_name(world, repository))
    if book.tip.commit is None:
        return
    try:
        passed, lost = count_unrecorded(book)
    except GitledgerError as error:
        yield CheckLine("warn", "commits", error.what, error.hint)
        return
    if lost:
        named = ", ".join(sha[:12] for sha in lost[:MOST_NAMED])
        verb = "is" if len(lost) == 1 else "are"
        what = f"{count_text(len(lost), 'commit')} that HEAD passed {verb} not recorded: {named}"
        yield CheckLine("warn", "commits", what, "gitledger hooks run --again")
    else:
        yield CheckLine("ok", "commits", f"every commit that HEAD passed is recorded ({passed})")


def _named(refused: Sequence[spool.SpoolFact]) -> str:
    """The facts that were put aside, each with the reason; of many the first ones."""
    told = [
        " ".join(word[:12] for word in fact.words[:2]) + (f" ({fact.why})" if fact.why else "")
        for fact in refused[:MOST_NAMED]
    ]
    more = len(refused) - len(told)
    return "; ".join(told) + (f"; and {more} more" if more else "")


def _hooks(world: World, repository: Repository) -> Iterator[CheckLine]:
    try:
        place = hook_place(repository, world.directory)
        others = other_places(place)
        found = [problem for where in (place, *others) for problem in problems_of(where)]
        there = were_installed(place) or any(hook.form != "absent" for hook in states(place))
    except GitledgerError as error:
        yield CheckLine("warn", "hooks", error.what, error.hint)
        return
    for problem in found:
        yield CheckLine("warn", "hooks", f"{problem.where} {problem.what}", problem.hint)
    if not there:
        yield CheckLine(
            "warn", "hooks", "not installed: commits are not recorded", "gitledger hooks install"
        )
    elif not found:
        yield CheckLine("ok", "hooks", f"installed in {place.folder}")


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
