"""The JSON keys that docs/cli.md promises are there, verb by verb."""

import re
from pathlib import Path

import pytest
from frozen import played_once
from ground import git, gitledger

DOCS = Path(__file__).resolve().parents[2] / "docs" / "cli.md"
ROW = re.compile(r"^\| ((?:`[^`]+` ?)+) \| (.*) \|$", re.MULTILINE)
PANE = """\
>_ OpenAI Codex (v0.142.5)
5h limit:      [██████████████████░░] {five}% left (resets 13:10)
Weekly limit:  [███████████████░░░░░] {week}% left (resets 12:24 on 27 Nov)
"""
START = ("start", "codex", "--window", "W0-01", "-", "--at", "2026-11-23T09:00Z", "--tz", "UTC")
END = ("end", "codex", "-", "--at", "2026-11-23T11:30Z", "--tz", "UTC")
CALLS: dict[str, tuple[str, ...]] = {
    "ingest": ("ingest", "codex", "--window", "W0-02", "-", *START[5:]),
    "override": ("override", "codex", "--window", "W0-03", "--phase", "before", "--set", "5h=12"),
    "cross": ("cross", "codex", "-", *START[5:]),
    "parse": ("parse", "codex", "-", *START[5:]),
    "complete": ("complete", "--window", "W0-01", "--features", "codex=3", "--outcome", "pass"),
    "churn": ("churn", "HEAD~1..HEAD"),
    "audit": ("audit", "--window", "W0-01"),
    "preview": ("preview",),
    "card": ("card", "--window", "W0-01"),
    "compare": ("compare",),
    "replay --instance": (
        *("replay", "--instance", "two-arms-two-resources"),
        *("--rounds", "5", "--runs", "2"),
    ),
    "verify": ("verify",),
    "append": ("append", "capabilities", "capability=c1", "name=One"),
    "log": ("log",),
}


def promised() -> dict[str, set[str]]:
    """Each verb of the table with the keys it promises (up to the first `:` or `;`)."""
    table = DOCS.read_text(encoding="utf-8").split("## JSON")[1]
    found = {}
    for verbs, keys in ROW.findall(table):
        sure = re.split(r"; | by name|: | \(one row\)", keys)[0]
        for verb in re.findall(r"`([^`]+)`", verbs):
            found[verb] = set(re.findall(r"`(\w+)`", sure))
    return found


@pytest.fixture
def window(ledger_dir: Path) -> Path:
    """A ledger with one window of work, still to be finalised."""
    work_a_window(ledger_dir)
    return ledger_dir


@played_once
def work_a_window(directory: Path) -> None:
    """Reading, commit, reading."""
    gitledger(directory, *START, stdin=PANE.format(five=92, week=77))
    (directory / "hello.txt").write_text("hello\nworld\n")
    git(directory, "commit", "-qam", "work")
    gitledger(directory, *END, stdin=PANE.format(five=90, week=75))


@pytest.mark.parametrize("verb", CALLS)
def test_promised_keys_are_there(window: Path, verb: str) -> None:
    """Every key of the docs stands in the answer, its schema first."""
    pane = PANE.format(five=88, week=70) if "-" in CALLS[verb] else None
    if verb == "cross":
        gitledger(window, *START[:2], "--window", "W0-09", *START[4:], stdin=pane)
    answer = gitledger(window, *CALLS[verb], "--json", stdin=pane).json
    assert promised()[verb] - set(answer) == set()
    assert next(iter(answer)) == "schema"


def test_the_docs_promise_something_for_every_verb_here() -> None:
    """The table was read: no verb of this module is without keys."""
    assert {verb for verb in CALLS if not promised().get(verb)} == set()


REFUSED: tuple[tuple[str, ...], ...] = (
    (),
    *(CALLS[verb] for verb in ("ingest", "override", "cross", "audit", "preview", "card")),
    *((verb,) for verb in ("churn", "compare", "log", "replay", "verify", "status", "complete")),
    *((verb, "show") for verb in ("rules", "config", "ledger")),
    ("churn", "HEAD~9..HEAD"),
    ("show", "ab"),
    ("void", "abcd", "-m", "x"),
    ("amend", "abcd", "a=b", "-m", "x"),
    ("append", "capabilities", "capability=c1"),
    ("guard", "--provider", "codex", "--need", "1"),
    ("tokens", "plan", "--window", "W0-01", "5"),
    ("vote", "W0-01", "--voter", "ada", "--vote", "go"),
    ("explain", "WEEK0.codex.features_per_pp"),
    ("evidence", "run", "--window", "W0-01", "--", "true"),
    ("replay", "--instance", "nothing-of-that-name"),
    ("export", "churn"),
    ("import", "tracker", "nowhere"),
    ("nonsense",),
)


@pytest.mark.parametrize("words", REFUSED, ids=" ".join)
def test_a_refusal_leaves_standard_output_empty(repo_dir: Path, words: tuple[str, ...]) -> None:
    """Where there is no ledger every verb that needs one says so on standard error alone."""
    pane = PANE.format(five=88, week=70) if "-" in words else None
    done = gitledger(repo_dir, "--json", *words, stdin=pane)
    assert (done.code in {1, 2, 3}, done.out) == (True, "")
    assert done.err


def test_an_unknown_window_is_an_audit_with_an_error(window: Path) -> None:
    """The one refusal that is an answer as well, as the docs say; its words stand in both."""
    done = gitledger(window, "audit", "--window", "W0-77", "--json")
    assert (done.code, done.json["findings"]) == (3, [])
    assert done.json["error"] in done.err
    assert done.json["hint"] in done.err
