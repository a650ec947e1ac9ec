"""The gate of a proposal: what may join a ledger, judged by the ledger that is joined."""

from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from ground import git, gitledger
from share.proposals import (
    BASE,
    BRANCH,
    capability,
    committed,
    keep,
    record,
    row_files,
    text_at,
    window,
)


def codes(path: Path, *words: str) -> list[str]:
    """The codes of what keeps the proposal out."""
    answer = gitledger(path, "--json", "check", "--base", BASE, *words)
    assert answer.code == (0 if answer.json["passed"] else 1), answer.err
    return [found["code"] for found in answer.json["findings"]]


def test_rows_of_the_program_may_join(ledger_dir: Path) -> None:
    """Appended rows pass with exit 0, and are counted by ledger."""
    keep(ledger_dir)
    capability(ledger_dir, "c1")
    capability(ledger_dir, "c2")
    answer = gitledger(ledger_dir, "--json", "check", "--base", BASE)
    assert answer.code == 0
    assert answer.json["added"] == {"capabilities": 2}
    assert answer.json["commits"] == 2


def test_nothing_new_may_join(ledger_dir: Path) -> None:
    """A head that brings nothing passes and says so."""
    keep(ledger_dir)
    answer = gitledger(ledger_dir, "check", "--base", BASE)
    assert answer.code == 0
    assert "0 rows in 0 commits: may join" in answer.out


def test_a_proposal_from_an_older_base_may_join(ledger_dir: Path) -> None:
    """The base went on since the proposal parted: no finding, and only the proposal's rows."""
    start = keep(ledger_dir)
    capability(ledger_dir, "theirs")
    keep(ledger_dir)
    git(ledger_dir, "update-ref", f"refs/heads/{BRANCH}", start)
    capability(ledger_dir, "ours")
    answer = gitledger(ledger_dir, "--json", "check", "--base", BASE)
    assert (answer.code, answer.json["added"]) == (0, {"capabilities": 1})


def test_a_merge_of_the_base_into_the_proposal_may_join(ledger_dir: Path) -> None:
    """`Update branch`: the union of both sides is no new row."""
    start = keep(ledger_dir)
    capability(ledger_dir, "theirs")
    theirs = keep(ledger_dir)
    git(ledger_dir, "update-ref", f"refs/heads/{BRANCH}", start)
    capability(ledger_dir, "ours")
    tree = git(ledger_dir, "merge-tree", "--write-tree", BRANCH, theirs).split()[0]
    made = git(ledger_dir, "commit-tree", tree, "-p", BRANCH, "-p", theirs, "-m", "Merge").strip()
    git(ledger_dir, "update-ref", f"refs/heads/{BRANCH}", made)
    answer = gitledger(ledger_dir, "--json", "check", "--base", BASE)
    assert (answer.code, answer.json["added"]) == (0, {"capabilities": 1})


@pytest.mark.parametrize("what", ["edited", "deleted", "foreign"])
def test_rows_are_only_added(ledger_dir: Path, what: str) -> None:
    """An edited or deleted row, or a file that is no row, keeps a proposal out."""
    capability(ledger_dir, "c1")
    keep(ledger_dir)
    path = row_files(ledger_dir)[0]
    files = {"edited": {path: "{}\n"}, "deleted": {path: None}, "foreign": {"ledgers/x.txt": "x"}}
    committed(ledger_dir, files[what])
    assert f"row-{what}" in codes(ledger_dir)


def test_a_private_text_keeps_a_row_out(ledger_dir: Path) -> None:
    """A row made by hand with an address names the column, never the find."""
    capability(ledger_dir, "c1")
    keep(ledger_dir)
    record(ledger_dir, "capability=c2", "name=reach who at example dot org")
    path = next(name for name in row_files(ledger_dir) if name not in row_files(ledger_dir, BASE))
    text = text_at(ledger_dir, path).replace("who at example dot org", "someone@example.org")
    git(ledger_dir, "update-ref", f"refs/heads/{BRANCH}", BASE)
    from hashlib import sha256

    name = f"{path[:-21]}{sha256(text.encode()).hexdigest()[:16]}.json"
    row = name[-21:-5]
    committed(ledger_dir, {name: text}, f"c\n\nLedger-Row: {row}\nLedger-Agent: main\n")
    answer = gitledger(ledger_dir, "--json", "check", "--base", BASE)
    assert answer.code == 1
    [found] = answer.json["findings"]
    assert (found["code"], found["path"]) == ("row-private", name)
    assert found["what"] == "column name holds an account"
    assert "someone@example.org" not in answer.out


def test_a_workflow_is_an_error_and_a_text_is_listed(ledger_dir: Path) -> None:
    """What a forge would run keeps a proposal out; loosened rules are listed and do not."""
    keep(ledger_dir)
    rules = text_at(ledger_dir, "rules.yaml")
    looser = rules.replace("max_anomalies: 0", "max_anomalies: 9", 1)
    assert looser != rules
    committed(ledger_dir, {"rules.yaml": looser})
    answer = gitledger(ledger_dir, "--json", "check", "--base", BASE)
    assert answer.code == 0
    [text] = answer.json["texts"]
    assert (text["path"], text["what"]) == ("rules.yaml", "changed")
    assert text["loosened"] == ["window.go.max_anomalies was raised from 0 to 9"]
    committed(ledger_dir, {".github/workflows/gitledger.yml": "on: push\n"})
    assert codes(ledger_dir) == ["workflow-changed"]


def test_a_policy_that_forbids_is_the_base_s(ledger_dir: Path) -> None:
    """A head that takes the ban away first and loosens then is judged by the base all the same."""
    config = text_at(ledger_dir, "gitledger.yaml")
    committed(ledger_dir, {"gitledger.yaml": f"{config}loosening: forbidden\n"})
    keep(ledger_dir)
    committed(ledger_dir, {"gitledger.yaml": config.replace("buffer_pp: 10", "buffer_pp: 1")})
    assert set(codes(ledger_dir)) == {"policy-loosened"}


def test_signatures_are_asked_for_by_the_base(ledger_dir: Path) -> None:
    """A head that no longer asks for signatures is held to the base that did."""
    config = text_at(ledger_dir, "gitledger.yaml")
    committed(ledger_dir, {"gitledger.yaml": f"{config}signatures: commits\n"})
    keep(ledger_dir)
    committed(ledger_dir, {"gitledger.yaml": config})
    capability_by_hand = git(ledger_dir, "rev-parse", BRANCH).strip()
    committed(ledger_dir, {"README.md": "other\n"})
    found = gitledger(ledger_dir, "--json", "check", "--base", BASE).json["findings"]
    assert {f["commit"] for f in found if f["code"] == "unsigned"} >= {capability_by_hand}
    assert sum(f["code"] == "unsigned" for f in found) == 2


def test_audit_findings_fail_when_asked_to(ledger_dir: Path) -> None:
    """A meter that falls is told with the window's rows, and fails with --findings alone."""
    keep(ledger_dir)
    window(ledger_dir, "W0-01", before=30, after=12)
    plain = gitledger(ledger_dir, "--json", "check", "--base", BASE)
    assert (plain.code, plain.json["windows"]) == (0, ["W0-01"])
    assert "non-monotonic" in {found["code"] for found in plain.json["audit"]}
    assert gitledger(ledger_dir, "check", "--base", BASE, "--findings").code == 1


def test_junit_holds_what_was_found(ledger_dir: Path, tmp_path: Path) -> None:
    """The file is XML with a failure for the case, whatever stands in the row."""
    capability(ledger_dir, "c1")
    keep(ledger_dir)
    committed(ledger_dir, {row_files(ledger_dir)[0]: "]]> \x01 <&\n"})
    file = tmp_path / "check.xml"
    assert gitledger(ledger_dir, "check", "--base", BASE, "--junit", str(file)).code == 1
    suite = ET.parse(file).getroot()  # noqa: S314 - our own file
    assert suite.get("failures") == str(len(suite.findall("testcase/failure"))) != "0"


def test_ten_thousand_findings_are_bounded(ledger_dir: Path, tmp_path: Path) -> None:
    """Text, Markdown and JUnit show the first and count the rest; JSON has all."""
    keep(ledger_dir)
    index = "".join(f"100644 {'e69de29bb2d1d6434b8b29ae775ad8c2e48c5391'}\tledgers/x{n}\n"
                    for n in range(10_000))  # fmt: skip
    git(ledger_dir, "hash-object", "-w", "-t", "blob", "/dev/null")
    scratch = {"GIT_INDEX_FILE": str(ledger_dir / ".git/scratch-index")}
    git(ledger_dir, "read-tree", BRANCH, **scratch)
    listed = tmp_path / "index"
    listed.write_text(index)
    git(ledger_dir, "update-index", "--index-info", stdin=index, **scratch)
    tree = git(ledger_dir, "write-tree", **scratch).strip()
    made = git(ledger_dir, "commit-tree", tree, "-p", BRANCH, "-m", "x").strip()
    git(ledger_dir, "update-ref", f"refs/heads/{BRANCH}", made)
    file = tmp_path / "check.xml"
    text = gitledger(ledger_dir, "check", "--base", BASE, "--junit", str(file))
    assert text.code == 1
    assert "and 9,950 more findings" in text.out
    assert len(text.out) < 20_000
    assert len(gitledger(ledger_dir, "check", "--base", BASE, "--md").out) < 30_000
    assert file.stat().st_size < 1_000_000


def test_a_shallow_clone_cannot_tell(ledger_dir: Path, tmp_path: Path) -> None:
    """Exit 3 with the very command that brings what is missing."""
    capability(ledger_dir, "c1")
    keep(ledger_dir)
    capability(ledger_dir, "c2")
    capability(ledger_dir, "c3")
    clone = tmp_path / "clone"
    words = ("clone", "-q", "--depth", "1", "--no-single-branch", "-b", BRANCH)
    git(tmp_path, *words, f"file://{ledger_dir}", str(clone))
    git(clone, "checkout", "-q", "--detach")
    answer = gitledger(clone, "check", "--base", f"origin/{BASE}")
    assert answer.code == 3
    assert "next: git fetch --unshallow origin gitledger/main" in answer.err


def test_a_head_that_was_not_fetched_cannot_be_judged(ledger_dir: Path) -> None:
    """Exit 3, and the fetch that brings it."""
    answer = gitledger(ledger_dir, "check", "--base", "origin/gitledger/main")
    assert answer.code == 3
    assert "next: git fetch" in answer.err


def test_a_push_of_code_is_not_judged(ledger_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Under pre-commit a push of code passes, whatever state the ledger is in."""
    capability(ledger_dir, "c1")
    keep(ledger_dir)
    committed(ledger_dir, {row_files(ledger_dir)[0]: "{}\n"})
    monkeypatch.setenv("PRE_COMMIT_REMOTE_BRANCH", "refs/heads/trunk")
    assert gitledger(ledger_dir, "check", "--base", BASE).code == 0
    monkeypatch.setenv("PRE_COMMIT_REMOTE_BRANCH", "refs/heads/gitledger/main")
    assert gitledger(ledger_dir, "check", "--base", BASE).code == 1


def test_the_first_push_of_a_ledger_under_pre_commit(
    ledger_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No remote has the ledger yet: what is pushed is judged from its beginning."""
    capability(ledger_dir, "c1")
    head = git(ledger_dir, "rev-parse", BRANCH).strip()
    monkeypatch.setenv("PRE_COMMIT_REMOTE_BRANCH", "refs/heads/gitledger/main")
    monkeypatch.setenv("PRE_COMMIT_TO_REF", head)
    answer = gitledger(ledger_dir, "--json", "check")
    assert (answer.code, answer.json["added"]) == (0, {"capabilities": 1})


def test_pre_push_under_pre_commit_reads_its_variables(
    ledger_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """pre-commit hands a hook no lines: the guard reads which ref moves from the environment."""
    capability(ledger_dir, "c1")
    bad = committed(ledger_dir, {row_files(ledger_dir)[0]: "{}\n"})
    monkeypatch.setenv("PRE_COMMIT_TO_REF", bad)
    monkeypatch.setenv("PRE_COMMIT_REMOTE_NAME", "origin")
    monkeypatch.setenv("PRE_COMMIT_REMOTE_BRANCH", "refs/heads/gitledger/main")
    refused = gitledger(ledger_dir, "hook", "pre-push")
    assert (refused.code, "row was edited" in refused.err) == (1, True)
    monkeypatch.setenv("PRE_COMMIT_REMOTE_BRANCH", "refs/heads/trunk")
    assert gitledger(ledger_dir, "hook", "pre-push").code == 0
