"""The git program bound to a repository's objects and to nothing else of it.

Measures must not depend on who runs them: each run of git sees an empty git directory whose object
store is the repository's, so neither the user's, the repository's nor the machine's configuration,
attributes, replacements, grafts or environment can reach it. Revisions are resolved in the real
repository first; here only full ids are used. May import errors and the git folder.
"""

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING

import pygit2

from gitledger.errors import GitFailed, HistoryIncomplete, NotARepository
from gitledger.git import program
from gitledger.git.files import replace_file, write_refusals
from gitledger.git.repository import Repository

if TYPE_CHECKING:
    from gitledger.git.program import Running

KEPT = ("PATH", "TMPDIR", "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_EXEC_PATH", "LD_LIBRARY_PATH")
MISSING = (
    *("unable to read", "bad object", "not a tree object", "missing", "unable to find"),
    "could",
)
FOLDER = "empty"
CONFIG = b"[core]\n\tbare = true\n\trepositoryformatversion = 0\n"
HEAD = b"ref: refs/heads/none\n"
NOT_FROM_OUTSIDE = ("GIT_DIFF", "GIT_EXTERNAL", "GIT_TRACE", "GIT_PAGER")


@dataclass(frozen=True, slots=True)
class Plumbing:
    """One repository for reading: its object store, and an empty git directory to read it from.

    `directory` is where the user stands; `shallow` holds the commits whose parents were cut off.
    """

    directory: Path
    objects: Path
    empty: Path
    shallow: frozenset[str]

    @property
    def environment(self) -> dict[str, str]:
        """All that the pinned git program is told."""
        kept = {name: os.environ[name] for name in KEPT if name in os.environ}
        return kept | {
            "GIT_DIR": str(self.empty),
            "GIT_OBJECT_DIRECTORY": str(self.objects),
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_ATTR_NOSYSTEM": "1",
            "HOME": str(self.empty),
        }

    def run(self, *words: str, stdin: bytes = b"", **more: str) -> bytes:
        """What a pinned git printed; a failure becomes a refusal that names its cause.

        `more` is added to its environment.
        """
        told = self.answer(*words, stdin=stdin, **more)
        if told is None:
            raise self.refusal(words, "")
        return told

    def answer(self, *words: str, stdin: bytes = b"", **more: str) -> bytes | None:
        """As `run`, but None where git ends with 1 and no complaint: its way to say no."""
        done = program.run(
            words, directory=self.empty, environment=self.environment | more, stdin=stdin
        )
        if done.returncode == 1 and not done.stderr:
            return None
        if done.returncode != 0:
            raise self.refusal(words, done.stderr.decode("utf-8", "replace"))
        return done.stdout

    def start(self, *words: str, stdin: IO[bytes] | None = None, **more: str) -> "Running":
        """A pinned git with open pipes, or its questions in a file; whoever starts it ends it."""
        told = self.environment | more
        return program.start(words, directory=self.empty, environment=told, stdin=stdin)

    def refusal(self, words: Sequence[str], complaint: str) -> GitFailed | HistoryIncomplete:
        """The refusal that fits what git said: history missing, or git itself failing."""
        lines = complaint.strip().splitlines() or ["no reason given"]
        telling = [line for line in lines if any(sign in line.lower() for sign in MISSING)]
        said = (telling or lines)[-1]
        if any(sign in complaint.lower() for sign in MISSING):
            if remote := promisor_remote(self.directory):
                return HistoryIncomplete(
                    f"this partial clone lacks objects of the range ({said})",
                    f"git fetch --refetch --no-filter {remote}",
                )
            if self.shallow:
                return HistoryIncomplete(
                    f"this shallow clone lacks commits of the range ({said})",
                    "git fetch --unshallow",
                )
            return HistoryIncomplete(
                f"objects of the range are missing ({said})", "git fsck; then fetch again"
            )
        return GitFailed(f"git {words[0]} failed: {said}", "run it by hand to see the cause")


@contextmanager
def pin_plumbing(directory: Path) -> Iterator[Plumbing]:
    """The repository around `directory`, for reading; refuses where there is none."""
    places = ask(
        directory,
        "rev-parse",
        "--path-format=absolute",
        *("--git-path", "objects", "--git-path", "shallow"),
    )
    if places is None:
        raise NotARepository(f"{directory} is in no git repository", "git init, or use -C DIR")
    objects, shallow = places.splitlines()
    import tempfile  # noqa: PLC0415 - a hook's drain comes through here and makes no folder

    try:
        made = tempfile.TemporaryDirectory(prefix="gitledger-")
    except OSError as error:
        what = f"there is no folder for files that are needed for a moment: {error.strerror}"
        raise GitFailed(what, "make room, or set TMPDIR to a folder that can be written") from None
    with made as name:
        empty = Path(name)
        _make_empty(empty)
        yield Plumbing(
            directory=directory,
            objects=Path(objects),
            empty=empty,
            shallow=cut_commits(Path(shallow)),
        )


def _make_empty(folder: Path) -> None:
    """A git directory in which nothing is but what git needs to take it for one."""
    (folder / "refs").mkdir(parents=True, exist_ok=True)
    replace_file(folder / "config", CONFIG)
    replace_file(folder / "HEAD", HEAD)  # the last: while it is not there, nothing is


def objects_of(git: Plumbing) -> pygit2.Repository:
    """A repository of objects only: no configuration, references or attributes."""
    repository = pygit2.Repository()
    repository.set_odb(pygit2.Odb(str(git.objects)))
    return repository


def one_a_line(words: Iterable[str]) -> bytes:
    """Words as git reads them from standard input."""
    return "".join([f"{word}\n" for word in words]).encode("utf-8", "surrogateescape")


def ask(directory: Path, *words: str, stdin: bytes = b"", fetching: bool = False) -> str | None:
    """What git prints in the user's own repository, or None where it has no answer."""
    done = program.run(
        words, directory=directory, environment=_of_the_user(), stdin=stdin, fetching=fetching
    )
    told = done.stdout.decode("utf-8", "surrogateescape").strip()
    return told if done.returncode == 0 else None


def fetch(directory: Path, *words: str, stdin: bytes = b"") -> str | None:
    """As `ask`, and what a partial clone lacks may be fetched from its remote.

    Not where the repository's own settings would have that start a program: None then.
    """
    if not program.may_fetch(directory, _of_the_user()):
        return None
    return ask(directory, *words, stdin=stdin, fetching=True)


def _of_the_user() -> dict[str, str]:
    return {k: v for k, v in os.environ.items() if not k.startswith(NOT_FROM_OUTSIDE)}


def cut_commits(shallow: Path) -> frozenset[str]:
    """The commits at which a shallow clone was cut; none for a whole one."""
    return frozenset(shallow.read_text().split()) if shallow.exists() else frozenset()


def promisor_remote(directory: Path) -> str:
    """The remote that a partial clone fetches its missing objects from, or ""."""
    told = ask(directory, "config", "--get-regexp", r"^remote\..*\.promisor$", "true")
    return told.split(".")[1] if told else ""


def steady(repository: Repository) -> Plumbing:
    """Git pinned to the objects of a repository that is open, at no extra run of git.

    `pin_plumbing` asks git where things are and makes an empty git directory each time; a hook's
    drain knows the first, and keeps the second in our folder.
    """
    empty = repository.state / FOLDER
    if not (empty / "HEAD").exists():
        with write_refusals(empty):
            _make_empty(empty)
    return Plumbing(
        directory=repository.git_dir,
        objects=repository.common / "objects",
        empty=empty,
        shallow=cut_commits(repository.common / "shallow"),
    )
