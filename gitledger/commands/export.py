"""`export`: rows out of the ledger, one ledger to standard output or all of them to a folder."""

from pathlib import Path

from gitledger.book.ledger_files import ledger_file
from gitledger.book.opening import open_book
from gitledger.book.world import World
from gitledger.commands.result import Result, lines
from gitledger.errors import UsageError
from gitledger.git.files import put_in_folder
from gitledger.report.files_text import export_line


def export(
    world: World,
    ledger: str = "",
    *,
    form: str = "csv",
    with_raw: bool = False,
    csv_raw: bool = False,
    out: str = "",
) -> Result:
    """Rows of one ledger as bytes, or a file a ledger in `out`.

    `with_raw` gives the rows that no longer count too, with the correction that says so; `csv_raw`
    leaves cells that a spreadsheet would run as they are. Raises
    UnknownLedger, UsageError, WriteFailed.
    """
    if not ledger and not out:
        raise UsageError("name a ledger, or a folder with --out", "gitledger ledger list")
    if form == "parquet" and not out:
        raise UsageError("Parquet is binary: name a folder with --out")
    book = open_book(world)
    names = [ledger] if ledger else list(book.ledgers)
    files = {f"{name}.{form}": ledger_file(book, name, form, (with_raw, csv_raw)) for name in names}
    if not out:
        data = files[f"{ledger}.{form}"]
        return Result("gitledger.export/1", {"ledger": ledger}, lines(data.decode()), raw=data)
    folder = world.directory / Path(out).expanduser()
    for name, data in files.items():
        put_in_folder(folder / name, data)
    written = [str(folder / name) for name in files]
    payload = {"out": str(folder), "files": written, "tip": (book.tip.commit or b"").hex()}
    return Result("gitledger.export/1", payload, lines(export_line(payload)))
