"""A large batch is small as soon as it is written, and packs that are not are found."""

from pathlib import Path

from tampering import BRANCH, NOW, Ledger, make_ledger

from gitledger.commands.doctor import doctor
from gitledger.git.branch.draft import Draft
from gitledger.git.branch.record import Stamp, record
from gitledger.git.repository import identity, open_repository


def bulk(ledger: Ledger, count: int) -> None:
    """Record many trials in one call, one commit each."""
    repository = open_repository(ledger.path, ledger.world().environment)
    drafts = [Draft("trials", {"run": f"bulk-{n}", "result": "pass"}) for n in range(count)]
    stamp, who = Stamp("main", "gitledger 0", NOW), identity(repository, NOW)
    record(repository, BRANCH, drafts, stamp=stamp, who=who, rows_per_commit=1)


def test_a_large_batch_is_written_as_deltas(repo_dir: Path) -> None:
    """One pack is left, it holds deltas, and everything that was recorded is there."""
    ledger = make_ledger(repo_dir)
    bulk(ledger, 300)
    folder = ledger.path / ".git" / "objects" / "pack"
    (pack,) = folder.glob("*.pack")
    told = ledger.git("verify-pack", "-v", str(pack)).splitlines()
    deltas = [line for line in told if len(line.split()) == 7]
    assert len(deltas) > 600
    assert len([*folder.glob("*.idx")]) == 1
    answer = ledger.verify()
    assert (answer["findings"], answer["rows"]) == ([], 303)


def test_packs_without_deltas_are_found_and_mended(repo_dir: Path) -> None:
    """`doctor` warns of a large pack that no `git gc` makes smaller; `--fix` packs it anew."""
    ledger = make_ledger(repo_dir)
    bulk(ledger, 1100)
    ledger.git("repack", "-adfq", "--window=0")
    seen = [line for line in doctor(ledger.world()).payload["checks"] if line["check"] == "packs"]
    assert [line["level"] for line in seen] == ["warn"]
    before = size(ledger)
    doctor(ledger.world(), fix=True)
    assert size(ledger) < before / 3
    assert not [x for x in doctor(ledger.world()).payload["checks"] if x["check"] == "packs"]


def size(ledger: Ledger) -> int:
    """The bytes of all packs."""
    folder = ledger.path / ".git" / "objects" / "pack"
    return sum(file.stat().st_size for file in folder.iterdir())
