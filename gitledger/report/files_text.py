"""Files that a verb wrote or compared, as text: exports, pages, packs."""

import shlex
from collections.abc import Mapping, Sequence
from typing import Any

from gitledger.report.figures import count_text


def export_line(payload: Mapping[str, Any]) -> str:
    """How many files were written, and where."""
    return f"Wrote {count_text(len(payload['files']), 'file')} to {payload['out']}."


def page_lines(payload: Mapping[str, Any]) -> list[str]:
    """The page that was written, and its row where it was recorded."""
    told = [f"Wrote {payload['file']} ({payload['bytes']:,} bytes)."]
    if "row" in payload:
        told.append(f"Recorded as report {payload['id']} (row {payload['row']}).")
    return told


def page_again_line(name: str, payload: Mapping[str, Any]) -> str:
    """Whether a page that was made again is the same."""
    if payload["identical"]:
        return f"{name} identical, byte for byte"
    return f"{name} differs: {payload['sha256'][:12]} was, {payload['again'][:12]} is"


def pack_lines(payload: Mapping[str, Any], logs: str) -> list[str]:
    """The pack that was written, and how many logs of runs lack on this machine."""
    told = [export_line(payload)]
    if lacking := payload["logs_lacking"]:
        told.append(f"{count_text(len(lacking), 'log')} of runs lack here: see {logs}.")
    return told


def pack_again_lines(name: str, files: Sequence[str], wrong: Sequence[str]) -> list[str]:
    """What is not as it is made again, else that everything is."""
    return [*wrong] or [f"{name}: {count_text(len(files), 'file')} as made again"]


def demo_line(payload: Mapping[str, Any]) -> str:
    """Where the week of the demo was kept, and what was refused in it."""
    if payload["refused"]:
        return "\n".join(f"refused: gitledger {words}" for words in payload["refused"])
    kept = payload["repository"]
    return f"\nKept in {kept}.\nnext: gitledger -C {shlex.quote(kept)} preview" if kept else ""
