"""Which windows are open, noted in our git folder for the status line: it may read no ledger.

A note, never a truth: it is what this clone saw when it last recorded a reading or a completion.
"""

import json
from collections.abc import Sequence
from contextlib import suppress

from gitledger.git.files import replace_file
from gitledger.git.repository import Repository
from gitledger.ledger.row import Row
from gitledger.windows.attribution import NEVER, stretches

FILE = "open.json"


def note_open(repository: Repository, snapshots: Sequence[Row], finals: Sequence[Row]) -> None:
    """Note the windows that are open now, each with its agent and when it began (Unix seconds).

    From the rows of `snapshots` and `windows` that count.
    """
    told = [
        {"window": one.window, "agent": one.agent, "since": int(one.start.timestamp())}
        for one in stretches(snapshots, finals)
        if one.end == NEVER
    ]
    with suppress(OSError):  # a copy for status lines; the rows say it as well
        replace_file(repository.state / FILE, json.dumps(told).encode())
