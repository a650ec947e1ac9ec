"""What is installed is ours: `gitledger` on the package index is somebody else's program."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
# a package asked of the index by that name: with an extra, a version or quotes too
WRONG = re.compile(
    r"\b(?:pip3?|pipx|uv|uvx|poetry|conda|python -m pip)\s+(?:tool\s+|pip\s+)?(?:install|run|add)\s"
    r"[^\n]*?(?<![\w./-])[\"']?gitledger(?=[\s\"'\[=<>~!,;]|$)(?![\"']?\s*(?:init|-))",
    re.MULTILINE,
)
ASKED = re.compile(r"^\s*(?:-\s*)?[\"']?gitledger(?:\[[\w,]+\])?\s*(?:[=<>~!]=|@\s)", re.MULTILINE)
TEXTS = [
    path
    for pattern in (
        "*.md",
        "docs/**/*.md",
        "**/*.yaml",
        "**/*.yml",
        "gitledger/**/*.py",
        "Makefile",
    )
    for path in ROOT.glob(pattern)
    if not any(part.startswith((".venv", ".git")) for part in path.relative_to(ROOT).parts[:-1])
]


def test_no_text_installs_a_strangers_package() -> None:
    """Docs, YAML and messages never ask the index for `gitledger`."""
    assert len(TEXTS) > 100
    found = [
        f"{path.relative_to(ROOT)}: {hit[0]}"
        for path in TEXTS
        for pattern in (WRONG, ASKED)
        for hit in pattern.finditer(path.read_text("utf-8"))
    ]
    assert found == []


@pytest.mark.parametrize(
    "line",
    [
        *("pip install gitledger", "pip install 'gitledger[parquet]'", "pipx install gitledger==1"),
        *("uv tool install gitledger", "python -m pip install -q gitledger", "uv add gitledger"),
        *("additional_dependencies:\n  - gitledger==0.1.0", "- gitledger[parquet]>=1"),
    ],
)
def test_the_wrong_line_is_known(line: str) -> None:
    """The check can fail."""
    assert WRONG.search(line) or ASKED.search(line)


@pytest.mark.parametrize(
    "line", ["pip install .", "pip install git-ledger", "pip install ./gitledger"]
)
def test_right_lines_pass(line: str) -> None:
    """A checkout, our name, a path."""
    assert not WRONG.search(line)


def test_names_of_distribution_and_programs() -> None:
    """The distribution is `git-ledger`; the package and both programs keep their names."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert project["name"] == "git-ledger"
    assert {*project["scripts"]} == {"gitledger", "git-ledger"}
