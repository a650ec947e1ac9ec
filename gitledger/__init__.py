"""gitledger: what a percent of each coding-agent subscription buys in shipped, lasting work."""

TYPE_CHECKING = False
if TYPE_CHECKING:  # `typing` itself takes a while to load
    from os import PathLike

    from gitledger.frames import Notebook

__version__ = "0.2.0"


def open(path: "str | PathLike[str]" = ".", *, ledger: str = "") -> "Notebook":  # noqa: A001 - gitledger.open reads so
    """The ledger of the repository at a path, for notebooks; `ledger` names another branch.

    Nothing is read before a frame is asked for: `gitledger.open(".").frame("windows")`.
    """
    from pathlib import Path  # noqa: PLC0415 - a hook imports this module, a notebook calls it

    from gitledger.frames import Notebook  # noqa: PLC0415

    return Notebook(Path(path), ledger)
