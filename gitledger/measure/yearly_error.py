"""How the error of .05 a year is shared out over the tests that are known at a look.

Depends on `measure.exchange`. A rate is known once a week of it is over. At every look the tests
known by then share the whole error, so a claim depends on nothing that came later and stays made.
What a test is given never grows: a threshold that only rises is reached by a statistic M within a
year with a chance of at most the sum over the looks of (mean growth of M) / threshold (Chow, "A
martingale inequality and the law of large numbers", Proceedings of the American Mathematical
Society 11 (1960) 107-111), which here is at most the mean of its shares.
"""

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple, TypeAlias

from gitledger.measure.exchange import FEATURES, SESSION, TOKENS, WeekRate

Holder: TypeAlias = tuple[str, str]
Rates: TypeAlias = Mapping[tuple[Holder, str], Sequence[WeekRate]]
YEARLY_ERROR = 0.05
TOGETHER = "together"
RATES_OF_A_POINT = (SESSION, TOKENS)  # a point that holds less holds less of each
SHARES: Mapping[str, float] = {TOGETHER: 0.74, SESSION: 0.11, TOKENS: 0.11, FEATURES: 0.04}


class ErrorShares(NamedTuple):
    """When each test was known first (epoch seconds), by account and rate."""

    known: Mapping[tuple[Holder, str], int]

    def at(self, place: tuple[Holder, str], moment: int) -> float:
        """The share of a year's error that a test has at a look.

        Of a test that is not known yet, what it would have: its first week is still running.
        """
        there = {other for other, since in self.known.items() if since <= moment} | {place}
        total = math.fsum(sorted(SHARES[rate] for _, rate in there))
        return YEARLY_ERROR * SHARES[place[1]] / total

    def ever(self, place: tuple[Holder, str], looks: Sequence[int]) -> tuple[float, ...]:
        """The same at each of some looks."""
        return tuple(self.at(place, moment) for moment in looks)


def error_shares(rates: Rates) -> ErrorShares:
    """When each rate was known first, and the two rates of a point together."""
    known = {
        place: min(week.end for week in weeks if week.over)
        for place, weeks in rates.items()
        if any(week.over for week in weeks)
    }
    for holder in dict.fromkeys(holder for holder, _ in rates):
        pair = [known.get((holder, rate)) for rate in RATES_OF_A_POINT]
        if None not in pair:
            known[(holder, TOGETHER)] = max(since for since in pair if since is not None)
    return ErrorShares(known)
