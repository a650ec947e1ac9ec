"""Windows whose work the branch took back, asked of git: the commit that did the last of it."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TypeAlias

from gitledger.errors import GitledgerError
from gitledger.git.code.ranges import commit_id
from gitledger.git.code.relink import present
from gitledger.git.code.undone import undone
from gitledger.git.plumbing import Plumbing, pin_plumbing
from gitledger.ledger.row import map_of
from gitledger.lines.change import EMPTY_TREE
from gitledger.windows.audit.facts import ranges_of
from gitledger.windows.snapshot import maps_of, number_of, text_of
from gitledger.windows.window import Window

Ends: TypeAlias = tuple[str, str]


def reverted_windows(directory: Path, windows: Sequence[Window]) -> dict[str, str]:
    """The windows of which every run was taken back, each with the commit that did the last.

    A run is looked for on the branch that its churn was followed on, else on HEAD. Windows whose
    commits are not here, or whose history is cut off, are absent: nothing is known of them.
    """
    asked = [(window.id, runs, _branch(window)) for window in windows if (runs := _runs_of(window))]
    if not asked:
        return {}
    named = sorted({sha for _, runs, _ in asked for run in runs for sha in run} - {EMPTY_TREE})
    with pin_plumbing(directory) as git:
        here = {commit.sha for commit in present(git, named)} | {EMPTY_TREE}
        known = [one for one in asked if all(sha in here for run in one[1] for sha in run)]
        tips = {branch: _tip(git, branch) for branch in {branch for _, _, branch in known}}
        found: dict[str, str] = {}
        for tip in sorted({*tips.values()} - {""}):
            mine = [one for one in known if tips[one[2]] == tip]
            taken = _undone(git, [run for _, runs, _ in mine for run in runs], tip)
            found |= {w: taken[runs[-1]] for w, runs, _ in mine if all(r in taken for r in runs)}
    return found


def _tip(git: Plumbing, branch: str) -> str:
    """Where a branch stands, else HEAD; "" where neither does."""
    return (commit_id(git, branch) if branch else None) or commit_id(git, "HEAD") or ""


def _undone(git: Plumbing, runs: Sequence[Ends], tip: str) -> dict[Ends, str]:
    try:
        return undone(git, runs, tip)
    except GitledgerError:
        return {}  # a cut or partial history: not known


def _runs_of(window: Window) -> tuple[Ends, ...]:
    """The runs of a window as its newest churn froze them, else its stated range."""
    row = _newest(window) if window.churn else {}
    held = [(text_of(run, "start"), text_of(run, "end")) for run in maps_of(row, "runs")]
    if held and number_of(row, "run_count") not in {None, len(held)}:
        return ()  # not all are known
    found = held or list(ranges_of(window))[:1]
    return tuple(dict.fromkeys(run for run in found if all(run) and run[0] != run[1]))


def _newest(window: Window) -> Mapping[str, Any]:
    rows = [row.values for row in window.churn if text_of(row.values, "commit_end")]
    return rows[-1] if rows else {}


def _branch(window: Window) -> str:
    return text_of(map_of(_newest(window), "survival"), "branch")
