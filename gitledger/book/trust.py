"""The acceptance commands that `gitledger.yaml` lists, and whether this clone trusts their text.

They come from a branch, so they are somebody else's code: they run only when a person asks for it,
and only the very text that this person has seen. Its SHA-256 stands in this clone's configuration;
nothing that is fetched can set it there.
"""

import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import unified_diff
from hashlib import sha256

from gitledger.book.book import Book
from gitledger.errors import InvalidData, NotTrusted, Problem
from gitledger.git.branch.definitions import as_written
from gitledger.git.files import forget, replace_file
from gitledger.git.repository import remember, setting
from gitledger.ledger import layout
from gitledger.ledger.characters import visible_text

KEY = "evidence"
SETTING = "gitledger.trust"
FILE = "trusted.txt"
NOTHING = "none"
MOST, LONGEST = 50, 2000


@dataclass(frozen=True, slots=True)
class Commands:
    """The commands as the branch lists them, each one line, in their order."""

    lines: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """What is trusted: every line, whole and in order."""
        return "".join(f"{line}\n" for line in self.lines)

    @property
    def digest(self) -> str:
        """SHA-256 of the text."""
        return sha256(self.text.encode()).hexdigest()

    @property
    def words(self) -> tuple[tuple[str, ...], ...]:
        """Each command as the words of a program: no shell reads it."""
        return tuple(tuple(shlex.split(line)) for line in self.lines)


def commands_of(book: Book) -> Commands:
    """The commands at the tip, read from the branch itself. Raises InvalidData."""
    listed = as_written(book.tip, layout.CONFIG).get(KEY)
    problems = list(command_problems(listed))
    if problems:
        raise InvalidData("gitledger.yaml lists commands that cannot run", problems=problems)
    return Commands(tuple(map(str, listed)) if isinstance(listed, list) else ())


def command_problems(listed: object) -> list[Problem]:
    """What is wrong with a list of commands: each is one line that a shell would take apart."""
    if listed is None or listed == []:
        return []
    if not isinstance(listed, list) or len(listed) > MOST:
        what = f"is not a list of at most {MOST} commands"
        return [Problem(KEY, what, "evidence: [pytest -q]", "config-type")]
    return [
        Problem(f"{KEY}[{place}]", why, "pytest -q", "config-type")
        for place, line in enumerate(listed)
        if (why := _wrong(line))
    ]


def _wrong(line: object) -> str:
    if not isinstance(line, str) or not line.strip() or len(line) > LONGEST:
        return "is not a command of one line"
    if visible_text(line) != line or "\n" in line:
        return "holds characters that nobody sees"
    try:
        shlex.split(line)
    except ValueError as error:
        return f"cannot be read: {error}"
    return ""


def trusted(book: Book, commands: Commands) -> bool:
    """Whether this clone trusts this very text."""
    return bool(commands.lines) and setting(book.repository, SETTING) == commands.digest


def trust(book: Book, commands: Commands) -> None:
    """Trust a text from now on, in this clone."""
    # the text first: the digest alone would trust lines that nobody could be shown again
    replace_file(book.repository.state / FILE, commands.text.encode())
    remember(book.repository, SETTING, commands.digest)


def forget_trust(book: Book) -> None:
    """Trust nothing any more, in this clone."""
    forget(str(book.repository.state / FILE))
    if setting(book.repository, SETTING) is not None:
        remember(book.repository, SETTING, NOTHING)


def refuse_untrusted(book: Book, commands: Commands) -> None:
    """Raise NotTrusted, with what differs from the text that was trusted, unless this one is."""
    if trusted(book, commands):
        return
    known = _known(book)
    hint = "read them; then: gitledger trust"
    if known is None:
        problems = [Problem(f"command {n}", line) for n, line in enumerate(commands.lines, 1)]
        what = "the commands of gitledger.yaml were never trusted here; none was run"
        raise NotTrusted(what, hint, problems)
    what = "the commands of gitledger.yaml are not those that were trusted; none was run"
    raise NotTrusted(what, hint, [Problem("", line) for line in difference(known, commands)])


def difference(known: Sequence[str], commands: Commands) -> tuple[str, ...]:
    """The lines taken out (-) and added (+) since a text was trusted."""
    told = unified_diff(list(known), list(commands.lines), lineterm="", n=MOST)
    return tuple(line for line in told if not line.startswith(("---", "+++", "@@")))


def _known(book: Book) -> tuple[str, ...] | None:
    """The lines that were trusted, where they are still known; None where nothing ever was."""
    digest = setting(book.repository, SETTING)
    if not digest or digest == NOTHING:
        return None
    try:
        text = (book.repository.state / FILE).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):  # trusted once, but which lines is lost: all count as new
        return ()
    return tuple(text.splitlines()) if sha256(text.encode()).hexdigest() == digest else ()
