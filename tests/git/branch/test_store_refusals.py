"""Full disks, read-only places, signatures and power cuts: what a write promises."""

import resource
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from ground import git
from writers import BRANCH, HOUSE, begin, fsck, kept, opened, put, unreachable_commits

from gitledger.errors import GitledgerError, WriteFailed

BIG = 120


def rows_of(size: int, count: int) -> list[dict[str, str]]:
    """Rows that do not compress."""
    import random

    chance = random.Random(size * count)
    return [
        {"text": "".join(chance.choices("0123456789abcdefghijklmnop", k=size))}
        for _ in range(count)
    ]


@pytest.mark.parametrize("count", [1, 20, BIG * 4], ids=["one", "loose", "pack"])
def test_a_full_disk(small_disk: Path, count: int) -> None:
    """Rows stop with a sentence when the disk is full; what was acknowledged stays, whole."""
    git(small_disk, "init", "-q", ".")
    repository = begin(small_disk)
    done = 0
    with pytest.raises(WriteFailed) as refusal:  # noqa: PT012 - how often it works is the disk's
        while done < BIG * 100:
            put(repository, "notes", rows_of(3000, count))
            done += count
    assert "space" in f"{refusal.value} {refusal.value.hint}"
    assert len(kept(opened(small_disk))) == done
    (small_disk / "filler").unlink(missing_ok=True)
    fsck(small_disk)
    subprocess.run(["mount", "-o", "remount,size=20m", str(small_disk)], check=True)
    put(repository, "notes", [{"text": "again"}])
    assert len(kept(opened(small_disk))) == done + 1
    fsck(small_disk)


def test_a_disk_that_fills_up_byte_by_byte(small_disk: Path) -> None:
    """Wherever in an append the space ends, the branch is the old or the new one."""
    git(small_disk, "init", "-q", ".")
    repository = begin(small_disk)
    filler = small_disk / "filler"
    said, blocks = 0, shutil.disk_usage(small_disk).free // 4096
    for left in range(14, 0, -1):
        with filler.open("wb") as file:
            file.write(b"x" * 4096 * max(blocks - left - 8 * said, 0))
        try:
            put(repository, "notes", [{"text": f"with {left} blocks"}])
            said += 1
        except WriteFailed:
            pass
        filler.unlink()
        assert len(kept(opened(small_disk))) == said
        fsck(small_disk)


@pytest.mark.parametrize(
    ("limit", "count"), [(10, 1), (60, 1), (400, 8), (3000, BIG), (20000, 4 * BIG)]
)
def test_a_file_size_limit(limit: int, count: int, repo_dir: Path) -> None:
    """A limit on file sizes is a refusal with its name, and the branch stays."""
    repository = begin(repo_dir)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, hard))
    try:
        with pytest.raises(GitledgerError) as refusal:
            put(repository, "notes", rows_of(600, count))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert refusal.value.hint
    assert kept(repository) == []
    fsck(repo_dir)
    put(repository, "notes", [{"text": "after"}])
    assert kept(repository) == ["after"]


def test_a_read_only_repository(repo_dir: Path, tmp_path: Path) -> None:
    """Reading works where nothing can be written; writing says why not."""
    put(begin(repo_dir), "notes", [{"text": "one"}])
    place = tmp_path / "fixed"
    place.mkdir()
    words = ["mount", "--bind", "-o", "ro", str(repo_dir), str(place)]
    if subprocess.run(words, capture_output=True, check=False).returncode != 0:
        pytest.skip("no read-only mount can be made here")
    try:
        repository = opened(place)
        assert kept(repository) == ["one"]
        with pytest.raises(WriteFailed, match=r"[Rr]ead-only") as refusal:
            put(repository, "notes", [{"text": "two"}])
        assert refusal.value.hint
    finally:
        subprocess.run(["umount", "-l", str(place)], check=True)
    assert kept(opened(repo_dir)) == ["one"]


def test_signed_with_ssh(repo_dir: Path, tmp_path: Path) -> None:
    """With `gpg.format=ssh` every commit of a row and of a batch verifies."""
    key = tmp_path / "key"
    words = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(key), "-C", "ada"]
    if not shutil.which("ssh-keygen"):
        pytest.skip("no ssh-keygen here")
    subprocess.run(words, check=True)
    allowed = tmp_path / "allowed"
    allowed.write_text(f"ada@example.org {key.with_suffix('.pub').read_text()}")
    git(repo_dir, "config", "gpg.format", "ssh")
    git(repo_dir, "config", "user.signingKey", str(key))
    git(repo_dir, "config", "gpg.ssh.allowedSignersFile", str(allowed))
    git(repo_dir, "config", "commit.gpgSign", "true")
    every_commit_verifies(repo_dir)


def test_signed_with_gpg(repo_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    """With gpg every commit verifies as well."""
    if not shutil.which("gpg"):
        pytest.skip("no gpg here")
    home = tmp_path_factory.mktemp("g")
    home.chmod(0o700)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GNUPGHOME", str(home))
        words = ["gpg", "--batch", "--passphrase", "", "--quick-gen-key"]
        made = subprocess.run(
            [*words, "Ada <ada@example.org>", "ed25519"], capture_output=True, check=False
        )
        if made.returncode != 0:
            pytest.skip("gpg makes no key here")
        git(repo_dir, "config", "gitledger.sign", "true")
        every_commit_verifies(repo_dir)
        subprocess.run(["gpgconf", "--kill", "all"], capture_output=True, check=False)


def every_commit_verifies(path: Path) -> None:
    """Begin, add a row and a batch; `git verify-commit` accepts each commit of the branch."""
    repository = begin(path)
    put(repository, "notes", [{"text": "héllo"}])
    put(repository, "notes", [{"text": f"{n}"} for n in range(6)], rows_per_commit=2)
    commits = git(path, "rev-list", BRANCH).split()
    assert len(commits) == 5
    git(path, "verify-commit", *commits)
    assert len(kept(opened(path))) == 7
    fsck(path)
    assert unreachable_commits(path) == []


@pytest.mark.skipif(not shutil.which("strace"), reason="needs strace")
@pytest.mark.parametrize(("setting", "synced"), [("", True), ("false", False)])
def test_durable_before_it_reports(
    setting: str, repo_dir: Path, tmp_path: Path, *, synced: bool
) -> None:
    """Every object, the branch and their folders are synced before the process says so."""
    begin(repo_dir)
    git(repo_dir, "config", "--global", "--unset", "gitledger.fsync")
    if setting:
        git(repo_dir, "config", "gitledger.fsync", setting)
    trace = tmp_path / "trace"
    words = ["strace", "-f", "-y", "-o", str(trace)]
    words += ["-e", "trace=fsync,fdatasync,rename,renameat,renameat2,write,link,linkat"]
    writer = [sys.executable, str(HOUSE / "tests/git/writers.py"), "1"]
    job = ["singles", str(repo_dir), "x"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(HOUSE))
        done = subprocess.run([*words, *writer, *job], capture_output=True, check=False)
    if b"ptrace" in done.stderr:
        pytest.skip("strace may not trace here")
    assert done.returncode == 0, done.stderr
    lines = trace.read_text().splitlines()
    told = next(at for at, line in enumerate(lines) if '"x 0\\n"' in line)
    named = [line for line in lines[:told] if "rename(" in line and "objects/" in line]
    assert len(named) >= 6
    syncs = [(at, line) for at, line in enumerate(lines) if "sync(" in line]
    if not synced:
        assert syncs == []
        return
    moved = next(at for at, line in enumerate(lines) if "rename(" in line and "main.lock" in line)
    assert moved < told
    for line in named:
        old = line.split('"')[1]
        folder = line.split('"')[3].rpartition("/")[0]
        at_name = lines.index(line)
        assert any(at < at_name and f"<{old}>" in sync for at, sync in syncs), line
        assert any(at_name < at < moved and f"<{folder}>" in sync for at, sync in syncs), line
    assert any(at < moved and "/moving-" in line for at, line in syncs)
    assert any(moved < at < told and "/refs/heads/gitledger>" in line for at, line in syncs)
