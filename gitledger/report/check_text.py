"""The answer of `check` for a terminal: bounded, however much was found.

Takes the payload of `gitledger check --json`. Depends on `report.figures`.
"""

from collections.abc import Iterable, Mapping, Sequence

from gitledger.report.diff_words import changed_line
from gitledger.report.figures import count_text, number
from gitledger.report.payload import Json, children, words

SHOWN = 50
SHORT = 12
AUDIT = "they keep nothing out"


def check_text(payload: Json) -> str:
    """Head line, findings with their next steps, changed texts, findings of the audit, notes."""
    lines = [head_line(payload)]
    for found in children(payload, "findings")[:SHOWN]:
        place = " ".join(filter(None, (words(found, "commit")[:SHORT], words(found, "path"))))
        lines += [f"  {words(found, 'code')}  {place}", f"    {words(found, 'what')}"]
        lines += [f"    next: {words(found, 'hint')}"] if words(found, "hint") else []
    lines += more(children(payload, "findings"), "finding")
    lines += section(
        "Changed by the head, and not in force here:", map(changed_line, texts(payload))
    )
    audit = [
        f"{words(f, 'severity')} {words(f, 'code')}: {words(f, 'window')} {words(f, 'what')}"
        for f in children(payload, "audit")
    ]
    lines += section(audit_title(payload), audit)
    notes = [
        " ".join(filter(None, (words(n, "code"), words(n, "path"), words(n, "what"))))
        for n in children(payload, "notes")
    ]
    return "\n".join([*lines, *section("Noted:", notes)])


def code_line(payload: Json) -> str:
    """The answer where a push moves code: it is nobody's gate here."""
    return f"{words(payload, 'pushed')} is not a ledger branch: nothing to check."


def head_line(payload: Json) -> str:
    """`gitledger/main..a1b2c3d4e5f6: 12 rows in 3 commits: may join`."""
    added = payload.get("added")
    counts = [number(many) or 0 for many in added.values()] if isinstance(added, Mapping) else []
    rows, commits = count_text(sum(counts), "row"), count_text(payload.get("commits"), "commit")
    base = words(payload, "base_name") or words(payload, "base")[:SHORT]
    found = len(children(payload, "findings"))
    verdict = "may join" if payload.get("passed") else "may not join"
    why = f": {count_text(found, 'finding')}" if found else ""
    return f"{base}..{words(payload, 'head')[:SHORT]}: {rows} in {commits}: {verdict}{why}."


def texts(payload: Json) -> tuple[Json, ...]:
    """The texts that the head changes."""
    return children(payload, "texts")


def audit_title(payload: Json) -> str:
    """What the findings of the audit are of, and whether they count."""
    counts = "errors and warnings count" if payload.get("audit_counts") else AUDIT
    return f"Audit of the windows that these rows touch ({counts}):"


def section(title: str, lines: Iterable[str]) -> list[str]:
    """A title with its lines, the first of them when there are many; nothing without a line."""
    told = list(lines)
    shown = [f"  {line}" for line in told[:SHOWN]]
    return [title, *shown, *more(told, "line")] if told else []


def more(many: Sequence[object], noun: str, most: int = SHOWN) -> list[str]:
    """How many are not shown, and where they are."""
    left = len(many) - most
    return [f"  ... and {count_text(left, f'more {noun}')}: --json has all"] if left > 0 else []
