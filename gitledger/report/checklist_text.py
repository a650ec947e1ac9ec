"""The checklist of a week as lines: what is done, what is missing, and the next command.

Depends on `report.figures`; takes the payload of `gitledger checklist --json`.
"""

from collections.abc import Iterator

from gitledger.report.figures import figure
from gitledger.report.payload import Json, children, texts, words

SHOWN = 4


def checklist_text(payload: Json) -> str:
    """A line an item; below an open one what is missing and what to do."""
    found = [line for item in children(payload, "items") for line in item_lines(item)]
    whole = f"{figure(payload.get('done'))} of {figure(payload.get('of'))} done"
    state = "complete" if payload.get("complete") else "not complete"
    return "\n".join([f"{words(payload, 'week')}: {whole}, {state}", *found])


def item_lines(item: Json) -> Iterator[str]:
    """`done  each window: churn (6 of 6)`."""
    of = item.get("of")
    many = figure(item.get("have")) + (f" of {figure(of)}" if of is not None else "")
    yield f"{'done' if item.get('done') else 'open'}  {words(item, 'item')} ({many})"
    if item.get("done"):
        return
    if names := texts(item, "missing"):
        more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
        yield f"      missing: {', '.join(names[:SHOWN])}{more}"
    if words(item, "next"):
        yield f"      next: {words(item, 'next')}"


def checklist_markdown(payload: Json) -> str:
    """The same as a Markdown list with boxes."""
    told = [f"## Deliverables of {words(payload, 'week')}", ""]
    for item in children(payload, "items"):
        head, *rest = item_lines(item)
        box = "x" if item.get("done") else " "
        told.append(f"- [{box}] {head[6:]}")
        told += [f"  {line.strip()}" for line in rest]
    return "\n".join(told) + "\n"
