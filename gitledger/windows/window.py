"""A window as a value: its captures, finalisations, deltas and the rows that belong to it.

Depends on snapshots, deltas, finalisations and rows.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from gitledger.ledger.row import Row
from gitledger.windows.delta import Delta
from gitledger.windows.finalisation import Finalisation, Finalised
from gitledger.windows.snapshot import DEFAULT_BUCKET, Snapshot

BEFORE = "before"
AFTER = "after"


class Capture(NamedTuple):
    """The snapshots of one (provider, account, phase): the one that counts and its duplicates."""

    provider: str
    account: str
    phase: str
    canonical: Snapshot
    duplicates: tuple[Snapshot, ...] = ()

    @property
    def entries(self) -> int:
        """How many snapshots were recorded."""
        return 1 + len(self.duplicates)


class Window(NamedTuple):
    """Everything recorded about one stretch of work. Rows stand in order of recording."""

    id: str
    captures: tuple[Capture, ...] = ()
    finalised: Finalised | None = None
    deltas: tuple[Delta, ...] = ()
    churn: tuple[Row, ...] = ()
    evidence: tuple[Row, ...] = ()
    commits: tuple[Row, ...] = ()
    features: tuple[Row, ...] = ()
    tokens: tuple[Row, ...] = ()
    usage: tuple[Row, ...] = ()
    anomalies: tuple[Row, ...] = ()

    def capture(self, provider: str, account: str, phase: str) -> Capture | None:
        """The capture of one provider account in one phase, None when there is none."""
        for found in self.captures:
            if found.phase == phase and found.provider == provider and found.account == account:
                return found
        return None

    @property
    def final(self) -> Finalisation | None:
        """The finalisation that counts, None where nobody stated one."""
        return self.finalised.canonical if self.finalised else None

    @property
    def holders(self) -> tuple[tuple[str, str], ...]:
        """The (provider, account) pairs captured in it or stated at its end, each once."""
        found = {(c.provider, c.account): None for c in self.captures}
        if self.finalised:
            found |= {(e.provider, e.account): None for e in self.finalised.canonical.delivered}
        return (*found,)

    def delta(self, provider: str, account: str, meter: str) -> Delta | None:
        """The delta of one meter of an account's default bucket first, None without one."""
        first = None
        for found in self.deltas:
            if found.meter == meter and found.provider == provider and found.account == account:
                if found.bucket == DEFAULT_BUCKET:
                    return found
                first = first or found
        return first


@dataclass(frozen=True, slots=True)
class OpenWindow:
    """A window that an agent started on an account and has not ended."""

    window: str
    agent: str
    provider: str
    account: str
    since: datetime
    row: str
