"""The ledger proven from its history, trusting nothing that a writer believed."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from gitledger.book.anchors import held_against
from gitledger.book.book import branch_name
from gitledger.book.gaps import completeness, live
from gitledger.book.judge import judge_whole, signing_policy
from gitledger.book.opening import missing_ledger
from gitledger.book.world import World
from gitledger.errors import GitledgerError, LedgerDamaged, Problem
from gitledger.git.proof.checkpoint import Checkpoint, read_checkpoint, write_checkpoint
from gitledger.git.proof.examine import Examination, ProofFinding
from gitledger.git.proof.grafts import ambiguous, hidden_history
from gitledger.git.proof.remoteloss import remote_losses
from gitledger.git.proof.remotes import keep_tips
from gitledger.git.proof.watch import Watch
from gitledger.git.proof.witness import (
    Witness,
    lost_findings,
    other_ledgers,
    recorded_root,
    reflog,
    roots,
    witnesses,
)
from gitledger.git.refs import branch_ref, read_ref
from gitledger.git.repository import Repository, open_repository, setting
from gitledger.ledger.values import recording_time
from gitledger.report.figures import count_text

Progress = Callable[[int, int], None]
KEEP = 40  # attempts to see branch and reflog agree while somebody writes


@dataclass(frozen=True, slots=True)
class Proof:
    """All that was found: the examination, and the checkpoint that stood before it."""

    done: Examination
    tip: bytes
    before: Checkpoint | None
    policy: str


def proof_of(world: World, *, anchor: str = "", checkpoint: str = "") -> dict[str, Any]:
    """Whether the ledger is intact, every finding and note, and what is not complete.

    `anchor` is a remote's branch whose rows it has to hold, `checkpoint` a line or a file of lines.
    Raises HistoryIncomplete (a shallow clone), LedgerDamaged (objects are missing) or
    NotInitialised where nothing can be said. A clean run moves the checkpoint forward.
    """
    repository = open_repository(world.directory, world.environment)
    branch = branch_name(world, repository)
    proof = _prove(repository, branch, world.progress)
    done, findings = proof.done, proof.done.findings
    held = held_against(world, done, proof.tip, anchor=anchor, checkpoint=checkpoint)
    if not findings:
        _remember(world, repository, branch, proof)
    snapshots = live(done.snapshots, done.census.fixes)
    missing = completeness(repository, branch, done, snapshots)
    return {
        "intact": not findings,
        "rows": len(done.census.rows),
        "commits": len(done.commits),
        "findings": [finding.payload() for finding in findings],
        "completeness": missing,
        "notes": [note.payload() for note in done.notes],
        "branch": branch,
        "tip": proof.tip.hex(),
        "root": next(c.oid.hex() for c in done.commits if not c.parents),
        "signatures": proof.policy,
        "last_verified": proof.before.at if proof.before else "",
        "anchor": anchor,
        "checkpoints": [line.payload() for line in held],
    }


def _prove(repository: Repository, branch: str, progress: Progress) -> Proof:
    """Everything that can be found about a branch: its history, and what remembers it."""
    before, unreadable = _checkpoint(repository, branch)
    remembered, tip = _remembered(repository, branch, before)
    done = judge_whole(repository, tip, Watch(progress))
    done.findings += [
        ProofFinding(problem.where, Problem("", problem.what, problem.hint, problem.code))
        for problem in hidden_history(repository, done.places)
    ]
    for problem in ambiguous(repository, branch):
        done.tell(tip, problem)
    done.findings += roots(done, tip, recorded_root(repository, branch, before))
    done.findings += other_ledgers(done, branch)
    for finding in (*lost_findings(done, tip, branch, remembered), *remote_losses(done, branch)):
        (done.findings if finding.problem.severity == "error" else done.notes).append(finding)
    done.findings += _fewer(done, tip, before)
    policy = setting(repository, "gitledger.verifySignatures")
    policy = policy or signing_policy(done, done.commits[done.places[tip]])
    done.notes += unreadable
    return Proof(done, tip, before, policy)


def _checkpoint(
    repository: Repository, branch: str
) -> tuple[Checkpoint | None, list[ProofFinding]]:
    try:
        return read_checkpoint(repository, branch), []
    except LedgerDamaged as error:
        hint = (
            "the next successful `gitledger verify` rewrites it; compare with another clone first"
        )
        return None, [
            ProofFinding("", Problem("", error.what, hint, "checkpoint-unreadable", "note"))
        ]


def _remembered(
    repository: Repository, branch: str, point: Checkpoint | None
) -> tuple[tuple[Witness, ...], bytes]:
    """What remembers the branch, and its tip, read at a moment when nobody is moving it."""
    ref = branch_ref(branch)
    for _ in range(KEEP):
        # the log is written before the ref is moved: read between the two, a tip would seem lost
        moves = reflog(repository, ref)
        remembered = witnesses(repository, branch, point)
        tip = read_ref(repository, ref)
        if not moves or moves[-1][1] == tip:
            break
        time.sleep(0.005)  # for a writer that moves the branch at this moment
    if tip is None:
        if point is not None:
            rows = count_text(point.rows, "row")
            raise LedgerDamaged(
                f"{branch} is gone; it was verified at {point.at} with {rows}",
                f"git update-ref refs/heads/{branch} {point.tip}",
            )
        raise missing_ledger(repository, branch)
    return remembered, tip


def _fewer(done: Examination, tip: bytes, point: Checkpoint | None) -> list[ProofFinding]:
    """The row count may not sink below the checkpoint's."""
    if point is None or len(done.census.rows) >= point.rows:
        return []
    left = count_text(len(done.census.rows), "row is", "rows are")
    what = f"{left} there; {point.rows} were verified at {point.at}"
    return [ProofFinding(tip.hex(), Problem("", what, "see the rows named as lost", "rows-fewer"))]


def _remember(world: World, repository: Repository, branch: str, proof: Proof) -> None:
    """Move checkpoint and witnesses forward; a read-only repository is verified all the same."""
    done = proof.done
    keep_tips(repository, branch, done.places)
    root = next(commit.oid.hex() for commit in done.commits if not commit.parents)
    at = recording_time(world.now)[:19] + "Z"
    point = Checkpoint(root, proof.tip.hex(), len(done.census.rows), len(done.commits), at)
    try:
        write_checkpoint(repository, branch, point)
    except GitledgerError as error:  # the proof stands; the next one only begins further back
        problem = Problem("", f"the checkpoint was not moved: {error.what}", error.hint, "note")
        done.notes.append(ProofFinding("", problem))
