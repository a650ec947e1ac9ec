"""What a change of configuration or rules lets through that was held back before. Pure.

Each limit has a direction in which it is looser. A key that the older text lacks has the default
that was in force, or none: what an upgrade adds loosens nothing.
"""

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Any, TypeAlias

from gitledger.decision.rule_shape import GUARDRAILS, LATER
from gitledger.windows.thresholds import Thresholds

Content = Mapping[str, Any]
Way: TypeAlias = str | tuple[str, ...]
HIGHER, LOWER, MORE, FEWER = "raised", "lowered", "gained", "lost"
SIGNATURES = ("none", "tip", "commits")
LOOSENING = ("noted", "forbidden")
ANNOUNCED = ("noted", "required")
# where a higher or lower limit, more or fewer words, or an earlier word of a choice holds back less
RULES: Mapping[str, Way] = {
    "window.invalid.severities": FEWER,
    "window.go.outcomes": MORE,
    "window.go.max_anomalies": HIGHER,
    "window.go.churn_decisions": MORE,
    "window.go.min_evidence_pass": LOWER,
    "window.go.tier2_above_cls": HIGHER,
    "window.soft_go.may_miss": MORE,
    "window.no_go.outcomes": FEWER,
    "window.no_go.evidence_results": FEWER,
    "window.max_churn_14d": HIGHER,
    "window.reserve": ("no", "yes"),
    "week.invalid.severities": FEWER,
    "week.invalid.scope": ("used", "all"),
    "week.go.min_windows": LOWER,
    "week.go.confidence": LOWER,
    "week.go.later_looks": ("fixed", "anytime"),
    "week.soft_go.min_windows": LOWER,
    "week.soft_go.min_probability": LOWER,
    "week.no_go.min_windows": HIGHER,
    "week.insufficient.below_windows": LOWER,
    "week.max_churn_14d": HIGHER,
    "measures.phi0": LOWER,
    "measures.healthy": MORE,
    **{f"guardrails.{name}.margin": HIGHER for name in ("quality", "pass_rate", "churn_14d")},
    "guardrails.cost.margin": HIGHER,
    "guardrails.cap_breach.margin": LOWER,
    **{f"guardrails.{name}.unknown": ("allow", "block") for name in GUARDRAILS},
}
NEUTRAL = ("measures.width",)  # a unit of counting, no gate
CONFIG: Mapping[str, Way] = {
    "signatures": SIGNATURES,
    "loosening": LOOSENING,
    "announced": ANNOUNCED,
    "exclude": MORE,
    "thresholds.buffer_pp": LOWER,
    "thresholds.after_delay_minutes": LOWER,
    "thresholds.late_after_hours": HIGHER,
    "thresholds.reset_tolerance_minutes": HIGHER,
    "thresholds.usage_divergence": HIGHER,
    "thresholds.churn_days": LOWER,
    "thresholds.constant_quality_windows": HIGHER,
}
DEFAULTS: Mapping[str, object] = {
    "signatures": "none",
    "loosening": "noted",
    "announced": "noted",
    "exclude": (),
    **{f"thresholds.{name}": getattr(Thresholds(), name) for name in Thresholds.__slots__},
}


def loosened_rules(old: Content, new: Content) -> Iterator[str]:
    """A sentence for each gate of the rules that lets more through than it did."""
    for path, way in RULES.items():
        before, after = (_value(content, path, LATER.get(path)) for content in (old, new))
        yield from _loosened(path, way, before, after)


def loosened_config(old: Content, new: Content) -> Iterator[str]:
    """A sentence for each limit of the configuration that holds back less than it did."""
    for path, way in CONFIG.items():
        default = DEFAULTS.get(path)
        before, after = (_value(content, path, default) for content in (old, new))
        yield from _loosened(path, way, before, after)


def _value(content: Content, path: str, default: object = None) -> object:
    found: object = content
    for part in path.split("."):
        found = found.get(part) if isinstance(found, Mapping) else None
    return default if found is None else found


def _loosened(path: str, way: Way, old: object, new: object) -> Iterator[str]:
    if old is None or new is None or old == new:
        return
    if isinstance(way, tuple):
        before, after = _word(old), _word(new)
        if before in way and after in way and way.index(after) < way.index(before):
            yield f"{path} went from {before} to {after}"
    elif way in {MORE, FEWER}:
        short, long = (_words(old), _words(new)) if way == MORE else (_words(new), _words(old))
        changed = [word for word in long if word not in short]
        if changed:
            yield f"{path} {way} {', '.join(changed)}"
    elif _WAYS[way](_number(old), _number(new)):
        yield f"{path} was {way} from {old} to {new}"


def _word(value: object) -> str:
    return ("yes" if value else "no") if isinstance(value, bool) else str(value)


def _words(value: object) -> list[str]:
    return [str(word) for word in value] if isinstance(value, list | tuple) else []


def _number(value: object) -> Decimal:
    """A limit that was checked to be a number."""
    return Decimal(str(value))


_WAYS: Mapping[str, Callable[[Decimal, Decimal], bool]] = {
    HIGHER: lambda old, new: new > old,
    LOWER: lambda old, new: new < old,
}
