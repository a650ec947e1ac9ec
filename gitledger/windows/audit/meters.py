"""Checks of a window's captures, finalisations and deltas. Depends on folded windows."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from decimal import Decimal

from gitledger.errors import Severity, with_noun
from gitledger.ledger.values import stamp
from gitledger.windows.account import same_reading
from gitledger.windows.audit.facts import Audit
from gitledger.windows.audit.findings import FROM_CAPTURES, Finding, finding
from gitledger.windows.delta import Delta
from gitledger.windows.features import REVERTED as TAKEN_BACK
from gitledger.windows.features import UNKNOWN
from gitledger.windows.snapshot import (
    DEFAULT_BUCKET,
    NO_ACCOUNT,
    Snapshot,
    moment,
    number_of,
    text_of,
)
from gitledger.windows.window import AFTER, BEFORE, Capture, Window

USAGE_PROVIDERS = {"codex-ccusage": "codex", "ccusage": "claude", "claude-monitor": "claude"}
FULL = Decimal(100)


def place(provider: str, account: str, meter: str = "", bucket: str = DEFAULT_BUCKET) -> str:
    """Where something was found, without what goes without saying: `codex/work spark weekly`."""
    holder = provider if account == NO_ACCOUNT else f"{provider}/{account}"
    pool = "" if bucket == DEFAULT_BUCKET else bucket
    return " ".join(word for word in (holder, pool, meter) if word)


def _duplicate_snapshots(window: Window, _: Audit) -> Iterator[Finding]:
    for capture in window.captures:
        if capture.duplicates:
            yield finding(
                window.id,
                "duplicate-snapshot",
                f"{capture.entries} readings {capture.phase} the work; the newest counts",
                where=_capture_place(capture),
                rows=(shot.row for shot in capture.duplicates),
            )


def _finalisations(window: Window, _: Audit) -> Iterator[Finding]:
    final = window.finalised
    if final and final.duplicates:
        entries = 1 + len(final.duplicates)
        rows = [entry.row for entry in final.duplicates]
        what = f"completed {entries} times with the same values; that counts once"
        yield finding(window.id, "duplicate-finalise", what, where="complete", rows=rows)
    if final and final.conflicting:
        rows = [entry.row for entry in final.conflicting]
        what = "completed again with different values and no reason; the latest counts"
        yield finding(window.id, "conflicting-finalise", what, where="complete", rows=rows)


def _missing(window: Window, _: Audit) -> Iterator[Finding]:
    for provider, account in window.holders:
        before = window.capture(provider, account, BEFORE)
        for phase in (BEFORE, AFTER):
            capture = before if phase == BEFORE else window.capture(provider, account, AFTER)
            what = _absence(phase, capture, before)
            if what:
                code = f"missing-{phase}"
                yield finding(window.id, code, what, where=place(provider, account))


def _absence(phase: str, capture: Capture | None, before: Capture | None) -> str:
    """Why a phase has no reading of an account; "" when it has one. `before` is its BEFORE."""
    if capture is None:
        return f"no reading {phase} the work"
    if capture.canonical.is_unread:
        return f"no reading {phase} the work, as seen on this machine"
    if not capture.canonical.readings:
        return f"the text {phase} the work held no number"
    if before is not None and before.canonical.captured_at > capture.canonical.captured_at:
        return "the newest reading before is later than the one after"
    return ""


def _timing(window: Window, audit: Audit) -> Iterator[Finding]:
    """An AFTER is due some minutes after the last commit, or at least after the BEFORE."""
    commits = [moment(row.values.get("committed_at")) for row in window.commits]
    last_commit = max((when for when in commits if when is not None), default=None)
    for provider, account in window.holders:
        after = window.capture(provider, account, AFTER)
        before = window.capture(provider, account, BEFORE)
        if after is None or after.canonical.manual or after.canonical.is_unread:
            continue
        work_end = last_commit or (before.canonical.captured_at if before else None)
        yield from _time(window, audit, after, work_end, committed=last_commit is not None)


def _time(
    window: Window, audit: Audit, after: Capture, work_end: datetime | None, *, committed: bool
) -> Iterator[Finding]:
    limits = audit.terms.thresholds
    if work_end is None:
        return
    gap = after.canonical.captured_at - work_end
    since = "the last commit" if committed else "the first reading"
    side = "before" if gap < timedelta() else "after"
    shown = f"the reading after the work was taken {_minutes(abs(gap))} {side} {since}"
    rows = (after.canonical.row,)
    if gap < limits.after_delay:
        due = f"{stamp(work_end + limits.after_delay)[:16].replace('T', ' ')}Z"
        wait = f"wait at least {limits.after_delay_minutes} min, until {due}: meters update late"
        what = f"{shown}; {wait}"
        yield finding(window.id, "early-after", what, where=_capture_place(after), rows=rows)
    elif committed and gap > timedelta(hours=float(limits.late_after_hours)):
        yield finding(window.id, "late-after", shown, where=_capture_place(after), rows=rows)


def _panes(window: Window, _: Audit) -> Iterator[Finding]:
    for capture in window.captures:
        shot = capture.canonical
        faults = []
        if shot.stale:
            faults.append(("stale-pane", f"is outdated: {shot.stale[0][1]}"))
        if shot.says("nested-panes"):
            faults.append(("nested-panes", "holds several outputs, pasted into each other"))
        if shot.simulated:
            faults.append(("fixture-source", "is a test"))
        for code, fault in faults:
            what = f"the reading {capture.phase} the work {fault}"
            where = _capture_place(capture)
            yield finding(window.id, code, what, where=where, rows=(shot.row,))


def _captured_problems(window: Window, _: Audit) -> Iterator[Finding]:
    """What a capture that counts reported of its own text, but for mere notes."""
    for capture in window.captures:
        shot = capture.canonical
        for code, what, severity in shot.problems:
            if severity != "note" and code in FROM_CAPTURES:
                told = f"{capture.phase.upper()}: {what}"
                place_ = _capture_place(capture)
                yield finding(window.id, code, told, where=place_, rows=(shot.row,))


def _same_text(window: Window, _: Audit) -> Iterator[Finding]:
    """One text on both sides, said to be of two times: it counts, and a person should look."""
    texts = [capture.canonical.digest for capture in window.captures]
    if len({*texts}) == len(texts):
        return
    for provider, account in window.holders:
        sides = [window.capture(provider, account, phase) for phase in (BEFORE, AFTER)]
        shots = [side.canonical for side in sides if side is not None]
        if len(shots) < 2 or same_reading(*shots):
            continue
        if shots[0].digest and shots[0].digest == shots[1].digest:
            what = "before and after are the same text, given for two times"
            rows = (shot.row for shot in shots)
            yield finding(window.id, "same-text", what, where=place(provider, account), rows=rows)


STATE_CODES = {
    "same-reading": "same-reading",
    "non-monotonic": "non-monotonic",
    "anchor-moved": "anchor-moved",
    "reset-between": "reset-between",
    "shared": "shared-account",
}


def _delta_states(window: Window, audit: Audit) -> Iterator[Finding]:
    """States that leave a meter without a delta; a note where the capacity meter has one."""
    for delta in window.deltas:
        code = STATE_CODES.get(delta.state)
        if code:
            counts = delta.meter == audit.terms.capacity_meter(delta.provider)
            # a fall is wrong on any meter; the rest matters on the one that capacity is counted in
            severity: Severity | None = None if counts or code == "non-monotonic" else "note"
            rows = _sides_of(window, delta) if code == "non-monotonic" else ()
            yield finding(
                window.id, code, delta.why, where=_delta_place(delta), severity=severity, rows=rows
            )


def _sides_of(window: Window, delta: Delta) -> tuple[str, ...]:
    """The rows of both readings of a delta, the later first: the likelier one to be wrong."""
    sides = (window.capture(delta.provider, delta.account, phase) for phase in (AFTER, BEFORE))
    return tuple(side.canonical.row for side in sides if side is not None)


def _buffer(window: Window, audit: Audit) -> Iterator[Finding]:
    limit = FULL - audit.terms.thresholds.buffer_pp
    for capture in window.captures:
        for reading in capture.canonical.readings:
            if capture.phase == AFTER and reading.meter == "weekly" and reading.used > limit:
                what = f"{reading.used} % used, over {limit} %"
                where = place(capture.provider, capture.account, reading.meter, reading.bucket)
                rows = (capture.canonical.row,)
                yield finding(window.id, "buffer-breached", what, where=where, rows=rows)


def _features(window: Window, audit: Audit) -> Iterator[Finding]:
    final = window.final
    if final is None:
        return
    if final.features == 0:
        yield finding(window.id, "no-features", "completed without features", where="complete")
    for one in final.left_out:
        if one.reason == UNKNOWN:
            what = f"{one.feature} is not on the capability map: not counted"
            yield finding(window.id, "unknown-capability", what, where=one.feature)
        elif one.reason == TAKEN_BACK:
            what = f"{one.feature} was reverted in {one.what[:12]}: not counted"
            yield finding(window.id, "feature-reverted", what, where=one.feature)
    for entry in final.delivered:
        meter = audit.terms.capacity_meter(entry.provider)
        delta = window.delta(entry.provider, entry.account, meter)
        if entry.features > 0 and delta and delta.usable and delta.value == 0:
            what = (
                f"{with_noun(entry.features, 'feature')} while the meter stayed at {delta.after} %"
            )
            yield finding(window.id, "zero-capacity", what, where=_delta_place(delta))


def _usage(window: Window, audit: Audit) -> Iterator[Finding]:
    """A counting tool's own percent against the 5 h bar, over one point and a tenth apart."""
    for row in window.usage:
        guess = number_of(row.values, "percent_used")
        source = text_of(row.values, "source")
        provider = text_of(row.values, "provider") or USAGE_PROVIDERS.get(source, "")
        shown = _five_hours(window, provider)
        if guess is None or shown is None:
            continue
        gap, larger = abs(guess - shown), max(guess, shown)
        # both are rounded: a point apart says nothing
        if gap > 1 and gap > audit.terms.thresholds.usage_divergence * larger:
            what = f"{source} says {guess} %, the bar {shown} %"
            where = place(provider, NO_ACCOUNT, "5h")
            yield finding(window.id, "usage-divergence", what, where=where, rows=(row.id,))


def _five_hours(window: Window, provider: str) -> Decimal | None:
    """What the provider's 5 h bar showed last in a window, over its accounts."""
    shots: Iterable[Snapshot] = (
        c.canonical for c in window.captures if c.provider == provider and c.phase == AFTER
    )
    found = [r.used for shot in shots for r in shot.readings if r.meter == "5h"]
    return found[0] if found else None


def _capture_place(capture: Capture) -> str:
    return f"{place(capture.provider, capture.account)} {capture.phase}"


def _delta_place(delta: Delta) -> str:
    return place(delta.provider, delta.account, delta.meter, delta.bucket)


def _minutes(gap: timedelta) -> str:
    seconds = int(gap.total_seconds())
    return f"{seconds} s" if abs(seconds) < 60 else f"{seconds // 60} min"


METER_CHECKS: tuple[Callable[[Window, Audit], Iterable[Finding]], ...] = (
    _duplicate_snapshots,
    _finalisations,
    _missing,
    _timing,
    _panes,
    _captured_problems,
    _same_text,
    _delta_states,
    _buffer,
    _features,
    _usage,
)
