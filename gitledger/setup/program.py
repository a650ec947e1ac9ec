"""How this program is called from outside: the words that a hook can run without any PATH."""

import os
import sys

NAMES = {"gitledger", "git-ledger"}


def program_words() -> tuple[str, ...]:
    """The absolute words that start this program again: its script, or python with its module.

    `-P` keeps the folder that a hook runs in out of the module path.
    """
    started = os.path.abspath(sys.argv[0])  # noqa: PTH100 - a link must stay a link
    if os.path.basename(started) in NAMES and os.access(started, os.X_OK):  # noqa: PTH119 - light
        return (started,)
    return (sys.executable, "-P", "-m", "gitledger")
