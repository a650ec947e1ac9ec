"""A measured range as a row's columns, as JSON and as text. Reads and writes nothing."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from gitledger.book.churn import Measured
from gitledger.book.credit_row import (
    COMMITS_KEPT,
    RUNS_KEPT,
    credit_lines,
    followed_values,
    foreign_values,
    run_values,
)
from gitledger.git.code.facts import ExcludedFile
from gitledger.ledger.values import canonical_time
from gitledger.lines.shares import DEFINITION, per_feature
from gitledger.lines.survival import CommitLines
from gitledger.report.figures import counted, percent

EXCLUDED_KEPT = 50
MOVED_TOLD = 5
TAKERS_KEPT = 5
AGES_KEPT = 200
DIGITS = 6


def row_values(measured: Measured, features: float | None) -> dict[str, Any]:
    """The columns of a churn row that the range itself decides; unknown ones are absent."""
    facts = measured.facts
    commits = [commit.sha for commit in facts.span.commits]
    lines = per_feature(
        net=facts.insertions - facts.deletions,
        touched=facts.gross_insertions + facts.gross_deletions,
        features=features,
    )
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
        "features": features,
        "normalized_churn": rounded(lines.net_lines),
        "touched_per_feature": rounded(lines.touched),
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
        "survival": known(survival_values(measured)),
        "excluded": excluded_values(facts.excluded[:EXCLUDED_KEPT]),
        "excluded_files": len(facts.excluded),
        "options_sha256": measured.digest,
        "notes": moved_out(facts.moved_out) or None,
    }
    if measured.relinked:
        values["followed_as"] = followed_values(measured)
    return known(values)


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
        "churn_14d": rounded(parts.churn_14d),
        "wip_churn": rounded(parts.wip_churn),
        "churn_14d_gross": rounded(parts.churn_14d_gross),
        "churn_so_far": rounded(parts.churn_so_far),
        "upper": rounded(parts.upper),
        "low": rounded(parts.low),
        "high": rounded(parts.high),
        "method": parts.method,
        "n": parts.n,
        "exposed_share": rounded(parts.exposed_share),
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
    told = {name: values.get(name) for name in TOLD}
    gross = None
    if "gross_insertions" in values:
        gross = {
            "insertions": values["gross_insertions"],
            "deletions": values["gross_deletions"],
        }
    return {
        **told,
        "gross": gross,
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
    told += [f"so were {counted(more, 'more file')}"] if more > 0 else []
    return f"{', '.join(told)}; lines that leave what counts are told as gone" if told else ""


def known(values: Mapping[str, Any]) -> dict[str, Any]:
    """Without what is unknown: in a row it is absent."""
    return {name: value for name, value in values.items() if value is not None}


def rounded(value: float | None) -> float | None:
    """Six decimals: more than a share of lines can mean."""
    return None if value is None else round(value, DIGITS)


def moment(seconds: int) -> str:
    """Unix seconds as a row's timestamp."""
    return canonical_time(datetime.fromtimestamp(seconds, UTC))


def printable(path: str) -> str:
    """A path as text that a row may hold, other bytes and control characters escaped."""
    text = path.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def text_of(told: Mapping[str, Any]) -> str:
    """A measured or skipped range in a few lines."""
    head = " ".join(filter(None, (told.get("window"), told.get("provider"))))
    start, end = (str(told.get(name) or "?")[:12] for name in ("commit_start", "commit_end"))
    lines = [f"{head + ': ' if head else ''}{start}..{end}, {told['decision']}"]
    if told.get("reason"):
        lines.append(f"  {told['reason']}")
    if told["files_changed"] is not None:
        lines += counted_lines(told)
    lines += [f"  {line}" for line in credit_lines(told)]
    if told["per_feature"]["net_lines"] is not None:
        part = told["per_feature"]
        lines.append(
            f"  per feature {part['net_lines']:+.1f} net lines, {part['touched']:.1f} touched"
        )
    lines += [f"  {line}" for line in survival_lines(told.get("survival") or {})]
    lines += [f"  left out    {e['path']} ({e['reason']})" for e in told["excluded"][:5]]
    if (told["excluded_files"] or 0) > 5:
        lines.append(f"  left out    and {counted(told['excluded_files'] - 5, 'more file')}")
    return "\n".join(lines)


def counted_lines(told: Mapping[str, Any]) -> list[str]:
    """The numstat facts in words."""
    gross, ends = told["gross"], f"+{told['insertions']} -{told['deletions']} = {told['net']:+d}"
    plural = "line" if abs(told["net"]) == 1 else "lines"
    files = counted(told["files_changed"], "file")
    files += f", {told['binary_files']} binary" if told["binary_files"] else ""
    steps = (
        f"+{gross['insertions']} -{gross['deletions']} in {counted(told['commit_count'], 'commit')}"
    )
    return [f"  net diff    {ends} {plural} in {files}", f"  commits     {steps}"]


def survival_lines(part: Mapping[str, Any]) -> list[str]:
    """What became of the lines, in words."""
    if not part or part["state"] in {"unlanded", "no-lines"}:
        words = {
            "unlanded": "no followed branch holds this range: churn unknown",
            "no-lines": "no lines were written",
        }
        return [f"14 days     {words[part['state']]}"] if part else []
    of = f"of {counted(part['alive_at_end'], 'merged line')}"
    if part["state"] == "open":
        head = (
            f"14 days     {percent(part['churn_so_far'])} so far, worst case "
            f"{percent(part['upper'])} {of} (final on {part['matures_at'][:10]})"
        )
    else:
        between = (
            f" [{percent(part['low'])} to {percent(part['high'])}]"
            if part["low"] is not None
            else ""
        )
        head = f"14 days     {percent(part['churn_14d'])}{between} {of} were removed"
    written = counted(part["lines_born"], "written line")
    wip = f"reworked    {percent(part['wip_churn'])} of {written}, before they were merged"
    return [head, *interval_lines(part), wip, *joined_lines(part), *moved_lines(part)]


def interval_lines(part: Mapping[str, Any]) -> list[str]:
    """How the interval came about, where there is one."""
    if not part.get("method"):
        return []
    return [f"interval    95 %, {part['method']} over {counted(part['n'], 'commit')}"]


def joined_lines(part: Mapping[str, Any]) -> list[str]:
    """How many lines were brought once more, where some were."""
    if not part.get("joined"):
        return []
    return [f"joined      {counted(part['joined'], 'line')} more were brought twice and are one"]


def moved_lines(part: Mapping[str, Any]) -> list[str]:
    """How much of what is gone went elsewhere, where lines are gone and that is known."""
    moved, dead = part.get("moved"), part.get("dead")
    if moved is None or not dead:
        return []
    gone = counted(dead, "line")
    return [f"moved       {percent(moved / dead)} of {gone} gone within 14 days went elsewhere"]
