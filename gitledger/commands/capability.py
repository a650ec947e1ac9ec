"""`capability add|list|import`: the map of what is to be built."""

from dataclasses import asdict, dataclass

from gitledger.book.ledger_files import import_file
from gitledger.book.once import record_fact, stated_fields
from gitledger.book.opening import open_book
from gitledger.book.world import World
from gitledger.commands.result import Result, wrap_lines
from gitledger.errors import EXIT_NO, EXIT_YES
from gitledger.report.row_text import capability_lines, import_lines, no_rows, table_lines

SCHEMA = "gitledger.capability/1"
SHOWN = ("capability", "name", "weight", "criticality", "owner")


@dataclass(frozen=True, slots=True)
class Capability:
    """A capability of the map; empty fields are unknown."""

    capability: str
    name: str
    type: str = ""
    weight: str = ""
    acceptance_path: str = ""
    criticality: str = ""
    owner: str = ""


def capability_add(world: World, added: Capability, *, agent: str = "") -> Result:
    """Put a capability on the map."""
    payload = record_fact(
        open_book(world), "capabilities", stated_fields(asdict(added)), agent=agent
    )
    return Result(SCHEMA, payload, wrap_lines(*capability_lines(payload)))


def capability_list(world: World) -> Result:
    """The map: id, name, weight, criticality, owner."""
    rows = open_book(world).rows_if_any("capabilities")
    payload = {"rows": [{"row": row.id, **row.values} for row in rows]}
    told = table_lines(payload["rows"], SHOWN) if rows else no_rows("capabilities")
    return Result(SCHEMA, payload, wrap_lines(*told))


def capability_import(world: World, file: str, *, agent: str = "") -> Result:
    """The map from a CSV file; importing it again adds nothing. Exit 1 when a line contradicts."""
    done = import_file(open_book(world), "capabilities", file, agent=agent)
    told = import_lines("capabilities", len(done.fresh), done.already, done.problems)
    code = EXIT_NO if done.problems else EXIT_YES
    return Result("gitledger.import/1", done.payload(), wrap_lines(*told), (), code)
