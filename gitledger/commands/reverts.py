"""Windows whose work the branch took back, asked of git: the commit that did the last of it."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TypeAlias

from gitledger.errors import GitledgerError
from gitledger.git.plumbing import Plumbing, pinned
from gitledger.git.ranges import commit_id
from gitledger.git.relink import present
from gitledger.git.undone import undone
from gitledger.windows.facts import ranges_of
from gitledger.windows.snapshot import maps_of, text_of
from gitledger.windows.window import Window

Ends: TypeAlias = tuple[str, str]


def reverted_windows(directory: Path, windows: Sequence[Window]) -> dict[str, str]:
    """The windows of which every run was taken back, each with the commit that did the last.

    A run is looked for on the branch that its churn was followed on, else on HEAD. Windows whose
    commits are not here, or whose history is cut off, are absent: nothing is known of them.
    """
    asked = [(window, runs) for window in windows if (runs := _runs_of(window))]
    if not asked:
        return {}
    with pinned(directory) as git:
        told = {window.id: _all_undone(git, runs, _branch(window)) for window, runs in asked}
    return {window: by for window, by in told.items() if by}


def _all_undone(git: Plumbing, runs: Sequence[Ends], branch: str) -> str:
    """The commit that took back the last of some runs; "" where one stands or is not known."""
    tip = commit_id(git, branch) or commit_id(git, "HEAD")
    named = {sha for run in runs for sha in run}
    if tip is None or len(present(git, sorted(named))) < len(named):
        return ""
    try:
        taken = undone(git, runs, tip)
    except GitledgerError:
        return ""  # a cut or partial history: not known
    return taken[runs[-1]] if len(taken) == len(set(runs)) else ""


def _runs_of(window: Window) -> tuple[Ends, ...]:
    """The runs of a window as its newest churn froze them, else its stated range."""
    row = _newest(window)
    held = [(text_of(run, "start"), text_of(run, "end")) for run in maps_of(row, "runs")]
    found = held or list(ranges_of(window))[:1]
    return tuple(dict.fromkeys(run for run in found if all(run) and run[0] != run[1]))


def _newest(window: Window) -> Mapping[str, Any]:
    rows = [row.values for row in window.churn if text_of(row.values, "commit_end")]
    return rows[-1] if rows else {}


def _branch(window: Window) -> str:
    survival = _newest(window).get("survival")
    return text_of(survival, "branch") if isinstance(survival, Mapping) else ""
