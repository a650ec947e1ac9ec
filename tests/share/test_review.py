"""What CI writes of both kinds of pull request, on repositories as a forge's checkout has them."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ground import Answer, git, gitledger
from markdown_it import MarkdownIt
from share.forge import BOT, STRANGER, Forge, running
from share.proposals import (
    BASE,
    BRANCH,
    capability,
    committed,
    keep,
    row_files,
    text_at,
    window,
)

PARSER = MarkdownIt("commonmark").enable("table")
MARK = "<!-- gitledger:diff gitledger/main -->"


@pytest.fixture
def forge() -> Iterator[Forge]:
    """A forge that runs."""
    with running() as made:
        yield made


class Job:
    """One run of the action's two steps in a checkout."""

    def __init__(self, path: Path, scratch: Path, forge: Forge, monkeypatch: Any) -> None:
        self.path, self.out, self.forge = path, scratch / "out", forge
        self.summary_file = scratch / "summary.md"
        self.event_file = scratch / "event.json"
        self.monkeypatch = monkeypatch
        told = {
            "GITHUB_ACTIONS": "true",
            "GITHUB_API_URL": forge.api,
            "GITHUB_REPOSITORY": "o/r",
            "GITHUB_TOKEN": "t0ken",
            "GITHUB_STEP_SUMMARY": str(self.summary_file),
            "GITHUB_EVENT_PATH": str(self.event_file),
            "GITHUB_EVENT_NAME": "pull_request",
        }
        for name, value in told.items():
            monkeypatch.setenv(name, value)

    def run(self, base: str, head: str, *words: str, into: str = BRANCH, **more: str) -> Answer:
        """Both steps for a pull request; the answer of the first."""
        event = {
            "pull_request": {
                "number": 7,
                "base": {"ref": into, "sha": base, "repo": {"full_name": "o/r"}},
                "head": {"ref": more.get("branch", "topic"), "sha": head,
                         "repo": {"full_name": more.get("fork", "o/r")}},
            }
        }  # fmt: skip
        self.event_file.write_text(json.dumps(event), encoding="utf-8")
        answer = gitledger(self.path, "review", "--out", str(self.out), *words)
        self.posted = gitledger(self.path, "review", "--publish", str(self.out))
        assert self.posted.code == 0, self.posted.err
        return answer

    @property
    def summary(self) -> str:
        """The job's summary."""
        return self.summary_file.read_text(encoding="utf-8")

    @property
    def comment(self) -> str:
        """The one comment of ours."""
        [found] = [c["body"] for c in self.forge.comments if c["user"] == BOT]
        return str(found)


@pytest.fixture
def job(ledger_dir: Path, tmp_path: Path, forge: Forge, monkeypatch: pytest.MonkeyPatch) -> Job:
    """A job in a repository with a ledger."""
    return Job(ledger_dir, tmp_path, forge, monkeypatch)


def tip(path: Path, name: str = BRANCH) -> str:
    """A commit's id."""
    return git(path, "rev-parse", name).strip()


def test_a_ledger_s_pull_request_of_one_row(job: Job) -> None:
    """Exit 0, a summary and one comment that renders with its table."""
    base = keep(job.path)
    capability(job.path, "c1")
    assert job.run(base, tip(job.path)).code == 0
    assert "### Ledger: +1 row" in job.summary
    assert job.comment.startswith(f"{MARK}\n<!-- gitledger:seen base={base} ")
    assert PARSER.render(job.comment).count("<table>") == 1
    assert job.forge.tokens == {"Bearer t0ken"}


def test_a_second_run_writes_the_same_comment_anew(job: Job) -> None:
    """One comment whatever many pushes; after the rows have joined it says that nothing changes."""
    base = keep(job.path)
    capability(job.path, "c1")
    job.run(base, tip(job.path))
    capability(job.path, "c2")
    job.run(base, tip(job.path))
    assert "+2 rows" in job.comment
    job.run(tip(job.path), tip(job.path))
    assert "No ledger change on this branch (checked " in job.comment


def test_nothing_new_at_first_posts_nothing(job: Job) -> None:
    """The summary says so; no comment is written."""
    base = keep(job.path)
    assert job.run(base, base).code == 0
    assert "No ledger change on this branch" in job.summary
    assert job.forge.comments == []


def test_a_stranger_s_comment_with_our_marker_is_not_ours(job: Job) -> None:
    """Ours is looked for on every page, and neither a stranger's nor another bot's is taken."""
    base = keep(job.path)
    capability(job.path, "c1")
    job.forge.add(f"{MARK}\nmine", STRANGER)
    job.forge.add(f"{MARK}\nmine", {"login": "other[bot]", "type": "Bot"})
    job.forge.add(f"{MARK}\nmine", {"login": BOT["login"], "type": "User"})
    for number in range(250):
        job.forge.add(f"talk {number}", STRANGER)
    job.run(base, tip(job.path))
    assert len(job.forge.comments) == 254
    job.run(base, tip(job.path))
    assert len(job.forge.comments) == 254
    assert [c["body"] for c in job.forge.comments[:3]] == [f"{MARK}\nmine"] * 3


def test_a_fork_gets_a_summary_and_the_gate_s_code(job: Job) -> None:
    """Nothing is written to the forge for a fork; red stays red."""
    capability(job.path, "c1")
    base = keep(job.path)
    committed(job.path, {row_files(job.path)[0]: "{}\n"})
    answer = job.run(base, tip(job.path), fork="mallory/r")
    assert answer.code == 1
    assert "row-edited" in job.summary
    assert "::error title=gitledger::" in answer.out
    assert [word for word, _ in job.forge.asked] == []


def test_a_forge_that_refuses_makes_nothing_red(job: Job) -> None:
    """403 for a read-only token: the summary is there, the second step is green and says why."""
    base = keep(job.path)
    capability(job.path, "c1")
    job.forge.refuses = 403
    assert job.run(base, tip(job.path)).code == 0
    assert "::warning title=gitledger::the comment was not written" in job.posted.out
    assert "+1 row" in job.summary


def test_the_token_goes_to_no_other_host(job: Job) -> None:
    """A forge that sends a request elsewhere gets no comment, and the other host no token."""
    base = keep(job.path)
    capability(job.path, "c1")
    with running() as other:
        job.forge.sends_to = other.api
        assert job.run(base, tip(job.path)).code == 0
        assert other.tokens <= {""}
    assert "the comment was not written" in job.posted.out


def test_a_fork_that_loosens_rules_is_judged_by_the_base(job: Job) -> None:
    """Loosened rules are listed on top, and no card is better for them."""
    base = keep(job.path)
    rules = text_at(job.path, "rules.yaml").replace("max_anomalies: 0", "max_anomalies: 9", 1)
    committed(job.path, {"rules.yaml": rules.replace("severities: [error]", "severities: []")})
    window(job.path, "W0-01", before=30, after=12)
    answer = job.run(base, tip(job.path), "--gate", "card", fork="mallory/r")
    assert answer.code == 1
    assert "INVALID 1" in job.summary
    assert "window.go.max_anomalies was raised from 0 to 9" in job.summary


def test_names_of_branches_run_nothing(job: Job, tmp_path: Path) -> None:
    """A branch named like a command is a text: nothing is touched."""
    base = keep(job.path)
    capability(job.path, "c1")
    before = {p.name for p in (*job.path.iterdir(), *tmp_path.iterdir())}
    assert job.run(base, tip(job.path), branch="$(touch x)`touch y`;touch z").code == 0
    after = {p.name for p in (*job.path.iterdir(), *tmp_path.iterdir())}
    assert after - before <= {"out", "summary.md", "event.json"}


def test_a_row_says_no_command_to_the_runner(job: Job) -> None:
    """What rows say stands between stop-commands, and no annotation has a second line."""
    base = keep(job.path)
    done = gitledger(job.path, "append", "capabilities", "capability=c1", "name=a\n::error::b")
    assert done.code == 0
    lines = job.run(base, tip(job.path)).out.splitlines()
    assert lines[0].startswith("::stop-commands::")
    pause = lines[0].removeprefix("::stop-commands::")
    end = lines.index(f"::{pause}::")
    assert all("::error::b" not in line or number < end for number, line in enumerate(lines))


@pytest.mark.parametrize("gate", ["none", "integrity", "findings", "card"])
def test_gates(job: Job, gate: str) -> None:
    """An honest bad reading is red for findings and for cards only."""
    base = keep(job.path)
    window(job.path, "W0-01", before=30, after=12)
    answer = job.run(base, tip(job.path), "--gate", gate)
    assert answer.code == (1 if gate in {"findings", "card"} else 0)


def test_no_comment_when_none_is_wanted(job: Job) -> None:
    """`comment: never` asks the forge nothing."""
    base = keep(job.path)
    capability(job.path, "c1")
    assert job.run(base, tip(job.path), "--comment", "never").code == 0
    assert job.forge.asked == []


def test_a_shallow_checkout_cannot_tell(job: Job, tmp_path: Path) -> None:
    """Exit 3; the summary says what to fetch."""
    keep(job.path)
    first = capability(job.path, "c1") and tip(job.path)
    capability(job.path, "c2")
    clone = tmp_path / "clone"
    words = ("clone", "-q", "--depth", "1", "-b", BRANCH, f"file://{job.path}", str(clone))
    git(tmp_path, *words)
    git(clone, "checkout", "-q", "--detach")
    job.path = clone
    assert job.run(first, tip(clone, "HEAD")).code == 3
    assert "cannot tell" in job.summary


def test_a_review_that_died_leaves_a_summary(job: Job) -> None:
    """The publishing step says that there is no answer."""
    done = gitledger(job.path, "review", "--publish", str(job.out))
    assert done.code == 0
    assert "the review did not finish" in job.summary


def code_branch(path: Path) -> tuple[str, str]:
    """A pull request of code: where it parted, and its head, whose commit W0-02 holds."""
    base = tip(path, "trunk")
    git(path, "commit", "-q", "--allow-empty", "-m", "work")
    head = tip(path, "HEAD")
    window(path, "W0-01", before=10, after=19)
    window(path, "W0-02", before=20, after=29)
    row = {"sha": head, "parents": [base], "committed_at": "2026-11-29T10:00:00Z"}
    told = json.dumps(row | {"windows": ["W0-02"]})
    assert gitledger(path, "append", "commits", "--json", "-", stdin=told).code == 0
    return base, head


def test_a_code_s_pull_request_shows_its_own_windows(job: Job) -> None:
    """Only the window that holds its commit; the comment keeps which ledger it saw."""
    base, head = code_branch(job.path)
    assert job.run(base, head, into="trunk").code == 0
    assert "**This branch**" in job.comment
    assert "W0-02 codex" in job.comment
    assert "W0-01" not in job.comment
    assert f"head={tip(job.path)} -->" in job.comment


def test_a_code_s_review_goes_on_from_its_last_comment(job: Job) -> None:
    """The next one compares with the ledger of the last; without news it says what it said."""
    base, head = code_branch(job.path)
    job.run(base, head, into="trunk")
    seen, said = tip(job.path), job.comment
    job.run(base, head, into="trunk")
    assert job.comment == said
    words = ("window=W0-02", "capability=c", "runner=pytest", "test_run_id=r", "result=pass")
    assert gitledger(job.path, "append", "evidence", *words).code == 0
    job.run(base, head, into="trunk")
    assert f"<!-- gitledger:seen base={seen} head={tip(job.path)} -->" in job.comment
    assert "1 of 1 evidence pass" in job.comment


def test_a_code_s_pull_request_without_a_window_says_nothing(job: Job) -> None:
    """Other windows' rows are no news here."""
    base, _ = code_branch(job.path)
    git(job.path, "switch", "-q", "-c", "other", base)
    git(job.path, "commit", "-q", "--allow-empty", "-m", "other")
    assert job.run(base, tip(job.path, "other"), into="trunk").code == 0
    assert "No ledger change on this branch" in job.summary
    assert job.forge.comments == []


def test_a_merge_queue_and_a_push_are_judged_too(job: Job) -> None:
    """`merge_group` and `push` on the ledger gate without a comment."""
    capability(job.path, "c1")
    base = keep(job.path)
    committed(job.path, {row_files(job.path)[0]: "{}\n"})
    head = tip(job.path)
    queue = {
        "merge_group": {"base_ref": f"refs/heads/{BRANCH}", "base_sha": base, "head_sha": head}
    }
    push = {"ref": f"refs/heads/{BRANCH}", "before": base, "after": head}
    for name, event in (("merge_group", queue), ("push", push)):
        job.event_file.write_text(json.dumps(event), encoding="utf-8")
        job.monkeypatch.setenv("GITHUB_EVENT_NAME", name)
        assert gitledger(job.path, "review", "--out", str(job.out)).code == 1
    assert job.forge.asked == []


def test_a_thousand_rows_keep_within_the_limits(job: Job, tmp_path: Path) -> None:
    """Over the limit row detail is left out of the comment, and the summary has all."""
    base = keep(job.path)
    rows = [{"capability": f"c{n}", "name": "x | y " * 20} for n in range(1000)]
    told = json.dumps(rows)
    assert gitledger(job.path, "append", "capabilities", "--json", "-", stdin=told).code == 0
    assert job.run(base, tip(job.path)).code == 0
    assert len(job.comment) <= 60_000
    assert "1,000 rows left out: `gitledger diff " in job.comment
    assert PARSER.render(job.summary).count("<table>") == 1
    assert job.summary.count("\n| `") == 1000


def test_both_ends_may_be_named_without_an_event(ledger_dir: Path) -> None:
    """The same review by hand, in any clone."""
    keep(ledger_dir)
    capability(ledger_dir, "c1")
    answer = gitledger(ledger_dir, "review", "--base", BASE, "--head", BRANCH)
    assert (answer.code, "+1 row" in answer.out) == (0, True)
