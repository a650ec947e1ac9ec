"""Two states of a ledger compared: the whole difference as JSON-like values. Reads only."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gitledger.book.case import broken_sentence
from gitledger.book.defaults import shipped_default
from gitledger.book.judge import loosenings
from gitledger.book.world import TOOL
from gitledger.decision.card import CardSource
from gitledger.decision.case import Ledger
from gitledger.decision.effects import effects_of
from gitledger.decision.rules import Rules, digest, judging, read_rules
from gitledger.errors import UnknownRevision
from gitledger.git.branch.tip import Tip
from gitledger.git.objects import run_git
from gitledger.git.proof.examine import Examination
from gitledger.git.repository import Repository
from gitledger.ledger import layout
from gitledger.ledger.values import stamp
from gitledger.ledger.yamltext import load
from gitledger.share.difference import Difference, difference_of, findings_of, fold_side
from gitledger.share.difference_json import corrections_of, effects_json, rows_added
from gitledger.share.gate import changed_texts, document, failing
from gitledger.share.sides import Rows, windows_holding
from gitledger.share.treediff import difference_brought, tree_difference


@dataclass(frozen=True, slots=True)
class Yardstick:
    """What both sides are read by: the base's configuration and rules, and a tool's name."""

    config: Mapping[str, Any]
    rules: Rules
    tool: str = ""


@dataclass(frozen=True, slots=True)
class Compared:
    """Two states: `merged` asks what the head would bring to the base, not what differs."""

    base: Tip
    head: Tip
    merged: bool = True


def differs(
    compared: Compared, done: Examination, *, commits: frozenset[str] | None = None
) -> dict[str, Any]:
    """The whole difference as JSON, `done` being the judge's of the move. Raises LedgerDamaged."""
    base, head = compared.base, compared.head
    wrong = failing(done)
    refused = {found.problem.where for found in wrong}
    moved = difference_brought(base, head) if compared.merged else tree_difference(base, head)
    held = None if commits is None else windows_holding(head, commits)
    difference = difference_of(base, head, moved, refused=refused, also=held or ())
    by = yardstick(base if base.tree else head)
    broken = [found.payload() for found in wrong]
    before, after = ledgers_of(difference, by, [broken_sentence(found) for found in broken[:20]])
    effects = effects_of(before, after, difference.sides.touched)
    return {
        "base": (base.commit or b"").hex(),
        "head": (head.commit or b"").hex(),
        "rules_sha256": by.rules.sha256,
        "tool": TOOL,
        "added": rows_added(difference.sides.added, held),
        "gone": [{"row": row.id, "ledger": row.ledger} for row in difference.sides.gone],
        "unread": list(difference.sides.unread),
        "corrections": list(corrections_of(difference)),
        "texts": [text.payload() for text in changed_texts(difference, loosenings)],
        "integrity": {"intact": not wrong, "findings": broken},
        **effects_json(effects, after.terms, held),
    }


def ledgers_of(
    difference: Difference, by: Yardstick, broken: Sequence[str] = ()
) -> tuple[Ledger, Ledger]:
    """The ledger before and after, as cards take it; findings are those of touched windows.

    `broken` are sentences of a failed proof of the head.
    """
    sides = difference.sides
    before = _ledger(sides.before, difference.base, by, difference)
    after = _ledger(sides.after, difference.head, by, difference, broken)
    return before, after


def _ledger(
    rows: Rows, tip: Tip, by: Yardstick, difference: Difference, broken: Sequence[str] = ()
) -> Ledger:
    windows, terms = fold_side(rows, by.config)
    terms = judging(terms, by.rules)
    now = difference.now
    as_of = stamp(now)
    return Ledger(
        windows=windows,
        findings=findings_of(windows, difference.sides.touched, terms, now),
        rules=by.rules,
        source=CardSource((tip.commit or b"").hex(), as_of, by.rules.sha256, by.tool),
        terms=terms,
        votes=tuple(rows.get("votes", ())),
        decisions=tuple(rows.get("decisions", ())),
        integrity=tuple(broken),
    )


def yardstick(tip: Tip) -> Yardstick:
    """What both sides are read by; a tip whose rules cannot be used is read by the shipped ones."""
    text = tip.file(layout.RULES) or b""
    rules = usable_rules(document(tip, layout.RULES), digest(text))
    if rules is None:
        rules = usable_rules(load(shipped_default(layout.RULES), layout.RULES)[0], digest(text))
    assert rules is not None  # noqa: S101 - a test reads the shipped file
    return Yardstick(document(tip, layout.CONFIG), rules, TOOL)


def usable_rules(content: Mapping[str, Any], sha256: str) -> Rules | None:
    """Rules of a content, None where it has none that can be used."""
    return read_rules(content, sha256)[0] if content else None


def commits_between(repository: Repository, words: str) -> frozenset[str]:
    """The commits of a range of the code, in hex. Raises UnknownRevision."""
    done = run_git(repository, ("rev-list", "--end-of-options", words, "--"))
    if done.returncode != 0:
        what = f"{words!r} is not a range of commits here"
        raise UnknownRevision(what, "git fetch, or name both ends: BASE..HEAD")
    return frozenset(done.stdout.decode().split())
