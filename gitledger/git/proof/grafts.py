"""What hides history: grafts, shallow borders, replaced objects, names that mean two things.

Their presence on the ledger's history is a finding: the raw walk sees through them, `git log` and
whoever reads it do not.
"""

import re
from collections.abc import Collection, Iterator

from gitledger.errors import Problem
from gitledger.git.objects import run_git
from gitledger.git.refs import ref_names
from gitledger.git.repository import Repository

REPLACE = "refs/replace/"
_ID = re.compile(r"[0-9a-f]{40}\s*\Z")


def hidden_history(repository: Repository, commits: Collection[bytes]) -> Iterator[Problem]:
    """Everything that hides or replaces one of these commits, or an object that may be theirs."""
    for path, code, what in (
        ("shallow", "history-shallow", "says that history ends at this commit, which has parents"),
        ("info/grafts", "history-grafts", "gives this commit other parents than it has"),
    ):
        for name in _listed(repository, path):
            if bytes.fromhex(name) in commits:
                hint = f"remove its line from {repository.common / path}"
                yield Problem(name, f".git/{path} {what}", hint, code)
    for name in replaced_objects(repository):
        yield from _replaced(repository, name, commits)


def _listed(repository: Repository, path: str) -> list[str]:
    """The commits that lines of a file in the git directory begin with."""
    try:
        text = (repository.common / path).read_text(encoding="ascii", errors="replace")
    except OSError:
        return []
    words = [line.split()[0] for line in text.splitlines() if line.strip()]
    return [word for word in words if len(word) == 40 and set(word) <= set("0123456789abcdef")]


def replaced_objects(repository: Repository) -> list[str]:
    """The objects that have a replacement. Raises LedgerDamaged where refs cannot be listed."""
    names = [name for name in ref_names(repository) if name.startswith(REPLACE)]
    found = [name.removeprefix(REPLACE) for name in names]
    return [name for name in found if len(name) == 40 and set(name) <= set("0123456789abcdef")]


def _replaced(repository: Repository, name: str, commits: Collection[bytes]) -> Iterator[Problem]:
    """A finding for a replaced commit of the ledger, or a replaced object that is not a commit."""
    oid = bytes.fromhex(name)
    what = "has a replacement in refs/replace: git shows other content than was recorded"
    if oid in commits or _kind(repository, oid) != "commit":
        yield Problem(name, what, f"git replace -d {name}", "history-replaced")


def _kind(repository: Repository, oid: bytes) -> str:
    done = run_git(repository, ("cat-file", "-t", oid.hex()))
    return done.stdout.decode().strip()


def other_names(branch: str) -> tuple[tuple[str, bool], ...]:
    """Refs that the branch's short name may mean as well; whether git takes them before it."""
    return (
        (branch, True),
        (f"refs/{branch}", True),
        (f"refs/tags/{branch}", True),
        (f"refs/remotes/{branch}", False),
        (f"refs/remotes/{branch}/HEAD", False),
    )


def ambiguous(repository: Repository, branch: str) -> Iterator[Problem]:
    """A finding for each ref that git shows in the branch's place, a note for the others."""
    for name, first in other_names(branch):
        if not _names_commit(repository, name):
            continue
        what = f"{name} has the branch's name"
        what += ": `git log` of that name shows it, not the ledger" if first else ""
        hint = f"git update-ref -d {name}" if "/" in name else f"remove {name}"
        yield Problem("", what, hint, "name-ambiguous", "error" if first else "note")


def _names_commit(repository: Repository, name: str) -> bool:
    """Whether a ref of this full name exists, packed, loose, or as a file in the git directory."""
    if name in ref_names(repository):
        return True
    for folder in {repository.common, repository.git_dir}:  # a worktree has names of its own
        try:
            kept = folder / name
            text = kept.read_text(errors="replace") if kept.is_file() else ""
        except OSError:
            continue
        if text.startswith("ref:") or _ID.match(text):
            return True
    return False
