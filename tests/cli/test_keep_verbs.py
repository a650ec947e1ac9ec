"""The verbs that keep a ledger, as a person types them."""

import json
from pathlib import Path

import pytest
from ground import git, gitledger

RUNS = """\
gitledger: 1
ledger: runs  # ours
title: Test runs
key: [name]
columns:
  name: {type: text, required: true}
  secs: {type: number, min: 0, unit: s}
  state: {type: text, enum: [open, done]}
"""


@pytest.fixture
def runs(ledger_dir: Path) -> Path:
    """A ledger repository with a ledger of its own, `runs`."""
    (ledger_dir / "runs.yaml").write_text(RUNS)
    assert gitledger(ledger_dir, "ledger", "add", "runs.yaml").code == 0
    return ledger_dir


def row_of(directory: Path, *words: str) -> str:
    """The id of the row that an append recorded."""
    answer = gitledger(directory, "append", *words, "--json")
    assert answer.code == 0, answer.err
    return str(answer.json["row"])


def test_init_makes_one_root_commit(repo_dir: Path) -> None:
    """The ledger begins with one commit that has no parent, on its own branch."""
    assert gitledger(repo_dir, "init", "--json").json["created"] is True
    assert git(repo_dir, "log", "--format=%s%P", "gitledger/main") == "ledger: begin\n"


def test_init_again_changes_nothing(ledger_dir: Path) -> None:
    """A second init says so and leaves the branch alone."""
    before = git(ledger_dir, "rev-parse", "gitledger/main")
    again = gitledger(ledger_dir, "init")
    assert (again.code, "nothing was changed" in again.out) == (0, True)
    assert git(ledger_dir, "rev-parse", "gitledger/main") == before


def test_a_clone_takes_the_ledger_of_its_remote(ledger_dir: Path, tmp_path: Path) -> None:
    """A second root would never join the first: init takes the one there is, others name init."""
    clone = tmp_path / "clone"
    git(tmp_path, "clone", "-q", str(ledger_dir), str(clone))
    for verb in ("status", "verify"):
        refused = gitledger(clone, verb)
        assert (refused.code, "gitledger init takes it" in refused.err) == (3, True)
    made = gitledger(clone, "init", "--json").json
    assert (made["created"], made["adopted"]) == (False, "origin")
    tips = [git(path, "rev-parse", "gitledger/main") for path in (ledger_dir, clone)]
    assert tips[0] == tips[1]
    assert gitledger(clone, "verify").code == 0


def test_a_narrow_clone_asks_for_the_ledger(ledger_dir: Path, tmp_path: Path) -> None:
    """A clone of one branch does not know of the ledger: init asks the remote, and takes it."""
    git(tmp_path, "clone", "-q", "--single-branch", str(ledger_dir), "narrow")
    narrow = tmp_path / "narrow"
    git(narrow, "config", "user.name", "Bea")  # else both roots of one second are one commit
    made = gitledger(narrow, "init", "--no-hooks")
    assert (made.code, "Adopted gitledger/main of origin" in made.out) == (0, True)
    assert gitledger(narrow, "verify").code == 0


def test_a_clone_older_than_the_ledger_asks_for_it(repo_dir: Path, tmp_path: Path) -> None:
    """What was fetched before the ledger began says nothing of it: a second root would stay."""
    git(tmp_path, "clone", "-q", str(repo_dir), "early")
    early = tmp_path / "early"
    git(early, "config", "user.name", "Bea")
    assert gitledger(repo_dir, "init", "--no-hooks").code == 0
    made = gitledger(early, "init", "--no-hooks")
    assert (made.code, "Adopted gitledger/main of origin" in made.out) == (0, True)


def test_init_warns_of_a_remote_that_began_otherwise(repo_dir: Path, tmp_path: Path) -> None:
    """Two clones began at once: whichever has no rows is told how to take the other's ledger."""
    git(tmp_path, "clone", "-q", str(repo_dir), "early")
    early = tmp_path / "early"
    assert gitledger(early, "init", "--no-hooks", "--provider", "glm").code == 0
    assert gitledger(repo_dir, "init", "--no-hooks").code == 0
    git(early, "fetch", "-q")
    told = gitledger(early, "init", "--no-hooks")
    assert (told.code, "warning: origin/gitledger/main began with another" in told.err) == (0, True)
    git(early, "branch", "-D", "gitledger/main")
    (early / ".git/gitledger/verified/gitledger/main.json").unlink()
    assert gitledger(early, "init", "--no-hooks").code == 0
    assert gitledger(early, "verify").code == 0


def test_a_narrow_clone_of_a_remote_that_is_gone_is_told_so(
    ledger_dir: Path, tmp_path: Path
) -> None:
    """Where the remote cannot be asked a ledger begins, and a note says how to give it up."""
    git(tmp_path, "clone", "-q", "--single-branch", str(ledger_dir), "narrow")
    narrow = tmp_path / "narrow"
    git(narrow, "remote", "set-url", "origin", str(tmp_path / "gone"))
    made = gitledger(narrow, "init", "--no-hooks")
    assert made.code == 0
    assert "origin could not be asked whether it has gitledger/main" in made.err
    assert gitledger(narrow, "verify").code == 0
    assert gitledger(narrow, "init", "--no-hooks").err == ""


def test_init_takes_another_branch(repo_dir: Path) -> None:
    """The branch that init was given is the one later commands use."""
    assert gitledger(repo_dir, "init", "--branch", "books").code == 0
    assert gitledger(repo_dir, "ledger", "list").code == 0
    assert git(repo_dir, "branch", "--list", "books").strip() == "books"


def test_init_keeps_the_comments_of_the_configuration(repo_dir: Path) -> None:
    """The configuration on the branch is the shipped one with this ledger's facts set."""
    assert gitledger(repo_dir, "init", "--provider", "glm").code == 0
    text = git(repo_dir, "show", "gitledger/main:gitledger.yaml")
    assert "# Labels of the accounts in use" in text
    assert "- glm" in text or "providers: [glm]" in text


def test_append_records_a_row(runs: Path) -> None:
    """A row is one file of the branch, and `show` finds it by a prefix."""
    row = row_of(runs, "runs", "name=a", "secs=1.50")
    shown = gitledger(runs, "show", row[:6], "--json").json
    assert shown["values"] == {"name": "a", "secs": 1.5}
    assert f"-{row}.json" in git(runs, "ls-tree", "-r", "--name-only", "gitledger/main")


def test_append_keeps_decimals_as_written(runs: Path) -> None:
    """1.50 stays 1.50 in the row's bytes."""
    row_of(runs, "runs", "name=a", "secs=1.50")
    assert '"secs": 1.50' in git(runs, "show", "gitledger/main")


def test_append_twice_is_one_row(runs: Path) -> None:
    """The same natural key again is answered with the row that holds it."""
    row = row_of(runs, "runs", "name=a")
    again = gitledger(runs, "append", "runs", "name=a", "--json").json
    assert (again["row"], again["already"]) == (row, True)


def test_append_without_a_key_records_every_time(ledger_dir: Path) -> None:
    """Equal facts of a ledger without a natural key are two facts."""
    (ledger_dir / "free.yaml").write_text(RUNS.replace("key: [name]\n", "").replace("runs", "free"))
    gitledger(ledger_dir, "ledger", "add", "free.yaml")
    assert row_of(ledger_dir, "free", "name=a") != row_of(ledger_dir, "free", "name=a")


def test_append_json_and_csv_from_standard_input(runs: Path) -> None:
    """Rows come in as an array, as lines, and as CSV; all of one call in one commit."""
    array = json.dumps([{"name": "a"}, {"name": "b", "secs": 2.5}])
    assert gitledger(runs, "append", "runs", "--json", "-", stdin=array).code == 0
    lines = '{"name": "c"}\n{"name": "d"}\n'
    assert gitledger(runs, "append", "runs", "--json", "-", stdin=lines).code == 0
    table = 'name,secs,state\n"e, f",1,\ng,,done\n'
    assert gitledger(runs, "append", "runs", "--csv", "-", stdin=table).code == 0
    exported = gitledger(runs, "export", "runs").out
    assert [line.split(",")[0] for line in exported.splitlines()[1:5]] == ["a", "b", "c", "d"]
    assert '"e, f",1,' in exported
    assert git(runs, "log", "--format=%s", "-1", "gitledger/main") == "runs: 2 rows\n"


@pytest.mark.parametrize(
    ("table", "places"),
    [
        ("name,sexs\na,1\n", ["line 1: unknown column 'sexs'"]),
        ("secs\n1\n", ["line 1: required column 'name' is missing"]),
        ("name,name\na,b\n", ["line 1: column 'name' is given twice"]),
        ("name,secs\na\nb,1,2\n", ["line 2: has 1 cell", "line 3: has 3 cells"]),
        ("name,secs\na,-1\nb,x\nc,nan\n", ["line 2, column secs", "line 3, column secs", "line 4"]),
        ('name\n"a\n', ["line 2: broken CSV"]),
        ("", ["line 1: no header"]),
    ],
)
def test_wrong_csv_names_every_line_and_writes_nothing(
    runs: Path, table: str, places: list[str]
) -> None:
    """All problems of all lines come at once, and no row is recorded."""
    answer = gitledger(runs, "append", "runs", "--csv", "-", stdin=table)
    assert answer.code == 1
    assert [place for place in places if place not in answer.err] == []
    none = "No rows.\nnext: gitledger append runs KEY=VALUE\n"
    assert gitledger(runs, "log", "--ledger", "runs").out == none


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("append", "nope", "a=1"), 3, "no ledger 'nope'"),
        (("append", "runs", "name"), 2, "not key=value"),
        (("append", "runs", "name=a", "name=b"), 2, "given twice"),
        (("append", "runs"), 2, "one of them"),
        (("append", "runs", "name=a", "pace=3"), 1, "column pace"),
        (("append", "runs", "secs=3"), 1, "column name: is required"),
        (("append", "runs", "name=a", "secs=fast"), 1, "not a number"),
        (("append", "runs", "name=a", "secs=NaN"), 1, "not a finite number"),
        (("append", "runs", "name=a", "secs=-Infinity"), 1, "not a finite number"),
        (("append", "runs", "name=a", "state=shut"), 1, "not one of open, done"),
        (("append", "runs", "name=a\x07b"), 1, "control character U+0007"),
        (("append", "runs", "name=" + "x" * 10_000_000), 1, "longer than 4096 bytes"),
        (("append", "runs", "--csv", "missing.csv"), 3, "no such file"),
        (("append", "runs", "--csv", "."), 3, "is a directory"),
        (("append", "corrections", "target=a"), 2, "corrections are not appended"),
        (("void", "ffff", "-m", "x"), 3, "no row starts with ffff"),
        (("void", "xyz", "-m", "x"), 3, "is not a row id"),
        (("void", "ffff"), 2, "--reason"),
        (("void", "ffff", "-m", ""), 2, "needs a reason"),
        (("amend", "ffff", "a=b", "-m", " "), 2, "needs a reason"),
        (("show", "nothing"), 3, "is not a row id"),
        (("frobnicate",), 2, "No such command"),
        (("ledger", "show", "nope"), 3, "no ledger"),
        (("export", "nope"), 3, "no ledger"),
        (("export",), 2, "name a ledger"),
    ],
)
def test_refusals(runs: Path, words: tuple[str, ...], code: int, said: str) -> None:
    """Each wrong call has its exit code, a sentence, and a branch that did not move."""
    before = git(runs, "rev-parse", "gitledger/main")
    answer = gitledger(runs, *words)
    assert (answer.code, answer.out) == (code, "")
    assert said in answer.err
    assert git(runs, "rev-parse", "gitledger/main") == before


def test_not_utf8_is_named_with_its_line(runs: Path) -> None:
    """A file in another encoding is refused at its first wrong line."""
    (runs / "latin.csv").write_bytes("name\nok\ncaf\u00e9\n".encode("latin-1"))
    answer = gitledger(runs, "append", "runs", "--csv", "latin.csv")
    assert (answer.code, "line 3: not UTF-8" in answer.err) == (3, True)


def test_outside_a_repository(tmp_path: Path) -> None:
    """No repository is a refusal with a next step."""
    answer = gitledger(tmp_path, "log")
    assert (answer.code, "not in a git repository" in answer.err) == (3, True)


def test_not_initialised(repo_dir: Path) -> None:
    """No ledger yet is a refusal that names `gitledger init`."""
    answer = gitledger(repo_dir, "append", "runs", "name=a")
    assert (answer.code, "gitledger init" in answer.err) == (3, True)


def test_ambiguous_prefix_lists_the_rows(runs: Path) -> None:
    """A prefix that two rows share is answered with both."""
    seen: dict[str, str] = {}
    table = "name\n" + "".join(f"n{number}\n" for number in range(1200))
    for row in gitledger(runs, "append", "runs", "--csv", "-", "--json", stdin=table).json["rows"]:
        other = seen.setdefault(row["row"][:4], row["row"])
        if other != row["row"]:
            answer = gitledger(runs, "show", other[:4])
            assert (answer.code, other in answer.err, row["row"] in answer.err) == (3, True, True)
            return
    pytest.fail("1,200 random ids share no 4-digit prefix")


def test_void_takes_a_row_back(runs: Path) -> None:
    """A voided row is not exported, stays in history, and may be recorded again."""
    row = row_of(runs, "runs", "name=a")
    assert gitledger(runs, "void", row[:8], "-m", "typed wrong").code == 0
    assert gitledger(runs, "export", "runs").out.count("\n") == 1
    assert "superseded_by" in gitledger(runs, "export", "runs", "--with-raw").out
    assert row_of(runs, "runs", "name=a") != row


def test_void_of_a_void_is_refused(runs: Path) -> None:
    """A correction is not taken back; the hint says what to do instead."""
    row = row_of(runs, "runs", "name=a")
    void = gitledger(runs, "void", row, "-m", "x", "--json").json["row"]
    answer = gitledger(runs, "void", void, "-m", "y")
    assert (answer.code, "again with `gitledger append`" in answer.err) == (1, True)
    assert gitledger(runs, "void", row, "-m", "y").code == 1


def test_amend_replaces_a_row(runs: Path) -> None:
    """The new row counts, the old one does not, and the life of either shows both."""
    row = row_of(runs, "runs", "name=a", "secs=1", "state=open")
    new = gitledger(runs, "amend", row, "secs=2", "state=", "-m", "typo", "--json").json["row"]
    assert gitledger(runs, "show", new, "--json").json["values"] == {"name": "a", "secs": 2}
    life = gitledger(runs, "log", new, "--json").json["rows"]
    assert [entry["ledger"] for entry in life].count("runs") == 2
    again = gitledger(runs, "append", "runs", "name=a", "secs=9", "--json")
    assert (again.code, again.json["row"]) == (1, new)
    assert gitledger(runs, "amend", new, "secs=2", "-m", "same").code == 2


def test_log_names_commits(runs: Path) -> None:
    """Each row of the log names the commit that brought it."""
    row_of(runs, "runs", "name=a")
    entry = gitledger(runs, "log", "--json").json["rows"][0]
    assert entry["commit"] == git(runs, "rev-parse", "gitledger/main").strip()


def test_ledger_add_extends_and_refuses(runs: Path) -> None:
    """A definition may gain an optional column, keeps its comments, and may lose nothing."""
    assert gitledger(runs, "ledger", "add", "runs.yaml", "--json").json["already"] is True
    (runs / "runs.yaml").write_text(RUNS + "  host: {type: text}\n")
    assert "Extended" in gitledger(runs, "ledger", "add", "runs.yaml").out
    assert "# ours" in git(runs, "show", "gitledger/main:ledgers/runs/schema.yaml")
    (runs / "runs.yaml").write_text(RUNS.replace("  secs: {type: number, min: 0, unit: s}\n", ""))
    answer = gitledger(runs, "ledger", "add", "runs.yaml")
    assert (answer.code, "column secs was dropped" in answer.err) == (1, True)


@pytest.mark.parametrize("text", ["a: [", "- 1\n", "gitledger: 9\n", "a: !!python/object:x {}\n"])
def test_ledger_add_refuses_what_is_no_definition(runs: Path, text: str) -> None:
    """Broken YAML, other documents and tags are named with their file."""
    (runs / "bad.yaml").write_text(text)
    answer = gitledger(runs, "ledger", "add", "bad.yaml")
    assert (answer.code, "bad.yaml" in answer.err) == (1, True)


def test_ledger_add_refuses_a_contradiction(runs: Path) -> None:
    """Bounds that exclude every value are named by file and column; nothing is changed."""
    (runs / "bad.yaml").write_text(RUNS.replace("unit: s", "max: -3"))
    answer = gitledger(runs, "ledger", "add", "bad.yaml")
    assert answer.code == 1
    assert "bad.yaml column secs: min: 0 is more than max: -3 (exchange them" in answer.err


def test_one_row_is_told_in_the_singular(runs: Path) -> None:
    """What was recorded and what stood already are counted in words that agree."""
    gitledger(runs, "append", "runs", "name=a", "secs=1")
    done = gitledger(runs, "append", "runs", "--csv", "-", stdin="name,secs\na,1\nb,2\n")
    assert done.out == "Recorded 1 row in runs; 1 was recorded already.\n"


def test_import_csv_twice_adds_nothing(runs: Path) -> None:
    """An import is idempotent, with a natural key and without one."""
    (runs / "free.yaml").write_text(RUNS.replace("key: [name]\n", "").replace("runs", "free"))
    gitledger(runs, "ledger", "add", "free.yaml")
    for ledger, expected in (("runs", 2), ("free", 3)):
        (runs / "in.csv").write_text("name,secs\na,1\na,1\nb,2\n")
        first = gitledger(runs, "import", "csv", ledger, "in.csv", "--json").json
        again = gitledger(runs, "import", "csv", ledger, "in.csv", "--json").json
        assert (first["recorded"], again["recorded"], again["already"]) == (expected, 0, 3)


def test_export_writes_every_ledger(runs: Path, tmp_path: Path) -> None:
    """One file a ledger, in each form."""
    row_of(runs, "runs", "name=a", "secs=1.5")
    for form in ("csv", "jsonl", "parquet"):
        out = tmp_path / form
        assert gitledger(runs, "export", "--format", form, "--out", str(out)).code == 0
        assert (out / f"runs.{form}").stat().st_size > 0


def test_json_may_stand_before_or_after(runs: Path) -> None:
    """`--json` is understood on either side of the verb."""
    before = gitledger(runs, "--json", "ledger", "list").json
    assert before == gitledger(runs, "ledger", "list", "--json").json
    assert next(iter(before)) == "schema"


def test_quiet_pipe(runs: Path) -> None:
    """A reader that goes away is no error to shout about."""
    import subprocess
    import sys

    row_of(runs, "runs", "name=a")
    words = f"{sys.executable} -m gitledger export runs --format jsonl"
    script = f"for i in 1 2 3; do {words}; done | head -c 1"
    done = subprocess.run(["bash", "-c", script], cwd=runs, capture_output=True, check=False)
    assert done.stderr == b""


@pytest.mark.parametrize(
    "words",
    [
        ("verify", "--checkpoint", ""),
        ("verify", "--anchor="),
        ("check", "--base", ""),
        ("check", "--head", ""),
        ("report", "--recompute", ""),
        ("handoff", "--check", ""),
        ("diff", "--commits", ""),
    ],
)
def test_an_unset_variable_is_no_proof(runs: Path, words: tuple[str, ...]) -> None:
    """What is held against something is not answered without it, least of all with yes."""
    refused = gitledger(runs, *words)
    assert refused.code == 2
    assert f"{words[1].rstrip('=')} is empty" in refused.err
