"""`churn` as a person types it: a range is measured, a window is frozen as rows."""

import json
from pathlib import Path

import pytest
from frozen import played_once
from ground import Answer, git, gitledger


def commit(path: Path, name: str, body: str) -> str:
    """Commit one file; the new id."""
    (path / name).write_text(body)
    git(path, "add", name)
    git(path, "commit", "-q", "-m", name)
    return git(path, "rev-parse", "HEAD").strip()


def rows(path: Path) -> list[dict]:
    """The churn ledger."""
    out = gitledger(path, "export", "churn", "--format", "jsonl").out
    return [json.loads(line) for line in out.splitlines()]


@pytest.fixture
def finished(ledger_dir: Path) -> Path:
    """Window W0-01, finished with two providers and a range of two commits."""
    finish(ledger_dir)
    return ledger_dir


@played_once
def finish(directory: Path) -> None:
    """Two commits, and the row that ends the window."""
    start = git(directory, "rev-parse", "HEAD").strip()
    commit(directory, "f", "1\n2\n3\n4\n")
    end = commit(directory, "f", "1\nnew\n3\n4\n5\n")
    parts = [
        {"provider": "codex", "account": "default", "features": 2},
        {"provider": "glm", "account": "default", "features": 1},
    ]
    answer = gitledger(
        directory,
        *("append", "windows", "window=W0-01", f"features={json.dumps(parts)}"),
        *(f"commit_start={start}", f"commit_end={end}", "methodology=tdd"),
    )
    assert answer.code == 0, answer.err


def churned(path: Path, *words: str) -> Answer:
    """The verb with JSON; it must succeed."""
    answer = gitledger(path, "churn", *words, "--json")
    assert answer.code == 0, answer.err
    return answer


def test_range_needs_no_ledger(repo_dir: Path) -> None:
    """A..B is measured in any repository."""
    commit(repo_dir, "f", "1\n2\n")
    told = churned(repo_dir, "HEAD~1..HEAD").json
    assert tuple(told[name] for name in ("files_changed", "insertions", "deletions", "net")) == (
        1,
        2,
        0,
        2,
    )


def test_range_records_nothing(finished: Path) -> None:
    """A bare range leaves the ledger as it is."""
    churned(finished, "HEAD~1..HEAD")
    assert rows(finished) == []


def test_json_holds_every_promised_key(repo_dir: Path) -> None:
    """The keys of the contract are there, unknown ones as null."""
    commit(repo_dir, "f", "1\n2\n")
    told = churned(repo_dir, "HEAD~1..HEAD").json
    top = "window provider commit_start commit_end decision files_changed insertions deletions net"
    assert set(f"{top} gross binary_files per_feature patch_id survival excluded".split()) <= set(
        told
    )
    inner = "state now horizon_commit lines_born alive_at_end dead moved churn_14d wip_churn"
    more = "churn_14d_gross churn_so_far upper low high exposed_share matures_at"
    assert set(f"{inner} {more}".split()) <= set(told["survival"])


def test_young_range_is_open(repo_dir: Path) -> None:
    """Lines of today have bounds and a day on which they are final, no figure."""
    commit(repo_dir, "f", "1\n2\n")
    told = churned(repo_dir, "HEAD~1..HEAD").json["survival"]
    assert tuple(told[name] for name in ("state", "churn_14d", "churn_so_far", "upper")) == (
        "open",
        None,
        0,
        1,
    )


def test_old_range_has_its_figure(repo_dir: Path) -> None:
    """Lines of long ago have their 14 days behind them."""
    (repo_dir / "f").write_text("1\n2\n3\n4\n")
    git(repo_dir, "add", "f")
    long_ago = "2020-01-01T00:00:00Z"
    git(repo_dir, "commit", "-q", "-m", "old", GIT_COMMITTER_DATE=long_ago)
    (repo_dir / "f").write_text("1\n2\n3\nnew\n")
    later = "2020-01-05T00:00:00Z"
    git(repo_dir, "commit", "-q", "-a", "-m", "rework", GIT_COMMITTER_DATE=later)
    told = churned(repo_dir, "HEAD~2..HEAD~1").json["survival"]
    assert (told["state"], told["churn_14d"]) == ("mature", 0.25)


def test_interval_names_its_method_and_its_commits(repo_dir: Path) -> None:
    """Five commits of long ago, nothing of which died: JSON and text say how that is bounded."""
    for day in range(1, 6):
        (repo_dir / f"f{day}").write_text("1\n2\n")
        git(repo_dir, "add", f"f{day}")
        git(repo_dir, "commit", "-q", "-m", "x", GIT_COMMITTER_DATE=f"2020-01-0{day}T00:00:00Z")
    told = churned(repo_dir, "HEAD~5..HEAD").json["survival"]
    assert (told["low"], told["method"], told["n"]) == (0, "effective-commits", 5)
    text = gitledger(repo_dir, "churn", "HEAD~5..HEAD").out.splitlines()
    assert "  interval    95 %, effective-commits over 5 commits" in text


def test_moved_share_is_told(repo_dir: Path) -> None:
    """Of two lines that are gone one stands elsewhere now; where none is gone nothing is said."""
    commit(repo_dir, "f", "the first line\nthe second line\nthird\n")
    (repo_dir / "g").write_text("the first line\n")
    (repo_dir / "f").write_text("third\n")
    git(repo_dir, "add", "f", "g")
    git(repo_dir, "commit", "-q", "-m", "apart")
    told = gitledger(repo_dir, "churn", "HEAD~2..HEAD~1").out.splitlines()
    assert "  moved       50.0 % of 2 lines removed within 14 days were only moved" in told
    assert "moved" not in gitledger(repo_dir, "churn", "HEAD~1..HEAD").out


def test_window_is_frozen_for_each_provider(finished: Path) -> None:
    """Each provider gets a row with its own features."""
    churned(finished, "--window", "W0-01")
    assert [
        (row["provider"], row["features"], row["normalized_churn"]) for row in rows(finished)
    ] == [("codex", 2, 2.5), ("glm", 1, 5)]


def test_row_freezes_commits_and_patch(finished: Path) -> None:
    """The row holds what a vanished range could not tell any more."""
    churned(finished, "--window", "W0-01", "--provider", "codex")
    row = rows(finished)[0]
    assert (
        len(row["commits"]),
        len(row["patch_id"]),
        len(row["tree_end"]),
        row["methodology"],
        row["decision"],
    ) == (2, 40, 40, "tdd", "measured")


def test_same_day_again_adds_nothing(finished: Path) -> None:
    """The same range measured again on the same day is recorded already."""
    churned(finished, "--window", "W0-01")
    told = churned(finished, "--window", "W0-01").json
    assert [row["already"] for row in told["rows"]] == [True, True]


def test_missing_start_is_a_skip(finished: Path) -> None:
    """A start that names no commit warns, records why, and exits 0."""
    answer = churned(finished, "-w", "W0-01", "--provider", "codex", "--commit-start", "deadbeef")
    assert "deadbeef names no commit" in answer.err
    assert rows(finished)[0]["decision"] == "missing-commit-range"


def test_skip_knows_no_numbers(finished: Path) -> None:
    """What was not measured is null, not 0."""
    answer = churned(finished, "-w", "W0-01", "--provider", "codex", "--commit-start", "deadbeef")
    told = answer.json
    assert tuple(told[name] for name in ("net", "gross", "survival", "patch_id")) == (
        None,
        None,
        None,
        None,
    )


def test_vanished_range_is_named_so(finished: Path) -> None:
    """A recorded range that is gone everywhere is a skip that says so."""
    (finished / "f").unlink()
    git(finished, "reset", "-q", "--hard", "HEAD~2")
    git(finished, "reflog", "expire", "--expire=now", "--all")
    git(finished, "gc", "-q", "--prune=now")
    told = churned(finished, "--window", "W0-01", "--provider", "codex").json
    assert told["decision"] == "range-vanished"


def test_squashed_range_is_followed_on_trunk(finished: Path) -> None:
    """Commits that trunk holds only squashed are followed as the squash."""
    end = git(finished, "rev-parse", "HEAD").strip()
    git(finished, "branch", "topic")
    git(finished, "reset", "-q", "--hard", "HEAD~2")
    commit(finished, "g", "other\n")
    git(finished, "merge", "-q", "--squash", "topic")
    git(finished, "commit", "-q", "-m", "squash")
    squash = git(finished, "rev-parse", "HEAD").strip()
    told = churned(finished, "--window", "W0-01", "--provider", "codex").json
    assert (end, squash, "squash") == (
        told["commit_end"],
        told["followed_as"]["end"],
        told["followed_as"]["how"],
    )


def test_unmerged_end_is_unlanded_on_the_branch_named(finished: Path) -> None:
    """A branch that does not hold the range leaves its churn unknown."""
    git(finished, "branch", "elsewhere", "HEAD~2")
    told = churned(finished, "-w", "W0-01", "--provider", "codex", "--follow", "elsewhere").json
    assert (
        told["decision"],
        told["survival"]["churn_so_far"],
        told["survival"]["lines_born"],
    ) == ("unlanded", None, None)


def test_unknown_window_is_refused(ledger_dir: Path) -> None:
    """A window that nobody recorded is refused with exit 3."""
    assert gitledger(ledger_dir, "churn", "--window", "W9-99").code == 3


def test_reversed_range_is_refused(repo_dir: Path) -> None:
    """The refusal names the range that was meant."""
    commit(repo_dir, "f", "1\n2\n")
    answer = gitledger(repo_dir, "churn", "HEAD..HEAD~1")
    assert (answer.code, "did you mean" in answer.err) == (3, True)


def test_paths_not_asked_for_are_not_called_excluded(finished: Path) -> None:
    """A path filter leaves out in silence what it was not asked for."""
    told = churned(finished, "HEAD~2..HEAD", "--path", "f").json
    assert told["excluded"] == []


def test_lines_of_files_denied_lines_are_not_followed(repo_dir: Path) -> None:
    """A file with a committed `-diff` bears no lines."""
    commit(repo_dir, ".gitattributes", "*.lock -diff\n")
    (repo_dir / "x.lock").write_text("1\n2\n3\n")
    commit(repo_dir, "f", "one\n")
    git(repo_dir, "add", "x.lock")
    git(repo_dir, "commit", "-q", "-m", "lock")
    told = churned(repo_dir, "HEAD~2..HEAD").json
    assert (told["binary_files"], told["survival"]["lines_born"]) == (1, 1)


def test_file_that_comes_into_the_path_bears_what_its_rename_changed(repo_dir: Path) -> None:
    """The lines that came along are nobody's; the one that the rename edited is born and dies."""
    commit(repo_dir, "old", "".join(f"line {n}\n" for n in range(10)))
    git(repo_dir, "mv", "old", "new")
    commit(repo_dir, "new", "".join(f"line {n}\n" for n in (*range(9), "nine")))
    commit(repo_dir, "new", "".join(f"line {n}\n" for n in (*range(9), "ten")))
    told = churned(repo_dir, "HEAD~2..HEAD~1", "--path", "new").json
    assert told["gross"] == {"insertions": 1, "deletions": 1}
    assert (told["survival"]["lines_born"], told["survival"]["dead"]) == (1, 1)


@pytest.fixture
def moved_away(repo_dir: Path) -> Path:
    """The last two commits: a file of ten lines comes into `old`, and moves to `new`."""
    (repo_dir / "old").mkdir()
    (repo_dir / "new").mkdir()
    commit(repo_dir, "old/f", "".join(f"line {n}\n" for n in range(10)))
    git(repo_dir, "mv", "old/f", "new/f")
    git(repo_dir, "commit", "-q", "-m", "away")
    return repo_dir


def test_file_that_leaves_the_path_is_told(moved_away: Path) -> None:
    """All ten lines did not land: a note says where they went."""
    done = churned(moved_away, "HEAD~2..HEAD", "--path", "old")
    assert done.json["survival"]["wip_churn"] == 1
    assert "old/f was renamed to new/f" in done.json["notes"]
    assert f"note: {done.json['notes']}" in done.err


def test_file_that_moves_within_what_counts_is_not_told(moved_away: Path) -> None:
    """Without paths, and with both of them, nothing left."""
    for words in ((), ("--path", "old", "--path", "new")):
        done = churned(moved_away, "HEAD~2..HEAD", *words)
        assert (done.json["notes"], done.err) == (None, "")


def test_row_keeps_which_file_left_the_path(finished: Path) -> None:
    """The row's notes hold it behind what the user said."""
    git(finished, "mv", "f", "g")
    end = git(finished, "commit", "-q", "-m", "away") or git(finished, "rev-parse", "HEAD").strip()
    churned(finished, "--commit-end", end, "--path", "f", "--notes", "mine")
    assert rows(finished)[0]["notes"].startswith("mine; f was renamed to g")


def test_a_second_measure_of_one_day_is_told_and_held_alike(ledger_dir: Path) -> None:
    """Half of the lines go the same day: what is printed is what the newest row holds."""
    start = git(ledger_dir, "rev-parse", "HEAD").strip()
    (ledger_dir / "t.txt").write_text("".join(f"{n}\n" for n in range(20)))
    git(ledger_dir, "add", "t.txt")
    git(ledger_dir, "commit", "-q", "-m", "twenty")
    end = git(ledger_dir, "rev-parse", "HEAD").strip()
    gitledger(ledger_dir, "tokens", "plan", "5", "--window", "W1")
    words = ("churn", "--window", "W1", "--provider", "codex", "--commit-start", start)
    words += ("--commit-end", end, "--json")
    first = gitledger(ledger_dir, *words).json
    again = gitledger(ledger_dir, *words).json
    (ledger_dir / "t.txt").write_text("".join(f"{n}\n" for n in range(10, 20)))
    git(ledger_dir, "commit", "-q", "-am", "ten")
    second = gitledger(ledger_dir, *words).json
    held = next(row for row in rows(ledger_dir) if row["row"] == second["row"])
    assert (again["row"], again["already"], second["already"]) == (first["row"], True, False)
    assert second["survival"]["churn_so_far"] == held["survival"]["churn_so_far"] == 0.5
