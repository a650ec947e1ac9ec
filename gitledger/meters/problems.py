"""Every problem code a meter parser reports, in one place, and the makers of those problems.

Depends on `gitledger.errors` only. docs/reference/meters.md explains each code to the user.
"""

from collections.abc import Iterable, Mapping, Sequence

from gitledger.errors import Problem, Severity

CODES: Mapping[str, str] = {
    "no-meter": "the part that carries the meter is missing, or the text is of another kind",
    "no-limits": "a usage output that gives no percent",
    "not-subscription": "the session runs without a subscription: there is no quota to show",
    "truncated": "rows are cut: the terminal was too narrow or the text ends early",
    "stale": "the output itself warns that its numbers may be old",
    "partial": "one of the two main windows of a structured feed is null or absent",
    "ambiguous": "the text gives two different figures for one meter",
    "nested-panes": "one output was pasted into another; the complete one was read",
    "out-of-range": "a percent below 0 or above 100",
    "bar-mismatch": "the bar and the percent next to it contradict each other",
    "counts-mismatch": "the percent and the counts next to it contradict each other",
    "window-unknown": "a figure whose window length is not given",
    "reset-unreadable": "a reset time that is cut, in unknown words or in an unknown zone",
    "reset-implausible": "a reset time that cannot belong to this meter's window",
    "window-off": "a window of length 0: this limit is switched off",
    "new-label": "a pool or model that this version has not heard of, read as it is called",
    "old-reading": "a local reading that was fetched more than an hour before",
    "two-accounts": "panels of two accounts in one text",
    "unpriced": "tokens of a model without a known price; the cost is a lower bound or unknown",
    "bad-lines": "lines that are no JSON records were left out",
    "negative-count": "a token count, cost or latency below 0; it is left unknown",
}
SEVERITY: Mapping[str, Severity] = {
    "stale": "warning",
    "partial": "warning",
    "nested-panes": "warning",
    "counts-mismatch": "warning",
    "reset-unreadable": "warning",
    "reset-implausible": "warning",
    "window-off": "note",
    "new-label": "warning",
    "unpriced": "note",
    "bad-lines": "warning",
    "negative-count": "warning",
}


def problem(code: str, what: str, *, where: str = "", hint: str = "") -> Problem:
    """A problem of a known code with that code's severity (`error` unless stated)."""
    return Problem(where, what, hint, code, SEVERITY.get(code, "error"))


def doubt(code: str, what: str, *, where: str = "", hint: str = "") -> Problem:
    """The same as a warning: what was read stands."""
    return Problem(where, what, hint, code, "warning")


def no_reading(
    code: str, what: str, where: str, hint: str = ""
) -> tuple[None, tuple[Problem, ...]]:
    """The answer of a row or window that gives no reading: none, and why."""
    return None, (problem(code, what, where=where, hint=hint),)


def new_label(words: str, place: str) -> Problem:
    """A label that no version of a provider's program was known to print."""
    hint = "check that the name was copied whole; a newer gitledger may know it"
    return problem("new-label", f"“{words}” is a new label here", where=place, hint=hint)


def newer(line: int) -> Problem:
    """A later output in the same text is not whole, so that an earlier one was read."""
    what = "a later output is incomplete; the one before it was read"
    return problem("partial", what, where=f"line {line}", hint="copy the whole last output")


def two_accounts() -> Problem:
    """Figures of two accounts stand in one text: whose they are cannot be told."""
    hint = "give the output of one account at a time, each with its --account"
    what = "the text holds the outputs of two accounts"
    return problem("two-accounts", what, hint=hint)


def merge_problems(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """One problem per code, in order of first appearance; the places are listed together."""
    found: dict[str, Problem] = {}
    for item in problems:
        first = found.get(item.code)
        if first is None:
            found[item.code] = item
        elif item.where and item.where not in first.where.split("; "):
            place = f"{first.where}; {item.where}"
            found[item.code] = Problem(place, first.what, first.hint, item.code, first.severity)
    return tuple(found.values())


def codes(problems: Sequence[Problem]) -> tuple[str, ...]:
    """The codes of a list of problems, in order."""
    return tuple(item.code for item in problems)
