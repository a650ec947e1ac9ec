"""What the gates look at: one window's facts, or the arms of a week. Frozen, no rows.

Depends on `windows`, `measure` and `decision.guardrails`.
"""

from dataclasses import dataclass

from gitledger.decision.guardrails import CardArm, Guardrail
from gitledger.measure.comparison import Comparison
from gitledger.windows.audit.findings import Finding
from gitledger.windows.churn import WindowChurn


@dataclass(frozen=True, slots=True)
class EvidenceRun:
    """One acceptance run as recorded; `repaired` tells of the later pass that closes it."""

    run: str
    result: str
    capability: str = ""
    runner: str = ""
    row: str = ""
    repaired: str = ""


@dataclass(frozen=True, slots=True)
class Vote:
    """One panel vote; `row` is the row that holds it."""

    voter: str
    vote: str
    tier: int = 1
    message: str = ""
    row: str = ""


@dataclass(frozen=True, slots=True)
class WindowFacts:
    """Everything a window card is judged on.

    `integrity` are sentences of a failed verification; `findings` the window's audit;
    `anomalies` those that count as such; `churn` the decisions of its churn rows and `lines` what
    became of its lines, by provider; `reserve` the breaches of the week's reserve; `states` the
    delta states of its meters; `ranges` its commit ranges; `parts` what is there of what
    should be, in order.
    """

    window: str
    finalised: bool = False
    recorded: bool = False
    outcome: str = ""
    features: int = 0
    cls: float | None = None
    integrity: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    anomalies: tuple[Finding, ...] = ()
    churn: tuple[str, ...] = ()
    lines: tuple[WindowChurn, ...] = ()
    reserve: tuple[str, ...] = ()
    states: tuple[str, ...] = ()
    ranges: tuple[tuple[str, str], ...] = ()
    evidence: tuple[EvidenceRun, ...] = ()
    votes: tuple[Vote, ...] = ()
    parts: tuple[tuple[str, bool], ...] = ()

    @property
    def passed(self) -> tuple[EvidenceRun, ...]:
        """Evidence with result pass."""
        return tuple(run for run in self.evidence if run.result == "pass")

    @property
    def signed_by_tier_2(self) -> bool:
        """Whether a Tier-2 vote says go and none says no-go."""
        votes = {vote.vote for vote in self.votes if vote.tier >= 2}
        return "go" in votes and "no-go" not in votes


@dataclass(frozen=True, slots=True)
class WeekFacts:
    """Everything a week card is judged on: arms in order, the first one the baseline.

    `comparisons` are all pairs, a the later arm and b the earlier; only those against the
    baseline are judged. `guardrails` belong to a challenger each. `looks` counts the
    cards issued, this one too unless it is only `shown`, as anybody may at any time. `used` are
    the windows that entered the estimates; `mixed` says which rules counted their features, where
    that is more than one.
    """

    subject: str
    arms: tuple[CardArm, ...] = ()
    comparisons: tuple[Comparison, ...] = ()
    guardrails: tuple[Guardrail, ...] = ()
    integrity: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    anomalies: tuple[Finding, ...] = ()
    used: tuple[str, ...] = ()
    looks: int = 1
    shown: bool = False
    mixed: str = ""

    @property
    def judged(self) -> tuple[Comparison, ...]:
        """The comparisons against the baseline; all of them where no arm is given."""
        first = self.arms[0].name if self.arms else ""
        return tuple(c for c in self.comparisons if not first or c.b == first)
