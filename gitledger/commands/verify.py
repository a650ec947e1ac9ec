"""`verify`: the ledger proven from its history, trusting nothing that a writer believed."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gitledger.book.book import branch_name, missing_ledger
from gitledger.book.gaps import completeness, live
from gitledger.book.world import World
from gitledger.commands.proof import judge_whole, signing_policy
from gitledger.commands.result import Result, lines
from gitledger.errors import EXIT_NO, EXIT_YES, GitledgerError, LedgerDamaged, Problem
from gitledger.git.proof.checkpoint import Checkpoint, read_checkpoint, write_checkpoint
from gitledger.git.proof.examine import Examination, Finding
from gitledger.git.proof.hidden import ambiguous, hidden_history
from gitledger.git.proof.remoteloss import remote_losses
from gitledger.git.proof.witness import (
    Witness,
    lost,
    other_ledgers,
    recorded_root,
    reflog,
    roots,
    witnesses,
)
from gitledger.git.refs import branch_ref, read_ref
from gitledger.git.repository import Repository, open_repository, setting
from gitledger.ledger.values import recording_time
from gitledger.report.figures import counted

Progress = Callable[[int, int], None]
SHOWN = 50
KEEP = 40  # attempts to see branch and reflog agree while somebody writes


@dataclass(frozen=True, slots=True)
class _Proof:
    """All that was found: the examination, and the checkpoint that stood before it."""

    done: Examination
    tip: bytes
    before: Checkpoint | None
    policy: str


def verify(world: World) -> Result:
    """Prove the ledger; exit 0 when it is intact, 1 with findings.

    Raises HistoryIncomplete (a shallow clone), LedgerDamaged (objects are missing) or
    NotInitialised where nothing can be said. A clean run moves the checkpoint forward.
    """
    repository = open_repository(world.directory, world.environment)
    branch = branch_name(world, repository)
    proof = _prove(repository, branch, world.progress)
    done, findings = proof.done, proof.done.findings
    if not findings:
        _remember(world, repository, branch, proof)
    snapshots = live(done.snapshots, done.census.fixes)
    missing = completeness(repository, branch, done, snapshots)
    payload = {
        "intact": not findings,
        "rows": len(done.census.rows),
        "commits": len(done.commits),
        "findings": [told(finding) for finding in findings],
        "completeness": missing,
        "notes": [told(note) for note in done.notes],
        "branch": branch,
        "tip": proof.tip.hex(),
        "root": next(c.oid.hex() for c in done.commits if not c.parents),
        "signatures": proof.policy,
        "last_verified": proof.before.at if proof.before else "",
    }
    code = EXIT_NO if findings else EXIT_YES
    return Result("gitledger.verify/1", payload, lines(*_text(payload)), exit_code=code)


def told(finding: Finding) -> dict[str, str]:
    """A finding as other tools read it."""
    problem = finding.problem
    return {
        "code": problem.code,
        "commit": finding.commit,
        "path": problem.where,
        "what": problem.what,
        "hint": problem.hint,
    }


def _prove(repository: Repository, branch: str, progress: Progress) -> _Proof:
    """Everything that can be found about a branch: its history, and what remembers it."""
    before, unreadable = _checkpoint(repository, branch)
    remembered, tip = _remembered(repository, branch, before)
    done = judge_whole(repository, tip, progress)
    done.findings += [
        Finding(problem.where, Problem("", problem.what, problem.hint, problem.code))
        for problem in hidden_history(repository, done.places)
    ]
    for problem in ambiguous(repository, branch):
        done.tell(tip, problem)
    done.findings += roots(done, tip, recorded_root(repository, branch, before))
    done.findings += other_ledgers(done, branch)
    for finding in (*lost(done, tip, branch, remembered), *remote_losses(done, branch)):
        (done.findings if finding.problem.severity == "error" else done.notes).append(finding)
    done.findings += _fewer(done, tip, before)
    policy = setting(repository, "gitledger.verifySignatures")
    policy = policy or signing_policy(done, done.commits[done.places[tip]])
    done.notes += unreadable
    return _Proof(done, tip, before, policy)


def _checkpoint(repository: Repository, branch: str) -> tuple[Checkpoint | None, list[Finding]]:
    try:
        return read_checkpoint(repository, branch), []
    except LedgerDamaged as error:
        hint = "it is written anew by the next clean verify; compare with another clone first"
        return None, [Finding("", Problem("", error.what, hint, "checkpoint-unreadable", "note"))]


def _remembered(
    repository: Repository, branch: str, point: Checkpoint | None
) -> tuple[tuple[Witness, ...], bytes]:
    """What remembers the branch, and its tip, read at a moment when nobody is moving it."""
    ref = branch_ref(branch)
    for _ in range(KEEP):
        moves = reflog(repository, ref)
        remembered = witnesses(repository, branch, point)
        tip = read_ref(repository, ref)
        if not moves or moves[-1][1] == tip:
            break
        time.sleep(0.005)
    if tip is None:
        if point is not None:
            rows = counted(point.rows, "row")
            raise LedgerDamaged(
                f"{branch} is gone; it was verified at {point.at} with {rows}",
                f"git update-ref refs/heads/{branch} {point.tip}",
            )
        raise missing_ledger(repository, branch)
    return remembered, tip


def _fewer(done: Examination, tip: bytes, point: Checkpoint | None) -> list[Finding]:
    """The row count may not sink below the checkpoint's."""
    if point is None or len(done.census.rows) >= point.rows:
        return []
    left = counted(len(done.census.rows), "row is", "rows are")
    what = f"{left} there; {point.rows} were verified at {point.at}"
    return [Finding(tip.hex(), Problem("", what, "see the rows named as lost", "rows-fewer"))]


def _remember(world: World, repository: Repository, branch: str, proof: _Proof) -> None:
    """Move the checkpoint forward; a read-only repository is verified all the same."""
    done = proof.done
    root = next(commit.oid.hex() for commit in done.commits if not commit.parents)
    at = recording_time(world.now)[:19] + "Z"
    point = Checkpoint(root, proof.tip.hex(), len(done.census.rows), len(done.commits), at)
    try:
        write_checkpoint(repository, branch, point)
    except GitledgerError as error:
        problem = Problem("", f"the checkpoint was not moved: {error.what}", error.hint, "note")
        done.notes.append(Finding("", problem))


def _text(payload: Mapping[str, Any]) -> list[str]:
    findings: Sequence[Mapping[str, str]] = payload["findings"]
    rows, commits = counted(payload["rows"], "row"), counted(payload["commits"], "commit")
    word = counted(len(findings), "finding") if findings else "intact"
    text = [f"{payload['branch']}: {rows} in {commits}: {word}."]
    for finding in findings[:SHOWN]:
        text += _finding_lines(finding)
    if len(findings) > SHOWN:
        text.append(f"... and {len(findings) - SHOWN} more; `gitledger verify --json` has all.")
    return text + _note_lines(payload["notes"]) + _missing_lines(payload["completeness"])


def _finding_lines(finding: Mapping[str, str]) -> list[str]:
    place = " ".join(word for word in (finding["commit"][:12], finding["path"]) if word)
    text = [f"  {finding['code']}  {place}", f"    {finding['what']}"]
    return text + ([f"    next: {finding['hint']}"] if finding["hint"] else [])


def _note_lines(notes: Sequence[Mapping[str, str]]) -> list[str]:
    text = ["Noted:"] if notes else []
    for note in notes[:SHOWN]:
        words = (note["code"], note["commit"][:12], note["path"], note["what"])
        text.append("  " + " ".join(word for word in words if word))
    return text + ([f"  ... and {len(notes) - SHOWN} more"] if len(notes) > SHOWN else [])


def _few(names: Mapping[str, Any]) -> str:
    """The first of some names, each with a row that has it."""
    told = [f"{one['name'][:12]} (row {one['row']})" for one in names["first"]]
    return ", ".join(told) + (", ..." if names["count"] > len(told) else "")


def _missing_lines(missing: Mapping[str, Any]) -> list[str]:
    """What is not there yet; nothing of it is a finding."""
    text = [
        f"  window {one['window']}: {one['provider']} ({one['account']}) has no AFTER reading"
        for one in missing["windows_without_after"][:SHOWN]
    ]
    if missing["spool_waiting"] is None:
        text.append("  what hooks left cannot be read: `gitledger doctor`")
    for key, one, more, words in (
        ("spool_waiting", "fact from hooks waits", "facts from hooks wait", "to be recorded"),
        ("spool_refused", "fact", "facts", "from hooks could not be recorded: `gitledger doctor`"),
        ("hook_runs_missed", "commit", "commits", "may be missing: hooks ran without gitledger"),
        ("rows_never_pushed", "row was", "rows were", "never pushed: `git push` the ledger branch"),
    ):
        if missing[key]:
            text.append(f"  {counted(missing[key], one, more)} {words}")
    text += [f"  {name} has commits that are not here" for name in missing["remotes_ahead"]]
    for key, noun, words in (
        ("windows_unknown", "window", "named by rows without a reading and a finalisation"),
        ("commits_gone", "commit", "named by rows and not in this repository"),
    ):
        if missing[key]["count"]:
            text.append(f"  {counted(missing[key]['count'], noun)} {words}: {_few(missing[key])}")
    return ["Not complete:", *text] if text else []
