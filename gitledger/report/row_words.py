"""What a row says in one line of words, by the table it is in, and when that was.

Depends on `report.figures`. A table of the user's own says its columns by name.
"""

from collections.abc import Callable, Mapping
from typing import Any
from unicodedata import east_asian_width

from gitledger.report.figures import count_text, figure, number, percent
from gitledger.report.payload import child, children, holder, meter_name, words

Values = Mapping[str, Any]
SHORT = 8
MOST = 6  # columns that a table without words of its own shows
WIDEST = 40  # columns of a word in a line
LONGEST = 60  # characters of a text in a line
# of each table the column that says when it was; else the row says when it was recorded
WHEN = {
    "snapshots": "captured_at",
    "windows": "finalised_at",
    "commits": "committed_at",
    "evidence": "started_at",
    "telemetry": "ts",
    "usage": "captured_at",
    "trace": "first_at",
}
SEVERE = {"error": "red", "fail": "red", "warning": "yellow", "no-go": "red", "NO-GO": "red"}


def when(ledger: str, values: Values, recorded_at: str) -> str:
    """The moment of what a row tells, UTC: `2026-03-04 09:00Z`."""
    at = words(values, WHEN.get(ledger, "")) or recorded_at
    return f"{at[:16].replace('T', ' ')}Z"


def row_in_words(ledger: str, values: Values, subject: str = "") -> str:
    """A row in words: `before codex: 5h 1 %, weekly 44 %`. `subject` is a commit's first line."""
    if ledger == "commits":
        return commit_words(values, subject)
    teller = TELLERS.get(ledger)
    return f"{teller(values)}" if teller else f"{ledger}: {plainly(values)}"


def tone(values: Values) -> str:
    """The colour of a row that says that something is wrong; none for the others."""
    told = (words(values, key) for key in ("severity", "result", "vote", "verdict"))
    return next((SEVERE[word] for word in told if word in SEVERE), "")


def plainly(values: Values) -> str:
    """Columns by name: `run 3, note fine`."""
    told = [
        f"{name} {brief(str(value))}"
        for name, value in values.items()
        if isinstance(value, str) or number(value) is not None
    ]
    return ", ".join(told[:MOST]) + (", ..." if len(told) > MOST else "")


def brief(text: str) -> str:
    """A text as one short line; a hash by its first digits."""
    line = text.strip().split("\n")[0]
    if len(line) >= 40 and not set(line) - set("0123456789abcdef"):
        return line[:SHORT]
    line = " ".join(map(short, line.split()))
    return line if len(line) <= LONGEST else f"{line[:LONGEST]}..."


def short(word: str) -> str:
    """A word in at most so many columns of a terminal; wide characters take two."""
    columns = 0
    for place, character in enumerate(word):
        columns += 2 if east_asian_width(character) in "WF" else 1
        if columns > WIDEST:
            return f"{word[:place]}\u2026"
    return word


def reading_words(values: Values) -> str:
    """`before codex: 5h 1 %, weekly 44 %`, and how it was recorded where that matters."""
    meters = ", ".join(
        f"{meter_name(reading)} {figure(reading.get('used_pct'))} %"
        for reading in children(values, "readings")
    )
    marks = [mark for mark in ("manual", "simulated") if values.get(mark) is True]
    wrong = children(values, "problems")
    marks += [count_text(len(wrong), "problem")] if wrong else []
    tail = f" ({', '.join(marks)})" if marks else ""
    return f"{words(values, 'phase')} {holder(values)}: {meters or 'no meter'}{tail}"


def completed_words(values: Values) -> str:
    """`completed: codex 3 features, quality 0.9, pass`."""
    told = [
        f"{holder(part)} {count_text(part.get('features'), 'feature')}"
        for part in children(values, "features")
    ]
    for name in ("quality", "rubric"):
        told += [f"{name} {figure(values[name])}"] if name in values else []
    told += [words(values, name) for name in ("outcome", "methodology") if words(values, name)]
    return f"completed: {', '.join(told) or 'no feature stated'}"


def commit_words(values: Values, subject: str) -> str:
    """`commit 5b77e82a "report: ..." +35 -0 in 1 file`."""
    told = [f"commit {words(values, 'sha')[:SHORT]}"]
    told += [f'"{brief(subject)}"'] if subject else []
    if number(values.get("insertions")) is not None:
        lines = f"+{figure(values['insertions'])} -{figure(values.get('deletions'))}"
        told.append(f"{lines} in {count_text(values.get('files_changed'), 'file')}")
    return " ".join(told)


def churn_words(values: Values) -> str:
    """`churn codex: +35 -0 lines in 1 file, 0.0 % removed within 14 days`."""
    who = f"churn {words(values, 'provider')}".strip()
    decision = words(values, "decision")
    if decision != "measured":
        return f"{who}: not measured ({decision}{why(values)})"
    lines = f"+{figure(values.get('insertions'))} -{figure(values.get('deletions'))} lines"
    fate = child(values, "survival")
    told = f"{who}: {lines} in {count_text(values.get('files_changed'), 'file')}"
    if number(fate.get("churn_14d")) is not None:
        return f"{told}, {percent(fate.get('churn_14d'))} removed within 14 days"
    if number(fate.get("churn_so_far")) is not None:
        day = words(fate, "matures_at")[:10]
        return f"{told}, {percent(fate.get('churn_so_far'))} removed so far, final on {day}"
    return told


def why(values: Values) -> str:
    """`: REASON` where one is stated."""
    return f": {brief(words(values, 'reason'))}" if words(values, "reason") else ""


def evidence_words(values: Values) -> str:
    """`test run pass: pytest (TR-1, CAP-X)`."""
    behind = ", ".join(filter(None, (words(values, "test_run_id"), words(values, "capability"))))
    return f"test run {words(values, 'result')}: {words(values, 'runner')} ({behind})"


def feature_words(values: Values) -> str:
    """`feature delivered: CAP-X, codex, description`."""
    names = ("capability", "provider", "description", "scenario", "commit")
    told = ", ".join(brief(words(values, name)) for name in names if words(values, name))
    return f"feature {words(values, 'state') or 'noted'}: {told}"


def capability_words(values: Values) -> str:
    """`capability CAP-X: what it does`."""
    return f"capability {words(values, 'capability')}: {brief(words(values, 'name'))}"


def token_words(values: Values) -> str:
    """`tokens mid: 12,000 planned, 4,000 used`."""
    told = [
        f"{figure(values[name])} {word}"
        for name, word in (("planned", "planned"), ("actual", "used"))
        if name in values
    ]
    task = f" for {brief(words(values, 'task'))}" if words(values, "task") else ""
    return f"tokens {words(values, 'checkpoint')}{task}: {', '.join(told) or 'none stated'}"


def vote_words(values: Values) -> str:
    """`vote go by ada on WEEK0 (tier 2): why`."""
    about = words(values, "subject") or words(values, "card")
    head = f"vote {words(values, 'vote')} by {words(values, 'voter')} on {about}"
    note = words(values, "message")
    return head + (f": {brief(note)}" if note else "")


def card_words(values: Values) -> str:
    """`card W0-05: GO`, or what a person put next to it."""
    head = f"card {words(values, 'subject')}: {words(values, 'verdict')}"
    over = words(values, "override")
    return f"{head}, overridden to {over}{why(values)}" if over else head


def finding_words(values: Values) -> str:
    """`error stale-pane: what`."""
    where = f"{words(values, 'where')}: " if words(values, "where") else ""
    return f"{words(values, 'severity')} {words(values, 'code')}: {where}{words(values, 'what')}"


def correction_words(values: Values) -> str:
    """`void of be5bc627: why`."""
    other = words(values, "replacement")
    by = f" by {other[:SHORT]}" if other else ""
    return f"{words(values, 'kind')} of {words(values, 'target')[:SHORT]}{by}{why(values)}"


def rewrite_words(values: Values) -> str:
    """`commit 5b77e82a became cc6c827f (rebase)`."""
    how = f" ({words(values, 'how')})" if words(values, "how") else ""
    old, new = (words(values, name)[:SHORT] for name in ("old", "new"))
    return f"commit {old} became {new}{how}"


def experiment_words(values: Values) -> str:
    """`experiment replay-1: metric 3 against 2, decision`."""
    head = f"experiment {words(values, 'experiment')}: {words(values, 'metric')}"
    told = [f"{figure(values['observed'])}"] if "observed" in values else []
    told += [f"against {figure(values['baseline'])}"] if "baseline" in values else []
    decided = f", {brief(words(values, 'decision'))}" if words(values, "decision") else ""
    return " ".join((head, *told)) + decided


def usage_words(values: Values) -> str:
    """`usage by ccusage, daily 2026-03-04: 1,500,000 tokens, 1.50 dollars`."""
    head = " ".join(filter(None, (words(values, "scope"), words(values, "period"))))
    told = [
        f"{figure(values[name])} {unit}"
        for name, unit in (("total_tokens", "tokens"), ("cost_usd", "dollars"))
        if name in values
    ]
    whose = f", {holder(values)}" if words(values, "provider") else ""
    return f"usage by {words(values, 'source')}{whose}, {head}: {', '.join(told) or 'no amount'}"


def trace_words(values: Values) -> str:
    """`readings of codex on 2026-03-04: 120 kept`."""
    kept = f"{figure(values.get('points'))} kept"
    return f"readings of {holder(values)} on {words(values, 'day')}: {kept}"


def event_words(values: Values) -> str:
    """`proxy event 200: glm-4.6, 1,200 in, 300 out`."""
    told = [words(values, name) for name in ("model", "upstream") if words(values, name)]
    for name, side in (("input_tokens", "in"), ("output_tokens", "out")):
        told += [f"{figure(values[name])} {side}"] if name in values else []
    kind = words(values, "event") or words(values, "status")
    return f"proxy event {kind}: {', '.join(told)}".rstrip(": ")


TELLERS: Mapping[str, Callable[[Values], str]] = {
    "snapshots": reading_words,
    "windows": completed_words,
    "churn": churn_words,
    "evidence": evidence_words,
    "features": feature_words,
    "capabilities": capability_words,
    "tokens": token_words,
    "votes": vote_words,
    "decisions": card_words,
    "anomalies": finding_words,
    "corrections": correction_words,
    "rewrites": rewrite_words,
    "experiments": experiment_words,
    "usage": usage_words,
    "telemetry": event_words,
    "trace": trace_words,
}
