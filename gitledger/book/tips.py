"""Which two states of the ledger a command compares, by name; what stands where none is given."""

from gitledger.errors import UnknownRevision, UsageError
from gitledger.git.branch.tip import Tip, tip_at, tip_of
from gitledger.git.code.revision import resolve_commit
from gitledger.git.proof.witness import remote_tips
from gitledger.git.repository import Repository
from gitledger.ledger import layout


def named_tip(repository: Repository, words: str, branch: str) -> Tip:
    """The state of the ledger that a person names. Raises UnknownRevision with what to fetch."""
    try:
        found = tip_at(repository, bytes.fromhex(resolve_commit(repository, words)))
    except UnknownRevision:
        remote, _, rest = words.partition("/")
        known = list(repository.handle.remotes.names())
        asked = f"{remote} {rest}" if remote in known else f"{(known or ['origin'])[0]} {branch}"
        hint = f"git fetch {asked}"
        raise UnknownRevision(f"{words!r} names no commit here: was it fetched?", hint) from None
    if found.entry(layout.LEDGERS) is None and found.entry(layout.CONFIG) is None:
        raise UnknownRevision(
            f"{words!r} is not a state of a ledger", f"name one, such as {branch}"
        )
    return found


def base_tip(repository: Repository, words: str, branch: str) -> tuple[str, Tip]:
    """The base by name, or the one remote's copy of the branch. Raises UsageError for several."""
    if words:
        return words, named_tip(repository, words, branch)
    remotes = remote_tips(repository, branch)
    if len(remotes) == 1:
        return remotes[0].name, tip_at(repository, remotes[0].tip)
    if not remotes:
        what = f"no remote's copy of {branch} is here to compare with"
        raise UnknownRevision(what, f"git fetch origin {branch}, or --base REF")
    listed = ", ".join(remote.name for remote in remotes)
    raise UsageError(f"several remotes have {branch}", f"--base REF, one of: {listed}")


def head_tip(repository: Repository, words: str, branch: str) -> Tip:
    """The head by name, or the branch as it stands. Raises UnknownRevision, NotInitialised."""
    if words:
        return named_tip(repository, words, branch)
    tip = tip_of(repository, branch)
    if tip.commit is None:
        what = f"there is no {branch} in this clone"
        raise UnknownRevision(what, f"git fetch origin {branch}:{branch}, or --head REF")
    return tip
