"""Whose commits a measure counts, as a row's columns. Reads and writes nothing."""

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any

from gitledger.git.code.facts import RangeFacts
from gitledger.ledger.row import without_unknown

if TYPE_CHECKING:  # it traces lines and loads numpy; who only counts features needs none
    from gitledger.book.churn import Measured

COMMITS_KEPT = 600  # 43 bytes each: 600 are 26 KB of a row; the count beside them is whole
RUNS_KEPT = 200


def run_values(part: RangeFacts) -> dict[str, Any]:
    """A run as plain values: its end points, commits where it has several, patch-id and lines."""
    commits = [commit.sha for commit in part.span.commits]
    values = {
        "start": part.span.start,
        "end": part.span.end,
        "commits": commits if 1 < len(commits) <= COMMITS_KEPT else None,
        "commit_count": len(commits),
        "patch_id": part.patch_id or None,
        "insertions": part.insertions,
        "deletions": part.deletions,
    }
    return without_unknown(values)


def foreign_values(measured: "Measured") -> dict[str, int] | None:
    """Commits of others between those that count, and the lines they added; None in a whole range.

    Of a whole range nobody asks whose its commits are.
    """
    if measured.credit.whole:
        return None
    return {"commits": len(measured.credit.others), "lines": measured.foreign_lines}


def shared_values(
    measured: "Measured", windows: Mapping[str, Collection[str]]
) -> list[dict[str, Any]]:
    """The lines of commits that were recorded for several windows, so that sums count them once."""
    return [
        {
            "commit": lines.sha,
            "windows": list(windows[lines.sha]),
            "merged": lines.alive_at_end,
            "dead": lines.dead_of_alive,
            "unresolved": lines.unresolved,
        }
        for lines in measured.survival.by_commit
        if len(windows.get(lines.sha, ())) > 1
    ][:RUNS_KEPT]


def followed_values(measured: "Measured") -> dict[str, Any]:
    """The rewritten work that was followed: its ends, what led there, and how much of it."""
    new = measured.relinked
    hows = dict.fromkeys(one.how for one in new)
    of = sum(bool(part.span.commits) for part in measured.parts)
    told = {"start": new[0].start, "end": new[-1].end, "how": " ".join(hows)}
    found = sum(one.runs for one in new if not one.missing)
    return {**told, "runs": found, "of_runs": of, "commits_missing": measured.unfollowed}
