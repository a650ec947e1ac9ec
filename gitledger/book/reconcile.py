"""Facts about code commits become rows: what hooks left in the spool, what the reflog tells.

Safe to run at any time and by many at once: each fact has a natural key, is recorded once, and
leaves the spool only when its row is on the branch.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from gitledger.book.book import Book
from gitledger.book.commit_rows import Unrecordable, commit_rows, rewrite_row
from gitledger.book.headcommits import began, passed_unlogged
from gitledger.book.late_facts import complete_finalisation, late_facts
from gitledger.book.world import DEFAULT_AGENT
from gitledger.errors import InvalidData, UsageError
from gitledger.git.branch.draft import Draft, Receipt
from gitledger.git.code import head as headlog
from gitledger.git.code import spool
from gitledger.git.code.rewrites import Look, MadeCommit, Rewrite, facts_of
from gitledger.git.code.spool import Left, LeftCommit, left_facts
from gitledger.git.commit import CommitHead, read_head
from gitledger.ledger.row import texts

COMMITS = "commits"
REWRITES = "rewrites"
SEEN_BY = {"commit": "post-commit", "pick": "post-rewrite", "merge": "post-merge"}
ROWS_PER_COMMIT = 500
GONE = "the commit is not in the repository any more"
Named = tuple[str, Draft]


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """What was recorded: row ids of fresh commits and rewrites; what became of the spool's files.

    `aside` are facts that no row can hold, a commit's id or a rewrite's two, each with the reason.
    """

    commits: tuple[str, ...] = ()
    rewrites: tuple[str, ...] = ()
    aside: tuple[tuple[str, str], ...] = ()
    settled: int = 0
    waiting: int = 0
    refused: int = 0


def reconcile(book: Book, *, again: bool = False) -> Reconciliation:
    """Record every fact of the spool and of HEAD's reflogs that is not on the branch yet.

    `again` reads the reflogs from the ledger's beginning. Raises what recording raises; then
    everything is left as it was, for the next command.
    """
    repository = book.repository
    if not {COMMITS, REWRITES} <= set(book.ledgers):
        return Reconciliation(waiting=len(spool.waiting(repository)))
    left = left_facts(spool.waiting(repository))
    logs = headlog.read_logs(repository, again=again)

    @cache
    def look(sha: str) -> CommitHead | None:
        return read_head(repository, sha)

    told = [(log, facts_of(log, look)) for log in logs]
    since = began(book) if again else 0
    seen = [fact for _, facts in told for fact in facts.seen if fact.when >= since]
    # a pick of a rebase under way may still be dropped, or become another commit
    rebasing = {log.worktree for log in logs if log.rebasing}
    held = [fact for fact in left.commits if fact.how == "pick" and fact.worktree in rebasing]
    settled = [fact for fact in left.commits if fact not in held]
    unlogged = [fact for log in logs for fact in passed_unlogged(book, log)]
    every = _joined([*seen, *unlogged], settled, look)
    rewrites = [pair for _, facts in told for pair in facts.rewrites]
    pairs = _pairs(left, rewrites, _rewritten(book) if rewrites else frozenset())
    done = _record(book, every, pairs, look)
    aside = dict(done.aside)
    gone = {f.sha: GONE for f in settled if f.how == "commit" and look(f.sha) is None}
    lost = {f.file.path for f in settled if f.how == "commit" and f.sha in {**aside, **gone}}
    lost |= {f.file.path for f in left.rewrites if f"{f.old} {f.new}" in aside}
    every_file = [*(f.file for f in settled), *(f.file for f in left.rewrites)]
    files = [file for file in every_file if file.path not in lost]
    spool.settle(files)  # the rows stand: who is killed from here on repeats what is known
    refused = _put_aside(left, settled, aside | gone)
    spool.refuse(repository, refused)
    headlog.remember(repository, ((log, facts.end) for log, facts in told))
    return replace(done, settled=len(files), waiting=len(held), refused=len(refused))


Aside = list[tuple[Sequence[str], str, Path | None]]


def _put_aside(left: Left, settled: Sequence[LeftCommit], why: Mapping[str, str]) -> Aside:
    """What goes into the spool's `refused`: files that are no facts, facts that are no rows.

    What only the reflog told has no file: it is written down as a hook would have.
    """
    found: Aside = [(file.words, "", file.path) for file in left.unreadable]
    for name, reason in why.items():
        files = [f.file for f in settled if f.sha == name and f.how == "commit"]
        files += [f.file for f in left.rewrites if f"{f.old} {f.new}" == name]
        kind = "rewrite" if " " in name else "commit"
        found += [(file.words, reason, file.path) for file in files]
        found += [] if files else [((kind, *name.split(" ")), reason, None)]
    return found


def _joined(seen: Iterable[MadeCommit], left: Sequence[LeftCommit], look: Look) -> list[MadeCommit]:
    """Each commit once: the reflog's facts, with what hooks add, then what only hooks saw.

    A hook knows the agent. A pick that the reflog does not confirm was replaced or given up, and
    a merge that it does not confirm was a fast-forward: neither made a commit.
    """
    hooks = {fact.sha: fact for fact in left}
    found: dict[str, MadeCommit] = {}
    for fact in seen:
        hook = hooks.get(fact.sha)
        if hook is not None:
            fact = fact._replace(  # noqa: PLW2901 - the same fact, with more of it known
                agent=hook.agent or DEFAULT_AGENT,
                seen_by=SEEN_BY.get(hook.how, "reflog"),
                told=(*fact.told, hook.file.left_at),
            )
        found.setdefault(fact.sha, fact)
    for hook in left:
        head = look(hook.sha) if hook.how == "commit" else None
        if head is not None and hook.sha not in found:
            agent = hook.agent or DEFAULT_AGENT
            when, told = hook.file.left_at, (head.committed_at,)
            found[hook.sha] = MadeCommit(
                hook.sha, hook.ref, "commit", when, "post-commit", agent, told
            )
    return list(found.values())


def _rewritten(book: Book) -> frozenset[str]:
    """Every commit that a recorded rewrite names, one that was taken back as well."""
    rows = book.rows(REWRITES, raw=True)
    return frozenset(str(row.values[side]) for row in rows for side in ("old", "new"))


def _pairs(left: Left, told: Sequence[Rewrite], known: frozenset[str]) -> list[Rewrite]:
    """Each rewrite once. `told` by the reflog counts where git's own list says nothing."""
    news = [fact.new for fact in left.rewrites if fact.how == "rebase"]
    own = [
        Rewrite(fact.old, fact.new, "squash" if news.count(fact.new) > 1 else fact.how)
        for fact in left.rewrites
        if fact.old != fact.new
    ]
    listed = {sha for pair in own for sha in (pair.old, pair.new)} | known
    added = [
        pair
        for pair in told
        if pair.how != "rebase" or (pair.old not in listed and pair.new not in listed)
    ]
    branches = {(pair.old, pair.new): pair.branch for pair in told}
    # git's own list last: it is right where both tell of a pair
    found = {(pair.old, pair.new): pair for pair in (*added, *own)}
    return [replace(p, branch=p.branch or branches.get(k, "")) for k, p in found.items()]


def _record(
    book: Book, seen: Sequence[MadeCommit], pairs: Sequence[Rewrite], look: Look
) -> Reconciliation:
    """Record what is new: one commit of the ledger for each agent.

    A row that was voided stays so: the reflog tells the commit again, but not that it counts.
    """
    rows = book.rows(COMMITS) if seen else ()
    recorded = {str(row.values["sha"]): texts(row.values.get("windows")) for row in rows}
    ever = {str(row.values["sha"]) for row in book.rows(COMMITS, raw=True)} if seen else set()
    fresh = [fact for fact in seen if fact.sha not in ever]
    late = late_facts(book, [fact for fact in seen if fact.sha in recorded], rows, look=look)
    drafts: dict[str, list[Named]] = {book.world.agent: []}
    aside: dict[str, str] = {}
    for found in commit_rows(book, fresh, pairs, known=recorded, look=look):
        if isinstance(found, Unrecordable):
            aside[found.fact.sha] = found.why
            continue
        fact, values = found
        named = _drafted(book, fact.sha, COMMITS, values, aside)
        drafts.setdefault(fact.agent or book.world.agent, []).extend(named)
    for pair in pairs:
        drafts[book.world.agent] += _drafted(
            book, f"{pair.old} {pair.new}", REWRITES, rewrite_row(pair), aside
        )
    ids: dict[str, list[str]] = {COMMITS: [], REWRITES: []}
    for agent, given in drafts.items():
        for item in _recorded(book, given, agent, aside):
            if not item.already:
                ids[item.row.ledger].append(item.row.id)
    amended = [complete_finalisation(book, one) for one in late]
    return Reconciliation((*ids[COMMITS], *amended), tuple(ids[REWRITES]), tuple(aside.items()))


def _drafted(
    book: Book, name: str, ledger: str, values: Mapping[str, Any], aside: dict[str, str]
) -> list[Named]:
    """The draft of a fact, under its name; none, and why, where its values fit no row."""
    try:
        return [(name, book.draft(ledger, values))]
    except InvalidData as error:
        aside[name] = "; ".join(map(str, error.problems)) or error.what
    except UnicodeError as error:
        aside[name] = f"a name in it is not UTF-8: {error}"
    return []


def _recorded(
    book: Book, given: Sequence[Named], agent: str, aside: dict[str, str]
) -> Sequence[Receipt]:
    """Record drafts; where one is refused, each by itself, so that one stops no other."""
    drafts = [draft for _, draft in given]
    try:
        return book.record(drafts, agent=agent, rows_per_commit=ROWS_PER_COMMIT) if drafts else []
    except (InvalidData, UsageError, UnicodeError) as error:
        # all at once are one commit; one by one only to find the refused
        if len(given) > 1:
            return [item for one in given for item in _recorded(book, [one], agent, aside)]
        aside[given[0][0]] = str(error)
        return []
