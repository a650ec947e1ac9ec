"""What a shell may put behind a half-typed word: windows, providers, ledgers, sources.

Read from the branch's tip, nothing else: no hook's fact is recorded, no index is made. A person
waits for the answer, and where none can be had a shell shows nothing.
"""

from collections.abc import Callable, Mapping

from gitledger.book.opening import open_book
from gitledger.book.world import World
from gitledger.ledger.row import windows_of
from gitledger.meters.registry import NAMES, PROVIDERS


def window_ids(world: World) -> tuple[str, ...]:
    """The windows that have a reading, the newest first."""
    found = (windows_of(row.values) for row in reversed(open_book(world).rows("snapshots")))
    return tuple(dict.fromkeys(id_ for ids in found for id_ in ids))


def providers(world: World) -> tuple[str, ...]:
    """The providers of the configuration; without a ledger those that `init` would name."""
    from gitledger.book.case import providers_of  # noqa: PLC0415 - half of the time, for this alone

    try:
        listed = providers_of(open_book(world).config)
    except Exception:  # noqa: BLE001 - a shell that completes must not print a traceback
        listed = ()
    return listed or PROVIDERS


def ledgers(world: World) -> tuple[str, ...]:
    """The names of the ledgers."""
    return open_book(world).ledgers


def sources(_world: World) -> tuple[str, ...]:
    """What `parse` and `ingest` read."""
    return NAMES


KINDS: Mapping[str, Callable[[World], tuple[str, ...]]] = {
    "window": window_ids,
    "provider": providers,
    "ledger": ledgers,
    "source": sources,
}


def candidates(world: World, kind: str) -> tuple[str, ...]:
    """The words of a kind; none where they cannot be read, whatever the reason."""
    try:
        return KINDS[kind](world)
    except Exception:  # noqa: BLE001 - as above
        return ()
