"""Where HEAD stands, and how it came there without a line in the reflog.

git writes each move of HEAD into the reflog; dulwich, go-git, isomorphic-git and a git with
`core.logAllRefUpdates` off do not. So where HEAD was last seen, the reflog's lines and where it
stands now are one path: where an end is not the next beginning, the commits between were made or
brought by somebody who left no line. May import errors and the git folder.
"""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from gitledger.git.repository import Repository

NONE = "0" * 40
DEPTH = 5  # symbolic refs followed, as git does
OF_A_WORKTREE = ("refs/bisect/", "refs/worktree/", "refs/rewritten/")
HEX = set("0123456789abcdef")


class HeadMove(NamedTuple):
    """One move of HEAD: ids in hex, Unix seconds, git's own words, where its line begins.

    `when` is what the line says; `moved` when HEAD moved by what its neighbours say as well: a
    clock that was set for one commit (`GIT_COMMITTER_DATE`) is told by them.
    """

    old: str
    new: str
    when: int
    words: str
    at: int
    moved: int = 0


class Gap(NamedTuple):
    """HEAD was at `old` ("" where nobody knows) and then at `new`; `place` is the move after it."""

    old: str
    new: str
    place: int


class Passed(NamedTuple):
    """A commit that HEAD passed without a line: its id, and the committer's clock (Unix)."""

    sha: str
    committed_at: int


def head_id(git_dir: Path, common: Path) -> str:
    """The commit that a worktree's HEAD points to, from the files; "" where there is none."""
    name, folder = "HEAD", git_dir
    for _ in range(DEPTH):
        text = _line(folder / name)
        if is_id(text):
            return text
        if not text.startswith("ref: "):
            return _packed(common, name) if name != "HEAD" else ""
        name = text.removeprefix("ref: ")
        folder = git_dir if name.startswith(OF_A_WORKTREE) else common
    return ""


def is_id(text: str) -> bool:
    """Whether a text is an object's id in hex."""
    return len(text) == 40 and set(text) <= HEX


def _line(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="surrogateescape").strip()
    except (OSError, ValueError):
        return ""


def _packed(common: Path, name: str) -> str:
    wanted = f" {name}\n".encode("utf-8", "surrogateescape")
    with suppress(OSError), (common / "packed-refs").open("rb") as file:
        # 40 digits, a blank, the name: git's packed-refs
        found = (line[:40] for line in file if line[40:] == wanted)
        return next(found, b"").decode("ascii", "replace")
    return ""


def gaps(start: str, moves: Sequence[HeadMove], head: str) -> Iterator[Gap]:
    """The pieces of HEAD's path that no line tells. `start` is where it was last seen."""
    at = start or (moves[0].old if moves else "")
    for place, move in enumerate(moves):
        if move.old not in {at, NONE} and at:
            yield Gap("" if at == NONE else at, move.old, place)
        at = move.new
    if head and at and head != at:
        yield Gap("" if at == NONE else at, head, len(moves))


def commits_passed(repository: "Repository", gap: Gap, since: int) -> tuple[Passed, ...]:
    """The commits of a gap, parents first: what `new` holds and `old` does not.

    What a remote's branch holds was fetched, and is left out. Where HEAD did not grow but jumped,
    to another branch say, commits older than the ledger (`since`, Unix) are left out too.
    """
    from gitledger.git.objects import run_git  # noqa: PLC0415 - a gap is rare

    if not all(is_id(sha) for sha in (gap.new, gap.old or NONE)):
        return ()  # a damaged line of the reflog: no word of it goes to git
    words = ("rev-list", "--topo-order", "--reverse", "--parents", "--timestamp")
    ends = (gap.new, *((f"^{gap.old}",) if gap.old else ()))
    done = run_git(repository, (*words, "--ignore-missing", *ends, "--not", "--remotes"))
    if done.returncode:
        return ()
    lines = [line.split() for line in done.stdout.decode("ascii").splitlines()]
    # HEAD grew where a commit of the gap has the place before it for a parent
    grew = any(gap.old in parents for _, _, *parents in lines)
    return tuple(Passed(sha, int(stamp)) for stamp, sha, *_ in lines if grew or int(stamp) >= since)
