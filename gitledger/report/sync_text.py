"""What `sync` and `propose` say: what came, what went, what stays, and the next step."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from gitledger.errors import with_noun
from gitledger.ledger.layout import row_id

SHOWN = 20


def sync_text(payload: Mapping[str, Any]) -> str:
    """One part for each remote, then what is held back."""
    told = [line for seen in payload["remotes"] for line in _remote(seen, payload["branch"])]
    held = payload["held"]
    if held:
        verb = "is" if len(held) == 1 else "are"
        told.append(f"{with_noun(len(held), 'row')} {verb} held back here: {_few(held)}")
    return "\n".join(told)


def propose_text(payload: Mapping[str, Any]) -> str:
    """What was proposed and where, or why not."""
    remote, branch = payload["remote"], payload["branch"]
    if payload["findings"]:
        return "\n".join(_refused(payload, "nothing was proposed"))
    if payload["state"] == "equal":
        if payload["held"]:
            return f"Nothing new for {remote} but the {_rows(payload['held'])} held back."
        if payload["proposed_before"]:
            return f"Nothing new: {remote}/{payload['proposal']} has every row already."
        return f"Nothing new: {remote} has every row of {branch}."
    where = f"{remote}/{payload['proposal']}"
    told = [
        f"{with_noun(payload['sent'], 'row')} on {where}: proposed, not yet shared",
        f"next: open a pull request into {branch}",
        *(f"  {url}" for url in payload["urls"]),
    ]
    if payload["held"]:
        told.append(f"Left out: {_few(payload['held'])}")
    return "\n".join(told)


def _remote(seen: Mapping[str, Any], branch: str) -> Iterator[str]:
    remote, state = seen["remote"], seen["state"]
    if state == "failed":
        yield f"{remote}: {seen['what']}"
        if seen["hint"]:
            yield f"  next: {seen['hint']}"
        return
    if state == "refused":
        yield from _refused(seen, "nothing was moved")
        return
    if state == "proposed":
        rows = with_noun(seen["sent"], "row")
        verb = "is" if seen["sent"] == 1 else "are"
        yield f"{remote} refused the push: the branch is protected"
        yield f"  your {rows} {verb} on {seen['proposal']}: open a pull request into {branch}"
        yield f"  proposed, not yet shared ({remote} says: {seen['why']})"
        yield from (f"  {url}" for url in seen["urls"])
    else:
        yield f"{remote}: {_happened(seen, branch)}"
    if seen["back"]:
        verb = "is" if len(seen["back"]) == 1 else "are"
        names = [row_id(path) for path in seen["back"]]
        yield (
            f"  {with_noun(len(names), 'row')} that one side had taken out {verb} back: "
            f"{_few(names)} (a reverted proposal?)"
        )


def _happened(seen: Mapping[str, Any], branch: str) -> str:
    sent, received = seen["sent"], seen["received"]
    rows = with_noun(received, "row")
    return {
        "absent": f"has no {branch}; gitledger sync {seen['remote']} puts it there",
        "equal": "nothing new",
        "adopted": f"{branch} adopted with {rows}",
        "taken": f"{rows} received",
        "sent": f"{with_noun(sent, 'row')} sent",
        "joined": f"{with_noun(sent, 'row')} sent" + (f", {received} received" if received else ""),
    }[str(seen["state"])]


def _refused(seen: Mapping[str, Any], what: str) -> Iterator[str]:
    findings: Sequence[Mapping[str, str]] = seen["findings"]
    yield f"{seen['remote']}: {with_noun(len(findings), 'finding')}; {what}"
    for found in findings[:SHOWN]:
        yield f"  {found['code']}  {found['path'] or found['commit'][:12]}"
        yield f"    {found['what']}"
        if found["hint"]:
            yield f"    next: {found['hint']}"
    if len(findings) > SHOWN:
        yield f"  ... and {len(findings) - SHOWN} more; --json has all"


def _rows(ids: Sequence[str]) -> str:
    return with_noun(len(ids), "row")


def _few(ids: Sequence[str]) -> str:
    return ", ".join(ids[:5]) + (", ..." if ids[5:] else "")
