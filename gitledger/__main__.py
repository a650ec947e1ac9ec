"""The program: where the console script and `python -m gitledger` begin.

Imports cli only, but for what an agent waits for: that verb has no options and loads little.
"""

import _signal  # type: ignore[import-not-found] # built in: `signal` itself takes a while to load
import gc
import sys

NEW_OBJECTS = 100_000  # between two looks for cycles; Python's own 700 finds imports over and over

WINDOWS = """\
gitledger: Windows itself is not supported: locks and hooks here are those of POSIX systems
  next: install and run gitledger inside WSL, on a repository on WSL's own disk
"""
CANNOT = 3  # as in gitledger.errors, which is not loaded before this is known


def main() -> None:
    """Run the program and exit.

    What a verb makes is in use until it ends a tenth of a second later: looking for cycles in it,
    and at all of it once more on the way out, would take a fifth of that time. Work on many rows
    still passes the threshold.
    """
    if sys.platform == "win32":
        sys.stderr.write(WINDOWS)
        sys.exit(CANNOT)
    if _signal.getsignal(_signal.SIGINT) is _signal.default_int_handler:
        # while modules load, Ctrl-C ends the program: a traceback of half an import helps nobody
        _signal.signal(_signal.SIGINT, _signal.SIG_DFL)
    gc.set_threshold(NEW_OBJECTS)
    if sys.argv[1:2] == ["agent-hook"] and not {"--help", "-h"} & set(sys.argv[2:]):
        from gitledger.commands.agent_hook import run  # noqa: PLC0415 - see above

        sys.exit(run(sys.argv[2:]))
    if sys.argv[1:] == ["statusline"]:
        from gitledger.commands.statusline import run as line  # noqa: PLC0415 - at every redraw

        sys.exit(line())
    from gitledger.cli.main import main as program  # noqa: PLC0415 - a third is spent importing it

    try:
        program()
    finally:
        gc.freeze()


if __name__ == "__main__":
    main()
