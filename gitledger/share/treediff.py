"""What one tree of a ledger has that another lacks: rows by path, texts, other files."""

from typing import NamedTuple

from gitledger.git import trees
from gitledger.git.branch.rows import RowPlace
from gitledger.git.branch.tip import Tip, tip_at
from gitledger.git.code.revision import merge_base
from gitledger.ledger import layout
from gitledger.ledger.appendonly import is_text


class TreeDifference(NamedTuple):
    """Row files that come and that go; texts and other paths, each `added`, `changed`, `removed`.

    A row file with other bytes goes and comes.
    """

    added: tuple[RowPlace, ...] = ()
    gone: tuple[RowPlace, ...] = ()
    texts: tuple[tuple[str, str], ...] = ()
    others: tuple[tuple[str, str], ...] = ()


def tree_difference(old: Tip, new: Tip) -> TreeDifference:
    """What differs between the trees of two tips, in path order. Raises LedgerDamaged."""
    added, gone = list[RowPlace](), list[RowPlace]()
    texts, others = list[tuple[str, str]](), list[tuple[str, str]]()
    for change in trees.changes(old.tree, new.tree, new.read):
        path = change.path.decode("utf-8", "replace")
        place = layout.parse_row_path(path)
        if place is not None:
            gone += [RowPlace(place.ledger, path, change.old.oid)] if change.old else []
            added += [RowPlace(place.ledger, path, change.new.oid)] if change.new else []
            continue
        word = "added" if change.old is None else "changed" if change.new else "removed"
        (texts if is_text(path) else others).append((path, word))
    return TreeDifference(tuple(added), tuple(gone), tuple(texts), tuple(others))


def difference_brought(base: Tip, head: Tip) -> TreeDifference:
    """What a merge of `head` would bring to `base`: what `head` did since the two parted.

    Rows that both have come from neither, under whatever path; what `base` alone did stays.
    """
    since = common_tip(base, head)
    if since.tree == base.tree:
        return tree_difference(base, head)
    here, ours = tree_difference(base, head), tree_difference(since, head)
    lost = {place.path for place in ours.gone}
    held = {place.path for place in here.gone}
    return TreeDifference(
        added=here.added,
        gone=tuple(place for place in ours.gone if place.path in lost & held),
        texts=_still_other(ours.texts, here.texts),
        others=_still_other(ours.others, here.others),
    )


def _still_other(
    ours: tuple[tuple[str, str], ...], here: tuple[tuple[str, str], ...]
) -> tuple[tuple[str, str], ...]:
    """Paths that one side touched and that the other does not have alike by now."""
    differ = {path for path, _ in here}
    return tuple(pair for pair in ours if pair[0] in differ)


def common_tip(base: Tip, head: Tip) -> Tip:
    """Where two tips parted; a tip without commit and tree where they never met."""
    if base.commit is None or head.commit is None:
        return Tip(head.repository, None, None)
    return tip_at(head.repository, merge_base(head.repository, base.commit, head.commit))
