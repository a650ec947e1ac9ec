"""A limit for what runs while nobody waits: when it is over, whatever runs then is left.

A row is recorded whole or not at all and each step is worked out anew, so the next run goes on as
it would after a kill. Steps that a limit in between would end are long by nature: the churn of a
huge range, a ledger of many rows read over a slow disk.
"""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from threading import current_thread, main_thread
from types import FrameType
from typing import NoReturn


class TimeUp(BaseException):
    """The limit was reached; no handler of errors on the way may take it for its own."""


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """Raise TimeUp in the block once so many seconds have passed."""
    if current_thread() is not main_thread():
        yield  # signals reach the main thread alone
        return

    def ring(_number: int, _frame: FrameType | None) -> NoReturn:
        raise TimeUp

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
