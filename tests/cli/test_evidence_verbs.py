"""Evidence, features, capabilities, tokens, votes, comparison and explanation as typed."""

import json
import sys
from pathlib import Path

import pytest
from finished_windows import append, work
from ground import git, gitledger


@pytest.fixture
def worked(ledger_dir: Path) -> Path:
    """A ledger with one finished window, W0-01."""
    work(ledger_dir, "W0-01", 0, (10, 22))
    return ledger_dir


def test_evidence_holds_the_hash_of_its_artefact(worked: Path) -> None:
    """Path in the working tree, SHA-256, size; the window is the newest by default."""
    (worked / "out.txt").write_text("12 passed\n")
    words = ("--runner", "pytest", "--result", "pass", "--artifact", "out.txt", "--json")
    done = gitledger(worked, "evidence", "add", *words)
    assert (done.code, done.json["window"], done.json["artifact"]) == (0, "W0-01", "out.txt")
    assert (done.json["artifact_bytes"], len(done.json["artifact_sha256"])) == (10, 64)


@pytest.mark.parametrize("artifact", ["gone.txt", "."])
def test_evidence_without_its_artefact_is_refused(worked: Path, artifact: str) -> None:
    """Exit 3, nothing recorded."""
    tip = git(worked, "rev-parse", "gitledger/main")
    words = ("--runner", "pytest", "--result", "pass", "--artifact", artifact)
    assert gitledger(worked, "evidence", "add", *words).code == 3
    assert git(worked, "rev-parse", "gitledger/main") == tip


def test_evidence_for_an_unknown_window_is_refused(worked: Path) -> None:
    """Exit 3 with the nearest id."""
    words = ("--window", "W0-02", "--runner", "pytest", "--result", "pass")
    done = gitledger(worked, "evidence", "add", *words)
    assert done.code == 3
    assert "W0-01" in done.err


def test_a_run_id_is_recorded_once(worked: Path) -> None:
    """The same run again is a no-op that says so."""
    words = ("evidence", "add", "--run-id", "TR-1", "--runner", "x", "--result", "pass", "--json")
    assert [gitledger(worked, *words).json["already"] for _ in range(2)] == [False, True]


@pytest.mark.parametrize(("code", "result"), [(0, "pass"), (3, "fail")])
def test_a_run_is_kept_and_judged_by_its_exit_code(worked: Path, code: int, result: str) -> None:
    """Output kept, hash of it recorded; a failed run exits 1."""
    script = f"print('hello'); raise SystemExit({code})"
    words = ("evidence", "run", "--json", "--runner", "demo", "--", sys.executable, "-c", script)
    done = gitledger(worked, *words)
    assert (done.code, done.json["result"]) == (int(code != 0), result)
    place = done.json["artifact"].removeprefix("(git)/")
    assert (worked / ".git/gitledger/artifacts" / place).read_text() == "hello\n"
    assert "artifacts" not in git(worked, "status", "--porcelain")


def test_a_program_that_is_not_there_leaves_nothing(worked: Path) -> None:
    """Exit 3, no row, no folder of its own."""
    done = gitledger(worked, "evidence", "run", "--", "no-such-program-here")
    assert done.code == 3
    assert not list((worked / ".git/gitledger/artifacts").glob("*"))


def test_runs_of_one_second_have_names_of_their_own(worked: Path) -> None:
    """Nothing is overwritten and nothing passed over."""
    words = (
        "evidence",
        "run",
        "--json",
        "--runner",
        "demo",
        "--",
        sys.executable,
        "-c",
        "print(1)",
    )
    runs = [gitledger(worked, *words).json for _ in range(2)]
    assert not any(run["already"] for run in runs)
    assert len({run["artifact"] for run in runs}) == 2


def test_an_artefact_elsewhere_is_kept_by_name_and_hash(worked: Path, tmp_path: Path) -> None:
    """Its folder is not recorded, and it is not looked for again."""
    outside = tmp_path / "elsewhere.txt"
    outside.write_text("ok\n")
    words = ("--runner", "x", "--result", "pass", "--artifact", str(outside), "--json")
    done = gitledger(worked, "evidence", "add", *words)
    assert done.json["artifact"] == "(outside)/elsewhere.txt"
    assert "outside the working tree" in done.err
    assert "artifacts" not in gitledger(worked, "card", "W0-01", "--json").json["world"]


def test_a_row_cannot_make_a_card_look_elsewhere(worked: Path) -> None:
    """A path that leaves the working tree is not read: its hash stays unknown."""
    row = {"window": "W0-01", "test_run_id": "T", "runner": "x", "result": "pass"}
    append(worked, "evidence", row | {"artifact": "/etc/passwd", "artifact_sha256": "0" * 64})
    world = gitledger(worked, "card", "W0-01", "--json").json["world"]
    assert world["artifacts"] == {"/etc/passwd": ""}


def test_changed_evidence_makes_a_card_invalid(worked: Path) -> None:
    """The hash is looked at again whenever a card is made."""
    (worked / "out.txt").write_text("12 passed\n")
    words = ("--runner", "pytest", "--result", "pass", "--artifact", "out.txt")
    gitledger(worked, "evidence", "add", *words)
    before = gitledger(worked, "card", "W0-01", "--json").json
    (worked / "out.txt").write_text("13 passed\n")
    after = gitledger(worked, "card", "W0-01", "--json").json
    assert (before["verdict"], after["verdict"]) == ("SOFT GO", "INVALID")


def test_the_seed_name_of_evidence_works(worked: Path) -> None:
    """append-evidence is evidence add."""
    words = ("append-evidence", "--runner", "behave", "--result", "partial")
    assert gitledger(worked, *words).code == 0


def test_features_are_reserved_and_listed(worked: Path) -> None:
    """A reservation twice is one; a capability that is not on the map is noted."""
    gitledger(worked, "capability", "add", "CAP-A", "--name", "Aliases", "--weight", "3")
    words = ("feature", "reserve", "-w", "W0-02", "-c", "CAP-B", "-d", "undo")
    first, second = gitledger(worked, *words), gitledger(worked, *words)
    assert (first.code, "CAP-A" in first.err) == (0, True)
    assert "Already recorded" in second.out
    assert gitledger(worked, "feature", "list", "--json").json["rows"][0]["state"] == "reserved"


def test_a_capability_reserved_elsewhere_is_noted(worked: Path) -> None:
    """Two windows after one capability."""
    for window in ("W0-02", "W0-03"):
        done = gitledger(worked, "feature", "reserve", "-w", window, "-c", "CAP-A")
    assert "reserved for W0-02 too" in done.err


def test_a_map_is_imported_once(worked: Path) -> None:
    """The seed plan's header; a second import adds nothing."""
    header = "capability_id,name,type,weight,acceptance_path,criticality,owner\n"
    (worked / "map.csv").write_text(header + "CAP-A,Aliases,cli,3,f.feature:1,high,ada\n")
    counts = [
        gitledger(worked, "capability", "import", "map.csv", "--json").json["recorded"]
        for _ in range(2)
    ]
    assert counts == [1, 0]
    assert "CAP-A" in gitledger(worked, "capability", "list").out


def test_tokens_are_compared_with_their_plan(worked: Path) -> None:
    """plan 100, final 130: +30; without a plan no difference is invented."""
    gitledger(worked, "tokens", "plan", "100", "-w", "W0-01")
    final = gitledger(worked, "tokens", "final", "130", "-w", "W0-01", "--json").json
    assert (final["planned"], final["actual"], final["delta"]) == (100, 130, 30)
    alone = gitledger(worked, "tokens", "mid", "10", "--task", "other", "--json")
    assert "delta" not in alone.json
    assert "no plan" in alone.err


def test_a_checkpoint_meets_the_plan_of_its_task_else_of_its_session(worked: Path) -> None:
    """Task before session before window; a plan of another task is not its own."""
    gitledger(worked, "tokens", "plan", "100", "--task", "parser", "--session", "s1")
    gitledger(worked, "tokens", "plan", "70", "--session", "s1")
    gitledger(worked, "tokens", "plan", "50", "--task", "printer", "-w", "W0-01")
    for words, planned in (
        (("--task", "parser", "-w", "W0-01"), 100),
        (("--session", "s1"), 70),
        (("--task", "lexer", "--session", "s1"), 70),
        (("-w", "W0-01"), 50),
        (("--task", "lexer", "-w", "W0-01"), None),
    ):
        done = gitledger(worked, "tokens", "mid", "80", *words, "--json").json
        assert done.get("planned") == planned, words


def test_a_checkpoint_holds_what_is_known_of_its_window(worked: Path) -> None:
    """Two commits of one window, 12 lines in and 3 out; tests are unknown, not 0."""
    for place, (added, deleted) in enumerate(((10, 1), (2, 2))):
        row = {
            "sha": f"{place + 1:040x}",
            "parents": [f"{place:040x}"],
            "committed_at": "2026-01-05T10:00:00Z",
            "windows": ["W0-01"],
            "insertions": added,
            "deletions": deleted,
            "seen_by": "import",
        }
        told = json.dumps(row)
        assert gitledger(worked, "append", "commits", "--json", "-", stdin=told).code == 0
    gitledger(worked, "tokens", "plan", "100", "--task", "parser", "-w", "W0-01")
    done = gitledger(worked, "tokens", "final", "90", "--task", "parser", "--json").json
    known = [done.get(n) for n in ("window", "commits", "lines_added", "lines_deleted")]
    assert known == ["W0-01", 2, 12, 3]
    assert "features_added" in done
    assert "tests_added" not in done


def test_a_checkpoint_counts_the_tests_of_commits_that_git_has(worked: Path) -> None:
    """Two tests were written; where git lacks a commit it is unknown, and said."""
    (worked / "test_a.py").write_text("def test_a(): ...\ndef test_b(): ...\n")
    git(worked, "add", "test_a.py")
    git(worked, "commit", "-q", "-m", "tests")
    sha, parent = git(worked, "rev-parse", "HEAD", "HEAD~1").split()
    row = {"sha": sha, "parents": [parent], "windows": ["W0-01"], "seen_by": "import"}
    row["committed_at"] = "2026-01-05T10:00:00Z"
    gitledger(worked, "append", "commits", "--json", "-", stdin=json.dumps(row))
    assert gitledger(worked, "tokens", "mid", "9", "-w", "W0-01", "--json").json["tests_added"] == 2
    lost = json.dumps({**row, "sha": "1" * 40})
    gitledger(worked, "append", "commits", "--json", "-", stdin=lost)
    done = gitledger(worked, "tokens", "final", "9", "-w", "W0-01", "--json")
    assert "tests_added" not in done.json
    assert "tests_added is unknown: git has not all of the recorded commits of W0-01" in done.err


def test_a_vote_is_cast_once(worked: Path) -> None:
    """The same vote is a no-op, another one is refused with the way to amend."""
    words = ("vote", "W0-01", "--voter", "ada", "--tier", "2", "--vote")
    assert gitledger(worked, *words, "go").code == 0
    assert "Already" in gitledger(worked, *words, "go").out
    turned = gitledger(worked, *words, "no-go")
    assert (turned.code, "gitledger amend" in turned.err) == (1, True)
    card = gitledger(worked, "card", "W0-01", "--json").json
    assert [(v["voter"], v["vote"], v["tier"]) for v in card["votes"]] == [("ada", "go", 2)]


def test_a_vote_after_an_override_is_recorded_with_a_note(worked: Path) -> None:
    """The vote stands beside; the voter is told."""
    gitledger(worked, "card", "W0-01", "--override", "HOLD", "-m", "wait")
    card = gitledger(worked, "card", "W0-01", "--issue", "--json").json
    done = gitledger(worked, "vote", card["id"][:8], "--voter", "ada", "--vote", "go")
    assert (done.code, "overridden to HOLD" in done.err) == (0, True)


def test_a_later_vote_of_the_same_voter_counts(worked: Path) -> None:
    """One voice each: no-go on the window, go on the card that came then."""
    gitledger(worked, "vote", "W0-01", "--voter", "ada", "--vote", "no-go")
    card = gitledger(worked, "card", "W0-01", "--issue", "--json").json
    gitledger(worked, "vote", card["id"], "--voter", "ada", "--vote", "go")
    votes = gitledger(worked, "card", "W0-01", "--json").json["votes"]
    assert [(v["voter"], v["vote"]) for v in votes] == [("ada", "go")]
    issued = gitledger(worked, "card", "--recompute", card["id"], "--json")
    assert (issued.code, [v["vote"] for v in issued.json["later_votes"]]) == (0, ["go"])


def test_a_vote_on_nothing_is_refused(worked: Path) -> None:
    """Exit 3."""
    assert gitledger(worked, "vote", "W0-99", "--voter", "ada", "--vote", "go").code == 3


def events(*rows):
    """Telemetry rows with a hash each."""
    plain = {"ts": "2026-11-16T09:00:00Z", "status": "200", "window": "W0-01"}
    return [plain | row | {"event_sha256": f"{i:064x}"} for i, row in enumerate(rows)]


def test_requests_are_compared(worked: Path) -> None:
    """Tokens and dollars per request, one without counterpart, totals."""
    glm, claude = {"model": "glm-4.6", "lane": "glm"}, {"model": "claude-haiku-4-5"}
    many = {"input_tokens": 1000, "output_tokens": 500}
    rows = [{"rid": "R1", **claude, **many}, {"rid": "R1", **glm, **many}, {"rid": "R2", **glm}]
    append(worked, "telemetry", *events(*rows))
    done = gitledger(worked, "compare", "--json")
    assert (done.code, [r["rid"] for r in done.json["rows"]]) == (0, ["R1"])
    assert done.json["totals"]["delta_tokens"] == 0
    assert done.json["verdict"] == "glm cheaper"
    assert [u["rid"] for u in done.json["unmatched"]] == ["R2"]
    text = gitledger(worked, "proxy-cost-compare").out
    assert max(map(len, text.splitlines())) <= 80


def test_too_few_matched_requests_are_undecided(worked: Path) -> None:
    """Exit 4, also with an empty log."""
    done = gitledger(worked, "compare", "--min", "2", "--json")
    assert (done.code, done.json["verdict"]) == (4, "too few")


def test_a_number_is_explained_row_by_row(worked: Path) -> None:
    """Formula, readings 10 and 22, three rows, sums, result."""
    made = gitledger(worked, "explain", "WEEK0.codex.features_per_pp", "--json").json
    used = made["used"][0]
    assert [r["used_pct"] for r in used["readings"]] == [10, 22]
    assert (len(used["rows"]), made["features"], made["capacity"]) == (3, 3, 12)
    assert made["estimate"]["value"] == 0.25
    text = gitledger(worked, "explain", "W0-01.codex.features_per_pp").out
    assert "10 -> 22" in text
    assert max(map(len, text.splitlines())) <= 80


@pytest.mark.parametrize(
    ("metric", "code"),
    [("nonsense", 2), ("WEEK0.codex.speed", 2), ("W9.codex.features_per_pp", 3),
     ("WEEK0.gpt.features_per_pp", 2), ("WEEK0.codex", 2), ("W0-01.codex.5h", 2)],
)  # fmt: skip
def test_what_is_no_metric_is_refused(worked: Path, metric: str, code: int) -> None:
    """With the names there are."""
    assert gitledger(worked, "explain", metric).code == code


def test_a_cost_is_explained_as_unknown_without_a_plan(worked: Path) -> None:
    """No price, no dollars."""
    made = gitledger(worked, "explain", "WEEK0.codex.cost_per_feature", "--json").json
    assert made["estimate"]["value"] is None
    reason = made["estimate"]["reason"]
    assert reason == "no plan price for codex: gitledger config plan codex=DOLLARS"


def test_audit_and_card_look_at_the_same_files(worked: Path, tmp_path: Path) -> None:
    """Nobody looks outside the tree; both look at the log of a run, and say when it changed."""
    outside = tmp_path / "elsewhere.txt"
    outside.write_text("ok\n")
    words = ("--runner", "x", "--result", "pass", "--artifact", str(outside))
    assert gitledger(worked, "evidence", "add", *words).code == 0
    row = {"window": "W0-01", "test_run_id": "T", "runner": "x", "result": "pass"}
    append(worked, "evidence", row | {"artifact": str(outside), "artifact_sha256": "0" * 64})
    script = (sys.executable, "-c", "print('hello')")
    run = gitledger(worked, "evidence", "run", "--json", "--runner", "demo", "--", *script).json
    log = worked / ".git/gitledger/artifacts" / run["artifact"].removeprefix("(git)/")
    log.write_text("bye\n")
    world = gitledger(worked, "card", "W0-01", "--json").json["world"]
    assert world["artifacts"].keys() == {run["artifact"], str(outside)}
    assert world["artifacts"][str(outside)] == ""
    found = gitledger(worked, "audit", "--window", "W0-01", "--json").json["findings"]
    told = {f["what"] for f in found if f["code"] == "evidence-artifact-changed"}
    assert told == {f"{run['artifact']} holds something else now", f"{outside} is gone"}
