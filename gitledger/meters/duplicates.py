"""Two figures for one meter: neither is believed. Depends on the meters room only."""

from collections.abc import Sequence

from gitledger.errors import Problem
from gitledger.meters.problems import problem
from gitledger.meters.reading import Reading


def unequivocal(readings: Sequence[Reading]) -> tuple[tuple[Reading, ...], list[Problem]]:
    """One reading per bucket and meter; two that differ are both refused."""
    grouped: dict[tuple[str, str], list[Reading]] = {}
    for reading in readings:
        grouped.setdefault((reading.bucket, reading.meter), []).append(reading)
    kept = [same[0] for same in grouped.values() if len(set(same)) == 1]
    doubled = [
        problem("ambiguous", f"two figures for {meter}", where=bucket, hint="copy one full output")
        for (bucket, meter), same in grouped.items()
        if len(set(same)) > 1
    ]
    return tuple(kept), doubled
