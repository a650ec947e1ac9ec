"""`checklist`: what a week lacks, by name, with a command; complete when all is there."""

from pathlib import Path

from ground import gitledger
from page_rows import a_week


def items(directory: Path, *words: str) -> dict[str, dict[str, object]]:
    """The items by name."""
    found = gitledger(directory, "checklist", "--json", *words).json["items"]
    return {item["item"]: item for item in found}


def test_a_week_begun_says_what_is_missing(ledger_dir: Path) -> None:
    """Windows counted, the lacking ones named, a next command for each open item; exit 1."""
    a_week(ledger_dir)
    done = gitledger(ledger_dir, "checklist")
    assert done.code == 1
    found = items(ledger_dir)
    codex = found["codex: 6 windows with a reading before and after"]
    assert (codex["have"], codex["of"], codex["next"]) == (3, 6, "gitledger start codex")
    churn = found["each window: churn"]
    assert (churn["have"], churn["of"]) == (0, 4)
    assert churn["missing"] == ["W0-01", "W0-02", "W0-03", "W0-04"]
    assert churn["next"] == "gitledger churn --window W0-01"
    assert found["each window: quality"]["done"] is True
    assert found["each window: audit without an error"]["missing"] == ["W0-03"]
    assert all(item["next"] for item in found.values() if not item["done"])
    assert "      missing: W0-01, W0-02, W0-03, W0-04" in done.out


def test_what_is_done_is_done(ledger_dir: Path) -> None:
    """A capability, an issued card, a vote: each turns its item, and only its item."""
    a_week(ledger_dir)
    before = items(ledger_dir)
    gitledger(ledger_dir, "capability", "add", "CAP-1", "--name", "parse")
    gitledger(ledger_dir, "card", "WEEK0", "--issue")
    gitledger(ledger_dir, "vote", "WEEK0", "--voter", "bea", "--vote", "go")
    turned = {
        name for name, item in items(ledger_dir).items() if item["done"] != before[name]["done"]
    }
    assert turned == {"ledger capabilities", "card WEEK0 issued", "votes on the card"}


def test_markdown_has_boxes(ledger_dir: Path) -> None:
    """For a pull request or an issue."""
    a_week(ledger_dir)
    told = gitledger(ledger_dir, "checklist", "--md").out
    assert "- [x] ledger intact (1 of 1)" in told
    assert "- [ ] each window: churn (0 of 4)" in told


def test_an_empty_ledger_lacks_everything_but_its_proof(ledger_dir: Path) -> None:
    """Nothing of nothing is not done."""
    found = items(ledger_dir)
    assert [name for name, item in found.items() if item["done"]] == ["ledger intact"]


def test_what_is_no_week_is_refused(ledger_dir: Path) -> None:
    """With the two shapes that a week has."""
    done = gitledger(ledger_dir, "checklist", "--week", "W0-01")
    assert done.code == 2
    assert "--week WEEK0, or --week 2026-W48" in done.err
