"""Which windows are open, noted in our git folder for the status line: it may read no ledger.

A note, never a truth: it is what this clone saw when it last recorded a reading or a completion.
"""

import json
from contextlib import suppress

from gitledger.book.book import Book
from gitledger.git.files import replace_file
from gitledger.windows.attribution import NEVER, stretches

FILE = "open.json"


def note_open(book: Book) -> None:
    """Note the windows that are open now, each with its agent and when it began (Unix seconds)."""
    there = book.ledgers
    snapshots, finals = (
        book.rows(name) if name in there else () for name in ("snapshots", "windows")
    )
    told = [
        {"window": one.window, "agent": one.agent, "since": int(one.start.timestamp())}
        for one in stretches(snapshots, finals)
        if one.end == NEVER
    ]
    with suppress(OSError):
        replace_file(book.repository.state / FILE, json.dumps(told).encode())
