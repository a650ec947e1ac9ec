"""What became of a window's lines, as its churn rows tell it: which row counts, and its figures.

Depends on folded windows. A figure that no row knows is None, never 0.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import NamedTuple

from gitledger.ledger.row import Row, map_of
from gitledger.windows.snapshot import maps_of, text_of
from gitledger.windows.window import Window

MEASURED = "measured"
REVERTED_SHARE = 0.9  # so much of what was merged is gone: taken back, whatever took it
NAMELESS = "unnamed"  # rows of before 0.2.0 name no commit
FIRST_VERSION = "gitledger 0.1."  # the tool of its rows
INTERVAL = "measured by 0.1.0, may hold others' lines; measure again"
DAY = 10  # digits of a date at the head of a timestamp


class SharedLines(NamedTuple):
    """The lines of one commit that several windows have: merged, dead by now, and still open."""

    commit: str
    merged: float
    dead: float
    unresolved: float


class WindowChurn(NamedTuple):
    """The churn of one provider's part of a window, by the row that counts.

    `so_far` <= the share of merged lines that is gone within 14 days <= `upper`; both are the
    final figure once the days are over, None where it is unknown. `merged` counts the lines that
    landed, `gone` those of them that are gone, however old they grew; `until` is the day it is
    final; `span` the range that was measured; `reverted_by` the commit that took the work back,
    where one was found: its whole patch (`undone`), or most of its lines. `remark` says what a
    reader of the figures should know of how they were measured; `commits` stands for the commits
    that were, `shared` holds the lines of those that other windows have as well.
    """

    row: str = ""
    provider: str = ""
    decision: str = ""
    state: str = ""
    merged: float | None = None
    so_far: float | None = None
    upper: float | None = None
    until: str = ""
    span: tuple[str, str] = ("", "")
    insertions: float | None = None
    deletions: float | None = None
    net: float | None = None
    gone: float | None = None
    reverted_by: str = ""
    undone: bool = False
    remark: str = ""
    commits: str = ""
    shared: tuple[SharedLines, ...] = ()

    @property
    def bounds(self) -> tuple[float, float] | None:
        """The least and the most that is gone; all of it where the range was reverted."""
        if self.reverted:
            return (1.0, 1.0)
        if self.so_far is None or self.upper is None:
            return None
        return (self.so_far, self.upper)

    @property
    def seen_gone(self) -> tuple[float, float] | None:
        """The share of merged lines that was seen to be gone, with its bounds: what is told."""
        if self.reverted and not self.undone and self.gone is not None and self.merged:
            return (self.gone / self.merged,) * 2
        if self.undone or self.so_far is None or self.upper is None:
            return self.bounds
        return (self.so_far, self.upper)

    @property
    def churn_14d(self) -> float | None:
        """The share of merged lines dead within 14 days, once it cannot change any more."""
        return self.so_far if self.so_far == self.upper else None

    @property
    def reverted(self) -> bool:
        """Whether the work was taken back: its patch was undone, or nine lines in ten are gone."""
        return bool(self.reverted_by)

    @property
    def unknown(self) -> str:
        """Why nobody can tell what is gone; empty when somebody can."""
        if self.bounds is not None:
            return ""
        if not self.row:
            return "no churn row"
        if self.decision != MEASURED:
            return f"churn skipped: {self.decision}"
        if self.state in {"no-lines", "unlanded"} or self.merged == 0:
            return "no line was merged"
        return f"open until {self.until}" if self.until else "no churn figure"


NO_CHURN = WindowChurn()


def newest_churn(window: Window) -> Mapping[str, Row]:
    """For every provider the churn row that counts: the last one, one of whole ranges first.

    A measured row comes before a skipped one, a row of all paths before one of some.
    """
    found: dict[str, Row] = {}
    for row in window.churn:
        provider = text_of(row.values, "provider")
        known = found.get(provider)
        if known is None or _weight(row) >= _weight(known):
            found[provider] = row
    return found


def _weight(row: Row) -> tuple[bool, bool]:
    return (is_measured(row), not row.values.get("paths"))


def is_measured(row: Row) -> bool:
    """Whether a churn row holds a measure, not the reason why there is none."""
    return text_of(row.values, "decision", MEASURED) == MEASURED


def churn_of(window: Window, provider: str, undone_by: str = "") -> WindowChurn:
    """A provider's churn in a window; a row without a provider speaks for every one.

    `undone_by` is the commit that took the window's whole patch back (`Facts.reverted`).
    """
    rows = newest_churn(window) if window.churn else {}
    row = rows.get(provider) or rows.get("")
    if row is None:
        if not undone_by:
            return NO_CHURN
        return NO_CHURN._replace(reverted_by=undone_by, undone=True)
    return churn_of_row(row, undone_by)._replace(remark=remark_of(window, row))


def churns_of(window: Window, undone_by: str = "") -> tuple[WindowChurn, ...]:
    """The churn of each provider that has a row; of undone work even without one."""
    found = tuple(churn_of(window, name, undone_by) for name in newest_churn(window))
    return found or ((churn_of(window, "", undone_by),) if undone_by else ())


def remark_of(window: Window, row: Row) -> str:
    """What to know of a churn row: 0.1.0 measured all between a window's first and last commit.

    Its rows name no runs and no commits that took lines. Of another version's rows that lack them
    (imported, appended) only a window with recorded commits is in doubt: else its range was stated.
    """
    # the interval of one commit is that commit
    several = _figure(row.values, "commit_count") != 1.0
    told = "gone_of_alive" in map_of(row.values, "survival")
    old = not told and not {"runs", "range_stated"} & set(row.values)
    unsure = bool(window.commits) or row.tool.startswith(FIRST_VERSION)
    return INTERVAL if old and several and is_measured(row) and unsure else ""


def churn_of_row(row: Row, undone_by: str = "") -> WindowChurn:
    """A churn row as a value."""
    survival = map_of(row.values, "survival")
    share = _figure(survival, "churn_14d")
    merged, gone = _figure(survival, "alive_at_end"), _figure(survival, "gone_of_alive")
    so_far, upper = _figure(survival, "churn_so_far"), _figure(survival, "upper")
    return WindowChurn(
        row=row.id,
        provider=text_of(row.values, "provider"),
        decision=text_of(row.values, "decision", MEASURED),
        state=text_of(survival, "state"),
        merged=merged,
        so_far=so_far if share is None else share,
        upper=upper if share is None else share,
        until=text_of(survival, "matures_at")[:DAY],
        span=(text_of(row.values, "commit_start"), text_of(row.values, "commit_end")),
        insertions=_figure(row.values, "insertions"),
        deletions=_figure(row.values, "deletions"),
        net=_figure(row.values, "net"),
        gone=gone,
        reverted_by=undone_by or _taker(survival, merged, gone),
        undone=bool(undone_by),
        commits=text_of(row.values, "commits_sha256"),
        shared=tuple(map(_shared, maps_of(row.values, "shared"))),
    )


def _shared(entry: Mapping[str, object]) -> SharedLines:
    merged, dead, late = (_figure(entry, n) or 0.0 for n in ("merged", "dead", "unresolved"))
    return SharedLines(text_of(entry, "commit"), merged, dead, late)


def _taker(survival: Mapping[str, object], merged: float | None, gone: float | None) -> str:
    """The commit that took most of the lines, where nearly all that landed are gone."""
    if merged and gone is None:
        # rows of before 0.2.0 tell only what died within 14 days
        share = _figure(survival, "churn_14d") or _figure(survival, "churn_so_far") or 0.0
        return NAMELESS if share >= REVERTED_SHARE else ""
    if not merged or not gone or gone / merged < REVERTED_SHARE:
        return ""
    takers = maps_of(survival, "gone_by")
    return text_of(takers[0], "commit", NAMELESS) if takers else NAMELESS


def _figure(values: Mapping[str, object], name: str) -> float | None:
    """A number of a row or of a map in it; what is none is unknown."""
    found = values.get(name)
    if isinstance(found, bool) or not isinstance(found, int | float | Decimal):
        return None
    return float(found)
