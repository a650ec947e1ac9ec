"""Whether a branch still holds everything that a checkpoint line or an anchor names."""

from collections.abc import Iterator

from gitledger.errors import GitledgerError, Problem, UnreadableInput, with_noun
from gitledger.git.commit import parse
from gitledger.git.objects import read
from gitledger.git.proof.examine import Examination, ProofFinding
from gitledger.git.proof.restatement import holds_all
from gitledger.git.proof.tip import row_files
from gitledger.ledger.announcement import digest
from gitledger.ledger.layout import row_id
from gitledger.ledger.portable import Portable

SHOWN = 3


def ids_at(done: Examination, commit: bytes) -> set[str]:
    """The ids of the rows in a commit's tree. Raises LedgerDamaged, HistoryIncomplete."""
    tree = parse(commit, read(done.repository, commit)).tree
    return {row_id(path) for path, _ in row_files(done.repository, tree)}


def checkpoint_findings(done: Examination, tip: bytes, point: Portable) -> Iterator[ProofFinding]:
    """What a branch lacks of a checkpoint, or the note that it has all by other commits.

    Raises UnreadableInput for a line whose numbers are not those of the commit that it names.
    """
    named = bytes.fromhex(point.tip)
    roots = {commit.oid.hex() for commit in done.commits if not commit.parents}
    if point.root not in roots:
        began = " and ".join(sorted(root[:12] for root in roots))
        what = f"the checkpoint is of a ledger that began with commit {point.root[:12]}"
        what += f", and this one began with {began}: it is another ledger's, or this was rebuilt"
        hint = "if it is this ledger's line, somebody rebuilt the branch: find a clone of before"
        yield ProofFinding(point.tip, Problem("", what, hint, "checkpoint-other-root"))
    elif named in done.places:
        if not _agrees(ids_at(done, named), point):
            what = f"the checkpoint's numbers are not those of commit {point.tip[:12]}"
            raise UnreadableInput(
                what, "whoever made this line did not have that ledger before him"
            )
    elif _restated(done, tip, named, point):
        what = f"the branch reached all rows of the checkpoint of {point.at} by other commits"
        yield ProofFinding(point.tip, Problem("", what, "", "history-restated", "note"))
    else:
        now = with_noun(len(ids_at(done, tip)), "row")
        then = with_noun(point.rows, "row")
        what = f"the branch lacks what it held at {point.at}: tip {point.tip[:12]} with {then}"
        hint = "the branch was moved or rebuilt: fetch from a clone that has that commit"
        yield ProofFinding(point.tip, Problem("", f"{what}; it has {now}", hint, "checkpoint-lost"))


def _agrees(ids: set[str], point: Portable) -> bool:
    return len(ids) == point.rows and digest(ids) == point.digest


def _restated(done: Examination, tip: bytes, named: bytes, point: Portable) -> bool:
    """Whether all rows of the checkpoint stand: its objects say so, or a commit that had just them.

    Along first parents rows only become more, so the commit that had as many is searched by halves.
    """
    try:
        if _agrees(ids_at(done, named), point):
            return holds_all(done, named, tip)
    except GitledgerError:  # what the name points at cannot be read: looked for by its rows
        pass
    line = [tip]
    while parents := done.commits[done.places[line[-1]]].parents:
        line.append(parents[0])
    low, high = 0, len(line) - 1
    while low < high:
        middle = (low + high) // 2
        if len(ids_at(done, line[middle])) <= point.rows:
            high = middle
        else:
            low = middle + 1
    then = ids_at(done, line[low])
    return _agrees(then, point) and then <= ids_at(done, tip)


def anchor_findings(
    done: Examination, tip: bytes, name: str, anchor: bytes
) -> Iterator[ProofFinding]:
    """What the branch lacks of an anchor: a ref (its commit) that it has to hold."""
    if anchor in done.places:
        return
    try:
        lacking = sorted(ids_at(done, anchor) - ids_at(done, tip))
        whole = not lacking and holds_all(done, anchor, tip)
    except GitledgerError as error:
        what = f"what {name} holds cannot be read: {error.what}"
        yield ProofFinding(anchor.hex(), Problem("", what, error.hint, "anchor-missing"))
        return
    if whole:
        what = f"the branch holds all rows and texts of {name} by other commits"
        yield ProofFinding(anchor.hex(), Problem("", what, "", "history-restated", "note"))
        return
    shown = ", ".join(lacking[:SHOWN]) + (", ..." if len(lacking) > SHOWN else "")
    told = f"{with_noun(len(lacking), 'row')} of {name}: {shown}" if lacking else f"texts of {name}"
    hint = "gitledger sync; rows that were here before were taken away by force"
    yield ProofFinding(
        anchor.hex(), Problem("", f"the branch lacks {told}", hint, "anchor-missing")
    )
