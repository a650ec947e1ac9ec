"""The names of proposals: what a person may call one, and what this clone calls its own."""

import re
from pathlib import Path

from gitledger.errors import UsageError
from gitledger.git.files import replace_file, write_failed
from gitledger.git.refs import valid_branch
from gitledger.git.repository import Repository
from gitledger.git.sharing import shared_writing
from gitledger.ledger.names import ref_problem

BESIDE = "gitledger/"
CLONE = "clone"  # the file that names this clone
LONGEST_AGENT = 40


def proposal_branch(name: str, branch: str) -> str:
    """The branch of a proposal by the name a person gave it. Raises UsageError."""
    full = name if name.startswith(BESIDE) else f"{BESIDE}{name}"
    if full in {branch, f"{BESIDE}main"}:
        what = f"{full} is the ledger itself, not a proposal"
        raise UsageError(what, "give it a name of its own, or gitledger sync to share the rows")
    if not name or not valid_branch(full):
        why = ref_problem(full) or "is none that git takes"
        what = f"{name!a} cannot name a proposal: it {why}"
        raise UsageError(what, "take letters, digits, - and /: week-12")
    return full


def own_branch(repository: Repository, agent: str, fresh: bytes) -> str:
    """The branch on which this clone proposes rows where the ledger's is protected.

    `fresh` are 4 random bytes, which name the clone from now on where it has no name yet.
    """
    plain = re.sub(r"[^A-Za-z0-9]+", "-", agent).strip("-").lower()[:LONGEST_AGENT].strip("-")
    return f"{BESIDE}main-{plain or 'agent'}-{_clone(repository, fresh)}"


def _clone(repository: Repository, fresh: bytes) -> str:
    path: Path = repository.state / CLONE
    try:
        known = path.read_text(encoding="ascii", errors="replace").strip()
    except OSError:  # a new name is made: the next proposal is another branch
        known = ""
    if re.fullmatch(r"[0-9a-f]{8}", known):
        return known
    try:
        with shared_writing(repository):
            path.parent.mkdir(exist_ok=True)
            replace_file(path, f"{fresh.hex()}\n".encode(), 0o644)
    except OSError as error:
        raise write_failed(error, path) from None
    return fresh.hex()
