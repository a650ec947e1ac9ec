"""The first page of a hand-over pack: what it holds, what is to be decided, what comes next.

Depends on `report.figures`; takes the pack's files.
"""

import json
from collections.abc import Iterator, Mapping

from gitledger.report.figures import count_text, figure, number
from gitledger.report.payload import Json, child, children, holder, texts, words

ABOUT: Mapping[str, str] = {
    "report.html": "the week as one page",
    "preview.json": "what one percent of each subscription bought",
    "card.json": "the week's decision card",
    "card.md": "the same card to read",
    "compare.json": "GLM against the baseline, request by request",
    "replay.json": "what another choice of providers would have produced, with budgets and seed",
    "coverage.json": "which windows count, and why the others do not",
    "cards.json": "every card on record",
    "votes.json": "every vote",
    "next.json": "how many windows still fit into each meter",
    "checklist.json": "what was to be delivered",
    "checklist.md": "the same list to read",
    "logs.json": "logs of test runs: which are here, and which are not",
    "handoff.json": "what this pack was made of",
}
CODE = "utf-8"


def pack_readme(files: Mapping[str, bytes], recipe: Json) -> str:
    """The README of a pack, from its own files."""
    week = words(child(recipe, "options"), "week")
    card = json_of(files, "card.json")
    return "\n".join([
        f"# Hand-over of {week}",
        "",
        f"Made from `{words(recipe, 'tip')[:12]}`, {words(recipe, 'tool')}, {words(recipe, 'at')}.",
        "Check it in a clone of the repository: `gitledger handoff --check DIR`.",
        "",
        "## Verdict",
        "",
        *verdict_lines(card),
        "",
        "## To be decided",
        "",
        *question_lines(card, json_of(files, "checklist.json")),
        "",
        "## Next session",
        "",
        *next_lines(json_of(files, "next.json")),
        "",
        "## Files",
        "",
        *file_lines(files),
        "",
    ])  # fmt: skip


def json_of(files: Mapping[str, bytes], name: str) -> Json:
    """One of the pack's JSON files, empty where it is not there."""
    found = json.loads(files[name].decode(CODE)) if name in files else {}
    return found if isinstance(found, Mapping) else {}


def verdict_lines(card: Json) -> Iterator[str]:
    """The card's verdict and its reasons; the refusal where there is no card."""
    if words(card, "error"):
        yield f"No card: {words(card, 'error')}. Next: `{words(card, 'hint')}`."
        return
    yield f"**{words(card, 'verdict')}** by rule {words(card, 'rule')}:"
    yield ""
    yield from (f"- {reason}" for reason in texts(card, "reasons"))


def question_lines(card: Json, items: Json) -> Iterator[str]:
    """What people have to decide: the verdict itself, what would change it, and what is open."""
    yield f"1. Do we follow {words(card, 'verdict') or 'no verdict'}? `gitledger vote` records it."
    for flip in texts(card, "would_flip"):
        yield f"1. Do we want this first: {flip}?"
    for item in children(items, "items"):
        if not item.get("done"):
            step = words(item, "next")
            told = f" (`{step}`)" if step else ""
            yield f"1. Open: {words(item, 'item')}{told}. Do it, or go on without?"


def next_lines(bars: Json) -> Iterator[str]:
    """How many windows fit, bar by bar."""
    found = children(bars, "bars")
    if not found:
        yield "No meter was read: begin with `gitledger start PROVIDER`."
    for bar in found:
        owner = holder(bar, " ")
        left = f"{figure(bar.get('left_pp'))} {words(bar, 'meter')} pp above the reserve"
        if number(bar.get("windows")) is None:
            yield f"- {owner}: {left}; no usable window tells what one takes"
            continue
        many = count_text(bar.get("windows"), "more window")
        least = figure(bar.get("windows_at_least"))
        until = f" until {words(bar, 'resets_at')}" if words(bar, "resets_at") else ""
        yield f"- {owner}: {left}{until}: {many} of the usual size, {least} of the largest"


def file_lines(files: Mapping[str, bytes]) -> Iterator[str]:
    """Every file or folder, once, with what it is."""
    folders = {"audits": "each window's audit", "exports": "every ledger, every column"}
    seen = {"logs"}  # which logs are here differs by clone, and this text does not
    for name in files:
        top = name.partition("/")[0]
        if top in seen:
            continue
        seen.add(top)
        if "/" in name:
            yield f"- `{top}/`: {folders.get(top, '')}"
        else:
            yield f"- `{name}`: {ABOUT.get(name, '')}"
    if "exports/snapshots.csv" in files:
        yield "- `logs/`: redacted logs of test runs, those that this clone holds"
    yield "- `SHA256SUMS`: the hash of every file here"
