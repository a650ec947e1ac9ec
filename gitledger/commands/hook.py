"""`hook NAME`: what git's hooks call. A post-* hook ends with 0, whatever happens."""

import os
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import NamedTuple

from gitledger.book.automatic import is_automatic_here
from gitledger.book.book import Book, branch_name
from gitledger.book.drain import drain
from gitledger.book.world import World, own_environment
from gitledger.capture.heard import hear_sessions
from gitledger.capture.trace import SESSIONS, size_of
from gitledger.commands.result import Result, lines
from gitledger.errors import GitledgerError, UsageError
from gitledger.git.code import head as headlog
from gitledger.git.code.drainer import drained_until_quiet
from gitledger.git.code.spool import waiting
from gitledger.git.hooks.failures import forget_failure, keep_failure
from gitledger.git.repository import Repository, open_repository

AFTERWARDS = (
    *("post-commit", "post-rewrite", "post-merge", "post-checkout"),
    *("session", "window-end"),
)
NOTHING = Result("gitledger.hook/1", {}, lines())
REBASE_SECONDS = 3.0  # git has not yet removed its folder of the rebase when it calls us
BUSY_SECONDS = 10.0  # another hook may be recording; what is left over waits for the next
PAUSE = 0.05


def hook(world: World, name: str) -> Result:
    """Do what a post-* hook is for. Raises UsageError for a hook we do not have."""
    if name in AFTERWARDS:
        return after(world, name)
    names = (*AFTERWARDS, "pre-push", "pre-receive", "prepare-commit-msg")
    raise UsageError(f"no hook {name!r} here", f"hooks: {', '.join(names)}")


def after(world: World, name: str) -> Result:
    """Record what hooks left and what the reflog tells, away from the terminal that started it.

    A refusal is kept for `doctor`; the facts wait for the next command.
    """
    _detach()
    plain = replace(world, environment=own_environment(world))
    try:
        repository = open_repository(plain.directory, plain.environment)
    except GitledgerError:  # removed meanwhile: a hook says nothing and fails nothing
        return NOTHING
    found = HookVisit()
    try:
        found = _drained(Book(plain, repository, branch_name(plain, repository)), name)
    except GitledgerError as error:  # nobody reads a hook's words: `doctor` tells of it
        keep_failure(repository, f"{name}: {error.what}")
    else:
        forget_failure(repository)
    payload = {**found._asdict(), "by_hand": name == "window-end"}
    payload["automatic"] = is_automatic_here(repository)
    return Result("gitledger.hook/1", payload, lines())


class HookVisit(NamedTuple):
    """What a visit recorded: how many commits, windows that sessions changed and that ended."""

    commits: int = 0
    windows: tuple[str, ...] = ()
    ended: tuple[str, ...] = ()


def _drained(book: Book, name: str) -> HookVisit:
    """Drain; while another process does, wait: it may have looked before our fact was there."""
    if book.tip.commit is None:
        return HookVisit()
    _await_rebase(book.repository, name)
    repository = book.repository
    left: frozenset[str] = frozenset()
    seen = signs(book.repository, book.world.environment)
    found, began = HookVisit(), time.monotonic()

    def look() -> None:
        nonlocal left, seen, found
        seen, there = signs(repository, book.world.environment), names(repository)
        passed = timedelta(seconds=time.monotonic() - began)
        world = replace(book.world, now=book.world.now + passed)
        found = _recorded(Book(world, repository, book.branch), found)
        left = there & names(repository)  # what waits on: it was looked at

    def is_more() -> bool:
        fresh = names(repository) - left
        return bool(fresh) or seen != signs(repository, book.world.environment)

    drained_until_quiet(repository, look, is_more, alone=_is_alone())
    return found


def _recorded(book: Book, so_far: HookVisit) -> HookVisit:
    """Record what sessions and hooks left; while another process drains, wait for it.

    Sessions come first: the commits of a window are its own from its beginning. Where they cannot
    be recorded the commits are all the same.
    """
    failed: GitledgerError | None = None
    changed: tuple[str, ...] = ()
    ended: tuple[str, ...] = ()
    try:
        changed, ended = hear_sessions(book)
    except GitledgerError as error:
        failed = error
    deadline = time.monotonic() + BUSY_SECONDS
    while (done := drain(book)) is None and time.monotonic() < deadline:
        time.sleep(PAUSE)
    if failed is not None:
        raise failed
    return HookVisit(
        so_far.commits + (len(done.commits) if done else 0),
        tuple(dict.fromkeys((*so_far.windows, *changed))),
        tuple(dict.fromkeys((*so_far.ended, *ended))),
    )


def names(repository: Repository) -> frozenset[str]:
    """The facts that wait in the spool."""
    return frozenset(fact.path.name for fact in waiting(repository))


def signs(repository: Repository, environment: Mapping[str, str]) -> tuple[str, ...]:
    """What grows when something happens: reflogs, and what sessions said."""
    logs = [os.fspath(path / "logs" / "HEAD") for _, path in headlog.git_dirs(repository)]
    sizes = [str(os.stat(log).st_size) if os.path.isfile(log) else "" for log in logs]  # noqa: PTH113, PTH116
    return (*sizes, size_of(environment, SESSIONS))


def _is_alone() -> bool:
    """Whether nobody waits for our end: a hook gives us nothing to write to."""
    try:
        return os.fstat(1).st_rdev == os.stat(os.devnull).st_rdev  # noqa: PTH116
    except OSError:  # no standard output at all
        return True


def _detach() -> None:
    """Leave the session that git runs in: its end, or a closed terminal, must not end us."""
    with suppress(OSError):  # we lead our group already: started by hand
        os.setsid()


def _await_rebase(repository: Repository, name: str) -> None:
    """git calls post-rewrite just before it takes the rebase's state away: wait for that."""
    deadline = time.monotonic() + (REBASE_SECONDS if name == "post-rewrite" else 0.0)
    while headlog.rebasing(repository.git_dir) and time.monotonic() < deadline:
        time.sleep(PAUSE)
