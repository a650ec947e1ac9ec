"""What an audit can find: every code with its severity and the step that mends it.

Depends on the codes of meter problems. The order of `CODES` is the order in which findings are
told.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import NamedTuple, Protocol

from gitledger.errors import Severity
from gitledger.meters.problems import CODES as PROBLEMS

VOID = "gitledger void ROW -m WHY takes a wrong row out"
OF_WINDOWS: Mapping[str, tuple[Severity, str]] = {
    "duplicate-snapshot": ("note", f"the newest counts; {VOID}"),
    "duplicate-finalise": ("warning", "the latest counts once; nothing to do"),
    "conflicting-finalise": ("error", "gitledger complete --amend -m WHY states the right one"),
    "key-contradicted": ("warning", VOID),
    "missing-before": ("warning", "gitledger override P --window W --phase before --set METER=PCT"),
    "missing-after": (
        "warning",
        "gitledger end P --window W, or override P --window W --phase after --set METER=PCT",
    ),
    "early-after": (
        "warning",
        "meters lag: gitledger end P --window W captures it again",
    ),
    "late-after": ("warning", "other work may have moved the meter in the meantime"),
    "same-reading": ("warning", "take a new reading: gitledger end P --window W"),
    "same-text": ("warning", "if nothing was used, all is well; else take a new reading"),
    "stale-pane": ("error", f"capture a fresh pane; {VOID}"),
    "non-monotonic": ("error", f"one of the two panes is wrong or old; {VOID}"),
    "anchor-moved": ("warning", "the provider moved the window: this meter has no delta"),
    "reset-between": ("warning", "this meter has no delta; end windows before a reset"),
    "shared-account": ("warning", "give each agent its own account or its own hours"),
    "nested-panes": ("warning", "one pane was pasted into another; check the row's figures"),
    "buffer-breached": ("warning", "the reserve of the week is in use"),
    "no-features": ("warning", "gitledger complete --amend -m WHY --features P=N"),
    "zero-capacity": ("warning", "features for no capacity: the window is shorter than a step"),
    "no-commit-range": ("warning", "gitledger complete --amend -m WHY --commit-start A ..."),
    "empty-range": ("error", "gitledger complete --amend -m WHY --commit-start A --commit-end B"),
    "range-reused": ("warning", "each window needs its own commits"),
    "range-vanished": ("warning", "the commits are gone; the facts recorded then are kept"),
    "churn-missing": ("warning", "gitledger churn --window W"),
    "churn-skipped": ("warning", "gitledger churn --window W --commit-start A --commit-end B"),
    "churn-interval": ("warning", "gitledger churn --window W"),
    "foreign-commits": ("note", "nothing to do: they are no work of this window"),
    "churn-open": ("note", "measure again when the days are over: gitledger churn --window W"),
    "reverted": ("error", "if it came back since, measure again: gitledger churn --window W"),
    "evidence-missing": ("warning", "gitledger evidence run --window W -- COMMAND"),
    "evidence-failed": ("warning", "mend it and record a new run"),
    "evidence-repaired": ("note", "nothing to do: a later run closed it"),
    "evidence-artifact-changed": ("error", "the file no longer is what was recorded"),
    "evidence-reused": ("warning", "each window needs its own run"),
    "quality-constant": ("note", "a quality that never varies says nothing"),
    "fixture-source": ("warning", "a rehearsal is no reading; keep it out of totals"),
    "usage-divergence": ("warning", "the token counter and the bar disagree; trust the bar"),
}
TOLD_ELSEWHERE = frozenset({"stale", "nested-panes"})  # as stale-pane and as itself
FROM_CAPTURES: Mapping[str, tuple[Severity, str]] = {
    **dict.fromkeys(
        (code for code in PROBLEMS if code not in TOLD_ELSEWHERE),
        ("warning", f"check the row's figures; {VOID}"),
    ),
    "old-reading": ("error", f"show the usage again and capture it; {VOID}"),
    "partial": ("note", "what the text did not show has no delta"),
    "new-label": ("note", "check that the name was copied whole; a newer gitledger may know it"),
}
CODES: Mapping[str, tuple[Severity, str]] = {**OF_WINDOWS, **FROM_CAPTURES}
SEVERITIES: tuple[Severity, ...] = ("error", "warning", "note")
RANK = {code: rank for rank, code in enumerate(CODES)}
REVERTED = "reverted"
SOUND = frozenset({REVERTED})  # errors of the work, not of the record: they never make it invalid
SPOILS_CAPACITY = frozenset(
    {
        "missing-before",
        "missing-after",
        "same-reading",
        "anchor-moved",
        "reset-between",
        "shared-account",
    }
)


class Finding(NamedTuple):
    """One thing an audit found in one window: a code, where, what, and the next step.

    `rows` are the ids of the rows it stands on, where there are some.
    """

    window: str
    code: str
    severity: Severity
    where: str
    what: str
    hint: str
    rows: tuple[str, ...] = ()


def finding(
    window: str,
    code: str,
    what: str,
    *,
    where: str = "",
    severity: Severity | None = None,
    rows: Iterable[str] = (),
) -> Finding:
    """A finding of a known code, with that code's hint and severity unless another is given."""
    usual, hint = CODES[code]
    kept = tuple([row for row in rows if row]) if rows else ()
    return Finding(window, code, severity or usual, where, what, _named(hint, window, where), kept)


def in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Findings in the stated order: by code as listed, else as they came."""
    return tuple(sorted(findings, key=lambda found: RANK[found.code]))


class Graded(Protocol):
    """Anything with a severity: a finding, or what a card keeps of one."""

    @property
    def severity(self) -> str:
        """error, warning or note."""
        ...


def severities(findings: Iterable[Graded]) -> Mapping[str, int]:
    """How many findings there are of each severity: the count that audit, preview and card tell."""
    counts = Counter(found.severity for found in findings)
    return {severity: counts[severity] for severity in SEVERITIES}


def is_anomaly(found: Finding) -> bool:
    """Whether a finding belongs on record when a window is finalised.

    Those are the errors and what leaves the capacity meter without a delta; work that follows
    a finalisation (churn, evidence) is not missing yet.
    """
    if found.code.startswith(("churn", "evidence", "no-commit", "range", REVERTED)):
        return False
    return found.severity == "error" or (
        found.severity == "warning" and found.code in SPOILS_CAPACITY
    )


def _named(hint: str, window: str, where: str) -> str:
    """A hint with the window and the provider in it, so that it can be typed as it stands."""
    if " P" in hint:
        provider = where.partition(" ")[0].partition("/")[0] or "P"
        hint = hint.replace("end P", f"end {provider}")
        hint = hint.replace("override P", f"override {provider}")
    return hint.replace("--window W", f"--window {window}")
