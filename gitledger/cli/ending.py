"""How the program ends when no answer came.

Stopped by hand, a closed pipe, a refusal of the system, a package that is not there, a bug.
"""

import errno
import os
import sys

import click

from gitledger.cli.interrupt import EXIT_STOPPED, INTERRUPT, STOPPED
from gitledger.errors import EXIT_BUG, EXIT_CANNOT

REFUSED_BY_THE_SYSTEM = {  # what a system may refuse at any file: no bug of ours
    *(errno.EROFS, errno.ENOSPC, errno.EDQUOT, errno.EACCES, errno.EPERM, errno.EIO, errno.EFBIG),
    *(errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.ELOOP, errno.ENAMETOOLONG, errno.ESTALE),
}
OUTPUT_REFUSED = {errno.ENOSPC, errno.EIO, errno.EDQUOT, errno.EFBIG}
# what is imported -> what is installed; loaded by the verbs that need it, and only then
LOADED_LATE = {
    "genai_prices": "genai-prices",
    "jinja2": "jinja2",
    "msgspec": "msgspec",
    "numpy": "numpy",
    "pandas": "pandas",
    "pygit2": "pygit2",
    "pyarrow": "pyarrow",
    "regex": "regex",
    "rich": "rich",
    "ruamel": "ruamel.yaml",
    "scipy": "scipy",
}


def exit_code_of(error: BaseException) -> int:
    """The exit code of an end that is no answer: stopped by hand, a closed pipe, a bug."""
    if INTERRUPT.came or isinstance(error, click.Abort | KeyboardInterrupt):
        return answer_interrupt()
    if isinstance(error, BrokenPipeError):
        return quiet_pipe()
    if isinstance(error, OSError) and error.filename is None and error.errno in OUTPUT_REFUSED:
        click.echo(f"gitledger: the answer could not be written: {error.strerror}", err=True)
        quiet_pipe()
        return EXIT_CANNOT
    if isinstance(error, OSError) and error.errno in REFUSED_BY_THE_SYSTEM:
        where = (
            f"{os.fsdecode(error.filename)}: " if isinstance(error.filename, str | bytes) else ""
        )
        click.echo(f"gitledger: {where}{error.strerror}", err=True)
        click.echo("  next: fix that and run it again", err=True)
        return EXIT_CANNOT
    if isinstance(error, ModuleNotFoundError) and (package := package_of(error.name or "")):
        click.echo(f"gitledger: the package {package} is not installed here", err=True)
        click.echo(f"  next: {sys.executable} -m pip install {package}", err=True)
        return EXIT_CANNOT
    import traceback

    traceback.print_exception(error)
    click.echo("gitledger: this is a bug in gitledger; the traceback above says where", err=True)
    return EXIT_BUG


def answer_interrupt() -> int:
    """What a Ctrl-C is answered with."""
    click.echo(STOPPED, err=True)
    return EXIT_STOPPED


def package_of(module: str) -> str:
    """The package to install for a module that was not found; "" for one that is ours."""
    return LOADED_LATE.get(module.partition(".")[0], "")


def quiet_pipe() -> int:
    """The reader went away: say nothing, as other filters do."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 128 + 13
