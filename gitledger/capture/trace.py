"""What this machine saw of each account: readings of its meters, and sessions of its agents.

Lines in `$XDG_STATE_HOME/gitledger/` (mode 0600), a file a month, each line written by one append:
any number of writers may be at it. Nothing here leaves the machine; no prompt, path, name of a
repository or session id is in it, only hashes of them. An agent waits for what calls this: it loads
nothing heavy.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Mapping, Sequence

from gitledger.capture.statefolder import account_label, state_folder

TYPE_CHECKING = False
if TYPE_CHECKING:  # `typing` itself takes a while to load
    from datetime import datetime
    from typing import Any

    from gitledger.windows.sessions import SessionEvent
    from gitledger.windows.sighting import Seen

READINGS, SESSIONS, TOKENS = "readings", "sessions", "tokens"
CONFIRMED_SECONDS = 240  # an unchanged meter is told again this long after
LONGEST_LINE = 1 << 15
TAIL_BYTES = 1 << 16  # a writer reads no more of a month's file to see what was told last
LAST_SECOND = 253_402_300_799  # of the year 9999: Python tells no later date
LIMITS = (("five_hour", "5h", 300), ("seven_day", "weekly", 10_080))
POINT = 1.0  # a meter that moved less has not changed


def append(environment: Mapping[str, str], name: str, line: Mapping[str, Any]) -> bool:
    """Add one line to this month's file; False where the folder takes none."""
    import json  # noqa: PLC0415 - a drain only asks how long a file is

    data = json.dumps(line, separators=(",", ":"), default=str).encode() + b"\n"
    if len(data) > LONGEST_LINE:
        return False
    folder = state_folder(environment)
    try:
        os.makedirs(folder, mode=0o700, exist_ok=True)  # noqa: PTH103 - see the module
        path = f"{folder}/{name}-{_month(written_at())}.jsonl"
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW
        descriptor = os.open(path, flags, 0o600)  # names of accounts: for this user alone
    except OSError:
        return False
    try:
        return os.write(descriptor, data) == len(data)
    except OSError:
        return False
    finally:
        os.close(descriptor)


def size_of(environment: Mapping[str, str], name: str) -> str:
    """Which file is written to now, and how long it is: equal while nothing was added."""
    month = _month(written_at())
    try:
        size = os.stat(f"{state_folder(environment)}/{name}-{month}.jsonl").st_size  # noqa: PTH116
    except OSError:  # nothing was ever written
        return ""
    return f"{month} {size}"


def written_at() -> float:
    """When a line is written, Unix seconds: what its file is named after."""
    return time.time()


def _month(seconds: float) -> str:
    """The month of a moment in UTC, as files are named."""
    day = time.gmtime(seconds)
    return f"{day.tm_year:04}-{day.tm_mon:02}"


def leave_past(
    environment: Mapping[str, str],
    holder: tuple[str, str],
    source: str,
    shown: Sequence[tuple[float, Sequence[Mapping[str, Any]]]],
) -> int:
    """Keep readings of days gone by, in order of time, as far as each says something new.

    Read again they are the same lines, which count once. How many lines were written.
    """
    known: dict[str, object] = {}
    written = 0
    for at, readings in shown:
        line = _reading_line(holder, at, source, readings)
        if not known or _is_news(known, line):
            known = line
            written += append(environment, READINGS, line)
    return written


def _reading_line(
    holder: tuple[str, str], at: float, source: str, readings: Sequence[Mapping[str, Any]]
) -> dict[str, object]:
    """What was read of a provider's account (label) at a moment (Unix), as a line says it."""
    told: dict[str, object] = {"seen_at": at, "provider": holder[0], "account": holder[1]}
    return told | {"source": source, "readings": list(map(dict, readings))}


def leave_reading(
    environment: Mapping[str, str],
    holder: tuple[str, str],
    at: float,
    source: str,
    readings: Sequence[Mapping[str, Any]],
) -> bool:
    """Keep a reading of a provider's account (label, "" the usual one), if it says anything new.

    `at` is when it was seen (Unix), `readings` are maps as a snapshots row holds them. New is a
    meter that moved by a point or more, another reset, another meter, or the same seen again some
    minutes later: that the meter stood still is news as well. Whether a line was written.
    """
    shown = [reading for reading in readings if "used_pct" in reading]
    if not shown:
        return False
    line = _reading_line(holder, at, source, shown)
    for known in reversed(list(_tail(environment, READINGS))):  # the newest of this account decides
        if (known.get("provider"), known.get("account")) != holder:
            continue
        if known.get("seen_at") == at:
            return False
        if float(known.get("seen_at", 0)) < at:
            if not _is_news(known, line):
                return False
            break
    return append(environment, READINGS, line)


def leave_limits(environment: Mapping[str, str], limits: Mapping[str, Any], at: float) -> bool:
    """Keep what a status line was handed: limits by name, as Claude Code gives them."""
    readings = []
    for name, meter, minutes in LIMITS:
        given = limits.get(name)
        used = given.get("used_percentage") if isinstance(given, Mapping) else None
        # JSON's true is a number to Python
        if isinstance(used, bool) or not isinstance(used, int | float) or not 0 <= used <= 1000:
            continue
        shown = round(used, 1)
        reading: dict[str, object] = {"bucket": "default", "meter": meter, "used_pct": f"{shown:g}"}
        reading |= {"resolution": "1" if shown == int(shown) else "0.1", "rounding": "round"}
        reading["window_minutes"] = minutes
        resets = given.get("resets_at") if isinstance(given, Mapping) else None
        if isinstance(resets, int | float) and 0 < resets < LAST_SECOND:
            reading["resets_at"] = moment_text(int(resets))
        readings.append(reading)
    holder = ("claude", account_label("claude", environment))
    return leave_reading(environment, holder, at, "claude-statusline", readings)


def moment_text(seconds: int) -> str:
    """Unix seconds as rows have them; `datetime` would cost a status line two milliseconds."""
    t = time.gmtime(seconds)
    day = f"{t.tm_year:04}-{t.tm_mon:02}-{t.tm_mday:02}"
    return f"{day}T{t.tm_hour:02}:{t.tm_min:02}:{t.tm_sec:02}Z"


def _is_news(known: Mapping[str, Any], line: Mapping[str, Any]) -> bool:
    """Whether a line says more than the one before it of the same account."""
    if line["seen_at"] - float(known["seen_at"]) >= CONFIRMED_SECONDS:
        return True
    old = {_meter(reading): reading for reading in known.get("readings", ())}
    return any(
        (before := old.get(_meter(reading))) is None
        or abs(float(reading["used_pct"]) - float(before["used_pct"])) >= POINT
        or str(reading.get("resets_at")) != str(before.get("resets_at"))
        for reading in line["readings"]
    )


def _meter(reading: Mapping[str, Any]) -> tuple[str, str]:
    return (str(reading.get("bucket", "")), str(reading.get("meter", "")))


def readings_since(
    environment: Mapping[str, str],
    since: datetime,
    *,
    provider: str = "",
    account: str | None = None,
) -> tuple[Seen, ...]:
    """Readings kept on this machine, seen at `since` or later, in order of time, each once."""
    from gitledger.windows.sighting import seen_of  # noqa: PLC0415 - a hook writes only

    found = {}
    for line in _lines(environment, READINGS, since):
        seen = seen_of(line)
        if seen is None or seen.seen_at < since:
            continue
        if provider in {"", seen.provider} and account in {None, seen.account}:
            found[(seen.provider, seen.account, seen.seen_at)] = seen
    return tuple(sorted(found.values(), key=lambda one: one.seen_at))


def sessions_since(environment: Mapping[str, str], since: datetime) -> tuple[SessionEvent, ...]:
    """What sessions said on this machine at `since` or later, in order of time."""
    from gitledger.windows.sessions import event_of  # noqa: PLC0415 - a hook writes only

    events = [event_of(line) for line in _lines(environment, SESSIONS, since)]
    told = [event for event in events if event is not None and event.at >= since]
    return tuple(sorted(told, key=lambda event: event.at))


def token_lines(environment: Mapping[str, str], since: datetime) -> Iterator[Mapping[str, Any]]:
    """What was counted of tokens on this machine, written at `since` or later."""
    return _lines(environment, TOKENS, since)


def _lines(
    environment: Mapping[str, str], name: str, since: datetime
) -> Iterator[Mapping[str, Any]]:
    """The lines of every month from `since` on; what is no line of ours is passed over."""
    folder = state_folder(environment)
    first = _month(max(since.timestamp(), 0) - 86_400)
    try:
        names = sorted(os.listdir(folder))  # noqa: PTH208 - see the module
    except OSError:
        return
    for file in names:
        month = file.removeprefix(f"{name}-").removesuffix(".jsonl")
        if file == f"{name}-{month}.jsonl" and month >= first:
            yield from _read(f"{folder}/{file}")


def _tail(environment: Mapping[str, str], name: str) -> Iterator[Mapping[str, Any]]:
    """The last lines of this month's file."""
    month = _month(written_at())
    yield from _read(f"{state_folder(environment)}/{name}-{month}.jsonl", most=TAIL_BYTES)


def _read(path: str, most: int = 0) -> Iterator[Mapping[str, Any]]:
    try:
        with open(path, "rb") as file:  # noqa: PTH123 - see the module
            size = file.seek(0, os.SEEK_END)
            file.seek(max(size - most, 0) if most else 0)
            data = file.read()
    except OSError:
        return
    import json  # noqa: PLC0415 - as above

    for line in data.split(b"\n"):
        if not line.startswith(b"{"):
            continue  # cut at the beginning of a tail, or damaged
        try:
            found = json.loads(line)
        except ValueError:  # a writer was killed in it; each line is one write
            continue
        if isinstance(found, dict):
            yield found
