"""`verify` on what honest clones do: merge, squash, record a fact twice, sign, work alone."""

import subprocess
from pathlib import Path

import pytest
from ground import git
from tampering import BRANCH, NOW, REF, Ledger, make_ledger

from gitledger.commands.append import append
from gitledger.git.branch.draft import Draft
from gitledger.git.branch.record import Stamp, record
from gitledger.git.repository import identity, open_repository


@pytest.fixture
def ledger(repo_dir: Path) -> Ledger:
    """A ledger with three rows."""
    return make_ledger(repo_dir)


@pytest.fixture
def other(ledger: Ledger, tmp_path: Path) -> Ledger:
    """A clone of it with the ledger branch."""
    git(tmp_path, "clone", "-q", str(ledger.path), "other")
    clone = Ledger(tmp_path / "other")
    clone.git("branch", "-q", BRANCH, f"origin/{BRANCH}")
    return clone


def join(ledger: Ledger, other: Ledger) -> str:
    """Merge the other clone's branch by the union of both trees; the merge."""
    ledger.git("fetch", "-q", str(other.path), f"{BRANCH}:refs/heads/theirs")
    base = ledger.git("merge-base", REF, "theirs")
    index = {"GIT_INDEX_FILE": str(ledger.path / ".git" / "merging")}
    ledger.git("read-tree", "-m", "-i", "--aggressive", base, REF, "theirs", **index)
    tree = ledger.git("write-tree", **index)
    commit = ledger.git("commit-tree", "-p", ledger.tip, "-p", "theirs", "-m", "merge", tree)
    ledger.git("update-ref", REF, commit)
    return commit


def test_merge_of_two_clones_is_intact(ledger: Ledger, other: Ledger) -> None:
    """Rows of two clones joined by a merge are all there, with no finding."""
    for minute in range(5):
        ledger.add(f"here-{minute}", 10 + minute)
        other.add(f"there-{minute}", 20 + minute)
    join(ledger, other)
    answer = ledger.verify()
    assert (answer["findings"], answer["rows"]) == ([], 13)


def test_merges_back_and_forth_are_intact(ledger: Ledger, other: Ledger) -> None:
    """Criss-cross merges, with definitions that widened on one side, give no finding."""
    for round_ in range(3):
        ledger.add(f"here-{round_}", 10 + round_)
        other.add(f"there-{round_}", 20 + round_)
        join(ledger, other)
        other.git("fetch", "-q", "origin", f"{BRANCH}:refs/heads/ours")
        other.git("update-ref", REF, "ours")
        other.git("branch", "-qD", "ours")
        ledger.git("branch", "-qD", "theirs")
    answer = ledger.verify()
    assert (answer["findings"], answer["rows"]) == ([], 9)


def test_fact_that_two_clones_recorded(ledger: Ledger, other: Ledger) -> None:
    """The same fact recorded on both sides of a merge is noted, not accused."""
    ledger.add("both", 10)
    path = other.path_of(other.add("both", 20))
    join(ledger, other)
    answer = ledger.verify()
    noted = [note["path"] for note in answer["notes"] if note["code"] == "duplicate-merged"]
    assert answer["findings"] == []
    assert noted in ([path], [ledger.path_of("T121000")])


def test_remote_that_is_ahead_is_no_finding(ledger: Ledger, other: Ledger) -> None:
    """Rows fetched and not merged yet are told under completeness."""
    ledger.add("news", 10)
    other.git("fetch", "-q", "origin")
    answer = other.verify()
    assert answer["findings"] == []
    assert answer["completeness"]["remotes_ahead"] == [f"origin/{BRANCH}"]


def test_rows_that_were_never_pushed(ledger: Ledger, other: Ledger) -> None:
    """Rows that only this clone has are counted."""
    other.add("mine", 10)
    assert other.verify()["completeness"]["rows_never_pushed"] == 1
    assert ledger.verify()["completeness"]["rows_never_pushed"] is None


def test_squash_merge_is_noted(ledger: Ledger) -> None:
    """A squash merge keeps the rows, loses their commits, and is said so."""
    base = ledger.tip
    rows = [ledger.add("four", 10), ledger.add("five", 11)]
    tree = ledger.git("rev-parse", f"{REF}^{{tree}}")
    squashed = ledger.git("commit-tree", "-p", base, "-m", "Two trials (#12)", tree)
    clone = ledger.path.parent / "squashed"
    ledger.git("branch", "forge", squashed)
    ledger.git("clone", "-q", "-b", "forge", str(ledger.path), str(clone))
    git(clone, "branch", "-q", BRANCH, "forge")
    answer = Ledger(clone).verify()
    assert answer["findings"] == []
    assert [squashed] == [n["commit"] for n in answer["notes"] if n["code"] == "squash"]
    assert len(rows) == 2


def test_window_without_after(ledger: Ledger) -> None:
    """A window whose account has a BEFORE reading only is told under completeness."""
    values = ["window=W1", "provider=codex", "account=default", "phase=before", "source=codex"]
    values += ["captured_at=2026-11-23T12:00:00Z", f"source_sha256={'0' * 64}"]
    append(ledger.world(5), "snapshots", values)
    told = ledger.verify()["completeness"]["windows_without_after"]
    assert told == [{"window": "W1", "provider": "codex", "account": "default"}]


@pytest.fixture
def key(ledger: Ledger, tmp_path: Path) -> Path:
    """An ssh key that git signs with and accepts here."""
    key = tmp_path / "key"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key], check=True)
    allowed = tmp_path / "allowed"
    allowed.write_text(f"ada@example.org {key.with_suffix('.pub').read_text()}")
    ledger.git("config", "gpg.format", "ssh")
    ledger.git("config", "user.signingkey", str(key))
    ledger.git("config", "gpg.ssh.allowedSignersFile", str(allowed))
    return key


def test_signed_tip(ledger: Ledger, key: Path) -> None:
    """Where the policy asks for a signed tip, a signed one passes and an unsigned one does not."""
    ledger.git("config", "gitledger.verifySignatures", "tip")
    assert "unsigned" in ledger.codes()
    ledger.git("config", "gitledger.sign", "true")
    ledger.add("signed", 10)
    assert ledger.codes() == set()


def test_signature_of_a_stranger(ledger: Ledger, key: Path) -> None:
    """A signature by a key that is not allowed here is found."""
    ledger.git("config", "gitledger.verifySignatures", "tip")
    ledger.git("config", "gitledger.sign", "true")
    ledger.add("signed", 10)
    (key.parent / "allowed").write_text("")
    assert ledger.tip == ledger.finding("signature-bad")["commit"]


def test_policy_that_is_no_policy(ledger: Ledger) -> None:
    """An unknown signature policy is refused, not taken for none."""
    from gitledger.errors import UsageError

    ledger.git("config", "gitledger.verifySignatures", "maybe")
    with pytest.raises(UsageError, match="maybe"):
        ledger.verify()


def test_ten_thousand_rows_give_no_finding(ledger: Ledger) -> None:
    """A large ledger, written in batches, is clean."""
    repository = open_repository(ledger.path, ledger.world().environment)
    drafts = [Draft("trials", {"run": f"bulk-{n}", "result": "pass"}) for n in range(10_000)]
    stamp, who = Stamp("main", "gitledger 0", NOW), identity(repository, NOW)
    record(repository, BRANCH, drafts, stamp=stamp, who=who, rows_per_commit=100)
    answer = ledger.verify()
    assert (answer["findings"], answer["rows"], answer["commits"]) == ([], 10_003, 105)
