"""A lake in an object store, brought here by pyarrow for as long as a question takes.

A store has one PUT and no rename, and DuckDB's reader of stores is not in its wheel: so a lake is
read as files, and written by whatever copies a folder. Depends on pyarrow.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from gitledger.errors import GitledgerError
from gitledger.fleet.columns import SCHEMA
from gitledger.fleet.lake import (
    FAILED,
    HINT,
    KEPT,
    OUTCOMES,
    REPOSITORIES,
    LakeUnreadable,
    refuse_other_schema,
)

ASK = "see that the address is right and that this machine may read it"


@contextmanager
def lake_copy(address: str) -> Iterator[Path]:
    """The folder of a lake's copy, gone afterwards. Raises LakeUnreadable."""
    try:
        from pyarrow import fs  # noqa: PLC0415 - large
    except ImportError:
        raise GitledgerError("a lake in a store needs pyarrow", HINT) from None
    try:
        store, root = fs.FileSystem.from_uri(address)
        versions = store.get_file_info(fs.FileSelector(f"{root}/{OUTCOMES}", allow_not_found=True))
    except (OSError, ValueError) as error:
        raise LakeUnreadable(f"{address} cannot be read: {error}", ASK) from None
    refuse_other_schema([one.base_name for one in versions], address)
    with TemporaryDirectory(prefix="gitledger-lake-") as name:
        for part in (f"{OUTCOMES}/v{SCHEMA}", f"{KEPT}/v{SCHEMA}", REPOSITORIES, FAILED):
            selector = fs.FileSelector(f"{root}/{part}", allow_not_found=True)
            there = [one for one in store.get_file_info(selector) if one.is_file]
            folder = Path(name) / part
            folder.mkdir(parents=True)
            for one in there:
                if not one.base_name.startswith("."):
                    fs.copy_files(
                        one.path, str(folder / one.base_name), store, fs.LocalFileSystem()
                    )
        yield Path(name)
