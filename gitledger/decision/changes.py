"""Which measures mean something else than in the version that issued a card. Depends on nothing.

A card of an older version is rebuilt by the rules of this one, so it differs, and a reader has to
know by which measures. A version's list is written when the meaning changes, never afterwards.
"""

from collections.abc import Mapping

FIRST = "gitledger 0.1.0"
CHANGED: Mapping[str, tuple[str, ...]] = {
    FIRST: (
        "features_per_pp: full meters count as 100 - before, rounding by the readings' own steps",
        "interval: windows that are alike widen it; meters that round up are corrected at 0",
        "capacity: weekly points wherever every trusted window has them, else five hours",
        "ratio: of the two numbers printed; between providers of lasting features per dollar",
        "anytime: decides wherever a card is only shown, with a P that holds at any look",
        "lasting, lasting_per_pp, dollars_per_lasting_feature: new; churn decides",
        "churn_14d: by the lines a window's own commits merged, each range once, pooled",
        "quality, pass_rate and peak_pct: of every finished window, whatever its meter",
        "idle_pp: each account by itself, periods that were moved left out",
        "impf: minutes of a window over the features that efficiency counts",
    )
}


def changed_since(tool: str, *, has_terms: bool) -> tuple[str, ...]:
    """What changed since a card's version, by name of the measure; nothing where it is this one's.

    `has_terms` says whether the card names its statistical terms: cards of 0.1.0 do not.
    """
    return () if has_terms else CHANGED.get(tool, CHANGED[FIRST])
