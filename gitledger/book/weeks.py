"""Which calendar week this clone saw last: the first look after a week ends it."""

from contextlib import suppress
from datetime import datetime

from gitledger.git.files import replace_file
from gitledger.git.repository import Repository
from gitledger.windows.worktime import calendar_week

FILE = "week"


def week_over(repository: Repository, now: datetime) -> str:
    """The week that is over since the last look, once; "" where it is not.

    A clock that goes back ends nothing.
    """
    week, path = calendar_week(now), repository.state / FILE
    try:
        seen = path.read_text(encoding="ascii").strip()
    except (OSError, ValueError):  # damaged: at worst the week that ended is named twice
        seen = ""
    if seen >= week:
        return ""
    with suppress(OSError):
        replace_file(path, f"{week}\n".encode())
        return seen
    return ""
