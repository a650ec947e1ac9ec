"""The features of a window counted: the first rule that finds any counts alone.

Depends on what messages claim and on features as values; no git here. A feature is a capability,
else a pull request, else a patch that is followed through rewrites. It counts once over all
windows, in the earliest that has it, and not at all once it was taken back.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from gitledger.windows.capabilities import WORD, Capabilities
from gitledger.windows.claims import Claims
from gitledger.windows.features import (
    BEFORE,
    NONE_FOUND,
    PULL_REQUESTS,
    RESERVATIONS,
    REVERTED,
    SUBJECTS,
    TRAILERS,
    UNKNOWN,
    Counted,
    FeatureCount,
    LeftOut,
)

PATCH = "patch:"


class Work(NamedTuple):
    """One commit of a window as features are looked for in it.

    `patch` is the patch-id that names it, that of its first form where it was rewritten; `others`
    are the patch-ids of everything it was or was made of. `was` are the commits that a squash
    joined in it, as far as their messages are here. `holder` is whose work it is, where known.
    """

    sha: str
    claims: Claims
    patch: str = ""
    others: frozenset[str] = frozenset()
    was: tuple["Work", ...] = ()
    holder: tuple[str, str] = ("", "")

    @property
    def identity(self) -> str:
        """What names a feature of it that has no better name: pull request, patch, else itself."""
        return self.claims.pull_request or f"{PATCH}{self.patch or self.sha}"


class Delivery(NamedTuple):
    """A feature that a row says was delivered in a window (`feature deliver`)."""

    feature: str
    provider: str = ""
    commit: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True)
class Basis:
    """What a count stands on besides the window's own work.

    `taken` says of a commit which one took it back, "" for none; `earlier` maps the identity of a
    feature, also every patch of it, to the earlier window that has it. `reserved` are capabilities
    with the provider that they are reserved for, "" for any.
    """

    capabilities: Capabilities = field(default_factory=Capabilities)
    reserved: Mapping[str, str] = field(default_factory=dict)
    earlier: Mapping[str, str] = field(default_factory=dict)
    taken: Callable[[str], str] = lambda _sha: ""


class _Found(NamedTuple):
    """A claim that one rule accepts: the feature, the commit ("" for a row), other names of it."""

    feature: str
    commit: str = ""
    title: str = ""
    holder: tuple[str, str] = ("", "")
    names: frozenset[str] = frozenset()
    unknown: bool = False


def count(
    work: Sequence[Work], deliveries: Sequence[Delivery], rules: Sequence[str], known: Basis
) -> FeatureCount:
    """The features of one window. The rules are tried in their own order, not in the given one.

    A rule that found something decides, also where all of it is left out: the window was counted
    by it, and nothing else is a feature there.
    """
    strangers = tuple(_strangers(work, deliveries, known))
    for rule, find in FINDERS.items():
        found = [one for one in find(work, deliveries, known) if not one.unknown]
        if rule in rules and found:
            features, left_out = _settled(found, known)
            return FeatureCount(rule, features, (*left_out, *strangers))
    return FeatureCount(NONE_FOUND, (), strangers)


def names_in(work: Sequence[Work], deliveries: Sequence[Delivery], known: Basis) -> set[str]:
    """Every name that anything claimed here may have as a feature, by whatever rule."""
    found = (one for find in FINDERS.values() for one in find(work, deliveries, known))
    return {name for one in found for name in (one.feature, *one.names)}


def _settled(
    found: Iterable[_Found], known: Basis
) -> tuple[tuple[Counted, ...], tuple[LeftOut, ...]]:
    """The features that count, each once, and those that do not; both in order of identity."""
    groups: dict[str, list[_Found]] = {}
    for one in found:
        groups.setdefault(one.feature, []).append(one)
    features, left_out = [], []
    for feature, group in sorted(groups.items()):
        commits = tuple(dict.fromkeys(one.commit for one in group if one.commit))
        before = _earlier(feature, group, known.earlier)
        takers = [known.taken(sha) for sha in commits]
        rows_only = any(not one.commit for one in group)
        if before:
            left_out.append(LeftOut(feature, BEFORE, before, commits))
        elif takers and all(takers) and not rows_only:
            left_out.append(LeftOut(feature, REVERTED, takers[-1], commits))
        else:
            features.append(_counted(feature, group, commits, known))
    return tuple(features), tuple(left_out)


def _earlier(feature: str, group: Sequence[_Found], earlier: Mapping[str, str]) -> str:
    names = (feature, *sorted({name for one in group for name in one.names}))
    return next((earlier[name] for name in names if name in earlier), "")


def _counted(
    feature: str, group: Sequence[_Found], commits: tuple[str, ...], known: Basis
) -> Counted:
    reserved = known.reserved.get(feature, "")
    holders = [one.holder for one in group if one.holder[0]]
    provider, account = (reserved, "") if reserved else next(iter(holders), ("", ""))
    title = next((one.title for one in group if one.title), "")
    return Counted(feature, provider, account, commits, title)


def _strangers(
    work: Sequence[Work], deliveries: Sequence[Delivery], known: Basis
) -> Iterator[LeftOut]:
    """Capabilities that are named and not known, each once, with the commits that name them."""
    found: dict[str, dict[str, None]] = {}
    for find in (_reserved, _trailed):
        for one in find(work, deliveries, known):
            if one.unknown:
                found.setdefault(one.feature, {}).update({one.commit: None} if one.commit else {})
    for feature, commits in sorted(found.items()):
        yield LeftOut(feature, UNKNOWN, "", tuple(commits))


def _reserved(
    work: Sequence[Work], deliveries: Sequence[Delivery], known: Basis
) -> Iterator[_Found]:
    """Reservations that were delivered: by a row, or by the trailer of a commit."""
    for row in deliveries:
        unknown = not known.capabilities.holds(row.feature)
        holder = (row.provider, "") if row.provider else ("", "")
        yield _Found(row.feature, row.commit, row.title, holder, unknown=unknown)
    for one in _trailed(work, deliveries, known):
        if one.feature in known.reserved:
            yield one


def _trailed(
    work: Sequence[Work], _deliveries: Sequence[Delivery], known: Basis
) -> Iterator[_Found]:
    """What trailers name: capabilities, else a feature without one."""
    for commit in work:
        for each in _speaking(commit, lambda one: bool(one.claims.trailers)):
            for text in each.claims.trailers:
                yield from _named(commit, each, text, known.capabilities)


def _named(commit: Work, said_by: Work, text: str, capabilities: Capabilities) -> Iterator[_Found]:
    names = capabilities.named_by(text)
    for name in names:
        unknown = not capabilities.holds(name)
        title = said_by.claims.title if WORD.fullmatch(text) else text
        yield _Found(name, commit.sha, title, commit.holder, unknown=unknown)
    if not names:
        yield _unnamed(commit, said_by, text)


def _subjects(
    work: Sequence[Work], _deliveries: Sequence[Delivery], _known: Basis
) -> Iterator[_Found]:
    """Commits whose subject is that of a feature."""
    for commit in work:
        for each in _speaking(commit, lambda one: one.claims.subject):
            if each.claims.subject:
                yield _unnamed(commit, each, each.claims.title)


def _pull_requests(
    work: Sequence[Work], _deliveries: Sequence[Delivery], _known: Basis
) -> Iterator[_Found]:
    """Commits that say they merged a pull request, and merges of branches."""
    for commit in work:
        if commit.claims.pull_request or commit.claims.merged:
            yield _unnamed(commit, commit, commit.claims.title)


def _speaking(commit: Work, claims: Callable[[Work], bool]) -> Sequence[Work]:
    """Whose claims count for a commit: its own; of a squash that claims nothing what it joined."""
    if claims(commit) or not commit.was:
        return (commit,)
    return tuple(one for one in commit.was if claims(one))


def _unnamed(commit: Work, said_by: Work, title: str) -> _Found:
    """A feature without a capability: a pull request's, else that of a patch."""
    number = commit.claims.pull_request or said_by.claims.pull_request
    patches = {f"{PATCH}{patch}" for patch in (said_by.others or {said_by.patch}) if patch}
    return _Found(number or said_by.identity, commit.sha, title, commit.holder, frozenset(patches))


Finder = Callable[[Sequence[Work], Sequence[Delivery], Basis], Iterator[_Found]]
FINDERS: Mapping[str, Finder] = {
    RESERVATIONS: _reserved,
    TRAILERS: _trailed,
    SUBJECTS: _subjects,
    PULL_REQUESTS: _pull_requests,
}
