"""What a receive of new rows costs on a large ledger: straight, and with a merge in it.

Run: python tests/benchmarks/bench_proof_range.py [ROWS] [NEW]. The whole process is measured, as a
hook pays it: Python's start, the judgement, its end. Goal: under 1 s of processor time.
"""

import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median

from bench_verify import BRANCH, build, cost, row

from gitledger.ledger import codec, layout
from gitledger.ledger.announcement import message

TIMES = 5


def git(folder: Path, *words: str, stdin: bytes = b"") -> str:
    """What git prints."""
    done = subprocess.run(["git", *words], cwd=folder, input=stdin, check=True, capture_output=True)
    return done.stdout.decode().strip()


def more(count: int, new: int, side: int) -> bytes:
    """Commits of 100 rows each on the branch's tip, as `git fast-import` reads them."""
    out = [b"reset refs/heads/side-%d\nfrom %s^0\n" % (side, BRANCH.encode())]
    for first in range(0, new // 2, 100):
        numbers = [count + side * new + first + n for n in range(min(100, new // 2 - first))]
        rows = [codec.encode(row(number)) for number in numbers]
        text = message([named for named, _ in rows]).encode()
        out.append(b"commit refs/heads/side-%d\n" % side)
        out.append(b"committer Ada <ada@example.org> %d +0000\n" % (1_800_000_000 + first))
        out.append(b"data %d\n%s\n" % (len(text), text))
        for number, (named, data) in zip(numbers, rows, strict=True):
            file = layout.row_file(named.recorded_at, named.id)
            path = layout.row_path("evidence", number // layout.BUCKET_ROWS, file)
            out.append(b"M 100644 inline %s\ndata %d\n%s\n" % (path.encode(), len(data), data))
    return b"".join(out)


def main(count: int, new: int) -> None:
    """Build once, judge both moves several times, print the medians."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "server"
        build(folder, count)
        for side in (0, 1):
            git(folder, "fast-import", "--quiet", stdin=more(count, new, side))
        union = git(folder, "merge-tree", "--write-tree", "side-0", "side-1").split()[0]
        merge = ("commit-tree", "-p", "side-0", "-p", "side-1", "-m", "merge", union)
        moves = {
            "straight": git(folder, "rev-parse", "side-0"),
            "with a merge": git(folder, *merge),
        }
        old = git(folder, "rev-parse", BRANCH)
        for told, tip in moves.items():
            (folder / "pushed").write_text(f"{old} {tip} {BRANCH}\n")
            words = f"exec {sys.executable} -m gitledger hook pre-receive < {folder / 'pushed'}"
            runs = [cost(["sh", "-c", words], folder) for _ in range(TIMES)]
            wall, used = (median(run[side] for run in runs) for side in (0, 1))
            print(f"{new} new rows on {count}, {told}: {used:.2f} s of processor, {wall:.2f} s")


if __name__ == "__main__":
    main(*(map(int, sys.argv[1:3] or ("100000", "1000"))))
