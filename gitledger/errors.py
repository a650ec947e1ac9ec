"""Every way gitledger says no: problems in data, refusals with an exit code and a hint.

Depends on nothing. Three channels, never mixed: wrong data is a list of `Problem`s and is
never raised; a command that cannot answer raises a `GitledgerError`; anything else is a bug.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning", "note"]

EXIT_YES = 0
EXIT_NO = 1
EXIT_USAGE = 2
EXIT_CANNOT = 3
EXIT_UNDECIDED = 4
EXIT_BUG = 70


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with given data: where it stands, what is wrong, what to do next.

    `code` is a stable kebab-case word for programs; `where` a place a person can go to
    (`line 7, column quality`, `readings[0]`); `hint` one next step, possibly empty.
    """

    where: str
    what: str
    hint: str = ""
    code: str = "invalid"
    severity: Severity = "error"

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where else ""
        step = f" ({self.hint})" if self.hint else ""
        return f"{place}{self.what}{step}"


def with_noun(many: object, noun: str, nouns: str = "") -> str:
    """A number as it is, with its noun: `1 window`, `0 windows`; `nouns` where no s makes them."""
    return f"{many} {noun if many == 1 else nouns or noun + 's'}"


class GitledgerError(Exception):
    """A command cannot answer. Carries the exit code, a hint and any problems behind it."""

    exit_code = EXIT_CANNOT

    def __init__(self, what: str, hint: str = "", problems: Sequence[Problem] = ()) -> None:
        super().__init__(what)
        self.what = what
        self.hint = hint
        self.problems = tuple(problems)


class InvalidData(GitledgerError):
    """Given data has problems; all of them are listed and nothing was written."""

    exit_code = EXIT_NO


class UsageError(GitledgerError):
    """The words of the command do not fit together in a way click cannot see."""

    exit_code = EXIT_USAGE


class NotARepository(GitledgerError):
    """No git repository at or above the given folder."""


class RepositoryUnsupported(GitledgerError):
    """libgit2 cannot open this repository (SHA-256 objects, reftable) or may not (ownership)."""


class NotInitialised(GitledgerError):
    """The repository has no ledger branch."""


class NoIdentity(GitledgerError):
    """git has no user.name or user.email to sign a row with."""


class LedgerCheckedOut(GitledgerError):
    """The ledger branch is the HEAD of a worktree; writing would pull the rug from under it."""


class LedgerMoved(GitledgerError):
    """The ledger branch moved while a row was being written, and kept moving."""


class LedgerLocked(GitledgerError):
    """Another process holds the ledger lock or git's lock on the branch."""


class WriteFailed(GitledgerError):
    """The disk is full, read-only or failing; the branch still points where it did."""


class SigningFailed(GitledgerError):
    """A signature was asked for by configuration and the signing program refused."""


class LedgerDamaged(GitledgerError):
    """A row, schema or configuration on the branch cannot be read."""


class FormatUnknown(GitledgerError):
    """A row or ledger was written by a newer format than this program knows."""


class LedgerOutdated(GitledgerError):
    """The ledger was defined by an older version and lacks what is to be recorded."""


class UnknownLedger(GitledgerError):
    """No ledger of that name on the branch."""


class UnknownRow(GitledgerError):
    """No row, or more than one, answers to the given prefix."""


class UnknownWindow(GitledgerError):
    """No window of that id was recorded."""


class NoOpenWindow(GitledgerError):
    """A command needs the window that an agent has open, and none is."""


class WindowNotEnded(GitledgerError):
    """A window to be finalised has a BEFORE reading without its AFTER."""


class AmbiguousWindow(GitledgerError):
    """Several windows could be meant; the hint lists them."""


class AlreadyFinalised(GitledgerError):
    """A window was finalised with another statement, and no reason to replace it was given."""

    exit_code = EXIT_NO


class BufferBreached(GitledgerError):
    """A weekly meter stands in its reserve, and `--strict` asked to stop there."""

    exit_code = EXIT_NO


class UnknownCard(GitledgerError):
    """No card, or more than one, answers to the given id, and no window or subject does."""


class UnreadableInput(GitledgerError):
    """A file or stream is missing, a directory, binary, empty or not UTF-8."""


class NoMeter(GitledgerError):
    """A text holds no meter of the provider it was given for."""


class NotTrusted(GitledgerError):
    """Commands of the branch would run here, and nobody here said that this text may."""


class HistoryIncomplete(GitledgerError):
    """A shallow or partial history cannot answer; the hint names the fetch that mends it."""


class UnknownRevision(GitledgerError):
    """A revision or range does not name commits of this repository."""


class ExchangeFailed(GitledgerError):
    """A remote cannot be reached, refused what was pushed, kept moving, or holds another ledger."""


class ExchangeConflict(GitledgerError):
    """Two clones say different things where only one can stand; nothing was moved."""

    exit_code = EXIT_NO


class GitFailed(GitledgerError):
    """The git program is missing, too old, or failed; its own words follow."""


class TooFewWindows(GitledgerError):
    """No provider has enough usable windows to say anything."""

    exit_code = EXIT_UNDECIDED
