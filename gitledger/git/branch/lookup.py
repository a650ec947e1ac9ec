"""Rows that hold some text, found by git: for a look at many rows of which few are meant.

git passes over a row in half the time that it takes to read one here. It does not look whether a
row's bytes are those of its id: what is found is read and checked by whoever takes it apart, and
what decides alone, as `verify` and `pre-receive` do, asks nobody else for what to pass over.
"""

from collections.abc import Sequence

from gitledger.git import trees
from gitledger.git.branch.rows import places
from gitledger.git.branch.tip import Tip
from gitledger.git.objects import run_git
from gitledger.git.proof.keyholders import Key, passed_over, telling_part
from gitledger.git.repository import Repository
from gitledger.ledger import layout
from gitledger.ledger.schema import Schema

FOUND, NONE = 0, 1
PREFIX = 41  # the tree's id and a colon
# each is said, since a user's own configuration may say otherwise; threads cost more than they save
WORDS = (
    *("grep", "--fixed-strings", "--text", "--null", "--no-color", "--threads=1"),
    *("--no-line-number", "--no-column", "--no-textconv", "--no-recurse-submodules"),
    *("--no-break", "--no-heading"),
)


def lines_of(
    tip: Tip, ledgers: Sequence[str], columns: Sequence[str]
) -> list[tuple[str, bytes]] | None:
    """Path and line wherever a row of some ledgers has one of some columns; None: git cannot tell.

    A row writes a column on a line of its own; a line may be of another column that speaks of one.
    """
    if tip.tree is None or not ledgers:
        return []
    named = (word for name in columns for word in ("-e", f'  "{name}": '))
    folders = (f"{layout.LEDGERS}/{name}/" for name in ledgers)
    done = run_git(tip.repository, (*WORDS, *named, tip.tree.hex(), "--", *folders))
    if done.returncode not in {FOUND, NONE}:  # a partial clone lacks some, an old git knows none
        return None
    found = (line.partition(b"\0") for line in done.stdout.split(b"\n") if line)
    return [(name[PREFIX:].decode("utf-8", "replace"), text) for name, _, text in found]


def rows_with(
    repository: Repository, schema: Schema, roots: Sequence[bytes], keys: Sequence[Key]
) -> set[str] | None:
    """Ids of the rows in some whole trees that may have one of some natural keys.

    No row that has one is left out. None where git cannot tell, or no part of the key is a text.
    """
    part = telling_part(schema, keys)
    if part is None or not roots:
        return None
    first, *others = (Tip(repository, None, root) for root in dict.fromkeys(roots))
    lines = lines_of(first, (schema.ledger,), (part.column,))
    if lines is None:
        return None
    differs = passed_over(part)
    other = {path for path, _ in lines} - {path for path, line in lines if not differs(line)}
    likely = {place.row_id for place in places(first, schema.ledger) if place.path not in other}
    for tip in others:
        for change in trees.changes(first.tree, tip.tree, tip.read):
            path = change.path.decode("utf-8", "replace")
            if change.new is not None and layout.parse_row_path(path) is not None:
                likely.add(layout.row_id(path))
    return likely
