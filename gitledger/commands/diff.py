"""`diff`: what one state of the ledger has that another lacks, and what that does to numbers."""

import gc
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gitledger.book.book import branch_name
from gitledger.book.case import broken_sentence
from gitledger.book.judge import loosened
from gitledger.book.proof import told
from gitledger.book.shipped import shipped_default
from gitledger.book.tips import base_tip, head_tip
from gitledger.book.world import TOOL, World
from gitledger.commands.check import move_judged
from gitledger.commands.result import Result, Screen
from gitledger.decision.effects import effects_of
from gitledger.decision.rules import Rules, digest, read_rules
from gitledger.errors import EXIT_NO, EXIT_YES, UnknownRevision, UsageError
from gitledger.git.branch.store import Tip
from gitledger.git.objects import run_git
from gitledger.git.repository import Repository, open_repository
from gitledger.ledger import layout
from gitledger.ledger.yamltext import load
from gitledger.share.difference import Yardstick, difference_of, ledgers_of
from gitledger.share.difference_json import corrections_of, effects_json, rows_added
from gitledger.share.gate import changed_texts, document, judged
from gitledger.share.sides import windows_holding
from gitledger.share.treediff import brought, tree_difference

SCHEMA = "gitledger.diff/1"
TEXT, MARKDOWN = "text", "markdown"
MOST = 60_000  # characters of a comment; forges refuse 65,536


@dataclass(frozen=True, slots=True)
class Compared:
    """Two states: `merged` asks what the head would bring to the base, not what differs."""

    base: Tip
    head: Tip
    merged: bool = True


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
    payload |= differs(repository, compared, branch=branch, commits=wanted)

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
        raise UsageError(f"{words!r} is no range", "A..B, or A...B for what B would bring to A")
    left, _, right = words.partition(dots)
    _, base = base_tip(repository, left, branch)
    head = head_tip(repository, right, branch)
    names = [(tip.commit or b"").hex()[:12] for tip in (base, head)]
    return Compared(base, head, dots == "..."), dots.join(names)


def differs(
    repository: Repository,
    compared: Compared,
    *,
    branch: str,
    commits: frozenset[str] | None = None,
) -> dict[str, Any]:
    """The whole difference as JSON. Raises HistoryIncomplete, LedgerDamaged."""
    base, head = compared.base, compared.head
    done = move_judged(repository, base, head, branch)
    wrong = judged(done)
    refused = {found.problem.where for found in wrong}
    moved = brought(base, head) if compared.merged else tree_difference(base, head)
    held = None if commits is None else windows_holding(head, commits)
    difference = difference_of(base, head, moved, refused=refused, also=held or ())
    by = yardstick(base if base.tree else head)
    broken = [told(found) for found in wrong]
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
        "texts": [text.payload() for text in changed_texts(difference, loosened)],
        "integrity": {"intact": not wrong, "findings": broken},
        **effects_json(effects, after.terms, held),
    }


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
        what = f"{words!r} is no range of commits here"
        raise UnknownRevision(what, "git fetch, or name both ends: BASE..HEAD")
    return frozenset(done.stdout.decode().split())
