"""What a remote had once and has no more: rows that were pushed there or fetched from there.

Known from the reflog of the remote-tracking branch and from what was verified of it. Rows are
compared, not commits: a forge that squashes or rebases loses no row.
"""

from collections.abc import Iterator

from gitledger.errors import GitledgerError, Problem, with_noun
from gitledger.git.commit import parse
from gitledger.git.objects import read
from gitledger.git.proof.examine import Examination, ProofFinding
from gitledger.git.proof.history import walk
from gitledger.git.proof.remotes import kept_tips
from gitledger.git.proof.tip import row_files
from gitledger.git.proof.witness import RemoteTip, reflog, remote_tips
from gitledger.git.refs import tracking_ref
from gitledger.git.repository import Repository
from gitledger.ledger.layout import row_id

SHOWN = 3


def remote_losses(done: Examination, branch: str) -> Iterator[ProofFinding]:
    """A finding for each remote whose branch, as last fetched, lacks rows that it had."""
    kept = [*kept_tips(done.repository, branch)]
    for remote in remote_tips(done.repository, branch):
        moves = reflog(done.repository, tracking_ref(remote.name))
        had = {tip for old, new, _ in moves for tip in (old, new) if tip}
        had |= {one.tip for one in kept if f"{one.remote}/{branch}" == remote.name}
        gone = had - _history(done, remote.tip) if had - {remote.tip} else set[bytes]()
        lost = _rows(done.repository, gone) - _rows(done.repository, {remote.tip}) if gone else ()
        if lost:
            yield ProofFinding(remote.tip.hex(), _told(remote, branch, sorted(lost)))


def _told(remote: RemoteTip, branch: str, lost: list[str]) -> Problem:
    named = ", ".join(lost[:SHOWN]) + (", ..." if len(lost) > SHOWN else "")
    what = f"{remote.name} lost {with_noun(len(lost), 'row')} that it had: {named}"
    name = remote.name.removesuffix(f"/{branch}")
    hint = f"git push {name} {branch} where the rows are here; protect the branch there"
    return Problem("", what, hint, "remote-lost-rows")


def _history(done: Examination, tip: bytes) -> set[bytes]:
    """Every commit that a tip has behind it, and the tip; as far as it can be read."""
    try:
        beyond = walk(done.repository, [tip], done.places)
    except GitledgerError:
        return {tip}
    found = {*beyond}
    # with nothing beyond what was examined the tip itself is part of that
    pending = [p for c in beyond.values() for p in c.parents] or [tip]
    while pending:
        at = pending.pop()
        if at in done.places and at not in found:
            found.add(at)
            pending += done.commits[done.places[at]].parents
    return found


def _rows(repository: Repository, tips: set[bytes]) -> set[str]:
    """Ids of the rows in the trees of some commits; those whose objects are gone tell nothing."""
    found: set[str] = set()
    for tip in tips:
        try:
            tree = parse(tip, read(repository, tip)).tree
            found |= {row_id(path) for path, _ in row_files(repository, tree)}
        except GitledgerError:
            continue
    return found
