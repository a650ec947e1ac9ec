"""Which windows a preview or card stands on, and which it leaves out and why.

Depends on `measure.efficiency`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gitledger.errors import with_noun
from gitledger.measure.efficiency import Efficiency, ExcludedWindow
from gitledger.measure.estimate import plain


@dataclass(frozen=True, slots=True)
class Coverage:
    """Usable against all (window, provider) pairs, and the excluded ones with reasons."""

    windows: int
    usable: int
    excluded: tuple[ExcludedWindow, ...] = ()

    def line(self) -> str:
        """One sentence: `5 of 7 windows usable; W0-20 anchor-moved; W0-21 missing-after`."""
        parts = [f"{self.usable} of {with_noun(self.windows, 'window')} usable"]
        parts += [f"{e.window} {e.reason}" for e in self.excluded]
        return "; ".join(parts)

    def payload(self) -> Mapping[str, object]:
        """JSON form, as a preview prints it."""
        listed = [excluded_map(entry) for entry in self.excluded]
        return {"windows": self.windows, "usable": self.usable, "excluded": listed}


def excluded_map(entry: ExcludedWindow) -> Mapping[str, object]:
    """An excluded window in JSON; `at_least_pp` is there where the meter was full only."""
    told = {"window": entry.window, "provider": entry.provider, "reason": entry.reason}
    return told if entry.at_least is None else {**told, "at_least_pp": plain(entry.at_least)}


def coverage(measured: Sequence[Efficiency]) -> Coverage:
    """The coverage of several providers' measures together."""
    return Coverage(
        windows=sum(m.windows for m in measured),
        usable=sum(len(m.used) for m in measured),
        excluded=tuple(e for m in measured for e in m.excluded),
    )
