"""`hook pre-push` and `hook pre-receive`: what is pushed to a ledger branch may only add rows.

The judgement is `git/examine`'s, the one that `verify` runs over the whole history.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from gitledger.commands.book import branch_name
from gitledger.commands.hook_world import own_environment
from gitledger.commands.result import Result, lines
from gitledger.commands.world import World
from gitledger.errors import EXIT_NO, EXIT_YES, GitledgerError, Problem
from gitledger.git.commithead import read_head
from gitledger.git.examine import examine
from gitledger.git.quarantine import with_quarantine
from gitledger.git.rawhistory import walk
from gitledger.git.refs import branch_ref
from gitledger.git.repository import DEFAULT_BRANCH, Repository, open_repository

ZERO = "0" * 40
LEDGERS = "refs/heads/gitledger/"  # the ledger and its proposals
PULL = "gitledger sync joins both sides; nothing is ever forced"


@dataclass(frozen=True, slots=True)
class Update:
    """A ref that a push would move: ids in hex, ZERO where there was none or shall be none."""

    ref: str
    old: str
    new: str


def pre_push(world: World, words: Sequence[str]) -> Result:
    """Refuse a push that loses or changes rows; a ledger that cannot be read is not pushed."""
    text = world.read_stdin().decode("utf-8", "replace") if world.read_stdin else ""
    updates = []
    for line in text.splitlines():
        parts = line.split(" ")
        if len(parts) == 4:
            updates.append(Update(ref=parts[2], old=parts[3], new=parts[1]))
    return _judged(world, updates, f"push to {words[0]}" if words else "push")


def pre_receive(world: World) -> Result:
    """The same on a server, for everybody who pushes."""
    text = world.read_stdin().decode("utf-8", "replace") if world.read_stdin else ""
    parts = [line.split(" ", 2) for line in text.splitlines()]
    updates = [Update(part[2], part[0], part[1]) for part in parts if len(part) == 3]
    return _judged(world, updates, "push")


def _judged(world: World, updates: Sequence[Update], what: str) -> Result:
    plain = replace(world, environment=own_environment(world))
    repository = with_quarantine(open_repository(plain.directory, plain.environment))
    own = branch_ref(branch_name(plain, repository))
    ledgers = {own, branch_ref(DEFAULT_BRANCH)}
    concerned = [u for u in updates if u.ref in ledgers or u.ref.startswith(LEDGERS)]
    problems = [
        problem for update in concerned for problem in _problems(repository, update, ledgers)
    ]
    payload = {"checked": [update.ref for update in concerned], "problems": problems}
    if not problems:
        return Result("gitledger.hook/1", payload, lines(), exit_code=EXIT_YES)
    notes = [f"gitledger: this {what} is refused:", *(f"  {problem}" for problem in problems)]
    return Result("gitledger.hook/1", payload, lines(), notes=notes, exit_code=EXIT_NO)


def _problems(repository: Repository, update: Update, ledgers: set[str]) -> Iterator[Problem]:
    """Everything wrong with one update, most important first."""
    proposal = update.ref not in ledgers
    if update.new == ZERO:
        if not proposal:
            hint = "a ledger is never deleted; void single rows with `gitledger void`"
            yield Problem(update.ref, "would be deleted", hint, "ledger-deleted")
        return
    try:
        yield from _range_problems(repository, update, proposal=proposal)
    except GitledgerError as error:
        yield Problem(update.ref, f"cannot be checked: {error.what}", error.hint, "unchecked")


def _range_problems(repository: Repository, update: Update, *, proposal: bool) -> Iterator[Problem]:
    new = bytes.fromhex(update.new)
    known = _there(repository, update)
    if known and not proposal and known[0] not in walk(repository, [new]):
        what = f"would lose the commits up to {update.old[:12]}"
        yield Problem(update.ref, what, PULL, "ledger-rewound")
        return
    done = examine(repository, [new], known=walk(repository, known) if known else ())
    for finding in done.findings:
        found = finding.problem
        yield replace(found, where=f"{finding.commit[:12]} {found.where}".rstrip())


def _there(repository: Repository, update: Update) -> list[bytes]:
    """The commit the other side has, where we have it too."""
    there = update.old != ZERO and read_head(repository, update.old) is not None
    return [bytes.fromhex(update.old)] if there else []
