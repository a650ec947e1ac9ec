"""docs/reference/format.md names every finding that the source can tell."""

import re
from pathlib import Path

HOUSE = Path(__file__).resolve().parents[2]
SOURCES = [
    *(
        HOUSE / "gitledger/ledger" / f"{name}.py"
        for name in ("appendonly", "rowproof", "census", "announcement", "evolution")
    ),
    *sorted((HOUSE / "gitledger/git/proof").glob("*.py")),
    *(HOUSE / "gitledger/book" / f"{name}.py" for name in ("judge", "proof")),
    HOUSE / "gitledger/commands/hook_push.py",
]
CODE = re.compile(
    r'"((?:row|rows|text|schema|merge|history|tip|second|branch|duplicate|reference|correction|file'
    r'|object|ledger|root|checkpoint|config|policy|name|tree|commit|remote)-[a-z-]+)"'
)


def test_every_code_is_documented() -> None:
    """A code without a line in the documentation helps nobody."""
    codes = {code for path in SOURCES for code in CODE.findall(path.read_text())}
    text = (HOUSE / "docs/reference/format.md").read_text()
    assert [code for code in sorted(codes) if f"`{code}`" not in text] == []
