"""Ended by a signal, on a place that cannot be written, with words that are no text."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from ground import git, gitledger

from gitledger.book import child
from gitledger.git import plumbing

CHILD = "import os,sys,time; open(sys.argv[1], 'w').write(str(os.getpid())); time.sleep(600)"
PATIENCE = 60.0
BEFORE = ("override", "codex", "--window", "W0-01", "--phase", "before", "--set", "5h=1")


def until(path: Path) -> str:
    """What a file holds as soon as it holds something."""
    deadline = time.monotonic() + PATIENCE
    while not (path.exists() and path.read_text()):
        assert time.monotonic() < deadline, f"{path} did not come"
        time.sleep(0.01)
    return path.read_text()


def is_gone(process: int) -> bool:
    """Whether a process has ended, soon."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        stat = Path(f"/proc/{process}/stat")
        try:
            if stat.read_text().rpartition(")")[2].split()[0] == "Z":
                return True
        except OSError:
            return True
        time.sleep(0.01)
    return False


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs /proc")
@pytest.mark.parametrize(
    ("number", "code"),
    [(signal.SIGTERM, 143), (signal.SIGHUP, 129), (signal.SIGINT, 130)],
)
def test_a_run_ends_its_program(ledger_dir: Path, number: int, code: int) -> None:
    """`evidence run` that is ended ends what it runs, and what that started; no row is made."""
    gitledger(ledger_dir, *BEFORE)
    mark = ledger_dir / ".git" / "running"
    inner = f'{sys.executable} -c "{CHILD}" {mark}; echo after'
    words = ["evidence", "run", "--window", "W0-01", "--", "sh", "-c", inner]
    with subprocess.Popen(
        [sys.executable, "-m", "gitledger", *words],
        cwd=ledger_dir,
        stdin=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    ) as run:
        started = int(until(mark))
        run.send_signal(number)
        _, told = run.communicate(timeout=PATIENCE)
    assert (run.returncode, "Traceback" in told) == (code, False)
    assert "nothing was recorded; its output so far is in" in told
    assert is_gone(started)
    assert gitledger(ledger_dir, "export", "evidence").out.count("\n") == 1


def test_a_program_that_will_not_end_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    """One that ignores the request is killed after a while."""
    monkeypatch.setattr(child, "PATIENCE", 0.05)
    deaf = "trap '' TERM; echo; while :; do sleep 0.05; done"
    with subprocess.Popen(["sh", "-c", deaf], stdout=subprocess.PIPE, process_group=0) as process:
        assert process.stdout is not None
        process.stdout.readline()
        with child.ended_together(process):
            pass
        assert process.returncode == -signal.SIGKILL


INTERRUPTED = """
import os, signal, sys
class Finder:
    def find_spec(self, name, *_more):
        if name == {name!r}:
            os.kill(os.getpid(), signal.SIGINT)
sys.meta_path.insert(0, Finder())
from gitledger.__main__ import main
sys.argv[1:] = ["preview"]
main()
"""


@pytest.mark.parametrize(
    "name",
    ["gitledger.cli.main", "click", "pygit2", "gitledger.commands.preview", "rich.table"],
)
def test_ctrl_c_while_modules_load(ledger_dir: Path, name: str) -> None:
    """Whichever module is loading: no traceback, and the code of a program that was stopped."""
    done = subprocess.run(
        [sys.executable, "-c", INTERRUPTED.format(name=name)],
        cwd=ledger_dir,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode in {130, -signal.SIGINT}, "Traceback" in done.stderr) == (True, False)


def test_an_interrupt_that_became_another_error(ledger_dir: Path, tmp_path: Path) -> None:
    """Code in between may turn Ctrl-C into an error of its own: it is still a stop."""
    script = tmp_path / "stop.py"
    script.write_text(
        "import os, signal, sys\n"
        "from gitledger.cli import main\n"
        "def verb(*_words, **_more):\n"
        "    try:\n"
        "        os.kill(os.getpid(), signal.SIGINT)\n"
        "    except KeyboardInterrupt:\n"
        "        raise ImportError('half a module') from None\n"
        "main.program.main = verb\n"
        "main.main([])\n"
    )
    done = subprocess.run(
        [sys.executable, str(script)], cwd=ledger_dir, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (130, "gitledger: stopped\n")


@pytest.fixture
def sealed(ledger_dir: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A ledger in whose git directory nothing can be written, as on a read-only mount."""
    gitledger(ledger_dir, *BEFORE)
    for path in (ledger_dir / ".git/gitledger/compiled").glob("*"):
        path.unlink()
    refused = OSError(30, os.strerror(30), str(ledger_dir))
    real, unlink = os.open, os.unlink
    writing = os.O_WRONLY | os.O_RDWR | os.O_CREAT

    def may_open(path: str, flags: int, *more: int, **named: int) -> int:
        if flags & writing and os.fspath(path).startswith(str(ledger_dir)):
            raise refused
        return real(path, flags, *more, **named)

    def refuse(path: str, *_more: object, **_named: object) -> None:
        if os.fspath(path).startswith(str(ledger_dir)):
            raise refused
        unlink(path)

    monkeypatch.setattr(os, "open", may_open)
    for name in ("unlink", "remove", "mkdir", "rename", "replace"):
        monkeypatch.setattr(os, name, refuse)
    for name in ("write_bytes", "write_text"):
        monkeypatch.setattr(Path, name, lambda self, *_a, **_k: refuse(self))
    return ledger_dir


@pytest.mark.parametrize("verb", ["ledger list", "preview", "log", "export snapshots", "audit"])
def test_reading_where_nothing_can_be_written(sealed: Path, verb: str) -> None:
    """A verb that reads answers."""
    answer = gitledger(sealed, *verb.split())
    assert answer.code in {0, 1}, answer.err


@pytest.mark.parametrize(
    "verb", ["append capabilities capability=a name=b", "evidence run --window W0-01 -- true"]
)
def test_writing_where_nothing_can_be_written(sealed: Path, verb: str) -> None:
    """A verb that writes refuses, with the reason and the next step."""
    answer = gitledger(sealed, *verb.split())
    assert (answer.code, "Read-only file system" in answer.err) == (3, True), answer.err
    assert "next: the file system is read-only" in answer.err


def test_no_temporary_folder(ledger_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no folder for a moment can be made, the refusal says what to set."""

    def none(*_words: object, **_named: object) -> None:
        raise FileNotFoundError(2, "No usable temporary directory found")

    import tempfile

    monkeypatch.setattr(tempfile, "TemporaryDirectory", none)
    git(ledger_dir, "commit", "-q", "--allow-empty", "-m", "one")
    answer = gitledger(ledger_dir, "churn", "HEAD~1..HEAD")
    assert (answer.code, "set TMPDIR" in answer.err) == (3, True)
    with pytest.raises(Exception, match="no folder"), plumbing.pin_plumbing(ledger_dir):
        pass


@pytest.mark.parametrize(
    "words",
    [
        ("append", "capabilities", "name=\udcff"),
        ("start", "codex", "--window", "W\udce9"),
        ("log", "\udcff"),
        ("vote", "\udcff", "--voter", "a", "--vote", "go"),
        ("--ledger", "\udcff", "status"),
        ("\udcff",),
    ],
)
def test_words_that_are_no_utf8(ledger_dir: Path, words: tuple[str, ...]) -> None:
    """Refused as a word that cannot be understood, with its place."""
    answer = gitledger(ledger_dir, *words)
    assert (answer.code, answer.out) == (2, "")
    assert "is not UTF-8" in answer.err


def test_a_folder_that_is_no_utf8(repo_dir: Path) -> None:
    """Names of folders may be anything: the ledger works there."""
    place = repo_dir.rename(repo_dir.parent / "caf\udce9")
    assert gitledger(place, "init").code == 0
    git(place, "commit", "-q", "--allow-empty", "-m", "one")
    assert gitledger(place, "hooks", "run").code == 0
    for verb in ("status", "doctor", "verify", "hooks status"):
        answer = gitledger(place, *verb.split())
        assert answer.code == 0, answer


@pytest.mark.parametrize(
    ("hook", "line"),
    [
        ("pre-receive", "{zero} notanid refs/heads/gitledger/main"),
        ("pre-receive", "{zero} " + "g" * 40 + " refs/heads/gitledger/main"),
        ("pre-receive", "{zero} " + "a" * 39 + " refs/heads/gitledger/main"),
        ("pre-push", "refs/heads/x é refs/heads/gitledger/main {zero}"),
    ],
)
def test_hook_input_that_is_no_id(ledger_dir: Path, hook: str, line: str) -> None:
    """A push that cannot be read is refused with a sentence."""
    given = line.format(zero="0" * 40) + "\n"
    answer = gitledger(ledger_dir, "hook", hook, stdin=given)
    assert (answer.code, "not a commit id" in answer.err) == (1, True), answer.err
