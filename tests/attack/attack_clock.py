"""Clocks from 1969 to 9999 and beyond: the machine's, a commit's, and times that are typed.

Right: an answer or a sentence, never a traceback; what was acknowledged is there, once; the next
command, with a clock that is right, works. The machine's clock is set by libfaketime where it is
installed; `--at` stands for it elsewhere. `--full`: 1,000 dates of each kind.
"""

import os
import random
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from figures import Budget, Figure, attack
from trials import ANSWERS, fresh, git, lost_or_doubled, place, values, verb

FULL = 1000
FIRST, LAST = datetime(1969, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)
BORDERS = (
    *("1969-12-31T23:59:59Z", "1970-01-01T00:00:00Z", "1999-12-31T23:59:59Z"),
    *("2000-02-29T12:00:00Z", "2038-01-19T03:14:08Z", "2100-02-28T23:59:59Z"),
    *("2106-02-07T06:28:16Z", "9999-12-31T00:00:00Z", "9999-12-31T23:59:59Z"),
)
SECONDS = (-(2**63), -1, 0, 1, 2**31, 2**32, 253402300799, 253402300800, 2**40, 2**62, 2**63)
SYSTEM_LAST = datetime(2262, 1, 1, tzinfo=UTC)  # libfaketime's own clock ends there


def dates(dice: random.Random, last: datetime = LAST) -> Iterator[str]:
    """Borders of calendars first, then any moment."""
    yield from (one for one in BORDERS if one < f"{last:%Y-%m-%d}")
    while True:
        span = int((last - FIRST).total_seconds())
        yield f"{FIRST + timedelta(seconds=dice.randrange(span)):%Y-%m-%dT%H:%M:%SZ}"


def clocks(allowed: Budget) -> Iterator[Figure]:
    """Each kind of clock in turn."""
    with place() as folder:
        path = fresh(folder, "ledger")
        verb(path, "init", "--no-hooks")
        yield typed(allowed, path)
        if shutil.which("faketime"):
            yield machines(allowed, path)
        yield commits(allowed, folder)


def typed(allowed: Budget, path: Path) -> Figure:
    """A reading of any time, given by `--at`."""
    figure = Figure("times typed with --at, 1969 to 9999", floor=10)
    pane = path / ".git" / "pane"
    pane.write_text(">_ OpenAI Codex (v0.142.5)\n5h limit: [####] 92% left (resets 13:10)\n")
    for place_, at in enumerate(dates(allowed.dice("typed"))):
        if not allowed.more(figure, FULL, 0.35):
            break
        words = ("--window", f"W{place_}", "--at", at, "--tz", "UTC", "--from", str(pane))
        codes = [verb(path, "start", "codex", *words), verb(path, "end", "codex", *words)]
        codes += [verb(path, "status"), verb(path, "audit", "--window", f"W{place_}")]
        figure.count({*codes} <= {*ANSWERS, 2}, f"{at}: {codes}")
    return figure


def machines(allowed: Budget, path: Path) -> Figure:
    """The machine's own clock, while a row is appended."""
    figure = Figure("clocks of the machine, 1969 to 2261", floor=5)
    said = set[str]()
    for at in dates(allowed.dice("machines"), SYSTEM_LAST):
        if not allowed.more(figure, FULL, 0.65):
            break
        name = f"m{figure.tried}"
        row = ("append", "capabilities", f"capability={name}", "name=x")
        words = ["faketime", at.replace("T", " ").replace("Z", ""), sys.executable]
        done = subprocess.run(
            [*words, "-m", "gitledger", "-C", str(path), *row],
            capture_output=True,
            env=os.environ,
            check=False,
        )
        said |= {name} if done.returncode == 0 else set()
        after = verb(path, "append", "capabilities", f"capability={name}-after", "name=x")
        said.add(f"{name}-after")
        wrong = lost_or_doubled(values(path, "capabilities", "capability"), said)
        right = done.returncode in {0, 3} and after == 0 and not wrong
        figure.count(right, f"{at}: {done.returncode}, then {after} {wrong}")
    return figure


def commits(allowed: Budget, folder: Path) -> Figure:
    """A code commit of any time, left by a hook, with sound commits around it."""
    figure = Figure("clocks of commits, before 1970 to after 9999", floor=5)
    dice = allowed.dice("commits")
    path = fresh(folder, "worked")
    verb(path, "init")
    tree = git(path, "rev-parse", "HEAD^{tree}")
    sound = set[str]()
    while allowed.more(figure, FULL):
        tried = figure.tried
        seconds = SECONDS[tried] if tried < len(SECONDS) else dice.randrange(-(2**40), 2**40)
        odd = committed(path, tree, seconds, f"odd {tried}")
        good = committed(path, tree, 1795000000 + tried, f"sound {tried}")
        sound.add(good)
        codes = [verb(path, "hooks", "run"), verb(path, "status")]
        found = values(path, "commits", "sha")
        aside = path / ".git/gitledger/spool/refused"
        named = aside.is_dir() and any(odd in file.read_text() for file in aside.iterdir())
        wrong = lost_or_doubled(found, sound)
        right = codes == [0, 0] and not wrong and (named or odd in found)
        figure.count(right, f"{seconds}: {codes} {wrong} named {named}")
    return figure


def committed(path: Path, tree: str, seconds: int, message: str) -> str:
    """A commit of any time on the branch, with its line in the reflog and the hook's fact."""
    parent = git(path, "rev-parse", "HEAD")
    who = f"Ada <ada@example.org> {seconds} +0000"
    raw = f"tree {tree}\nparent {parent}\nauthor {who}\ncommitter {who}\n\n{message}\n"
    words = ("hash-object", "-t", "commit", "-w", "--literally", "--stdin")
    sha = git(path, *words, stdin=raw)
    git(path, "update-ref", "-m", f"commit: {message}", "HEAD", sha)
    line = f"commit\t{sha}\tcommit\trefs/heads/trunk\t\tmain\n"
    (path / ".git/gitledger/spool" / f"{sha}.1").write_text(line)
    return sha


if __name__ == "__main__":
    sys.exit(attack(clocks))
