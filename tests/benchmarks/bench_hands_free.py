"""What recording by itself costs: an agent's hook, a hundred commits in a row, a quiet catch-up.

Prints the figures and whether they were reached: a hook of 50 ms wall at most (median), at most 5
processes for 100 commits in 10 s with all triggers on, and `catch-up` over 1,000 windows with
nothing due within 1 s of process time. Exit code 1 when one was missed. Usage:
bench_hands_free.py [--quick]
"""

import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench_hook import PROGRAM, environment, judged, milliseconds

HOOK_MS, PROCESSES, CATCH_UP_SECONDS = 50.0, 5.0, 1.0
COMMITS, SECONDS, WINDOWS = 100, 10.0, 1000
COUNTER = '#!/bin/sh\necho x >>{log}\nexec {program} "$@"\n'


def made(folder: Path, env: dict[str, str]) -> Path:
    """A repository with our hooks, acting by itself, whose programs are counted as they start."""
    repository = folder / "counted"
    subprocess.run(["git", "init", "-q", str(repository)], env=env, check=True)
    words = [*PROGRAM, "init", "--automatic"]
    subprocess.run(words, cwd=repository, env=env, check=True, capture_output=True)
    counter = folder / "counter"
    counter.write_text(COUNTER.format(log=folder / "starts", program=" ".join(PROGRAM)))
    counter.chmod(0o755)
    for hook in (repository / ".git/hooks").glob("post-*"):
        hook.write_text(hook.read_text().replace(" ".join(PROGRAM), str(counter)))
    return repository


def hooks(repository: Path, env: dict[str, str], runs: int) -> float:
    """Median wall time of an agent's hook, in milliseconds, with a payload of its usual size."""
    told = {"session_id": "s", "hook_event_name": "Stop", "cwd": str(repository)}
    payload = json.dumps({**told, "last_assistant_message": "word " * 2000}).encode()
    (repository / ".git/gitledger/drainer").write_text(f"{os.getpid()}\n")
    taken = []
    for _ in range(runs):
        began = time.perf_counter()
        words = (*PROGRAM, "agent-hook", "claude")
        subprocess.run(words, cwd=repository, env=env, input=payload, check=True)
        taken.append((time.perf_counter() - began) * 1000)
    (repository / ".git/gitledger/drainer").unlink()
    return statistics.median(taken)


def processes(folder: Path, repository: Path, env: dict[str, str]) -> tuple[int, int]:
    """How many processes a hundred commits in ten seconds start, and how many were recorded."""
    step, began = SECONDS / COMMITS, time.monotonic()
    for number in range(COMMITS):
        milliseconds(("git", "commit", "-q", "--allow-empty", "-m", str(number)), repository, env)
        time.sleep(max(began + (number + 1) * step - time.monotonic(), 0))
    time.sleep(12)
    words = [*PROGRAM, "export", "commits", "--format", "jsonl"]
    done = subprocess.run(words, cwd=repository, env=env, check=True, capture_output=True)
    starts = (folder / "starts").read_text().count("x") if (folder / "starts").exists() else 0
    return starts, done.stdout.count(b"\n")


def catch_up_seconds(folder: Path, env: dict[str, str], windows: int) -> float:
    """Process time of `catch-up --all` over completed windows with final churn skipped."""
    repository = folder / "many"
    subprocess.run(["git", "init", "-q", str(repository)], env=env, check=True)
    typed(repository, env, "init", "--no-hooks")
    for ledger, rows in rows_of(windows).items():
        (folder / ledger).write_text(json.dumps(rows))
        typed(repository, env, "append", ledger, "--json", str(folder / ledger))
    typed(repository, env, "catch-up", "--all")
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    told = typed(repository, env, "--json", "catch-up", "--all")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert json.loads(told)["done"] == [], told[:500]
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def typed(repository: Path, env: dict[str, str], *words: str) -> bytes:
    """What a command prints; it must not fail."""
    done = subprocess.run(
        [*PROGRAM, *words], cwd=repository, env=env, check=True, capture_output=True
    )
    return done.stdout


def rows_of(windows: int) -> dict[str, list[dict[str, object]]]:
    """Windows of half an hour, one after the other, completed and with a churn row."""
    found: dict[str, list[dict[str, object]]] = {"snapshots": [], "windows": [], "churn": []}
    for number in range(windows):
        day, minute = f"2026-{1 + number // 672:02}-{1 + number // 24 % 28:02}", number % 24
        name = f"W0-{number:04}"
        for phase, clock in (("before", "00"), ("after", "30")):
            meter = {
                "bucket": "default",
                "meter": "weekly",
                "used_pct": number % 50 + (clock > "0"),
            }
            found["snapshots"].append({
                "window": name, "provider": "codex", "account": "default", "phase": phase,
                "captured_at": f"{day}T{minute:02}:{clock}:00Z", "source": "codex",
                "source_sha256": f"{number:063x}{phase[0] == 'a':d}", "readings": [meter],
            })  # fmt: skip
        features = [{"provider": "codex", "account": "default", "features": 1}]
        found["windows"].append({"window": name, "features": features, "outcome": "pass"})
        reason = {"decision": "missing-commit-range", "reason": "no commit", "window": name}
        found["churn"].append({"date": day, "provider": "codex", **reason})
    return found


def main() -> int:
    """The figures; 1 when one was missed."""
    quick = "--quick" in sys.argv
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        folder = Path(name)
        env = environment(folder) | {"XDG_STATE_HOME": str(folder / "state")}
        repository = made(folder, env)
        median = hooks(repository, env, 10 if quick else 50)
        reached = judged(f"an agent's hook: {median:.0f} ms", median, HOOK_MS)
        starts, recorded = processes(folder, repository, env)
        told = f"{COMMITS} commits in {SECONDS:g} s: {starts} processes, {recorded} recorded"
        reached &= judged(told, starts, PROCESSES) and recorded == COMMITS
        seconds = catch_up_seconds(folder, env, 100 if quick else WINDOWS)
        reached &= judged(f"a quiet catch-up: {seconds:.2f} s", seconds, CATCH_UP_SECONDS)
    return int(not reached)


if __name__ == "__main__":
    sys.exit(main())
