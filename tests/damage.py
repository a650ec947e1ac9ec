"""One-character damage of panels: what a reader then gives that is not on the panel."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from random import Random

from gitledger.meters import registry
from gitledger.meters.problems import codes
from gitledger.meters.reading import Number, Parsed

SEED = 20261129
LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
SIGNS = "0123456789 .,:;%()[]-_/·│█░▌"
Key = tuple[str, str]


@dataclass(frozen=True)
class Panel:
    """A text as a source reads it at a moment in a zone."""

    name: str
    source: str
    text: str
    at: datetime
    zone: tzinfo

    def read(self, text: str | None = None) -> Parsed:
        """What is read from the panel, or from a damaged copy."""
        shown = self.text if text is None else text
        return registry.parse(self.source, shown, at=self.at, tz=self.zone)


def percents(parsed: Parsed) -> dict[Key, Number]:
    """Percent used by bucket and meter."""
    return {(r.bucket, r.meter): r.used_pct for r in parsed.readings}


@dataclass
class Tally:
    """How many damages were tried, and those that gave a figure that is not on the panel.

    `silent` ones came without a new problem; `foreign` ones gave a figure of another pool, with
    or without a problem.
    """

    tried: int = 0
    wrong: list[str] = field(default_factory=list)
    silent: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)

    def add(self, panel: Panel, truth: Parsed, copy: str, damage: str) -> None:
        """Read one damaged copy and count what is wrong in it."""
        self.tried += 1
        found, true = panel.read(copy), percents(truth)
        given = percents(found)
        false = [key for key, used in given.items() if true.get(key) != used]
        if not false:
            return
        told = "; ".join(f"{key} {given[key]}, not {true.get(key)}" for key in false)
        line = f"{panel.name} {damage}: {told} {codes(found.problems)}"
        self.wrong.append(line)
        if not set(codes(found.problems)) - set(codes(truth.problems)):
            self.silent.append(line)
        if any(is_foreign(key, given[key], true) for key in false):
            self.foreign.append(line)

    @property
    def per_thousand(self) -> float:
        """Silent wrong figures in a thousand damages."""
        return 1000 * len(self.silent) / max(self.tried, 1)


def is_foreign(key: Key, used: Number, true: dict[Key, Number]) -> bool:
    """True when a figure given for one pool is the one that another pool shows."""
    bucket, meter = key
    others = [value for (b, m), value in true.items() if b != bucket and m == meter]
    return key != ("", "") and used in others and (bucket == "default" or key in true)


def damages(text: str, random: Random) -> Iterator[tuple[str, str]]:
    """Each character once deleted or replaced, by a coin; the copy and what was done."""
    for place, sign in enumerate(text):
        other = ""
        if random.random() < 0.5:
            other = random.choice([c for c in LETTERS + SIGNS if c != sign])
        yield text[:place] + other + text[place + 1 :], f"{place} {sign!r} -> {other!r}"


def digit_damages(text: str, random: Random) -> Iterator[tuple[str, str]]:
    """Each digit replaced once by another digit: the damage that is hardest to see."""
    for place, sign in enumerate(text):
        if sign.isdecimal():
            other = random.choice([c for c in "0123456789" if c != sign])
            yield text[:place] + other + text[place + 1 :], f"{place} {sign!r} -> {other!r}"


def tally(panels: Sequence[Panel], *, digits: bool = False, seed: int = SEED) -> Tally:
    """All damages of all panels that give a figure when they are whole."""
    found, random = Tally(), Random(seed)
    for panel in panels:
        truth = panel.read()
        if not truth.readings:
            continue
        for copy, damage in (digit_damages if digits else damages)(panel.text, random):
            found.add(panel, truth, copy, damage)
    return found
