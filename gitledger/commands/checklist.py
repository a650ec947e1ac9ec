"""`checklist`: the deliverables of a week, each done or with the command that does it."""

from gitledger.book.deliverables import SCHEMA, deliverables
from gitledger.book.opening import open_book
from gitledger.book.world import World
from gitledger.commands.result import Result, lines, wrap_lines
from gitledger.errors import EXIT_NO, EXIT_YES
from gitledger.report.checklist_text import checklist_markdown, checklist_text


def checklist(world: World, week: str = "", *, markdown: bool = False) -> Result:
    """The list of a week; exit 0 when it is complete, 1 when something is missing."""
    payload = deliverables(open_book(world), week)
    code = EXIT_YES if payload["complete"] else EXIT_NO
    shown = lines(checklist_markdown(payload)) if markdown else wrap_lines(checklist_text(payload))
    return Result(SCHEMA, payload, shown, exit_code=code)
