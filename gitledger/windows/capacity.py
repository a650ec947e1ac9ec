"""Which meter counts as a provider's capacity, where nobody chose one. Depends on folded windows.

Weekly points where every window with a trusted delta on either meter has a trusted weekly one,
else those of five hours: figures of two meters are never put into one sum.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import NamedTuple

from gitledger.errors import with_noun
from gitledger.windows.delta import USABLE
from gitledger.windows.snapshot import DEFAULT_BUCKET
from gitledger.windows.thresholds import Terms
from gitledger.windows.window import Window

WEEKLY, FIVE_HOURS = "weekly", "5h"


class MeterChange(NamedTuple):
    """The window from which a provider's capacity is counted in five hours, not in weeks."""

    provider: str
    window: str
    before: int

    @property
    def sentence(self) -> str:
        """What a reader of the figures has to know."""
        return (
            f"{self.provider}: capacity is counted in {FIVE_HOURS} points since {self.window}, "
            f"which has no trusted {WEEKLY} delta; {with_noun(self.before, 'window')} before it "
            "had one (`capacity` in gitledger.yaml chooses a meter)"
        )


def with_capacity(windows: Sequence[Window], terms: Terms) -> Terms:
    """The terms with a capacity meter for every provider of the windows; a chosen one stays."""
    open_ones = dict.fromkeys(p for w in windows for p, _ in w.holders if p not in terms.capacity)
    if not open_ones:
        return terms
    lacking = {provider for _, provider in without_weekly(windows)}
    found = {p: FIVE_HOURS if p in lacking else WEEKLY for p in open_ones}
    return replace(terms, capacity={**terms.capacity, **found})


def without_weekly(windows: Iterable[Window]) -> Iterable[tuple[str, str]]:
    """(window, provider) with a trusted five-hour delta and no trusted weekly one."""
    for window in windows:
        # where the weekly delta of every account is trusted, as in most windows, none lacks
        weekly = {
            (d.provider, d.account)
            for d in window.deltas
            if d.meter == WEEKLY and d.bucket == DEFAULT_BUCKET and d.state in USABLE
        }
        if weekly.issuperset([(d.provider, d.account) for d in window.deltas]):
            continue
        for provider in dict.fromkeys(provider for provider, _ in window.holders):
            if has_trusted_delta(window, provider, FIVE_HOURS) and not has_trusted_delta(
                window, provider, WEEKLY
            ):
                yield window.id, provider


def has_trusted_delta(window: Window, provider: str, meter: str) -> bool:
    """Whether every account of a provider has a trusted delta of the meter; no rehearsal has."""
    accounts = [account for name, account in window.holders if name == provider]
    deltas = [window.delta(provider, account, meter) for account in accounts]
    rehearsed = any(c.canonical.simulated for c in window.captures if c.provider == provider)
    return not rehearsed and all(delta is not None and delta.state in USABLE for delta in deltas)


def meter_changes(windows: Sequence[Window], chosen: Terms) -> tuple[MeterChange, ...]:
    """Providers, of those nobody chose a meter for, whose meter a window changed."""
    first: dict[str, str] = {}
    for window, provider in without_weekly(windows):
        if provider not in chosen.capacity:
            first.setdefault(provider, window)
    changes = []
    for provider, window in first.items():
        names = [w.id for w in windows]
        earlier = windows[: names.index(window)]
        before = sum(has_trusted_delta(w, provider, WEEKLY) for w in earlier if holds(w, provider))
        if before:
            changes.append(MeterChange(provider, window, before))
    return tuple(changes)


def holds(window: Window, provider: str) -> bool:
    """Whether a provider worked in a window."""
    return any(name == provider for name, _ in window.holders)
