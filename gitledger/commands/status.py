"""`status`: what is open, what the meters said last, what was not shared yet, what to do next."""

from collections.abc import Mapping, Sequence
from typing import Any

from gitledger.book.book import Book
from gitledger.book.opening import open_book
from gitledger.book.retained import held_rows
from gitledger.book.unshared import unshared_rows
from gitledger.book.windows import Folded, fold_book
from gitledger.book.world import World
from gitledger.commands.result import Result, lines
from gitledger.ledger.values import stamp
from gitledger.measure.estimate import short_percent
from gitledger.report.figures import counted
from gitledger.windows.pace import last_readings, pace_payload
from gitledger.windows.snapshot import NO_ACCOUNT
from gitledger.windows.spans import awaiting_finalisation, open_windows
from gitledger.windows.window import OpenWindow

HELD = 5  # held rows that are named


def status(world: World) -> Result:
    """Open windows, windows to finalise, last readings with their pace, rows not shared."""
    book = open_book(world)
    folded = fold_book(book, ("snapshots", "windows"))
    agents = dict.fromkeys((world.agent, *(e.agent for e in open_windows(folded.windows))))
    payload: dict[str, Any] = {
        "agent": world.agent,
        "open": [open_payload(entry) for entry in open_windows(folded.windows)],
        "to_finalise": {
            agent: list(ids)
            for agent in agents
            if (ids := awaiting_finalisation(folded.windows, agent))
        },
        "readings": [pace_payload(last, world.now) for last in last_readings(folded.windows)],
        "windows": len(folded.windows),
        "unsynced": unsynced(book),
        "held": sorted(held_rows(book.repository)),
    }
    payload["next"] = next_step(folded, world.agent)
    return Result("gitledger.status/1", payload, lines(*_text(payload)), notes=folded.notes)


def open_payload(entry: OpenWindow) -> dict[str, Any]:
    """An open window as JSON."""
    return {
        "window": entry.window,
        "agent": entry.agent,
        "provider": entry.provider,
        "account": entry.account,
        "since": stamp(entry.since),
        "row": entry.row,
    }


def unsynced(book: Book) -> int | None:
    """Rows of the ledger branch that no remote has; None when it was never shared."""
    rows = unshared_rows(book.repository, book.branch)
    return None if rows is None else len(rows)


def next_step(folded: Folded, agent: str) -> str:
    """The command that an agent most likely wants now."""
    ended = awaiting_finalisation(folded.windows, agent)
    if ended:
        return f"gitledger complete --window {ended[0]} --features PROVIDER=N"
    mine = [entry for entry in open_windows(folded.windows) if entry.agent == agent]
    if mine:
        return f"gitledger end {mine[0].provider}"
    return "gitledger preview" if folded.windows else "gitledger start PROVIDER"


def _text(payload: Mapping[str, Any]) -> list[str]:
    many = payload["windows"]
    told = [f"{counted(many, 'window')} recorded"]
    for entry in payload["open"]:
        since = entry["since"][:16].replace("T", " ")
        holder = _holder(entry)
        told.append(f"  open: {entry['window']} on {holder} by {entry['agent']} since {since}Z")
    for agent, ids in payload["to_finalise"].items():
        told.append(f"  to finalise: {', '.join(ids)} ({agent})")
    told += reading_lines(payload["readings"])
    if payload["unsynced"]:
        rows = counted(payload["unsynced"], "row is", "rows are")
        told.append(f"  {rows} not shared yet: gitledger sync")
    if payload["held"]:
        rows = counted(len(payload["held"]), "row is", "rows are")
        told.append(f"  {rows} held back here: {', '.join(payload['held'][:HELD])}")
    return [*told, f"next: {payload['next']}"]


def reading_lines(readings: Sequence[Mapping[str, Any]]) -> list[str]:
    """Last readings as text, with their pace where it is known."""
    told = []
    for entry in readings:
        meter = entry["meter"] if entry["bucket"] == "default" else _pool(entry)
        shown = entry["captured_at"][:16].replace("T", " ")
        line = f"  {_holder(entry)} {meter}: {entry['used_pct']} % used at {shown}Z"
        if entry["has_reset"]:
            line += ", reset since"
        elif entry["time_gone_pct"] is not None:
            line += f", {short_percent(entry['time_gone_pct'] / 100)} of its time gone"
        told.append(line)
    return told


def _holder(entry: Mapping[str, Any]) -> str:
    plain = entry["account"] == NO_ACCOUNT
    return str(entry["provider"]) if plain else f"{entry['provider']}/{entry['account']}"


def _pool(entry: Mapping[str, Any]) -> str:
    return f"{entry['bucket']} {entry['meter']}"
