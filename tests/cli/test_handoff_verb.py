"""`handoff` and `preflight`: the pack that can be made again, and what a week needs before it."""

import json
import sys
import zipfile
from pathlib import Path

import pytest
from frozen import played_once
from ground import gitledger
from page_rows import a_week

AT = ("--at", "2026-11-10T12:00:00Z")


@pytest.fixture
def week_dir(ledger_dir: Path) -> Path:
    """A week with one evidence run whose log holds a secret."""
    logged_week(ledger_dir)
    return ledger_dir


@played_once
def logged_week(directory: Path) -> None:
    """The same, in a folder with a ledger."""
    a_week(directory)
    said = "print('token sk-ant-abcdefghijklmnopqrstuvwxyz0123 of', 'ada@example.org')"
    run = ("evidence", "run", "-w", "W0-01", "--run-id", "TR-1", "--", sys.executable, "-c", said)
    assert gitledger(directory, *run).code == 0


def test_a_pack_is_checked_by_making_it_again(week_dir: Path) -> None:
    """Every file is there, named in the sums, and the same after the ledger has grown."""
    done = gitledger(week_dir, "handoff", "--out", "pack", *AT, "--json")
    assert done.code == 0, done.err
    files = set(done.json["files"])
    assert {"README.md", "report.html", "preview.json", "card.json", "card.md", "compare.json",
            "replay.json", "coverage.json", "cards.json", "votes.json", "next.json", "logs.json",
            "checklist.md", "SHA256SUMS", "audits/W0-01.json", "exports/snapshots.csv",
            "logs/TR-1/python.txt"} <= files | {f"logs/TR-1/{Path(sys.executable).name}.txt",
                                               "logs/TR-1/python.txt"}  # fmt: skip
    gitledger(week_dir, "capability", "add", "CAP-1", "--name", "parse")
    checked = gitledger(week_dir, "handoff", "--check", "pack", "--json")
    assert (checked.code, checked.json["wrong"]) == (0, [])


def test_the_same_tip_and_moment_give_the_same_bytes(week_dir: Path) -> None:
    """As a folder and as a zip file."""
    for name in ("one.zip", "two.zip"):
        assert gitledger(week_dir, "handoff", "--zip", "--out", name, *AT).code == 0
    assert (week_dir / "one.zip").read_bytes() == (week_dir / "two.zip").read_bytes()
    assert gitledger(week_dir, "handoff", "--check", "one.zip").code == 0


@pytest.mark.parametrize(
    "name", ["README.md", "preview.json", "exports/windows.csv", "audits/W0-02.json"]
)
def test_a_changed_file_is_named(week_dir: Path, name: str) -> None:
    """By both ways: it is not what the ledger gives, and not what the sums say."""
    gitledger(week_dir, "handoff", "--out", "pack", *AT)
    path = week_dir / "pack" / name
    path.write_bytes(path.read_bytes() + b" ")
    done = gitledger(week_dir, "handoff", "--check", "pack")
    assert done.code == 1
    assert f"{name} differs from what the ledger gives" in done.out
    assert f"{name} is not what SHA256SUMS says" in done.out
    path.unlink()
    assert f"{name} is missing" in gitledger(week_dir, "handoff", "--check", "pack").out


def test_logs_are_packed_without_secrets_and_checked_by_their_row(week_dir: Path) -> None:
    """The row keeps the hash of the clean text; a log that was changed in the pack is named."""
    gitledger(week_dir, "handoff", "--out", "pack", *AT)
    (log,) = (week_dir / "pack" / "logs").rglob("*.txt")
    text = log.read_text()
    assert "sk-ant" not in text
    assert "ada@" not in text
    log.write_text(text + "passed\n")
    done = gitledger(week_dir, "handoff", "--check", "pack")
    assert f"logs/TR-1/{log.name} is not what row" in done.out


def test_another_clone_names_the_logs_that_it_lacks(week_dir: Path) -> None:
    """The log is gone here: it is said, and the rest is packed and checks."""
    for log in (week_dir / ".git" / "gitledger" / "artifacts").rglob("*.txt"):
        log.unlink()
    done = gitledger(week_dir, "handoff", "--out", "pack", *AT, "--json")
    assert done.json["logs_lacking"] == ["TR-1"]
    (told,) = json.loads((week_dir / "pack" / "logs.json").read_text())["logs"]
    assert told["state"] == "missing here"
    assert gitledger(week_dir, "handoff", "--check", "pack").code == 0


def test_incognito_holds_no_name(week_dir: Path) -> None:
    """No window's name, branch, person, export or log; it can still be made again."""
    said = ("--voter", "Secret Voter", "--vote", "go")
    gitledger(week_dir, "card", "WEEK0", "--issue")
    assert gitledger(week_dir, "vote", "WEEK0", *said).code == 0
    over = ("--override", "GO", "-m", "as we say", "--agent", "secret-agent")
    assert "overridden to GO" in gitledger(week_dir, "card", "WEEK0", *over).err
    gitledger(week_dir, "handoff", "--incognito", "--out", "pack", *AT)
    whole = b"".join(p.read_bytes() for p in (week_dir / "pack").rglob("*") if p.is_file())
    assert b"W0-0" not in whole
    assert b"TR-1" not in whole
    assert b"ecret" not in whole
    assert not (week_dir / "pack" / "exports").exists()
    assert gitledger(week_dir, "handoff", "--check", "pack").code == 0


def test_a_folder_that_is_no_pack_is_left_alone(week_dir: Path) -> None:
    """And what is no pack is no pack to check."""
    (week_dir / "mine").mkdir()
    (week_dir / "mine" / "notes.txt").write_text("mine")
    assert gitledger(week_dir, "handoff", "--out", "mine").code == 2
    assert [p.name for p in (week_dir / "mine").iterdir()] == ["notes.txt"]
    assert gitledger(week_dir, "handoff", "--check", "mine").code == 3
    assert gitledger(week_dir, "handoff", "--check", "hello.txt").code == 3


def test_a_full_disk_leaves_no_half_a_pack(week_dir: Path, small_disk: Path) -> None:
    """Neither files nor folders, also where an older pack stands, which stays as it was."""
    words = ("handoff", "--out", str(small_disk / "pack"), *AT)
    assert gitledger(week_dir, *words).code == 0
    was = {path: path.read_bytes() for path in small_disk.rglob("*") if path.is_file()}
    used = sum(map(len, was.values()))
    (small_disk / "filler").write_bytes(bytes((2 << 20) - used - (200 << 10)))
    for name in ("pack", "other"):
        done = gitledger(week_dir, "handoff", "--out", str(small_disk / name), "--week", "WEEK1")
        assert (done.code, "No space left on device" in done.err) == (3, True)
    assert {p.name for p in small_disk.iterdir()} == {"pack", "filler"}
    assert {path: path.read_bytes() for path in was} == was


def test_a_folder_that_takes_nothing(week_dir: Path) -> None:
    """A sentence with the path; a file stands where the folder should."""
    done = gitledger(week_dir, "handoff", "--out", "hello.txt/pack")
    assert (done.code, "hello.txt" in done.err) == (3, True)
    assert (week_dir / "hello.txt").read_text() == "hello\n"


def test_notes_that_would_run_or_turn_round_the_text_are_text(ledger_dir: Path) -> None:
    """4 KB with a script's end and right-to-left marks, in a week of one window without a price."""
    for phase, used in (("before", "10"), ("after", "17")):
        words = ("-w", "W0-01", "--phase", phase, "--set", f"weekly={used}")
        assert gitledger(ledger_dir, "override", "codex", *words).code == 0
    note = "</script><script>alert(1)</script>\u202egpj.exe\u2067 " + "n" * 4000
    done = gitledger(ledger_dir, "complete", "-w", "W0-01", "-f", "codex=2", "--notes", note)
    assert done.code == 0, done.err
    done = gitledger(ledger_dir, "handoff", "--out", "pack", *AT)
    assert done.code == 0, done.err
    pack = ledger_dir / "pack"
    assert "alert(1)" in (pack / "exports" / "windows.csv").read_text()
    for name in ("report.html", "README.md", "card.md", "checklist.md"):
        text = (pack / name).read_text()
        assert not {"\u202e", "\u2067"} & set(text), name
        assert "<script>alert" not in text, name
    assert gitledger(ledger_dir, "handoff", "--check", "pack").code == 0


def test_an_empty_ledger_has_a_pack(ledger_dir: Path) -> None:
    """Refusals of single parts are parts, with their next step."""
    done = gitledger(ledger_dir, "handoff", "--out", "pack", *AT)
    assert done.code == 0, done.err
    card = json.loads((ledger_dir / "pack" / "card.json").read_text())
    assert card["hint"]
    assert gitledger(ledger_dir, "handoff", "--check", "pack").code == 0


def test_preflight_is_red_until_the_map_is_there(ledger_dir: Path) -> None:
    """Then green, with notes on what is not needed here."""
    gitledger(ledger_dir, "hooks", "install")
    done = gitledger(ledger_dir, "preflight", "--json")
    failed = [c["check"] for c in done.json["checks"] if c["level"] == "fail"]
    assert (done.code, failed) == (1, ["capability map"])
    gitledger(ledger_dir, "capability", "add", "CAP-1", "--name", "parse")
    done = gitledger(ledger_dir, "preflight", "--", sys.executable, "-c", "pass")
    assert done.code == 0
    assert done.out.splitlines()[-1] == "ready"
    assert "passed" in done.out
    assert gitledger(ledger_dir, "preflight", "--", sys.executable, "-c", "exit(3)").code == 1


@pytest.mark.parametrize(
    ("spoil", "said"),
    [("flags", "damaged or locked"), ("size", "more than a pack holds")],
)
def test_a_hostile_zip_is_a_sentence(ledger_dir: Path, spoil: str, said: str) -> None:
    """A part that is locked, or claims to unfold without end, is not read."""
    given = ledger_dir / "given.zip"
    with zipfile.ZipFile(given, "w") as archive:
        archive.writestr("handoff.json", "{}")
    data = bytearray(given.read_bytes())
    central = data.index(b"PK\x01\x02")
    if spoil == "flags":
        data[6] |= 1
        data[central + 8] |= 1
    else:
        data[central + 24 : central + 28] = (1 << 31).to_bytes(4, "little")
    given.write_bytes(data)
    refused = gitledger(ledger_dir, "handoff", "--check", "given.zip")
    assert (refused.code, said in refused.err) == (3, True)


def test_a_pack_of_other_code_of_the_same_version_is_named_not_compared(
    ledger_dir: Path, tmp_path: Path
) -> None:
    """The recipe says by which code it was made: a hash of the program's modules."""
    gitledger(ledger_dir, "handoff", "--out", str(tmp_path / "pack"))
    recipe = tmp_path / "pack" / "handoff.json"
    told = json.loads(recipe.read_text(encoding="utf-8"))
    assert len(told["program_sha256"]) == 64
    told["program_sha256"] = "0" * 64
    recipe.write_text(json.dumps(told), encoding="utf-8")
    done = gitledger(ledger_dir, "handoff", "--check", str(tmp_path / "pack"))
    assert (done.code, "made by another commit of gitledger" in done.err) == (3, True)
