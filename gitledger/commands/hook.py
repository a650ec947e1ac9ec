"""`hook NAME`: what git's hooks call. A post-* hook ends with 0, whatever happens."""

import os
import time
from collections.abc import Sequence
from dataclasses import replace

from gitledger.commands.book import Book, branch_name
from gitledger.commands.hook_world import own_environment
from gitledger.commands.reconcile import reconcile
from gitledger.commands.result import Result, lines
from gitledger.commands.world import World
from gitledger.errors import GitledgerError, UsageError
from gitledger.git import headlog
from gitledger.git.hooktexts import NAMES
from gitledger.git.missed import forget_failure, keep_failure
from gitledger.git.repository import Repository, open_repository

NOTHING = Result("gitledger.hook/1", {}, lines())
REBASE_SECONDS = 3.0
PAUSE = 0.05


def hook(world: World, name: str, words: Sequence[str] = ()) -> Result:
    """Do what one of git's hooks is for. Raises UsageError for a hook we do not have."""
    if name not in NAMES:
        raise UsageError(f"no hook {name!r} here", f"hooks: {', '.join(NAMES)}")
    if name == "pre-push":
        from gitledger.commands.guards import pre_push  # noqa: PLC0415 - rarely needed

        return pre_push(world, words)
    if name == "pre-receive":
        from gitledger.commands.guards import pre_receive  # noqa: PLC0415 - rarely needed

        return pre_receive(world)
    if name == "prepare-commit-msg":
        from gitledger.commands.trailers import prepare_message  # noqa: PLC0415 - rarely needed

        return prepare_message(world, words)
    return drain(world, name)


def drain(world: World, name: str) -> Result:
    """Record what hooks left and what the reflog tells, away from the terminal that started it.

    A refusal is kept for `doctor`; the facts wait for the next command.
    """
    _detach()
    try:
        repository = open_repository(world.directory, world.environment)
    except GitledgerError:
        return NOTHING
    plain = replace(world, environment=own_environment(world))
    try:
        book = Book(
            plain,
            replace(repository, environment=plain.environment),
            branch_name(plain, repository),
        )
        if book.tip.commit is not None:
            _await_rebase(repository, name)
            reconcile(book)
    except GitledgerError as error:
        keep_failure(repository, f"{name}: {error.what}")
    else:
        forget_failure(repository)
    return NOTHING


def _detach() -> None:
    """Leave the session that git runs in, and step back behind work that somebody waits for."""
    try:
        os.setsid()
    except OSError:
        return  # we lead our group already: started by hand
    os.nice(5)


def _await_rebase(repository: Repository, name: str) -> None:
    """git calls post-rewrite just before it takes the rebase's state away: wait for that."""
    deadline = time.monotonic() + (REBASE_SECONDS if name == "post-rewrite" else 0.0)
    while headlog.rebasing(repository.git_dir) and time.monotonic() < deadline:
        time.sleep(PAUSE)
