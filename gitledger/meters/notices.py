"""Claude's words when a limit is hit, and bare reset lines: a kind and a moment, no percent.

Depends on the meters room only. They stand in session files and error messages; none of them is
a reading, yet they say when a window starts anew.
"""

import re
from dataclasses import dataclass
from datetime import datetime, tzinfo

from gitledger.meters.claude_rows import RESET
from gitledger.meters.jsontext import epoch_moment
from gitledger.meters.naming import FIVE_HOURS, WEEK
from gitledger.meters.resets import named_zone, nearest, read_wall_time

OLD_NOTICE = re.compile(r"usage limit reached\|(?P<epoch>\d{9,13})", re.IGNORECASE)
HIT = re.compile(r"hit your (?:(?P<span>session|weekly)\s+)?limit", re.IGNORECASE)
METERS = {"session-limit-hit": "5h", "weekly-limit-hit": "weekly"}
WINDOWS = {"session": FIVE_HOURS, "weekly": WEEK}


@dataclass(frozen=True, slots=True)
class Notice:
    """`reset`, `limit-hit`, `session-limit-hit` or `weekly-limit-hit`, and the reset in UTC."""

    kind: str
    resets_at: datetime

    @property
    def meter(self) -> str | None:
        """The meter that is full by it: "" where it does not say which, None where none is."""
        return {"reset": None, "limit-hit": ""}.get(self.kind, METERS.get(self.kind))


def read_notice(text: str, *, at: datetime, tz: tzinfo) -> Notice | None:
    """The notice in a line, None when it names no reset that can be understood."""
    old = OLD_NOTICE.search(text)
    if old:
        moment = epoch_moment(int(old["epoch"]))
        return Notice("limit-hit", moment) if moment else None
    found = RESET.search(" ".join(text.split()))
    wall = read_wall_time(found["when"]) if found else None
    if wall is None:
        return None
    hit = HIT.search(text)
    span = (hit["span"] or "").lower() if hit else ""
    kind = "reset" if hit is None else f"{span}-limit-hit".lstrip("-")
    zone = named_zone(wall.zone) if wall.zone else tz
    if zone is None:
        return None
    resets = nearest(wall, at=at, zone=zone, window_minutes=WINDOWS.get(span, WEEK))
    return Notice(kind, resets) if resets else None
