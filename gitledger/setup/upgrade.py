"""Definitions on the branch brought up to the shipped ones: new ledgers, new optional columns."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from gitledger.book.defaults import shipped_ledgers
from gitledger.errors import UnknownLedger
from gitledger.git.branch import definitions
from gitledger.git.branch.store import CommitPlan, advance
from gitledger.git.branch.tip import Tip
from gitledger.git.repository import Identity, Repository
from gitledger.ledger import layout
from gitledger.ledger.evolution import weakenings
from gitledger.ledger.schema import Schema, parse_schema
from gitledger.ledger.yamltext import load

KEY = re.compile(r"^key: \[[^\]]*\]$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Upgrade:
    """A shipped definition that the branch lacks, or has with fewer columns."""

    ledger: str
    text: str


def upgrades(tip: Tip) -> tuple[Upgrade, ...]:
    """Which shipped definitions would widen the branch's; a user's own columns are never lost.

    Raises LedgerDamaged where a definition on the branch cannot be read.
    """
    found = []
    for name, text in shipped_ledgers().items():
        held = tip.file(layout.schema_path(name))
        if held == text.encode():
            continue
        old = _held(tip, name)
        # the hash of a key finds rows: under another one facts that stand would be recorded again
        kept = text if old is None else with_key(text, old)
        shipped = _parsed(kept, name)
        if held is None or (shipped and _widens(old, shipped)):
            found.append(Upgrade(name, kept))
    return tuple(found)


def with_key(text: str, held: Schema) -> str:
    """A shipped definition with the natural key that the branch has: a key stays what it was."""
    return KEY.sub(lambda _: f"key: [{', '.join(held.key)}]", text, count=1)


def _parsed(text: str, name: str) -> Schema | None:
    values, problems = load(text, name)
    return None if problems else parse_schema(values, name)[0]


def _held(tip: Tip, name: str) -> Schema | None:
    try:
        return definitions.schema(tip, name)
    except UnknownLedger:
        return None


def _widens(old: Schema | None, new: Schema) -> bool:
    if old is None:
        return True
    return not weakenings(old, new) and any(name not in old.by_name for name in new.by_name)


def upgrade(repository: Repository, branch: str, who: Identity) -> list[bytes]:
    """Write every upgrade in one commit; its id, or nothing where there is none to write."""

    def plan(tip: Tip) -> Sequence[CommitPlan]:
        definitions.refuse_unsigned(tip)
        files = {layout.schema_path(one.ledger): one.text.encode() for one in upgrades(tip)}
        names = ", ".join(sorted(path.split("/")[1] for path in files))
        return [CommitPlan(f"ledger: extend {names}\n", files)] if files else []

    return advance(repository, branch, plan, who)
