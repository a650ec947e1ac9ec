"""A completed window in a few lines: what it delivered, how that was counted, what comes next.

Depends on `report.figures`; takes the payload of `gitledger complete --json`.
"""

from collections.abc import Iterator

from gitledger.report.figures import count_text, figure, number, percent
from gitledger.report.payload import Json, child, children, texts, words

SHORT = 7  # digits of a commit
RULES = {
    "typed": "as typed",
    "reservations": "reservations that were delivered",
    "trailers": "Feature: trailers",
    "subjects": "subjects that begin with feat:",
    "pull-requests": "merged pull requests",
    "none": "no rule found any",
}
REASONS = {
    "counted-before": "counts in",
    "reverted": "reverted in",
    "unknown-capability": "is not on the capability map",
}


def complete_lines(payload: Json) -> Iterator[str]:
    """What was recorded, one line for each provider."""
    done = "is already completed with these values, row"
    done = done if payload.get("already") else "completed, row"
    yield f"{words(payload, 'window')} {done} {words(payload, 'row')}"
    for holder, part in child(payload, "providers").items():
        yield f"  {holder}: {provider_words(part if isinstance(part, dict) else {})}"
    yield from count_lines(payload)
    if words(payload, "commit_end"):
        start, end = words(payload, "commit_start"), words(payload, "commit_end")
        yield f"  commits {start[:12]}..{end[:12]}"
    for found in children(payload, "anomalies"):
        code, where, what = (words(found, name) for name in ("code", "where", "what"))
        yield f"  anomaly {code} at {where}: {what}"


def provider_words(part: Json) -> str:
    """`3 features, weekly 7 pp (valid)`."""
    used = number(part.get("delta_pp"))
    amount = "capacity unknown" if used is None else f"{figure(used)} pp"
    why = f": {words(part, 'why')}" if words(part, "why") else ""
    state = f"({words(part, 'state')}{why})"
    return f"{count_text(part.get('features'), 'feature')}, {words(part, 'meter')} {amount} {state}"


def due_lines(payload: Json) -> Iterator[str]:
    """What was due and was done, and what the audit finds, errors and warnings by name."""
    for run in children(payload, "evidence"):
        yield f"  evidence: {words(run, 'result')} {words(run, 'command')}"
    for part in children(payload, "churn"):
        yield f"  churn: {churn_words(part)}"
    told = [f for f in children(payload, "findings") if words(f, "severity") != "note"]
    for found in told:
        code, where, what = (words(found, name) for name in ("code", "where", "what"))
        yield f"  {words(found, 'severity')} {code} at {where}: {what}"


def next_line(payload: Json) -> str:
    """What to do once a window is completed."""
    return f"next: {words(payload, 'next')}"


def churn_words(part: Json) -> str:
    """`codex 0.0 % so far, final on 2026-12-13`."""
    survival = child(part, "survival")
    provider = words(part, "provider")
    final, so_far = number(survival.get("churn_14d")), number(survival.get("churn_so_far"))
    if final is not None:
        told = f"{percent(final)} of the merged lines were removed within 14 days"
    elif so_far is not None:
        told = f"{percent(so_far)} so far, final on {words(survival, 'matures_at')[:10]}"
    else:
        told = words(part, "reason") or words(part, "decision")
    return f"{provider} {told}".strip()


def dry_lines(payload: Json) -> Iterator[str]:
    """The count that a completion would record, before anything is."""
    many = payload.get("n")
    told = "features unknown" if many is None else count_text(many, "feature")
    why = words(payload, "why")
    yield f"{words(payload, 'window')}: {told}{f': {why}' if why else ''}"
    yield from count_lines(payload)
    yield "nothing was recorded"


def count_lines(payload: Json) -> Iterator[str]:
    """Which rule counted the features, each with its commits, and what does not count."""
    rule = words(payload, "feature_rule")
    if rule and rule != "typed":
        yield f"  counted by: {RULES.get(rule, rule)}"
    for one in children(payload, "counted"):
        parts = (name_of(one), words(one, "provider"), commits_of(one), words(one, "title"))
        yield "    " + "  ".join(filter(None, parts))
    for one in children(payload, "left_out"):
        reason, what = words(one, "reason"), words(one, "what")
        named = what[:12] if reason == "reverted" else what
        told = " ".join(filter(None, (REASONS.get(reason, reason), named)))
        yield f"    not counted: {name_of(one)} {told}"


def name_of(one: Json) -> str:
    """A feature's name: a patch by its first digits."""
    name = words(one, "feature")
    head, mark, patch = name.partition(":")
    return f"{head} {patch[:SHORT]}" if mark and head == "patch" else name


def commits_of(one: Json) -> str:
    """The commits behind a feature, cut short."""
    return " ".join(sha[:SHORT] for sha in texts(one, "commits"))
