"""What `export` writes, `import csv` knows: nothing is added, whatever the values look like."""

from pathlib import Path

import pytest
from ground import git, gitledger

EVIL = ["=1+1", "@x", "-1", "a\nb", 'say "hi"', "[1]", '{"a": 1}', "x\u2028y", " padded ", "a,b"]
BASE = {
    "evidence": "window=W1 capability=c runner=r result=pass",
    "tokens": "checkpoint=plan task=t planned=100 window=W1",
    "churn": "window=W1 provider=codex methodology=m decision=missing-commit-range date=2026-11-23",
    "features": "window=W1 provider=codex state=delivered capability=c date=2026-11-23",
    "capabilities": "name=n weight=0.50",
    "anomalies": "window=W1 code=x severity=warning where=w what=y",
    "telemetry": "window=W1 status=200",
}
KEYS = {"evidence": "test_run_id", "capabilities": "capability", "features": "scenario"}


@pytest.mark.parametrize("ledger", [*BASE])
def test_an_export_comes_back_as_nothing(ledger_dir: Path, tmp_path: Path, ledger: str) -> None:
    """Every line of an export is known, under the ledger's own header as well."""
    free = {"capabilities": "owner", "anomalies": "hint", "telemetry": "reason"}.get(
        ledger, "notes"
    )
    for number, text in enumerate(EVIL):
        words = [*BASE[ledger].split(), f"{free}={text}"]
        if ledger in KEYS:
            words.append(f"{KEYS[ledger]}=k{number}")
        if ledger == "churn":
            words[2] = f"methodology=m{number}"
        if ledger == "telemetry":
            words.append(f"event_sha256={number:064x}")
        done = gitledger(ledger_dir, "append", ledger, *words)
        assert done.code == 0, done.err
    exported = gitledger(ledger_dir, "export", ledger)
    assert exported.code == 0
    path = tmp_path / "rows.csv"
    path.write_bytes(exported.out.encode())
    tip = git(ledger_dir, "rev-parse", "gitledger/main")
    again = gitledger(ledger_dir, "--json", "import", "csv", ledger, str(path))
    assert again.code == 0, again.err
    assert (again.json["recorded"], again.json["already"]) == (0, len(EVIL))
    assert tip == git(ledger_dir, "rev-parse", "gitledger/main")


def test_other_line_ends_are_no_other_rows(ledger_dir: Path, tmp_path: Path) -> None:
    """A spreadsheet that saves an export with CRLF, in cells as well, made no new rows of it."""
    for text in ("a\nb", "plain"):
        words = [*BASE["tokens"].split(), f"notes={text}"]
        assert gitledger(ledger_dir, "append", "tokens", *words).code == 0
    path = tmp_path / "rows.csv"
    text = gitledger(ledger_dir, "export", "tokens").out
    path.write_bytes(text.replace("\n", "\r\n").encode())
    again = gitledger(ledger_dir, "--json", "import", "csv", "tokens", str(path))
    assert (again.json["recorded"], again.json["already"]) == (0, 2)
