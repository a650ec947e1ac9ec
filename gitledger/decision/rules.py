"""The gate rules as a frozen value, made of a rule file that `decision.rule_shape` checked.

Depends on `decision.rule_shape`, `errors` and `measure.terms`. The content arrives as a plain
mapping (the caller read the YAML).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import cast

from gitledger.decision.rule_shape import GUARDRAILS, LATER, Part, complete_content, shape_problems
from gitledger.errors import Problem
from gitledger.measure.terms import Statistics
from gitledger.windows.thresholds import Terms


@dataclass(frozen=True, slots=True)
class Guard:
    """How much worse an arm may be, and whether an unknown value blocks a GO."""

    margin: float
    blocks_unknown: bool


@dataclass(frozen=True, slots=True)
class WindowRules:
    """Thresholds of the window card."""

    invalid_severities: tuple[str, ...]
    go_outcomes: tuple[str, ...]
    max_anomalies: int
    churn_decisions: tuple[str, ...]
    min_evidence_pass: int
    tier2_above_cls: float
    may_miss: tuple[str, ...]
    no_go_outcomes: tuple[str, ...]
    no_go_evidence: tuple[str, ...]
    max_churn_14d: float
    reserve_blocks: bool


@dataclass(frozen=True, slots=True)
class WeekRules:
    """Thresholds of the week card."""

    invalid_severities: tuple[str, ...]
    invalid_scope: str
    go_windows: int
    confidence: float
    later_looks: str
    soft_windows: int
    soft_probability: float
    no_go_windows: int
    insufficient_below: int
    max_churn_14d: float


@dataclass(frozen=True, slots=True)
class Rules:
    """All rules of a ledger, and the SHA-256 of the file they stand in.

    `defaulted` names the keys that the file, written for an earlier version, does not have.
    """

    window: WindowRules
    week: WeekRules
    guardrails: Mapping[str, Guard]
    statistics: Statistics
    healthy: tuple[str, ...]
    sha256: str
    defaulted: tuple[str, ...] = ()

    @property
    def assumed(self) -> tuple[str, ...]:
        """The keys that the file does not have, each with the default that stands for it."""
        return tuple(f"{name}: {LATER[name]}" for name in self.defaulted)


def digest(text: bytes) -> str:
    """SHA-256 of a rule file's exact bytes, as cards name it."""
    return sha256(text).hexdigest()


def read_rules(content: object, file_sha256: str = "") -> tuple[Rules | None, tuple[Problem, ...]]:
    """The rules, or None with everything that is wrong, in the order of the shape."""
    whole, defaulted = complete_content(content)
    problems = tuple(shape_problems(whole))
    if problems:
        return None, problems
    made = build(cast("Mapping[str, object]", whole), file_sha256)
    return replace(made, defaulted=defaulted), ()


def build(content: Mapping[str, object], file_sha256: str) -> Rules:
    """The frozen rules of a content that was checked."""
    measures = cast("Mapping[str, object]", content["measures"])
    guards = cast("Part", content["guardrails"])
    week = week_rules(cast("Part", content["week"]))
    return Rules(
        window=window_rules(cast("Part", content["window"])),
        week=week,
        guardrails={
            name: Guard(real(guards[name]["margin"]), guards[name]["unknown"] == "block")
            for name in GUARDRAILS
        },
        statistics=statistics(week, measures),
        healthy=words(measures["healthy"]),
        sha256=file_sha256,
    )


def statistics(week: WeekRules, measures: Mapping[str, object]) -> Statistics:
    """The terms of every measure: the one place that reads them."""
    return Statistics(
        phi0=real(measures["phi0"]),
        width=real(measures["width"]),
        confidence=week.confidence,
        directional=week.insufficient_below,
        week0=week.go_windows,
    )


def window_rules(part: Part) -> WindowRules:
    """The thresholds of the window card."""
    return WindowRules(
        invalid_severities=words(part["invalid"]["severities"]),
        go_outcomes=words(part["go"]["outcomes"]),
        max_anomalies=int(real(part["go"]["max_anomalies"])),
        churn_decisions=words(part["go"]["churn_decisions"]),
        min_evidence_pass=int(real(part["go"]["min_evidence_pass"])),
        tier2_above_cls=real(part["go"]["tier2_above_cls"]),
        may_miss=words(part["soft_go"]["may_miss"]),
        no_go_outcomes=words(part["no_go"]["outcomes"]),
        no_go_evidence=words(part["no_go"]["evidence_results"]),
        max_churn_14d=real(part["max_churn_14d"]),
        reserve_blocks=said_yes(part["reserve"]),
    )


def week_rules(part: Part) -> WeekRules:
    """The thresholds of the week card."""
    return WeekRules(
        invalid_severities=words(part["invalid"]["severities"]),
        invalid_scope=str(part["invalid"]["scope"]),
        go_windows=int(real(part["go"]["min_windows"])),
        confidence=real(part["go"]["confidence"]),
        later_looks=str(part["go"]["later_looks"]),
        soft_windows=int(real(part["soft_go"]["min_windows"])),
        soft_probability=real(part["soft_go"]["min_probability"]),
        no_go_windows=int(real(part["no_go"]["min_windows"])),
        insufficient_below=int(real(part["insufficient"]["below_windows"])),
        max_churn_14d=real(part["max_churn_14d"]),
    )


def said_yes(value: object) -> bool:
    """A checked yes or no."""
    return value is True or value == "yes"


def words(value: object) -> tuple[str, ...]:
    """A checked list of words."""
    return tuple(map(str, cast("Sequence[str]", value)))


def real(value: object) -> float:
    """A checked number."""
    return float(cast("float", value))


def judging(terms: Terms, rules: Rules) -> Terms:
    """The terms with the results of evidence that the rules stop a window for."""
    return replace(terms, failures=frozenset(rules.window.no_go_evidence))
