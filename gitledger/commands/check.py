"""`check`: the gate of a proposal: may these rows join that ledger?

Judged by the base, by the same judge as `verify` and the guards of pushes. Findings of the audit
are told and keep nothing out unless asked to: a gate that turns red for one honest bad reading
teaches people to hide rows.
"""

import gc
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from gitledger.book.book import branch_name
from gitledger.book.judge import judge_move, loosened
from gitledger.book.proof import told
from gitledger.book.tips import base_tip, head_tip
from gitledger.book.world import World
from gitledger.commands.hook_push import LEDGERS, PUSHED
from gitledger.commands.result import Result, Screen
from gitledger.decision.rules import read_rules
from gitledger.errors import EXIT_NO, EXIT_YES, HistoryIncomplete, LedgerDamaged
from gitledger.git.branch.store import Tip
from gitledger.git.files import refused_at, replace_file, write_failed
from gitledger.git.proof.examine import Examination
from gitledger.git.proof.witness import remote_tips
from gitledger.git.repository import Repository, open_repository, shallow_boundary
from gitledger.ledger import layout
from gitledger.share.difference import Difference, audited, difference_of
from gitledger.share.difference_json import finding
from gitledger.share.gate import changed_texts, document, gate_findings, judged
from gitledger.share.treediff import brought

SCHEMA = "gitledger.check/1"
TEXT, MARKDOWN = "text", "markdown"
MOVED = "PRE_COMMIT_TO_REF"  # and to which commit a push under pre-commit would move it


def check(
    world: World,
    *,
    base: str = "",
    head: str = "",
    form: str = TEXT,
    junit: str = "",
    findings: bool = False,
) -> Result:
    """Judge what `head` would bring to `base`: exit 0 it may join, 1 it may not, 3 cannot tell.

    Raises HistoryIncomplete with the fetch that mends a shallow clone, UnknownRevision, UsageError.
    """
    pushed = world.environment.get(PUSHED, "")
    if pushed and not pushed.startswith(LEDGERS):
        return _of_code(pushed)
    gc.disable()  # a short life full of values that all stay: collecting them costs a tenth of it
    repository = open_repository(world.directory, world.environment)
    branch = branch_name(world, repository)
    if pushed and not base and not remote_tips(repository, branch):
        named, old = "nothing", Tip(repository, None, None)  # the first push of a ledger
    else:
        named, old = base_tip(repository, base, branch)
    new = head_tip(repository, head or (world.environment.get(MOVED, "") if pushed else ""), branch)
    payload = checked(repository, old, new, branch=branch, strict=findings)
    payload = {"base_name": named, **payload}
    if junit:
        _write_junit(world.directory / junit, payload)
    code = EXIT_YES if payload["passed"] else EXIT_NO

    def text(_screen: Screen) -> str:
        from gitledger.report.check_text import check_markdown, check_text  # noqa: PLC0415

        if form == MARKDOWN:
            return check_markdown(payload)
        return check_text(payload)

    return Result(SCHEMA, payload, text, exit_code=code)


def checked(
    repository: Repository, base: Tip, head: Tip, *, branch: str, strict: bool = False
) -> dict[str, Any]:
    """The gate's answer as JSON. `strict` lets errors and warnings of the audit keep rows out."""
    done = move_judged(repository, base, head, branch)
    wrong = judged(done)
    refused = {found.problem.where for found in wrong}
    difference = difference_of(base, head, brought(base, head), refused=refused)
    texts = changed_texts(difference, loosened)
    wrong = (*wrong, *gate_findings(difference, done, texts))
    by, _ = read_rules(document(base, layout.RULES), "")
    _, audit = audited(difference, document(base, layout.CONFIG), by)
    serious = [found for found in audit if found.severity != "note"]
    return {
        "passed": not wrong and not (strict and serious),
        "base": (base.commit or b"").hex(),
        "head": (head.commit or b"").hex(),
        "commits": len(done.commits),
        "added": dict(sorted(added_of(difference).items())),
        "windows": list(difference.sides.touched),
        "findings": [told(found) for found in wrong],
        "texts": [text.payload() for text in texts],
        "audit": [finding(found) for found in audit],
        "audit_counts": strict,
        "notes": [told(note) for note in done.notes if not note.problem.code.startswith("text-")],
    }


def added_of(difference: Difference) -> Mapping[str, int]:
    """How many row files come, by ledger."""
    return Counter(place.ledger for place in difference.moved.added)


def move_judged(repository: Repository, base: Tip, head: Tip, branch: str) -> Examination:
    """What the judge says of a move. Raises HistoryIncomplete with the very command that helps."""
    try:
        return judge_move(repository, base.commit, head.commit)
    except (HistoryIncomplete, LedgerDamaged):
        if not shallow_boundary(repository):
            raise
        remote = next(iter(repository.handle.remotes.names()), "origin")
        what = "this clone is shallow: the history between base and head is not here"
        raise HistoryIncomplete(what, f"git fetch --unshallow {remote} {branch}") from None


def _of_code(ref: str) -> Result:
    """The answer where a push moves code: it is nobody's gate here."""
    payload = {"passed": True, "findings": [], "pushed": ref}

    def text(_screen: Screen) -> str:
        return f"{ref} is no ledger branch: nothing to check."

    return Result(SCHEMA, payload, text)


def _write_junit(path: Path, payload: Mapping[str, Any]) -> None:
    """Write the answer for CI systems, whole or not at all. Raises WriteFailed."""
    from gitledger.report.check_junit import check_junit  # noqa: PLC0415 - few ask for it

    try:
        replace_file(path, check_junit(payload).encode(), 0o644)
    except OSError as error:
        raise write_failed(error, refused_at(error, path)) from None
