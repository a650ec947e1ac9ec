"""`report` typed by hand: the file it writes, the page made again, and what is refused."""

import os
import re
import resource
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pytest
from ground import git, gitledger
from page_rows import a_week

from gitledger.book.opening import open_book
from gitledger.book.replay_log import read_log
from gitledger.book.world import World

FILE = "gitledger-report.html"


@pytest.fixture
def week_dir(ledger_dir: Path) -> Path:
    """A repository with a week of four windows."""
    a_week(ledger_dir)
    return ledger_dir


def test_it_writes_one_file_and_touches_nothing_else(week_dir: Path) -> None:
    """Neither index nor branch; the payload names the file and its hash."""
    before = git(week_dir, "rev-parse", "HEAD", "gitledger/main")
    done = gitledger(week_dir, "report", "--json")
    assert done.code == 0, done.err
    data = (week_dir / FILE).read_bytes()
    assert done.json["file"] == str(week_dir / FILE)
    assert (done.json["bytes"], done.json["sha256"]) == (len(data), sha256(data).hexdigest())
    assert git(week_dir, "rev-parse", "HEAD", "gitledger/main") == before
    assert git(week_dir, "status", "--porcelain").split() == ["??", FILE]


def test_the_page_says_what_preview_says(week_dir: Path) -> None:
    """The same digits, the same windows left out."""
    gitledger(week_dir, "report")
    page = (week_dir / FILE).read_text()
    told = gitledger(week_dir, "preview", "--json").json
    for provider in told["providers"]:
        value = provider["efficiency"]["value"]
        assert f"{value:.3g}"[:5] in page
    assert "3 of 4 windows usable." in page
    assert "W0-03 codex: non-monotonic" in page


def test_a_kept_page_is_made_again_byte_by_byte(week_dir: Path) -> None:
    """From its own tip, whatever was recorded since; a changed byte is a no."""
    gitledger(week_dir, "report", "--window", "WEEK0", "--incognito", "--out", "kept.html")
    (row, *_) = gitledger(week_dir, "log", "--json").json["rows"]
    assert gitledger(week_dir, "void", row["row"], "-m", "wrong").code == 0
    done = gitledger(week_dir, "report", "--recompute", "kept.html", "--json")
    assert (done.code, done.json["identical"]) == (0, True)
    path = week_dir / "kept.html"
    path.write_text(path.read_text().replace("Did it last?", "It did last."))
    assert gitledger(week_dir, "report", "--recompute", "kept.html").code == 1


def test_an_issued_page_is_known_by_its_id(week_dir: Path) -> None:
    """The row holds the hash and how it was made; the same page is recorded once."""
    done = gitledger(week_dir, "report", "--issue", "--json").json
    assert gitledger(week_dir, "report", "--recompute", done["id"]).code == 0
    rows = gitledger(week_dir, "export", "experiments", "--format", "jsonl").out
    assert done["sha256"] in rows


def test_a_page_of_another_version_is_named_not_compared(week_dir: Path) -> None:
    """And a file that is no page of ours is refused with the reason."""
    gitledger(week_dir, "report", "--out", "kept.html")
    path = week_dir / "kept.html"
    path.write_text(re.sub(r"gitledger \d+\.\d+\.\d+", "gitledger 9.9.9", path.read_text()))
    done = gitledger(week_dir, "report", "--recompute", "kept.html")
    assert done.code == 3
    assert "made by gitledger 9.9.9" in done.err
    done = gitledger(week_dir, "report", "--recompute", "hello.txt")
    assert done.code == 3
    assert "is not a page of gitledger report" in done.err


def test_accounts_and_money_stay_out_unless_asked_for(ledger_dir: Path) -> None:
    """Neither the account's name nor an amount; with the options both are there."""
    a_week(ledger_dir, account="work-mail")
    assert gitledger(ledger_dir, "config", "plan", "codex/work-mail=200").code == 0
    gitledger(ledger_dir, "report")
    page = (ledger_dir / FILE).read_text()
    assert "work-mail" not in page
    assert "$" not in page
    gitledger(ledger_dir, "report", "--with-accounts", "--with-money")
    page = (ledger_dir / FILE).read_text()
    assert "work-mail" in page


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("--window", "W0-01"), 2, "names no week"),
        (("--window", "WEEK7"), 3, "no window was worked in WEEK7"),
        (("--provider", "glm"), 2, "no window is of it"),
        (("--since", "2026-12-01", "--until", "2026-11-01"), 2, "no day lies between"),
        (("--out", "hello.txt/page.html"), 3, "File exists"),
        (("--out", "."), 3, "Is a directory"),
        (("--out", "-"), 2, "a file, not a stream"),
    ],
)
def test_bad_input(week_dir: Path, words: tuple[str, ...], code: int, said: str) -> None:
    """A sentence and an exit code; no file is left."""
    done = gitledger(week_dir, "report", *words)
    assert done.code == code, done.err
    assert said in done.err
    assert not (week_dir / FILE).exists()


def refused(folder: Path, out: Path) -> str:
    """What `report` says where it cannot write: one sentence and the next step, exit code 3."""
    done = gitledger(folder, "report", "--out", str(out))
    assert (done.code, done.out) == (3, ""), done.err
    said, step = done.err.splitlines()
    assert said.startswith(f"gitledger: nothing was written: {out}")
    assert step.startswith("  next: ")
    return done.err


def test_a_disk_that_fills_up_leaves_the_old_page(week_dir: Path) -> None:
    """Whole, without a scrap beside it: the new one is renamed over it once it is complete."""
    kept = week_dir / "pages" / "kept.html"
    gitledger(week_dir, "report", "--out", str(kept))
    before = kept.read_bytes()
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (len(before) // 2, hard))
    try:
        said = refused(week_dir, kept)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert "raise the file-size limit" in said
    assert kept.read_bytes() == before
    assert [*kept.parent.iterdir()] == [kept]


@pytest.mark.skipif(not Path("/dev/full").is_char_device(), reason="no /dev/full is here")
def test_a_full_device_is_named_and_stays_a_device(week_dir: Path) -> None:
    """What is no regular file is written into: a rename would take it from everybody."""
    link = week_dir / "full"
    link.symlink_to("/dev/full")
    assert "free some space" in refused(week_dir, link)
    assert link.is_symlink()
    assert link.is_char_device()


@pytest.fixture
def fixed_dir(tmp_path: Path) -> Iterator[Path]:
    """A folder with a page in it that cannot be written to."""
    (tmp_path / "own").mkdir()
    folder = tmp_path / "fixed"
    folder.mkdir()
    if os.geteuid() != 0:
        (folder / FILE).write_text("kept")
        folder.chmod(0o555)
        yield folder
        folder.chmod(0o755)
        return
    (tmp_path / "own" / FILE).write_text("kept")
    words = ["mount", "--bind", "-o", "ro", str(tmp_path / "own"), str(folder)]
    if subprocess.run(words, capture_output=True, check=False).returncode != 0:
        pytest.skip("root may write everywhere, and no read-only mount can be made here")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_an_unwritable_folder_keeps_its_page(week_dir: Path, fixed_dir: Path) -> None:
    """The old page stays; the sentence says where to write instead."""
    said = refused(week_dir, fixed_dir / FILE)
    assert "a folder that you may write to" in said or "read-only" in said
    assert (fixed_dir / FILE).read_text() == "kept"
    assert len([*fixed_dir.iterdir()]) == 1


def test_an_empty_ledger_has_a_page(ledger_dir: Path) -> None:
    """It says what to do first."""
    assert gitledger(ledger_dir, "report").code == 0
    assert "gitledger start PROVIDER" in (ledger_dir / FILE).read_text()


def test_the_ceiling_counts_what_the_lines_under_it_count(week_dir: Path) -> None:
    """Features as they are: weighed by quality it would lie below what was delivered."""
    book = open_book(World(week_dir, datetime.now(UTC), dict(os.environ)))
    for plain, worth in ((True, 3.0), (False, 2.7)):
        read = read_log(book, book.world.now, week="WEEK0", plain_features=plain)
        known = [w.reward for w in read.windows if w.reward is not None]
        assert known == pytest.approx([worth] * 3)
        assert ("features alone" if plain else "features x quality") in " ".join(read.notes)
