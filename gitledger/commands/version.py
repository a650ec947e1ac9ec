"""`version`: which program this is, and what it runs on."""

import sys
from platform import platform, python_version

from gitledger import __version__
from gitledger.book.world import World
from gitledger.commands.result import Result, lines


def version(_world: World) -> Result:
    """The version of the program, of Python and of the system."""
    payload = {
        "version": __version__,
        "python": python_version(),
        "executable": sys.executable,
        "system": platform(),
    }
    return Result("gitledger.version/1", payload, lines(f"gitledger, version {__version__}"))
