"""Signatures of ledger commits, checked by the git program with the user's own set-up."""

from collections.abc import Iterator, Sequence

from gitledger.errors import GitFailed, Problem
from gitledger.git.commit import RawCommit
from gitledger.git.objects import run_git
from gitledger.git.proof.examine import ProofFinding
from gitledger.git.repository import Repository
from gitledger.git.signers import trusted_programs

POLICIES = ("none", "tip", "commits")
VERDICTS = {
    "B": "its signature is bad: the commit is not what was signed",
    "X": "its signature has expired",
    "Y": "its signature was made with an expired key",
    "R": "its signature was made with a revoked key",
    "U": "it is signed by somebody who is not known here",
    "E": "its signature cannot be checked: the key is not known here",
    "N": "is not signed, or its signature is of a kind that is not set up here",
}
SET_UP = "see gpg.format and gpg.ssh.allowedSignersFile in `git help config`"


def signature_findings(
    repository: Repository, asked: Sequence[RawCommit]
) -> Iterator[ProofFinding]:
    """A finding for each of these commits without a signature that git accepts (8 ms each)."""
    for commit in asked:
        if not commit.signed:
            problem = Problem("", "is not signed", "set gitledger.sign for writers", "unsigned")
            yield ProofFinding(commit.oid.hex(), problem)
    for name, verdict in _verdicts(repository, [c.oid.hex() for c in asked if c.signed]):
        if verdict != "G" and not (verdict == "U" and _accepted(repository, name)):
            what = VERDICTS.get(verdict, f"git says {verdict!r} of its signature")
            yield ProofFinding(name, Problem("", what, SET_UP, "signature-bad"))


def _accepted(repository: Repository, name: str) -> bool:
    """git takes an OpenPGP key without trust for good and an ssh key without an owner for bad."""
    words = (*trusted_programs(repository), "verify-commit", name)
    return run_git(repository, words).returncode == 0


def _verdicts(repository: Repository, names: Sequence[str]) -> list[tuple[str, str]]:
    """git's one-letter verdict (`%G?`) of each commit."""
    if not names:
        return []
    asked = ("log", "--no-walk=unsorted", "--stdin", "--format=%H %G?")
    words = (*trusted_programs(repository), *asked)
    done = run_git(repository, words, "\n".join(names).encode() + b"\n")
    if done.returncode != 0:
        words_of_git = done.stderr.decode(errors="replace").strip()
        raise GitFailed(f"git could not check signatures: {words_of_git}", SET_UP)
    pairs = [line.split(" ", 1) for line in done.stdout.decode().splitlines()]
    return [(name, verdict) for name, verdict in pairs]
