"""A checkpoint line finds a branch that was rebuilt, in the only clone, and takes no other line."""

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from tampering import REF, Ledger, make_ledger

from gitledger.commands.checkpoint import checkpoint
from gitledger.commands.verify import verify
from gitledger.errors import UnknownRevision, UnreadableInput
from gitledger.ledger.portable import LONGEST, parse_lines


@pytest.fixture
def ledger(repo_dir: Path) -> Ledger:
    """A ledger with three rows."""
    return make_ledger(repo_dir)


def sign_with(ledger: Ledger, folder: Path, name: str, kind: str = "ed25519") -> Path:
    """Let git sign with a fresh ssh key here; the file of its public half."""
    key = folder / name
    subprocess.run(["ssh-keygen", "-q", "-t", kind, "-N", "", "-f", key], check=True)
    ledger.git("config", "gpg.format", "ssh")
    ledger.git("config", "user.signingkey", str(key))
    return key.with_suffix(".pub")


def allow(ledger: Ledger, folder: Path, public: Path) -> None:
    """Let signatures of a key be known here as ada's."""
    (folder / "allowed").write_text(f"ada@example.org {public.read_text()}")
    ledger.git("config", "gpg.ssh.allowedSignersFile", str(folder / "allowed"))


def line_of(ledger: Ledger, minutes: int = 60) -> str:
    """The checkpoint line of the branch as it stands."""
    return str(checkpoint(ledger.world(minutes)).payload["line"])


def codes(ledger: Ledger, line: str) -> tuple[int, set[str]]:
    """The exit code against a line, and the codes of all findings."""
    done = verify(ledger.world(600), checkpoint=line)
    return done.exit_code, {found["code"] for found in done.payload["findings"]}


def forget(ledger: Ledger) -> None:
    """Let nothing here remember where the branch was."""
    shutil.rmtree(ledger.path / ".git" / "gitledger" / "verified", ignore_errors=True)
    shutil.rmtree(ledger.path / ".git" / "logs")


def rebuild(ledger: Ledger, *, root: bool) -> None:
    """Make the branch anew without its newest row, from its root or from another one."""
    tree = ledger.git("rev-parse", f"{REF}~1^{{tree}}")
    above = () if root else ("-p", ledger.git("rev-list", "--max-parents=0", REF))
    made = ledger.git("commit-tree", *above, "-m", "ledger: begin", tree)
    ledger.git("update-ref", REF, made)
    forget(ledger)
    ledger.git("gc", "-q", "--prune=now")


def test_unsigned_line_holds_and_says_so(ledger: Ledger) -> None:
    """Without a key the line is unsigned, which is said; later rows leave it true."""
    made = checkpoint(ledger.world(60))
    assert made.payload["signature"] == "none"
    assert any("unsigned" in note for note in made.notes)
    ledger.add("four", 90)
    done = verify(ledger.world(600), checkpoint=str(made.payload["line"]))
    assert (done.exit_code, done.payload["checkpoints"][0]["signature"]) == (0, "unsigned")


@pytest.mark.parametrize("kind", ["ed25519", "rsa"])
def test_signed_line_names_its_signer(ledger: Ledger, tmp_path: Path, kind: str) -> None:
    """A line is signed with the key that git signs with, and fits in 4 KB."""
    allow(ledger, tmp_path, sign_with(ledger, tmp_path, "key", kind))
    line = line_of(ledger)
    assert len(line) <= LONGEST
    (tmp_path / "mail.txt").write_text(f"Hello,\n> {line}\nBye\n")
    done = verify(ledger.world(600), checkpoint=str(tmp_path / "mail.txt"))
    assert (done.exit_code, done.payload["checkpoints"][0]["signer"]) == (0, "ada@example.org")


@pytest.fixture
def keyring(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A keyring of our own, in a folder whose name is short enough for gpg's agent."""
    if shutil.which("gpg") is None:
        pytest.skip("gpg is not installed here")
    folder = Path(tempfile.mkdtemp(prefix="gpg-"))
    monkeypatch.setenv("GNUPGHOME", str(folder))
    yield folder
    subprocess.run(["gpgconf", "--kill", "all"], check=False)
    shutil.rmtree(folder, ignore_errors=True)


def test_openpgp_signature(ledger: Ledger, keyring: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A line signed by gpg: known with the key, undecided without it, refused if edited."""
    made = ("--quick-gen-key", "Ada <ada@example.org>", "ed25519", "sign", "never")
    words = ["gpg", "--batch", "--quiet", "--passphrase", "", "--pinentry-mode", "loopback"]
    subprocess.run([*words, *made], check=True, capture_output=True)
    ledger.git("config", "gpg.format", "openpgp")
    ledger.git("config", "user.signingkey", "ada@example.org")
    line = line_of(ledger)
    assert len(line) <= LONGEST
    assert "signature=openpgp:" in line
    done = verify(ledger.world(600), checkpoint=line)
    held = done.payload["checkpoints"][0]
    assert (done.exit_code, held["signer"]) == (0, "Ada <ada@example.org>")
    other = line_of(ledger, 61).partition(" signature=")[2].partition(" sum=")[0]
    forged = parse_lines(line)[0]._replace(signature=other).line()
    with pytest.raises(UnreadableInput, match="not one of its words"):
        codes(ledger, forged)
    empty = keyring / "empty"
    empty.mkdir(mode=0o700)
    monkeypatch.setenv("GNUPGHOME", str(empty))
    assert codes(ledger, line) == (4, set())


def test_signer_who_is_not_known_here(ledger: Ledger, tmp_path: Path) -> None:
    """A line that holds and whose key nobody vouches for is undecided."""
    sign_with(ledger, tmp_path, "key")
    assert codes(ledger, line_of(ledger)) == (4, set())


def test_signature_for_other_words(ledger: Ledger, tmp_path: Path) -> None:
    """The signature of another line is none of this one, whatever its sum says."""
    allow(ledger, tmp_path, sign_with(ledger, tmp_path, "key"))
    first, second = line_of(ledger, 60), line_of(ledger, 61)
    head = first.partition(" signature=")[0]
    signature = second.partition(" signature=")[2].partition(" sum=")[0]
    forged = parse_lines(first)[0]._replace(signature=signature).line()
    assert forged.startswith(head)
    with pytest.raises(UnreadableInput, match="signature"):
        verify(ledger.world(600), checkpoint=forged)


@pytest.mark.parametrize("spoilt", ["rows=9", "cut", "none"])
def test_damaged_lines_are_refused(ledger: Ledger, tmp_path: Path, spoilt: str) -> None:
    """A line that was edited or cut, and a file without any, are refused with a sentence."""
    line = line_of(ledger)
    told = {"rows=9": line.replace("rows=3", "rows=9"), "cut": line[:-9]}.get(spoilt, "")
    (tmp_path / "line").write_text(told + "\n")
    with pytest.raises(UnreadableInput, match=r"edited|cut|no gitledger-checkpoint"):
        verify(ledger.world(600), checkpoint=str(tmp_path / "line"))


def test_unsigned_numbers_that_never_were(ledger: Ledger) -> None:
    """Whoever makes a line up for a commit that is here is contradicted by it."""
    forged = parse_lines(line_of(ledger))[0]._replace(rows=2).line()
    with pytest.raises(UnreadableInput, match="numbers"):
        verify(ledger.world(600), checkpoint=forged)


@pytest.mark.parametrize(("root", "code"), [(False, "lost"), (True, "other-root")])
def test_rebuilt_branch_in_the_only_clone(ledger: Ledger, code: str, *, root: bool) -> None:
    """A branch without its newest row, of which nothing else remembers, is found by the line."""
    line = line_of(ledger)
    rebuild(ledger, root=root)
    assert ledger.codes() == set()
    assert codes(ledger, line) == (1, {f"checkpoint-{code}"})


def test_line_of_another_ledger(ledger: Ledger, tmp_path: Path) -> None:
    """A line that was made for another ledger proves nothing of this one."""
    subprocess.run(["git", "init", "-q", str(tmp_path / "other")], check=True)
    other = Ledger(tmp_path / "other")
    from gitledger.commands.init import init

    init(other.world(7))
    assert codes(ledger, line_of(other)) == (1, {"checkpoint-other-root"})


def test_squashed_rows_are_all_there(ledger: Ledger) -> None:
    """A line whose commits a forge squashed away holds: the branch had just those rows."""
    base = ledger.tip
    for minute in (10, 11):
        ledger.add(f"more-{minute}", minute)
    line, tree = line_of(ledger), ledger.git("rev-parse", f"{REF}^{{tree}}")
    ledger.git("update-ref", REF, ledger.git("commit-tree", "-p", base, "-m", "More", tree))
    forget(ledger)
    ledger.git("gc", "-q", "--prune=now")
    ledger.add("later", 90)
    done = verify(ledger.world(600), checkpoint=line)
    assert done.exit_code == 0
    assert "history-restated" in {note["code"] for note in done.payload["notes"]}


def remote_of(ledger: Ledger, folder: Path) -> Path:
    """A bare remote `origin` that has the branch and was fetched."""
    bare = folder / "bare.git"
    subprocess.run(["git", "init", "-q", "--bare", str(bare)], check=True)
    ledger.git("remote", "add", "origin", str(bare))
    ledger.git("push", "-q", "--no-verify", "origin", REF)
    ledger.git("fetch", "-q", "origin")
    return bare


def test_witness_outlasts_the_reflog(ledger: Ledger, tmp_path: Path) -> None:
    """A remote that is rewound after it was verified is found without any reflog."""
    bare = remote_of(ledger, tmp_path)
    assert ledger.codes() == set()
    refs = ledger.git("for-each-ref", "--format=%(refname)", "refs/gitledger/witness")
    assert len(refs.splitlines()) == 1
    subprocess.run(["git", "update-ref", REF, f"{ledger.tip}~1"], cwd=bare, check=True)
    ledger.git("fetch", "-q", "origin", f"+{REF}:refs/remotes/origin/gitledger/main")
    shutil.rmtree(ledger.path / ".git" / "logs")
    assert ledger.codes() == {"remote-lost-rows"}


def test_witness_finds_a_branch_that_was_moved(ledger: Ledger, tmp_path: Path) -> None:
    """A local branch that loses what was verified of a remote is found, checkpoint or not."""
    remote_of(ledger, tmp_path)
    ledger.verify()
    ledger.git("update-ref", REF, f"{REF}~1")
    forget(ledger)
    assert {"tip-rewound", "row-lost"} <= ledger.codes()


def test_anchor_holds_the_branch(ledger: Ledger, tmp_path: Path) -> None:
    """A branch that lacks rows of its anchor is found; an anchor that is not here is refused."""
    remote_of(ledger, tmp_path)
    name = "origin/gitledger/main"
    assert verify(ledger.world(600), anchor=name).exit_code == 0
    with pytest.raises(UnknownRevision, match="nowhere"):
        verify(ledger.world(600), anchor="nowhere/gitledger/main")
    ledger.git("update-ref", "refs/remotes/origin/ahead", ledger.tip)
    ledger.git("update-ref", REF, f"{REF}~1")
    found = verify(ledger.world(600), anchor="origin/ahead").payload["findings"]
    assert "anchor-missing" in {one["code"] for one in found}
