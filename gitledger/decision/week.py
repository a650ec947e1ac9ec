"""The week card's gates: does an arm buy more than the baseline, and may it be said yet?

Depends on `decision.facts`, `rules`, `verdict` and `measure.comparison`.
INVALID, GO, SOFT GO, NO-GO, INSUFFICIENT, HOLD; the first that matches decides. Every
challenger is judged against the first arm; the card takes the strongest ruling.
"""

from collections.abc import Callable

from gitledger.decision.facts import WeekFacts
from gitledger.decision.guardrails import Guardrail
from gitledger.decision.rules import Rules, WeekRules
from gitledger.decision.ruling import Ruling
from gitledger.errors import with_noun
from gitledger.measure.churnpool import PooledChurn
from gitledger.measure.comparison import Comparison
from gitledger.measure.estimate import Estimate, short_percent
from gitledger.windows.audit.findings import SOUND

ONE_RULE = "features of every window counted by one rule: gitledger complete --amend"
STRONGEST = ("GO", "SOFT GO", "HOLD", "NO-GO", "INSUFFICIENT")
PairGate = Callable[["Pair", WeekRules], Ruling | None]


class Pair:
    """One challenger against the baseline, with what its gates ask."""

    __slots__ = (
        "alpha",
        "anytime",
        "chance",
        "churn",
        "comparison",
        "guardrails",
        "interval",
        "n",
        "p",
    )

    def __init__(self, comparison: Comparison, facts: WeekFacts, rules: WeekRules) -> None:
        self.comparison = comparison
        self.churn = next((a.churn for a in facts.arms if a.name == comparison.a), None)
        self.guardrails = tuple(g for g in facts.guardrails if g.arm == comparison.a)
        self.anytime = any_look(facts, rules)
        once = (comparison.ratio, comparison.p_superior, comparison.p_holm)
        always = (comparison.anytime, comparison.p_superior_anytime, comparison.p_anytime_holm)
        self.interval: Estimate
        self.interval, self.chance, self.p = always if self.anytime else once
        self.alpha = 1 - rules.confidence
        self.n = min(comparison.n_a, comparison.n_b)

    @property
    def name(self) -> str:
        """`codex / claude`."""
        return f"{self.comparison.a} / {self.comparison.b}"

    @property
    def holm_holds(self) -> bool:
        """Whether the difference survives the family's correction; one pair needs none."""
        return self.comparison.family <= 1 or (self.p is not None and self.p <= self.alpha)

    @property
    def failed(self) -> tuple[Guardrail, ...]:
        """Guardrails that fail."""
        return tuple(g for g in self.guardrails if g.state == "fail")

    def stopped(self) -> tuple[Guardrail, ...]:
        """Guardrails that fail, or are unknown and block."""
        return tuple(
            g for g in self.guardrails if g.state == "fail" or (g.state == "unknown" and g.blocks)
        )


def any_look(facts: WeekFacts, rules: WeekRules) -> bool:
    """Whether the interval that holds at any look decides: for all but the first card issued."""
    return rules.later_looks == "anytime" and (facts.shown or facts.looks > 1)


def judge_week(facts: WeekFacts, rules: Rules) -> Ruling:
    """The ruling on a week, or on any other set of windows with two or more arms."""
    broken = invalid(facts, rules.week)
    if broken is not None:
        return broken
    if facts.mixed:
        return Ruling("INSUFFICIENT", "week.insufficient", (facts.mixed,), (ONE_RULE,))
    if not facts.judged:
        return alone(facts, rules.week)
    rulings = [judge_pair(Pair(c, facts, rules.week), rules.week) for c in facts.judged]
    best = min(rulings, key=lambda ruling: STRONGEST.index(ruling.verdict))
    reasons = tuple(reason for ruling in rulings for reason in ruling.reasons)
    flips = tuple(dict.fromkeys(flip for ruling in rulings for flip in ruling.would_flip))
    return Ruling(best.verdict, best.rule, reasons, flips)


def judge_pair(pair: Pair, rules: WeekRules) -> Ruling:
    """The ruling on one challenger."""
    for gate in PAIR_GATES:
        ruling = gate(pair, rules)
        if ruling is not None:
            return ruling
    return hold(pair, rules)


def invalid(facts: WeekFacts, rules: WeekRules) -> Ruling | None:
    """Integrity failed, or a window of the week has a finding that makes cards invalid."""
    severities = rules.invalid_severities
    wrong = [f for f in facts.findings if f.severity in severities and f.code not in SOUND]
    # a wrong reading that enters no figure spoils none
    if rules.invalid_scope == "used":
        wrong = [f for f in wrong if f.window in facts.used]
    reasons = (*facts.integrity, *(f"{f.window} {f.code}: {f.what}" for f in wrong))
    if not reasons:
        return None
    step = "fix the errors listed by: gitledger audit"
    return Ruling("INVALID", "week.invalid", tuple(dict.fromkeys(reasons)), (step,))


def alone(facts: WeekFacts, rules: WeekRules) -> Ruling:
    """Fewer than two arms: nothing to compare with, so at most a HOLD."""
    if not facts.arms:
        return Ruling("INSUFFICIENT", "week.insufficient", ("no completed window",))
    arm = facts.arms[0]
    gone = churn_no_go(arm.name, arm.churn, rules)
    if gone is not None:
        return gone
    n = arm.efficiency.estimate.n
    flips = ("windows of a second provider or methodology",)
    if n < rules.insufficient_below:
        lack = f"{arm.name}: {n} of {with_noun(rules.insufficient_below, 'window')}"
        return Ruling("INSUFFICIENT", "week.insufficient", (lack,), flips)
    reason = f"{arm.name}: {with_noun(n, 'window')}, and nothing else to compare with"
    return Ruling("HOLD", "week.hold", (reason,), flips)


def churn_ruling(pair: Pair, rules: WeekRules) -> Ruling | None:
    """More of the challenger's merged lines are gone than may be: no comparison helps."""
    return churn_no_go(pair.comparison.a, pair.churn, rules)


def churn_no_go(arm: str, churn: PooledChurn | None, rules: WeekRules) -> Ruling | None:
    """The ruling on an arm whose lines are gone; None while they may still last."""
    # the least that is gone: nothing that is still open can bring it back
    if churn is None or churn.so_far is None or churn.so_far <= rules.max_churn_14d:
        return None
    so_far = " so far" if churn.until else ""
    ranges, most = with_noun(churn.ranges, "range"), short_percent(rules.max_churn_14d)
    gone = f"{short_percent(churn.so_far)} of the merged lines of {ranges} gone{so_far}"
    why = f"{arm}: {gone}, more than {most}"
    return Ruling("NO-GO", "week.churn", (why,), (f"{arm}: windows whose work lasts",))


def lacks_churn(pair: Pair, rules: WeekRules) -> str:
    """Why the challenger's churn does not carry a GO; empty when it does, or nobody counted it."""
    churn, name = pair.churn, pair.comparison.a
    if churn is None:
        return ""
    if churn.unknown:
        many = with_noun(len(churn.unknown), "window")
        return f"{name}: churn unknown for {many}, {churn.unknown[0][0]} {churn.unknown[0][1]}"
    if churn.upper is not None and churn.upper > rules.max_churn_14d:
        least, most = short_percent(churn.so_far or 0.0), short_percent(churn.upper)
        return f"{name}: churn open until {churn.until}: {least} gone so far, at most {most}"
    return ""


def go(pair: Pair, rules: WeekRules) -> Ruling | None:
    """Enough windows on both sides, the interval above 1, nothing else worse, work that lasts."""
    low = pair.interval.low
    above = low is not None and low > 1 and pair.holm_holds
    if pair.n < rules.go_windows or not above or pair.stopped() or lacks_churn(pair, rules):
        return None
    why = f"{pair.name}: ratio {spell_estimate(pair.interval)} lies above 1, {rails_words(pair)}"
    flips = ("a guardrail that fails", f"an interval that reaches 1 (now from {low:.4g})")
    return Ruling("GO", "week.go", (why,), flips)


def soft_go(pair: Pair, rules: WeekRules) -> Ruling | None:
    """A lean: probably better, no guardrail failed, good enough for what can be taken back."""
    chance = pair.chance
    if pair.n < rules.soft_windows or chance is None or chance < rules.soft_probability:
        return None
    if pair.failed:
        return None
    why = f"{pair.name}: P(better) {chance:.3f}, for reversible decisions only"
    return Ruling("SOFT GO", "week.soft_go", (why, *not_yet(pair, rules)), ways_to_go(pair, rules))


def no_go(pair: Pair, rules: WeekRules) -> Ruling | None:
    """The interval lies below 1."""
    high = pair.interval.high
    if pair.n < rules.no_go_windows or high is None or high >= 1 or not pair.holm_holds:
        return None
    why = f"{pair.name}: ratio {spell_estimate(pair.interval)} lies below 1"
    return Ruling("NO-GO", "week.no_go", (why,), (f"an interval that reaches 1 (now {high:.4g})",))


def insufficient(pair: Pair, rules: WeekRules) -> Ruling | None:
    """Too few windows, or no ratio at all."""
    ratio = pair.comparison.ratio
    if pair.n >= rules.insufficient_below and (ratio.known or ratio.low is not None):
        return None
    told = "" if ratio.known else ratio.reason
    counts = f"{pair.comparison.n_a} and {pair.comparison.n_b} windows"
    why = f"{pair.name}: {told or counts + f', {rules.insufficient_below} needed on each side'}"
    return Ruling("INSUFFICIENT", "week.insufficient", (why,), ways_to_go(pair, rules))


def hold(pair: Pair, rules: WeekRules) -> Ruling:
    """Neither better nor worse can be said."""
    told = f", P(better) {pair.chance:.3f}" if pair.chance is not None else ""
    low, high = pair.interval.low, pair.interval.high
    # beside 1, and yet no verdict: Holm, a guardrail or the churn is in the way
    holds = "does not hold" if (low or 0.0) > 1 or (high is not None and high < 1) else "holds"
    why = f"{pair.name}: ratio {spell_estimate(pair.interval)} {holds} 1{told}"
    return Ruling("HOLD", "week.hold", (why, *not_yet(pair, rules)), ways_to_go(pair, rules))


def rails_words(pair: Pair) -> str:
    """`guardrails pass`, or how many of how many do and which are not known."""
    passed = [g for g in pair.guardrails if g.state == "pass"]
    other = [f"{g.name} {g.state}" for g in pair.guardrails if g.state != "pass"]
    if not other:
        return "guardrails pass" if passed else "no guardrail was asked"
    return (
        f"{len(passed)} of {with_noun(len(pair.guardrails), 'guardrail')} pass, {', '.join(other)}"
    )


def not_yet(pair: Pair, rules: WeekRules) -> tuple[str, ...]:
    """Why this is no GO, beyond the interval."""
    reasons = [f"{pair.name}: {g.name} {g.state} ({g.why})" for g in pair.stopped()]
    if pair.n < rules.go_windows:
        reasons.insert(
            0, f"{pair.name}: {pair.n} of {with_noun(rules.go_windows, 'window')} on a side"
        )
    churn = lacks_churn(pair, rules)
    reasons += [churn] if churn else []
    # below 1 there is no GO that the family of pairs could take
    if not pair.holm_holds and (pair.interval.low or 0) > 1:
        reasons.append(f"{pair.name}: not after Holm over {pair.comparison.family} pairs")
    return tuple(reasons)


def ways_to_go(pair: Pair, rules: WeekRules) -> tuple[str, ...]:
    """What would turn this into a GO."""
    ways = []
    for name, n in (
        (pair.comparison.a, pair.comparison.n_a),
        (pair.comparison.b, pair.comparison.n_b),
    ):
        if n < rules.go_windows:
            ways.append(f"{with_noun(rules.go_windows - n, 'more usable window')} of {name}")
    if pair.interval.low is None or pair.interval.low <= 1:
        ways.append(f"{pair.name}: an interval above 1")
    churn = lacks_churn(pair, rules)
    if churn and pair.churn:
        most, until = short_percent(rules.max_churn_14d), pair.churn.until
        when = f" on {until}" if until else ", measured: gitledger churn"
        ways.append(f"{pair.comparison.a}: at most {most} of its merged lines gone{when}")
    ways += [f"{pair.comparison.a}: {g.name} known and within its margin" for g in pair.stopped()]
    return tuple(ways)


def spell_estimate(estimate: Estimate) -> str:
    """`1.88 [1.11, 3.19]`; without a value `[1.11, 3.19]`, or `at least 1.11`."""
    value = "" if estimate.value is None else f"{estimate.value:.4g} "
    if estimate.low is None:
        return value.strip() or "unknown"
    if estimate.high is None:
        return f"{value}at least {estimate.low:.4g}"
    return f"{value}[{estimate.low:.4g}, {estimate.high:.4g}]"


PAIR_GATES: tuple[PairGate, ...] = (churn_ruling, go, soft_go, no_go, insufficient)
