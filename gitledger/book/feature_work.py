"""The commits of windows as features are looked for in them: messages, first patches, rewrites."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from gitledger.book.book import Book
from gitledger.git.code.messages import messages
from gitledger.git.code.relink import patch_ids, present
from gitledger.git.plumbing import Plumbing
from gitledger.ledger.row import Row
from gitledger.lines.change import Commit
from gitledger.windows.claims import Claims, claims_of
from gitledger.windows.feature_count import Delivery, Work
from gitledger.windows.snapshot import text_of
from gitledger.windows.window import BEFORE, Window

DELIVERED, RESERVED = "delivered", "reserved"
MANY = 2  # commits that one was made of: a squash
NOBODY = ("", "")


@dataclass(frozen=True, slots=True)
class RecordedCommits:
    """What rows say of commits: patches and agents, and what each was made of, by commit.

    `places` is the order of recording, which tells the first form of a commit that had several.
    """

    patches: Mapping[str, str] = field(default_factory=dict)
    agents: Mapping[str, str] = field(default_factory=dict)
    olds: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    places: Mapping[str, int] = field(default_factory=dict)

    def origins(self, sha: str) -> tuple[str, ...]:
        """The first forms of a commit, in the order of recording; itself where it is one."""
        found, pending, seen = list[str](), [sha], {sha}
        while pending:
            at = pending.pop()
            before = [old for old in self.olds.get(at, ()) if old not in seen]
            seen.update(before)
            pending += before
            if not self.olds.get(at):
                found.append(at)
        # what has no place in the walk comes last, whatever its id
        return tuple(sorted(found or [sha], key=lambda one: (self.places.get(one, 1 << 60), one)))

    def line(self, sha: str) -> tuple[str, ...]:
        """Every form that a commit had, itself among them."""
        found, pending = {sha: None}, [sha]
        while pending:
            for old in self.olds.get(pending.pop(), ()):
                if old not in found:
                    found[old] = None
                    pending.append(old)
        return tuple(found)


def recorded_of(book: Book) -> RecordedCommits:
    """What the rows of a ledger say of commits; nothing where it lacks these ledgers."""
    commits = book.rows_if_any("commits")
    olds: dict[str, tuple[str, ...]] = {}
    for row in book.rows_if_any("rewrites"):
        new = str(row.values["new"])
        olds[new] = (*olds.get(new, ()), str(row.values["old"]))
    return RecordedCommits(
        patches={
            str(row.values["sha"]): text_of(row.values, "patch_id")
            for row in commits
            if "patch_id" in row.values
        },
        agents={str(row.values["sha"]): row.agent for row in commits},
        olds={new: tuple(dict.fromkeys(old)) for new, old in olds.items()},
        places={str(row.values["sha"]): place for place, row in enumerate(commits)},
    )


def works_of(
    git: Plumbing,
    commits: Sequence[Commit],
    known: RecordedCommits,
    holders: Mapping[str, tuple[str, str]],
    copies: Sequence[Commit] = (),
) -> tuple[Work, ...]:
    """Commits with their claims and patches; `holders` is whose work an agent's is.

    `copies` are commits of other branches of which these hold the work, squashed by hand.
    """
    every = dict.fromkeys(one for c in (*commits, *copies) for one in known.line(c.sha))
    said = messages(git, every)
    merges = {commit.sha for commit in commits if commit.parents[1:]}
    patches = dict(known.patches)
    asked = [sha for sha in every if sha not in patches]
    if asked:
        patches |= patch_ids(git, present(git, asked))

    def work(sha: str, was: tuple[Work, ...] = ()) -> Work:
        origins = known.origins(sha)
        first = next((patches[one] for one in origins if one in patches), "")
        others = frozenset(patches[one] for one in known.line(sha) if one in patches)
        claims = claims_of(said[sha], merge=sha in merges) if sha in said else Claims()
        holder = holders.get(known.agents.get(sha, ""), holders.get("", NOBODY))
        return Work(sha, claims, first, others, was, holder)

    joined = _joined(commits, copies, patches)
    found = []
    for commit in commits:
        origins = known.origins(commit.sha)
        was = [*(origins if origins[1:] else ()), *joined.get(commit.sha, ())]
        found.append(work(commit.sha, tuple(work(one) for one in was if one in said)))
    return tuple(found)


def _joined(
    commits: Sequence[Commit], copies: Sequence[Commit], patches: Mapping[str, str]
) -> dict[str, list[str]]:
    """Which commit holds each copy: the one of its patch, else the first that came after it."""
    # reversed: of two of one patch the earlier stays
    by_patch = {patches[c.sha]: c.sha for c in reversed(commits) if c.sha in patches}
    found: dict[str, list[str]] = {}
    for copy in copies:
        later = (c.sha for c in commits if c.committed_at >= copy.committed_at)
        holder = by_patch.get(patches.get(copy.sha, ""), "") or next(later, "")
        if holder:
            found.setdefault(holder, []).append(copy.sha)
    return found


def holders_of(window: Window) -> Mapping[str, tuple[str, str]]:
    """Whose meters an agent's work in a window is on; under "" whose it is, whoever worked.

    An agent that began a window on two accounts says of neither that it did the work.
    """
    begun: dict[str, set[tuple[str, str]]] = {}
    for capture in window.captures:
        if capture.phase == BEFORE:
            place = (capture.provider, capture.account)
            begun.setdefault(capture.canonical.agent, set()).add(place)
    told = {agent: next(iter(places)) for agent, places in begun.items() if len(places) == 1}
    if len(window.holders) == 1:
        return {"": window.holders[0]}
    return told


def deliveries_of(rows: Iterable[Row]) -> tuple[Delivery, ...]:
    """The features that rows say were delivered; without a capability the scenario names one."""
    found = []
    for row in rows:
        if text_of(row.values, "state") == DELIVERED and (name := feature_name(row)):
            values = row.values
            commit = text_of(values, "commit") or text_of(values, "implementation_commit")
            title = text_of(values, "description")
            found.append(Delivery(name, text_of(values, "provider"), commit, title))
    return tuple(found)


def reserved_in(rows: Iterable[Row]) -> dict[str, str]:
    """The capabilities that are reserved, each with the provider it is reserved for."""
    named = ((feature_name(row), row) for row in rows)
    return {
        name: text_of(row.values, "provider")
        for name, row in named
        if name and text_of(row.values, "state") == RESERVED
    }


def feature_name(row: Row) -> str:
    """What names the feature of a row: its capability, else file and scenario."""
    values = row.values
    parts = (text_of(values, "feature_file"), text_of(values, "scenario"))
    return text_of(values, "capability") or " ".join(filter(None, parts))
