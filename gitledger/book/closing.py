"""What a completed window still asks for and needs no judgement: evidence, churn, audit, card.

`complete` does it for the person who types it. The commands of the branch run only here and in
`evidence run`, and only where this clone trusts their text.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from gitledger.book.acceptance import Run, command_kept, record_run, run_command, seen_commit
from gitledger.book.book import Book
from gitledger.book.cards import card_payload
from gitledger.book.case import read_ledger
from gitledger.book.subject import CardRequest, requested_card
from gitledger.book.trust import Commands, commands_of, trusted
from gitledger.book.window_churn import ChurnRequest, record_churn
from gitledger.errors import GitledgerError, InvalidData, with_noun
from gitledger.windows.audit.findings import severities
from gitledger.windows.payload import finding_map
from gitledger.windows.window import Window


@dataclass(frozen=True, slots=True)
class Closing:
    """What was due and was done, as JSON; empty parts were not due."""

    evidence: tuple[Mapping[str, Any], ...] = ()
    churn: tuple[Mapping[str, Any], ...] = ()
    findings: tuple[Mapping[str, Any], ...] = ()
    severities: Mapping[str, int] | None = None
    card: Mapping[str, Any] | None = None
    notes: tuple[str, ...] = ()

    def payload(self) -> Mapping[str, Any]:
        """JSON form."""
        told: Mapping[str, Any] = {
            "evidence": list(self.evidence),
            "churn": list(self.churn),
            "findings": list(self.findings),
            "severities": dict(self.severities or {}),
            "card": dict(self.card) if self.card else None,
        }
        return told


def run_due(book: Book, window: Window, agent: str) -> tuple[list[Mapping[str, Any]], list[str]]:
    """The trusted commands, each that did not run for this window at this commit yet; and notes."""
    try:
        commands = commands_of(book)
    except InvalidData as error:
        return [], [f"note: {error.what}: gitledger config show"]
    if not commands.lines:
        return [], []
    if not trusted(book, commands):
        many = with_noun(
            len(commands.lines), "command of the branch was", "commands of the branch were"
        )
        return [], [f"note: {many} not run, since nobody trusted them here: gitledger trust"]
    done: list[Mapping[str, Any]] = []
    for words in _left(book, window, commands):
        values, _ = run_command(book, Run(window=window.id), words)
        recorded = record_run(book, values, agent)
        done.append({"row": recorded.row.id, **book.stored(recorded).values})
    return done, []


def _left(book: Book, window: Window, commands: Commands) -> list[tuple[str, ...]]:
    """The commands without a run of this window at the commit that is checked out."""
    here = seen_commit(book)
    ran = {
        row.values.get("command")
        for row in window.evidence
        if here and not here.get("changed") and row.values.get("commit") == here["commit"]
    }
    return [words for words in commands.words if command_kept(words) not in ran]


def churn_due(book: Book, window: Window, agent: str) -> tuple[list[dict[str, Any]], list[str]]:
    """The churn of a window that has none; what cannot be measured is a note."""
    if window.churn:
        return [], []
    try:
        return record_churn(book, ChurnRequest(window=window.id), agent=agent)
    except GitledgerError as error:
        # the window is completed all the same; `catch-up` measures it later
        return [], [f"note: churn of {window.id} was not measured: {error.what}"]


def judged_now(book: Book, window: str, done: Closing) -> Closing:
    """With the findings of a window and its card, as `audit` and `card` tell them."""
    ledger = read_ledger(book, prove=True)
    made = requested_card(ledger, CardRequest(window=window), book.world.now, shown=True)
    found = ledger.findings_of([window])
    return replace(
        done,
        findings=tuple(map(finding_map, found)),
        severities=severities(found),
        card=card_payload(made.content(), ledger),
    )
