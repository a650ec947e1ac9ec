"""What a forge's CI runs for, read from its event file: never from words of a command line. Pure.

Names of branches are anybody's text: they are compared and shown, and nothing is asked of git by
them. Commits are full ids or nothing.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

HEADS = "refs/heads/"
LEDGERS = "gitledger/"  # the ledger and its proposals
PUSHED = "PRE_COMMIT_REMOTE_BRANCH"  # the full name of the ref that a push under pre-commit moves
MOVED = "PRE_COMMIT_TO_REF"  # and to which commit
_ID = re.compile(r"[0-9a-f]{40}\Z")
_REPOSITORY = re.compile(r"[\w.-]+/[\w.-]+\Z", re.ASCII)
PULL, QUEUE, PUSH = "pull_request", "merge_group", "push"


@dataclass(frozen=True, slots=True)
class RunEvent:
    """One run: what joins what. `base` and `head` are commits of 40 hex digits, "" where unknown.

    `number` is the pull request's, 0 for none; `own` whether its head stands in the same
    repository, so that a comment may be written.
    """

    kind: str
    base_ref: str = ""
    base: str = ""
    head_ref: str = ""
    head: str = ""
    number: int = 0
    repository: str = ""
    own: bool = False

    def of_ledger(self, branch: str) -> bool:
        """Whether rows are joined to a ledger, not code to code."""
        return self.base_ref == branch or self.base_ref.startswith(LEDGERS)


def event_of(kind: str, content: Mapping[str, Any], repository: str) -> RunEvent:
    """The event of that name; keys that are missing or of another kind are unknown."""
    if kind == PULL:
        return _pull(content, repository)
    if kind == QUEUE:
        part = _map(content, "merge_group")
        return RunEvent(
            kind,
            base_ref=_branch(part.get("base_ref")),
            base=_id(part.get("base_sha")),
            head_ref=_branch(part.get("head_ref")),
            head=_id(part.get("head_sha")),
            repository=_repository(repository),
        )
    ref = _branch(content.get("ref"))
    return RunEvent(
        kind,
        base_ref=ref,
        base=_id(content.get("before")),
        head_ref=ref,
        head=_id(content.get("after")),
        repository=_repository(repository),
    )


def _pull(content: Mapping[str, Any], repository: str) -> RunEvent:
    part = _map(content, "pull_request")
    base, head = _map(part, "base"), _map(part, "head")
    theirs = str(_map(head, "repo").get("full_name", ""))
    number = part.get("number", content.get("number"))
    return RunEvent(
        PULL,
        base_ref=_branch(base.get("ref")),
        base=_id(base.get("sha")),
        head_ref=_branch(head.get("ref")),
        head=_id(head.get("sha")),
        number=number if isinstance(number, int) and number > 0 else 0,
        repository=_repository(repository),
        own=bool(theirs) and theirs.lower() == repository.lower(),
    )


def _map(content: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    found = content.get(key)
    return found if isinstance(found, Mapping) else {}


def _branch(name: object) -> str:
    return name.removeprefix(HEADS) if isinstance(name, str) else ""


def _id(name: object) -> str:
    sound = isinstance(name, str) and _ID.match(name) and name.strip("0")
    return str(name) if sound else ""


def _repository(name: str) -> str:
    return name if _REPOSITORY.match(name) else ""
