"""What the ledger knows of commits beside a window's own rows: rewrites, others' windows, runs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

from gitledger.book.book import Book
from gitledger.book.credit_row import COMMITS_KEPT, RUNS_KEPT
from gitledger.book.relinking import patches_of
from gitledger.git.code.branches import LEDGER
from gitledger.git.code.relink import Lost
from gitledger.git.code.runs import Credit
from gitledger.git.commit import read_head
from gitledger.git.plumbing import Plumbing
from gitledger.ledger.row import Row, texts
from gitledger.windows.snapshot import maps_of, text_of
from gitledger.windows.window import Window


@dataclass(frozen=True, slots=True)
class Known:
    """Rewrites as rows; the windows of each recorded commit; runs that were frozen, by window.

    `ledger` is the branch of the ledger itself, on which nobody's work stands.
    """

    pairs: Sequence[Row] = ()
    windows: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    frozen: Mapping[str, tuple[Lost, ...]] = field(default_factory=dict)
    ledger: str = LEDGER

    @property
    def renamed(self) -> dict[str, str]:
        """Old commit -> new commit, the newest rewrite of each."""
        return {str(row.values["old"]): str(row.values["new"]) for row in self.pairs}

    def not_of(self, window: str) -> frozenset[str]:
        """The commits that were recorded for other windows and not for this one."""
        return frozenset(
            sha for sha, names in self.windows.items() if names and window not in names
        )


def known_of(book: Book) -> Known:
    """What the rows of a ledger know; nothing where an older ledger branch lacks a ledger."""
    frozen: dict[str, tuple[Lost, ...]] = {}
    for row in chain(book.rows_if_any("snapshots"), book.rows_if_any("windows")):
        if found := frozen_runs(row):
            frozen[text_of(row.values, "window")] = found
    return Known(
        pairs=book.rows_if_any("rewrites"),
        windows={
            str(row.values["sha"]): texts(row.values.get("windows"))
            for row in book.rows_if_any("commits")
        },
        frozen=frozen,
        ledger=book.branch,
    )


def frozen_runs(row: Row) -> tuple[Lost, ...]:
    """The runs that a row froze; of a churn row of 0.1.0 its whole range as one."""
    runs = maps_of(row.values, "runs")
    if runs:
        return tuple(
            Lost(texts(run.get("commits")) or (text_of(run, "end"),), text_of(run, "patch_id"))
            for run in runs
            if texts(run.get("commits")) or run.get("commit_count", 1) == 1
        )
    listed = texts(row.values.get("commits"))
    return (Lost(listed, text_of(row.values, "patch_id")),) if listed else ()


def runs_to_freeze(git: Plumbing, credit: Credit) -> list[dict[str, Any]]:
    """The runs of what counts as a row keeps them, so that they are found when commits are gone."""
    runs = [run for run in credit.runs[:RUNS_KEPT] if len(run.commits) <= COMMITS_KEPT]
    return [
        {
            "start": run.start,
            "end": run.end,
            "commit_count": len(run.commits),
            "patch_id": patch,
            **({"commits": [c.sha for c in run.commits]} if run.commits[1:] else {}),
        }
        for run, patch in zip(runs, patches_of(git, runs), strict=True)
    ]


def frozen_of(window: Window, known: Known) -> tuple[Lost, ...]:
    """Every run that rows froze of a window, the newest first."""
    churned = [run for row in reversed(window.churn) for run in frozen_runs(row)]
    return (*churned, *known.frozen.get(window.id, ()))


def recorded_patches(window: Window) -> dict[str, str]:
    """The patch-ids of a window's commits that their rows hold."""
    return {
        str(row.values["sha"]): str(row.values["patch_id"])
        for row in window.commits
        if "patch_id" in row.values
    }


def subject_of(book: Book, row: Row) -> str:
    """The first line of the message of a row's commit; empty where the commit is not here."""
    if row.ledger != "commits":
        return ""
    head = read_head(book.repository, str(row.values["sha"]))
    return "" if head is None else head.subject.decode("utf-8", "replace")
