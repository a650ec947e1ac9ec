"""What is not there, apart from integrity: readings, hook facts, pushes, things named in rows."""

from collections.abc import Iterable, Mapping
from typing import Any

from gitledger.book.holdback import held_rows
from gitledger.book.localrows import unshared_rows
from gitledger.errors import GitledgerError
from gitledger.git.code import spool
from gitledger.git.hooks.failures import missed_runs
from gitledger.git.proof.examine import Examination
from gitledger.git.proof.witness import remote_tips
from gitledger.git.repository import Repository
from gitledger.ledger import corrections
from gitledger.ledger.row import Row

SNAPSHOTS = "snapshots"
LISTED = 5


def completeness(
    repository: Repository, branch: str, done: Examination, snapshots: Iterable[Row]
) -> Mapping[str, Any]:
    """Windows without AFTER, facts in the spool, hooks that ran in vain, rows never pushed, names.

    `rows_never_pushed` is None where no remote has the branch, `spool_waiting` where the spool
    cannot be read. Windows and commits that rows name
    and nothing knows are counted, and the first of them listed.
    """
    remotes = remote_tips(repository, branch)
    dead = corrections.corrections_by_row(done.census.fixes)
    return {
        "windows_without_after": without_after(snapshots),
        "spool_waiting": _waiting(repository),
        "spool_refused": len(spool.refused_facts(repository)),
        "hook_runs_missed": missed_runs(repository),
        "rows_never_pushed": _unpushed(repository, branch),
        "rows_held": len(held_rows(repository)),
        "remotes_ahead": [remote.name for remote in remotes if remote.tip not in done.places],
        "windows_unknown": _listed(done.named.unknown_windows(dead)),
        "commits_gone": _listed(_gone(repository, done.named.wanted_commits(dead))),
    }


def _waiting(repository: Repository) -> int | None:
    try:
        return len(spool.waiting(repository))
    except GitledgerError:
        return None


def _gone(repository: Repository, wanted: Mapping[str, list[str]]) -> dict[str, list[str]]:
    """The named commits that this repository does not have."""
    handle = repository.handle
    return {sha: rows for sha, rows in wanted.items() if sha not in handle}


def _listed(named: Mapping[str, list[str]]) -> Mapping[str, Any]:
    """How many names, and the first of them: each with the number of its rows and the first."""
    first = list(named.items())[:LISTED]
    return {
        "count": len(named),
        "first": [{"name": name, "rows": len(rows), "row": rows[0]} for name, rows in first],
    }


def without_after(snapshots: Iterable[Row]) -> list[dict[str, str]]:
    """Windows whose account has a BEFORE reading and no AFTER, in the order of opening."""
    phases: dict[tuple[str, ...], set[str]] = {}
    for row in snapshots:
        names = [str(row.values.get(name, "")) for name in ("window", "provider", "account")]
        phases.setdefault(tuple(names), set()).add(str(row.values.get("phase", "")))
    return [
        dict(zip(("window", "provider", "account"), key, strict=True))
        for key, seen in phases.items()
        if seen == {"before"}
    ]


def _unpushed(repository: Repository, branch: str) -> int | None:
    """Rows that no remote is known to have; None where there is no remote to ask."""
    try:
        rows = unshared_rows(repository, branch)
    except GitledgerError:  # what cannot be asked is unknown, not none
        return None
    return None if rows is None else len(rows)


def live(rows: Iterable[Row], fixes: Iterable[Row]) -> list[Row]:
    """Rows that no correction took out."""
    dead = corrections.corrections_by_row(fixes)
    return [row for row in rows if row.id not in dead]
