"""What an attack counts: how many inputs were tried, how many ended right.

A script `attack_<kind>.py` beside this file makes one `Figure` for each of its lines in
docs/explanation/reliability.md, tries inputs while its `Budget` lasts, and ends with
`sys.exit(report(...))`.
"""

import argparse
import random
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

SHOWN = 5


@dataclass(slots=True)
class Figure:
    """One line of the table: what was tried, how often, how often it ended right.

    `floor` is how many inputs have to be tried at least: a run that was too short to try anything
    is not one that found nothing.
    """

    what: str
    floor: int = 1
    tried: int = 0
    right: int = 0
    wrong: list[str] = field(default_factory=list)

    def count(self, is_right: bool, told: str) -> None:
        """Add one input; `told` says which one it was, where it ended wrong."""
        self.tried += 1
        self.right += is_right
        if not is_right and len(self.wrong) < SHOWN:
            self.wrong.append(told)

    @property
    def good(self) -> bool:
        """Whether enough was tried, and all of it ended right."""
        return self.tried >= self.floor and self.right == self.tried


@dataclass(frozen=True, slots=True)
class Budget:
    """How long an attack may go on, and where its random inputs come from."""

    seconds: float
    seed: int
    full: bool = False
    started: float = field(default_factory=time.monotonic)

    def left(self, share: float = 1.0) -> bool:
        """Whether less than a share (0 to 1) of the time is used up."""
        return time.monotonic() - self.started < self.seconds * share

    def more(self, figure: Figure, full: int, share: float = 1.0) -> bool:
        """Whether a line goes on: while time is left, or with `--full` to its full count."""
        return figure.tried < full and (self.full or self.left(share))

    def dice(self, name: str) -> random.Random:
        """A source of random inputs of its own for each part of an attack."""
        return random.Random(f"{self.seed}/{name}")


def budget(words: Iterable[str] | None = None) -> Budget:
    """`--seconds` (default 60) and `--seed` (default 0) from the command line."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument(
        "--full", action="store_true", help="the full counts, however long it takes"
    )
    options = parser.parse_args(list(words) if words is not None else None)
    return Budget(options.seconds, options.seed, full=options.full)


def report(figures: Iterable[Figure]) -> int:
    """Print a table row for each figure and what ended wrong; 0 when everything was right."""
    code = 0
    for figure in figures:
        print(f"| {figure.what} | {figure.tried:,} | {figure.right:,} |", flush=True)
        if not figure.good:
            code = 1
        if figure.tried < figure.floor:
            print(f"  too few: {figure.tried} tried, {figure.floor} asked for", flush=True)
        for told in figure.wrong:
            print(f"  wrong: {told}", flush=True)
    return code


def attack(*parts: Callable[[Budget], Iterable[Figure]]) -> int:
    """Run the parts one after the other within one budget and report them; the exit code."""
    allowed = budget()
    return report([figure for part in parts for figure in part(allowed)])
