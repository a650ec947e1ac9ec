"""Ten thousand windows: `preview` and `status` in process time, `import tracker` against append.

Prints seconds and the ratio, and whether each goal is reached; exit 1 when one is missed. The least
of several runs counts, those of a ratio taken in turns. `--quick` takes a tenth: the goals then say
little. Goals: preview under 2.5 s of process time with its imports, status under 3 s (it audits as
preview does, and looks at what is open and due), import under twice the append of as many rows;
replay, run once, under 20 s at its default effort.
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

from gitledger.demo.panes import SampleMeter, codex_panel

START = datetime(2025, 1, 6, 9, tzinfo=UTC)
WEEK = timedelta(days=7)
TURNS = 3


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


def told(what: str, measured: str, goal: str, *, good: bool) -> bool:
    """Print one figure against its goal; whether the goal is reached."""
    print(f"{what}\n    {measured}   [{goal}] {'reached' if good else 'MISSED'}", flush=True)
    return good


def plain_rows(ledger: Path) -> list[str]:
    """The snapshots of a ledger as JSON objects without their envelope."""
    exported = subprocess.run(
        [sys.executable, "-m", "gitledger", "export", "snapshots", "--format", "jsonl"],
        cwd=ledger,
        capture_output=True,
        text=True,
        check=True,
    )
    envelope = {"row", "gitledger", "ledger", "recorded_at", "agent", "tool", "id"}
    rows = [json.loads(line) for line in exported.stdout.splitlines()]
    return [json.dumps({k: v for k, v in row.items() if k not in envelope}) for row in rows]


def imports(home: Path, data: Path, many: int) -> bool:
    """`import tracker` of panes against the batch append of the rows that they become."""
    words = ("import", "tracker", str(data), "--tz", "UTC")
    rows = home / "rows.json"
    spent, used = [], []
    for turn in range(TURNS):
        one = repository(home, f"import-{turn}")
        spent.append(run(one, *words)[1])
        if not turn:
            rows.write_text("\n".join(plain_rows(one)))
        two = repository(home, f"append-{turn}")
        used.append(run(two, "append", "snapshots", "--json", str(rows))[1])
    ratio = min(spent) / min(used)
    return told(
        f"import of {many} panes against the append of as many rows, process time",
        f"{min(spent):.2f} s, {min(used):.2f} s: {ratio:.2f}x",
        "< 2x",
        good=ratio < 2,
    )


def looks(ledger: Path, many: int) -> bool:
    """`preview` and `status` of all windows, warm: bytecode and compiled texts are there."""
    reached = True
    for verb, most in (("preview", 2.5), ("status", 3.0)):
        run(ledger, verb)
        best = min(run(ledger, verb)[1] for _ in range(2 * TURNS))
        reached &= told(
            f"{verb} of {many} windows, warm, process time with its imports",
            f"{best:.2f} s",
            f"< {most} s",
            good=best < most,
        )
    return reached


def replays(ledger: Path, many: int) -> bool:
    """`replay` of all windows: 400 samples of 100 replays, as nobody asked for fewer."""
    spent = run(ledger, "replay")[1]
    return told(
        f"replay of {many} windows, process time with its imports",
        f"{spent:.1f} s",
        "< 20 s",
        good=spent < 20,
    )


def main() -> int:
    """Build, import, append, look, replay; 1 when a goal was missed."""
    many = 1_000 if "--quick" in sys.argv else 10_000
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        os.environ |= {"HOME": folder, "TZ": "UTC", "GIT_CONFIG_NOSYSTEM": "1"}
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # an installed program has its bytecode
        os.environ["PYTHONPYCACHEPREFIX"] = str(home / "bytecode")
        data = home / "data"
        data.mkdir()
        panes = [json.dumps(snapshot(number)) for number in range(2 * many)]
        (data / "snapshots.jsonl").write_text("\n".join(panes[:many]) + "\n")
        reached = imports(home, data, many)
        (data / "snapshots.jsonl").write_text("\n".join(panes) + "\n")
        finals = [json.dumps(final(number)) for number in range(many)]
        (data / "windows.jsonl").write_text("\n".join(finals) + "\n")
        ledger = repository(home, "windows")
        run(ledger, "import", "tracker", str(data), "--tz", "UTC")
        reached &= looks(ledger, many)
        reached &= replays(ledger, many)
    return int(not reached)


if __name__ == "__main__":
    print(f"{datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} cores, {sys.version.split()[0]}")
    sys.exit(main())
