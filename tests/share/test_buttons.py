"""`verify` on every button of a forge, in a third clone and in the author's, whatever he does next.

Rows and what is counted from them are the same before and after; only a row that was really taken
out is a finding, until it is back.
"""

import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from buttons import (
    MERGES,
    SQUASHES,
    Site,
    fast_forward,
    merge,
    rebase,
    revert,
    semi_linear,
    squash,
    squash_and_merge,
    update_branch,
    web_editor,
)
from ground import git, gitledger
from tampering import BRANCH, NOW, Ledger, make_ledger

from gitledger.book.judge import judge_move
from gitledger.commands.preview import preview
from gitledger.git.branch.draft import Draft
from gitledger.git.branch.record import Stamp, record
from gitledger.git.repository import identity, open_repository

# notes of history that a button may leave; all others are of texts or of no concern here
TOLD = {
    *("rows-unannounced", "squash", "row-twice", "row-restored", "row-smuggled"),
    *("history-restated", "duplicate-merged", "duplicate-differs", "tip-rewound", "text-changed"),
}
SILENT = {"rows-unannounced"}
Button = Callable[[Site, str], None]
BUTTONS: Mapping[str, tuple[Button, set[str]]] = {
    "merge": (merge, set()),
    "fast-forward": (fast_forward, set()),
    "semi-linear": (semi_linear, set()),
    "rebase": (rebase, set()),
    "squash": (squash, SILENT),
    "squash and merge": (squash_and_merge, SILENT),
    "update branch": (update_branch, set()),
    "web editor": (web_editor, {"text-changed"}),
}
MADE_ANEW = {"fast-forward", "semi-linear", "rebase", "squash", "squash and merge"}


def capture(ledger: Ledger, window: str, phase: str, used: int) -> None:
    """A typed reading."""
    words = ("--window", window, "--phase", phase, "--set", f"weekly={used}")
    done = gitledger(ledger.path, "override", "codex", *words)
    assert done.code == 0, done.err


def batch(ledger: Ledger, name: str, count: int = 9) -> None:
    """Rows of one commit: named, counted, and covered by a digest."""
    repository = open_repository(ledger.path, ledger.world().environment)
    drafts = [Draft("trials", {"run": f"{name}-{n}", "result": "pass"}) for n in range(count)]
    stamp, who = Stamp("main", "gitledger 0", NOW), identity(repository, NOW)
    record(repository, BRANCH, drafts, stamp=stamp, who=who)


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A forge's repository, and a clone in which ada recorded a window and a batch."""
    folder = tmp_path_factory.mktemp("scene")
    git(folder, "init", "-q", "forge")
    there = make_ledger(folder / "forge")
    git(folder, "clone", "-q", "forge", "author")
    author = Ledger(folder / "author")
    author.git("branch", "-q", BRANCH, f"origin/{BRANCH}")
    for phase, used in (("before", 10), ("after", 17)):
        capture(author, "W1", phase, used)
    done = gitledger(author.path, "complete", "--window", "W1", "--features", "codex=3")
    assert done.code == 0, done.err
    batch(author, "batch")
    there.add("meanwhile", 30)
    git(folder / "forge", "switch", "-q", BRANCH)
    return folder


@pytest.fixture
def site(scene: Path, tmp_path: Path) -> Site:
    """A copy of that folder; the proposal stands at the forge."""
    for name in ("forge", "author"):
        shutil.copytree(scene / name, tmp_path / name)
    author = Ledger(tmp_path / "author")
    author.git("remote", "set-url", "origin", str(tmp_path / "forge"))
    found = Site(tmp_path / "forge", author)
    found.propose()
    return found


def judged(ledger: Ledger) -> tuple[set[str], set[str]]:
    """The codes of findings, and of the notes that history leaves."""
    answer = ledger.verify()
    return (
        {found["code"] for found in answer["findings"]},
        {note["code"] for note in answer["notes"]} & TOLD,
    )


def received(site: Site, old: str) -> set[str]:
    """What a server's pre-receive would refuse of what the branch gained since a commit."""
    repository = open_repository(site.forge, site.author.world().environment)
    new = bytes.fromhex(site.git("rev-parse", BRANCH))
    done = judge_move(repository, bytes.fromhex(old), new)
    return {found.problem.code for found in done.findings}


def counted(ledger: Ledger) -> Mapping[str, Any]:
    """What is counted of the ledger, without where it stands."""
    payload = preview(ledger.world(700)).payload
    return {name: value for name, value in payload.items() if name not in {"tip", "branch"}}


@pytest.mark.parametrize("forge", MERGES)
def test_merge_commits_of_forges(site: Site, forge: str) -> None:
    """A merge commit is clean whoever wrote its message."""
    merge(site, message=MERGES[forge])
    assert judged(site.third()) == (set(), set())


@pytest.mark.parametrize("forge", SQUASHES)
def test_squashes_of_forges(site: Site, forge: str) -> None:
    """A squash is a note, whether or not its message tells of the rows."""
    squash(site, message=SQUASHES[forge])
    findings, notes = judged(site.third())
    assert findings == set()
    assert notes in ({"squash"}, {"rows-unannounced"})


@pytest.mark.parametrize("name", BUTTONS)
def test_what_others_and_the_author_see(site: Site, name: str) -> None:
    """A third clone, the author who merges, and he who proposes again: as the button is taken."""
    press, notes = BUTTONS[name]
    before, old = counted(site.author), site.git("rev-parse", BRANCH)
    press(site, "gitledger/p")
    assert received(site, old) == set()
    third = site.third()
    assert judged(third) == (set(), notes)
    assert counted(third) == before
    site.merged()
    assert judged(site.author) == (set(), notes)
    assert counted(site.author) == before
    batch(site.author, "again", 10)
    site.propose("gitledger/q")
    press(site, "gitledger/q")
    assert judged(site.third()) == (set(), notes)
    site.merged()
    assert judged(site.author) == (set(), notes)
    window = ("before", "after", "complete", "its churn")
    assert site.author.verify()["rows"] == 4 + len(window) + 9 + 10


@pytest.mark.parametrize("name", BUTTONS)
def test_what_the_author_who_adopts_sees(site: Site, name: str) -> None:
    """He leaves his own commits behind where the button made them anew, and loses no row."""
    press, notes = BUTTONS[name]
    before = counted(site.author)
    press(site, "gitledger/p")
    site.adopted()
    restated = {"history-restated"} if name in MADE_ANEW else set()
    assert judged(site.author) == (set(), notes | restated)
    assert counted(site.author) == before
    batch(site.author, "again", 10)
    site.propose("gitledger/q")
    press(site, "gitledger/q")
    assert judged(site.third()) == (set(), notes)


@pytest.mark.parametrize("press", [merge, squash])
def test_reverted_and_brought_back(site: Site, press: Button) -> None:
    """Rows of a reverted proposal are missing until the revert is reverted; then it is a note."""
    before = counted(site.author)
    press(site, "gitledger/p")
    merged = site.git("rev-parse", BRANCH)
    revert(site)
    assert judged(site.third())[0] == {"row-deleted"} == received(site, merged)
    reverted = site.git("rev-parse", BRANCH)
    revert(site)
    assert received(site, merged) == set() == received(site, reverted)
    findings, notes = judged(site.third())
    assert (findings, "row-restored" in notes) == (set(), True)
    assert counted(site.third()) == before
    site.merged()
    assert judged(site.author)[0] == set()
    assert counted(site.author) == before


def test_reverted_and_merged_by_whom_has_the_rows(site: Site) -> None:
    """A merge with a clone that kept the rows brings them back: the finding becomes a note."""
    squash(site)
    revert(site)
    site.merged()
    findings, notes = judged(site.author)
    assert (findings, "row-restored" in notes) == (set(), True)
