"""The gate rules as a frozen value, checked whole: every problem of a rule file at once.

Depends on `errors`. The content arrives as a plain mapping (the caller read the YAML).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from hashlib import sha256
from typing import TypeAlias, cast

from gitledger.errors import Problem

FORMAT = 1
GUARDRAILS = ("quality", "pass_rate", "churn_14d", "cost", "cap_breach")
OUTCOMES = ("pass", "partial", "fail")
SEVERITIES = ("error", "warning", "note")
MISSABLE = ("churn", "evidence", "tier2")

Kind: TypeAlias = tuple[str, tuple[str, ...]]
Part: TypeAlias = Mapping[str, Mapping[str, object]]
COUNT: Kind = ("count", ())
AMOUNT: Kind = ("amount", ())
SHARE: Kind = ("share", ())
WORDS: Kind = ("words", ())

SHAPE: Mapping[str, Mapping[str, Mapping[str, Kind]]] = {
    "window": {
        "invalid": {"severities": ("words", SEVERITIES)},
        "go": {
            "outcomes": ("words", OUTCOMES),
            "max_anomalies": COUNT,
            "churn_decisions": WORDS,
            "min_evidence_pass": COUNT,
            "tier2_above_cls": AMOUNT,
        },
        "soft_go": {"may_miss": ("words", MISSABLE)},
        "no_go": {"outcomes": ("words", OUTCOMES), "evidence_results": ("words", OUTCOMES)},
    },
    "week": {
        "invalid": {"severities": ("words", SEVERITIES), "scope": ("choice", ("all", "used"))},
        "go": {
            "min_windows": COUNT,
            "confidence": SHARE,
            "later_looks": ("choice", ("anytime", "fixed")),
        },
        "soft_go": {"min_windows": COUNT, "min_probability": SHARE},
        "no_go": {"min_windows": COUNT},
        "insufficient": {"below_windows": COUNT},
    },
    "guardrails": {
        name: {"margin": AMOUNT, "unknown": ("choice", ("block", "allow"))} for name in GUARDRAILS
    },
}
MEASURES: Mapping[str, Kind] = {"phi0": AMOUNT, "width": AMOUNT, "healthy": WORDS}
WHAT = {
    "count": "a whole number of 0 or more",
    "amount": "a number of 0 or more",
    "share": "a number between 0 and 1",
    "words": "a list of words",
    "choice": "one word",
}


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


@dataclass(frozen=True, slots=True)
class Rules:
    """All rules of a ledger, and the SHA-256 of the file they stand in."""

    window: WindowRules
    week: WeekRules
    guardrails: Mapping[str, Guard]
    phi0: float
    width: float
    healthy: tuple[str, ...]
    sha256: str


def digest(text: bytes) -> str:
    """SHA-256 of a rule file's exact bytes, as cards name it."""
    return sha256(text).hexdigest()


def read_rules(content: object, file_sha256: str = "") -> tuple[Rules | None, tuple[Problem, ...]]:
    """The rules, or None with everything that is wrong, in the order of the shape."""
    problems = tuple(rule_problems(content))
    if problems:
        return None, problems
    return build(cast("Mapping[str, object]", content), file_sha256), ()


def rule_problems(content: object) -> Iterator[Problem]:
    """Every unknown key, missing gate and wrong threshold of a rule file."""
    if not isinstance(content, Mapping):
        yield Problem("rules.yaml", "is not a mapping", "see the shipped rules.yaml", "rules-shape")
        return
    if content.get("gitledger") != FORMAT:
        found = content.get("gitledger", "nothing")
        yield Problem("gitledger", f"format is {found}, not {FORMAT}", "", "rules-format")
    yield from unknown_keys("", content, ("gitledger", *SHAPE, "measures", "replay"))
    for part, gates in SHAPE.items():
        yield from part_problems(part, content.get(part), gates)
    yield from gate_problems("measures", content.get("measures"), MEASURES)


def part_problems(
    part: str, found: object, gates: Mapping[str, Mapping[str, Kind]]
) -> Iterator[Problem]:
    """What is wrong with one of the parts window, week, guardrails."""
    if not isinstance(found, Mapping):
        yield missing(part)
        return
    yield from unknown_keys(part, found, tuple(gates))
    for gate, keys in gates.items():
        yield from gate_problems(f"{part}.{gate}", found.get(gate), keys)


def gate_problems(where: str, found: object, keys: Mapping[str, Kind]) -> Iterator[Problem]:
    """What is wrong with one gate."""
    if not isinstance(found, Mapping):
        yield missing(where)
        return
    yield from unknown_keys(where, found, tuple(keys))
    for key, kind in keys.items():
        place = f"{where}.{key}"
        if key not in found:
            yield missing(place)
        elif not fits(found[key], kind):
            allowed = f" out of {', '.join(kind[1])}" if kind[1] else ""
            what = f"is {found[key]!r}, not {WHAT[kind[0]]}{allowed}"
            yield Problem(place, what, "", "rules-type")


def missing(where: str) -> Problem:
    """A gate or threshold that does not stand in the file."""
    return Problem(where, "is missing", "copy it from the shipped rules.yaml", "rules-missing")


def unknown_keys(
    where: str, found: Mapping[object, object], known: Sequence[str]
) -> Iterator[Problem]:
    """Keys that no rule reads: a typing error must not switch a gate off."""
    for key in found:
        if key not in known:
            place = f"{where}.{key}" if where else str(key)
            yield Problem(place, "is unknown", f"known: {', '.join(known)}", "rules-unknown")


def fits(value: object, kind: Kind) -> bool:
    """Whether a threshold has its type and range."""
    name, choices = kind
    if name == "words":
        return (
            isinstance(value, Sequence)
            and not isinstance(value, str)
            and all(isinstance(v, str) and (not choices or v in choices) for v in value)
        )
    if name == "choice":
        return isinstance(value, str) and value in choices
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return False
    if name == "count":
        return isinstance(value, int) and value >= 0
    return 0 <= value <= 1 if name == "share" else 0 <= value < float("inf")


def build(content: Mapping[str, object], file_sha256: str) -> Rules:
    """The frozen rules of a content that was checked."""
    measures = cast("Mapping[str, object]", content["measures"])
    guards = cast("Part", content["guardrails"])
    return Rules(
        window=window_rules(cast("Part", content["window"])),
        week=week_rules(cast("Part", content["week"])),
        guardrails={
            name: Guard(real(guards[name]["margin"]), guards[name]["unknown"] == "block")
            for name in GUARDRAILS
        },
        phi0=real(measures["phi0"]),
        width=real(measures["width"]),
        healthy=words(measures["healthy"]),
        sha256=file_sha256,
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
    )


def words(value: object) -> tuple[str, ...]:
    """A checked list of words."""
    return tuple(map(str, cast("Sequence[str]", value)))


def real(value: object) -> float:
    """A checked number."""
    return float(cast("float", value))
