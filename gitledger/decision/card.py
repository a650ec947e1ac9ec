"""The decision card: one frozen value, its canonical bytes, its id, and how two differ.

Depends on `decision.ruling`. A card holds no clock and no place: it is a pure function of the
ledger at its tip, the rule file and the tool's version, so it can be rebuilt byte by byte.
Votes and overrides that came after the tip stand beside it, never in it.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from hashlib import sha256
from typing import Literal

from gitledger.decision.ruling import Ruling

FORMAT = 1
ID_DIGITS = 16
MOST_ROWS = 400  # a card is one row of a ledger: beyond them their number and one digest
MOST_NAMES = 40
Json = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class CardSource:
    """Where a card comes from: tip of the ledger, its time, rule file and tool version.

    `as_of` is the recording time of the newest row at the tip: what the card calls now.
    """

    tip: str
    as_of: str
    rules_sha256: str
    tool: str


@dataclass(frozen=True, slots=True)
class Card:
    """Everything a card says, as JSON-like values in the order they are printed.

    `completeness` names the parts that should be there and whether they are; `rows` are the
    ids of the rows it was made from; `facts` the one-window fields of the earlier tracker's card;
    `findings` counts the audit's by severity, `reserve` are breaches of the week's reserve,
    `defaulted` rules that the file, written for an earlier version, leaves to their stated default,
    `assumed` such keys of gitledger.yaml;
    `world` is what was seen outside the ledger (artefacts that changed, commits that are gone),
    kept so that a rebuilt card sees the same, as `scope` keeps which windows were asked for.
    `looks` counts the cards issued of the subject; `judged_by` says whether the interval of one
    look (`fixed`) or of any (`anytime`) decided; `terms` are the constants of the rule file.
    """

    subject: str
    kind: Literal["window", "week"]
    ruling: Ruling
    source: CardSource
    completeness: tuple[tuple[str, bool], ...] = ()
    facts: tuple[tuple[str, object], ...] = ()
    arms: tuple[Json, ...] = ()
    estimates: tuple[Json, ...] = ()
    comparisons: tuple[Json, ...] = ()
    guardrails: tuple[Json, ...] = ()
    anomalies: tuple[Json, ...] = ()
    findings: Json | None = None
    reserve: tuple[str, ...] = ()
    defaulted: tuple[str, ...] = ()
    assumed: tuple[str, ...] = ()
    evidence: tuple[Json, ...] = ()
    churn: tuple[Json, ...] = ()
    votes: tuple[Json, ...] = ()
    coverage: Json | None = None
    world: Json | None = None
    scope: Json | None = None
    rows: tuple[str, ...] = ()
    looks: int = 1
    windows_needed: int | None = None
    judged_by: str | None = None
    terms: Json | None = None

    def content(self) -> dict[str, object]:
        """The card as JSON-like values without its id; this is what is hashed and recorded."""
        made: dict[str, object] = {
            "card": FORMAT,
            "subject": self.subject,
            "kind": self.kind,
            "verdict": self.ruling.verdict,
            "rule": self.ruling.rule,
            "rules_sha256": self.source.rules_sha256,
            "rules_defaulted": list(self.defaulted) or None,
            "config_defaulted": list(self.assumed) or None,
            "reasons": list(self.ruling.reasons),
            "would_flip": list(self.ruling.would_flip),
            "completeness": {
                "have": sum(have for _, have in self.completeness),
                "of": len(self.completeness),
                "missing": [name for name, have in self.completeness if not have][:MOST_NAMES],
            },
            "facts": dict(self.facts),
            "arms": list(self.arms),
            "estimates": list(self.estimates),
            "comparisons": list(self.comparisons),
            "guardrails": list(self.guardrails),
            "findings": self.findings,
            "reserve": list(self.reserve) or None,
            "anomalies": list(self.anomalies),
            "evidence": list(self.evidence),
            "churn": list(self.churn),
            "votes": list(self.votes),
            "coverage": dict(self.coverage or {}),
            "scope": dict(self.scope or {}),
            "world": dict(self.world or {}),
            "looks": self.looks,
            "judged_by": self.judged_by,
            "terms": self.terms,
            "windows_needed": self.windows_needed,
            "rows": list(self.rows[:MOST_ROWS]),
            "rows_total": len(self.rows),
            "rows_sha256": sha256("\n".join(self.rows).encode()).hexdigest(),
            "tip": self.source.tip,
            "as_of": self.source.as_of,
            "tool": self.source.tool,
        }
        return {key: bare(value) for key, value in made.items() if value is not None}

    @property
    def id(self) -> str:
        """The first 16 hex digits of the SHA-256 of the canonical bytes."""
        return card_id(self.content())


def card_id(content: Json) -> str:
    """The id of a card's content."""
    return sha256(canonical(content)).hexdigest()[:ID_DIGITS]


def canonical(content: Json) -> bytes:
    """One line of JSON, keys sorted, no blanks, UTF-8: the bytes that are compared and hashed."""
    text = json.dumps(bare(content), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return text.encode()


def bare(value: object) -> object:
    """A JSON-like value without nulls and without `Decimal`; whole numbers are integers.

    Rows hold neither nulls nor floats, so this is what survives being recorded.
    """
    if isinstance(value, Mapping):
        return {str(k): bare(v) for k, v in value.items() if v is not None}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [bare(entry) for entry in value]
    if isinstance(value, Decimal | float) and not isinstance(value, bool):
        return int(value) if value == int(value) else float(value)
    return value


def printed_content(value: object) -> object:
    """A card's content as it is printed: an estimate without a value or an end says null.

    Rows hold no nulls, so what is recorded leaves them out.
    """
    if isinstance(value, Mapping):
        ends = dict.fromkeys(("value", "low", "high")) if {"n", "method"} <= set(value) else {}
        return {**ends, **{key: printed_content(entry) for key, entry in value.items()}}
    return [printed_content(entry) for entry in value] if isinstance(value, list | tuple) else value


def recordable(value: object) -> object:
    """A card's content as a row may hold it: floats become decimals as they are written."""
    if isinstance(value, Mapping):
        return {key: recordable(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [recordable(entry) for entry in value]
    return Decimal(repr(value)) if isinstance(value, float) else value


def differences(kept: Json, rebuilt: Json) -> tuple[str, ...]:
    """Where a rebuilt card is not the recorded one, as `path: was X, is Y`; nothing when equal."""
    return tuple(differ("", bare(kept), bare(rebuilt)))


def differ(path: str, left: object, right: object) -> Iterator[str]:
    """The differing leaves under a path."""
    if isinstance(left, dict) and isinstance(right, dict):
        for key in sorted({*left, *right}):
            below = f"{path}.{key}" if path else key
            yield from differ(below, left.get(key), right.get(key))
    elif isinstance(left, list) and isinstance(right, list) and len(left) == len(right):
        for index, pair in enumerate(zip(left, right, strict=True)):
            yield from differ(f"{path}[{index}]", *pair)
    elif left != right:
        yield f"{path}: was {left!r}, is {right!r}"
