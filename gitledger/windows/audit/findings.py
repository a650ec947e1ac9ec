"""What an audit can find: every code with its severity and the step that answers it.

Depends on the codes of meter problems. The order of `CODES` is the order in which findings are
told.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from gitledger.errors import Severity
from gitledger.meters.problems import CODES as PROBLEMS

VOID = 'gitledger void ROW -m "why it is wrong"'
CHECK = f"check the numbers: gitledger show ROW; if wrong: {VOID}"
AMEND = "gitledger complete --window W --amend -m"
RANGE = f'{AMEND} "commit range" --commit-start A --commit-end B'
END = "gitledger end P --window W"
CHURN = "gitledger churn --window W"
EVIDENCE = "gitledger evidence run --window W -- COMMAND"
FRESH = 'gitledger void ROW -m "stale output", then record a fresh reading'
NOTHING = "nothing to do"
OF_WINDOWS: Mapping[str, tuple[Severity, str]] = {
    "duplicate-snapshot": ("note", f"{NOTHING}: the newest counts"),
    "duplicate-finalise": ("warning", f"{NOTHING}: the latest counts once"),
    "conflicting-finalise": ("error", f'{AMEND} "which one is right" --features P=N'),
    "key-contradicted": ("warning", VOID),
    "missing-before": ("warning", "gitledger override P --window W --phase before --set METER=PCT"),
    "missing-after": ("warning", END),
    "early-after": ("warning", END),
    "late-after": ("warning", "nothing to do, unless other work used the account since"),
    "same-reading": ("warning", END),
    "same-text": ("warning", f"if usage did change: {END}"),
    "stale-pane": ("error", FRESH),
    "non-monotonic": ("error", f"one of the two readings is wrong or outdated: {VOID}"),
    "anchor-moved": ("warning", f"{NOTHING}: the provider moved the reset, this meter is left out"),
    "reset-between": ("warning", f"{NOTHING}: this meter is left out; end windows before a reset"),
    "shared-account": ("warning", "give each agent its own account or its own hours"),
    "nested-panes": ("warning", f"check the numbers of gitledger show ROW; if wrong: {VOID}"),
    "buffer-breached": ("warning", "the reserve of the week is in use: wait for the reset"),
    "no-features": ("warning", f'{AMEND} "feature count" --features P=N'),
    "unknown-capability": (
        "warning",
        "where it is one, put it on the map: gitledger capability add CAPABILITY --name WHAT",
    ),
    "feature-reverted": ("note", f"{NOTHING}: it does not count while it is reverted"),
    "zero-capacity": (
        "warning",
        f"{NOTHING}: the window used less than the meter can show; plan longer windows",
    ),
    "no-commit-range": ("warning", RANGE),
    "empty-range": ("error", RANGE),
    "range-reused": ("warning", f'{AMEND} "own commits" --commit-start A --commit-end B'),
    "range-vanished": ("warning", f"{NOTHING}: what was recorded of the commits is kept"),
    "churn-missing": ("warning", CHURN),
    "churn-skipped": ("warning", f"{CHURN} --commit-start A --commit-end B"),
    "churn-interval": ("warning", CHURN),
    "foreign-commits": ("note", f"{NOTHING}: they are not counted for this window"),
    "churn-open": ("note", f"measure again after that day: {CHURN}"),
    "reverted": ("error", f"if the code is back since: {CHURN}"),
    "evidence-missing": ("warning", EVIDENCE),
    "evidence-failed": ("warning", EVIDENCE),
    "evidence-repaired": ("note", f"{NOTHING}: a later run passed"),
    "evidence-artifact-changed": ("error", EVIDENCE),
    "evidence-reused": ("warning", EVIDENCE),
    "quality-constant": ("note", "grade each window by itself: the same value says nothing"),
    "fixture-source": ("warning", "a test reading does not count: gitledger void ROW -m test"),
    "usage-divergence": ("warning", f"{NOTHING}: the provider's own meter counts"),
}
TOLD_ELSEWHERE = frozenset({"stale", "nested-panes"})  # as stale-pane and as itself
FROM_CAPTURES: Mapping[str, tuple[Severity, str]] = {
    **dict.fromkeys(
        (code for code in PROBLEMS if code not in TOLD_ELSEWHERE),
        ("warning", CHECK),
    ),
    "old-reading": ("error", FRESH),
    "partial": ("note", "what the text did not show has no delta"),
    "new-label": ("note", "check that the name was copied whole; a newer gitledger may know it"),
}
CODES: Mapping[str, tuple[Severity, str]] = {**OF_WINDOWS, **FROM_CAPTURES}
SEVERITIES: tuple[Severity, ...] = ("error", "warning", "note")
RANK = {code: rank for rank, code in enumerate(CODES)}
REVERTED = "reverted"
SOUND = frozenset({REVERTED})  # errors of the work, not of the record: they never make it invalid
SPOILS_CAPACITY = frozenset(
    {"missing-before", "missing-after", "same-reading"}
    | {"anchor-moved", "reset-between", "shared-account"}
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
    return Finding(
        window, code, severity or usual, where, what, _named(hint, window, where, kept), kept
    )


def in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Findings in the stated order: by code as listed, else as they came."""
    return tuple(sorted(findings, key=lambda found: RANK[found.code]))


def severities(findings: Iterable[Finding]) -> Mapping[str, int]:
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


def _named(hint: str, window: str, where: str, rows: Sequence[str]) -> str:
    """A hint with the window, the provider and the row in it, so that it can be typed as it is."""
    if " P" in hint:
        provider = where.partition(" ")[0].partition("/")[0] or "P"
        hint = hint.replace("end P", f"end {provider}")
        hint = hint.replace("override P", f"override {provider}")
    row = rows[0] if rows else "ROW"
    return hint.replace("--window W", f"--window {window}").replace("ROW", row)
