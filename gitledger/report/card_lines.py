"""Single facts of a card in a line each: estimates, evidence, churn, votes, overrides, looks.

Depends on `report.figures`; takes the payload of `gitledger card --json`.
"""

from gitledger.report.figures import count_text, figure, interval, number, percent
from gitledger.report.payload import Json, child, children, texts, words

LOOKS = {
    "anytime": ", judged by the interval that holds however often it is viewed",
    "fixed": ", judged by the interval for one view",
}
NAMES = {
    "features_per_pp": "features per pp",
    "quality_adjusted_per_pp": "quality-adjusted features per pp",
    "lasting_per_pp": "lasting features per pp",
    "features_per_window": "features per window",
    "idle_pp": "points unused at a reset",
    "cls": "cognitive load",
    "impf": "minutes per feature",
}
SHIPPED_WIDTH = 0.5  # cards of before 0.2.0 do not say it and had no other


def arm_notes(arm: Json) -> list[str]:
    """What a reader has to know beside an arm's number."""
    return [f"{words(arm, 'name')}: {note}" for note in texts(arm, "notes")]


def looks_line(payload: Json) -> str:
    """Cards issued, which interval decided, and the windows still needed for a narrow one."""
    more = number(payload.get("windows_needed"))
    wide = 1 + (number(child(payload, "terms").get("width")) or SHIPPED_WIDTH)
    narrow = f"until the interval is narrower than a factor of {wide:g}"
    need = f"; {count_text(more, 'more window')} {narrow}"
    judged_by = LOOKS.get(words(payload, "judged_by"), "")
    return f"{figure(payload.get('looks'))}{judged_by}{need if more is not None else ''}"


def late_line(entry: Json) -> str:
    """`W0-09: worked 2026-12-01, more than 7 days after the first`."""
    day = words(entry, "worked")[:10]
    return f"{words(entry, 'window')}: worked {day}, 7 days or more after the week's first"


def override_line(entry: Json) -> str:
    """A person's verdict beside a card, the reason, and the agent it was recorded for."""
    return f"{words(entry, 'verdict')}: {words(entry, 'reason')} ({words(entry, 'agent')})"


def estimate_line(made: Json) -> str:
    """Name, value and interval; a load says whether it was stated, or of which terms it is."""
    name, *of = words(made, "name").split(" ", 1)
    told = " ".join((NAMES.get(name, name), *of))
    terms = child(made, "terms")
    about = f" (of {', '.join(terms)})" if terms else ""
    about = " (stated)" if made.get("stated") is True else about
    return f"{told} {interval(made)}{about}"


def evidence_line(run: Json) -> str:
    """`pass  TR-1 (pytest, CAP-X)`."""
    behind = ", ".join(filter(None, (words(run, "runner"), words(run, "capability"))))
    tail = f" ({behind})" if behind else ""
    return f"{words(run, 'result')}: {words(run, 'run')}{tail}"


def churn_line(row: Json) -> str:
    """`measured: codex, 100 % gone, net +50 -> 0`; of a card of an earlier version its figures."""
    parts = [words(row, "provider")]
    gone, net, share = words(row, "gone"), number(row.get("net")), number(row.get("churn_14d"))
    if gone:
        parts.append(gone)
    else:
        parts += [f"net {net:+,.0f}"] if net is not None else []
        parts += [f"14-day churn {percent(share)}"] if share is not None else []
    return f"{words(row, 'decision')}: {', '.join(filter(None, [*parts, words(row, 'remark')]))}"


def vote_line(vote: Json) -> str:
    """`go by ada (tier 2): fine`."""
    said = f": {words(vote, 'message')}" if words(vote, "message") else ""
    return f"{words(vote, 'vote')} by {words(vote, 'voter')} (tier {words(vote, 'tier')}){said}"


def coverage_line(part: Json) -> str:
    """Usable of all windows, and what was left out."""
    if not part:
        return ""
    left = [f"{words(e, 'window')} {words(e, 'reason')}" for e in children(part, "excluded")]
    whole = f"{figure(part.get('usable'))} of {count_text(part.get('windows'), 'window')} usable"
    return "; ".join([whole, *left])
