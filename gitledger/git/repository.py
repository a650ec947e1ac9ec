"""Opening the user's repository, and refusing the ones that cannot hold a ledger.

Owns the answers to: where is the repository, where is its shared folder, who writes, is history
whole. Nothing here writes. May use pygit2 and the git folder; imports errors and ledger only.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

import pygit2

from gitledger.errors import NoIdentity, NotARepository, RepositoryUnsupported
from gitledger.git import configuration, oldest

STATE = "gitledger"  # our folder inside the common git directory
DEFAULT_BRANCH = "gitledger/main"
TRUE = {"true", "yes", "on", "1", ""}
REFTABLE = (
    "this repository keeps its refs in a reftable, which libgit2 cannot read",
    "git refs migrate --ref-format=files",
)


@dataclass(frozen=True, slots=True)
class Repository:
    """An opened repository.

    `common` is the git directory that all worktrees share, `state` our folder in it: lock, spool,
    caches, checkpoints.
    `seen` keeps the few trees and commits met last, by id: an append meets each several times.
    `settings` keeps what was asked of git's configuration: a command has one, from its start;
    `listed` all of it as git tells it, where libgit2 cannot see some; `allowed` the remotes that
    were looked at, so that an exchange looks once.
    """

    handle: pygit2.Repository
    git_dir: Path
    common: Path
    state: Path
    environment: Mapping[str, str]
    seen: dict[bytes, bytes] = field(default_factory=dict, compare=False, repr=False)
    settings: dict[str, str | None] = field(default_factory=dict, compare=False, repr=False)
    listed: dict[str, str] = field(default_factory=dict, compare=False, repr=False)
    allowed: set[str] = field(default_factory=set, compare=False, repr=False)


class Identity(NamedTuple):
    """Who writes a row, as git would name them, and when (aware)."""

    name: str
    email: str
    when: datetime

    def signature(self) -> pygit2.Signature:
        """libgit2's form, in UTC."""
        return pygit2.Signature(self.name, self.email, int(self.when.timestamp()), 0, "utf-8")


def open_repository(
    directory: Path, environment: Mapping[str, str], *, state: Path | None = None
) -> Repository:
    """The repository at or above a folder, or the one that git's environment names.

    What is kept beside it goes into its own folder of ours unless `state` is another.
    Raises NotARepository, or RepositoryUnsupported with the reason and a way out.
    """
    pygit2.settings.set_extensions(["partialclone"])
    named = environment.get("GIT_DIR")
    try:
        handle = _opened(directory, named)
    except (pygit2.GitError, KeyError) as error:
        # safe.directory may stand where libgit2 does not look: ask git
        if "not owned by" not in str(error) or not configuration.is_trusted(directory, environment):
            raise _refusal(directory, str(error)) from None
        handle = _opened_as_trusted(directory, named)
    git_dir = Path(handle.path)
    common = _common_dir(git_dir)
    if (common / "reftable").exists():
        raise RepositoryUnsupported(*REFTABLE)
    kept = state or common / STATE
    oldest.refuse_old_git(kept, environment)
    return Repository(handle, git_dir, common, kept, environment)


def _opened(directory: Path, named: str | None) -> pygit2.Repository:
    """The repository at or above a folder, or the one `named`. Raises as libgit2 does."""
    resolved = (directory / named).resolve() if named else None
    found = resolved or pygit2.discover_repository(str(directory))
    if found is None:
        raise _not_in_one(directory)
    return pygit2.Repository(str(found))


def _not_in_one(directory: Path) -> NotARepository:
    hint = "run this inside one, or `git init`"
    return NotARepository(f"{directory} is not in a git repository", hint)


def _opened_as_trusted(directory: Path, named: str | None) -> pygit2.Repository:
    """The repository without libgit2's look at its owner, for which git has answered."""
    pygit2.option(pygit2.enums.Option.SET_OWNER_VALIDATION, 0)
    try:
        return _opened(directory, named)
    except (pygit2.GitError, KeyError) as error:
        raise _refusal(directory, str(error)) from None
    finally:
        pygit2.option(pygit2.enums.Option.SET_OWNER_VALIDATION, 1)


def _common_dir(git_dir: Path) -> Path:
    pointer = git_dir / "commondir"
    if not pointer.is_file():
        return git_dir
    return (git_dir / pointer.read_text(encoding="utf-8", errors="replace").strip()).resolve()


def _refusal(directory: Path, why: str) -> Exception:
    words = why.lower()
    if "not owned by" in words:
        return RepositoryUnsupported(
            f"{directory} belongs to another user, and git's safe.directory does not list it",
            f"git config --global --add safe.directory {directory}",
        )
    if any(sign in words for sign in ("objectformat", "object format", "sha256")):
        return RepositoryUnsupported(
            "this repository uses SHA-256 objects, which libgit2 cannot read",
            "keep the ledger in a SHA-1 repository, for example one next to it",
        )
    if "refstorage" in words or "reftable" in words:
        return RepositoryUnsupported(*REFTABLE)
    if "not found" in words or "could not find" in words:
        return _not_in_one(directory)
    return RepositoryUnsupported(f"libgit2 cannot open {directory}: {why}", "run `git status`")


def setting(repository: Repository, name: str) -> str | None:
    """One value of git's configuration, or None."""
    if name not in repository.settings:
        if _is_beyond_libgit2(repository):
            if not repository.listed:
                told = git_environment(repository)
                repository.listed.update(configuration.list_configuration(repository.git_dir, told))
            return repository.listed.get(configuration.as_listed(name))
        repository.settings[name] = _configured(repository, name)
    return repository.settings[name]


def _is_beyond_libgit2(repository: Repository) -> bool:
    """Whether some of git's configuration stands where libgit2 does not look for it."""
    if configuration.BEYOND not in repository.settings:
        try:
            names = [entry.name for entry in repository.handle.config]
        except pygit2.GitError:
            names = []  # whoever reads a value tells what is wrong
        there = configuration.is_beyond_libgit2(names, repository.environment)
        repository.settings[configuration.BEYOND] = "yes" if there else None
    return repository.settings[configuration.BEYOND] is not None


def _configured(repository: Repository, name: str) -> str | None:
    try:
        return repository.handle.config[name]
    except KeyError:
        return None
    except pygit2.GitError as error:
        raise RepositoryUnsupported(
            f"git's configuration cannot be read: {error}", "run `git config --list` to see where"
        ) from None


def flag(repository: Repository, name: str) -> bool | None:
    """One yes/no value of git's configuration, or None where it is not set."""
    value = setting(repository, name)
    return None if value is None else value.strip().lower() in TRUE


def remember(repository: Repository, name: str, value: str) -> None:
    """Set one value in the repository's own configuration."""
    repository.handle.config[name] = value
    repository.settings.pop(name, None)
    repository.listed.clear()


def identity(repository: Repository, when: datetime) -> Identity:
    """The user as git would name them: environment first, then configuration.

    Raises NoIdentity with the two commands that mend it.
    """
    names = {"name": "user.name", "email": "user.email"}
    found = {}
    for part, key in names.items():
        asked = [
            repository.environment.get(f"GIT_{role}_{part.upper()}")
            for role in ("COMMITTER", "AUTHOR")
        ]
        given = next((value for value in asked if value), None)
        given = given or setting(repository, f"committer.{part}") or setting(repository, key)
        found[part] = (given or "").strip("<> \n")
    if not all(found.values()):
        guessed = configuration.committer(repository.git_dir, git_environment(repository))
        found = {part: value or guessed.get(part, "") for part, value in found.items()}
    missing = [names[part] for part, value in found.items() if not value]
    if missing:
        raise NoIdentity(
            f"git does not know who you are: {' and '.join(missing)} not set",
            "git config --global user.name 'Your Name'; git config --global user.email you@host",
        )
    return Identity(found["name"], found["email"], when)


def shallow_boundary(repository: Repository) -> bool:
    """Whether history was cut by a shallow clone."""
    path = repository.common / "shallow"
    return path.is_file() and path.stat().st_size > 0


def worktree_holding(repository: Repository, branch: str) -> Path | None:
    """The worktree whose HEAD is this branch, if any (a bare repository's HEAD counts too)."""
    wanted = f"ref: refs/heads/{branch}"
    common = os.fspath(repository.common)
    for folder in (common, *_worktrees(f"{common}/worktrees")):
        try:
            with open(f"{folder}/HEAD", encoding="utf-8", errors="replace") as file:  # noqa: PTH123 - on the path of every append
                text = file.read()
        except OSError:  # a worktree that was removed without `git worktree remove`
            continue
        if text.strip() == wanted:
            return repository.common if folder == common else _worktree(Path(folder))
    return None


def _worktrees(folder: str) -> list[str]:
    """Where git keeps what belongs to each linked worktree."""
    try:
        return [f"{folder}/{name}" for name in sorted(os.listdir(folder))]  # noqa: PTH208 - as above
    except OSError:
        return []


def _worktree(admin: Path) -> Path:
    pointer = admin / "gitdir"
    if not pointer.is_file():
        return admin
    return Path(pointer.read_text(encoding="utf-8", errors="replace").strip()).parent


def git_environment(repository: Repository) -> dict[str, str]:
    """The environment for running git on this repository and no other."""
    kept = {
        name: value
        for name, value in repository.environment.items()
        if not name.startswith("GIT_")
        or name.startswith(("GIT_AUTHOR_", "GIT_COMMITTER_", "GIT_CONFIG", "GIT_SSH", "GIT_TRACE"))
        or name in {"GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_ASKPASS"}
    }
    return kept | {"GIT_DIR": os.fspath(repository.git_dir)}


def with_quarantine(repository: Repository) -> Repository:
    """The repository with the object folders that git's environment names in addition.

    git sets them for `pre-receive`; libgit2 does not look at them by itself.
    """
    named = repository.environment.get("GIT_OBJECT_DIRECTORY", "")
    others = repository.environment.get("GIT_ALTERNATE_OBJECT_DIRECTORIES", "")
    folders = [part for part in (named, *others.split(":")) if part]
    if not folders:
        return repository
    handle = pygit2.Repository(str(repository.git_dir))
    for folder in folders:
        path = Path(folder)
        whole = path if path.is_absolute() else repository.git_dir / path
        if whole.is_dir():
            handle.odb.add_disk_alternate(str(whole))
    return replace(repository, handle=handle)


def signs(repository: Repository) -> bool:
    """Whether commits are to be signed; `gitledger.sign` overrules `commit.gpgSign`."""
    own = flag(repository, "gitledger.sign")
    return bool(own if own is not None else flag(repository, "commit.gpgsign"))
