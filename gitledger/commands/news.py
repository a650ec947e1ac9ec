"""`news`: what was done by itself since somebody looked; shown once, then cleared."""

from dataclasses import replace

from gitledger.book.news import clear_news, waiting_news
from gitledger.book.opening import open_book
from gitledger.book.world import World
from gitledger.capture.waiting import record_waiting
from gitledger.commands.result import Result, lines
from gitledger.report.upkeep_text import news_lines

SCHEMA = "gitledger.news/1"


def news(world: World) -> Result:
    """Everything that waits to be said, oldest first. Raises what opening a ledger does."""
    record_waiting(replace(world, say=lambda _line: None, hushed=True))
    book = open_book(world)
    found = waiting_news(book.repository)
    clear_news(book.repository)
    return Result(SCHEMA, {"news": found}, lines(*news_lines(found)))
