"""Churn of several windows together: sums of lines over ranges, never a mean of shares.

Depends on `measure.outcome` and `estimate`. A range that two windows share is one set of lines; a
range measured twice counts once, by a final figure where there is one, else by the later row.
"""

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from gitledger.measure.estimate import Estimate, plain, unknown
from gitledger.measure.outcome import WindowOutcome
from gitledger.windows.churn import WindowChurn

POOLED = "pooled"
CLUMPS = "no interval: lines die in clumps; each churn row has one, over its commits"
NO_LINES = "no line was merged"


@dataclass(frozen=True, slots=True)
class PooledChurn:
    """The churn of one arm's finished windows.

    `churn_14d` is lines dead within 14 days over lines that landed, of the ranges that are final.
    `so_far` <= the share of the lines of all known ranges that is or will be gone <= `upper`, all
    of it where a range was reverted; None without a known range. `until` is the day the last open
    range is final; `unknown` are windows whose features may be gone for all that anybody knows.
    """

    churn_14d: Estimate
    so_far: float | None = None
    upper: float | None = None
    ranges: int = 0
    until: str = ""
    unknown: tuple[tuple[str, str], ...] = ()

    def payload(self) -> Mapping[str, object]:
        """JSON form: the final churn, and the bounds over all known ranges."""
        return {
            **self.churn_14d.payload(),
            "churn_so_far": plain(self.so_far),
            "upper": plain(self.upper),
            "ranges": self.ranges,
            "until": self.until or None,
            "unknown": [{"window": w, "reason": why} for w, why in self.unknown],
        }


def pooled_churn(outcomes: Sequence[WindowOutcome]) -> PooledChurn:
    """The churn of an arm over its finished windows; no meter is needed for it."""
    finished = [o for o in outcomes if not o.unfinished]
    ranges = ranges_of(finished)
    bound = [(found, ends) for found in ranges if (ends := found.bounds) is not None]
    lines = math.fsum(found.merged or 0.0 for found, _ in bound)
    so_far, upper = (
        math.fsum((found.merged or 0.0) * ends[side] for found, ends in bound) / lines
        if lines
        else None
        for side in (0, 1)
    )
    lacking = [(o.window, o.churn.unknown) for o in finished if o.successes and o.churn.unknown]
    return PooledChurn(
        churn_14d=final_share(ranges),
        so_far=so_far,
        upper=upper,
        ranges=len(bound),
        until=max((found.until for found, ends in bound if ends[0] < ends[1]), default=""),
        unknown=tuple((window, why) for window, why in lacking if why != NO_LINES),
    )


def final_share(ranges: Sequence[WindowChurn]) -> Estimate:
    """Dead over landed lines of the ranges whose fourteen days are over."""
    final = [(found.churn_14d, found.merged) for found in ranges]
    known = [(share * lines, lines) for share, lines in final if share is not None and lines]
    if not known:
        return unknown("no churn is final yet", method=POOLED)
    share = math.fsum(dead for dead, _ in known) / math.fsum(lines for _, lines in known)
    return Estimate(share, n=len(known), method=POOLED, reason=CLUMPS)


def ranges_of(outcomes: Sequence[WindowOutcome]) -> list[WindowChurn]:
    """The ranges with lines that landed, each once, in the order they first come.

    A commit that several windows have counts with the first of them alone.
    """
    found: dict[tuple[str, ...], WindowChurn] = {}
    for churn in (o.churn for o in outcomes if o.churn.merged):
        key = (*churn.span, churn.commits) if all(churn.span) else (churn.row,)
        known = found.get(key)
        if known is None or known.churn_14d is None or churn.churn_14d is not None:
            found[key] = churn
    counted = set[str]()
    kept = []
    for churn in found.values():
        kept.append(without(churn, counted))
        counted |= {lines.commit for lines in churn.shared}
    return [churn for churn in kept if churn.merged]


def without(churn: WindowChurn, counted: Collection[str]) -> WindowChurn:
    """The churn of a window without the lines of commits that another window counted."""
    twice = [lines for lines in churn.shared if lines.commit in counted]
    if not twice or churn.so_far is None or churn.upper is None or not churn.merged:
        return churn
    merged = churn.merged - math.fsum(lines.merged for lines in twice)
    if merged <= 0:
        return churn._replace(merged=0.0)
    dead = churn.so_far * churn.merged - math.fsum(lines.dead for lines in twice)
    most = churn.upper * churn.merged
    most -= math.fsum(lines.dead + lines.unresolved for lines in twice)
    share, upper = (min(max(lines / merged, 0.0), 1.0) for lines in (dead, most))
    final = churn.so_far == churn.upper
    return churn._replace(merged=merged, so_far=share, upper=share if final else upper)
