"""What a rule file has to hold: every problem of it at once, and what earlier versions lacked.

Depends on `errors`. The content arrives as a plain mapping (the caller read the YAML).
"""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
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
POSITIVE: Kind = ("positive", ())
SHARE: Kind = ("share", ())
INSIDE: Kind = ("inside", ())
WORDS: Kind = ("words", ())
FLAG: Kind = ("flag", ())

SHAPE: Mapping[str, Mapping[str, Kind | Mapping[str, Kind]]] = {
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
        "max_churn_14d": SHARE,
        "reserve": FLAG,
    },
    "week": {
        "invalid": {"severities": ("words", SEVERITIES), "scope": ("choice", ("all", "used"))},
        "go": {
            "min_windows": COUNT,
            "confidence": INSIDE,
            "later_looks": ("choice", ("anytime", "fixed")),
        },
        "soft_go": {"min_windows": COUNT, "min_probability": SHARE},
        "no_go": {"min_windows": COUNT},
        "insufficient": {"below_windows": COUNT},
        "max_churn_14d": SHARE,
    },
    "guardrails": {
        name: {"margin": AMOUNT, "unknown": ("choice", ("block", "allow"))} for name in GUARDRAILS
    },
}
MEASURES: Mapping[str, Kind] = {"phi0": POSITIVE, "width": POSITIVE, "healthy": WORDS}
# keys that files of earlier versions lack, with the value that stands for them
LATER: Mapping[str, object] = {
    "window.max_churn_14d": 0.5,
    "window.reserve": "yes",
    "week.max_churn_14d": 0.3,
}
# nearer to 0 or to 1 than this, variances and quantiles are beyond a float
CLOSEST, MOST = 1e-9, 1e12
RANGES = {
    "count": (0, MOST),
    "amount": (0, MOST),
    "positive": (CLOSEST, MOST),
    "share": (0, 1),
    "inside": (CLOSEST, 1 - CLOSEST),
}
WHAT = {
    "count": "a whole number of 0 or more",
    "amount": "a number of 0 or more",
    "positive": "a number above 0",
    "share": "a number between 0 and 1",
    "inside": "a number between 0 and 1, neither of them",
    "words": "a list of words",
    "choice": "one word",
    "flag": "yes or no",
}


def complete_content(content: object) -> tuple[object, tuple[str, ...]]:
    """The content with the keys that later versions added, and the names of those it lacked."""
    absent = [path for path in LATER if lacks(content, path.split("."))]
    for path in absent:
        content = with_key(content, path.split("."), LATER[path])
    return content, tuple(absent)


def lacks(content: object, path: Sequence[str]) -> bool:
    """Whether the mapping at the path is there and its last key is not."""
    for name in path[:-1]:
        content = content.get(name) if isinstance(content, Mapping) else None
    return isinstance(content, Mapping) and path[-1] not in content


def with_key(content: object, path: Sequence[str], value: object) -> object:
    """A copy of nested mappings with one more key."""
    if not path:
        return value
    given = cast("Mapping[str, object]", content)
    return {**given, path[0]: with_key(given.get(path[0]), path[1:], value)}


def rule_problems(content: object) -> Iterator[Problem]:
    """Every unknown key, missing gate and wrong threshold of a rule file."""
    return shape_problems(complete_content(content)[0])


def shape_problems(content: object) -> Iterator[Problem]:
    """The same of a file that has the keys of every version."""
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
    part: str, found: object, gates: Mapping[str, Kind | Mapping[str, Kind]]
) -> Iterator[Problem]:
    """What is wrong with one of the parts window, week, guardrails."""
    if not isinstance(found, Mapping):
        yield missing(part)
        return
    yield from unknown_keys(part, found, tuple(gates))
    for gate, keys in gates.items():
        if isinstance(keys, tuple):
            yield from key_problems(f"{part}.{gate}", found, gate, keys)
        else:
            yield from gate_problems(f"{part}.{gate}", found.get(gate), keys)


def gate_problems(where: str, found: object, keys: Mapping[str, Kind]) -> Iterator[Problem]:
    """What is wrong with one gate."""
    if not isinstance(found, Mapping):
        yield missing(where)
        return
    yield from unknown_keys(where, found, tuple(keys))
    for key, kind in keys.items():
        yield from key_problems(f"{where}.{key}", found, key, kind)


def key_problems(
    place: str, found: Mapping[str, object], key: str, kind: Kind
) -> Iterator[Problem]:
    """What is wrong with one key."""
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
    if name == "flag":
        return isinstance(value, bool) or value in ("yes", "no")
    if name == "choice":
        return isinstance(value, str) and value in choices
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return False
    least, most = RANGES[name]
    return least <= value <= most and (name != "count" or isinstance(value, int))
