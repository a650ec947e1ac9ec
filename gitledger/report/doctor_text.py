"""`doctor` and `preflight` as text: the checks, and what the branch holds that a row should not."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from gitledger.ledger.redaction import SECRET
from gitledger.report.console import tone_lines
from gitledger.report.figures import count_text

SHOWN = 40
NAMES = {"spool": "queue"}  # checks that people know by another word
COLOURS = {"fail": "red", "warn": "yellow", "ok": "green"}
REVOKE = (
    "revoke the key now: it is on the branch and in every clone; then `gitledger void ROW -m WHY`"
)
OTHERS = "rows of before the redaction: they stay; push this branch only where they may be read"


def check_text(
    checks: Sequence[Mapping[str, Any]], *, width: int | None = None, colour: bool = False
) -> str:
    """Each check in a line, below it the next step where one is left; whole without a width."""
    return tone_lines(check_lines(checks), COLOURS, width=width, colour=colour, hang=6)


def check_lines(checks: Sequence[Mapping[str, Any]]) -> list[str]:
    """The same as lines without colour."""
    told = []
    for check in checks:
        end = " (fixed)" if check["mended"] else ""
        told.append(f"{check['level']:<4}  {check_name(check)}: {check['what']}{end}")
        if check["hint"] and not check["mended"]:
            told.append(f"      next: {check['hint']}")
    return told


def check_name(check: Mapping[str, Any]) -> str:
    """A check by its name for people."""
    return NAMES.get(str(check["check"]), str(check["check"]))


def preflight_lines(checks: Sequence[Mapping[str, Any]]) -> list[str]:
    """`ok    ledgers: 16 are there`, below each what is to be done, and the verdict."""
    told = []
    for check in checks:
        told.append(f"{check['level']:<4}  {check_name(check)}: {check['what']}")
        if check["next"] and check["level"] != "ok":
            told.append(f"      next: {check['next']}")
    failed = sum(check["level"] == "fail" for check in checks)
    return [*told, f"not ready: {count_text(failed, 'check')} failed" if failed else "ready"]


def secret_lines(payload: Mapping[str, Any]) -> list[str]:
    """How much was looked over, each find by its place, secrets first, and what to do."""
    found = payload["found"]
    kinds = Counter(str(find["kind"]) for find in found)
    told = ", ".join(f"{many} {kind}" for kind, many in kinds.items()) or "nothing found"
    objects = count_text(payload["objects"], "object")
    text = [f"{payload['branch']}: {objects} looked over: {told}."]
    for find in sorted(found, key=lambda find: find["kind"] != SECRET)[:SHOWN]:
        column = f" ({find['column']})" if find["column"] else ""
        text.append(f"  {find['kind']}  {find['commit'][:12]} {find['path']}{column}")
    if len(found) > SHOWN:
        text.append(f"  ... and {len(found) - SHOWN} more; --json has all.")
    if kinds[SECRET]:
        text.append(f"  next: {REVOKE}")
    elif found:
        text.append(f"  next: {OTHERS}")
    return text
