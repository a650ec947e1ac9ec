"""The opened ledger as the decision cards take it: folded, audited, with rules and votes.

Reads files only to see whether evidence still is what was recorded, and history only to prove it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from gitledger.book.book import Book
from gitledger.book.defaults import shipped_default
from gitledger.book.outside import facts_of
from gitledger.book.references import unknown_window
from gitledger.book.windows import LEDGERS, fold_ledgers
from gitledger.book.world import TOOL
from gitledger.decision.card import CardSource
from gitledger.decision.case import Ledger
from gitledger.decision.rules import Rules, digest, judging, read_rules
from gitledger.errors import HistoryIncomplete, InvalidData
from gitledger.git.branch.definitions import as_written, taken_out
from gitledger.git.commit import committed_at
from gitledger.git.objects import read
from gitledger.git.proof.texts import LOOSENED
from gitledger.ledger import layout
from gitledger.ledger.row import texts
from gitledger.ledger.values import stamp
from gitledger.ledger.yamltext import load
from gitledger.measure.amounts import is_price, number, per_week
from gitledger.windows.audit.checks import audit_windows
from gitledger.windows.audit.facts import WorldFacts
from gitledger.windows.capacity import with_capacity
from gitledger.windows.snapshot import text_of
from gitledger.windows.standing import standing
from gitledger.windows.thresholds import read_terms
from gitledger.windows.window import Window

MOST_BROKEN = 20  # sentences that a card repeats; `verify` says all of them


@dataclass(frozen=True, slots=True)
class Sightings:
    """What was seen besides the rows at the tip, kept in a card so that a rebuilt one sees it too.

    `artifacts` maps the path of an evidence file that is not what was recorded to the SHA-256 it
    has now, "" where it is gone; `vanished` are commits that are gone, `reverted` windows whose
    work was taken back, each with the commit that did it; `taken` commits behind features that were
    counted, likewise. `proof` is `intact`, `failed` or why
    nobody can tell; `broken` are the sentences of a failed verification, `loosened` those of
    changes to configuration and rules that let more through than the text before.
    """

    artifacts: Mapping[str, str]
    proof: str = ""
    broken: tuple[str, ...] = ()
    vanished: tuple[str, ...] = ()
    reverted: Mapping[str, str] = field(default_factory=dict)
    loosened: tuple[str, ...] = ()
    taken: Mapping[str, str] = field(default_factory=dict)

    def payload(self) -> Mapping[str, object]:
        """JSON form; empty parts stay out."""
        told = {
            "artifacts": dict(self.artifacts),
            "proof": self.proof,
            "broken": list(self.broken),
            "vanished": list(self.vanished),
            "reverted": dict(self.reverted),
            "loosened": list(self.loosened),
            "taken": dict(self.taken),
        }
        return {name: value for name, value in told.items() if value}


def seen_of(payload: object) -> Sightings:
    """What a card's payload says was seen."""
    kept = payload if isinstance(payload, Mapping) else {}
    return Sightings(
        texts_by_name(kept.get("artifacts")),
        str(kept.get("proof", "")),
        texts(kept.get("broken")),
        texts(kept.get("vanished")),
        texts_by_name(kept.get("reverted")),
        texts(kept.get("loosened")),
        texts_by_name(kept.get("taken")),
    )


def texts_by_name(value: object) -> Mapping[str, str]:
    """A map of texts in a card; nothing for anything else."""
    return {str(k): str(v) for k, v in value.items()} if isinstance(value, Mapping) else {}


def read_ledger(book: Book, seen: Sightings | None = None, *, prove: bool = False) -> Ledger:
    """Everything cards are made of, at the book's tip; `seen` is looked for unless given.

    With `prove` the ledger's history is verified as well; either way what is judged is read from
    git, as the verification does, and from no copy beside it.
    """
    config = as_written(book.tip, layout.CONFIG)
    terms, _ = read_terms(config)
    # a card is due of broken rules too, and is INVALID; who only looks is told what is wrong
    rules, unusable = rules_or_shipped(book) if prove or seen else (rules_of(book), ())
    windows = fold_ledgers(book, LEDGERS, terms)
    terms = judging(with_capacity(windows, terms), rules)
    as_of = tip_time(book)
    outside = seen or look_outside(book, windows)
    if prove and seen is None:
        outside = proven(book, outside)
    windows = standing(windows, outside.taken)
    facts = WorldFacts(
        as_of,
        frozenset(outside.vanished),
        outside.artifacts,
        outside.reverted,
        taken=outside.taken,
    )
    tip = (book.tip.commit or b"").hex()
    return Ledger(
        windows=windows,
        findings=audit_windows(windows, terms=terms, facts=facts),
        rules=rules,
        source=CardSource(tip, stamp(as_of), rules.sha256, TOOL),
        terms=terms,
        votes=book.rows_if_any("votes"),
        decisions=book.rows_if_any("decisions"),
        plans=plans_of(config),
        integrity=(*outside.broken, *unusable),
        world=outside.payload(),
        order=providers_of(config),
        reverted=outside.reverted,
    )


def rules_or_shipped(book: Book) -> tuple[Rules, tuple[str, ...]]:
    """The rules at the tip, or the shipped ones with sentences of what is wrong with the file.

    A card has to be made of a branch whose rules cannot be used: it is INVALID and names the keys.
    """
    try:
        return rules_of(book), ()
    except InvalidData as error:  # a card is due all the same: INVALID, by the shipped rules
        content, _ = load(shipped_default(layout.RULES), layout.RULES)
        shipped, _ = read_rules(content, digest(book.tip.file(layout.RULES) or b""))
        assert shipped is not None  # noqa: S101 - a test reads the shipped file
        return shipped, tuple(f"rules.yaml {p.where} {p.what}" for p in error.problems)


def rules_of(book: Book) -> Rules:
    """The rules at the tip. Raises LedgerDamaged without a file, InvalidData with its problems."""
    text = book.tip.file(layout.RULES)
    if text is None:
        raise taken_out(layout.RULES)
    rules, problems = read_rules(as_written(book.tip, layout.RULES), digest(text))
    if rules is None:
        raise InvalidData("rules.yaml on the ledger branch has problems", problems=problems)
    return rules


def tip_time(book: Book) -> datetime:
    """When the tip was committed, in whole seconds UTC: what cards made from it call now."""
    return committed_at(read(book.repository, book.tip.commit or b""))


def look_outside(book: Book, windows: Sequence[Window]) -> Sightings:
    """Evidence files that are not what was recorded, commits that are gone or were taken back.

    A bare repository has no files to look at.
    """
    found = facts_of(book, windows)
    rows = [row.values for window in windows for row in window.evidence]
    recorded = {(text_of(v, "artifact"), text_of(v, "artifact_sha256")) for v in rows}
    other = {path for path, then in recorded if then and found.artifacts.get(path, then) != then}
    changed = {path: found.artifacts[path] for path in sorted(other)}
    return Sightings(
        changed,
        vanished=tuple(sorted(found.vanished)),
        reverted=found.reverted,
        taken=found.taken,
    )


def proven(book: Book, outside: Sightings) -> Sightings:
    """The same with the ledger's history verified; a shallow clone cannot tell and says so."""
    from gitledger.book.proof import proof_of  # noqa: PLC0415 - whoever asks for rules proves not

    try:
        payload = proof_of(book.world)
    except HistoryIncomplete as error:
        return replace(outside, proof=f"cannot tell: {error.what}")
    broken = tuple(broken_sentence(finding) for finding in payload["findings"])
    loosened = [f"{n['path']}: {n['what']}" for n in payload["notes"] if n["code"] == LOOSENED]
    return replace(
        outside,
        proof="failed" if broken else "intact",
        broken=broken[:MOST_BROKEN],
        loosened=tuple(loosened[-MOST_BROKEN:]),
    )


def broken_sentence(finding: Mapping[str, str]) -> str:
    """A finding of the verification as a reason: code, what, commit, the next step."""
    commit = f" ({finding['commit'][:12]})" if finding["commit"] else ""
    step = f"; {finding['hint']}" if finding["hint"] else ""
    return f"{finding['code']}: {finding['what']}{commit}{step}"


def plans_of(config: Mapping[str, Any]) -> Mapping[str, float]:
    """Weekly plan prices by provider, from the monthly ones in gitledger.yaml."""
    plans = config.get("plans")
    if not isinstance(plans, Mapping):
        return {}
    known = ((str(provider), number(price)) for provider, price in plans.items())
    return {
        provider: per_week(price)
        for provider, price in known
        if price is not None and is_price(price)
    }


def providers_of(config: Mapping[str, Any]) -> tuple[str, ...]:
    """Providers in the configured order."""
    return texts(config.get("providers"))


def named_window(ledger: Ledger, name: str) -> Window:
    """The window of that id. Raises UnknownWindow with the nearest ids."""
    found = ledger.window(name)
    if found is not None:
        return found
    raise unknown_window(name, [window.id for window in ledger.windows])
