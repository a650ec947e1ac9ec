"""The report page of many windows, each with two readings, three commits and one run.

Goals: 1,000 windows under 5 s and 1.5 MB, 10,000 under 30 s and 6 MB. `--quick` leaves the second
out. Exit 1 when one is missed.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from bench_windows import meters, repository, run, shown, told

SIZES = ((1_000, 5.0, 1.5e6), (10_000, 30.0, 6e6))


def reading(number: int) -> list[dict[str, object]]:
    """The meters of the n-th pane as a row holds them."""
    return [
        {
            "bucket": "default",
            "meter": "5h" if meter.minutes == 300 else "weekly",
            "used_pct": meter.used,
            "window_minutes": meter.minutes,
            "resets_at": meter.resets_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        }
        for meter in meters(number)
    ]


def rows(many: int) -> Iterator[tuple[str, dict[str, object]]]:
    """Every row of `many` windows with its ledger."""
    for number in range(2 * many):
        at, _ = shown(number)
        window = f"W-{number // 2:05d}"
        yield (
            "snapshots",
            {
                "window": window,
                "provider": "codex",
                "account": "default",
                "phase": ("before", "after")[number % 2],
                "captured_at": at.strftime("%Y-%m-%dT%H:%M:%SZ"),
                "source": "codex",
                "source_sha256": f"{number:064x}",
                "readings": reading(number),
            },
        )
        if number % 2:
            continue
        yield (
            "windows",
            {
                "window": window,
                "features": [
                    {"provider": "codex", "account": "default", "features": number % 4 + 1}
                ],
                "outcome": "pass",
                "quality": 0.9,
            },
        )
        yield "evidence", {
            "window": window, "test_run_id": f"TR-{number}", "runner": "pytest", "result": "pass",
        }  # fmt: skip
        for part in range(3):
            made = at + timedelta(minutes=10 + part)
            yield (
                "commits",
                {
                    "sha": f"{number * 10 + part + 1:040x}",
                    "parents": [f"{number * 10 + part + 7:040x}"],
                    "branch": "main",
                    "committed_at": made.strftime("%Y-%m-%dT%H:%M:%SZ"),
                    "windows": [window],
                    "insertions": 40,
                    "deletions": 3,
                    "seen_by": "post-commit",
                },
            )


def ledger_of(home: Path, many: int) -> Path:
    """A ledger of `many` windows."""
    path = repository(home, f"windows-{many}")
    by_ledger: dict[str, list[str]] = {}
    for ledger, row in rows(many):
        by_ledger.setdefault(ledger, []).append(json.dumps(row))
    for ledger, lines in by_ledger.items():
        file = home / f"{ledger}.jsonl"
        file.write_text("\n".join(lines))
        run(path, "append", ledger, "--json", str(file))
    return path


def main() -> int:
    """Build, draw, tell; 1 when a goal was missed."""
    reached = True
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        os.environ |= {"HOME": folder, "TZ": "UTC", "GIT_CONFIG_NOSYSTEM": "1"}
        for many, seconds, size in SIZES[:1] if "--quick" in sys.argv else SIZES:
            path = ledger_of(home, many)
            spent = min(run(path, "report", "--out", "page.html")[1] for _ in range(2))
            made = (path / "page.html").stat().st_size
            reached &= told(
                f"report of {many:,} windows, process time and bytes",
                f"{spent:.2f} s, {made / 1e6:.2f} MB",
                f"< {seconds:.0f} s, < {size / 1e6:.1f} MB",
                good=spent < seconds and made < size,
            )
            subprocess.run(["rm", "-rf", str(path)], check=True)
    return int(not reached)


if __name__ == "__main__":
    sys.exit(main())
