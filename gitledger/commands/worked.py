"""Where the commits of a window stand today: recorded rows against a branch as it is now."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from gitledger.commands.book import Book
from gitledger.commands.commit_rows import texts
from gitledger.git.commithead import read_head
from gitledger.git.objects import run_git
from gitledger.git.repository import Repository
from gitledger.ledger.row import Row
from gitledger.windows.worked import Standing, Worked, worked_range

DAY = 86_400
MOST_ASKED = 50  # commits that other branches are searched for


def worked(book: Book, recorded: Sequence[Row], revision: str = "HEAD") -> Worked:
    """The range of a window's `commits` rows on a branch, as it stands now."""
    if not recorded:
        return worked_range((), (), Standing("", {}))
    shas = [str(row.values["sha"]) for row in recorded]
    parents = _branch_commits(book.repository, revision, _oldest(recorded))
    pairs = book.rows("rewrites") if "rewrites" in book.ledgers else ()
    missing = [sha for sha in shas if sha not in parents]
    name = _name(book.repository, revision)
    return worked_range(
        recorded, pairs, Standing(name, parents, _elsewhere(book, missing[:MOST_ASKED]))
    )


def kept_range(book: Book, recorded: Sequence[Row]) -> tuple[str, str]:
    """The range as recorded on the branch checked out, where its commits are gone altogether.

    ("", "") while any of them is there: then it is known where they stand, or that they do not.
    """
    branch = _name(book.repository, "HEAD")
    own = [row for row in recorded if row.values.get("branch", branch) == branch]
    if not own or any(read_head(book.repository, str(row.values["sha"])) for row in own):
        return "", ""
    return next(iter(texts(own[0].values["parents"])), ""), str(own[-1].values["sha"])


def _oldest(recorded: Sequence[Row]) -> int:
    """The earliest commit time of some rows in Unix seconds, a day early for crooked clocks."""
    first = min(str(row.values["committed_at"]) for row in recorded)
    return int(datetime.fromisoformat(first).timestamp()) - DAY


def _branch_commits(
    repository: Repository, revision: str, since: int
) -> dict[str, tuple[str, ...]]:
    """The commits of a branch since a time with their parents, parents first."""
    words = ("rev-list", "--topo-order", "--reverse", "--parents", f"--max-age={since}")
    told = run_git(repository, (*words, "--end-of-options", revision, "--")).stdout.decode("ascii")
    lines = (line.split() for line in told.splitlines())
    return {sha: tuple(parents) for sha, *parents in lines}


def _elsewhere(book: Book, shas: Iterable[str]) -> set[str]:
    """Those of some commits that a branch other than the ledger's own still holds."""
    own = {f"refs/heads/{book.branch}"}
    found = set[str]()
    for sha in shas:
        words = ("for-each-ref", "--format=%(refname)", "--contains", sha, "refs/heads")
        if set(run_git(book.repository, words).stdout.decode("utf-8", "replace").split()) - own:
            found.add(sha)
    return found


def _name(repository: Repository, revision: str) -> str:
    """What to call the branch in a sentence."""
    words = ("rev-parse", "--abbrev-ref", "--end-of-options", revision)
    told = run_git(repository, words).stdout.decode("utf-8", "replace").split()
    return told[-1] if told else revision
