"""Whether the process that a file names still lives: git's `gc.pid`, and our recorder's own.

Light: the hooks of agents load it.
"""

import os


def is_alive(process: int) -> bool:
    """Whether a process of this machine lives, whoever it belongs to."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:  # EPERM: another user's, and alive
        return True
    return True
