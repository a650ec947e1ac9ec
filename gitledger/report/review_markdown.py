"""The summary and the comment of a review: the gate's answer above the difference, within limits.

Takes the payload of `gitledger review --json`.
"""

from gitledger.report.check_markdown import check_markdown
from gitledger.report.diff_markdown import diff_markdown
from gitledger.report.markdown import cell, first_that_fits
from gitledger.report.payload import Json, child, words

COMMENT = 60_000  # characters; GitHub refuses 65,536
SUMMARY = 900 * 1024  # bytes; GitHub drops what has more than 1,024 KiB
GATE = 20_000  # characters of what the gate says: the difference needs room too
WIDEST = 4  # bytes of a character in UTF-8, at the most


def comment_markdown(payload: Json, marker: str) -> str:
    """The comment: its hidden marker, what the gate found, the difference."""
    gate, difference = gate_part(payload), child(payload, "diff")
    if not difference:
        return f"{marker}{gate}{nothing(payload)}"
    room = COMMENT - len(marker) - len(gate)
    return f"{marker}{gate}{diff_markdown(difference, max_chars=room)}"


def summary_markdown(payload: Json) -> str:
    """The job's summary: the same with more room, counted in bytes."""
    if words(payload, "problem"):
        step = words(payload, "hint")
        told = f"\n\nNext: {cell(step)}" if step else ""
        return f"### gitledger cannot tell\n\n{cell(words(payload, 'problem'))}{told}\n"
    gate, difference = gate_part(payload), child(payload, "diff")
    if not difference:
        return f"{gate}{nothing(payload)}\n"
    room = SUMMARY - len(gate.encode()) - 1
    full = diff_markdown(difference, max_chars=room)
    if len(full.encode()) > room:
        full = diff_markdown(difference, max_chars=room // WIDEST)
    return f"{gate}{full}\n"


def gate_part(payload: Json) -> str:
    """What keeps the rows out, where something does or texts change; else nothing."""
    check = child(payload, "check")
    if not check or (check.get("passed") is True and not check.get("texts")):
        return ""
    told = {**check, "audit": []}  # the difference tells what is new in it
    forms = [check_markdown(told, most) for most in (50, 10, 0)]
    return first_that_fits(forms, GATE) + "\n\n"


def nothing(payload: Json) -> str:
    """The one sentence where nothing changes."""
    return f"No ledger change on this branch (checked {words(payload, 'checked_at')})."
