"""Ten thousand windows: `preview` in process time, `import tracker` against the batch append.

Prints seconds and the ratio. `--quick` takes a tenth. Goals: preview under 1.5 s of process time
with its imports, import under twice the append of as many rows.
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from gitledger.commands.sample_panes import SampleMeter, codex_panel

START = datetime(2025, 1, 6, 9, tzinfo=UTC)
WEEK = timedelta(days=7)


def shown(number: int) -> tuple[datetime, int]:
    """When the n-th pane was shown, and the week's percent: it grows by a point an hour."""
    at = START + timedelta(minutes=50 * number)
    return at, (50 * number % 10080) * 95 // 10080


def meters(number: int) -> tuple[SampleMeter, SampleMeter]:
    """The meters of the n-th pane."""
    at, week = shown(number)
    ends = START + WEEK * ((at - START) // WEEK + 1)
    return SampleMeter(300, number % 90, at + timedelta(hours=3)), SampleMeter(10080, week, ends)


def snapshot(number: int) -> dict[str, object]:
    """The n-th pane as the earlier tracker kept it."""
    at, _ = shown(number)
    return {
        "window": f"W-{number // 2:05d}",
        "provider": "codex",
        "phase": ("before", "after")[number % 2],
        "captured_at": at.isoformat(),
        "raw_text": codex_panel(meters(number), at=at, zone=UTC),
        "parsed": {},
        "source": "alias",
    }


def final(number: int) -> dict[str, object]:
    """The n-th finalisation as the earlier tracker kept it."""
    at, _ = shown(2 * number + 1)
    stated = {"features": {"codex": 1 + number % 4}, "quality": 0.9 if number % 2 else 0.8}
    return {"window": f"W-{number:05d}", "finalized_at": at.isoformat(), "outcome": "pass"} | stated


def run(folder: Path, *words: str) -> tuple[float, float]:
    """Wall and process seconds of a command in a repository."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(
        [sys.executable, "-m", "gitledger", *words],
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        check=True,
    )
    wall = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def repository(home: Path, name: str) -> Path:
    """A fresh ledger."""
    path = home / name
    subprocess.run(["git", "init", "-q", str(path)], check=True)
    for key, value in (("user.name", "Ada"), ("user.email", "ada@example.org")):
        subprocess.run(["git", "-C", str(path), "config", key, value], check=True)
    subprocess.run(["git", "-C", str(path), "commit", "-q", "--allow-empty", "-m", "x"], check=True)
    run(path, "init")
    return path


def main() -> None:
    """Build, import, append, preview; print what each took."""
    many = 1_000 if "--quick" in sys.argv else 10_000
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        os.environ |= {"HOME": folder, "TZ": "UTC", "GIT_CONFIG_NOSYSTEM": "1"}
        data = home / "data"
        data.mkdir()
        panes = [json.dumps(snapshot(number)) for number in range(2 * many)]
        (data / "snapshots.jsonl").write_text("\n".join(panes[:many]) + "\n")
        one, two = repository(home, "one"), repository(home, "two")
        wall, spent = run(one, "import", "tracker", str(data), "--tz", "UTC")
        print(f"import of {many} panes: {wall:.2f} s, {spent:.2f} s of process time")
        rows = subprocess.run(
            [sys.executable, "-m", "gitledger", "export", "snapshots", "--format", "jsonl"],
            cwd=one,
            capture_output=True,
            text=True,
            check=True,
        )
        kept = [json.loads(line) for line in rows.stdout.splitlines()]
        envelope = {"row", "gitledger", "ledger", "recorded_at", "agent", "tool", "id"}
        plain = [{k: v for k, v in row.items() if k not in envelope} for row in kept]
        (home / "rows.json").write_text("\n".join(map(json.dumps, plain)))
        again, used = run(two, "append", "snapshots", "--json", str(home / "rows.json"))
        print(f"append of as many rows: {again:.2f} s, {used:.2f} s; ratio {spent / used:.2f}")
        (data / "snapshots.jsonl").write_text("\n".join(panes) + "\n")
        finals = [json.dumps(final(number)) for number in range(many)]
        (data / "windows.jsonl").write_text("\n".join(finals) + "\n")
        run(one, "import", "tracker", str(data), "--tz", "UTC")
        run(one, "preview")
        times = [run(one, "preview")[1] for _ in range(3)]
        print(f"preview of {many} windows, warm: {min(times):.2f} s of process time")


if __name__ == "__main__":
    main()
