"""What a hook costs: `git commit` with ours and with an empty one; the drain against two imports.

Ours acts by itself, every verb after every commit: the costs of that are nobody's to wait for.

Prints medians in milliseconds, the two figures and whether they were reached: at most 12 ms more
wall time for a commit, and a drain of at most 1.6 times `python -c "import click, pygit2"`. Exit
code 1 when one was missed. Usage: bench_hook.py [--quick]
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
EMPTY = "#!/bin/sh\nexit 0\n"
MORE_MS = 12.0  # wall time that our hook may add to a commit
DRAIN_RATIO = 1.6  # a drain against the two imports
ALL_ON = b"automatic:\n  post-commit: [catch-up, audit, preview, card, check]\n"
AFTERWARDS = 0.6  # seconds in which the verbs after a commit have ended
IMPORTS = "import click, pygit2"
PROGRAM = (sys.executable, "-P", "-m", "gitledger")


def environment(home: Path) -> dict[str, str]:
    """A clean home, an identity, this checkout's package with its bytecode, as installed."""
    left = ("GIT_", "PYTHONDONTWRITEBYTECODE")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(left)}
    who = {f"GIT_{role}_{part}": "ada" for role in ("AUTHOR", "COMMITTER") for part in ("NAME",)}
    who |= {f"GIT_{role}_EMAIL": "ada@example.org" for role in ("AUTHOR", "COMMITTER")}
    who |= {"PYTHONPATH": str(ROOT), "PYTHONPYCACHEPREFIX": str(home / "bytecode")}
    return kept | who | {"HOME": str(home), "GIT_CONFIG_NOSYSTEM": "1"}


def milliseconds(words: tuple[str, ...], cwd: Path, env: dict[str, str]) -> float:
    """Wall time of one run."""
    began = time.perf_counter()
    subprocess.run(words, cwd=cwd, env=env, check=True, capture_output=True)
    return (time.perf_counter() - began) * 1000


def settled(repository: Path, seconds: float = 20.0) -> None:
    """Wait until the detached drain has emptied the spool, so that runs do not disturb another."""
    deadline = time.monotonic() + seconds
    spool = repository / ".git/gitledger/spool"
    while any(spool.glob("*.*")) and time.monotonic() < deadline:
        time.sleep(0.02)
    time.sleep(AFTERWARDS)


def made(folder: Path, env: dict[str, str], *, ours: bool) -> Path:
    """A repository with our hooks, or with an empty post-commit."""
    repository = folder / ("ours" if ours else "empty")
    subprocess.run(["git", "init", "-q", str(repository)], env=env, check=True)
    subprocess.run(
        [*PROGRAM, "init", *(() if ours else ("--no-hooks",))],
        cwd=repository, env=env, check=True, capture_output=True,
    )  # fmt: skip
    if ours:
        subprocess.run(["git", "config", "gitledger.automatic", "true"], cwd=repository, check=True)
        words = [*PROGRAM, "config", "set", "-"]
        show = subprocess.run(
            [*PROGRAM, "config", "show"], cwd=repository, env=env, check=True, capture_output=True
        )
        text = show.stdout + b"\n" + ALL_ON
        subprocess.run(words, cwd=repository, env=env, check=True, capture_output=True, input=text)
    else:
        hook = repository / ".git/hooks/post-commit"
        hook.parent.mkdir(exist_ok=True)
        hook.write_text(EMPTY)
        hook.chmod(0o755)
    return repository


def commits(folder: Path, env: dict[str, str], runs: int) -> tuple[float, float]:
    """Median wall time of `git commit` with an empty hook and with ours, taken in turns."""
    places = [made(folder, env, ours=ours) for ours in (False, True)]
    taken: tuple[list[float], list[float]] = ([], [])
    words = ("git", "commit", "-q", "--allow-empty", "-m", "work")
    for _ in range(runs):
        for place, times in zip(places, taken, strict=True):
            times.append(milliseconds(words, place, env))
            settled(place)
    return statistics.median(taken[0]), statistics.median(taken[1])


def drains(folder: Path, env: dict[str, str], runs: int) -> tuple[float, float]:
    """Median wall time of the two imports, and of the drain of one spooled commit."""
    place = folder / "ours"
    subprocess.run(["git", "config", "gitledger.automatic", "false"], cwd=place, check=True)
    hook = place / ".git/hooks/post-commit"
    hook.write_text(hook.read_text().replace("(trap '' HUP", "exit 0; (trap '' HUP"))
    imports, drained = [], []
    for number in range(runs):
        (place / "file").write_text(f"{number}\n")
        subprocess.run(["git", "add", "-A"], cwd=place, env=env, check=True)
        milliseconds(("git", "commit", "-q", "-m", "work"), place, env)
        imports.append(milliseconds((sys.executable, "-c", IMPORTS), place, env))
        drained.append(milliseconds((*PROGRAM, "hook", "post-commit"), place, env))
    return statistics.median(imports), statistics.median(drained)


def judged(what: str, value: float, goal: float) -> bool:
    """Print a line and whether its goal was reached; that answer."""
    print(f"{what}   [<= {goal:g}] {'reached' if value <= goal else 'MISSED'}", flush=True)
    return value <= goal


def main() -> int:
    """Both figures; 1 when one was missed."""
    runs = 10 if "--quick" in sys.argv else 50
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        folder = Path(name)
        env = environment(folder)
        empty, ours = commits(folder, env, runs)
        more = ours - empty
        told = f"git commit: empty hook {empty:.1f} ms, ours {ours:.1f} ms: {more:+.1f} ms"
        reached = judged(told, more, MORE_MS)
        imports, drain = drains(folder, env, runs)
        ratio = drain / imports
        told = f"drain: {drain:.0f} ms, imports {imports:.0f} ms: {ratio:.2f}x"
        reached &= judged(told, ratio, DRAIN_RATIO)
    return int(not reached)


if __name__ == "__main__":
    sys.exit(main())
