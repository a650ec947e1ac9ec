"""What the churn rule of a window card says, and what became of its lines in words.

Depends on `decision.facts`, `rules` and on the value of a window's churn.
"""

from gitledger.decision.facts import WindowFacts
from gitledger.decision.rules import WindowRules
from gitledger.measure.estimate import short_percent
from gitledger.windows.churn import NAMELESS, WindowChurn


def gone_words(lines: WindowChurn) -> str:
    """What became of the merged lines: `100 % gone, net +50 -> 0`; bounds while it is open."""
    ends = lines.seen_gone
    if ends is None:
        return lines.unknown
    by = (
        f", reverted in {lines.reverted_by[:12]}" if lines.reverted_by not in {"", NAMELESS} else ""
    )
    if ends[0] < ends[1]:
        least, most = (short_percent(end) for end in ends)
        return f"{least} gone so far, at most {most} on {lines.until or 'the last day'}"
    return f"{short_percent(ends[0])} gone{left_words(lines, ends[0])}{by}"


def left_words(lines: WindowChurn, share: float) -> str:
    """Lines before and after: net where every line of it is accounted for, else those merged."""
    # deletions took lines of other work: what is left of the net is not known then
    if lines.net is not None and (lines.undone or not lines.deletions):
        left = 0.0 if lines.undone else lines.net - share * (lines.merged or 0.0)
        return f", net {signed_lines(lines.net)} -> {signed_lines(left)}"
    if lines.merged is not None:
        return f", {lines.merged:,.0f} merged lines -> {lines.merged * (1 - share):,.0f}"
    return ""


def signed_lines(lines: float) -> str:
    """A number of lines with its sign; none is 0."""
    # a share of a line below 0 would print as -0
    return f"{lines:+,.0f}" if round(lines) else "0"


def churn_excesses(facts: WindowFacts, rules: WindowRules) -> list[str]:
    """Why the churn alone stops the window: more of its lines are gone than it may lose."""
    most = rules.max_churn_14d
    limit = f"more than {short_percent(most)} of the merged lines"
    found = [c for c in facts.lines if c.bounds and c.bounds[0] > most]
    # providers of one window may share a range: what is gone is said once
    return list(dict.fromkeys(f"churn: {gone_words(lines)}; {limit}" for lines in found))


def lacks_churn(facts: WindowFacts, rules: WindowRules) -> str:
    """Why the churn does not carry a GO; empty when it does."""
    if not set(facts.churn) & set(rules.churn_decisions):
        return f"churn skipped: {facts.churn[-1]}" if facts.churn else "churn missing"
    unknown = [lines.unknown for lines in facts.lines if lines.unknown]
    if unknown or not facts.lines:
        return f"churn unknown: {unknown[0] if unknown else 'no churn figure'}"
    late = [c for c in facts.lines if c.bounds and c.bounds[1] > rules.max_churn_14d]
    if late:
        until = max(lines.until for lines in late) or "the last day"
        return f"churn open until {until}: {gone_words(late[0])}"
    return ""
