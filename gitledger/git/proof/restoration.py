"""Rows that were taken out and are back: the same path, the same bytes.

A forge's "revert" button deletes the rows of a proposal. Nothing on an append-only branch can undo
that commit, but the rows can come back: by the revert of the revert, or by a merge with a clone
that kept them. Then nothing is lost, and the finding becomes a note.
"""

from dataclasses import replace
from functools import partial

from gitledger.git import trees
from gitledger.git.commit import parse
from gitledger.git.objects import read
from gitledger.git.proof.examine import Examination, ProofFinding
from gitledger.git.proof.provenance import RESTORED
from gitledger.git.proof.standing import StandingRows
from gitledger.ledger import layout

DELETED = {"row-deleted", "merge-lost-row"}
ADDED = "merge-added-row"


def restore(done: Examination, shown: StandingRows) -> set[str]:
    """Turn findings of rows that the tip has again into notes; the paths that are back.

    `shown` are the rows at the tip.
    """
    back = {
        found.problem.where
        for found in done.findings
        if found.problem.code in DELETED and shown.blob(found.problem.where) in _taken(done, found)
    }
    kept: list[ProofFinding] = []
    # in order: a merge that adds what came back makes its path one that is back
    for found in done.findings:
        path = found.problem.where
        if path in back and found.problem.code in DELETED:
            done.notes.append(_note(found, "the row was deleted here, and is back"))
        elif found.problem.code == ADDED and (path in back or _stood(done, found, shown)):
            done.notes.append(_note(found, "the row had been taken out, and the merge has it"))
            back.add(path)
        else:
            kept.append(found)
    done.findings[:] = kept
    return back


def _taken(done: Examination, found: ProofFinding) -> set[bytes]:
    """The blobs that a commit took out at the path of its finding."""
    load = partial(read, done.repository)
    commit = done.commits[done.places[bytes.fromhex(found.commit)]]
    above = (parse(parent, load(parent)).tree for parent in commit.parents)
    entries = (trees.lookup(tree, found.problem.where, load) for tree in above)
    return {entry.oid for entry in entries if entry is not None}


def _stood(done: Examination, found: ProofFinding, shown: StandingRows) -> bool:
    """Whether a row that a merge adds was added by an earlier commit already."""
    path = found.problem.where
    place = layout.parse_row_path(path)
    seen = done.census.seen(place.id) if place is not None else None
    if seen is None or seen.commit >= done.places[bytes.fromhex(found.commit)]:
        return False
    return seen.path == path and shown.blob(path) == seen.oid


def _note(found: ProofFinding, what: str) -> ProofFinding:
    told = replace(found.problem, what=what, hint="", code=RESTORED, severity="note")
    return ProofFinding(found.commit, told)
