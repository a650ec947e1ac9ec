"""One difference of a ledger as all that it changes: rows, windows, findings, numbers.

Nothing outside the two trees is looked at, so that the same two commits say the same in every
clone and at any time; what only a working tree knows (an artefact that changed, commits that are
gone, work that was taken back since) is for `audit` and `card`.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from gitledger.decision.rules import Rules, judging
from gitledger.git.branch.tip import Tip
from gitledger.git.commit import committed_at
from gitledger.git.objects import read
from gitledger.share.sides import PARTS, Rows, Sides, read_sides
from gitledger.share.treediff import TreeDifference
from gitledger.windows.audit.checks import audit_window
from gitledger.windows.audit.facts import WorldFacts, neighbours_of
from gitledger.windows.audit.findings import Finding
from gitledger.windows.capacity import with_capacity
from gitledger.windows.fold import fold_windows
from gitledger.windows.thresholds import Terms, read_terms
from gitledger.windows.window import Window

FOLDED = ("snapshots", "windows", "churn", *PARTS)


@dataclass(frozen=True, slots=True)
class Difference:
    """A base, a head, and the difference of their trees with the rows on both sides."""

    base: Tip
    head: Tip
    moved: TreeDifference
    sides: Sides

    @property
    def now(self) -> datetime:
        """What counts as now: the head commit's time."""
        return committed_at(read(self.head.repository, self.head.commit or b""))


def difference_of(
    base: Tip,
    head: Tip,
    moved: TreeDifference,
    *,
    refused: Collection[str] = (),
    also: Iterable[str] = (),
) -> Difference:
    """Read the rows of a difference; paths that were `refused` as rows count on neither side.

    `also` are windows that count as touched besides.
    """
    sides = read_sides(base, head, moved, refused=refused, also=also)
    return Difference(base, head, moved, sides)


def audit_difference(
    difference: Difference, config: Mapping[str, Any], by: Rules | None = None
) -> tuple[tuple[Window, ...], tuple[Finding, ...]]:
    """The windows after the difference, and every finding of those that it touches.

    Evidence fails by the results that the rules `by` name; without any, by `fail`.
    """
    rows, touched = difference.sides.after, difference.sides.touched
    windows, terms = fold_side(rows, config)
    terms = judging(terms, by) if by else terms
    return windows, findings_of(windows, touched, terms, difference.now)


def fold_side(rows: Rows, config: Mapping[str, Any]) -> tuple[tuple[Window, ...], Terms]:
    """The windows of one side, and the terms that its configuration sets."""
    terms, _ = read_terms(config)
    windows = fold_windows({name: rows.get(name, ()) for name in FOLDED}, terms)
    return windows, with_capacity(windows, terms)


def findings_of(
    windows: Sequence[Window], touched: Collection[str], terms: Terms, now: datetime
) -> tuple[Finding, ...]:
    """Every finding of the windows that are touched."""
    wanted, neighbours, facts = frozenset(touched), neighbours_of(windows), WorldFacts(now)
    return tuple(
        found
        for window in windows
        if window.id in wanted
        for found in audit_window(window, neighbours, terms=terms, facts=facts)
    )


def finding_map(found: Finding) -> dict[str, Any]:
    """A finding of the audit."""
    names = ("window", "code", "severity", "where", "what", "hint")
    return {name: getattr(found, name) for name in names} | {"rows": list(found.rows)}
