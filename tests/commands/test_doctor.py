"""`doctor`: each check says what it saw, and `--fix` mends what is safe."""

import os
import shutil
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pytest
from tampering import BRANCH, REF, Ledger, make_ledger

from gitledger.book.defaults import shipped_ledgers
from gitledger.commands.doctor import doctor
from gitledger.errors import EXIT_NO, EXIT_YES
from gitledger.git.code.spool import drop, refuse, waiting


@pytest.fixture
def ledger(repo_dir: Path) -> Ledger:
    """A ledger with three rows, its objects where git keeps them."""
    return make_ledger(repo_dir)


def level(ledger: Ledger, check: str, *, fix: bool = False) -> set[str]:
    """The levels of the lines of one check."""
    checks = doctor(ledger.world(30), fix=fix).payload["checks"]
    return {line["level"] for line in checks if line["check"] == check}


def test_sound_ledger(ledger: Ledger) -> None:
    """A fresh ledger has nothing to complain of."""
    ledger.git("config", "--global", "--unset", "gitledger.fsync")
    answer = doctor(ledger.world(30))
    assert {"ok"} == {line["level"] for line in answer.payload["checks"]}
    assert answer.exit_code == EXIT_YES


def test_no_ledger(repo_dir: Path) -> None:
    """A repository without a ledger fails with the next step."""
    answer = doctor(Ledger(repo_dir).world())
    hints = [c["hint"] for c in answer.payload["checks"] if c["check"] == "branch"]
    assert (hints, answer.exit_code) == (["gitledger init"], EXIT_NO)


def test_no_identity(ledger: Ledger, hermetic: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A git that does not know the user fails."""
    for role in ("AUTHOR", "COMMITTER"):
        monkeypatch.delenv(f"GIT_{role}_NAME")
        monkeypatch.delenv(f"GIT_{role}_EMAIL")
    (hermetic / ".gitconfig").write_text("")
    assert level(ledger, "identity") == {"fail"}


def test_branch_checked_out(ledger: Ledger, tmp_path: Path) -> None:
    """A worktree on the ledger branch fails."""
    ledger.git("worktree", "add", "-q", str(tmp_path / "elsewhere"), BRANCH)
    assert level(ledger, "branch") == {"fail"}


def lock(ledger: Ledger, age: float) -> Path:
    """git's lock on the branch, left some seconds ago."""
    path = ledger.path / ".git" / f"{REF}.lock"
    path.write_text("")
    os.utime(path, (time.time() - age,) * 2)
    return path


def test_stale_lock_is_mended(ledger: Ledger) -> None:
    """git's lock that has been there for minutes fails, and goes with --fix."""
    path = lock(ledger, 300)
    assert level(ledger, "locks") == {"fail"}
    assert level(ledger, "locks", fix=True) == {"ok"}
    assert not path.exists()


def test_young_lock_is_left_alone(ledger: Ledger) -> None:
    """git's lock that is seconds old may be alive: --fix does not touch it."""
    path = lock(ledger, 1)
    assert level(ledger, "locks", fix=True) == {"warn"}
    assert path.exists()


def test_spool(ledger: Ledger) -> None:
    """Facts that wait are noted; facts that were refused are warned of."""
    repository = ledger_repository(ledger)
    drop(repository, ["commit", "x"])
    assert level(ledger, "spool") == {"note"}
    refuse(repository, [(one.words, "", one.path) for one in waiting(repository)])
    assert level(ledger, "spool") == {"warn"}


def test_a_file_in_the_place_of_the_spool(ledger: Ledger) -> None:
    """It fails with the next step; --fix makes the folder and keeps the file among its facts."""
    spool = ledger_repository(ledger).state / "spool"
    spool.rmdir()
    spool.write_text("somebody's notes\n")
    (line,) = (c for c in doctor(ledger.world(30)).payload["checks"] if c["check"] == "spool")
    assert (line["level"], line["hint"].split(" keeps")[0]) == ("fail", "gitledger doctor --fix")
    assert "fail" not in level(ledger, "spool", fix=True)
    assert [file.read_text() for file in spool.rglob("*-*")] == ["somebody's notes\n"]


def test_a_fact_in_the_place_of_the_spool(ledger: Ledger) -> None:
    """A fact that lies where the folder should be is recorded as any other."""
    head = ledger.git("rev-parse", "HEAD").strip()
    spool = ledger_repository(ledger).state / "spool"
    spool.rmdir()
    spool.write_text(f"commit\t{head}\tcommit\trefs/heads/trunk\t\t\n")
    assert level(ledger, "spool", fix=True) == {"ok"}
    assert [*spool.iterdir()] == []


def ledger_repository(ledger: Ledger):
    """The opened repository."""
    from gitledger.git.repository import open_repository

    return open_repository(ledger.path, ledger.world().environment)


def test_broken_key_index_is_mended(ledger: Ledger) -> None:
    """A key index that is no database is warned of, and goes with --fix."""
    path = ledger_repository(ledger).state / "keys-5.sqlite"
    path.write_bytes(b"not a database, not at all" * 100)
    assert level(ledger, "key index") == {"warn"}
    assert level(ledger, "key index", fix=True) == {"ok"}
    assert level(ledger, "key index") == {"ok"}


def test_a_key_index_that_contradicts_the_branch(ledger: Ledger) -> None:
    """Sound as a database and wrong: a sample compared with git tells, and --fix takes it out."""
    path = ledger_repository(ledger).state / "keys-5.sqlite"
    for change in (
        "UPDATE keys SET row = '1234567890abcdef'",
        "UPDATE keys SET digest = randomblob(16)",
        "DELETE FROM keys",
    ):
        with closing(sqlite3.connect(path)) as index, index:
            index.execute(change)
        assert level(ledger, "key index") == {"warn"}
        assert level(ledger, "key index", fix=True) == {"ok"}
        ledger.add(f"more-{change[-8:]}", 30)
        assert level(ledger, "key index") == {"ok"}


@pytest.mark.parametrize("harm", ["text", "folder", "pipe", "link"])
def test_copies_that_contradict_the_branch(ledger: Ledger, harm: str) -> None:
    """A compiled text that is not the branch's, or is no file, is passed over, told and mended."""
    folder = ledger_repository(ledger).state / "compiled"
    assert level(ledger, "copies") == {"ok"}
    files = sorted(folder.iterdir())
    for file in files:
        file.unlink()
        if harm == "text":
            file.write_bytes(files[0].name.encode() * 9)
        elif harm == "folder":
            file.mkdir()
        elif harm == "pipe":
            os.mkfifo(file)
        else:
            file.symlink_to("/dev/zero")
    assert level(ledger, "copies") == {"warn"}
    assert ledger.add("more", 30)
    assert ledger.codes() == set()
    assert level(ledger, "copies", fix=True) == {"ok"}
    assert level(ledger, "copies") == {"ok"}


def test_copies_of_buckets_that_older_versions_kept(ledger: Ledger) -> None:
    """They are told, and removed with --fix."""
    folder = ledger_repository(ledger).state / "buckets"
    folder.mkdir()
    (folder / ("ab" * 20)).write_bytes(b"sealed once")
    assert level(ledger, "old copies") == {"ok"}
    assert [file.name for file in folder.iterdir()] == ["ab" * 20]
    assert level(ledger, "old copies", fix=True) == {"ok"}
    assert not folder.exists()
    assert level(ledger, "old copies") == set()


def test_a_place_of_copies_that_is_no_folder(ledger: Ledger, tmp_path: Path) -> None:
    """Nothing is written through a link, and every command works without the copies."""
    folder = ledger_repository(ledger).state / "compiled"
    shutil.rmtree(folder)
    (tmp_path / "elsewhere").mkdir()
    folder.symlink_to(tmp_path / "elsewhere")
    assert ledger.add("more", 30)
    assert [*(tmp_path / "elsewhere").iterdir()] == []
    folder.unlink()
    folder.write_text("no folder")
    assert ledger.add("again", 31)


@pytest.mark.parametrize(
    ("name", "value", "check", "expected"),
    [
        ("gc.pruneExpire", "now", "gc", "warn"),
        ("gitledger.fsync", "false", "fsync", "warn"),
        ("remote.hub.fetch", "+refs/heads/*:refs/heads/*", "remote", "fail"),
    ],
)
def test_configuration(ledger: Ledger, name: str, value: str, check: str, expected: str) -> None:
    """A setting that endangers rows is told."""
    ledger.git("config", "gitledger.sign", "true")
    ledger.git("config", "remote.hub.url", "https://example.org/hub.git")
    ledger.git("config", name, value)
    assert expected in level(ledger, check)


def test_the_signing_program_is_the_users(ledger: Ledger) -> None:
    """One that only the repository names is told and not run."""
    ledger.git("config", "gitledger.sign", "true")
    ledger.git("config", "--global", "gpg.program", "sh")
    assert level(ledger, "signing") == {"ok"}
    ledger.git("config", "gpg.program", "no-such-gpg")
    assert level(ledger, "signing") == {"warn"}
    ledger.git("config", "--global", "gpg.program", "no-such-gpg")
    assert level(ledger, "signing") == {"fail"}


def test_hidden_history(ledger: Ledger) -> None:
    """Grafts and replaced objects are warned of."""
    (ledger.path / ".git" / "info").mkdir(exist_ok=True)
    (ledger.path / ".git" / "info" / "grafts").write_text(f"{ledger.tip}\n")
    assert level(ledger, "history") == {"warn"}


def test_schemas_behind_the_shipped_ones(ledger: Ledger) -> None:
    """A definition without a newer column is offered, and widened by --fix alone."""
    path = "ledgers/corrections/schema.yaml"
    text = shipped_ledgers()["corrections"]
    older = "\n".join(line for line in text.splitlines() if "replacement" not in line) + "\n"
    ledger.spoil({path: older.encode()})
    assert level(ledger, "schemas") == {"warn"}
    assert level(ledger, "schemas", fix=True) == {"ok"}
    assert ledger.content(path) == text.encode()


def test_schemas_that_a_user_widened(ledger: Ledger) -> None:
    """A shipped definition with a user's own column is as good as ours."""
    path = "ledgers/corrections/schema.yaml"
    ledger.spoil({path: ledger.content(path) + b"  mood: {type: text}\n"})
    assert level(ledger, "schemas") == {"ok"}


def test_ci_on_the_ledger_branch(ledger: Ledger) -> None:
    """A workflow file on the branch runs for every row, and is warned of."""
    ledger.spoil({".github/workflows/ci.yml": b"on: push\n"})
    assert level(ledger, "CI") == {"warn"}


def test_protection_of_a_hub_on_this_machine(ledger: Ledger, tmp_path: Path) -> None:
    """A bare hub that lets branches be rewound is warned of; a forge cannot be asked."""
    hub = tmp_path / "hub.git"
    ledger.git("init", "-q", "--bare", str(hub))
    ledger.git("remote", "add", "hub", str(hub))
    assert level(ledger, "protection") == {"warn"}
    ledger.git("-C", str(hub), "config", "receive.denyNonFastForwards", "true")
    ledger.git("-C", str(hub), "config", "receive.denyDeletes", "true")
    assert level(ledger, "protection") == {"ok"}
    ledger.git("remote", "add", "forge", "https://example.org/hub.git")
    assert level(ledger, "protection") == {"ok", "note"}


def test_default_branch_of_a_remote(ledger: Ledger, tmp_path: Path) -> None:
    """A remote whose default branch is the ledger is warned of."""
    hub = tmp_path / "hub.git"
    ledger.git("init", "-q", "--bare", "-b", BRANCH, str(hub))
    ledger.git("push", "-q", str(hub), BRANCH)
    clone = tmp_path / "clone"
    ledger.git("clone", "-q", "--no-checkout", str(hub), str(clone))
    assert "warn" in level(Ledger(clone), "branch")
