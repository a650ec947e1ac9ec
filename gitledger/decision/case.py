"""What cards are made of, as one frozen value: folded windows, findings, rules, votes, source.

Depends on `windows`, `measure` and the other decision modules' values. The command that reads
the world builds a `Ledger` once; the cards are pure functions of it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from gitledger.decision.card import CardSource
from gitledger.decision.facts import Vote
from gitledger.decision.rules import Rules
from gitledger.ledger.row import Row
from gitledger.measure.estimate import plain
from gitledger.windows.audit.findings import Finding, is_anomaly
from gitledger.windows.snapshot import text_of
from gitledger.windows.thresholds import Terms
from gitledger.windows.window import Window


@dataclass(frozen=True, slots=True)
class Ledger:
    """The ledger at one tip. `plans` are prices a week by provider; `world` what was seen outside.

    `votes` and `decisions` are rows of those ledgers, corrections applied; `integrity` are
    sentences of a failed verification; `reverted` windows whose work was taken back, each with
    the commit that did it.
    """

    windows: tuple[Window, ...]
    findings: tuple[Finding, ...]
    rules: Rules
    source: CardSource
    terms: Terms = field(default_factory=Terms)
    votes: tuple[Row, ...] = ()
    decisions: tuple[Row, ...] = ()
    plans: Mapping[str, float] = field(default_factory=dict)
    integrity: tuple[str, ...] = ()
    world: Mapping[str, object] = field(default_factory=dict)
    order: tuple[str, ...] = ()
    reverted: Mapping[str, str] = field(default_factory=dict)

    @property
    def constants(self) -> Mapping[str, object]:
        """The statistical terms that its numbers are made in, for a card."""
        stats = self.rules.statistics
        return {
            "phi0": plain(stats.phi0),
            "width": plain(stats.width),
            "confidence": plain(stats.confidence),
            "directional": stats.directional,
            "week0": stats.week0,
        }

    def window(self, name: str) -> Window | None:
        """A window by its id, None when nothing names it."""
        return next((w for w in self.windows if w.id == name), None)

    def findings_of(self, names: Sequence[str]) -> tuple[Finding, ...]:
        """The findings of some windows, in the stated order."""
        wanted = frozenset(names)
        return tuple(found for found in self.findings if found.window in wanted)

    def issued(self, subject: str) -> tuple[str, ...]:
        """Ids of the cards issued for a subject, oldest first; overrides are not cards."""
        return tuple(
            text_of(row.values, "card")
            for row in self.decisions
            if text_of(row.values, "subject") == subject and "override" not in row.values
        )

    def overrides(self, card: str) -> list[dict[str, object]]:
        """The verdicts that people put beside a card, oldest first."""
        return [
            {
                "row": row.id,
                "verdict": text_of(row.values, "override"),
                "reason": text_of(row.values, "reason"),
                "agent": row.agent,
            }
            for row in self.decisions
            if text_of(row.values, "card") == card and "override" in row.values
        ]

    def votes_on(self, subject: str) -> tuple[Vote, ...]:
        """The newest vote of each voter on a subject or on any card issued for it.

        Who voted on an earlier card and votes on a later one has changed their mind.
        """
        names = {subject, *self.issued(subject)}
        cast = [vote_of(row) for row in self.votes if text_of(row.values, "card") in names]
        newest = {vote.voter: vote for vote in cast}
        return tuple(vote for vote in cast if newest[vote.voter] is vote)


def vote_of(row: Row) -> Vote:
    """A `votes` row as a value; a vote without tier is Tier 1."""
    tier = row.values.get("tier", 1)
    return Vote(
        voter=text_of(row.values, "voter"),
        vote=text_of(row.values, "vote"),
        tier=tier if isinstance(tier, int) else 1,
        message=text_of(row.values, "message"),
        row=row.id,
    )


def anomalies_of(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """The findings that count as anomalies."""
    return tuple(filter(is_anomaly, findings))


def finding_payload(found: Finding) -> Mapping[str, object]:
    """A finding in a card's payload."""
    return {
        "window": found.window,
        "code": found.code,
        "severity": found.severity,
        "what": found.what,
    }


def vote_payload(vote: Vote) -> Mapping[str, object]:
    """A vote in a card's payload."""
    said = {"message": vote.message} if vote.message else {}
    return {"voter": vote.voter, "vote": vote.vote, "tier": vote.tier, **said}
