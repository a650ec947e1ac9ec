"""What `catch-up` did, what waits, what needs a person; and news. Text for people."""

from collections.abc import Mapping, Sequence
from typing import Any

from gitledger.errors import with_noun
from gitledger.report.payload import holder
from gitledger.windows.thresholds import Terms
from gitledger.windows.window import Window

MOST = 12


def upkeep_lines(payload: Mapping[str, Any]) -> list[str]:
    """A run of `catch-up`, a line each; what is nothing is said in one."""
    told = [_line(entry["window"], entry["did"]) for entry in payload["done"]]
    told = told or ([] if payload["unfinished"] else ["Nothing was due."])
    told += _part("waits", [_waits(entry) for entry in payload["waits"]])
    told += _part("needs you", [_line(e["window"], e["command"]) for e in payload["person"]])
    if payload["elsewhere"]:
        many = with_noun(payload["elsewhere"], "window")
        told.append(f"{many} begun in another clone can be seen to: gitledger catch-up --all")
    if payload["unfinished"]:
        told.append("Not finished: time ran out, or another run is at work. The next one goes on.")
    return told


def _part(head: str, lines: Sequence[str]) -> list[str]:
    shown = [f"{head}: {line}" for line in lines[:MOST]]
    rest = len(lines) - len(shown)
    return [*shown, f"{head}: and {rest} more"] if rest else shown


def _line(window: str, what: str) -> str:
    return f"{window}: {what}" if window else what


def _waits(entry: Mapping[str, Any]) -> str:
    what = {"after": "a reading after the work counts", "final-churn": "churn is final"}.get(
        entry["what"], entry["what"]
    )
    until = f" until {minute(entry['until'])}" if entry["until"] else ""
    return f"{entry['window']}: {what} from {minute(entry['at'])}{until}"


def ended_line(window: Window, terms: Terms, verdict: str) -> str:
    """A completed window in one sentence: `W0-07 ended: codex 3 pp, 1 feature, SOFT GO`."""
    said = []
    for provider, account in window.holders:
        meter = terms.capacity_meter(provider)
        delta = window.delta(provider, account, meter)
        amount = f"{delta.value} pp" if delta and delta.value is not None else "use unknown"
        whose = holder({"provider": provider, "account": account})
        said.append(f"{whose} {amount}")
    final = window.final
    features = with_noun(final.features, "feature") if final and final.delivered else ""
    return f"{window.id} ended: {', '.join([*said, features or 'features unknown', verdict])}"


def minute(moment: str) -> str:
    """A moment as people read it: `2026-11-23 09:00Z`."""
    return f"{moment[:10]} {moment[11:16]}Z" if moment else "now"


def news_lines(news: Sequence[Mapping[str, Any]]) -> list[str]:
    """News for people, a line each with its time."""
    told = [f"{minute(str(one.get('at', '')))}  {one['said']}" for one in news]
    return told or ["No news.", "next: gitledger catch-up"]
