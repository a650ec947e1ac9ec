"""Which files count: paths asked for, and files left out by attributes or configuration.

May import errors and ledger only. Attributes are read from a committed tree, never from the
working tree or the index, so that an uncommitted `.gitattributes` changes nothing. Patterns of
the configuration mean what they mean in a `.gitattributes` file. A file with `-diff` (or `binary`)
has no lines: it counts as a binary file, as it does for git.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from gitledger.git.code.feed import pipes
from gitledger.git.code.partial import bring, bring_trees
from gitledger.git.plumbing import Plumbing
from gitledger.lines.change import FileCount

if TYPE_CHECKING:
    from gitledger.git.program import Running

ATTRIBUTES = ("gitledger-exclude", "linguist-generated", "linguist-vendored")
CONFIGURED = "configuration"
ASKED = (*ATTRIBUTES, "diff")
TELLING = (*ATTRIBUTES, "diff", "binary")
YES = {"set", "true", CONFIGURED}
FILE = b".gitattributes"


class Counting:
    """Answers whether a file counts, and if not why; guards that a path is asked about once.

    `checker` is a running `git check-attr`, or None where nothing could be excluded.
    """

    def __init__(self, paths: Sequence[str], checker: "Running | None") -> None:
        self._paths = tuple(path.rstrip("/") for path in paths)
        self._checker = checker
        self._answers: dict[str, tuple[str, bool]] = {}

    def counts(self, path: str) -> bool:
        """Whether a file counts."""
        return self.asked_for(path) and not self.reason(path)

    def lines_count(self, path: str) -> bool:
        """Whether the lines of a file count: it counts, and an attribute does not deny it lines."""
        return self.counts(path) and not self._answer(path)[1]

    def seen(self, count: FileCount) -> FileCount:
        """A file's counts as its attributes have it: binary where they deny it lines."""
        if count.binary or not self._answer(count.path)[1]:
            return count
        return count._replace(insertions=0, deletions=0, binary=True)

    def asked_for(self, path: str) -> bool:
        """Whether a file lies under one of the paths asked for (all do when there are none)."""
        return not self._paths or any(under(path, asked) for asked in self._paths)

    def reason(self, path: str) -> str:
        """Why a file is excluded: the attribute, or `configuration`; "" when it is not."""
        return self._answer(path)[0]

    def _answer(self, path: str) -> tuple[str, bool]:
        """Why a file is excluded, and whether it is denied lines."""
        if self._checker is None:
            return "", False
        if path not in self._answers:
            self._answers[path] = self._ask(self._checker, path.encode("utf-8", "surrogateescape"))
        return self._answers[path]

    def _ask(self, checker: "Running", path: bytes) -> tuple[str, bool]:
        into, told, _ = pipes(checker)
        into.write(path + b"\0")
        into.flush()
        fields = [_field(told) for _ in range(3 * len(ASKED))]
        values = dict(zip(fields[1::3], fields[2::3], strict=True))
        lineless = values.pop("diff") == "unset"
        for name, value in values.items():
            if value in YES:
                return CONFIGURED if value == CONFIGURED else name, lineless
        return "", lineless


def under(path: str, asked: str) -> bool:
    """Whether a path is the one asked for, lies in that folder, or matches it as a pattern."""
    return asked in {path, "", "."} or path.startswith(f"{asked}/") or fnmatchcase(path, asked)


def _field(told: object) -> str:
    """One NUL-ended word of git's answer."""
    read = told.read  # type: ignore[attr-defined]
    word = b""
    while (byte := read(1)) not in {b"\0", b""}:
        word += byte
    return word.decode("utf-8", "replace")


@contextmanager
def counting(
    git: Plumbing, tree: str, *, paths: Sequence[str] = (), patterns: Sequence[str] = ()
) -> Iterator[Counting]:
    """What counts by the attributes of a committed tree, by patterns, and by paths asked for."""
    entries = attribute_files(git, tree)
    if not entries and not patterns:
        yield Counting(paths, None)
        return
    index = {"GIT_INDEX_FILE": str(git.empty / "attributes")}
    git.run("update-index", "-z", "--index-info", stdin=entries, **index)
    info = git.empty / "info"
    info.mkdir(exist_ok=True)
    (info / "attributes").write_text("".join(f"{attribute_line(p)}\n" for p in patterns))
    checker = git.start("check-attr", "--cached", "-z", "--stdin", *ASKED, stdin=None, **index)
    try:
        yield Counting(paths, checker)
    finally:
        for pipe in pipes(checker):
            with suppress(BrokenPipeError):  # git went away; its exit code tells why
                pipe.close()
        checker.wait()


def attribute_files(git: Plumbing, tree: str) -> bytes:
    """The tree's `.gitattributes` files as index entries; none when they change no count."""
    bring_trees(git, tree)
    listed = git.run("ls-tree", "-r", "-z", "--full-tree", tree).split(b"\0")
    entries = [e for e in listed if e.rpartition(b"\t")[2].rpartition(b"/")[2] == FILE]
    ids = b"".join(entry.split()[2] + b"\n" for entry in entries)
    bring(git, ids.decode("ascii").split())
    told = git.run("cat-file", "--batch", stdin=ids) if entries else b""
    if not any(name.encode("ascii") in told for name in TELLING):
        return b""
    return b"".join(entry + b"\0" for entry in entries)


def attribute_line(pattern: str) -> str:
    """A pattern of the configuration as a line of an attributes file; a folder means all in it."""
    whole = f"{pattern}**" if pattern.endswith("/") else pattern
    quoted = whole.replace("\\", "\\\\").replace('"', '\\"')  # as git reads a name in quotes
    return f'"{quoted}" gitledger-exclude={CONFIGURED}'
