"""Ctrl-C at any moment: one line and exit 130, never a traceback.

While modules load the signal simply ends the program (`__main__` sees to that: nothing is open
yet). Afterwards the first one is raised where the program stands, so that what is open is closed;
it is remembered, since code in between may turn it into an error of its own. A second one ends the
program at once.
"""

import os
import signal
import sys
from types import FrameType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sys import UnraisableHookArgs

EXIT_STOPPED = 130
STOPPED = "gitledger: stopped"


class Interrupt:
    """Guards that a Ctrl-C is remembered, whatever became of its exception."""

    def __init__(self) -> None:
        self.came = False

    def listen(self) -> None:
        """Take Ctrl-C from here on, unless the program was started to ignore it."""
        if signal.getsignal(signal.SIGINT) in {signal.SIG_DFL, signal.default_int_handler}:
            signal.signal(signal.SIGINT, self._raise)
            sys.unraisablehook = self._lost

    def leave(self) -> None:
        """The answer is given: a Ctrl-C from here on ends the program at once, without a word."""
        if signal.getsignal(signal.SIGINT) == self._raise:
            signal.signal(signal.SIGINT, signal.SIG_DFL)

    def _raise(self, _signal: int, _frame: FrameType | None) -> None:
        self.came = True
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        raise KeyboardInterrupt

    def _lost(self, lost: "UnraisableHookArgs") -> None:
        """Python drops what is raised while it tidies up: the program ends here then."""
        if not issubclass(lost.exc_type, KeyboardInterrupt):
            sys.__unraisablehook__(lost)
            return
        os.write(2, f"{STOPPED}\n".encode())
        os._exit(EXIT_STOPPED)


INTERRUPT = Interrupt()
