"""`hook NAME`: what git's hooks call. A post-* hook ends with 0, whatever happens."""

import os
import time
from contextlib import suppress
from dataclasses import replace

from gitledger.book.book import Book, branch_name
from gitledger.book.drain import drain
from gitledger.book.hook_world import own_environment
from gitledger.book.world import World
from gitledger.commands.result import Result, lines
from gitledger.errors import GitledgerError, UsageError
from gitledger.git.code import head as headlog
from gitledger.git.hooks.missed import forget_failure, keep_failure
from gitledger.git.repository import Repository, open_repository

AFTERWARDS = ("post-commit", "post-rewrite", "post-merge", "post-checkout")
NOTHING = Result("gitledger.hook/1", {}, lines())
REBASE_SECONDS = 3.0
BUSY_SECONDS = 10.0
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
    except GitledgerError:
        return NOTHING
    try:
        _drained(Book(plain, repository, branch_name(plain, repository)), name)
    except GitledgerError as error:
        keep_failure(repository, f"{name}: {error.what}")
    else:
        forget_failure(repository)
    return NOTHING


def _drained(book: Book, name: str) -> None:
    """Drain; while another process does, wait: it may have looked before our fact was there."""
    if book.tip.commit is None:
        return
    _await_rebase(book.repository, name)
    deadline = time.monotonic() + BUSY_SECONDS
    while drain(book) is None and time.monotonic() < deadline:
        time.sleep(PAUSE)


def _detach() -> None:
    """Leave the session that git runs in: its end, or a closed terminal, must not end us."""
    with suppress(OSError):  # we lead our group already: started by hand
        os.setsid()


def _await_rebase(repository: Repository, name: str) -> None:
    """git calls post-rewrite just before it takes the rebase's state away: wait for that."""
    deadline = time.monotonic() + (REBASE_SECONDS if name == "post-rewrite" else 0.0)
    while headlog.rebasing(repository.git_dir) and time.monotonic() < deadline:
        time.sleep(PAUSE)
