"""A measured or skipped range as text: net lines, whose commits count, what became of the lines."""

from collections.abc import Mapping, Sequence
from typing import Any

from gitledger.report.figures import count_text, percent


def churn_text(told: Mapping[str, Any]) -> str:
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
        lines.append(f"  left out    and {count_text(told['excluded_files'] - 5, 'more file')}")
    return "\n".join(lines)


def counted_lines(told: Mapping[str, Any]) -> list[str]:
    """The numstat facts in words."""
    gross, ends = told["gross"], f"+{told['insertions']} -{told['deletions']} = {told['net']:+d}"
    plural = "line" if abs(told["net"]) == 1 else "lines"
    files = count_text(told["files_changed"], "file")
    files += f", {told['binary_files']} binary" if told["binary_files"] else ""
    commits = count_text(told["commit_count"], "commit")
    steps = f"+{gross['insertions']} -{gross['deletions']} in {commits}"
    return [f"  net diff    {ends} {plural} in {files}", f"  commits     {steps}"]


def survival_lines(part: Mapping[str, Any]) -> list[str]:
    """What became of the lines, in words."""
    if not part or part["state"] in {"unlanded", "no-lines"}:
        words = {
            "unlanded": "no followed branch holds this range: churn unknown",
            "no-lines": "no lines were written",
        }
        return [f"14 days     {words[part['state']]}"] if part else []
    of = f"of {count_text(part['alive_at_end'], 'merged line')}"
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
    written = count_text(part["lines_born"], "written line")
    wip = f"reworked    {percent(part['wip_churn'])} of {written}, before they were merged"
    return [head, *interval_lines(part), wip, *joined_lines(part), *moved_lines(part)]


def interval_lines(part: Mapping[str, Any]) -> list[str]:
    """How the interval came about, where there is one."""
    if not part.get("method"):
        return []
    return [f"interval    95 %, {part['method']} over {count_text(part['n'], 'commit')}"]


def joined_lines(part: Mapping[str, Any]) -> list[str]:
    """How many lines were brought once more, where some were."""
    if not part.get("joined"):
        return []
    return [f"joined      {count_text(part['joined'], 'line')} more were brought twice and are one"]


def moved_lines(part: Mapping[str, Any]) -> list[str]:
    """How much of what is gone went elsewhere, where lines are gone and that is known."""
    moved, dead = part.get("moved"), part.get("dead")
    if moved is None or not dead:
        return []
    gone = count_text(dead, "line")
    return [f"moved       {percent(moved / dead)} of {gone} removed within 14 days were only moved"]


def credit_lines(told: Mapping[str, Any]) -> list[str]:
    """Whose commits count: runs, others' commits left out, what a rewritten range was found as."""
    runs, foreign, new = told.get("runs") or (), told.get("foreign"), told.get("followed_as")
    lines = []
    if told.get("range_stated"):
        lines.append("counted     whole, as the range was stated")
    many = int(told.get("run_count") or len(runs))
    if many > 1:
        lines.append(f"counted     {count_text(many, 'run')} of the window's own commits")
    if foreign and foreign["commits"]:
        left = f"{count_text(foreign['commits'], 'commit')}, {count_text(foreign['lines'], 'line')}"
        lines.append(f"in between  {left} of others left out")
    if new:
        found = f"{new['runs']} of {count_text(new['of_runs'], 'run')} found"
        lines.append(f"followed    as {new['end'][:12]} ({new['how'].replace('-', ' ')}; {found})")
    return lines


def recorded_text(rows: Sequence[Mapping[str, Any]]) -> str:
    """The churn of a window, provider by provider, each with its row."""
    told = []
    for each in rows:
        how = "already recorded as" if each["already"] else "recorded as"
        told += [churn_text(each), f"  {how} {each['row']}"]
    return "\n".join(told)
