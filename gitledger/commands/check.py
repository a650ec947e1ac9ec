"""`check`: the gate of a proposal: may these rows join that ledger?

Judged by the base, by the same judge as `verify` and the guards of pushes. Findings of the audit
are told and keep nothing out unless asked to: a gate that turns red for one honest bad reading
teaches people to hide rows.
"""

import gc
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from gitledger.book.book import branch_name
from gitledger.book.tips import base_tip, head_tip
from gitledger.book.world import World
from gitledger.commands.result import Result, Screen
from gitledger.errors import EXIT_NO, EXIT_YES
from gitledger.git.branch.tip import Tip
from gitledger.git.files import put_file
from gitledger.git.proof.witness import remote_tips
from gitledger.git.repository import open_repository
from gitledger.share.check import gate_answer, move_judged
from gitledger.share.event import HEADS, LEDGERS, MOVED, PUSHED

SCHEMA = "gitledger.check/1"
TEXT, MARKDOWN = "text", "markdown"


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
    if pushed and not pushed.startswith(HEADS + LEDGERS):
        return _of_code(pushed)
    gc.disable()  # a short life full of values that all stay: collecting them costs a tenth of it
    repository = open_repository(world.directory, world.environment)
    branch = branch_name(world, repository)
    if pushed and not base and not remote_tips(repository, branch):
        named, old = "nothing", Tip(repository, None, None)  # the first push of a ledger
    else:
        named, old = base_tip(repository, base, branch)
    new = head_tip(repository, head or (world.environment.get(MOVED, "") if pushed else ""), branch)
    done = move_judged(repository, old, new, branch)
    payload = {"base_name": named, **gate_answer(old, new, done, strict=findings)}
    if junit:
        _write_junit(world.directory / junit, payload)
    code = EXIT_YES if payload["passed"] else EXIT_NO

    def text(_screen: Screen) -> str:
        if form == MARKDOWN:
            from gitledger.report.check_markdown import check_markdown  # noqa: PLC0415 - a form each

            return check_markdown(payload)
        from gitledger.report.check_text import check_text  # noqa: PLC0415 - as above

        return check_text(payload)

    return Result(SCHEMA, payload, text, exit_code=code)


def _of_code(ref: str) -> Result:
    """The answer where a push moves code: it is nobody's gate here."""
    payload = {"passed": True, "findings": [], "pushed": ref}

    def text(_screen: Screen) -> str:
        from gitledger.report.check_text import code_line  # noqa: PLC0415 - every push of code asks

        return code_line(payload)

    return Result(SCHEMA, payload, text)


def _write_junit(path: Path, payload: Mapping[str, Any]) -> None:
    """Write the answer for CI systems, whole or not at all. Raises WriteFailed."""
    from gitledger.report.check_junit import check_junit  # noqa: PLC0415 - few ask for it

    put_file(path, check_junit(payload).encode(), 0o644)
