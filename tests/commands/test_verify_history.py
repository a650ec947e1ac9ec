"""`verify` finds history that was rewritten, joined or hidden, and weakened definitions."""

import json
from pathlib import Path

import pytest
from ground import git, gitledger
from tampering import BRANCH, REF, TRIALS, Ledger, make_ledger

from gitledger.commands.amend import amend
from gitledger.commands.void import void
from gitledger.errors import HistoryIncomplete, LedgerDamaged
from gitledger.git.proof.checkpoint import path_of
from gitledger.git.repository import open_repository
from gitledger.ledger import codec, layout
from gitledger.ledger.row import Row


@pytest.fixture
def ledger(repo_dir: Path) -> Ledger:
    """A ledger with three rows."""
    return make_ledger(repo_dir)


def forget(ledger: Ledger) -> None:
    """Take away git's own memory of the branch, as in a bare repository."""
    (ledger.path / ".git" / "logs" / REF).unlink()


SCHEMA = "ledgers/trials/schema.yaml"


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("  notes:  {type: text}\n", "", "schema-dropped-column"),
        ("  notes:  {type: text}", "  notes:  {type: number}", "schema-changed-type"),
        ("  notes:  {type: text}", "  notes:  {type: text, required: true}", "schema-required"),
        ("enum: [pass, fail]", "enum: [pass]", "schema-narrowed"),
        ("key: [run]", "key: [run, notes]", "schema-key"),
        ("ledger: trials", "ledger: [", "schema-broken"),
        ("ledger: trials", "ledger: other", "schema-broken"),
    ],
)
def test_weakened_schema(ledger: Ledger, old: str, new: str, code: str) -> None:
    """A definition that lost anything, or cannot be read, is found at its commit."""
    commit = ledger.spoil({SCHEMA: TRIALS.replace(old, new).encode()})
    found = ledger.finding(code)
    assert (commit, SCHEMA) == (found["commit"], found["path"])


def test_schema_that_only_gained(ledger: Ledger) -> None:
    """A new optional column is no finding; the change of the text is noted."""
    commit = ledger.spoil({SCHEMA: (TRIALS + "  colour: {type: text}\n").encode()})
    answer = ledger.verify()
    assert answer["findings"] == []
    assert [commit] == [n["commit"] for n in answer["notes"] if n["code"] == "text-changed"]


def test_removed_schema(ledger: Ledger) -> None:
    """A ledger whose definition was removed is found."""
    commit = ledger.spoil({SCHEMA: None})
    assert commit == ledger.finding("schema-removed")["commit"]


def test_second_root(ledger: Ledger) -> None:
    """A history without common beginning that was merged in is found at its root."""
    base = ledger.tip
    root = ledger.git("commit-tree", "-m", "other", ledger.git("rev-parse", f"{REF}^{{tree}}"))
    ledger.spoil({}, parents=[base, root])
    assert root == ledger.finding("second-root")["commit"]


def test_merge_that_lost_rows_of_a_parent(ledger: Ledger) -> None:
    """A merge without one side's row is found, with that row's path."""
    base = ledger.git("rev-parse", f"{REF}~1")
    path = ledger.path_of(ledger.add("four", 9))
    commit = ledger.spoil({}, parents=[ledger.tip, base], base=base)
    found = [f for f in ledger.verify()["findings"] if f["code"] == "merge-lost-row"]
    assert (commit, path) in [(f["commit"], f["path"]) for f in found]


def test_merge_does_not_excuse_an_edit(ledger: Ledger) -> None:
    """A merge that takes an edited row over is found against the parent with the true one."""
    base, path = ledger.tip, ledger.path_of("Z-")
    edited = ledger.spoil({path: b"{}\n"})
    commit = ledger.spoil({}, parents=[base, edited])
    found = [f for f in ledger.verify()["findings"] if f["code"] == "row-edited"]
    assert {edited, commit} == {f["commit"] for f in found}


def test_row_that_only_the_merge_adds(ledger: Ledger) -> None:
    """A row that slipped in with a merge is found there."""
    row = Row("trials", "2026-11-23T15:00:00.000000Z", "main", "x", {"run": "x", "result": "pass"})
    named, data = codec.encode(row)
    path = layout.row_path("trials", 0, layout.row_file(row.recorded_at, named.id))
    commit = ledger.spoil({path: data}, parents=[ledger.tip, f"{REF}~1"])
    assert commit == ledger.finding("merge-added-row")["commit"]


def test_branch_moved_back(ledger: Ledger) -> None:
    """A branch that was forced to an older tip is found, and the lost row is named."""
    lost, tip = ledger.path_of(ledger.add("four", 9)), ledger.tip
    ledger.git("update-ref", REF, f"{REF}~1")
    assert tip == ledger.finding("tip-rewound")["commit"]
    found = ledger.finding("row-lost")
    assert (tip, lost) == (found["commit"], found["path"])


def test_branch_moved_back_without_a_reflog(ledger: Ledger) -> None:
    """The last verified checkpoint remembers when git does not."""
    ledger.verify()
    tip = ledger.tip
    forget(ledger)
    ledger.git("-c", "core.logAllRefUpdates=false", "update-ref", REF, f"{REF}~2")
    assert tip == ledger.finding("tip-rewound")["commit"]
    assert {"tip-rewound", "row-lost", "rows-fewer"} == ledger.codes()


def test_findings_leave_the_checkpoint_where_it_was(ledger: Ledger) -> None:
    """Only a clean verify moves the checkpoint: the same loss is found twice."""
    ledger.verify()
    ledger.git("update-ref", REF, f"{REF}~1")
    assert ledger.verify()["findings"] == ledger.verify()["findings"]
    kept = json.loads(path_of(open_repository(ledger.path, {}), BRANCH).read_text())
    assert kept["rows"] == 3


def rebuild(ledger: Ledger) -> str:
    """The same branch made anew without the last row; its id."""
    tip = ""
    for commit in ledger.git("rev-list", "--reverse", f"{REF}~1").splitlines():
        message = ledger.git("log", "-1", "--format=%B", commit)
        parent = ["-p", tip] if tip else []
        tree = f"{commit}^{{tree}}"
        tip = ledger.git(
            "commit-tree", *parent, "-m", message, tree, GIT_COMMITTER_DATE="2026-11-23T12:00Z"
        )
    ledger.git("update-ref", REF, tip)
    return tip


@pytest.mark.parametrize("memory", ["reflog", "checkpoint"])
def test_branch_rebuilt_with_one_row_less(ledger: Ledger, memory: str) -> None:
    """A branch made anew is found by its root and its tip, and the missing row is named."""
    lost, tip = ledger.path_of(ledger.add("four", 9)), ledger.tip
    if memory == "checkpoint":
        ledger.verify()
    rebuild(ledger)
    if memory == "checkpoint":
        forget(ledger)
    assert lost == ledger.finding("row-lost")["path"]
    assert tip == ledger.finding("history-rewritten")["commit"]
    assert {"root-changed", "history-rewritten", "row-lost"} <= ledger.codes()


def test_tip_that_was_pushed_and_is_gone(ledger: Ledger, tmp_path: Path) -> None:
    """What this clone pushed is remembered by the remote-tracking branch."""
    ledger.git("init", "-q", "--bare", str(tmp_path / "hub.git"))
    ledger.git("remote", "add", "origin", str(tmp_path / "hub.git"))
    ledger.git("push", "-q", "origin", BRANCH)
    tip = ledger.tip
    forget(ledger)
    ledger.git("-c", "core.logAllRefUpdates=false", "update-ref", REF, f"{REF}~1")
    found = [f for f in ledger.verify()["findings"] if f["code"] == "tip-rewound"]
    assert {tip} == {f["commit"] for f in found}


def test_remote_that_has_another_ledger(ledger: Ledger) -> None:
    """Two ledgers that were begun apart are no ledger and its copy."""
    ledger.git("remote", "add", "origin", "nowhere")
    tracking = f"refs/remotes/origin/{BRANCH}"
    ledger.git("update-ref", tracking, f"{REF}~1")
    assert ledger.codes() == set()
    root = ledger.git("commit-tree", f"{REF}^{{tree}}", "-m", "ledger: begin")
    ledger.git("update-ref", tracking, root)
    assert ledger.finding("remote-other-root")["commit"] == root


def test_branch_that_is_gone(ledger: Ledger) -> None:
    """A deleted branch that was verified once is no fresh start."""
    ledger.verify()
    ledger.git("update-ref", "-d", REF)
    with pytest.raises(LedgerDamaged, match="is gone; it was verified"):
        ledger.verify()


def test_correction_that_points_nowhere(ledger: Ledger) -> None:
    """A correction of a row that the ledger does not have is found."""
    values = {"target": "0123456789abcdef", "kind": "void", "reason": "x"}
    row = Row("corrections", "2026-11-23T15:00:00.000000Z", "main", "x", values)
    named, data = codec.encode(row)
    path = layout.row_path("corrections", 0, layout.row_file(row.recorded_at, named.id))
    commit = ledger.spoil({path: data}, message=f"x\n\nLedger-Row: {named.id}")
    found = ledger.finding("reference-unresolved")
    assert (commit, path) == (found["commit"], found["path"])


def test_amended_and_voided_rows_are_intact(ledger: Ledger) -> None:
    """The replacement of an amended row has its key, and that is no duplicate."""
    void(ledger.world(20), ledger.path_of("Z-")[-21:-5], reason="typo")
    row = ledger.add("five", 21)
    amend(ledger.world(22), row, ["result=fail"], reason="failed after all")
    assert ledger.verify()["findings"] == []


def test_replaced_commit(ledger: Ledger) -> None:
    """A commit hidden behind refs/replace is found, and so is what it hides."""
    path, honest = ledger.path_of("Z-"), ledger.tip
    bad = ledger.spoil({path: b"{}\n"})
    ledger.git("replace", bad, honest)
    assert bad == ledger.finding("history-replaced")["commit"]
    assert bad == ledger.finding("row-edited")["commit"]


def test_grafted_commit(ledger: Ledger) -> None:
    """A graft that skips commits is found, and the walk sees through it."""
    path = ledger.path_of("Z-")
    bad = ledger.spoil({path: b"{}\n"})
    (ledger.path / ".git" / "info").mkdir(exist_ok=True)
    (ledger.path / ".git" / "info" / "grafts").write_text(f"{ledger.tip}\n")
    assert bad == ledger.finding("history-grafts")["commit"]
    assert bad == ledger.finding("row-edited")["commit"]


def test_shallow_file_that_hides_history(ledger: Ledger) -> None:
    """A shallow border drawn over history that is there is found."""
    path = ledger.path_of("Z-")
    bad = ledger.spoil({path: b"{}\n"})
    (ledger.path / ".git" / "shallow").write_text(f"{ledger.tip}\n")
    assert bad == ledger.finding("history-shallow")["commit"]
    assert bad == ledger.finding("row-edited")["commit"]


def test_shallow_clone_cannot_tell(ledger: Ledger, tmp_path: Path) -> None:
    """A shallow clone answers that it cannot tell, and which fetch mends it."""
    clone = tmp_path / "clone"
    ledger.git("clone", "-q", "--depth=1", "-b", BRANCH, f"file://{ledger.path}", str(clone))
    with pytest.raises(HistoryIncomplete) as caught:
        Ledger(clone).verify()
    assert "git fetch --unshallow" in caught.value.hint
    assert caught.value.exit_code == 3


def test_damaged_blob(ledger: Ledger) -> None:
    """A row whose object was overwritten in the object store is found."""
    path = ledger.path_of("Z-")
    name, other = ledger.git("rev-parse", f"{REF}:{path}"), ledger.blob(b"other")
    store = ledger.path / ".git" / "objects"
    target = store / name[:2] / name[2:]
    target.chmod(0o644)
    target.write_bytes((store / other[:2] / other[2:]).read_bytes())
    assert path == ledger.finding("object-unreadable")["path"]


@pytest.mark.parametrize(
    ("path", "old", "new", "code"),
    [
        (layout.CONFIG, "exclude: []", "exclude: &x []\nplans: *x", "config-broken"),
        (layout.CONFIG, "accounts: {}", "accounts: [me]", "config-broken"),
        (layout.CONFIG, "buffer_pp: 10", "buffer_pp: lots", "config-broken"),
        (layout.RULES, "min_windows: 6", "min_windows: six", "rules-broken"),
        (layout.RULES, "min_windows: 6", "min_windows: [", "rules-broken"),
    ],
)
def test_settings_that_set_would_refuse(
    ledger: Ledger, path: str, old: str, new: str, code: str
) -> None:
    """A text that came by plain git is found as `config set` and `rules set` refuse it."""
    ledger.spoil({path: git(ledger.path, "show", f"{BRANCH}:{path}").replace(old, new).encode()})
    assert ledger.finding(code)["path"] == path


def test_words_of_a_newer_configuration_are_noted(ledger: Ledger) -> None:
    """Nothing is refused: what this version does not know, it reads the file without."""
    text = git(ledger.path, "show", f"{BRANCH}:{layout.CONFIG}")
    more = "future: {a: 1}\nfeatures: [trailers, guesses]\n"
    ledger.spoil({layout.CONFIG: (text + more).encode()})
    told = gitledger(ledger.path, "verify", "--json").json
    words = [one["what"] for one in told["notes"] if one["code"] == "config-newer"]
    assert [one for one in ("future", "guesses") if one not in " ".join(words)] == []
    assert told["intact"]
