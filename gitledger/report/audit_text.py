"""`audit` as text and as Markdown: what is alike in many windows is told once, errors first.

Depends on `report.console`, `report.figures`; takes the payload of `gitledger audit --json`.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from gitledger.report import markdown
from gitledger.report.capture_text import delta_lines
from gitledger.report.console import tone_lines
from gitledger.report.figures import count_text
from gitledger.report.row_text import FIRST_STEP

HANG = 16  # below what a finding's `next:` says
SEVERITIES = ("error", "warning", "note")
COLOURS = {"error": "red", "warning": "yellow", "note": ""}
NAMED = 6  # so many windows of a group are named
ALL_AT_ONCE = {"churn-missing": "gitledger churn --all"}
Part = Mapping[str, Any]


def audit_text(
    parts: Sequence[Part], *, detail: bool, width: int | None, colour: bool = False
) -> str:
    """The findings of one window in full (`detail`), or of many in groups; whole without a width.

    `parts` are audits of single windows.
    """
    lines = (
        [line for part in parts for line in window_lines(part)]
        if detail
        else grouped_findings(parts)
    )
    return tone_lines(lines, COLOURS, width=width, colour=colour, hang=HANG)


def window_lines(part: Part) -> list[str]:
    """One window's audit: its readings, what its meters say, its findings."""
    final = part["finalize"]["entries"]
    readings = count_text(sum(s["entries"] for s in part["snapshots"]), "reading")
    once = "completed" if final else "not completed"
    completed = f"completed {final} times" if final > 1 else once
    told = [f"{part['window']}: {readings}, {completed}"]
    for delta, line in zip(part["deltas"], delta_lines(part["deltas"]), strict=True):
        told.append(f"  {delta['provider']}{line[1:]}")
    for found in in_order(part["findings"]):
        told.append(f"  {found['severity']:<7} {found['code']}: {found['where']}: {found['what']}")
        told.append(f"          next: {found['hint']}")
    return [*told, total([part]), f"next: {first_step([part])}"]


def in_order(found: Sequence[Part]) -> list[Part]:
    """Errors first, each severity in the stated order."""
    return sorted(found, key=lambda f: SEVERITIES.index(f["severity"]))


def grouped_findings(parts: Sequence[Part]) -> list[str]:
    """Every finding once for all the windows that have it, errors first; clean windows named."""
    told = [total(parts)]
    for group in groups(parts):
        told.append(f"{group[0]['severity']:<7} {headline(group)}")
        told.append(f"        next: {step(group)}")
    clean = [part["window"] for part in parts if not part["findings"]]
    if clean:
        told.append(f"clean   {', '.join(clean)}")
    if parts:
        told.append("details of one window: gitledger audit --window " + gravest_detail(parts))
    return [*told, f"next: {first_step(parts)}"]


def groups(parts: Sequence[Part]) -> list[list[Part]]:
    """Findings of one code and severity together, errors first."""
    found: dict[tuple[int, str], list[Part]] = {}
    for part in parts:
        for each in part["findings"]:
            key = (SEVERITIES.index(each["severity"]), each["code"])
            found.setdefault(key, []).append(each)
    return [found[key] for key in sorted(found, key=lambda key: key[0])]


def headline(group: Sequence[Part]) -> str:
    """`churn-missing in 11 windows (W0-01, ...): churn was not measured`."""
    windows = list(dict.fromkeys(found["window"] for found in group))
    first = group[0]
    if len(group) == 1:
        return f"{first['code']} in {windows[0]}: {first['where']}: {first['what']}"
    named = ", ".join(windows[:NAMED]) + (", ..." if len(windows) > NAMED else "")
    whats = {found["what"] for found in group}
    told = first["what"] if len(whats) == 1 else f"for example {windows[0]}: {first['what']}"
    return f"{first['code']} in {count_text(len(windows), 'window')} ({named}): {told}"


def step(group: Sequence[Part]) -> str:
    """The command that answers a group: for all of them at once where there is one."""
    many = len({found["window"] for found in group}) > 1
    own = str(group[0]["hint"])
    return ALL_AT_ONCE.get(str(group[0]["code"]), own) if many else own


def gravest_detail(parts: Sequence[Part]) -> str:
    """The window whose detail is worth a look: the first with the gravest finding."""
    found = groups(parts)
    return str(found[0][0]["window"] if found else parts[0]["window"])


def first_step(parts: Sequence[Part]) -> str:
    """The first step of what is worth one; the figures where nothing is; a window where none is."""
    for group in groups(parts):
        if group[0]["severity"] != "note" and step(group).startswith("gitledger "):
            return step(group)
    return "gitledger preview" if parts else FIRST_STEP


def total(parts: Sequence[Part]) -> str:
    """`12 windows: 2 errors, 22 warnings, 0 notes`."""
    found = [f for part in parts for f in part["findings"]]
    counts = [count_text(sum(f["severity"] == s for f in found), s) for s in SEVERITIES]
    return f"{count_text(len(parts), 'window')}: {', '.join(counts) if found else 'no findings'}"


def audit_markdown(parts: Sequence[Part]) -> str:
    """The same as Markdown: one row for each finding, errors first."""
    rows = [
        [markdown.cell(word) for word in (f["severity"], f["code"], f["window"], told, f["hint"])]
        for group in groups(parts)
        for f in group
        for told in [f"{f['where']}: {f['what']}"]
    ]
    titles = ("severity", "finding", "window", "what", "next")
    body = markdown.table(titles, rows) if rows else ""
    clean = ", ".join(part["window"] for part in parts if not part["findings"])
    tail = f"Clean: {markdown.cell(clean)}" if clean else ""
    tail = tail if parts else f"next: {markdown.code(FIRST_STEP)}"
    return "\n\n".join(filter(None, (f"## Audit: {total(parts)}", body, tail)))
