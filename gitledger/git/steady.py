"""The pinned git program for a repository that is open already, at no extra run of git.

`plumbing.pinned` asks git where things are and makes a folder of its own each time; a hook's
drain knows the first and keeps the second. May import errors and the git folder.
"""

from gitledger.git.files import replace_file, write_failed
from gitledger.git.plumbing import Plumbing, cut_commits
from gitledger.git.repository import Repository

FOLDER = "empty"
CONFIG = "[core]\n\tbare = true\n\trepositoryformatversion = 0\n"


def steady(repository: Repository) -> Plumbing:
    """Git pinned to the repository's objects, from an empty git directory kept in our folder."""
    empty = repository.state / FOLDER
    if not (empty / "HEAD").exists():
        try:
            (empty / "refs").mkdir(parents=True, exist_ok=True)
            replace_file(empty / "config", CONFIG.encode())
            replace_file(empty / "HEAD", b"ref: refs/heads/none\n")
        except OSError as error:
            raise write_failed(error, empty) from None
    return Plumbing(
        directory=repository.git_dir,
        objects=repository.common / "objects",
        empty=empty,
        shallow=cut_commits(repository.common / "shallow"),
    )
