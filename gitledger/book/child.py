"""A program that runs below a command, its output kept: it ends when the command is ended."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from threading import current_thread, main_thread
from types import FrameType
from typing import NoReturn

from gitledger.book.world import World
from gitledger.errors import UnreadableInput
from gitledger.git.files import write_failed, write_refusals

ENDING = (signal.SIGTERM, signal.SIGHUP)
PATIENCE = 5.0  # seconds between asking a program to end and ending it


class Ended(BaseException):
    """This program was told to end, by a signal that would have ended it at once."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


def run_and_keep(world: World, command: Sequence[str], log: Path) -> int:
    """Run in the folder of the command, show each line, keep all; the exit code.

    Raises UnreadableInput where it cannot be started, WriteFailed where its output cannot be kept.
    When we are ended, it is ended first, with what it started; then SystemExit, or
    KeyboardInterrupt after a Ctrl-C. Nothing is recorded then, and the log stays.
    """
    with ExitStack() as stack:
        with write_refusals(log):
            log.parent.mkdir(parents=True, exist_ok=True)
            kept = stack.enter_context(log.open("wb"))
        process = _started(world, command, log)
        try:
            with ended_together(process):
                for line in process.stdout or ():
                    kept.write(line)
                    world.say(line.decode("utf-8", "replace").rstrip("\n"))
                process.wait()
        except BrokenPipeError:
            raise  # nobody reads what we say
        except OSError as error:
            raise write_failed(error, log) from None
        except Ended as ended:
            name = signal.Signals(ended.number).name
            world.say(f"gitledger: ended by {name}, and so was {command[0]}: {_left(log)}")
            # as a shell says of a program that a signal ended
            raise SystemExit(128 + ended.number) from None
        except KeyboardInterrupt:
            # at a terminal the child got the Ctrl-C too: only its log is left to name
            world.say(f"gitledger: {command[0]} was stopped: {_left(log)}")
            raise
    return process.returncode


def _left(log: Path) -> str:
    return f"nothing was recorded; its output so far is in {log}"


def _started(world: World, command: Sequence[str], log: Path) -> "subprocess.Popen[bytes]":
    """The program, in a group of its own where no terminal is there to tell it of a Ctrl-C."""
    try:
        return subprocess.Popen(
            list(command),
            cwd=world.directory,
            env=dict(world.environment),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            process_group=None if _has_terminal() else 0,
        )
    except (OSError, ValueError) as error:
        with suppress(OSError):
            # the command did not start: an empty log would look like its output
            log.unlink()
            log.parent.rmdir()
        why = error.strerror if isinstance(error, OSError) else str(error)
        raise UnreadableInput(f"{command[0]}: {why}", "check the command") from None


def _has_terminal() -> bool:
    """Whether a terminal may send its signals to our group; a group behind it could not ask it."""
    return any(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stderr))


@contextmanager
def ended_together(process: "subprocess.Popen[bytes]") -> Iterator[None]:
    """End the program however the block is left before the program ended by itself."""

    def told(number: int, _frame: FrameType | None) -> NoReturn:
        raise Ended(number)

    heard = ENDING if current_thread() is main_thread() else ()
    ours = [number for number in heard if signal.getsignal(number) != signal.SIG_IGN]
    before = {number: signal.signal(number, told) for number in ours}
    try:
        yield
    finally:
        for number in before:
            signal.signal(number, signal.SIG_IGN)  # one end is enough while we tidy up
        if process.poll() is None:
            _end(process)
        if process.stdout:
            process.stdout.close()
        for number, handler in before.items():
            signal.signal(number, handler)


def _end(process: "subprocess.Popen[bytes]") -> None:
    """Ask the program, and what it started in its group, to end; after a while, end them."""
    leads = process.pid == os.getpgid(process.pid)
    _send(process, signal.SIGTERM, leads)
    with suppress(subprocess.TimeoutExpired):
        process.wait(PATIENCE)
    _send(process, signal.SIGKILL, leads)  # what it started may still be there
    process.wait()


def _send(process: "subprocess.Popen[bytes]", number: int, leads: bool) -> None:  # noqa: FBT001
    """A signal to the program's group where it leads one, else to the program."""
    with suppress(OSError):  # it may have ended by itself meanwhile
        if leads:
            os.killpg(process.pid, number)
        else:
            process.send_signal(number)
