"""Finalisations of a window: which one counts, which repeat it, which contradict it.

Depends on rows. The latest finalisation counts. An earlier one that states the same is a
duplicate; one that states something else conflicts, unless a later one names a reason and so
amends all before it.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

from gitledger.ledger.automatic import is_automatic
from gitledger.ledger.redaction import label
from gitledger.ledger.row import Row
from gitledger.windows.features import (
    TYPED,
    Counted,
    LeftOut,
    counted_of,
    left_out_of,
    subtract_features,
)
from gitledger.windows.snapshot import NO_ACCOUNT, captured_or_recorded, maps_of, number_of, text_of


class Delivered(NamedTuple):
    """How many features one provider account delivered in a window."""

    provider: str
    account: str
    features: int


class Finalisation(NamedTuple):
    """What a person or agent stated about a finished window; None and "" are unknown.

    `minutes` are those of the whole window, `impf` minutes a feature. `rule` is what counted the
    features, `typed` where a person did, "" where nobody could tell; `set_aside` are features that
    the row counts and another window has.
    """

    row: str
    window: str
    finalised_at: datetime
    agent: str
    delivered: tuple[Delivered, ...]
    quality: Decimal | None
    rubric: int | None
    outcome: str
    cls: Decimal | None
    impf: Decimal | None
    methodology: str
    spec_id: str
    spec_version: str
    commit_start: str
    commit_end: str
    reason: str
    notes: str
    impf_parts: tuple[tuple[str, Decimal], ...] = ()
    minutes: Decimal | None = None
    minutes_parts: tuple[tuple[str, Decimal], ...] = ()
    range_stated: bool = False
    range_found: bool = False
    automatic: bool = False
    rule: str = TYPED
    counted: tuple[Counted, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    set_aside: tuple[Counted, ...] = ()

    @property
    def features(self) -> int:
        """Features of all providers together."""
        return sum(entry.features for entry in self.delivered)

    @property
    def stated(self) -> tuple[object, ...]:
        """What makes two finalisations the same statement: everything but notes and reason."""
        return (
            tuple(sorted((d.provider, d.account, d.features) for d in self.delivered)),
            *(self.quality, self.outcome, self.cls, self.impf, self.methodology),
            self.impf_parts,
            *(self.minutes, self.minutes_parts),
            *(self.spec_id, self.spec_version, self.commit_start, self.commit_end),
            *(self.range_stated, self.rule),
        )


class Finalised(NamedTuple):
    """All finalisations of a window: the one that counts and what became of the others."""

    canonical: Finalisation
    duplicates: tuple[Finalisation, ...] = ()
    conflicting: tuple[Finalisation, ...] = ()
    amended: tuple[Finalisation, ...] = ()

    @property
    def entries(self) -> int:
        """How many finalisations were recorded."""
        return 1 + len(self.duplicates) + len(self.conflicting) + len(self.amended)

    @property
    def first_at(self) -> datetime:
        """When the window was first finalised, whichever finalisation counts by now."""
        every = (self.canonical, *self.duplicates, *self.conflicting, *self.amended)
        return min(entry.finalised_at for entry in every)


def finalisation_of(row: Row) -> Finalisation:
    """The value of a `windows` row."""
    values: Mapping[str, Any] = row.values
    get = values.get
    rubric = get("rubric")
    return Finalisation(
        row.id,
        get("window", ""),
        captured_or_recorded(row, "finalised_at"),
        label(row.agent),
        _delivered(values),
        number_of(values, "quality"),
        None if rubric is None else int(rubric),
        get("outcome", ""),
        number_of(values, "cls"),
        number_of(values, "impf"),
        get("methodology", ""),
        get("spec_id", ""),
        get("spec_version", ""),
        get("commit_start", ""),
        get("commit_end", ""),
        get("reason", ""),
        get("notes", ""),
        minutes_by_category(get("impf_categories")),
        number_of(values, "minutes"),
        minutes_by_category(get("minutes_categories")),
        get("range_stated") is True,
        bool(get("runs")),
        is_automatic(values),
        get("feature_rule", "") if counts_itself(values) else TYPED,
        counted_of(maps_of(values, "counted")) if "counted" in values else (),
        left_out_of(maps_of(values, "left_out")) if "left_out" in values else (),
    )


def without(final: Finalisation, gone: Mapping[str, LeftOut]) -> Finalisation:
    """A finalisation without features that do not count any more, by what they are."""
    lost = [one for one in final.counted if one.feature in gone]
    if not lost:
        return final
    kept = tuple([one for one in final.counted if one.feature not in gone])
    told = tuple(gone[one.feature]._replace(commits=one.commits) for one in lost)
    less = subtract_features(final.delivered, lost)
    return final._replace(
        delivered=tuple(Delivered(*one) for one in less),
        counted=kept,
        left_out=(*final.left_out, *told),
        set_aside=(*final.set_aside, *lost),
    )


def restore_feature(final: Finalisation, feature: str) -> Finalisation:
    """A finalisation with a feature that was set aside for another window's, counted again."""
    again = [one for one in final.set_aside if one.feature == feature]
    if not again:
        return final
    holders = [(one.provider, one.account) for one in again]
    more = tuple(
        one._replace(features=one.features + holders.count((one.provider, one.account)))
        for one in final.delivered
    )
    return final._replace(
        delivered=more,
        counted=(*final.counted, *again),
        left_out=tuple([one for one in final.left_out if one.feature != feature]),
        set_aside=tuple([one for one in final.set_aside if one.feature != feature]),
    )


def counts_itself(values: Mapping[str, Any]) -> bool:
    """Whether the features of a row were counted by the program, or it could not tell them."""
    return "feature_rule" in values or is_automatic(values)


def minutes_by_category(value: object) -> tuple[tuple[str, Decimal], ...]:
    """Minutes by category, in alphabetical order; what is no number is unknown."""
    if not isinstance(value, Mapping):
        return ()
    found = ((str(name), number_of(value, name)) for name in sorted(value))
    return tuple((name, minutes) for name, minutes in found if minutes is not None)


def fold_finalisations(rows: Sequence[Row]) -> Finalised | None:
    """The finalisations of one window, given in order of recording; None when there is none."""
    if not rows:
        return None
    found = tuple([finalisation_of(row) for row in rows])
    if len(found) == 1:
        return Finalised(found[0])
    typed = tuple([entry for entry in found if not entry.automatic])
    if len(typed) < len(found):
        # what a person states replaces what the program did, whichever came first; of several that
        # the program did in clones the first counts
        replaced = tuple([entry for entry in found if entry.automatic])
        if not typed:
            return Finalised(replaced[0], duplicates=replaced[1:])
        stated = _chosen(typed)
        return stated._replace(amended=(*replaced, *stated.amended))
    return _chosen(found)


def _chosen(found: tuple[Finalisation, ...]) -> Finalised:
    """Which of several finalisations, in order of recording, counts."""
    amending = max((i for i, entry in enumerate(found) if entry.reason), default=0)
    canonical, rivals = found[-1], found[amending:-1]
    return Finalised(
        canonical=canonical,
        duplicates=tuple([r for r in rivals if r.stated == canonical.stated]),
        conflicting=tuple([r for r in rivals if r.stated != canonical.stated]),
        amended=found[:amending],
    )


def _delivered(values: Mapping[str, Any]) -> tuple[Delivered, ...]:
    return tuple(
        [
            Delivered(text_of(m, "provider"), label(text_of(m, "account", NO_ACCOUNT)), int(count))
            for m in maps_of(values, "features")
            if (count := number_of(m, "features")) is not None
        ]
    )
