"""The statistical terms that every measure is made in, as one frozen value.

Depends on nothing. The one place where they are read is `decision.rules` (rules.yaml); callers
inside the program pass the value on, so that preview, explain and card print the same digits.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Statistics:
    """Constants of intervals, gates and comparisons, all from rules.yaml.

    `phi0` is the variance over the mean of a window's features before anything was seen (above
    0); `confidence` of every interval (between 0 and 1); `width` d of the x/(1 + d) interval that
    `windows_needed` counts towards (above 0); `directional` and `week0` the numbers of windows
    from which an interval is shown and a week may be ruled on.
    """

    phi0: float
    width: float
    confidence: float
    directional: int
    week0: int

    @property
    def alpha(self) -> float:
        """What the confidence leaves open: the level of Holm's family and of looks."""
        return 1 - self.confidence


# what ledgers/defaults/rules.yaml says, for callers that have no ledger (a test holds them equal)
SHIPPED = Statistics(phi0=1.5, width=0.5, confidence=0.95, directional=3, week0=6)
