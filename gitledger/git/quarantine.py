"""Objects that a push brings before it is accepted: git keeps them apart until its hook agrees."""

from dataclasses import replace
from pathlib import Path

import pygit2

from gitledger.git.repository import Repository


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
