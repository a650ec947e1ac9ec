"""The action's steps run as a forge runs them, in checkouts of both kinds of pull request."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from ground import git
from share import runner
from share.forge import BOT, Forge, running
from share.proposals import BRANCH, capability, committed, keep, row_files, text_at, window

ROOT = Path(__file__).parents[2]
ACTION = ROOT / "action.yml"
LEDGERS_OWN = ROOT / "ledgers/defaults/github.yml"
HOSTILE = "$(touch${IFS}x);`touch${IFS}y`"
pytestmark = pytest.mark.skipif(shutil.which("bash") is None, reason="steps run in bash")


@pytest.fixture
def forge() -> Iterator[Forge]:
    """A forge that takes comments."""
    with running() as made:
        yield made


class Place:
    """A repository on a forge, and a fresh checkout of it for each job."""

    def __init__(self, path: Path, scratch: Path, forge: Forge) -> None:
        self.path, self.scratch, self.forge, self.jobs = path, scratch, forge, 0

    def job(
        self, file: Path, ends: tuple[str, str], *, into: str = BRANCH, fork: str = "o/r",
        given: dict[str, str] | None = None,
    ) -> runner.Ran:  # fmt: skip
        """One job of a pull request whose base and head are at these commits."""
        self.jobs += 1
        self.temp = self.scratch / f"runner-{self.jobs}"
        self.temp.mkdir()
        self.checkout = self.temp / "work"
        git(self.scratch, "clone", "-q", str(self.path), str(self.checkout))
        git(self.checkout, "checkout", "-q", "--detach", ends[1])
        head = {"ref": HOSTILE, "sha": ends[1], "repo": {"full_name": fork}}
        base = {"ref": into, "sha": ends[0], "repo": {"full_name": "o/r"}}
        event = self.temp / "event.json"
        event.write_text(json.dumps({"pull_request": {"number": 7, "base": base, "head": head}}))
        return runner.run(
            file, self.checkout, self.temp, given or {},
            GITHUB_ACTIONS="true", GITHUB_API_URL=self.forge.api, GITHUB_REPOSITORY="o/r",
            GITHUB_STEP_SUMMARY=str(self.temp / "summary.md"), GITHUB_EVENT_PATH=str(event),
            GITHUB_EVENT_NAME="pull_request", GITHUB_HEAD_REF=HOSTILE, PYTHONPATH=str(ROOT),
        )  # fmt: skip

    @property
    def summary(self) -> str:
        """The summary of the last job."""
        return (self.temp / "summary.md").read_text(encoding="utf-8")

    @property
    def comments(self) -> list[str]:
        """What our bot wrote."""
        return [one["body"] for one in self.forge.comments if one["user"] == BOT]


@pytest.fixture
def place(ledger_dir: Path, tmp_path: Path, forge: Forge) -> Place:
    """A repository with a ledger."""
    return Place(ledger_dir, tmp_path, forge)


@pytest.mark.parametrize("file", [ACTION, LEDGERS_OWN], ids=["action", "ledger"])
def test_a_ledger_s_pull_request(place: Place, file: Path) -> None:
    """Installed, judged, told: each step by what the file says, and no name of a branch runs."""
    window(place.path, "W0-01", before=10, after=14)
    base = keep(place.path)
    capability(place.path, "c1")
    done = place.job(file, (base, git(place.path, "rev-parse", BRANCH).strip()))
    assert done.codes == {"Install": 0, "Review": 0, "Summary and comment": 0}, done.log
    assert "### Ledger: +1 row" in place.summary
    assert ["### Ledger: +1 row" in one for one in place.comments] == [True]
    installed = (place.temp / "installed").read_text().strip()
    assert installed == (str(ROOT) if file == ACTION else "git-ledger==VERSION")
    assert not [name for name in ("x", "y") if (place.checkout / name).exists()]


def test_an_edited_row_is_red_and_told(place: Place) -> None:
    """The gate's step fails, the last one runs all the same."""
    capability(place.path, "c1")
    base = keep(place.path)
    [path] = row_files(place.path)
    head = committed(place.path, {path: text_at(place.path, path).replace("c1", "c2")})
    done = place.job(ACTION, (base, head))
    assert (done.codes["Review"], done.codes["Summary and comment"], done.red) == (1, 0, True)
    assert "row-edited" in place.summary
    assert len(place.comments) == 1


def test_a_code_s_pull_request(place: Place) -> None:
    """Only the windows that hold its commits; a fork's gets its summary and no comment."""
    git(place.path, "checkout", "-q", "-b", "topic")
    (place.path / "new.txt").write_text("one\n")
    git(place.path, "add", "new.txt")
    git(place.path, "commit", "-q", "-m", "feat: new")
    base, head = (git(place.path, "rev-parse", end).strip() for end in ("topic~1", "topic"))
    keep(place.path)
    window(place.path, "W0-01", before=10, after=14)
    capability(place.path, "c1")
    done = place.job(ACTION, (base, head), into="main")
    assert (done.red, place.comments) == (False, []), done.log
    assert "No ledger change" in place.summary
    forked = place.job(ACTION, (base, head), into="main", fork="stranger/r")
    assert (forked.red, place.comments) == (False, []), forked.log


def test_inputs_reach_the_program(place: Place) -> None:
    """What a workflow names stands above the event; no comment where none is asked for."""
    base = keep(place.path)
    capability(place.path, "c1")
    head = git(place.path, "rev-parse", BRANCH).strip()
    given = {"base": base, "head": head, "gate": "none", "comment": "never", "version": "0.2.0"}
    done = place.job(ACTION, (head, head), given=given)
    assert (done.red, place.comments) == (False, []), done.log
    assert "### Ledger: +1 row" in place.summary
    assert (place.temp / "installed").read_text().strip() == "git-ledger==0.2.0"
