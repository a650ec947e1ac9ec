"""What the attacks on the store share: repositories made fast, verbs in processes of their own.

Every verb runs in a fork that is thrown away, so that it can be killed or starved at any moment;
the program is loaded once. Import this before pygit2: it sets the home that git sees.
"""

import os
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(tempfile.mkdtemp(prefix="gitledger-attack-"))
WHO = {
    f"GIT_{role}_{part}": value
    for role in ("AUTHOR", "COMMITTER")
    for part, value in (("NAME", "Ada"), ("EMAIL", "ada@example.org"))
}
for name in [n for n in os.environ if n.startswith(("GIT_", "GITLEDGER_", "XDG_"))]:
    del os.environ[name]
os.environ.update(WHO, HOME=str(ROOT), GIT_CONFIG_NOSYSTEM="1", NO_COLOR="1", TZ="UTC")
(ROOT / ".gitconfig").write_text(
    # a kill is no power cut: what the system was given, it keeps
    "[init]\n\tdefaultBranch = trunk\n[core]\n\tfsync = none\n[gitledger]\n\tfsync = false\n"
)

from gitledger.book.book import Book  # noqa: E402
from gitledger.book.opening import open_book  # noqa: E402
from gitledger.book.world import World  # noqa: E402
from gitledger.cli.main import run  # noqa: E402 - after the home is set
from gitledger.git import program  # noqa: E402

ANSWERS = {0, 1, 3, 4}  # answers and sentences; 70 is a traceback
NOTHING = os.open(os.devnull, os.O_RDWR)


def git(path: Path, *words: str, stdin: str = "") -> str:
    """What git prints; a failure ends the attack."""
    given = stdin.encode()
    done = program.run(words, directory=path, environment=os.environ, stdin=given, pins=())
    if done.returncode:
        raise SystemExit(f"git {words}: {done.stderr.decode()}")
    return done.stdout.decode().strip()


@contextmanager
def place() -> Iterator[Path]:
    """A folder for the repositories of one attack; everything goes away at the end."""
    try:
        folder = ROOT / "work"
        folder.mkdir(exist_ok=True)
        seed = folder / "seed"
        seed.mkdir()
        git(seed, "init", "-q", "-b", "trunk")
        shutil.rmtree(seed / ".git" / "hooks")
        git(seed, "commit", "-q", "--allow-empty", "-m", "first")
        yield folder
    finally:
        shutil.rmtree(ROOT, ignore_errors=True)


def fresh(folder: Path, name: str, source: str = "seed") -> Path:
    """A copy of a repository, the old one of that name gone."""
    path = folder / name
    shutil.rmtree(path, ignore_errors=True)
    shutil.copytree(folder / source, path, symlinks=True)
    return path


def forked(job: Callable[[], int]) -> int:
    """Run a job in a process of its own, silent; its id. It ends with what the job gives."""
    sys.stdout.flush()
    child = os.fork()
    if child:
        return child
    code = 70
    try:
        for stream in (0, 1, 2):
            os.dup2(NOTHING, stream)
        code = job()
    finally:
        os._exit(code)


def ended(child: int) -> int:
    """The exit code of a process, -signal where one ended it."""
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def verb(path: Path, *words: str) -> int:
    """One verb in a process of its own; its exit code."""
    return ended(forked(lambda: run(["-C", str(path), *words])))


def book_of(path: Path) -> Book:
    """The ledger as it stands."""
    return open_book(World(directory=path, now=datetime.now(UTC), environment=dict(os.environ)))


def values(path: Path, ledger: str, column: str) -> Counter[str]:
    """How often each value of a column stands in the live rows."""
    return Counter(str(row.values[column]) for row in book_of(path).rows(ledger))


def lost_or_doubled(found: Counter[str], said: set[str]) -> str:
    """What is wrong with the rows found, given those acknowledged; "" where nothing is."""
    lost = sorted(said - set(found))
    doubled = sorted(one for one, count in found.items() if count > 1)
    return f"lost {lost}" * bool(lost) + f" doubled {doubled}" * bool(doubled)
