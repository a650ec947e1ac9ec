"""`rules show|set`: the gate rules of the decision card, replaced whole.

A change is a commit like any other, so that a review sees it; a file that cannot be used is
refused with everything that is wrong with it.
"""

from gitledger.book.opening import open_book
from gitledger.book.settings import RULES, replace_setting, setting_payload
from gitledger.book.world import World, read_text
from gitledger.commands.result import Result, lines
from gitledger.report.settings_text import loosened_notes, setting_line

SCHEMA = "gitledger.rules/1"


def show_rules(world: World) -> Result:
    """The file as it stands at the tip, and its SHA-256 as cards name it."""
    payload = setting_payload(open_book(world).tip, RULES)
    return Result(SCHEMA, payload, lines(payload["text"].rstrip("\n")))


def set_rules(world: World, source: str) -> Result:
    """Put another text in its place. Raises InvalidData with every problem."""
    payload = replace_setting(open_book(world), RULES, read_text(world, source), source)
    told = lines(setting_line(payload))
    return Result(SCHEMA, payload, told, notes=loosened_notes(payload))
