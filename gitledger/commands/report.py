"""`report`: the ledger as one HTML page that can be forwarded, and a kept page made again."""

from collections.abc import Mapping
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

from gitledger.book.case import seen_of
from gitledger.book.opening import open_book, stand_at
from gitledger.book.page import (
    FILE,
    ID_DIGITS,
    PageRequest,
    issued_page,
    page_text,
    recipe_in,
    record_page,
)
from gitledger.book.world import TOOL, World, read_text
from gitledger.commands.result import Result, lines
from gitledger.decision.scope import ALL
from gitledger.errors import EXIT_NO, EXIT_YES, UnreadableInput, UsageError
from gitledger.git.files import put_in_folder
from gitledger.report.files_text import page_again_line, page_lines

SCHEMA = "gitledger.report/1"


def report(world: World, asked: PageRequest, *, out: str = "", issue: bool = False) -> Result:
    """Write the page of a scope; with `issue` record how it was made and its hash.

    Raises UsageError, UnknownWindow, WriteFailed, and what opening the ledger raises.
    """
    if out == "-":
        raise UsageError("the page is a file, not a stream", f"gitledger report --out {FILE}")
    book = open_book(world)
    made = page_text(book, asked, None)
    path = world.directory / Path(out or FILE).expanduser()
    digest = sha256(made.encode()).hexdigest()
    put_in_folder(path, made.encode(), 0o644)
    payload: dict[str, Any] = {
        "file": str(path),
        "bytes": len(made.encode()),
        "sha256": digest,
        "subject": asked.window or ALL,
        "tip": (book.tip.commit or b"").hex(),
    }
    if issue:
        row = record_page(book, made, digest)
        payload |= {"id": digest[:ID_DIGITS], "row": row}
    return Result(SCHEMA, payload, lines(*page_lines(payload)))


def recompute(world: World, given: str) -> Result:
    """Make a kept or an issued page again from its own tip; exit 0 when every byte is the same.

    Raises UnreadableInput for a page of another version: it is named, not compared.
    """
    book = open_book(world)
    kept, digest = issued_page(book, given)
    if kept is None:
        text = read_text(world, given)
        kept, digest = recipe_in(text, given), sha256(text.encode()).hexdigest()
    tool = str(kept.get("tool", ""))
    if tool != TOOL:
        what = f"{given} was made by {tool}; this is {TOOL}"
        raise UnreadableInput(what, f"use {tool} to compare it")
    tip = str(kept.get("tip", ""))
    stand_at(book, tip, "the page's")
    options = kept.get("options")
    asked = replace(PageRequest(), **(dict(options) if isinstance(options, Mapping) else {}))
    again = sha256(page_text(book, asked, seen_of(kept.get("world"))).encode()).hexdigest()
    same = again == digest
    payload = {"identical": same, "sha256": digest, "again": again, "tip": tip, "tool": tool}
    told = page_again_line(given, payload)
    return Result(SCHEMA, payload, lines(told), exit_code=EXIT_YES if same else EXIT_NO)
