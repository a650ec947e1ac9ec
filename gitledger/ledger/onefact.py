"""One fact, recorded in several clones before they met: which of its rows counts. Pure.

Rows of two clones never conflict, so one natural key may have several rows. Rows that say the same
apart from their envelopes are one fact, and the one recorded first counts. Where they say otherwise
all stand, and one counts: of a fact the first, of a statement the last. Order is that of
(recorded_at, id), so every machine chooses alike, however branches were merged.
"""

from collections.abc import Iterator, Sequence
from operator import attrgetter

from gitledger.ledger.automatic import is_automatic
from gitledger.ledger.row import Row
from gitledger.ledger.schema import Schema

# what somebody says of a matter, and may say anew; any other row is what was seen
STATEMENTS = frozenset({"capabilities", "decisions", "experiments", "features", "votes"})
_RECORDED = attrgetter("recorded_at", "id")


def counting(rows: Sequence[Row], schema: Schema) -> tuple[Row, ...]:
    """The rows of one ledger that count, in their order: one for each natural key.

    `rows` have their corrections applied; rows without a key all count.
    """
    keys = [key for row in rows if (key := schema.key_of(row.values))] if schema.keyed else []
    if len(set(keys)) == len(keys):
        return tuple(rows)
    chosen = {_chosen(group).id for group in _groups(rows, schema)}
    return tuple(row for row in rows if row.id in chosen)


def rivals(rows: Sequence[Row], schema: Schema) -> Iterator[tuple[Row, ...]]:
    """Rows of one key that contradict each other, the counting one first.

    What the program found by itself in several clones, each at its own moment, is no contradiction:
    the key of such rows leaves the moments out, what was measured at them differs all the same.
    """
    for group in _groups(rows, schema) if schema.keyed else ():
        if all(is_automatic(row.values) for row in group):
            continue
        if any(row.values != group[0].values for row in group):
            first = _chosen(group)
            yield (first, *(row for row in group if row.values != first.values))


def _groups(rows: Sequence[Row], schema: Schema) -> Iterator[list[Row]]:
    groups: dict[tuple[str, ...], list[Row]] = {}
    for row in rows:
        # a row without a key is a fact of its own
        groups.setdefault(schema.key_of(row.values) or ("row", row.id), []).append(row)
    yield from (sorted(group, key=_RECORDED) for group in groups.values())


def _chosen(group: Sequence[Row]) -> Row:
    """The row of a key that counts; `group` stands in the order of recording."""
    contradicts = any(row.values != group[0].values for row in group)
    return group[-1] if contradicts and group[0].ledger in STATEMENTS else group[0]
