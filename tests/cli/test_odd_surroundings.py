"""Broken repositories, odd streams and hostile input end in a sentence, never in a traceback."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from frozen import played_once
from ground import git, gitledger

from gitledger.errors import EXIT_BUG, EXIT_CANNOT, EXIT_NO, EXIT_USAGE, EXIT_YES

ROOT = str(Path(__file__).parents[2])
APPEND = ("append", "capabilities", "capability=odd", "name=n")
CHECKPOINT = {"root": "ab" * 20, "tip": "ab" * 20, "rows": "x", "commits": None, "at": 3}


@pytest.fixture
def odd_dir(ledger_dir: Path) -> Path:
    """A ledger without hooks, with one row."""
    append_a_row(ledger_dir)
    return ledger_dir


@played_once
def append_a_row(directory: Path) -> None:
    """A row, and with it the files that an append leaves in the git directory."""
    assert gitledger(directory, "append", "capabilities", "capability=a", "name=n").code == EXIT_YES


def spool_is_file(state: Path) -> None:
    """A file where the spool's folder should be."""
    (state / "spool").write_text("f")


def spool_holds_folder(state: Path) -> None:
    """A folder among the facts, and a fact of no text."""
    (state / "spool" / "2-dir").mkdir(parents=True)
    (state / "spool" / "1-1").write_bytes(b"\xff\0\n")


def key_index_is_folder(state: Path) -> None:
    """A folder in the place of the key index."""
    (state / "keys-5.sqlite").unlink(missing_ok=True)
    (state / "keys-5.sqlite").mkdir()


def cursor_is_noise(state: Path) -> None:
    """Bytes in the file that says how far the reflogs were read."""
    (state / "spool").mkdir(exist_ok=True)
    (state / "reflog-read").write_bytes("\xff 9² a\n5 x \n".encode("latin-1"))


def checkpoint_is_noise(state: Path) -> None:
    """A checkpoint of wrong types."""
    path = state / "verified" / "gitledger" / "main.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(CHECKPOINT))


def head_is_noise(state: Path) -> None:
    """A HEAD that git does not take."""
    (state.parent / "HEAD").write_text("garbage\n")


def packed_refs_are_noise(state: Path) -> None:
    """A packed-refs that is none."""
    (state.parent / "packed-refs").write_text("xx\n")


def head_names_nothing(state: Path) -> None:
    """A HEAD at a commit that is not there."""
    (state.parent / "HEAD").write_text("12" * 20 + "\n")


ODD = [
    *(spool_is_file, spool_holds_folder, key_index_is_folder, cursor_is_noise),
    *(checkpoint_is_noise, head_is_noise, packed_refs_are_noise, head_names_nothing),
]
VERBS = [APPEND, ("verify",), ("status",), ("doctor",), ("doctor", "--fix"), ("log",)]


@pytest.mark.parametrize("spoil", ODD, ids=lambda spoil: spoil.__name__)
def test_a_spoiled_git_directory_is_no_bug(odd_dir: Path, spoil: Callable[[Path], None]) -> None:
    """Every verb answers or refuses with the next step."""
    spoil(odd_dir / ".git" / "gitledger")
    for words in VERBS:
        done = gitledger(odd_dir, *words)
        assert done.code in {EXIT_YES, EXIT_NO, EXIT_CANNOT}, done.err
        assert "Traceback" not in done.err
        assert done.code != EXIT_CANNOT or "next:" in done.err


def test_a_spool_that_is_no_folder_stops_no_verb(odd_dir: Path) -> None:
    """Rows are recorded and read, with a note that names the mending; `verify` says it as well."""
    spool_is_file(odd_dir / ".git" / "gitledger")
    for words in (APPEND, ("verify",), ("status",), ("log",), ("audit",), ("export", "tokens")):
        done = gitledger(odd_dir, *words)
        assert done.code in {EXIT_YES, EXIT_NO}, done.err
    assert "gitledger doctor --fix" in gitledger(odd_dir, *APPEND).err
    assert "cannot be read: `gitledger doctor`" in gitledger(odd_dir, "verify").out


@pytest.mark.parametrize(
    "text",
    [
        "[" * 100_000,
        '{"capability":"a","capability":"b","name":"n"}',
        '{"capability":"\\ud800","name":"n"}',
        '{"capability":"a\\u0000","name":"n"}',
        '{"capability":"a","name":"n","weight":NaN}',
        '{"capability":"a","name":"n","weight":' + "9" * 10_000 + "}",
        '{"capability":"a","name":"n","weight":1e999999999}',
        "null",
    ],
    ids=["deep", "twice", "surrogate", "nul", "nan", "digits", "exponent", "null"],
)
def test_hostile_json_is_refused(odd_dir: Path, text: str) -> None:
    """Nothing of it is recorded."""
    tip = git(odd_dir, "rev-parse", "gitledger/main")
    done = gitledger(odd_dir, "append", "capabilities", "--json", "-", stdin=text)
    assert (done.code, "Traceback" in done.err) == (EXIT_NO, False)
    assert tip == git(odd_dir, "rev-parse", "gitledger/main")


@pytest.mark.parametrize(
    "agent", ["a\nLedger-Row: 0123456789abcdef", "x" * 101, "a\udcff", "a\x07"]
)
def test_an_agent_is_one_plain_line(odd_dir: Path, agent: str) -> None:
    """An agent's name cannot smuggle lines into a commit's message."""
    assert gitledger(odd_dir, *APPEND, "--agent", agent).code == EXIT_USAGE


@pytest.mark.parametrize(
    "definition",
    [
        "[" * 20_000,
        "gitledger: 1\nledger: z\ncolumns: {a: {type: [x], items: {a: b}}}\n",
        "gitledger: 1\nledger: z\ncolumns: {a: {type: text}}\nkey: [[a]]\n",
        "gitledger: 1\nledger: z\ncolumns: {a: {type: text}}\ncsv: {a: [b]}\n",
        "gitledger: 1\nledger: z\ncolumns: {a: {type: number, min: .nan}}\n",
    ],
)
def test_a_hostile_definition_is_refused(odd_dir: Path, tmp_path: Path, definition: str) -> None:
    """A definition of wrong shapes is answered by its problems."""
    (tmp_path / "z.yaml").write_text(definition)
    done = gitledger(odd_dir, "ledger", "add", str(tmp_path / "z.yaml"))
    assert (done.code, "Traceback" in done.err) == (EXIT_NO, False)


def program(shell: str, cwd: Path) -> int:
    """The exit code of the program, run by a shell line that calls it `$G`."""
    words = f"{sys.executable} -P -m gitledger"
    environment = os.environ | {"PYTHONPATH": ROOT}
    line = shell.replace("$G", words)
    return subprocess.run(["sh", "-c", line], cwd=cwd, env=environment, check=False).returncode


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("$G log >&-", EXIT_YES),
        ("$G log nope 2>&-", EXIT_CANNOT),
        ("$G append capabilities --json - <&-", EXIT_CANNOT),
        ("$G log > /dev/full 2>/dev/null", EXIT_CANNOT),
        ("mkdir gone && cd gone && rmdir ../gone && $G verify 2>/dev/null", EXIT_CANNOT),
    ],
)
def test_closed_and_full_streams(odd_dir: Path, line: str, code: int) -> None:
    """Streams that are closed or full, and a folder that is gone, are no bug."""
    assert code == program(line, odd_dir) != EXIT_BUG
