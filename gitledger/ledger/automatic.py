"""Facts that the program records by itself: who stated a row, and one key for all clones. Pure.

Two clones that let the program do what is due state the same facts at other moments. The natural
key of an automatic row leaves the moments out, so that what both recorded is one fact.
"""

from collections.abc import Mapping
from typing import NamedTuple

BY = "by"
AUTOMATIC, TYPED = "automatic", "typed"


class AutomaticKey(NamedTuple):
    """How the key of an automatic row differs from the ledger's: columns left out, and added."""

    without: frozenset[str] = frozenset()
    beside: tuple[str, ...] = ()


KEYS: Mapping[str, AutomaticKey] = {
    "windows": AutomaticKey(beside=("window",)),
    "anomalies": AutomaticKey(beside=("window", "code", "where")),
    "churn": AutomaticKey(frozenset({"date", "horizon_commit"}), ("stage",)),
}


def is_automatic(values: Mapping[str, object]) -> bool:
    """Whether a row says that the program stated it by itself."""
    return values.get(BY) == AUTOMATIC


def automatic_key(
    ledger: str, key: tuple[str, ...], values: Mapping[str, object]
) -> tuple[object, ...] | None:
    """The natural key of an automatic row; None for any other row.

    The ledger's own key columns keep their places, the ones left out as empty texts.
    """
    own = KEYS.get(ledger)
    if own is None or not is_automatic(values):
        return None
    held = ["" if name in own.without else values.get(name, "") for name in key]
    return (*held, AUTOMATIC, *(values.get(name, "") for name in own.beside))
