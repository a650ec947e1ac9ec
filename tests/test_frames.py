"""The notebook interface: what each frame holds, in which types and units, and what it costs."""

import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest
from ground import git, gitledger

import gitledger as package
from gitledger.errors import GitledgerError, NotARepository, UnknownLedger, UsageError
from gitledger.frames import NAMES, data_frame
from gitledger.report.records import FrameColumn

HOUSE = Path(__file__).resolve().parents[1]
WORDS = ("--window", "W0-01")


def told(path: Path, *words: str) -> None:
    """Run a command that must succeed."""
    answer = gitledger(path, *words)
    assert answer.code == 0, answer.err


@pytest.fixture
def worked(ledger_dir: Path) -> Path:
    """A ledger with a finished window of codex, an open one of claude, a commit and its churn."""
    hours = {"before": "2026-03-02T09:00Z", "after": "2026-03-02T12:00Z"}
    for phase, weekly in (("before", "10"), ("after", "20.5")):
        words = ("--phase", phase, "--at", hours[phase], "--set", f"weekly={weekly}")
        told(ledger_dir, "override", "codex", *WORDS, *words)
    start = git(ledger_dir, "rev-parse", "HEAD").strip()
    (ledger_dir / "code.py").write_text("one\ntwo\n")
    git(ledger_dir, "add", "code.py")
    git(ledger_dir, "commit", "-q", "-m", "work")
    sha = git(ledger_dir, "rev-parse", "HEAD").strip()
    words = ("--commit-start", start, "--commit-end", sha)
    told(
        ledger_dir,
        "complete",
        *WORDS,
        "-f",
        "codex=3",
        "--quality",
        "0.9",
        "--outcome",
        "pass",
        *words,
    )
    told(ledger_dir, "churn", *WORDS)
    words = (f"sha={sha}", f"parents={start}", "committed_at=2026-03-02T10:00Z", "seen_by=import")
    told(ledger_dir, "append", "commits", *words, "windows=W0-01", "insertions=2")
    words = ("--phase", "before", "--at", "2026-03-03T09:00Z", "--set", "5h=0")
    told(ledger_dir, "override", "claude", "--window", "W0-02", *words)
    return ledger_dir


def test_windows(worked: Path) -> None:
    """One line a window; what an open one has not stated is NA, also where numbers would be 0."""
    made = package.open(worked).frame("windows").set_index("window")
    assert list(made.index) == ["W0-01", "W0-02"]
    first, second = made.loc["W0-01"], made.loc["W0-02"]
    assert (first.features, first.quality, first.outcome) == (3, 0.9, "pass")
    assert (first.started_at, first.ended_at) == (
        pd.Timestamp("2026-03-02T09:00Z"),
        pd.Timestamp("2026-03-02T12:00Z"),
    )
    assert first.providers == ["codex"]
    lacking = ("ended_at", "features", "quality", "minutes", "outcome", "row", "commit_start")
    assert all(second[name] is pd.NA or pd.isna(second[name]) for name in lacking)
    assert second.features is pd.NA


def test_deltas(worked: Path) -> None:
    """One line a meter: the points with what bounds them; a missing AFTER has none."""
    made = package.open(worked).frame("deltas").set_index("window")
    first, second = made.loc["W0-01"], made.loc["W0-02"]
    assert (first.provider, first.meter, first.state, first.usable) == (
        "codex",
        "weekly",
        "manual",
        True,
    )
    assert (first.before, first.after, first.delta_pp) == (10, 20.5, 10.5)
    assert (second.state, second.before) == ("missing-after", 0)
    assert second.delta_pp is pd.NA


def test_efficiency_is_that_of_preview(worked: Path) -> None:
    """The numbers that `preview` prints, with the measure's unit, n, method and windows."""
    made = package.open(worked).frame("efficiency").set_index(["provider", "measure"])
    codex = made.loc["codex", "features_per_pp"]
    [printed] = [
        p
        for p in gitledger(worked, "preview", "--json").json["providers"]
        if p["provider"] == "codex"
    ]
    assert codex.value == printed["efficiency"]["value"]
    assert (codex.n, codex.method, codex.unit) == (
        1,
        printed["efficiency"]["method"],
        "features per pp",
    )
    assert (codex.capacity, codex.capacity_unit, codex.used) == (10.5, "pp", ["W0-01"])
    assert codex.low is pd.NA
    assert made.loc["claude", "features_per_pp"].value is pd.NA


def test_commits_and_churn(worked: Path) -> None:
    """A commit stands under its window; churn that is open has its ends and no value."""
    notebook = package.open(worked)
    [commit] = notebook.frame("commits").itertuples()
    assert (commit.window, commit.windows, commit.insertions) == ("W0-01", ["W0-01"], 2)
    assert commit.deletions is pd.NA
    [churn] = notebook.frame("churn").itertuples()
    assert (churn.window, churn.decision, churn.insertions, churn.landed) == (
        "W0-01",
        "measured",
        2,
        2,
    )
    assert churn.churn_14d is pd.NA
    assert (churn.low, churn.high) == (0, 1)
    assert churn.final_on > pd.Timestamp("2026-01-01")


def test_types_and_units(worked: Path) -> None:
    """Columns have nullable types, units, and the commit that was read."""
    notebook = package.open(worked)
    made = notebook.frame("rows", ledger="churn")
    types = {name: str(kind) for name, kind in made.dtypes.items()}
    assert types["recorded_at"] == "datetime64[us, UTC]"
    assert (types["decision"], types["insertions"], types["normalized_churn"]) == (
        "category",
        "Int64",
        "Float64",
    )
    assert (types["window"], types["range_stated"], types["survival"]) == (
        "string",
        "boolean",
        "object",
    )
    assert next(iter(made.decision.cat.categories)) == "measured"
    assert made.attrs["units"]["insertions"] == "lines"
    assert made.attrs["tip"] == git(worked, "rev-parse", "gitledger/main").strip()
    assert isinstance(made.survival[0]["lines_born"], int)
    for name in set(NAMES) - {"rows"}:
        frame = notebook.frame(name)
        assert set(frame.attrs["units"]) <= set(frame.columns)
        numbers = [c for c in frame if str(frame[c].dtype) in {"Int64", "Float64"}]
        assert set(numbers) <= set(frame.attrs["units"]), name


def test_corrected_rows_alone_and_nothing_is_written(worked: Path) -> None:
    """A voided row is in no frame, and looking moves no ref."""
    notebook = package.open(worked)
    row = notebook.frame("rows", ledger="commits").row[0]
    told(worked, "void", row, "-m", "wrong")
    tip = git(worked, "rev-parse", "gitledger/main")
    assert notebook.frame("rows", ledger="commits").empty
    commits = notebook.frame("commits")
    assert (commits.empty, str(commits.dtypes["insertions"])) == (True, "Int64")
    assert git(worked, "rev-parse", "gitledger/main") == tip


def test_times_and_numbers_at_their_ends() -> None:
    """The year 9999, an unknown number, a word that the definition lacks: all are kept."""
    columns = {
        "at": FrameColumn("datetime64[us, UTC]"),
        "n": FrameColumn("Float64"),
        "word": FrameColumn("category", words=("a", "b")),
        "map": FrameColumn("object"),
    }
    late = {"at": "9999-12-31T23:59:59.999999Z", "n": Decimal(0), "word": "c"}
    made = data_frame(columns, [late, {"word": "a", "map": {"x": (Decimal("1.5"),)}}])
    assert made["at"][0].year == 9999
    assert (made["n"][0], made["n"][1], made["word"][0]) == (0, pd.NA, "c")
    assert list(made["word"].cat.categories) == ["a", "b", "c"]
    assert made["map"][1] == {"x": [1.5]}


def test_refusals(worked: Path, tmp_path: Path) -> None:
    """A name that is none, a ledger that is none, and a place that is none say so."""
    notebook = package.open(worked)
    with pytest.raises(UsageError, match="no frame 'window'"):
        notebook.frame("window")
    with pytest.raises(UsageError, match="which ledger"):
        notebook.frame("rows")
    with pytest.raises(UnknownLedger):
        notebook.frame("rows", ledger="nothing")
    with pytest.raises(NotARepository) as refused:
        package.open(tmp_path / "nowhere").frame("windows")
    assert refused.value.__notes__ == [f"next: {refused.value.hint}"]


def test_without_pandas(worked: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where pandas is missing a sentence says what to install."""
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(GitledgerError, match="need pandas: pip install pandas"):
        package.open(worked).frame("windows")


def test_opening_loads_no_pandas(worked: Path) -> None:
    """`import gitledger` and `open` load neither pandas nor numpy."""
    lines = (
        "import sys, gitledger; gitledger.open('.');"
        "print(sorted({'pandas', 'numpy'} & {*sys.modules}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", lines], cwd=worked, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def test_the_page_is_run(worked: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every Python block of docs/how-to/notebooks.md runs, one after the other, in a repository."""
    monkeypatch.chdir(worked)
    page = (HOUSE / "docs" / "how-to" / "notebooks.md").read_text()
    blocks = [part.partition("```")[0] for part in page.split("```python\n")[1:]]
    names: dict[str, object] = {}
    for block in blocks:
        exec(block, names)  # noqa: S102 - the project's own page
    assert len(blocks) >= 3
    assert list(names["per_provider"].index) == ["claude", "codex"]
