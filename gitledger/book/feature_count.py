"""The features of a window counted from its commits and rows, under the rule in force at its start.

Reads the book and git; the count itself is `windows.feature_count`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gitledger.book.book import Book
from gitledger.book.commits import known_of
from gitledger.book.feature_merges import merged_work
from gitledger.book.feature_reverts import taken_back, taken_since
from gitledger.book.feature_work import (
    RecordedCommits,
    deliveries_of,
    holders_of,
    recorded_of,
    reserved_in,
    works_of,
)
from gitledger.book.window_range import window_range
from gitledger.book.windows import LEDGERS, fold_ledgers
from gitledger.errors import HistoryIncomplete
from gitledger.git.branch.definitions import document
from gitledger.git.branch.origin import commits_of_rows
from gitledger.git.branch.tip import tip_at
from gitledger.git.code.relink import present
from gitledger.git.plumbing import Plumbing, pin_plumbing
from gitledger.ledger import layout
from gitledger.windows.capabilities import Capabilities
from gitledger.windows.feature_count import PATCH, Basis, count, names_in
from gitledger.windows.features import (
    DEFAULT_RULES,
    NONE_FOUND,
    PULL_REQUESTS,
    RULES,
    Counted,
    FeatureCount,
)
from gitledger.windows.snapshot import text_of
from gitledger.windows.standing import is_taken
from gitledger.windows.thresholds import read_terms
from gitledger.windows.window import BEFORE, Window

KEY = "features"  # of gitledger.yaml: the rules that count
NO_RULE = "gitledger.yaml counts no features (features: [])"
NOWHERE = "no commit was recorded for it, no range stated and no feature delivered"
UNUSED = "no commit names a feature, and none that was reserved is delivered"


@dataclass(frozen=True, slots=True)
class Ground:
    """What counts of several windows stand on: read once."""

    windows: tuple[Window, ...]
    recorded: RecordedCommits
    capabilities: Capabilities
    reserved: Mapping[str, str]
    taken: Mapping[str, str]


def feature_ground(book: Book) -> Ground:
    """All windows, and what rows say of commits and capabilities."""
    named = book.rows_if_any("capabilities")
    windows = fold_ledgers(book, LEDGERS, read_terms(book.config)[0])
    return Ground(
        windows,
        recorded_of(book),
        Capabilities(frozenset(text_of(row.values, "capability") for row in named)),
        reserved_in(book.rows_if_any("features")),
        taken_since(book, windows),
    )


def count_features(book: Book, window: Window) -> FeatureCount:
    """The features of one window. What cannot be told is unknown, with the reason; never 0.

    Its own finalisation may be one that is not recorded yet: then its range is the one counted.
    """
    known = feature_ground(book)
    rules = rules_at_start(book, window)
    if not rules:
        return FeatureCount(why=NO_RULE)
    deliveries = deliveries_of(window.features)
    with pin_plumbing(book.world.directory) as git:
        try:
            credited = window_range(git, window, known_of(book))
        except HistoryIncomplete as cut:
            return FeatureCount(why=f"{cut.what}: {cut.hint}")
        commits = credited.credit.commits if credited.credit else ()
        if not commits and not deliveries:
            return FeatureCount(why=NOWHERE)
        copies = present(git, credited.stands.elsewhere)
        work = works_of(git, commits, known.recorded, holders_of(window), copies)
        if PULL_REQUESTS in rules:
            merges = merged_work(git, commits, window.holders)
            work = (*work, *merges)
            commits = (*commits, *present(git, [one.sha for one in merges]))
        delivered = present(git, [one.commit for one in deliveries if one.commit])
        held = {commit.sha for commit in commits}
        behind = [*commits, *(one for one in delivered if one.sha not in held)]
        stands = Basis(
            capabilities=known.capabilities,
            reserved=known.reserved,
            earlier=_earlier(git, window, known),
            taken=taken_back(git, behind, known.recorded, ledger=book.branch),
        )
    found = count(work, deliveries, rules, stands)
    if found.rule == NONE_FOUND and not _in_use(book, known):
        return FeatureCount(left_out=found.left_out, why=UNUSED)
    return whose(found, window)


def whose(found: FeatureCount, window: Window) -> FeatureCount:
    """The count with every feature under a meter of the window, or unknown where nobody can tell.

    A provider that is named without an account has that of the window.
    """
    named = []
    for one in found.features:
        if not one.provider and len(window.holders) == 1:
            provider, account = window.holders[0]
            one = one._replace(provider=provider, account=account)  # noqa: PLW2901
        accounts = [a for p, a in window.holders if p == one.provider]
        if one.provider and not one.account and accounts:
            one = one._replace(account=accounts[0])  # noqa: PLW2901 - the same feature
        if (one.provider, one.account) not in window.holders:
            return _nobody(found, one, window)
        named.append(one)
    return found._replace(features=tuple(named))


def _nobody(found: FeatureCount, one: Counted, window: Window) -> FeatureCount:
    several = ", ".join(provider for provider, _ in window.holders) or "none"
    what = f"nothing says which provider delivered {one.feature} (metered: {several})"
    return FeatureCount(left_out=found.left_out, why=what)


def _earlier(git: Plumbing, window: Window, known: Ground) -> dict[str, str]:
    """Every name of a feature that an earlier window has, with the first that has it.

    A window that was counted says so in its row; of any other its commits and rows are asked.
    """
    found: dict[str, str] = {}
    gone = known.taken
    before = [w for w in known.windows if w.id != window.id]
    place = next((n for n, w in enumerate(known.windows) if w.id == window.id), len(before))
    for other in before[:place]:
        final = other.final
        if final is not None and final.counted:
            kept = [one for one in final.counted if not is_taken(one, gone)]
            names = {one.feature for one in kept}
            shas = {sha for one in kept for sha in one.commits}
            names |= {
                f"{PATCH}{patch}"
                for sha in shas
                for form in known.recorded.line(sha)
                if (patch := known.recorded.patches.get(form))
            }
        else:
            names = _claimed(git, other, known)
        for name in names:
            found.setdefault(name, other.id)
    return found


def _claimed(git: Plumbing, window: Window, known: Ground) -> set[str]:
    """What a window that was not counted would have: by the claims of its recorded commits."""
    shas = [str(row.values["sha"]) for row in window.commits]
    work = works_of(git, present(git, shas), known.recorded, {}) if shas else ()
    stands = Basis(capabilities=known.capabilities, reserved=known.reserved)
    return names_in(work, deliveries_of(window.features), stands)


def _in_use(book: Book, known: Ground) -> bool:
    """Whether this ledger counts features at all, so that finding none means that there is none.

    Either the configuration names rules, or something was reserved, delivered or counted before.
    """
    if KEY in book.config or known.reserved:
        return True
    finals = [w.finalised.canonical for w in known.windows if w.finalised]
    return any(final.counted for final in finals) or any(w.features for w in known.windows)


def feature_rules(config: Mapping[str, Any]) -> tuple[str, ...]:
    """The rules that a configuration names, the shipped ones where it names none."""
    named = config.get(KEY)
    if not isinstance(named, Sequence) or isinstance(named, str):
        return DEFAULT_RULES
    return tuple(rule for rule in RULES if rule in named)


def rules_at_start(book: Book, window: Window) -> tuple[str, ...]:
    """The rules in force when a window began: those of the commit that brought its first reading.

    A window without one is counted by the rules of now.
    """
    begun = [c.canonical for c in window.captures if c.phase == BEFORE]
    first = min(begun, key=lambda shot: (shot.captured_at, shot.row), default=None)
    commit = commits_of_rows(book.tip, {first.row}).get(first.row) if first else None
    if commit is None:
        return feature_rules(book.config)
    config = document(tip_at(book.repository, bytes.fromhex(commit)), layout.CONFIG)
    return feature_rules(config or {})
