"""The answer of `check` as Markdown: bounded, and no text of a row can break it.

Takes the payload of `gitledger check --json`.
"""

from collections.abc import Iterable

from gitledger.report.check_text import SHOWN, audit_title, head_line, more, texts
from gitledger.report.diff_words import changed_line
from gitledger.report.markdown import cell, code, table
from gitledger.report.payload import Json, children, words


def check_markdown(payload: Json, most: int = SHOWN) -> str:
    """The answer, every text of a row or path in a cell of its own; `most` of a kind."""
    parts = [f"### Check: {cell(head_line(payload))}"]
    found = children(payload, "findings")
    if found:
        rows = [
            (code(words(f, "code")), cell(words(f, "path")), cell(words(f, "what")),
             cell(words(f, "hint")))
            for f in found[:most]
        ]  # fmt: skip
        parts += [table(("finding", "where", "what", "next"), rows), *more(found, "finding", most)]
    parts += list_below(
        "Changed by the head, and not in force here", map(changed_line, texts(payload)), most
    )
    audit = children(payload, "audit")
    if audit:
        rows = [
            (cell(words(f, "window")), code(words(f, "code")), words(f, "severity"),
             cell(words(f, "what")))
            for f in audit[:most]
        ]  # fmt: skip
        shown = table(("window", "finding", "severity", "what"), rows)
        parts += [audit_title(payload), shown, *more(audit, "finding", most)]
    return "\n\n".join(parts)


def list_below(title: str, lines: Iterable[str], most: int = SHOWN) -> list[str]:
    """A list of lines below a title, as Markdown; nothing without a line."""
    told = list(lines)
    shown = "\n".join(f"- {cell(line)}" for line in told[:most])
    return [f"{title}:\n\n{shown}", *more(told, "line", most)] if told else []
