"""What `doctor` asks of a repository: facts about locks, indexes, objects, remotes.

Reads only, but for the function whose name says that it mends.
"""

import re
import time
from dataclasses import dataclass
from pathlib import Path

import pygit2

from gitledger.errors import GitledgerError
from gitledger.git import oldest, trees
from gitledger.git.branch.lock import writing
from gitledger.git.branch.move import ref_lock
from gitledger.git.branch.tip import Tip
from gitledger.git.files import forget
from gitledger.git.objects import run_git
from gitledger.git.refs import branch_ref
from gitledger.git.repository import Repository

LOCK_PATIENCE = 1.0
OLD_LOCK_SECONDS = 60.0
SAMPLED = 16  # of the 256 folders of loose objects
CI_FILES = (
    *(".github", ".gitlab-ci.yml", ".circleci", ".forgejo", ".gitea", ".woodpecker"),
    *(".woodpecker.yml", ".travis.yml", "Jenkinsfile", "azure-pipelines.yml", ".drone.yml"),
)
MIRROR = re.compile(r"\+?refs/(?:heads/)?\*:refs/(?:heads/)?\*\Z")


@dataclass(frozen=True, slots=True)
class Loose:
    """How many objects lie about: loose ones (estimated from a sample), and packs."""

    objects: int
    packs: int


def git_version(repository: Repository) -> tuple[int, ...]:
    """The git program's version. Raises GitFailed where there is none."""
    return oldest.version(repository.environment)


def git_refusal(repository: Repository) -> str:
    """Why the git program will not work here (ownership, mostly), or the empty text."""
    done = run_git(repository, ("rev-parse", "--git-dir"))
    return "" if done.returncode == 0 else done.stderr.decode(errors="replace").strip()


def lock_age(repository: Repository, branch: str) -> float | None:
    """Seconds since git's lock on the branch was taken, or None where there is none."""
    try:
        return time.time() - Path(ref_lock(repository, branch_ref(branch))).lstat().st_mtime
    except OSError:
        return None


def refuse_busy(repository: Repository) -> None:
    """Raise LedgerLocked while somebody holds the writing lock, WriteFailed where none can."""
    with writing(repository, 0.0):
        pass


def mend_lock(repository: Repository, branch: str) -> bool:
    """Remove git's lock on the branch when it is old; says whether it is gone.

    Git holds it for milliseconds. Done under our own writing lock, so it is none of ours that is
    still alive. Raises LedgerLocked while somebody writes.
    """
    with writing(repository, LOCK_PATIENCE):
        age = lock_age(repository, branch)
        if age is not None and age > OLD_LOCK_SECONDS:
            forget(ref_lock(repository, branch_ref(branch)))
    return lock_age(repository, branch) is None


def loose_objects(repository: Repository) -> Loose:
    """Loose objects, from a sixteenth of their folders, and packs."""
    store = repository.common / "objects"
    counted = sum(
        sum(1 for _ in folder.iterdir())
        for folder in (store / f"{number:02x}" for number in range(0, 256, 256 // SAMPLED))
        if folder.is_dir()
    )
    packs = sum(1 for _ in (store / "pack").glob("*.pack"))
    # ids spread evenly over the folders: a sample tells
    return Loose(counted * (256 // SAMPLED), packs)


def has_grafts(repository: Repository) -> bool:
    """Whether a grafts file gives any commit other parents."""
    try:
        return bool((repository.common / "info" / "grafts").read_text(errors="replace").strip())
    except OSError:
        return False


def remote_defaults(repository: Repository, branch: str) -> list[str]:
    """Remotes whose default branch is the ledger, as far as last fetched."""
    found = []
    for remote in repository.handle.remotes.names():
        head = repository.common / "refs" / "remotes" / str(remote) / "HEAD"
        try:
            text = head.read_text().strip()
        except OSError:
            continue
        if text == f"ref: refs/remotes/{remote}/{branch}":
            found.append(str(remote))
    return found


def mirrored_remotes(repository: Repository) -> list[str]:
    """Remotes whose fetch overwrites local branches: rows not pushed yet would be dropped."""
    return [
        str(remote.name)
        for remote in repository.handle.remotes
        if any(MIRROR.match(spec) for spec in remote.fetch_refspecs)
    ]


def ci_files(tip: Tip) -> list[str]:
    """Files on the ledger branch that make a forge run CI for every row."""
    if tip.tree is None:
        return []
    names = {name.decode("utf-8", "replace") for _, name, _ in trees.lines(tip.read(tip.tree))}
    return sorted(names & set(CI_FILES))


@dataclass(frozen=True, slots=True)
class Protection:
    """Whether a repository refuses forced pushes and deletions of branches, by configuration."""

    rewinding: bool
    deleting: bool


def local_protection(repository: Repository) -> tuple[tuple[str, Protection], ...]:
    """What remotes on this machine refuse, by remote; forges cannot be asked from here."""
    found = []
    for remote in repository.handle.remotes:
        path = Path(str(remote.url).removeprefix("file://"))
        if path.is_absolute() and path.is_dir():
            found.append((str(remote.name), _protection(path)))
    return tuple(found)


def _protection(path: Path) -> Protection:
    try:
        config = pygit2.Repository(str(path)).config
    except (pygit2.GitError, GitledgerError):
        # not a repository on this machine: nothing is known of it
        return Protection(rewinding=False, deleting=False)
    hook = any((path / folder / "pre-receive").exists() for folder in ("hooks", ".git/hooks"))

    def refused(name: str) -> bool:
        return hook or (name in config and config.get_bool(name))

    return Protection(refused("receive.denyNonFastForwards"), refused("receive.denyDeletes"))
