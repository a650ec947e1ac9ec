"""Births that are one line: what two branches brought alike, and a merge joined.

PURE: numpy only. Lines are numbered as they are born. A `Join` says that a merge has one line where
its parents had several; the oldest birth stands for it. Which births belong together can be known
in full only when the history is through: `first_births` decides it from the joins.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from gitledger.lines.owners import NONE_YET, Owners

Labels = NDArray[np.int64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Join:
    """Lines that one merge made one: `younger[i]` became `older[i]`.

    `older` is None where the older ones are lines that the range's start had: nobody's.
    """

    position: int
    younger: Owners
    older: Owners | None


@dataclass(slots=True)
class Kin:
    """Which births are known to be one line so far; guards that a label names itself.

    `label[id]` is the same number for all of them. Room grows in powers of two.
    """

    label: Labels = field(default_factory=lambda: np.arange(1024))
    members: Owners = field(default_factory=lambda: NONE_YET)

    def grow(self, size: int) -> None:
        """Make room for ids up to `size`."""
        if size > self.label.size:
            self.label = np.concatenate((self.label, np.arange(self.label.size, size)))

    def unite(self, one: Owners, other: Owners) -> None:
        """Make pairs of births one line each."""
        apart = self.label[one] != self.label[other]
        if apart.any():
            one, other = one[apart], other[apart]
            self.members = np.concatenate((self.members, one, other))
            unite_labels(self.label, one, other, self.members)


def unite_labels(label: Labels, one: Owners, other: Owners, members: Owners) -> None:
    """Give all that pairs connect the smallest label among them, in place.

    `members` are the ids that any pair so far has named, each at least once.
    """
    while True:
        left, right = label[one], label[other]
        if (left == right).all():
            return
        lower = np.minimum(left, right)
        np.minimum.at(label, left, lower)
        np.minimum.at(label, right, lower)
        while (label[members] != label[label[members]]).any():
            label[members] = label[label[members]]


def first_births(births: NDArray[np.int64], joins: Iterable[Join]) -> Labels:
    """For each birth, the oldest birth of its line by the clock, itself where it is that.

    `births` are Unix seconds, by id. Of equally old ones the first in graph order.
    """
    kin = Kin(np.arange(births.size))
    for join in joins:
        if join.older is not None:
            kin.unite(join.younger, join.older)
    by_age = kin.members[np.lexsort((kin.members, births[kin.members]))]
    labels, where = np.unique(kin.label[by_age], return_index=True)
    oldest = np.arange(births.size)
    oldest[labels] = by_age[where]
    return oldest[kin.label]


def joined_to_start(count: int, joins: Iterable[Join]) -> Mask:
    """For each id, whether some merge made it a line that the range's start had."""
    mask = np.zeros(count, dtype=np.bool_)
    for join in joins:
        if join.older is None:
            mask[join.younger] = True
    return mask
