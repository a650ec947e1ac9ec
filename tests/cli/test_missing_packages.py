"""A package or a system that is not there is one sentence with a next step, never a traceback."""

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from ground import gitledger

from gitledger import __main__
from gitledger.cli.ending import LOADED_LATE, package_of
from gitledger.errors import EXIT_CANNOT

ROOT = Path(__file__).resolve().parents[2]
READING = (
    "start",
    "codex",
    "-w",
    "W0-01",
    "--from",
    "-",
    "--at",
    "2026-11-23T09:00Z",
    "--tz",
    "UTC",
)
PANE = "5h limit: [####] 92% left (resets 13:10)\nWeekly limit: [###] 77% left (resets 12:24)\n"
NEEDED = (
    ("scipy", ("replay", "--instance", "two-arms-two-resources", "--runs", "1", "--rounds", "10")),
    ("numpy", ("churn", "HEAD~1..HEAD")),
    ("jinja2", ("card", "W0-01", "--html")),
    ("rich", ("preview",)),
    ("ruamel", ("config", "plan", "codex=20")),
)
HIDING = "import sys; sys.modules[{name!r}] = None; sys.argv[0] = 'gitledger'; "
PROGRAM = "from gitledger.__main__ import main; main()"


@pytest.mark.parametrize(("module", "words"), NEEDED, ids=[name for name, _ in NEEDED])
def test_a_missing_package_is_named(module: str, words: tuple[str, ...], ledger_dir: Path) -> None:
    """The verb that needs it says what to install and ends with 3."""
    assert gitledger(ledger_dir, *READING, stdin=PANE).code == 0
    (ledger_dir / "hello.txt").write_text("more\n")
    subprocess.run(["git", "commit", "-qam", "more"], cwd=ledger_dir, check=True)
    done = subprocess.run(
        [sys.executable, "-c", HIDING.format(name=module) + PROGRAM, *words],
        cwd=ledger_dir,
        capture_output=True,
        text=True,
        check=False,
    )
    package = package_of(module)
    assert done.stderr.splitlines() == [
        f"gitledger: the package {package} is not installed here",
        f"  next: {sys.executable} -m pip install {package}",
    ]
    assert (done.returncode, done.stdout) == (EXIT_CANNOT, "")


def test_what_does_not_need_it_goes_on(ledger_dir: Path) -> None:
    """A reading, the audit and the proof know nothing of scipy and pandas."""
    hiding = HIDING.format(name="scipy") + HIDING.format(name="pandas")
    for words in (READING, ("audit",), ("preview",), ("verify",), ("status",)):
        done = subprocess.run(
            [sys.executable, "-c", hiding + PROGRAM, *words],
            cwd=ledger_dir,
            input=PANE,
            capture_output=True,
            text=True,
            check=False,
        )
        assert (done.returncode in {0, 1}, done.stderr.count("Traceback")) == (True, 0), words


def test_a_module_of_ours_is_a_bug(ledger_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What cannot be installed is not to be installed: the traceback is shown."""
    monkeypatch.setitem(sys.modules, "gitledger.commands.status", None)
    answer = gitledger(ledger_dir, "status")
    assert (answer.code, "ModuleNotFoundError" in answer.err) == (70, True)


def test_every_package_that_is_loaded_late_is_declared() -> None:
    """No name is told that the project does not ask for."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    declared = " ".join([*project["dependencies"], *project["optional-dependencies"]["parquet"]])
    assert [name for name in LOADED_LATE.values() if f"{name}>=" not in declared] == []


def test_windows_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """On Windows itself nothing is tried: the way to WSL is told."""
    monkeypatch.setattr(sys, "platform", "win32")
    with pytest.raises(SystemExit) as ended:
        __main__.main()
    told = capsys.readouterr().err.splitlines()
    assert (ended.value.code, len(told), "WSL" in told[1]) == (EXIT_CANNOT, 2, True)
    assert EXIT_CANNOT == __main__.CANNOT
