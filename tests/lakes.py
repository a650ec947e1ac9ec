"""Repositories with ledgers of known content, and lakes of many rows, for tests and benchmarks."""

import os
import random
import subprocess
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from zlib import crc32

from gitledger.book.opening import open_book
from gitledger.book.world import World
from gitledger.git.branch.draft import Draft

START = datetime(2026, 3, 2, 8, tzinfo=UTC)
ENVIRONMENT = {
    **{f"GIT_{who}_NAME": "Ada" for who in ("AUTHOR", "COMMITTER")},
    **{f"GIT_{who}_EMAIL": "ada@example.org" for who in ("AUTHOR", "COMMITTER")},
}


def made(path: Path, environment: dict[str, str], *, bare: bool = False) -> Path:
    """A repository with an empty ledger."""
    path.parent.mkdir(parents=True, exist_ok=True)
    words = ["git", "init", "-q", *(["--bare"] if bare else []), str(path)]
    subprocess.run(words, check=True, env=environment)
    from gitledger.commands.init import init

    # a root is known by its bytes: ledgers that are begun in one second by one hand are one
    begun = START - timedelta(seconds=1 + crc32(os.fsencode(path)) % 10**6)
    init(World(path, begun, environment), hooks=False)
    return path


def reading(used: float, at: datetime) -> dict[str, object]:
    """A weekly meter in whole points."""
    week = START + timedelta(days=7 * ((at - START) // timedelta(days=7) + 1))
    return {
        "bucket": "default",
        "meter": "weekly",
        "used_pct": used,
        "resolution": 1,
        "rounding": "round",
        "window_minutes": 10080,
        "resets_at": week.isoformat().replace("+00:00", "Z"),
    }


def windows_of(
    seed: int, many: int, rate: float, *, worse: float = 1.0
) -> list[tuple[str, int, int, str]]:
    """Windows with a true rate of features for a point: id, features, points, methodology.

    Attempts are 1 + Poisson(3), three in four succeed, each costs a lognormal number of points.
    Of two methodologies the first gives `worse` times as much.
    """
    luck = random.Random(seed)
    found = []
    for number in range(many):
        method = ("plain", "spec")[luck.random() < 0.5]
        own = rate * (worse if method == "plain" else 1.0)
        attempts = 1 + sum(luck.random() < 0.3 for _ in range(10))
        features = sum(luck.random() < 0.75 for _ in range(attempts))
        points = sum(luck.lognormvariate(-0.247, 0.703) for _ in range(attempts)) * 0.75 / own
        found.append((f"W-{number:04d}", features, max(0, round(points)), method))
    return found


def ledger(
    path: Path,
    environment: dict[str, str],
    windows: Sequence[tuple[str, int, int, str]],
    *,
    provider: str = "codex",
    bare: bool = False,
) -> Path:
    """A repository whose ledger holds these windows, two a day, on one weekly meter."""
    made(path, environment, bare=bare)
    append(path, environment, windows, provider=provider)
    return path


def append(
    path: Path,
    environment: dict[str, str],
    windows: Sequence[tuple[str, int, int, str]],
    *,
    provider: str = "codex",
    begun: int = 0,
) -> None:
    """More windows for a ledger; `begun` is how many there were before."""
    book = open_book(World(path, START + timedelta(days=400), environment))
    rows, used = [], 0
    at = START + timedelta(hours=12 * begun)
    for name, features, points, method in windows:
        if used + points > 95:
            used, at = 0, at + timedelta(days=7)
        at += timedelta(hours=12)
        if (at - timedelta(hours=12) - START) // timedelta(days=7) < (at - START) // timedelta(
            days=7
        ):
            used = 0
        for phase, shown, hours in (("before", used, 0), ("after", used + points, 2)):
            moment = at + timedelta(hours=hours)
            rows.append(
                Draft(
                    "snapshots",
                    {
                        "window": name,
                        "provider": provider,
                        "account": "default",
                        "phase": phase,
                        "captured_at": stamp(moment),
                        "source": "panel",
                        "source_sha256": sha256(f"{name}{phase}{provider}".encode()).hexdigest(),
                        "readings": [reading(shown, moment)],
                    },
                )
            )
        used += points
        final = {
            "window": name,
            "finalised_at": stamp(at + timedelta(hours=3)),
            "features": [{"provider": provider, "account": "default", "features": features}],
            "outcome": "pass",
            "methodology": method,
        }
        rows.append(Draft("windows", final))
    book.record([book.draft(one.ledger, one.values) for one in rows])


def stamp(at: datetime) -> str:
    """A moment as a row has it."""
    return at.isoformat().replace("+00:00", "Z")
