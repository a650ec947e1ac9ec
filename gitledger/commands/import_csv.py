"""`import csv`: a CSV file kept by hand becomes rows; importing it again adds nothing."""

from gitledger.book.ledger_files import import_file
from gitledger.book.opening import open_book
from gitledger.book.world import World
from gitledger.commands.result import Result, lines
from gitledger.errors import EXIT_NO, EXIT_YES
from gitledger.report.row_text import import_lines


def import_csv(
    world: World, ledger: str, source: str, *, agent: str = "", csv_raw: bool = False
) -> Result:
    """Record the rows of a CSV file that the ledger does not hold yet; all or none.

    Exit 1 when a line contradicts what stands. Raises InvalidData with every problem of the file.
    """
    done = import_file(open_book(world), ledger, source, agent=agent, csv_raw=csv_raw)
    told = import_lines(ledger, len(done.fresh), done.already, done.told)
    code = EXIT_NO if done.problems else EXIT_YES
    return Result("gitledger.import/1", done.payload(), lines(*told), (), code)
