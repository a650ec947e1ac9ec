"""`hook pre-push` and `hook pre-receive`: what is pushed to a ledger branch may only add rows.

The judgement is that of `verify` over the commits that the other side does not have yet.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from gitledger.book.book import branch_name
from gitledger.book.judge import judge_move
from gitledger.book.world import World, own_environment
from gitledger.commands.result import Result, lines
from gitledger.errors import EXIT_NO, EXIT_YES, GitledgerError, Problem, UnreadableInput
from gitledger.git.code.headposition import is_id
from gitledger.git.commit import read_head
from gitledger.git.proof.grafts import other_names
from gitledger.git.refs import branch_ref, read_ref, tracking_ref
from gitledger.git.repository import DEFAULT_BRANCH, Repository, open_repository, with_quarantine
from gitledger.share.event import HEADS, LEDGERS, MOVED, PUSHED

ZERO = "0" * 40


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
    remote = words[0] if words else ""
    if not updates and PUSHED in world.environment:
        remote = world.environment.get("PRE_COMMIT_REMOTE_NAME", remote)
        updates = _told_by_pre_commit(world, remote)
    return _judged(world, updates, f"push to {remote}".removesuffix(" to "), remote=remote)


def _told_by_pre_commit(world: World, remote: str) -> list[Update]:
    """The update that pre-commit tells of: it reads git's lines itself and hands on its own names.

    Where the ref stands there is what was last fetched of it.
    """
    ref, new = world.environment[PUSHED], world.environment.get(MOVED, ZERO)
    repository = open_repository(world.directory, own_environment(world))
    there = read_ref(repository, tracking_ref(f"{remote}/{ref.removeprefix('refs/heads/')}"))
    return [Update(ref, there.hex() if there else ZERO, new)]


def pre_receive(world: World) -> Result:
    """The same on a server, for everybody who pushes."""
    text = world.read_stdin().decode("utf-8", "replace") if world.read_stdin else ""
    parts = [line.split(" ", 2) for line in text.splitlines()]
    updates = [Update(part[2], part[0], part[1]) for part in parts if len(part) == 3]
    return _judged(world, updates, "push")


def _judged(world: World, updates: Sequence[Update], what: str, *, remote: str = "") -> Result:
    """The judgement of what updates would bring; `remote` is who gets it, "" for ourselves."""
    plain = replace(world, environment=own_environment(world))
    repository = with_quarantine(open_repository(plain.directory, plain.environment))
    branch = branch_name(plain, repository)
    ledgers = {branch_ref(branch), branch_ref(DEFAULT_BRANCH)}
    base = f"refs/remotes/{remote}/{branch}" if remote else branch_ref(branch)
    problems: list[Problem] = []
    concerned = [u for u in updates if u.ref in ledgers or u.ref.startswith(HEADS + LEDGERS)]
    for update in concerned:
        proposal = update.ref not in ledgers
        try:
            problems += _problems(repository, update, proposal=proposal, base=base)
        except GitledgerError as error:
            what_not = f"cannot be checked: {error.what}"
            problems.append(Problem(update.ref, what_not, error.hint, "unchecked"))
    for update in updates:
        problems += [p for name in {branch, DEFAULT_BRANCH} for p in _misleading(update, name)]
    payload = {"checked": [update.ref for update in concerned], "problems": problems}
    if not problems:
        return Result("gitledger.hook/1", payload, lines(), exit_code=EXIT_YES)
    from gitledger.report.hooks_text import refusal_lines  # noqa: PLC0415  most are let through

    notes = refusal_lines(what, problems)
    return Result("gitledger.hook/1", payload, lines(), notes=notes, exit_code=EXIT_NO)


def _problems(
    repository: Repository, update: Update, *, proposal: bool, base: str
) -> Iterator[Problem]:
    """Everything wrong with one update. A proposal may go, and be made anew from the base.

    Raises HistoryIncomplete, LedgerDamaged.
    """
    if proposal and update.new == ZERO:
        return
    there = update.old != ZERO
    if there and read_head(repository, update.old) is None:
        what = f"it is at {update.old[:12]} there, and that commit is not here"
        hint = "fetch first: what it has that was never fetched would be judged by nobody"
        yield Problem(update.ref, what, hint, "remote-unknown")
        return
    old = _id(update.old) if there else None
    if proposal and old is None:
        old = read_ref(repository, base)
    done = judge_move(repository, old, None if update.new == ZERO else _id(update.new))
    for finding in done.findings:
        found = finding.problem
        if not (proposal and found.code == "branch-rewound"):
            where = f"{finding.commit[:12]} {found.where}".rstrip()
            yield replace(found, where=where)


def _misleading(update: Update, branch: str) -> Iterator[Problem]:
    """Why a ref that the ledger's short name would mean as well may not be made."""
    names = {name for name, _ in other_names(branch)}
    if update.ref in names and update.new != ZERO:
        what = f"has the name of the ledger's branch {branch}: git would show it instead"
        yield Problem(update.ref, what, "give it another name", "name-ambiguous")


def _id(name: str) -> bytes:
    """A commit's id of 20 bytes. Raises UnreadableInput for what is none."""
    if not is_id(name):
        raise UnreadableInput(f"{name[:60]!r} is not a commit id", "git gives what is pushed")
    return bytes.fromhex(name)
