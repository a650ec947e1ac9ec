"""Whether a tip that the branch lacks lost nothing: its rows and texts all stand, told anew.

Whoever adopts a proposal that a forge squashed or rebased leaves his own commits behind. They are
gone from the branch, and every row and every text that they held is there.
"""

from collections.abc import Mapping

from gitledger.errors import GitledgerError
from gitledger.git.commit import parse
from gitledger.git.objects import read
from gitledger.git.proof.examine import Examination
from gitledger.git.proof.texts import standing_texts
from gitledger.git.proof.tip import row_files
from gitledger.ledger.layout import row_id


def holds_all(done: Examination, lost: bytes, tip: bytes) -> bool:
    """Whether the tip has every row of a lost tip, and the branch had every text of it.

    False where the objects of the lost tip are gone: nobody can tell what it held.
    """
    try:
        then = parse(lost, read(done.repository, lost)).tree
        rows = _rows(done, then)
        texts = dict(standing_texts(then, lambda oid: read(done.repository, oid)))
    except GitledgerError:
        return False
    now = _rows(done, parse(tip, read(done.repository, tip)).tree)
    return rows.items() <= now.items() and texts.items() <= done.texts.ever()


def _rows(done: Examination, tree: bytes) -> Mapping[str, bytes]:
    """Blob of each row by its id: the bucket of a row has no meaning."""
    return {row_id(path): oid for path, oid in row_files(done.repository, tree)}
