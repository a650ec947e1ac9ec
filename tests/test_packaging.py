"""What packagers read says the same as pyproject.toml, and nothing that nobody knows."""

import re
import tomllib
from pathlib import Path

import pytest
from wheel_check import oldest

from gitledger import __version__
from gitledger.git import program

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
CONDA = (ROOT / "packaging/conda/meta.yaml").read_text("utf-8")
BREW = (ROOT / "packaging/homebrew/git-ledger.rb").read_text("utf-8")
README = (ROOT / "README.md").read_text("utf-8")


def test_recipes_name_this_version() -> None:
    """A release changes them with `gitledger/__init__.py`."""
    assert re.findall(r'set version = "(.+?)"', CONDA) == [__version__]
    assert re.findall(r'^  version "(.+?)"', BREW, re.MULTILINE) == [__version__]


def test_recipes_ask_for_what_the_wheel_asks_for() -> None:
    """The dependencies of both, with their bounds, are those of pyproject.toml."""
    run = CONDA[CONDA.index("  run:\n") : CONDA.index("\ntest:")]
    asked = [line.strip(" -").replace(" ", "") for line in run.splitlines()[1:] if line.strip()]
    own = {f"python{PROJECT['requires-python']}", "git>=2.31"}
    assert set(asked) == own | set(PROJECT["dependencies"])
    listed = re.findall(r"^  # ([a-z0-9_.-]+>=\S+)$", BREW, re.MULTILINE)
    assert listed == PROJECT["dependencies"]


def test_entry_points_and_summary_are_the_wheels() -> None:
    """Both programs, by the same function."""
    for name, target in PROJECT["scripts"].items():
        assert f"- {name} = {target}" in CONDA
    assert PROJECT["description"] in CONDA
    assert PROJECT["license"] in CONDA
    assert f'license "{PROJECT["license"]}"' in BREW


def test_no_address_is_made_up() -> None:
    """While the project has no address, there is none: not in its data, not in the recipes."""
    assert "urls" not in PROJECT
    assert "SOURCE_ADDRESS" in CONDA
    assert "SOURCE_ADDRESS" in BREW
    for path in sorted((ROOT / "packaging").rglob("*")):
        if path.suffix in {".md", ".yaml", ".rb"}:
            assert "://" not in path.read_text("utf-8"), path


@pytest.mark.parametrize(
    ("asked", "pinned"),
    [("click>=8.1.7,<9", "click==8.1.7"), ("tzdata>=2025.1", "tzdata==2025.1")],
)
def test_the_oldest_of_a_dependency_is_its_lower_bound(asked: str, pinned: str) -> None:
    """What `make wheel-check` installs as the oldest."""
    assert oldest([asked]) == [pinned]


def test_every_dependency_has_a_lower_bound_and_a_reason() -> None:
    """Without one there is no oldest to test; the table of decisions says why it is there."""
    text = (ROOT / "docs/decisions.md").read_text("utf-8")
    table = text[: text.index("\n## 20")]
    for one in PROJECT["dependencies"]:
        name, bound, _ = one.partition(">=")
        assert bound
        assert f"| {name} |" in table


def test_supported_pythons_and_systems_are_said_as_they_are() -> None:
    """The README names the Pythons of the classifiers, the oldest git, and what is untested."""
    marks = [c.rpartition(" :: ")[2] for c in PROJECT["classifiers"] if "Python :: 3." in c]
    assert f"Python {marks[0]} to {marks[-1]}" in README
    assert PROJECT["requires-python"] == f">={marks[0]}"
    oldest_git = ".".join(map(str, program.OLDEST))
    assert f"git {oldest_git} or newer" in README
    assert "Operating System :: POSIX :: Linux" in PROJECT["classifiers"]
    assert not [c for c in PROJECT["classifiers"] if "MacOS" in c or "Windows" in c]
    assert "macOS is untested" in README
    assert "WSL" in README
