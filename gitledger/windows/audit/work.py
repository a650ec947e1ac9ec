"""Checks of a window's commits, churn, evidence and quality. Depends on folded windows."""

from collections.abc import Callable, Iterable, Iterator, Mapping

from gitledger.errors import Severity, with_noun
from gitledger.ledger.row import Row, map_of
from gitledger.windows.audit.facts import Audit, ranges_of, runs_of
from gitledger.windows.audit.findings import REVERTED, Finding, finding
from gitledger.windows.churn import MEASURED, churn_of, newest_churn, remark_of
from gitledger.windows.evidence import repair_words, repairs
from gitledger.windows.snapshot import moment, number_of, text_of
from gitledger.windows.window import Window

VANISHED = "range-vanished"
JUDGED = frozenset({"snapshots", "churn", "evidence", "votes"})  # what a verdict stands on
EMPTY = "empty-range"  # told by the range itself


def _ranges(window: Window, audit: Audit) -> Iterator[Finding]:
    features = window.finalised.canonical.features if window.finalised else 0
    stated = ranges_of(window)
    if window.finalised and features and not stated and not window.commits:
        what = "no commit range was stated and no hook recorded commits"
        yield finding(window.id, "no-commit-range", what, where="commits")
    for start, end in stated:
        where = f"{start[:7]}..{end[:7]}"
        others = [w for w in audit.neighbours.ranges.get((start, end), ()) if w != window.id]
        if start == end:
            severity: Severity = "error" if features else "warning"
            what = f"the range starts and ends at one commit, with {with_noun(features, 'feature')}"
            yield finding(window.id, "empty-range", what, where=where, severity=severity)
        elif others:
            what = f"the same range also counts for {', '.join(others)}"
            yield finding(window.id, "range-reused", what, where=where)
        if audit.facts.vanished & {start, end}:
            yield finding(window.id, VANISHED, "the repository no longer has it", where=where)


def _churn(window: Window, audit: Audit) -> Iterator[Finding]:
    """What was measured of the code: missing, skipped, gone, or not over yet."""
    if window.finalised and not window.churn:
        yield finding(window.id, "churn-missing", "no churn was measured", where="churn")
    for provider, row in newest_churn(window).items():
        decision = text_of(row.values, "decision", MEASURED)
        survival = map_of(row.values, "survival")
        if decision == VANISHED:
            what = "the commits were gone when churn was measured"
            yield finding(window.id, VANISHED, what, where=provider, rows=(row.id,))
        elif decision not in {MEASURED, EMPTY}:
            reason = text_of(row.values, "reason") or decision
            yield finding(window.id, "churn-skipped", reason, where=provider, rows=(row.id,))
        elif survival.get("state") == "open":
            what = _open_words(survival, audit)
            yield finding(window.id, "churn-open", what, where=provider, rows=(row.id,))


def _others(window: Window, _audit: Audit) -> Iterator[Finding]:
    """Commits of others between a window's own: left out, and told; of an old row they are not."""
    for provider, row in newest_churn(window).items():
        where = provider or "churn"
        foreign = map_of(row.values, "foreign")
        if many := number_of(foreign, "commits"):
            lines = with_noun(int(number_of(foreign, "lines") or 0), "line")
            what = f"{with_noun(int(many), 'commit')}, {lines} of others left out"
            yield finding(window.id, "foreign-commits", what, where=where, rows=(row.id,))
        if old := remark_of(window, row):
            yield finding(window.id, "churn-interval", old, where=where, rows=(row.id,))


def _reverted(window: Window, audit: Audit) -> Iterator[Finding]:
    """Whether the work was taken back, and by which commit."""
    by_patch = audit.facts.reverted.get(window.id, "")
    if by_patch:
        what = f"the branch took the whole range back in {by_patch[:12]}"
        yield finding(window.id, REVERTED, what, where="churn")
        return
    for provider in newest_churn(window):
        churn = churn_of(window, provider)
        if churn.reverted:
            gone = f"{churn.gone:g} of {churn.merged:g}" if churn.gone and churn.merged else "most"
            what = f"{gone} merged lines are gone, most of them in {churn.reverted_by[:12]}"
            yield finding(window.id, REVERTED, what, where=provider or "churn", rows=(churn.row,))


def _open_words(survival: Mapping[str, object], audit: Audit) -> str:
    """Whether lines could still die within their horizon, or the row only was not made again.

    The finding itself follows from the row, so that a card that is rebuilt later finds it too.
    """
    days, matures = audit.terms.thresholds.churn_days, moment(survival.get("matures_at"))
    if matures is None:
        return f"churn is provisional: the {days} days after the work are not over"
    if audit.facts.now is None or audit.facts.now < matures:
        return f"churn is provisional until {matures:%Y-%m-%d} ({days} days after the work)"
    return f"the {days} days are over since {matures:%Y-%m-%d}; measure churn again"


def _evidence(window: Window, audit: Audit) -> Iterator[Finding]:
    if window.finalised and not window.evidence:
        yield finding(window.id, "evidence-missing", "no acceptance run", where="evidence")
    failures = audit.terms.failures
    for row, passed in zip(window.evidence, repairs(window.evidence, failures), strict=True):
        where = text_of(row.values, "test_run_id") or text_of(row.values, "capability")
        runner = text_of(row.values, "runner") or "a run"
        if passed:
            what = f"{runner} {repair_words(row, passed)}"
            ids = (row.id, passed.id)
            yield finding(window.id, "evidence-repaired", what, where=where, rows=ids)
        elif text_of(row.values, "result") in failures:
            result = text_of(row.values, "result")
            what = f"{runner} failed" if result == "fail" else f"{runner} ended {result}"
            yield finding(window.id, "evidence-failed", what, where=where, rows=(row.id,))
        yield from _artifact(window, audit, row, where)


def _artifact(window: Window, audit: Audit, row: Row, where: str) -> Iterator[Finding]:
    """Whether the artefact still is what was recorded, and whether it serves other windows."""
    path, recorded = text_of(row.values, "artifact"), text_of(row.values, "artifact_sha256")
    current = audit.facts.artifacts.get(path)
    if recorded and current is not None and current != recorded:
        what = f"{path} {'holds something else now' if current else 'is gone'}"
        severity: Severity = "error" if current else "note"
        code = "evidence-artifact-changed"
        yield finding(window.id, code, what, where=where, severity=severity, rows=(row.id,))
    for run in runs_of(row):
        others = [w for w in audit.neighbours.artifacts.get(run, ()) if w != window.id]
        if others:
            what = f"{run[0]} {run[1]} also serves {', '.join(others)}"
            yield finding(window.id, "evidence-reused", what, where=where, rows=(row.id,))
            return


def _quality(window: Window, audit: Audit) -> Iterator[Finding]:
    given, constant = audit.neighbours.qualities, audit.neighbours.constant_quality
    stated = window.finalised.canonical.quality if window.finalised else None
    many = given >= audit.terms.thresholds.constant_quality_windows
    if stated is not None and constant is not None and many:
        what = f"all {given} windows were given quality {stated}"
        yield finding(window.id, "quality-constant", what, where="quality")


def _contradicted(window: Window, audit: Audit) -> Iterator[Finding]:
    """Rows of one key that two clones recorded otherwise; what a verdict reads is an error."""
    for rival in audit.facts.contradicted.get(window.id, ()):
        what = f"clones recorded {rival.ledger} otherwise under one key; {rival.rows[0]} counts"
        severity: Severity = "error" if rival.ledger in JUDGED else "warning"
        code, where = "key-contradicted", rival.ledger
        yield finding(window.id, code, what, where=where, severity=severity, rows=rival.rows)


WORK_CHECKS: tuple[Callable[[Window, Audit], Iterable[Finding]], ...] = (
    _ranges,
    _churn,
    _others,
    _reverted,
    _evidence,
    _quality,
    _contradicted,
)
