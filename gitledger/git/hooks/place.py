"""Where git looks for hooks here, and which git it is. May import errors and the git folder."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import pygit2

from gitledger.errors import GitFailed
from gitledger.git import oldest, program
from gitledger.git.repository import Repository

OF_ONE_WORKTREE = {"GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_COMMON_DIR", "GIT_PREFIX"}
BY_CONFIGURATION = (2, 54)  # from this version on, hooks are configuration as well


@dataclass(frozen=True, slots=True)
class HookPlace:
    """A repository's hooks: git's folder for them, our folder of scripts, and how git is told.

    `everywhere` is set when the folder serves other repositories too (a global `core.hooksPath`);
    `top` is the worktree's root, None in a bare repository.
    """

    repository: Repository
    folder: Path
    top: Path | None
    scripts: Path
    configured: bool
    everywhere: bool
    version: tuple[int, int]


def hook_place(repository: Repository, directory: Path) -> HookPlace:
    """What git itself says about hooks at a folder. Raises GitFailed."""
    environment = repository.environment
    top = _top(directory, environment)
    stand = top or repository.git_dir
    words = ("rev-parse", "--path-format=absolute", "--git-path", "hooks")
    folder = Path(_git(stand, environment, *words))
    named = _git(stand, environment, "config", "--show-scope", "--get", "core.hooksPath", or_="")
    major, minor, *_ = (*oldest.version(environment or os.environ), 0, 0)
    return HookPlace(
        repository,
        folder=folder,
        top=top,
        scripts=repository.state / "hooks",
        configured=(major, minor) >= BY_CONFIGURATION,
        everywhere=named.split("\t")[0] in {"global", "system"},
        version=(major, minor),
    )


def _top(directory: Path, environment: Mapping[str, str]) -> Path | None:
    """The root of the worktree a folder is in, None in a bare repository or in git's own folder.

    One process: git answers the words in turn, and where there is no root it fails at the third.
    """
    words = ("rev-parse", "--is-bare-repository", "--is-inside-git-dir", "--show-toplevel")
    done = program.run(words, directory=directory, environment=environment or os.environ, pins=())
    told = done.stdout.decode("utf-8", "surrogateescape").split("\n", 2)
    if "true" in told[:2]:
        return None
    if done.returncode:
        raise _failure(words, done.stderr)
    return Path(told[2].removesuffix("\n"))


def other_places(place: HookPlace) -> tuple[HookPlace, ...]:
    """The hooks folders of the other worktrees, where they are others than this one's.

    A relative `core.hooksPath` names one in each worktree, one of `config.worktree` its own.
    """
    tops = [top for top in worktree_tops(place.repository) if top != place.top and top.is_dir()]
    outside = {k: v for k, v in place.repository.environment.items() if k not in OF_ONE_WORKTREE}
    found = {place.folder: place}
    for top in tops:
        words = ("rev-parse", "--path-format=absolute", "--git-path", "hooks")
        folder = Path(_git(top, outside, *words, or_="") or place.folder)
        if folder not in found:
            found[folder] = hook_place(replace(place.repository, environment=outside), top)
    return tuple(other for folder, other in found.items() if folder != place.folder)


def worktree_tops(repository: Repository) -> tuple[Path, ...]:
    """The roots of all worktrees, the main one first, as git's own files name them."""
    tops = []
    try:
        main = pygit2.Repository(str(repository.common)).workdir
    except pygit2.GitError:  # the main one may be damaged; the others are listed
        main = None
    if main:
        tops.append(Path(main))
    for pointer in sorted((repository.common / "worktrees").glob("*/gitdir")):
        text = pointer.read_text(encoding="utf-8", errors="surrogateescape").strip()
        tops.append((pointer.parent / text).parent)
    return tuple(tops)


def is_tracked(place: HookPlace, path: Path) -> bool:
    """Whether a hook file is under version control: changing it would show in `git status`."""
    if place.top is None or not path.is_relative_to(place.top):
        return False
    words = ("ls-files", "--error-unmatch", "--", os.fspath(path))
    return _git(place.top, place.repository.environment, *words, or_="") != ""


def set_configuration(place: HookPlace, values: Mapping[str, str]) -> None:
    """Set values in the repository's own configuration file."""
    for name, value in values.items():
        _git(place.repository.common, {}, "config", "--file", "config", name, value)


def drop_configuration(place: HookPlace, sections: tuple[str, ...]) -> None:
    """Take sections out of the repository's own configuration file."""
    for section in sections:
        _git(place.repository.common, {}, "config", "--file", "config", "--remove-section", section)


def configured_hooks(place: HookPlace) -> tuple[str, ...]:
    """The names of our hooks that the repository's own configuration runs.

    Git is started only where our sections can be there: before git 2.54 nobody writes them.
    """
    if b"gitledger-" not in (place.repository.common / "config").read_bytes():
        return ()
    words = ("config", "--file", "config", "--get-regexp", r"^hook\.gitledger-.*\.event$")
    told = _git(place.repository.common, {}, *words, or_="")
    return tuple(line.split(" ", 1)[1] for line in told.splitlines() if " " in line)


def _git(
    directory: Path, environment: Mapping[str, str], *words: str, or_: str | None = None
) -> str:
    """What git prints; `or_` where it has no answer, else GitFailed with its own words.

    Unpinned, for what is asked are the settings themselves; no word used here starts a program.
    """
    pins = program.PINS if words[0] == "ls-files" else ()
    done = program.run(words, directory=directory, environment=environment or os.environ, pins=pins)
    if done.returncode == 0:
        return done.stdout.decode("utf-8", "surrogateescape").rstrip("\n")
    if or_ is not None:
        return or_
    raise _failure(words, done.stderr)


def _failure(words: tuple[str, ...], complaints: bytes) -> GitFailed:
    said = complaints.decode("utf-8", "replace").strip()
    return GitFailed(f"git {words[0]} failed: {said}", "run it by hand to see the cause")
