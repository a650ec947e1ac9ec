"""What happened by itself and waits to be said: one line of JSON each in our git folder.

Written by processes that nobody looks at, each line by one append. The next command says it once,
in one line; `gitledger news` shows all of it and clears it.
"""

import json
import os
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any

from gitledger.git.files import append, bytes_at, forget, replace_file
from gitledger.git.repository import Repository
from gitledger.ledger.values import stamp

FILE, TOLD = "news", "news-told"
LONGEST = 4000
MOST_BYTES = 1 << 20
ENDED = " ended: "  # as `report.upkeep_text.ended_line` tells it
HEAD = 100  # characters of one news in the one line


def leave_news(repository: Repository, at: datetime, event: str, lines: Iterable[str]) -> None:
    """Leave sentences for whoever looks next; the disk may refuse, and nobody is held up."""
    texts = [line.strip()[:LONGEST] for line in lines if line.strip()]
    data = "".join(
        json.dumps({"at": stamp(at), "event": event, "said": said}) + "\n" for said in texts
    )
    if not data or size(repository) > MOST_BYTES:
        return
    with suppress(OSError):  # what the news tell of is recorded; they alone are lost
        append(repository.state / FILE, data.encode())


def waiting_news(repository: Repository, *, since: int = 0) -> list[Mapping[str, Any]]:
    """The news from a place in the file on, oldest first."""
    found: list[Mapping[str, Any]] = []
    for line in bytes_at(repository.state / FILE)[since:].splitlines():
        with suppress(ValueError):  # the last line of a process that was killed while it wrote
            told = json.loads(line)
            if isinstance(told, dict) and isinstance(told.get("said"), str):
                found.append(told)
    return found


def size(repository: Repository) -> int:
    """How many bytes of news wait; 0 where none do. Cheap."""
    try:
        return os.stat(repository.state / FILE).st_size  # noqa: PTH116 - on every command's path
    except OSError:
        return 0


def headline(repository: Repository) -> str:
    """One line on news that were not said yet, "" when there are none; then they are said."""
    now = size(repository)
    said = _told(repository) if now else 0
    if now <= said:
        return ""
    fresh = waiting_news(repository, since=said)
    with suppress(OSError):
        replace_file(repository.state / TOLD, f"{now}\n".encode())
    if not fresh:
        return ""
    text = foremost(fresh).partition("\n")[0]
    shown = text if len(text) <= HEAD else text[: HEAD - 1] + "…"
    more = "" if len(fresh) == 1 else f", and {len(fresh) - 1} more"
    return f"{shown}{more} (gitledger news)"


def foremost(news: Sequence[Mapping[str, Any]]) -> str:
    """The piece that stands for all: the newest window that ended, else the newest of any."""
    told = [str(one["said"]) for one in news]
    return next((said for said in reversed(told) if ENDED in said), told[-1] if told else "")


def clear_news(repository: Repository) -> None:
    """Everything was read."""
    forget(str(repository.state / FILE))
    forget(str(repository.state / TOLD))


def _told(repository: Repository) -> int:
    text = bytes_at(repository.state / TOLD).strip()
    return int(text) if text.isdigit() else 0
