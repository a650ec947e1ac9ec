"""The windows of an opened ledger: rows read once and folded; and which of them is meant.

Every verb that takes a window asks here: the one that ends, is completed, is measured, comes next.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from gitledger.book.book import Book
from gitledger.book.references import known_window, recorded_windows, unknown_window, window_id
from gitledger.book.world import agent_has
from gitledger.errors import AmbiguousWindow, NoOpenWindow
from gitledger.ledger.automatic import is_automatic
from gitledger.ledger.row import Row
from gitledger.windows.audit.steps import end_command, unended_accounts
from gitledger.windows.capacity import with_capacity
from gitledger.windows.fold import ATTACHED, fold_windows
from gitledger.windows.ids import next_id
from gitledger.windows.spans import last_finalised, open_windows, to_complete
from gitledger.windows.thresholds import Terms, read_terms
from gitledger.windows.window import BEFORE, OpenWindow, Window

LEDGERS = ("snapshots", "windows", "commits", *ATTACHED)


@dataclass(frozen=True, slots=True)
class LedgerWindows:
    """All windows of a ledger in order of first recording, and the terms they are read in.

    `chosen` are the terms as the configuration states them, before a meter was found for the rest.
    """

    windows: tuple[Window, ...]
    terms: Terms
    notes: tuple[str, ...]
    chosen: Terms

    def named(self, window: str) -> Window:
        """The window of that id. Raises UnknownWindow with the nearest ids."""
        for found in self.windows:
            if found.id == window:
                return found
        raise unknown_window(window, [w.id for w in self.windows])


def fold_book(book: Book, ledgers: Sequence[str] = LEDGERS) -> LedgerWindows:
    """The windows as the ledgers named tell them; a ledger that is not there counts as empty.

    Folded once while the book stands at its tip: a run of `catch-up` asks five times.
    """
    return book.derived(("windows", *ledgers), lambda: _folded(book, ledgers))


def _folded(book: Book, ledgers: Sequence[str]) -> LedgerWindows:
    terms, problems = read_terms(book.config)
    windows = fold_ledgers(book, ledgers, terms)
    return LedgerWindows(windows, with_capacity(windows, terms), tuple(map(str, problems)), terms)


def fold_ledgers(
    book: Book,
    ledgers: Sequence[str],
    terms: Terms,
    extra: Sequence[Row] = (),
    *,
    anew: Collection[str] = (),
) -> tuple[Window, ...]:
    """The windows of the ledgers named, and of finalisations that are not recorded yet.

    Of the windows `anew` what the program recorded as their finalisation is left out.
    """
    there = [name for name in ledgers if name in book.ledgers]
    rows = {name: book.rows(name) for name in there}
    finals = rows.get("windows", ())
    if anew:
        finals = tuple(
            row
            for row in finals
            if not (is_automatic(row.values) and row.values.get("window") in anew)
        )
    rows["windows"] = (*finals, *extra)
    return fold_windows(rows, terms)


def new_window(
    folded: LedgerWindows,
    agent: str,
    provider: str,
    *,
    itself: bool = False,
    over: frozenset[str] = frozenset(),
) -> str:
    """The id of a provider's next window.

    Ids that another window holds are passed over, unless the agent has that window open and the
    provider has no part in it yet: then it is the same stretch of work. One that records `itself`
    joins only such as do so too: what a person opened stays as that person opened it. It joins
    none of those in which the work is `over`.
    """
    begun = [w.id for w in folded.windows if _begun(w.captures, provider)]
    joinable = (
        {o.window for o in open_windows(folded.windows) if o.agent == agent} - set(begun) - over
    )
    if itself:
        typed = (w.id for w in folded.windows if not all(c.canonical.automatic for c in w.captures))
        joinable -= set(typed)
    taken = {w.id for w in folded.windows} - joinable  # so that the next id may be one of these
    return next_id(begun[-1] if begun else None, taken)


def _begun(captures: Sequence[Any], provider: str) -> bool:
    return any(c.provider == provider and c.phase == BEFORE for c in captures)


def open_of(folded: LedgerWindows, agent: str, provider: str = "") -> tuple[OpenWindow, ...]:
    """The windows an agent has open, with one provider or any."""
    return tuple(
        found
        for found in open_windows(folded.windows)
        if found.agent == agent and provider in {"", found.provider}
    )


def only_open_window(folded: LedgerWindows, agent: str, asked: str) -> str:
    """The window named, else the only one open. Raises NoOpenWindow or AmbiguousWindow."""
    if asked:
        return window_id(asked)
    found = tuple(dict.fromkeys(entry.window for entry in open_of(folded, agent)))
    if len(found) > 1:
        raise AmbiguousWindow(
            f"{agent_has(agent)} {len(found)} windows open: {', '.join(found)}",
            "name one: --window W",
        )
    if not found:
        raise NoOpenWindow(
            f"{agent_has(agent)} no open window", "add --window W, or: gitledger status"
        )
    return found[0]


def newest_window(book: Book) -> str:
    """The window begun or finalised last. Raises UnknownWindow when there is none."""
    known = recorded_windows(book)
    if not known:
        raise unknown_window("", known)
    return known[-1]


def ending_window(
    folded: LedgerWindows, agent: str, provider: str, asked: str, account: str
) -> OpenWindow:
    """The window that an AFTER of a provider belongs to.

    A window named must have a BEFORE of the provider. Raises UnknownWindow, NoOpenWindow,
    AmbiguousWindow.
    """
    if asked:
        return begun_window(folded.named(asked), provider, account)
    found = [entry for entry in open_of(folded, agent, provider) if account in {"", entry.account}]
    if len(found) > 1:
        listed = ", ".join(f"--window {e.window} --account {e.account}" for e in found)
        raise AmbiguousWindow(
            f"{agent_has(agent)} {len(found)} windows open on {provider}", f"name one: {listed}"
        )
    if not found:
        raise NoOpenWindow(
            f"{agent_has(agent)} no open {provider} window", _others(folded, provider)
        )
    return found[0]


def begun_window(window: Window, provider: str, account: str) -> OpenWindow:
    """A window as a provider's BEFORE began it. Raises NoOpenWindow, AmbiguousWindow."""
    begun = [
        c.canonical
        for c in window.captures
        if c.provider == provider and c.phase == BEFORE and account in {"", c.account}
    ]
    if not begun:
        raise NoOpenWindow(
            f"{window.id} has no {provider} reading before the work",
            f"gitledger override {provider} --window {window.id} --phase before --set 5h=N, "
            f"or ingest it with --phase before",
        )
    if len(begun) > 1:
        listed = " or ".join(f"--account {shot.account}" for shot in begun)
        raise AmbiguousWindow(f"{window.id} has several accounts of {provider}", f"give {listed}")
    shot = begun[0]
    return OpenWindow(
        window=window.id,
        agent=shot.agent,
        provider=provider,
        account=shot.account,
        since=shot.captured_at,
        row=shot.row,
    )


def _others(folded: LedgerWindows, provider: str) -> str:
    """The next step when an agent has nothing open: another agent's window, or a start."""
    others = [e for e in open_windows(folded.windows) if e.provider == provider]
    if others:
        entry = others[-1]
        return f"{entry.window} is another agent's: gitledger end {provider} --agent {entry.agent}"
    late = [entry for entry in unended_accounts(folded.windows) if entry.provider == provider]
    if late:
        return end_command(provider, late[-1].account, late[-1].window)
    return f"gitledger start {provider}"


def window_to_complete(book: Book, windows: Sequence[Window], agent: str, asked: str) -> Window:
    """The window named, else the one the agent ended last without finalising, else its open one.

    With none of these it is the one the agent finalised last: said again, or to be amended.
    A window that nothing was captured in may be finalised when other rows name it.
    """
    if asked:
        found = next((w for w in windows if w.id == asked), None)
        if found is None:
            known_window(book, asked)
        return found or Window(asked)
    by_id = {w.id: w for w in windows}
    opened = tuple(dict.fromkeys(e.window for e in open_windows(windows) if e.agent == agent))
    meant = to_complete(windows, agent) or opened
    if len(meant) > 1:
        raise AmbiguousWindow(
            f"{agent_has(agent)} {len(meant)} windows to complete: {', '.join(meant)}",
            "name one: --window W",
        )
    if not meant:
        finished = last_finalised(windows, agent)
        if finished is not None:
            return finished
        raise NoOpenWindow(f"{agent_has(agent)} no ended window to complete", "gitledger status")
    return by_id[meant[0]]


def window_to_measure(
    book: Book, windows: Sequence[Window], agent: str, asked: str
) -> tuple[Window, list[str]]:
    """The window named, else the one this agent has open, else the newest; and notes on it.

    Raises UsageError, UnknownWindow.
    """
    by_id = {window.id: window for window in windows}
    if asked:
        notes = known_window(book, asked)
        return by_id.get(asked) or Window(asked), notes
    mine = [entry.window for entry in open_windows(windows) if entry.agent == agent]
    if mine:
        return by_id[mine[-1]], []
    if not windows:
        raise unknown_window("", ())
    return windows[-1], []
