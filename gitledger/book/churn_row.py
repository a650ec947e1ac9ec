"""A measured range as a row's columns and as JSON. Reads and writes nothing."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from gitledger.book.churn import Measured
from gitledger.book.credit_row import (
    COMMITS_KEPT,
    RUNS_KEPT,
    followed_values,
    foreign_values,
    run_values,
)
from gitledger.git.code.facts import ExcludedFile
from gitledger.ledger.row import without_unknown
from gitledger.ledger.values import canonical_time
from gitledger.lines.shares import DEFINITION
from gitledger.lines.survival import CommitLines
from gitledger.report.figures import count_text

EXCLUDED_KEPT = 50  # a row is a file in every clone: counts are whole, lists are samples
MOVED_TOLD = 5
TAKERS_KEPT = 5
AGES_KEPT = 200
DIGITS = 6


def row_values(measured: Measured) -> dict[str, Any]:
    """The columns of a churn row that the range itself decides; unknown ones are absent."""
    facts = measured.facts
    commits = [commit.sha for commit in facts.span.commits]
    values = {
        "commit_start": facts.span.start,
        "commit_end": facts.span.end,
        "decision": measured.decision,
        "files_changed": facts.files_changed,
        "directories": facts.directories,
        "insertions": facts.insertions,
        "deletions": facts.deletions,
        "net": facts.insertions - facts.deletions,
        "gross_insertions": facts.gross_insertions,
        "gross_deletions": facts.gross_deletions,
        "binary_files": facts.binary_files,
        "patch_id": facts.patch_id or None,
        "runs": [run_values(part) for part in measured.parts[:RUNS_KEPT]],
        "run_count": len(measured.parts) if commits else 0,
        "foreign": foreign_values(measured),
        "range_stated": measured.credit.whole or None,
        "base": facts.span.base if facts.span.base != facts.span.start else None,
        "tree_start": facts.tree_start,
        "tree_end": facts.tree_end,
        "commits": commits if len(commits) <= COMMITS_KEPT else None,
        "commit_count": len(commits),
        "commits_sha256": hashlib.sha256("\n".join(commits).encode("ascii")).hexdigest(),
        "horizon_commit": measured.survival.horizon or None,
        "definition": DEFINITION["definition"],
        "survival": without_unknown(survival_values(measured)),
        "excluded": excluded_values(facts.excluded[:EXCLUDED_KEPT]),
        "excluded_files": len(facts.excluded),
        "options_sha256": measured.digest,
        "notes": moved_out(facts.moved_out) or None,
    }
    if measured.relinked:
        values["followed_as"] = followed_values(measured)
    return without_unknown(values)


def survival_values(measured: Measured) -> dict[str, Any]:
    """The `survival` object; what is unknown is None."""
    counts, parts = measured.survival, measured.shares
    counted = counts.state != "unlanded"
    return {
        "state": counts.state,
        "now": moment(counts.now),
        "branch": measured.branch or None,
        "horizon_commit": counts.horizon or None,
        "lines_born": counts.born if counted else None,
        "joined": counts.joined if counted else None,
        "alive_at_end": counts.alive_at_end if counted else None,
        "dead": counts.dead if counted else None,
        "dead_of_alive": counts.dead_of_alive if counted else None,
        "moved": counts.moved,
        "gone_of_alive": counts.gone_of_alive if counted else None,
        "gone_by": [{"commit": sha, "lines": n} for sha, n in counts.gone_by[:TAKERS_KEPT]],
        "ages": age_values(counts.by_commit) if counted else None,
        "churn_14d": six_decimals(parts.churn_14d),
        "wip_churn": six_decimals(parts.wip_churn),
        "churn_14d_gross": six_decimals(parts.churn_14d_gross),
        "churn_so_far": six_decimals(parts.churn_so_far),
        "upper": six_decimals(parts.upper),
        "low": six_decimals(parts.low),
        "high": six_decimals(parts.high),
        "method": parts.method,
        "n": parts.n,
        "exposed_share": six_decimals(parts.exposed_share),
        "matures_at": moment(counts.matures_at) if counts.matures_at else None,
    }


def age_values(commits: Sequence[CommitLines]) -> list[dict[str, Any]] | None:
    """For each commit its lines that landed, days watched, deaths by day; None for too many."""
    landed = [one for one in commits if one.alive_at_end]
    if len(landed) > AGES_KEPT:
        return None
    return [
        {"lines": one.alive_at_end, "days": one.watched, "dead": list(one.ages)} for one in landed
    ]


def payload_of(values: Mapping[str, Any]) -> dict[str, Any]:
    """The JSON of one measured or skipped range, every promised key in it; null is unknown."""
    survival = dict(values.get("survival") or {})
    sides = ("insertions", "deletions")
    gross = {side: values[f"gross_{side}"] for side in sides if "gross_insertions" in values}
    return {
        **{name: values.get(name) for name in TOLD},
        "gross": gross or None,
        "per_feature": {
            "features": values.get("features"),
            "net_lines": values.get("normalized_churn"),
            "touched": values.get("touched_per_feature"),
        },
        "survival": {name: survival.get(name) for name in SURVIVAL} if survival else None,
        "excluded": values.get("excluded", []),
        "excluded_files": values.get("excluded_files"),
    }


TOLD = (
    *("window", "provider", "methodology", "date", "commit_start", "commit_end", "decision"),
    *("reason", "files_changed", "insertions", "deletions", "net", "binary_files", "patch_id"),
    *("base", "tree_start", "tree_end", "commit_count", "commits", "paths", "followed_as"),
    *("runs", "run_count", "foreign", "range_stated", "options_sha256", "notes"),
)
SURVIVAL = (
    *("state", "now", "branch", "horizon_commit", "lines_born", "joined", "alive_at_end"),
    *("dead", "dead_of_alive", "moved", "gone_of_alive", "gone_by", "churn_14d", "wip_churn"),
    *("churn_14d_gross", "churn_so_far"),
    *("upper", "low", "high", "method", "n", "exposed_share", "matures_at"),
)


def excluded_values(files: Sequence[ExcludedFile]) -> list[dict[str, Any]]:
    """Excluded files as plain values."""
    return [
        {
            "path": printable(file.path),
            "reason": file.reason,
            "insertions": file.insertions,
            "deletions": file.deletions,
        }
        for file in files
    ]


def moved_out(files: Sequence[tuple[str, str]]) -> str:
    """Which files a rename took out of what counts, in a sentence; "" where none left."""
    told = [f"{printable(old)} was renamed to {printable(new)}" for old, new in files[:MOVED_TOLD]]
    more = len(files) - MOVED_TOLD
    told += [f"so were {count_text(more, 'more file')}"] if more > 0 else []
    return f"{', '.join(told)}; lines that leave what counts are reported as gone" if told else ""


def six_decimals(value: float | None) -> float | None:
    """Six decimals: more than a share of lines can mean."""
    return None if value is None else round(value, DIGITS)


def moment(seconds: int) -> str:
    """Unix seconds as a row's timestamp."""
    return canonical_time(datetime.fromtimestamp(seconds, UTC))


def printable(path: str) -> str:
    """A path as text that a row may hold, other bytes and control characters escaped."""
    text = path.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)
