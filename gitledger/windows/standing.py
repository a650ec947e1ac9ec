"""Windows without the features that were taken back since they were counted. Depends on windows."""

from collections.abc import Collection, Mapping, Sequence

from gitledger.windows.features import REVERTED, Counted, LeftOut
from gitledger.windows.finalisation import Finalisation, restore_feature, without
from gitledger.windows.window import Window


def standing(windows: Sequence[Window], taken: Mapping[str, str]) -> tuple[Window, ...]:
    """The windows, in their order, their features as far as one commit behind each stands.

    `taken` are commits that were taken back, each with the one that did it. What was delivered
    without a commit cannot be taken back. A feature that a later window delivered anew counts
    there, once the earlier one lost it.
    """
    if not taken:
        return tuple(windows)
    free: set[str] = set()  # features that the window which had them lost
    found = []
    for window in windows:
        final = window.finalised
        # what was typed names no commits, and stands whatever was reverted
        if final is None or not (final.canonical.counted or final.canonical.set_aside):
            found.append(window)
            continue
        own = _inherited(final.canonical, free)
        gone = {
            one.feature: LeftOut(one.feature, REVERTED, taken[one.commits[-1]])
            for one in own.counted
            if is_taken(one, taken)
        }
        left = without(own, gone)
        free = (free | set(gone)) - {one.feature for one in left.counted}
        found.append(window._replace(finalised=final._replace(canonical=left)))
    return tuple(found)


def _inherited(final: Finalisation, free: Collection[str]) -> Finalisation:
    """With what it counted too, of features that no earlier window has any more."""
    for one in final.set_aside:
        if one.feature in free:
            final = restore_feature(final, one.feature)
    return final


def is_taken(one: Counted, taken: Mapping[str, str]) -> bool:
    """Whether every commit behind a feature was taken back."""
    return bool(one.commits) and all(sha in taken for sha in one.commits)
