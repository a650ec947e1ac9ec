"""The terms on which this clone meets a remote, and how a meeting went, as JSON."""

import os
from functools import partial
from typing import Any

from gitledger.book.holdback import held_rows
from gitledger.book.judge import judge_move
from gitledger.book.world import World
from gitledger.errors import GitledgerError
from gitledger.git.branch.sealedkeys import SealedKeys
from gitledger.git.repository import Repository, identity
from gitledger.share.exchange import Deal, SyncOutcome
from gitledger.share.proposals import own_branch
from gitledger.share.union import Choice


def deal_of(
    world: World, repository: Repository, branch: str, choice: Choice, *, publish: bool = False
) -> Deal:
    """The terms of an exchange with one remote."""
    return Deal(
        repository,
        branch,
        choice,
        identity(repository, world.now),
        partial(judge_move, holders=SealedKeys(repository, whole=True)),
        proposal=own_branch(repository, world.agent, os.urandom(4)),
        held=held_rows(repository),
        publish=publish,
        progress=world.progress,
    )


def outcome_map(remote: str, seen: SyncOutcome | GitledgerError) -> dict[str, Any]:
    """How it went with one remote, as JSON."""
    if isinstance(seen, GitledgerError):
        return {"remote": remote, "state": "failed", "what": seen.what, "hint": seen.hint}
    return {
        "remote": remote,
        "state": seen.state,
        "sent": len(seen.plan.sent),
        "received": len(seen.plan.received),
        "back": list(seen.plan.back),
        "held": sorted(seen.plan.held),
        "proposal": seen.proposal,
        "urls": list(seen.urls),
        "why": seen.why,
        "findings": [finding.payload() for finding in seen.findings],
    }
