"""How this program is called from outside: the words that a hook can run without any PATH."""

import os
import sys
from pathlib import Path

NAMES = {"gitledger", "git-ledger"}


def program_words() -> tuple[str, ...]:
    """The absolute words that start this program again: its script, or python with its module.

    `-P` keeps the folder that a hook runs in out of the module path.
    """
    started = Path(os.path.abspath(sys.argv[0]))  # noqa: PTH100 - a link must stay a link
    if started.name in NAMES and os.access(started, os.X_OK):
        return (str(started),)
    return (sys.executable, "-P", "-m", "gitledger")
