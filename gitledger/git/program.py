"""The git program: the one place that starts it, and the words and variables it is pinned by.

May import errors only. A repository may be a stranger's: what its configuration names (a file
system monitor, hooks, an external diff, a pager, a transport) is not run, nothing is asked on a
terminal, and nothing is fetched, unless a caller says so by `fetching`. Objects are read by
`plumbing`, which also shuts out every other setting.
"""

import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from signal import SIGKILL
from threading import Thread
from typing import IO, TYPE_CHECKING, NoReturn, TypeAlias, cast

from gitledger.errors import GitFailed, SigningFailed

if TYPE_CHECKING:
    import subprocess
    from io import BufferedReader

    Running: TypeAlias = subprocess.Popen[bytes]
    Finished: TypeAlias = subprocess.CompletedProcess[bytes]

OLDEST = (2, 31)  # GIT_CONFIG_COUNT and `rev-parse --path-format` came with it
OLDEST_NAME = ".".join(map(str, OLDEST))
# `-c` is stronger than any file, than GIT_CONFIG_COUNT too. An empty monitor is none for git
# before 2.36, where the value is a program's path, and false for git since then.
PINS = (
    "--no-pager",
    *("-c", "core.fsmonitor="),
    *("-c", f"core.hooksPath={os.devnull}"),
    *("-c", "diff.external="),
    *("-c", "log.showSignature=false"),
    *("-c", "core.askPass="),
)
NOTHING_RUNS = {
    "GIT_ALLOW_PROTOCOL": "none",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "LC_ALL": "C",
}
# for repositories that a list names: no plain text on the way, and nobody is asked anything
COLLECTING = {
    "GIT_ALLOW_PROTOCOL": "file:https:ssh",
    "GIT_NO_LAZY_FETCH": "0",
    **dict.fromkeys(("GIT_ASKPASS", "SSH_ASKPASS"), ""),
}
FETCHING = {"GIT_ALLOW_PROTOCOL": "file:git:http:https:ssh", "GIT_NO_LAZY_FETCH": "0"}
# settings by which a fetch starts a program; in a repository's own files they are a stranger's
NAMES_A_PROGRAM = (
    r"^(core\.(sshcommand|gitproxy|alternaterefscommand)|credential(\..*)?\.helper"
    r"|remote\..*\.(uploadpack|receivepack|vcs))$"
)
ASK_FOR_PROGRAMS = ("config", "--show-scope", "-z", "--get-regexp", NAMES_A_PROGRAM)
OF_THE_REPOSITORY = {"local", "worktree"}


def run(
    words: Sequence[str],
    *,
    directory: str | os.PathLike[str],
    environment: Mapping[str, str],
    stdin: bytes = b"",
    pins: Sequence[str] = PINS,
    fetching: bool = False,
) -> "Finished":
    """A git that has ended, what it printed, and its exit code. Raises GitFailed without a git.

    Without `pins` git answers as the user's own would: for questions about settings alone.
    `fetching` lets it ask a remote for what a partial clone lacks; ask `may_fetch` first.
    """
    import subprocess  # noqa: PLC0415 - slow to load, and an append seldom runs git

    try:
        return subprocess.run(
            ["git", *pins, *words],
            input=stdin,
            capture_output=True,
            cwd=directory,
            env={**environment, **NOTHING_RUNS, **(FETCHING if fetching else {})},
            check=False,
        )
    except OSError as error:
        _refuse(error, directory)


def start(
    words: Sequence[str],
    *,
    directory: str | os.PathLike[str],
    environment: Mapping[str, str],
    stdin: IO[bytes] | None = None,
    complaints: bool = True,
    pins: Sequence[str] = PINS,
) -> "Running":
    """A git that runs beside us, with open pipes; whoever starts it ends it.

    Its questions come from a pipe, or from a file that is given as `stdin`. Without `complaints`
    what it complains of is dropped; `pins` as in `run`.
    """
    from subprocess import DEVNULL, PIPE  # noqa: PLC0415 - as above

    asked = PIPE if stdin is None else stdin
    told = {**environment, **NOTHING_RUNS}
    heard = PIPE if complaints else DEVNULL
    return _started((*pins, *words), directory, told, stdin=asked, stderr=heard)


def _started(
    words: Sequence[str],
    directory: str | os.PathLike[str],
    environment: Mapping[str, str],
    *,
    stdin: IO[bytes] | int,
    stderr: int,
    alone: bool = False,
) -> "Running":
    """A git that runs, its pins among its words; `alone`: in a session that is ended as a whole."""
    import subprocess  # noqa: PLC0415 - as above

    try:
        return subprocess.Popen(
            ["git", *words],
            cwd=directory,
            env=environment,
            stdin=stdin,
            stdout=subprocess.PIPE,
            stderr=stderr,
            start_new_session=alone,
        )
    except OSError as error:
        _refuse(error, directory)


def run_signer(
    name: str, words: Sequence[str], *, environment: Mapping[str, str], stdin: bytes = b""
) -> "Finished":
    """A signing program of the user's that has ended, what it printed, and its exit code.

    git itself signs commits and tags only. Raises SigningFailed where it cannot be run.
    """
    import subprocess  # noqa: PLC0415 - as above

    try:
        return subprocess.run(
            [name, *words],
            input=stdin,
            capture_output=True,
            env={**environment, "LC_ALL": "C"},
            check=False,
        )
    except OSError as error:
        hint = "install it, or name another in gpg.ssh.program or gpg.program"
        raise SigningFailed(f"{name} cannot be run: {error.strerror}", hint) from None


def bring(
    words: Sequence[str],
    *,
    directory: str | os.PathLike[str],
    environment: Mapping[str, str],
    seconds: float,
) -> "Finished | None":
    """A git that fetched by itself; None where it, and all it started, was ended for lateness."""
    from subprocess import (  # noqa: PLC0415 - as above
        DEVNULL,
        PIPE,
        CompletedProcess,
        TimeoutExpired,
    )

    told = {**environment, **NOTHING_RUNS, **COLLECTING}
    with _started(
        (*PINS, *words), directory, told, stdin=DEVNULL, stderr=PIPE, alone=True
    ) as running:
        try:
            printed, said = running.communicate(timeout=seconds)
        except BaseException as late:  # its children too: a credential helper outlives git
            os.killpg(running.pid, SIGKILL)
            if isinstance(late, TimeoutExpired):
                return None
            raise
    return CompletedProcess(words, running.returncode, printed, said)


@contextmanager
def conversation(
    words: Sequence[str],
    *,
    directory: str | os.PathLike[str],
    environment: Mapping[str, str],
) -> Iterator[Callable[[Callable[[str], None]], "Finished"]]:
    """A git that talks with a remote beside us: as `run` with `fetching`.

    Ask `named_programs` first. What is handed out waits for its end, and gives each line of its
    progress to a function; its complaints hold no progress. Whoever leaves before ends it.
    """
    from subprocess import DEVNULL, PIPE, CompletedProcess  # noqa: PLC0415 - as above

    told = {**environment, **NOTHING_RUNS, **FETCHING}
    running = _started((*PINS, *words), directory, told, stdin=DEVNULL, stderr=PIPE)
    stdout, stderr = (cast("BufferedReader", pipe) for pipe in (running.stdout, running.stderr))

    def end(heard: Callable[[str], None]) -> "Finished":
        printed = list[bytes]()
        # beside us: a git that fills the one pipe would wait while we read the other
        reader = Thread(target=lambda: printed.append(stdout.read()), daemon=True)
        reader.start()
        said = _listened(stderr, heard)
        reader.join()
        return CompletedProcess(words, running.wait(), b"".join(printed), said)

    with running:
        try:
            yield end
        finally:  # Ctrl-C, or nobody asked: a git without a reader would wait for ever
            running.kill()


def converse(
    words: Sequence[str],
    *,
    directory: str | os.PathLike[str],
    environment: Mapping[str, str],
    heard: Callable[[str], None],
) -> "Finished":
    """The same, waited for at once."""
    with conversation(words, directory=directory, environment=environment) as end:
        return end(heard)


def _listened(stream: "BufferedReader", heard: Callable[[str], None]) -> bytes:
    """What a program complained of, its progress told and left out: lines that a CR ends."""
    said, rest = list[bytes](), b""
    while block := stream.read1(65536):
        *lines, rest = re.split(rb"(?<=[\r\n])", rest + block)
        for line in lines:
            if line.endswith(b"\r"):
                heard(line.decode("utf-8", "replace").strip())
            else:
                said.append(line)
    return b"".join([*said, rest])


def _refuse(error: OSError, directory: str | os.PathLike[str]) -> NoReturn:
    """Say why git could not be started: it is not there, or its folder is not."""
    if isinstance(error, FileNotFoundError) and not os.path.isdir(directory):  # noqa: PTH112
        what = f"git cannot be run in {os.fspath(directory)}: the folder is gone"
        raise GitFailed(what, "go to a folder that is there") from None
    if isinstance(error, FileNotFoundError):
        hint = f"install git {OLDEST_NAME} or newer, or fix PATH"
        raise GitFailed("the git program was not found", hint) from None
    raise GitFailed(f"git cannot be run: {error.strerror}", "fix that and run it again") from None


def may_fetch(directory: str | os.PathLike[str], environment: Mapping[str, str]) -> bool:
    """Whether a fetch here would start no program that the repository's own files name."""
    return not named_programs(directory, environment)


def named_programs(
    directory: str | os.PathLike[str], environment: Mapping[str, str]
) -> tuple[str, ...]:
    """The settings by which the repository's own files would start a program at an exchange."""
    done = run(ASK_FOR_PROGRAMS, directory=directory, environment=environment, pins=())
    return programs_named(done.stdout)


def programs_named(listed: bytes) -> tuple[str, ...]:
    """The same from what git, without pins, answers to `ASK_FOR_PROGRAMS`."""
    told = listed.split(b"\0")
    pairs = zip(told[::2], told[1::2], strict=False)
    return tuple(
        setting.partition(b"\n")[0].decode("utf-8", "replace")
        for scope, setting in pairs
        if scope.decode("ascii", "replace") in OF_THE_REPOSITORY
    )
