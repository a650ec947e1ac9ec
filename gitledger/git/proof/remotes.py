"""Witnesses that outlast a reflog: what was verified of each remote's branch, under refs of ours.

`refs/gitledger/witness/<16 hex digits of the SHA-256 of the remote's URL>/<branch>` names the
newest tip of a remote that a clean proof held. No push takes such refs along, and git keeps what
they name. A forced push that is fetched moves the remote-tracking branch; the witness stays.
"""

from collections.abc import Container, Iterator
from contextlib import suppress
from hashlib import sha256
from typing import NamedTuple

import pygit2

from gitledger.git.refs import read_ref, ref_names, tracking_ref
from gitledger.git.repository import Repository

PREFIX = "refs/gitledger/witness/"
FORMER = "a remote of before"


class Kept(NamedTuple):
    """A remote's tip (20 bytes) as last verified; `remote` is "" for one that is gone."""

    remote: str
    tip: bytes


def witness_ref(url: str, branch: str) -> str:
    """The ref that remembers a remote's branch."""
    return f"{PREFIX}{sha256(url.encode()).hexdigest()[:16]}/{branch}"


def kept_tips(repository: Repository, branch: str) -> Iterator[Kept]:
    """Every tip that a witness of this branch names."""
    named = {
        witness_ref(str(remote.url), branch): str(remote.name)
        for remote in repository.handle.remotes
    }
    for ref in ref_names(repository):
        if ref.startswith(PREFIX) and ref.removeprefix(PREFIX).partition("/")[2] == branch:
            tip = read_ref(repository, ref)
            if tip is not None:
                yield Kept(named.get(ref, ""), tip)


def keep_tips(repository: Repository, branch: str, held: Container[bytes]) -> None:
    """Remember each remote's tip that is among the commits `held`, which were found sound.

    Where nobody may write nothing is remembered.
    """
    for remote in repository.handle.remotes:
        tip = read_ref(repository, tracking_ref(f"{remote.name}/{branch}"))
        ref = witness_ref(str(remote.url), branch)
        if tip is None or tip not in held or read_ref(repository, ref) == tip:
            continue
        with suppress(pygit2.GitError, OSError):  # a witness fewer; the next look tries again
            repository.handle.references.create(ref, pygit2.Oid(raw=tip), force=True)
