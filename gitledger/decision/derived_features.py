"""How the features of one window came about: typed, or counted, with the commits behind each.

Depends on `decision.derived_card` and on windows.
"""

from collections.abc import Mapping

from gitledger.decision.derivation import Derived
from gitledger.decision.derived_card import explanation
from gitledger.measure.estimate import Estimate, unknown
from gitledger.windows.features import BEFORE, REVERTED, TYPED, LeftOut
from gitledger.windows.window import Window

FEATURES = "features"
SHORT = 7  # digits of a commit
FORMULAS: Mapping[str, str] = {
    TYPED: "as a person stated it",
    "reservations": "capabilities that were reserved and are delivered",
    "trailers": "what Feature: trailers of its commits name",
    "subjects": "commits whose subject begins with feat:",
    "pull-requests": "pull requests that its commits merged",
    "none": "no rule in force found any",
    "": "nobody could tell",
}
COUNTED = "no interval: counted, not sampled"


def derived_features(window: Window) -> Derived:
    """Each feature of a window with its commits, and what does not count with the reason."""
    final = window.finalised.canonical if window.finalised else None
    if final is None:
        return explanation(FORMULAS[""], unknown("not completed", method="count"), [])
    made = unknown("nobody could tell how many", method="count")
    if final.delivered:
        made = Estimate(float(final.features), n=final.features, method="count", reason=COUNTED)
    by_provider = [
        {"provider": one.provider, "features": one.features, "row": final.row}
        for one in final.delivered
    ]
    counted = [
        {
            "feature": one.feature,
            "provider": one.provider,
            "commits": ", ".join(sha[:SHORT] for sha in one.commits),
            "title": one.title,
            "row": final.row,
        }
        for one in final.counted
    ]
    left = [(one.feature, reason_words(one)) for one in final.left_out]
    formula = FORMULAS.get(final.rule, final.rule)
    return explanation(formula, made, counted or by_provider, left)


def reason_words(one: LeftOut) -> str:
    """Why something does not count, in words."""
    if one.reason == BEFORE:
        return f"counts in {one.what}"
    if one.reason == REVERTED:
        return f"reverted in {one.what[:12]}"
    return "is not on the capability map"
