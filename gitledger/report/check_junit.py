"""The answer of `check` as JUnit XML, which every CI system shows: a case for each thing checked.

Takes the payload of `gitledger check --json`.
"""

import re
from collections.abc import Sequence
from xml.sax.saxutils import escape, quoteattr

from gitledger.report.payload import Json, children, words

SHOWN = 1000
# cases in the order of the report, each with the beginnings of its findings' codes
CASES: Sequence[tuple[str, tuple[str, ...]]] = (
    ("rows are only added", ("row-edited", "row-deleted", "row-renamed", "row-mode", "row-lost")),
    ("no private text", ("row-private",)),
    ("rows are proven", ("row-", "rows-", "ledger-", "object-", "tree-", "tip-", "merge-")),
    ("definitions only widen", ("schema-", "text-")),
    ("keys and references", ("duplicate-", "reference-", "correction-")),
    ("policy of the base", ("policy-", "config-", "rules-", "unsigned", "signature-")),
    ("no workflow is brought", ("workflow-",)),
    ("history", ("",)),
)
AUDIT = "audit of touched windows"
_REFUSED = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def check_junit(payload: Json) -> str:
    """One test suite; a case fails with its findings, of thousands the first."""
    left = list(children(payload, "findings"))
    cases = []
    for name, codes in CASES:
        mine = [found for found in left if words(found, "code").startswith(codes)]
        left = [found for found in left if not words(found, "code").startswith(codes)]
        cases.append((name, mine))
    serious = [f for f in children(payload, "audit") if words(f, "severity") != "note"]
    counted = serious if payload.get("audit_counts") else []
    cases.append((AUDIT, counted))
    failed = sum(bool(found) for _, found in cases)
    head = f'<testsuite name="gitledger check" tests="{len(cases)}" failures="{failed}">'
    told = [] if counted else [f"{words(f, 'window')}: {line_of(f)}" for f in serious]
    listed = text("\n".join(told[:SHOWN]))
    beside = f"<system-out>{listed}</system-out>" if told else ""
    body = "\n".join(case(name, found) for name, found in cases)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{head}\n{body}\n{beside}</testsuite>\n'


def case(name: str, found: Sequence[Json]) -> str:
    """One case; its failure names each finding."""
    attribute = quoteattr(name)
    if not found:
        return f'<testcase classname="gitledger" name={attribute}/>'
    lines = [line_of(one) for one in found[:SHOWN]]
    lines += [f"... and {len(found) - SHOWN} more"] if len(found) > SHOWN else []
    first = quoteattr(text(lines[0], escaped=False))
    body = text("\n".join(lines))
    failure = f"<failure message={first}>{body}</failure>"
    return f'<testcase classname="gitledger" name={attribute}>{failure}</testcase>'


def line_of(found: Json) -> str:
    """A finding in a line: code, place, what, next step."""
    place = " ".join(filter(None, (words(found, "commit")[:12], words(found, "path"))))
    step = f" (next: {words(found, 'hint')})" if words(found, "hint") else ""
    return f"{words(found, 'code')} {place}: {words(found, 'what')}{step}"


def text(told: str, *, escaped: bool = True) -> str:
    """A text that XML can hold: what it has no character for shows its number."""
    sound = _REFUSED.sub(lambda found: f"\\u{ord(found[0]):04x}", told)
    return escape(sound) if escaped else sound
