"""CHANGELOG tells each release in one shape, with the format that its ledgers have."""

import re
from pathlib import Path

from gitledger.ledger.row import FORMAT

KINDS = ["Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"]
TEXT = (Path(__file__).parents[2] / "CHANGELOG.md").read_text()
RELEASES = dict(part.split("\n", 1) for part in re.split(r"(?m)^## ", TEXT)[1:])


def test_each_release_has_each_kind_once_and_in_order() -> None:
    """Added, changed, fixed: a reader finds a thing where it has to stand."""
    assert "Unreleased" in RELEASES
    for body in RELEASES.values():
        kinds = re.findall(r"(?m)^### (.*)$", body)
        assert kinds == [kind for kind in KINDS if kind in kinds]


def test_each_release_names_the_format_of_its_ledgers() -> None:
    """Whoever upgrades sees whether an older version still reads what the new one writes."""
    told = [re.findall(r"(?m)^Format of the ledger: (\d+)", body) for body in RELEASES.values()]
    assert told[0] == [str(FORMAT)]
    assert all(len(numbers) == 1 for numbers in told)
