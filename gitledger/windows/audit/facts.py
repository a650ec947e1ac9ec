"""What an audit is told besides the window: limits, facts of the world, the other windows.

Depends on folded windows.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple, TypeVar

from gitledger.ledger.row import Row
from gitledger.windows.snapshot import text_of
from gitledger.windows.thresholds import Terms
from gitledger.windows.window import Window

Range = tuple[str, str]
Run = tuple[str, ...]
NO_BYTES = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"  # SHA-256 of b""
Shared = TypeVar("Shared")


class Rival(NamedTuple):
    """Rows of one ledger that have one natural key and say otherwise; the first of them counts."""

    ledger: str
    rows: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WorldFacts:
    """What only the world knows; empty when nobody looked.

    `vanished` are commits that the repository no longer has; `artifacts` the SHA-256 of each
    evidence file as it stands now, "" for a file that is gone. `reverted` are windows whose work
    the branch took back patch by patch, each with the commit that did the last of it; that at
    least most of a window's landed lines are gone, and by which commits, its churn row holds
    (`gone_of_alive` of `alive_at_end`, `gone_by`). `taken` are commits behind features that were
    counted, each with the one that took it back since. `contradicted` are the rows of a window that
    clones recorded otherwise before they met.
    """

    now: datetime | None = None
    vanished: frozenset[str] = frozenset()
    artifacts: Mapping[str, str] = field(default_factory=dict)
    reverted: Mapping[str, str] = field(default_factory=dict)
    contradicted: Mapping[str, tuple[Rival, ...]] = field(default_factory=dict)
    taken: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Neighbours:
    """What windows share: ranges and runs (`runs_of`) with their windows, and their qualities.

    `constant_quality` is the value that all of `qualities` windows were given, None when they
    differ.
    """

    ranges: Mapping[Range, tuple[str, ...]]
    artifacts: Mapping[Run, tuple[str, ...]]
    qualities: int
    constant_quality: Decimal | None


@dataclass(frozen=True, slots=True)
class Audit:
    """Everything a check may look at besides its window."""

    terms: Terms
    facts: WorldFacts
    neighbours: Neighbours


def ranges_of(window: Window) -> tuple[Range, ...]:
    """The commit ranges stated for a window, at its end first, then by its churn; each once."""
    final = window.final
    stated = [(final.commit_start, final.commit_end)] if final and final.commit_start else []
    if not window.churn:
        return tuple([span for span in stated if all(span)])
    stated += [
        (text_of(row.values, "commit_start"), text_of(row.values, "commit_end"))
        for row in window.churn
    ]
    return tuple(dict.fromkeys([span for span in stated if all(span)]))


def runs_of(row: Row) -> tuple[Run, ...]:
    """What makes an evidence row one run: its id, and its file with path and hash.

    Equal bytes under two paths are two acts, and an empty log says nothing of either.
    """
    run, path = text_of(row.values, "test_run_id"), text_of(row.values, "artifact")
    digest = text_of(row.values, "artifact_sha256")
    named: list[Run] = [("run", run)] if run else []
    return (
        (*named, ("artefact", path, digest)) if path and digest not in {"", NO_BYTES} else (*named,)
    )


def neighbours_of(windows: Sequence[Window]) -> Neighbours:
    """What these windows share with each other. A range without commits is shared by none."""
    ranges: dict[Range, list[str]] = defaultdict(list)
    artifacts: dict[Run, list[str]] = defaultdict(list)
    qualities = []
    for window in windows:
        for stated in ranges_of(window):
            if stated[0] != stated[1]:
                ranges[stated].append(window.id)
        for row in window.evidence:
            for run in runs_of(row):
                artifacts[run].append(window.id)
        if window.finalised and window.finalised.canonical.quality is not None:
            qualities.append(window.finalised.canonical.quality)
    constant = qualities[0] if len(set(qualities)) == 1 else None
    return Neighbours(_distinct(ranges), _distinct(artifacts), len(qualities), constant)


def _distinct(found: Mapping[Shared, Iterable[str]]) -> Mapping[Shared, tuple[str, ...]]:
    return {key: tuple(dict.fromkeys(windows)) for key, windows in found.items()}
