"""Codex's pools and their windows, whatever feed they came in, and how they become readings.

Depends on the meters room only. A window is known by its length, never by its slot.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from gitledger.errors import Problem
from gitledger.meters import aliases
from gitledger.meters.jsontext import Number
from gitledger.meters.naming import is_window, meter_of
from gitledger.meters.plausibility import plausible
from gitledger.meters.problems import merge_problems, new_label, no_reading, problem
from gitledger.meters.reading import DEFAULT_BUCKET, Parsed, Reading

SLOTS = ("primary", "secondary")


@dataclass(frozen=True, slots=True)
class Slot:
    """One window of a pool in the words of any feed; None where the feed is silent."""

    used_pct: Number | None
    window_minutes: int | None
    resets_at: datetime | None


@dataclass(frozen=True, slots=True)
class Pool:
    """A limit id with its two slots at one moment, and the resets that its account has banked.

    `overage` says that the feed shows credits with which its account goes on beyond 100 %.
    """

    bucket: str
    bucket_id: str
    slots: tuple[Slot | None, ...]
    at: datetime | None = None
    banked: int | None = None
    overage: bool = False

    @property
    def is_real(self) -> bool:
        """True when any slot carries a percent, or says that its window is switched off."""
        return any(slot and slot.used_pct is not None for slot in self.slots)


def read_pools(
    pools: Sequence[Pool], *, channel: str, at: datetime | None
) -> tuple[tuple[Reading, ...], tuple[Problem, ...]]:
    """Readings of all slots that carry a percent, and what the slots lack.

    `at` is the moment of the figures, against which reset times are tested; None when unknown.
    """
    readings: list[Reading] = []
    wrong: list[Problem] = []
    for pool in pools:
        if aliases.is_new(aliases.CODEX, pool.bucket, ""):
            wrong.append(new_label(pool.bucket, pool.bucket_id or pool.bucket))
        for name, slot in zip(SLOTS, pool.slots, strict=True):
            place = f"{pool.bucket}/{name}"
            # a window of length 0 is switched off, and told as that
            if slot is None or (slot.used_pct is None and slot.window_minutes != 0):
                if pool.bucket == DEFAULT_BUCKET:
                    wrong.append(problem("partial", f"no {name} window", where=place))
                continue
            reading, problems = read_slot(pool, slot, channel, place)
            wrong.extend(problems)
            if reading:
                tested, odd = plausible(reading, pool.at or at, place)
                readings.append(tested)
                wrong.extend(odd)
    kept = {(r.bucket, r.meter): r for r in reversed(readings)}
    if len(kept) < len(readings):
        wrong.append(problem("ambiguous", "two slots hold a window of the same length"))
        lengths = [(r.bucket, r.meter) for r in readings]
        readings = [r for r in readings if lengths.count((r.bucket, r.meter)) == 1]
    return tuple(readings), merge_problems(wrong)


def read_slot(
    pool: Pool, slot: Slot, channel: str, place: str
) -> tuple[Reading | None, tuple[Problem, ...]]:
    """The reading of one slot, refused without a window length or outside 0 to 100."""
    used, minutes = slot.used_pct, slot.window_minutes
    if minutes == 0:
        what = "the window has length 0: this limit is switched off"
        return no_reading("window-off", what, place)
    if used is None or not 0 <= used <= 100:
        return no_reading("out-of-range", f"{used} is not a percent of a quota", place)
    if minutes is None or not is_window(minutes):
        return no_reading("window-unknown", "the window has no length", place)
    reading = Reading(
        meter=meter_of(minutes),
        used_pct=used,
        bucket=pool.bucket,
        resolution=1 if channel == "app-server" else step_of(used),
        rounding="round" if channel == "app-server" else "exact",
        window_minutes=minutes,
        resets_at=slot.resets_at,
        channel=channel,
        bucket_id=pool.bucket_id,
        banked_resets=pool.banked,
        overage=pool.overage,
    )
    return reading, ()


def step_of(used: Number) -> Number:
    """The step a percent is shown in: 1, or the last decimal place it has."""
    exponent = 0 if isinstance(used, int) else used.as_tuple().exponent
    return Decimal(1).scaleb(exponent) if isinstance(exponent, int) and exponent < 0 else 1


def without_pools(source: str, channel: str, *, is_silent: bool, version: str = "") -> Parsed:
    """A feed without figures: silent about limits, or with every window null."""
    found = problem("no-limits", "every window of the limits is null")
    if is_silent:
        found = problem("no-meter", "the text says nothing about limits")
    return Parsed(source, channel, problems=(found,), version=version)
