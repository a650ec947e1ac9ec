"""The freshest reading in a 200 MB folder of session files, against `tail` of its newest files.

Prints medians in milliseconds and their ratio. `--quick` builds 20 MB.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from drawn_texts import codex_rollout_line

from gitledger.capture.local import Machine, freshest
from gitledger.demo.panes import SampleMeter

START = datetime(2026, 11, 1, 8, tzinfo=UTC)
FILE_BYTES = 1 << 20
NEWEST = 3
ROUNDS = 15


def build(home: Path, megabytes: int) -> list[Path]:
    """Session files of a megabyte each, one a day and hour, a reading near every end."""
    paths = []
    filler = '{"timestamp":"2026-11-01T08:00:00Z","type":"response_item","payload":"' + "x" * 3900
    for number in range(megabytes):
        at = START + timedelta(hours=number)
        folder = home / f".codex/sessions/{at:%Y/%m/%d}"
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"rollout-{at:%Y-%m-%dT%H-%M-%S}-{number:08d}.jsonl"
        meters = (
            SampleMeter(300, number % 100, at + timedelta(hours=2)),
            SampleMeter(10080, number % 90, at + timedelta(days=2)),
        )
        lines = [filler + '"}'] * (FILE_BYTES // 4000)
        lines += [codex_rollout_line(meters, at=at), *lines[:5]]
        path.write_text("\n".join(lines) + "\n")
        os.utime(path, (at.timestamp(), at.timestamp()))
        paths.append(path)
    return paths


def median_ms(action: Callable[[], object]) -> float:
    """Median milliseconds of an action over some rounds, after one to warm up."""
    action()
    spent = []
    for _ in range(ROUNDS):
        before = time.perf_counter()
        action()
        spent.append(1000 * (time.perf_counter() - before))
    return statistics.median(spent)


def main() -> None:
    """Build the folder, measure both, print one line each."""
    megabytes = 20 if "--quick" in sys.argv else 200
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        newest = [str(path) for path in build(home, megabytes)[-NEWEST:]]
        machine = Machine(home, {}, START)
        ours = median_ms(lambda: freshest("codex", machine))
        tail = ["tail", "-n", "200", *newest]
        theirs = median_ms(lambda: subprocess.run(tail, capture_output=True, check=True))
    print(f"freshest reading of {megabytes} MB: {ours:.2f} ms")
    print(f"tail of the {NEWEST} newest files: {theirs:.2f} ms")
    print(f"ratio: {ours / theirs:.2f} (to stay below 2)")


if __name__ == "__main__":
    main()
