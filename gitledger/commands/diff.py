"""`diff`: what one state of the ledger has that another lacks, and what that does to numbers."""

import gc
from typing import Any

from gitledger.book.book import branch_name
from gitledger.book.tips import base_tip, head_tip
from gitledger.book.world import World
from gitledger.commands.result import Result, Screen
from gitledger.errors import EXIT_NO, EXIT_YES, UsageError
from gitledger.git.repository import Repository, open_repository
from gitledger.share.check import move_judged
from gitledger.share.comparison import Compared, commits_between, differs

SCHEMA = "gitledger.diff/1"
TEXT, MARKDOWN = "text", "markdown"
MOST = 60_000  # characters of a comment; forges refuse 65,536


def diff(
    world: World, words: str = "", *, commits: str = "", form: str = TEXT, max_chars: int = MOST
) -> Result:
    """Rows added by ledger, corrections beside what they answer, and the effects of all.

    `A..B` compares two states, `A...B` is what a merge of B would bring to A. With `commits` (a
    range of code) windows that hold none of them are left out. Raises as `check` does.
    """
    gc.disable()  # a short life full of values that all stay: collecting them costs a tenth of it
    repository = open_repository(world.directory, world.environment)
    branch = branch_name(world, repository)
    compared, shown = compared_by(repository, words, branch)
    wanted = commits_between(repository, commits) if commits else None
    payload: dict[str, Any] = {"range": shown, "commits_of": commits or None}
    done = move_judged(repository, compared.base, compared.head, branch)
    payload |= differs(compared, done, commits=wanted)

    def text(screen: Screen) -> str:
        if form == MARKDOWN:
            from gitledger.report.diff_markdown import diff_markdown  # noqa: PLC0415

            return diff_markdown(payload, max_chars=max_chars)
        from gitledger.report.diff_text import diff_text  # noqa: PLC0415 - loads rich

        return diff_text(payload, width=screen.width, colour=screen.colour).rstrip("\n")

    code = EXIT_YES if payload["integrity"]["intact"] else EXIT_NO
    return Result(SCHEMA, payload, text, exit_code=code)


def compared_by(repository: Repository, words: str, branch: str) -> tuple[Compared, str]:
    """The two states that a range names, and the range as it can be typed again."""
    dots = "..." if "..." in words or not words else ".."
    if words and ".." not in words:
        raise UsageError(f"{words!r} is not a range", "A..B, or A...B for what B would bring to A")
    left, _, right = words.partition(dots)
    _, base = base_tip(repository, left, branch)
    head = head_tip(repository, right, branch)
    names = [(tip.commit or b"").hex()[:12] for tip in (base, head)]
    return Compared(base, head, dots == "..."), dots.join(names)
