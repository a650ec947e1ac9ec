"""`verify` finds every row that was touched, with the commit and the path."""

import shutil
from pathlib import Path

import pytest
from tampering import REF, Ledger, make_ledger

from gitledger.ledger import codec, layout
from gitledger.ledger.announcement import digest
from gitledger.ledger.row import Row


@pytest.fixture
def ledger(repo_dir: Path) -> Ledger:
    """A ledger with three rows."""
    return make_ledger(repo_dir)


def smuggled(run: str, **values: str) -> tuple[str, str, bytes]:
    """A row as gitledger would write it: its path, id and bytes."""
    row = Row(
        "trials", "2026-11-23T15:00:00.000000Z", "main", "gitledger 0.1.0", {"run": run} | values
    )
    named, data = codec.encode(row)
    return layout.row_path("trials", 0, layout.row_file(row.recorded_at, named.id)), named.id, data


def test_clean_ledger_is_intact(ledger: Ledger) -> None:
    """A ledger that only gitledger wrote gives no finding."""
    answer = ledger.verify()
    assert answer["findings"] == []
    assert (answer["rows"], answer["commits"]) == (3, 5)


def test_edited_row(ledger: Ledger) -> None:
    """An edited row is found at the commit that edited it."""
    path = ledger.path_of("Z-")
    commit = ledger.spoil({path: ledger.content(path).replace(b"pass", b"fail")})
    found = ledger.finding("row-edited")
    assert (commit, path) == (found["commit"], found["path"])


def test_edit_that_was_undone_again(ledger: Ledger) -> None:
    """An edit stays found when a later commit restores the row."""
    path = ledger.path_of("Z-")
    data = ledger.content(path)
    first = ledger.spoil({path: b"{}\n"})
    second = ledger.spoil({path: data})
    found = [f for f in ledger.verify()["findings"] if f["code"] == "row-edited"]
    assert [first, second] == [f["commit"] for f in found]


def test_deleted_row(ledger: Ledger) -> None:
    """A deleted row is found at the commit that deleted it."""
    path = ledger.path_of("Z-")
    commit = ledger.spoil({path: None})
    found = ledger.finding("row-deleted")
    assert (commit, path) == (found["commit"], found["path"])


def test_renamed_row(ledger: Ledger) -> None:
    """A renamed row is found under its old path, which names the new one."""
    path = ledger.path_of("Z-")
    new = path.replace("/00/00/", "/00/07/")
    commit = ledger.spoil({path: None, new: ledger.content(path)})
    found = ledger.finding("row-renamed")
    assert (commit, path) == (found["commit"], found["path"])
    assert new in found["what"]


@pytest.mark.parametrize(("mode", "word"), [("120000", "symbolic link"), ("100755", "executable")])
def test_mode_change(ledger: Ledger, mode: str, word: str) -> None:
    """A row that became a link or a program is found, its bytes untouched."""
    path = ledger.path_of("Z-")
    commit = ledger.spoil({path: ledger.content(path)}, mode=mode)
    found = ledger.finding("row-mode")
    assert (commit, path) == (found["commit"], found["path"])
    assert word in found["what"]


def test_row_added_as_link(ledger: Ledger) -> None:
    """A row that is added as a symbolic link is no row."""
    path, _, _ = smuggled("four", result="pass")
    commit = ledger.spoil({path: b"/etc/passwd"}, mode="120000")
    found = ledger.finding("row-mode")
    assert (commit, path) == (found["commit"], found["path"])


def test_bytes_that_do_not_match_the_name(ledger: Ledger) -> None:
    """A row whose bytes do not hash to its name is found."""
    path, row, data = smuggled("four", result="pass")
    commit = ledger.spoil({path: data.replace(b"four", b"five")}, message=f"x\n\nLedger-Row: {row}")
    found = ledger.finding("row-hash")
    assert (commit, path) == (found["commit"], found["path"])


@pytest.mark.parametrize(
    ("values", "word"),
    [
        ({"result": "maybe"}, "not one of pass, fail"),
        ({}, "is required"),
        ({"result": "pass", "colour": "red"}, "no such column"),
    ],
)
def test_row_that_the_schema_refuses(ledger: Ledger, values: dict[str, str], word: str) -> None:
    """A row with a wrong, a missing or an unknown column is found."""
    path, row, data = smuggled("four", **values)
    commit = ledger.spoil({path: data}, message=f"x\n\nLedger-Row: {row}")
    found = ledger.finding("row-invalid")
    assert (commit, path) == (found["commit"], found["path"])
    assert word in found["what"]


def test_row_in_other_bytes(ledger: Ledger) -> None:
    """The right values in other bytes (here: on one line) are not a row of gitledger's."""
    _, _, data = smuggled("four", result="pass")
    other = data.replace(b"\n  ", b" ").replace(b"\n}", b"}")
    row = codec.row_id(other)
    path = layout.row_path("trials", 0, layout.row_file("2026-11-23T15:00:00.000000Z", row))
    commit = ledger.spoil({path: other}, message=f"x\n\nLedger-Row: {row}")
    found = ledger.finding("row-form")
    assert (commit, path) == (found["commit"], found["path"])


@pytest.mark.parametrize("data", [b"", b"\xff\xfe", b"[]", b'{"gitledger": 1}', b"[" * 20000])
def test_bytes_that_are_no_row(ledger: Ledger, data: bytes) -> None:
    """Bytes that hold no row at all are found, not stumbled over."""
    row = codec.row_id(data)
    path = layout.row_path("trials", 0, layout.row_file("2026-11-23T15:00:00.000000Z", row))
    commit = ledger.spoil({path: data}, message=f"x\n\nLedger-Row: {row}")
    found = ledger.finding("row-unreadable")
    assert (commit, path) == (found["commit"], found["path"])


def test_row_that_says_another_time(ledger: Ledger) -> None:
    """The envelope and the file name say the same time."""
    path, row, data = smuggled("four", result="pass")
    other = path.replace("T150000", "T160000")
    commit = ledger.spoil({other: data}, message=f"x\n\nLedger-Row: {row}")
    found = ledger.finding("row-envelope")
    assert (commit, other) == (found["commit"], found["path"])


def test_duplicated_natural_key(ledger: Ledger) -> None:
    """A second live row with the same natural key that says otherwise is found."""
    path, row, data = smuggled("one", result="fail")
    commit = ledger.spoil({path: data}, message=f"x\n\nLedger-Row: {row}")
    found = ledger.finding("duplicate-key")
    assert (commit, path) == (found["commit"], found["path"])


def noted(ledger: Ledger, code: str) -> list[tuple[str, str]]:
    """Commit and path of each note of a code; a ledger with notes alone is intact."""
    answer = ledger.verify()
    assert answer["findings"] == []
    return [(n["commit"], n["path"]) for n in answer["notes"] if n["code"] == code]


def test_row_whose_message_says_nothing(ledger: Ledger) -> None:
    """A perfect row under a silent message is noted: a forge that squashes writes such ones."""
    path, _, data = smuggled("four", result="pass")
    commit = ledger.spoil({path: data}, message="add my result")
    assert noted(ledger, "rows-unannounced") == [(commit, path)]


def test_silence_where_the_policy_forbids_it(ledger: Ledger) -> None:
    """Where the configuration asks for announced rows, a silent message is a finding."""
    text = ledger.content("gitledger.yaml") + b"announced: required\n"
    ledger.spoil({"gitledger.yaml": text})
    path, _, data = smuggled("four", result="pass")
    commit = ledger.spoil({path: data}, message="add my result (#12)")
    found = ledger.finding("rows-unannounced")
    assert (commit, path) == (found["commit"], found["path"])
    ledger.add("five", 30)
    assert ledger.codes() == {"rows-unannounced"}


def test_batch_with_the_digest_of_others(ledger: Ledger) -> None:
    """Nine rows announced by number and digest: another ninth row does not pass."""
    rows = [smuggled(f"batch-{n}", result="pass") for n in range(10)]
    ids = [row for _, row, _ in rows]
    names = "".join(f"Ledger-Row: {row}\n" for row in ids[:8])
    for last, count in ((8, 0), (9, 1)):
        told = f"Ledger-Rows: 9\nLedger-Digest: {digest(ids[:9])}\nLedger-Agent: main\n"
        files = {path: data for path, _, data in [*rows[:8], rows[last]]}
        before = ledger.tip
        ledger.spoil(files, message=f"x\n\n{names}{told}")
        found = [f["code"] for f in ledger.verify()["findings"]]
        assert found == ["row-smuggled"] * count
        ledger.git("update-ref", REF, before)
        ledger.git("reflog", "expire", "--expire=all", "--all")
        shutil.rmtree(ledger.path / ".git" / "gitledger" / "verified", ignore_errors=True)


def test_row_committed_in_a_worktree(ledger: Ledger, tmp_path: Path) -> None:
    """A row that was committed by hand is noted."""
    elsewhere = tmp_path / "elsewhere"
    ledger.git("worktree", "add", "-q", str(elsewhere), "gitledger/main")
    path, _, data = smuggled("four", result="pass")
    (elsewhere / path).parent.mkdir(parents=True, exist_ok=True)
    (elsewhere / path).write_bytes(data)
    ledger.git("-C", str(elsewhere), "add", ".")
    ledger.git("-C", str(elsewhere), "commit", "-qm", "mine")
    assert noted(ledger, "rows-unannounced") == [(ledger.tip, path)]


def test_foreign_file_among_rows(ledger: Ledger) -> None:
    """A file below ledgers/ that no row file is called like is found."""
    commit = ledger.spoil({"ledgers/trials/00/00/notes.txt": b"hello"})
    found = ledger.finding("row-foreign")
    assert (commit, "ledgers/trials/00/00/notes.txt") == (found["commit"], found["path"])


def test_row_copied_to_another_bucket(ledger: Ledger) -> None:
    """The same row under two paths is noted under the later, and counts once."""
    path = ledger.path_of("Z-")
    new = path.replace("/00/00/", "/00/07/")
    row = path[-21:-5]
    said = f"x\n\nLedger-Row: {row}\nLedger-Agent: main"
    commit = ledger.spoil({new: ledger.content(path)}, message=said)
    assert noted(ledger, "row-twice") == [(commit, new)]
    assert ledger.verify()["rows"] == 3
