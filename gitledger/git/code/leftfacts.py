"""What the shell hooks left in the spool, as values; see `hooks/README.md` for the words."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from gitledger.git.code.spool import SpoolFact
from gitledger.ledger.characters import HIDDEN
from gitledger.ledger.redaction import label
from gitledger.ledger.row import MAX_AGENT

HEX = set("0123456789abcdef")
BRANCHES = "refs/heads/"


class LeftCommit(NamedTuple):
    """HEAD stood at this commit after a hook: `how` is commit, pick (in a rebase) or merge.

    `ref` is "" when HEAD was detached; `agent` is "" when `AGENT_ID` was not set.
    """

    sha: str
    how: str
    ref: str
    worktree: str
    agent: str
    file: SpoolFact


class LeftRewrite(NamedTuple):
    """A pair that git gave to post-rewrite; `how` is amend or rebase."""

    old: str
    new: str
    how: str
    agent: str
    file: SpoolFact


@dataclass(slots=True)
class Left:
    """All facts of the spool by kind; `unreadable` are no facts that we know."""

    commits: list[LeftCommit] = field(default_factory=list)
    rewrites: list[LeftRewrite] = field(default_factory=list)
    unreadable: list[SpoolFact] = field(default_factory=list)


def left_facts(files: Iterable[SpoolFact]) -> Left:
    """The facts of spooled files, in their order."""
    left = Left()
    for file in files:
        kind, *words = file.words
        if kind in {"commit", "moved"} and len(words) >= 5 and _is_id(words[0]):
            left.commits.append(_commit(words, file))
        elif kind == "rewrite" and len(words) >= 5 and all(map(_is_id, words[:2])):
            old, new, how, _, *agent = words
            left.rewrites.append(LeftRewrite(old, new, how, _one_line(agent), file))
        else:
            left.unreadable.append(file)
    return left


def _commit(words: Sequence[str], file: SpoolFact) -> LeftCommit:
    sha, how, ref, worktree, *agent = words
    branch = _plain(ref) if ref.startswith(BRANCHES) else ""
    return LeftCommit(sha, how, branch, worktree, _one_line(agent), file)


def _is_id(word: str) -> bool:
    return len(word) == 40 and set(word) <= HEX


def _one_line(words: Iterable[str]) -> str:
    return label(" ".join(HIDDEN.sub("", _plain(" ".join(words))).split())[:MAX_AGENT])


def _plain(name: str) -> str:
    """A name that may not have been UTF-8, as text that a row can hold."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
