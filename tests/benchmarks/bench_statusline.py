"""How long a status line takes against a Python that imports json and ends.

`python tests/benchmarks/bench_statusline.py`: medians of pairs, in turns, wall and processor time.
The promise is 1.6 times at the most.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

PAIRS = 60
MOST = 1.6
LIMITS = {
    "five_hour": {"used_percentage": 30, "resets_at": time.time() + 9000},
    "seven_day": {"used_percentage": 12, "resets_at": time.time() + 302400},
}


def spent(words: list[str], folder: Path, given: str = "") -> tuple[float, float]:
    """Wall and processor time of one process, in milliseconds."""
    before, begun = os.times(), time.perf_counter()
    subprocess.run(words, cwd=folder, input=given, text=True, capture_output=True, check=True)
    wall, after = time.perf_counter() - begun, os.times()
    used = after.children_user + after.children_system
    return 1000 * wall, 1000 * (used - before.children_user - before.children_system)


def main() -> int:
    """Print the medians and their ratio; exit 1 when the ratio of wall times is too large."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        subprocess.run(["git", "init", "-q", name], check=True)
        given = json.dumps({"rate_limits": LIMITS})
        bare = [sys.executable, "-c", "import json"]
        line = [sys.executable, "-m", "gitledger", "statusline"]
        pairs = [(spent(bare, folder), spent(line, folder, given)) for _ in range(PAIRS)]
    wall = [statistics.median(one[side][0] for one in pairs) for side in (0, 1)]
    used = [statistics.median(one[side][1] for one in pairs) for side in (0, 1)]
    print(f"import json  {wall[0]:.1f} ms, {used[0]:.1f} ms of processor")
    print(f"statusline   {wall[1]:.1f} ms, {used[1]:.1f} ms of processor")
    print(f"ratio        {wall[1] / wall[0]:.2f}, at most {MOST}")
    return int(wall[1] / wall[0] > MOST)


if __name__ == "__main__":
    sys.exit(main())
