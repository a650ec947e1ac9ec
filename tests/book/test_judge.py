"""What `verify` and a receive hold against a branch, and what `append` refuses before that."""

import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest
from ground import git
from tampering import BRANCH, REF, TRIALS, Ledger, make_ledger

from gitledger.book.judge import judge_move
from gitledger.commands.amend import amend
from gitledger.commands.append import append
from gitledger.commands.config import set_setting
from gitledger.commands.ledger import ledger_add
from gitledger.commands.void import void
from gitledger.errors import InvalidData, LedgerDamaged, SigningFailed
from gitledger.git.proof.examine import Examination
from gitledger.git.repository import open_repository
from gitledger.ledger import codec, layout
from gitledger.ledger.row import Row, Value

LINKED = """gitledger: 1
ledger: linked
title: Rows that name rows
columns:
  about: {type: row, required: true}
  more:  {type: list, items: row}
"""


@pytest.fixture
def ledger(repo_dir: Path) -> Ledger:
    """A ledger with three rows."""
    return make_ledger(repo_dir)


def made(ledger: str, values: Mapping[str, Value], *, minute: int = 0) -> tuple[str, str, bytes]:
    """A row as gitledger would write it: path, id, bytes."""
    row = Row(ledger, f"2026-11-23T15:{minute:02d}:00.000000Z", "main", "gitledger 0.1.0", values)
    named, data = codec.encode(row)
    return layout.row_path(ledger, 0, layout.row_file(row.recorded_at, named.id)), named.id, data


def land(ledger: Ledger, *rows: tuple[str, str, bytes], said: str | None = None) -> str:
    """Rows by hand in one commit that announces them rightly; the commit."""
    names = "".join(f"Ledger-Row: {row_id}\n" for _, row_id, _ in rows)
    message = f"x\n\n{names}Ledger-Agent: main\n" if said is None else said
    return ledger.spoil({path: data for path, _, data in rows}, message=message)


def received(ledger: Ledger, old: str) -> Examination:
    """What a server that stands at a commit would find in a push of the branch."""
    repository = open_repository(ledger.path, ledger.world().environment)
    return judge_move(repository, bytes.fromhex(old), bytes.fromhex(ledger.tip))


def both(ledger: Ledger, old: str) -> set[str]:
    """The codes that `verify` finds, which are those that a receive finds."""
    codes = {finding.problem.code for finding in received(ledger, old).findings}
    assert ledger.codes() == codes
    return codes


def rewind(ledger: Ledger, old: str) -> None:
    """Move the branch back and let nobody remember."""
    ledger.git("update-ref", REF, old)
    (ledger.path / ".git" / "logs" / REF).unlink()
    shutil.rmtree(ledger.path / ".git" / "gitledger" / "verified")


def fix(target: str, replacement: str = "", minute: int = 0) -> tuple[str, str, bytes]:
    """A correction by hand."""
    values: dict[str, Value] = {"target": target, "kind": "amend" if replacement else "void"}
    values |= {"reason": "x"} | ({"replacement": replacement} if replacement else {})
    return made("corrections", values, minute=minute)


def test_another_ledgers_definition(ledger: Ledger) -> None:
    """A known blob at the path of another ledger is no definition of that ledger."""
    old = ledger.tip
    ledger.spoil({"ledgers/trials/schema.yaml": ledger.content("ledgers/tokens/schema.yaml")})
    assert both(ledger, old) == {"schema-broken"}
    with pytest.raises(LedgerDamaged, match="definition of tokens"):
        ledger.add("four")


@pytest.mark.parametrize("cut", [0, 1])
def test_no_way_round_the_last_definition(ledger: Ledger, cut: int) -> None:
    """What stood between is passed over: a definition is held to the last readable one."""
    tips = [ledger.tip]
    path = "ledgers/trials/schema.yaml"
    ledger.spoil({path: ledger.content("ledgers/tokens/schema.yaml")})
    tips.append(ledger.tip)
    ledger.spoil({path: TRIALS.replace("key: [run]", "key: []").encode()})
    assert "schema-key" in {f.problem.code for f in received(ledger, tips[cut]).findings}
    assert ledger.codes() == {"schema-broken", "schema-key"}


def test_a_broken_definition_is_put_back(ledger: Ledger, tmp_path: Path) -> None:
    """`ledger add` holds a new definition to the last readable one as well."""
    ledger.spoil({"ledgers/trials/schema.yaml": b"nothing\n"})
    (tmp_path / "trials.yaml").write_text(TRIALS.replace("key: [run]", "key: []"))
    with pytest.raises(InvalidData, match="optional columns"):
        ledger_add(ledger.world(), str(tmp_path / "trials.yaml"))
    (tmp_path / "trials.yaml").write_text(TRIALS)
    ledger_add(ledger.world(), str(tmp_path / "trials.yaml"))
    assert ledger.add("four", 5)


@pytest.mark.parametrize("cut", [0, 1])
def test_a_definition_that_was_taken_out(ledger: Ledger, cut: int) -> None:
    """A removed definition is remembered when another comes in its place."""
    tips = [ledger.tip]
    ledger.spoil({"ledgers/trials/schema.yaml": None})
    tips.append(ledger.tip)
    narrow = TRIALS.replace("enum: [pass, fail]", "enum: [pass]")
    ledger.spoil({"ledgers/trials/schema.yaml": narrow.encode()})
    found = {f.problem.code for f in received(ledger, tips[cut]).findings}
    assert "schema-narrowed" in found
    assert ledger.codes() == {"schema-removed", "schema-narrowed"}


def test_a_correction_of_nothing(ledger: Ledger) -> None:
    """It could never be taken back, so it may not land."""
    old = ledger.tip
    land(ledger, fix("1234567890abcdef"))
    assert both(ledger, old) == {"reference-unresolved"}


def test_corrections_that_correct_nothing(ledger: Ledger) -> None:
    """A correction of an earlier correction, and a replacement from another ledger."""
    row = ledger.add("four", 4)
    other = append(ledger.world(5), "capabilities", ["capability=c", "name=c"]).payload["row"]
    done = void(ledger.world(6), ledger.add("five", 5), reason="wrong").payload["row"]
    old = ledger.tip
    land(ledger, fix(str(done)))
    assert both(ledger, old) == {"correction-of-correction"}
    rewind(ledger, old)
    land(ledger, fix(row, str(other)))
    assert {f.problem.code for f in received(ledger, old).findings} == {"correction-across-ledgers"}


def test_replacements_in_a_circle(ledger: Ledger) -> None:
    """Two rows that replace each other would both be gone; so would one that replaces itself."""
    first, second = ledger.add("four", 4), ledger.add("five", 5)
    land(ledger, fix(first, second))
    old = ledger.tip
    land(ledger, fix(second, first, minute=1))
    assert both(ledger, old) == {"correction-circle"}
    rewind(ledger, old)
    land(ledger, fix(second, second, minute=1))
    assert {f.problem.code for f in received(ledger, old).findings} == {"correction-circle"}


def test_the_same_row_under_two_paths(ledger: Ledger) -> None:
    """A receive knows the rows that stood before it, and notes one that comes again."""
    path = ledger.path_of("Z-")
    old, row = ledger.tip, path[-21:-5]
    land(ledger, (path.replace("/00/00/", "/00/01/"), row, ledger.content(path)))
    assert both(ledger, old) == set()
    assert [n.problem.code for n in received(ledger, old).notes] == ["row-twice"]


def test_the_same_fact_again(ledger: Ledger) -> None:
    """A receive knows the natural keys that stood before it, and what was voided."""
    old = ledger.tip
    land(ledger, made("trials", {"run": "one", "result": "pass"}))
    assert both(ledger, old) == set()
    assert [n.problem.code for n in received(ledger, old).notes] == ["duplicate-merged"]


def test_the_same_key_otherwise(ledger: Ledger) -> None:
    """Two rows of one key that contradict each other are found until one is voided."""
    old = ledger.tip
    land(ledger, made("trials", {"run": "one", "result": "fail"}))
    assert both(ledger, old) == {"duplicate-key"}
    void(ledger.world(20), made("trials", {"run": "one", "result": "fail"})[1], reason="wrong")
    assert both(ledger, old) == set()


def test_append_refuses_references_to_nothing(ledger: Ledger, tmp_path: Path) -> None:
    """What it would take could not be pushed; a row that exists may be named."""
    (tmp_path / "linked.yaml").write_text(LINKED)
    ledger_add(ledger.world(), str(tmp_path / "linked.yaml"))
    row = ledger.add("four", 4)
    before = ledger.tip
    for pairs in (["about=1234567890abcdef"], [f"about={row}", 'more=["1234567890abcdef"]']):
        with pytest.raises(InvalidData) as refused:
            append(ledger.world(5), "linked", pairs)
        assert [p.code for p in refused.value.problems] == ["reference-unresolved"]
    assert before == ledger.tip
    append(ledger.world(5), "linked", [f"about={row}"])
    amend(ledger.world(6), row, ["result=fail"], reason="x")
    assert ledger.codes() == set()


def test_a_void_mends_a_reference(ledger: Ledger, tmp_path: Path) -> None:
    """A row that names nothing can be taken back, and then is no finding any more."""
    (tmp_path / "linked.yaml").write_text(LINKED)
    ledger_add(ledger.world(), str(tmp_path / "linked.yaml"))
    row = made("linked", {"about": "1234567890abcdef"})
    land(ledger, row)
    assert ledger.codes() == {"reference-unresolved"}
    void(ledger.world(9), row[1], reason="names nothing")
    assert ledger.codes() == set()


@pytest.mark.parametrize(
    "said",
    [
        "x\n\nLedger-Agent: main",
        "x\n\nLedger-Row: {row}",
        "x\n\nLedger-Row: {row}\nLedger-Agent: eve",
        "x\n\nLedger-Row: {row}\nLedger-Row: 1234567890abcdef\nLedger-Agent: main",
        "x\n\nLedger-Rows: 2\nLedger-Agent: main",
        "x\n\nLedger-Rows: 1\nLedger-Agent: main",
        "x\n\nLedger-Row: {row}\nLedger-Rows: 9\nLedger-Agent: main",
    ],
)
def test_names_counts_and_agents(ledger: Ledger, said: str) -> None:
    """Names and counts are those of the rows that were added, the agent is that of each."""
    old, row = ledger.tip, made("trials", {"run": "four", "result": "pass"})
    land(ledger, row, said=said.format(row=row[1]))
    assert both(ledger, old) == {"row-smuggled"}


def raw_tree(ledger: Ledger, lines: bytes) -> str:
    """Store a tree of these bytes, whatever git thinks of them; its id."""
    (ledger.path.parent / "raw").write_bytes(lines)
    words = ("hash-object", "-t", "tree", "-w", "--literally", str(ledger.path.parent / "raw"))
    return ledger.git(*words)


@pytest.mark.parametrize("form", ["doubled", "unsorted", "padded"])
def test_malformed_trees(ledger: Ledger, form: str) -> None:
    """A folder at the tip in which a name is given twice, or out of order, is found."""
    old = ledger.tip
    readme = bytes.fromhex(ledger.blob(b"x\n"))
    index = {"GIT_INDEX_FILE": str(ledger.path / ".git" / "scratch")}
    ledger.git("read-tree", REF, **index)
    tree = ledger.git("write-tree", **index)
    words = ["git", "cat-file", "tree", tree]
    lines = subprocess.run(words, cwd=ledger.path, check=True, capture_output=True).stdout
    extra = {
        "doubled": b"100644 rules.yaml\0" + readme,
        "unsorted": b"100644 a\0" + readme,
        "padded": b"0100644 zzz\0" + readme,
    }[form]
    commit = ledger.git("commit-tree", "-p", old, "-m", "x", raw_tree(ledger, lines + extra))
    ledger.git("update-ref", REF, commit)
    assert "tree-malformed" in both(ledger, old)


@pytest.mark.parametrize("when", ["-1 +0000", "01 +0000", "1 0000", "99999999999999999999 +0000"])
def test_malformed_commits(ledger: Ledger, when: str) -> None:
    """Dates that `git fsck` refuses, or that no calendar holds, are found."""
    old, tree = ledger.tip, ledger.git("rev-parse", f"{REF}^{{tree}}")
    text = f"tree {tree}\nparent {old}\nauthor A <a@b> {when}\ncommitter A <a@b> 1 +0000\n\nx\n"
    (ledger.path.parent / "raw").write_bytes(text.encode())
    words = ("hash-object", "-t", "commit", "-w", "--literally", str(ledger.path.parent / "raw"))
    ledger.git("update-ref", REF, ledger.git(*words))
    assert both(ledger, old) == {"commit-malformed"}


def test_every_object_of_the_tip_is_read(ledger: Ledger) -> None:
    """A text that nobody parses is found when it is gone."""
    blob = ledger.git("rev-parse", f"{REF}:README.md")
    (ledger.path / ".git" / "objects" / blob[:2] / blob[2:]).unlink()
    assert ledger.finding("object-unreadable")["path"] == "README.md"


@pytest.mark.parametrize("name", ["refs/tags/gitledger/main", "refs/gitledger/main"])
def test_ambiguous_names(ledger: Ledger, name: str) -> None:
    """A ref that git shows in the branch's place is found; an honest remote is only noted."""
    ledger.git("update-ref", name, "HEAD")
    assert ledger.codes() == {"name-ambiguous"}
    ledger.git("update-ref", "-d", name)
    ledger.git("update-ref", f"refs/remotes/{BRANCH}", "HEAD")
    assert ledger.codes() == set()
    assert [n["code"] for n in ledger.verify()["notes"]][-1:] == ["name-ambiguous"]


def test_a_remote_that_lost_rows(ledger: Ledger, tmp_path: Path) -> None:
    """Rows that were pushed and are gone there are found after a fetch, until they are back."""
    git(tmp_path, "init", "-q", "--bare", "srv.git")
    ledger.git("remote", "add", "origin", str(tmp_path / "srv.git"))
    ledger.git("push", "-q", "origin", BRANCH)
    ledger.add("four", 4)
    ledger.git("push", "-q", "origin", BRANCH)
    assert ledger.codes() == set()
    git(tmp_path / "srv.git", "update-ref", REF, ledger.git("rev-parse", f"{REF}~1"))
    ledger.git("fetch", "-q", "origin")
    assert "1 row" in ledger.finding("remote-lost-rows")["what"]
    ledger.git("push", "-q", "origin", BRANCH)
    assert ledger.codes() == set()


def change(ledger: Ledger, path: str, old: str, new: str) -> str:
    """One of the settings changed by hand; the commit."""
    text = ledger.content(path).decode()
    assert old in text
    return ledger.spoil({path: text.replace(old, new).encode()})


LOOSE = [
    (layout.RULES, "min_probability: 0.8", "min_probability: 0.5"),
    (layout.RULES, "severities: [error]", "severities: []"),
    (layout.RULES, "unknown: block", "unknown: allow"),
    (layout.CONFIG, "late_after_hours: 12", "late_after_hours: 99"),
    (layout.CONFIG, "exclude: []", "exclude: ['*.py']"),
]


@pytest.mark.parametrize(("path", "old", "new"), LOOSE)
def test_loosened_policy(ledger: Ledger, path: str, old: str, new: str) -> None:
    """A loosening is a note with who and when, an error where the text at the parent forbids it."""
    before = ledger.tip
    commit = change(ledger, path, old, new)
    notes = [note for note in ledger.verify()["notes"] if note["code"] == "policy-loosened"]
    assert [commit] == sorted({note["commit"] for note in notes})
    assert "by Ada" in notes[0]["what"] or " at 20" in notes[0]["what"]
    assert both(ledger, before) == set()
    rewind(ledger, before)
    change(ledger, layout.CONFIG, "exclude: []", "exclude: []\nloosening: forbidden")
    parent = ledger.tip
    text = ledger.content(path).decode().replace(old, new).replace("loosening: forbidden", "")
    ledger.spoil({path: text.encode()})
    assert both(ledger, parent) == {"policy-loosened"}


def test_tightened_policy_and_added_keys(ledger: Ledger) -> None:
    """What holds back more, or says what held by default, loosens nothing."""
    change(ledger, layout.RULES, "min_probability: 0.8", "min_probability: 0.9")
    change(ledger, layout.CONFIG, "thresholds:", "thresholds:\n  churn_days: 14")
    change(ledger, layout.CONFIG, "exclude: []", "exclude: []\nsignatures: none")
    assert [n for n in ledger.verify()["notes"] if n["code"] == "policy-loosened"] == []


def test_a_broken_text_between_hides_no_loosening(ledger: Ledger) -> None:
    """Rules are held to the last readable ones."""
    before = ledger.tip
    text = ledger.content(layout.RULES)
    ledger.spoil({layout.RULES: b"nothing\n"})
    middle = ledger.tip
    ledger.spoil({layout.RULES: text.replace(b"min_probability: 0.8", b"min_probability: 0.1")})
    for old in (before, middle):
        assert "policy-loosened" in {n.problem.code for n in received(ledger, old).notes}
    assert "policy-loosened" in {n["code"] for n in ledger.verify()["notes"]}


def test_set_tells_and_refuses_loosenings(ledger: Ledger, tmp_path: Path) -> None:
    """`rules set` says what it loosens; where that is forbidden it refuses."""
    text = ledger.content(layout.RULES).decode()
    (tmp_path / "loose.yaml").write_text(
        text.replace("min_probability: 0.8", "min_probability: .1")
    )
    (tmp_path / "config.yaml").write_text(
        ledger.content(layout.CONFIG).decode() + "\nloosening: forbidden\n"
    )
    set_setting(ledger.world(), "config", str(tmp_path / "config.yaml"))
    with pytest.raises(InvalidData, match="forbids"):
        set_setting(ledger.world(), "rules", str(tmp_path / "loose.yaml"))
    ledger.git("update-ref", REF, f"{REF}~1")
    done = set_setting(ledger.world(), "rules", str(tmp_path / "loose.yaml"))
    assert done.notes[0].startswith("policy-loosened: week.soft_go.min_probability was lowered")


def test_signatures_by_the_policy_at_the_parent(ledger: Ledger) -> None:
    """A policy binds what follows it: neither what was before nor its own end escapes it."""
    raised = change(ledger, layout.CONFIG, "exclude: []", "exclude: []\nsignatures: commits")
    assert ledger.codes() == set()
    with pytest.raises(SigningFailed, match="signed commits only"):
        ledger.add("four", 4)
    lowered = change(ledger, layout.CONFIG, "signatures: commits", "signatures: none")
    assert both(ledger, raised) == {"unsigned"}
    assert [lowered] == [f["commit"] for f in ledger.verify()["findings"]]
