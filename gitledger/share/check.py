"""May what a head brings join a base: the gate's whole answer as JSON-like values. Reads only."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from functools import partial
from typing import Any

from gitledger.book.judge import judge_move, loosenings
from gitledger.decision.rules import read_rules
from gitledger.errors import HistoryIncomplete, LedgerDamaged
from gitledger.git.branch.lookup import rows_with
from gitledger.git.branch.sealedkeys import SealedKeys
from gitledger.git.branch.tip import Tip
from gitledger.git.proof.examine import Examination
from gitledger.git.proof.keyholders import Key
from gitledger.git.repository import Repository, shallow_boundary
from gitledger.ledger import layout
from gitledger.ledger.schema import Schema
from gitledger.share.difference import Difference, audit_difference, difference_of, finding_map
from gitledger.share.gate import changed_texts, document, failing, gate_findings
from gitledger.share.treediff import difference_brought


def gate_answer(base: Tip, head: Tip, done: Examination, *, strict: bool = False) -> dict[str, Any]:
    """The gate's answer as JSON, `done` being the judge's of the move.

    `strict` lets errors and warnings of the audit keep rows out.
    """
    wrong = failing(done)
    refused = {found.problem.where for found in wrong}
    difference = difference_of(base, head, difference_brought(base, head), refused=refused)
    texts = changed_texts(difference, loosenings)
    wrong = (*wrong, *gate_findings(difference, done, texts))
    by, _ = read_rules(document(base, layout.RULES), "")
    _, audit = audit_difference(difference, document(base, layout.CONFIG), by)
    serious = [found for found in audit if found.severity != "note"]
    return {
        "passed": not wrong and not (strict and serious),
        "base": (base.commit or b"").hex(),
        "head": (head.commit or b"").hex(),
        "commits": len(done.commits),
        "added": dict(sorted(added_of(difference).items())),
        "windows": list(difference.sides.touched),
        "findings": [found.payload() for found in wrong],
        "texts": [text.payload() for text in texts],
        "audit": [finding_map(found) for found in audit],
        "audit_counts": strict,
        "notes": [
            note.payload() for note in done.notes if not note.problem.code.startswith("text-")
        ],
    }


def added_of(difference: Difference) -> Mapping[str, int]:
    """How many row files come, by ledger."""
    return Counter(place.ledger for place in difference.moved.added)


def _holders(
    repository: Repository, schema: Schema, roots: Sequence[bytes], keys: Sequence[Key]
) -> Collection[str] | None:
    """Rows that may have one of some keys: by what was sealed here before, else as git finds them.

    A gate that is passed by mistake is not the last one: `verify` and a server read every row.
    """
    sealed = SealedKeys(repository, whole=False)(schema, roots, keys)
    return rows_with(repository, schema, roots, keys) if sealed is None else sealed


def move_judged(repository: Repository, base: Tip, head: Tip, branch: str) -> Examination:
    """What the judge says of a move. Raises HistoryIncomplete with the very command that helps."""
    try:
        return judge_move(repository, base.commit, head.commit, partial(_holders, repository))
    except (HistoryIncomplete, LedgerDamaged):
        # a runner's clone holds one commit: name the fetch, not the gap
        if not shallow_boundary(repository):
            raise
        remote = next(iter(repository.handle.remotes.names()), "origin")
        what = "this clone is shallow: the history between base and head is not here"
        raise HistoryIncomplete(what, f"git fetch --unshallow {remote} {branch}") from None
