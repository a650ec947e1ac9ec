"""Every attack of this folder, one after the other, within ten minutes in all: `make attack`.

Prints the table of docs/explanation/reliability.md; with `--write` it is put into
that page, between the two marks that stand there. Exit 1 when any input ended wrong or an attack
did not come to its end.
"""

import argparse
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
PAGE = HERE.parent.parent / "docs" / "explanation" / "reliability.md"
BEGIN, END = "<!-- figures: make attack -->", "<!-- end of figures -->"
TOTAL_SECONDS = 600.0
START_SECONDS = 12.0  # what setting up and tidying may take beside the attack itself
HEAD = "| attack | what | tried | right | command |\n|---|---|--:|--:|---|"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one script said: its table rows, and its exit code (-1: it did not end in time)."""

    script: Path
    rows: tuple[str, ...]
    code: int


def run(script: Path, *, seconds: float, seed: int) -> Outcome:
    """One attack, ended when it does not end by itself."""
    words = [sys.executable, str(script), "--seconds", f"{seconds:.0f}", "--seed", str(seed)]
    try:
        done = subprocess.run(
            words, capture_output=True, text=True, check=False, timeout=seconds + START_SECONDS
        )
    except subprocess.TimeoutExpired as late:
        partial = late.stdout.decode("utf-8", "replace") if late.stdout else ""
        print(f"{script.name}: no end after {seconds + START_SECONDS:.0f} s", file=sys.stderr)
        return Outcome(script, rows_of(partial), -1)
    if done.returncode:
        print(f"{script.name}: exit {done.returncode}", file=sys.stderr)
        print(done.stdout[-2000:] + done.stderr[-4000:], file=sys.stderr)
    return Outcome(script, rows_of(done.stdout), done.returncode)


def rows_of(text: str) -> tuple[str, ...]:
    """The table rows among what a script printed."""
    return tuple(line for line in text.splitlines() if line.startswith("| "))


def table(outcomes: list[Outcome]) -> str:
    """All rows with the attack's name before, and the command that makes them behind."""
    lines = [
        f"| {outcome.script.stem.removeprefix('attack_')} {row}"
        f" `python tests/attack/{outcome.script.name}` |"
        for outcome in outcomes
        for row in outcome.rows
    ]
    return "\n".join([HEAD, *lines])


def written(page: str, figures: str) -> str:
    """The page with the figures between its marks."""
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n{figures}\n{END}{after}"


def main() -> int:
    """Run them, print the table, put it into the page when asked; the exit code."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--total", type=float, default=TOTAL_SECONDS, help="seconds for them all")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    scripts = sorted(HERE.glob("attack_*.py"))
    started = time.monotonic()
    outcomes: list[Outcome] = []
    for place, script in enumerate(scripts):
        left = options.total - (time.monotonic() - started)
        seconds = max(left / (len(scripts) - place) - START_SECONDS, 1.0)
        outcomes.append(run(script, seconds=seconds, seed=options.seed))
    print(table(outcomes))
    if options.write:
        PAGE.write_text(written(PAGE.read_text(), table(outcomes)))
    return int(any(outcome.code or not outcome.rows for outcome in outcomes) or not outcomes)


if __name__ == "__main__":
    sys.exit(main())
