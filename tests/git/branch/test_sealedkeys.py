"""What this clone remembers of keys spares reading, and lets no fact in twice."""

import os
from collections.abc import Callable
from hashlib import blake2b
from pathlib import Path

import pytest
from ground import git, gitledger

from gitledger.book.judge import judge_move
from gitledger.git import objects
from gitledger.git.branch.sealedkeys import FOLDER, SealedKeys, secret_of
from gitledger.git.proof.examine import Examination
from gitledger.git.repository import Repository, open_repository

BRANCH = "gitledger/main"
DOUBLE = "duplicate-key"


@pytest.fixture
def twice(ledger_dir: Path) -> Path:
    """A ledger whose tip says of one fact otherwise than `base`, and adds another fact."""
    for name in ("c0", "c1", "c2"):
        recorded(ledger_dir, name, "n")
    git(ledger_dir, "branch", "base", BRANCH)
    root = git(ledger_dir, "rev-list", "--max-parents=0", BRANCH).strip()
    git(ledger_dir, "update-ref", f"refs/heads/{BRANCH}", root)
    for name in ("c1", "c9"):  # an index of before would know c1
        (ledger_dir / ".git/gitledger/keys-4.sqlite").unlink(missing_ok=True)
        recorded(ledger_dir, name, "m")
    tree = git(ledger_dir, "merge-tree", "--write-tree", "base", BRANCH).strip()
    tip = git(ledger_dir, "commit-tree", "-p", "base", "-m", "by hand", tree).strip()
    git(ledger_dir, "update-ref", f"refs/heads/{BRANCH}", tip)
    return ledger_dir


def recorded(path: Path, capability: str, name: str) -> None:
    """A capability on the branch."""
    words = (f"capability={capability}", f"name={name}")
    assert gitledger(path, "append", "capabilities", *words).code == 0


def move(path: Path, holders: SealedKeys | None = None) -> Examination:
    """What the judge says of the step from `base` to the tip."""
    repository = open_repository(path, dict(os.environ))
    ends = [bytes.fromhex(git(path, "rev-parse", end).strip()) for end in ("base", BRANCH)]
    return judge_move(repository, ends[0], ends[1], holders)


def findings(path: Path, *, whole: bool = True) -> list[str]:
    """The codes of its findings with what is remembered here."""
    repository = open_repository(path, dict(os.environ))
    done = move(path, SealedKeys(repository, whole=whole))
    return [found.problem.code for found in done.findings]


def judged(path: Path, *, whole: bool = True) -> list[str]:
    """The same, which is what a judge finds that reads all."""
    found = findings(path, whole=whole)
    assert found == [one.problem.code for one in move(path).findings]
    return found


def kept(path: Path) -> list[Path]:
    """The files that are kept."""
    folder = path / ".git/gitledger" / FOLDER
    return [*folder.iterdir()] if folder.exists() else []


def test_a_second_judge_reads_no_older_row(
    ledger_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Once read, rows are asked for only where a new one has their key."""
    for name in ("c0", "c1", "c2"):
        recorded(ledger_dir, name, "n")
    git(ledger_dir, "branch", "base", BRANCH)
    recorded(ledger_dir, "c3", "n")
    assert judged(ledger_dir) == []
    old = {git(ledger_dir, "rev-parse", f"base:{path}").strip()
           for path in git(ledger_dir, "ls-tree", "-r", "--name-only", "base").split()
           if path.endswith(".json")}  # fmt: skip
    met, read = set[str](), objects.read

    def noted(repository: Repository, oid: bytes) -> bytes:
        met.add(oid.hex())
        return read(repository, oid)

    monkeypatch.setattr(objects, "read", noted)
    assert len(old) == 3
    move(ledger_dir)
    assert met >= old, "without it all are read"
    met.clear()
    findings(ledger_dir)
    assert met.isdisjoint(old)


def test_a_fact_that_stands_is_found_by_what_is_remembered(twice: Path) -> None:
    """The first time, the second time, and where nothing may be read whole."""
    assert judged(twice) == [DOUBLE]
    assert judged(twice) == [DOUBLE]
    kept(twice)[0].unlink()
    assert judged(twice, whole=False) == [DOUBLE]
    assert kept(twice) == []


def lies() -> dict[str, Callable[[bytes], bytes]]:
    """Files that say less than they did."""
    half = 16  # bytes an entry: two numbers
    return {
        "empty": lambda _data: b"",
        "no seal": lambda data: data[:-32],
        "no rows": lambda data: data[:52] + data[-32:],
        "one row less": lambda data: data[:52] + data[60 : -32 - 8] + data[-32:],
        "zeros": lambda data: data[:52] + bytes(len(data) - 84) + data[-32:],
        "one bit": lambda data: data[:60] + bytes([data[60] ^ 1]) + data[61:],
        "half": lambda data: data[: len(data) // half],
    }


@pytest.mark.parametrize("lie", [*lies()])
def test_a_file_that_lies_is_not_believed(twice: Path, lie: str) -> None:
    """Whatever the file lacks, the fact that stands already is found, and the file made anew."""
    assert judged(twice) == [DOUBLE]
    (file,) = kept(twice)
    right = file.read_bytes()
    false = lies()[lie](right)
    assert false != right
    file.write_bytes(false)
    assert judged(twice) == [DOUBLE]
    assert file.read_bytes() == right


@pytest.mark.parametrize(("mine", "believed"), [(False, False), (True, True)])
def test_only_what_the_own_secret_sealed_is_believed(
    twice: Path, *, mine: bool, believed: bool
) -> None:
    """A filter without rows over the right tree, as a stranger's archive could bring it.

    Sealed with the user's own secret it is believed: so it is the seal that keeps it out.
    """
    assert judged(twice) == [DOUBLE]
    (file,) = kept(twice)
    body = file.read_bytes()[:52]
    secret = secret_of(dict(os.environ)) if mine else bytes(32)
    sealed = blake2b(file.name.encode() + b"\0" + body, key=secret, digest_size=32).digest()
    file.write_bytes(body + sealed)
    if believed:
        assert findings(twice) == []
    else:
        assert judged(twice) == [DOUBLE]


def test_a_file_of_another_ledger_in_its_place_is_not_believed(twice: Path) -> None:
    """What was sealed for one ledger says nothing of another."""
    assert judged(twice) == [DOUBLE]
    (file,) = kept(twice)
    right = file.read_bytes()
    other = file.with_name(file.name.replace("capabilities", "evidence"))
    file.rename(other)
    assert judged(twice) == [DOUBLE]
    assert file.read_bytes() == right
    file.unlink()
    file.symlink_to(other)
    assert judged(twice) == [DOUBLE]


@pytest.mark.parametrize("mode", [0o644, 0o660])
def test_a_secret_that_others_may_read_seals_nothing(hermetic: Path, mode: int) -> None:
    """Without a secret of one's own nothing is kept, and every row is read."""
    environment = {"HOME": str(hermetic)}
    first = secret_of(environment)
    assert (len(first), secret_of(environment)) == (32, first)
    file = hermetic / ".local/state/gitledger/secret"
    assert file.stat().st_mode & 0o777 == 0o600
    file.chmod(mode)
    assert secret_of(environment) == b""
    file.chmod(0o600)
    file.write_bytes(b"short")
    assert secret_of(environment) == b""
    assert secret_of({}) == secret_of({"HOME": "."}) == b""


def test_nothing_is_kept_where_nobody_may_write(twice: Path, hermetic: Path) -> None:
    """A home that is a file: the judge answers all the same."""
    (hermetic / ".local").write_text("a file\n")
    assert judged(twice) == [DOUBLE]
    assert not (twice / ".git/gitledger" / FOLDER).exists()
