"""Windows without the features that were taken back since they were counted. Depends on windows."""

from collections.abc import Mapping, Sequence

from gitledger.windows.features import REVERTED, Counted, LeftOut
from gitledger.windows.finalisation import without
from gitledger.windows.window import Window


def standing(windows: Sequence[Window], taken: Mapping[str, str]) -> tuple[Window, ...]:
    """The windows, their features as far as one commit behind each stands.

    `taken` are commits that were taken back, each with the one that did it. What was delivered
    without a commit cannot be taken back.
    """
    if not taken:
        return tuple(windows)
    return tuple(_standing(window, taken) for window in windows)


def _standing(window: Window, taken: Mapping[str, str]) -> Window:
    final = window.finalised
    if final is None or not final.canonical.counted:
        return window
    gone = {
        one.feature: LeftOut(one.feature, REVERTED, taken[one.commits[-1]])
        for one in final.canonical.counted
        if is_taken(one, taken)
    }
    if not gone:
        return window
    return window._replace(finalised=final._replace(canonical=without(final.canonical, gone)))


def is_taken(one: Counted, taken: Mapping[str, str]) -> bool:
    """Whether every commit behind a feature was taken back."""
    return bool(one.commits) and all(sha in taken for sha in one.commits)
