"""What was verified last, remembered outside the branch: root, tip, rows.

History alone is not tamper evidence: a branch moved by force is only visible against something
remembered. The file stands in the git directory; `init` writes the first, a clean `verify` the
next. Deleting it forgets, and `verify` says so.
"""

from dataclasses import dataclass
from pathlib import Path

from gitledger.errors import LedgerDamaged
from gitledger.git.files import read_plain, replace_file, write_refusals
from gitledger.git.repository import Repository
from gitledger.git.sharing import shared_writing
from gitledger.ledger.codec import decode_json, encode_json

FOLDER = "verified"


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A branch as it was verified: root and tip (40 hex digits), rows, commits, when (UTC)."""

    root: str
    tip: str
    rows: int
    commits: int
    at: str


def path_of(repository: Repository, branch: str) -> Path:
    """Where a branch's checkpoint stands."""
    return repository.state / FOLDER / f"{branch}.json"


def read_checkpoint(repository: Repository, branch: str) -> Checkpoint | None:
    """The last checkpoint of a branch, or None. Raises LedgerDamaged when it is unreadable."""
    path = path_of(repository, branch)
    try:
        kept = decode_json(read_plain(path))
        found = Checkpoint(*(kept[name] for name in Checkpoint.__slots__))
        sound = len(bytes.fromhex(found.tip)) == len(bytes.fromhex(found.root)) == 20
        sound = sound and isinstance(found.rows, int) and isinstance(found.commits, int)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise LedgerDamaged(f"{path} cannot be read: {error.strerror}") from None
    except (LedgerDamaged, KeyError, TypeError, ValueError):
        # somebody edited it: believed in nothing
        sound = False
    if not sound:
        raise LedgerDamaged(f"{path} is not a checkpoint")
    return found


def write_checkpoint(repository: Repository, branch: str, point: Checkpoint) -> None:
    """Remember a verified state, whole or not at all. Raises WriteFailed."""
    path = path_of(repository, branch)
    words = {name: getattr(point, name) for name in Checkpoint.__slots__}
    with write_refusals(path), shared_writing(repository):
        path.parent.mkdir(parents=True, exist_ok=True)
        replace_file(path, encode_json(words, indent=2))
