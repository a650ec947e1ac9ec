"""What a partial clone left at its remote, fetched before a range is measured.

May import errors and ledger only. One fetch for all files that some commits changed, by the words
with which git itself fetches a missing object. Where it cannot be had, nothing happens here: who
reads the object refuses, and names the fetch that mends it.
"""

from collections.abc import Iterable, Sequence

from gitledger.git.code.feed import pair_lines
from gitledger.git.plumbing import Plumbing, fetch, one_a_line, promisor_remote
from gitledger.lines.change import NO_BLOB, Commit

FETCH = (
    *("-c", "fetch.negotiationAlgorithm=noop", "fetch", "--no-tags", "--no-write-fetch-head"),
    *("--recurse-submodules=no", "--filter=blob:none", "--stdin"),
)
CHANGED = ("diff-tree", "--stdin", "-r", "--root", "--raw", "--no-abbrev", "--no-renames")
SUBMODULE = "160000"


def bring_changes(git: Plumbing, commits: Sequence[Commit]) -> None:
    """Fetch what is missing of the files that some commits changed; whole clones do nothing.

    Asked in the user's repository, where git fetches missing trees by itself.
    """
    if not commits or not is_partial(git):
        return
    pairs = [(c.sha, parent) for c in commits for parent in c.parents or ("",)]
    told = fetch(git.directory, *CHANGED, stdin=pair_lines(pairs)) or ""
    records = [line[1:].split() for line in told.splitlines() if line.startswith(":")]
    sides = [side for one in records for side in zip(one[:2], one[2:4], strict=True)]
    bring(git, [blob for mode, blob in sides if mode != SUBMODULE])


def bring(git: Plumbing, blobs: Iterable[str]) -> None:
    """Fetch those of some blobs that are missing."""
    if not is_partial(git):
        return
    asked = one_a_line(blob for blob in dict.fromkeys(blobs) if blob != NO_BLOB)
    told = git.run("cat-file", "--batch-check", stdin=asked).decode("ascii")
    lacking = [line.split()[0] for line in told.splitlines() if line.endswith(" missing")]
    remote = promisor_remote(git.directory) if lacking else ""
    if remote:
        fetch(git.directory, *FETCH, remote, stdin=one_a_line(lacking))


def bring_trees(git: Plumbing, tree: str) -> None:
    """Have git fetch what is missing of the folders of one commit or tree, as it lists them."""
    if is_partial(git):
        fetch(git.directory, "ls-tree", "-r", "--full-tree", tree)


def is_partial(git: Plumbing) -> bool:
    """Whether some packs are promises of a remote: seen in the folder, without asking git."""
    return any((git.objects / "pack").glob("*.promisor"))
