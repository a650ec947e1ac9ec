"""Whoever runs a measure, and however their git is set up, the numbers are the same."""

from collections.abc import Callable
from pathlib import Path

import pytest
from ground import git
from histories import History, numbered, text
from survivals import facts_of, followed

SHOUT = "#!/bin/sh\necho hostile\n"


def history() -> History:
    """A rename with an edit, a copy, an edit, and a file whose diff driver could be abused."""
    made = History()
    made.commit("A", 0, {"f": numbered(30), "d.txt": numbered(6, word="word")})
    made.commit("B", 1, {"f": None, "g": numbered(31), "h": numbered(30), "d.txt": text("x")})
    made.commit("C", 2, {"g": numbered(20), "d.txt": text("y", "z")})
    return made


def config(*settings: tuple[str, str]) -> Callable[[Path, pytest.MonkeyPatch], None]:
    """A hostile `git config`, in the repository and for the user."""

    def apply(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        for name, value in settings:
            git(path, "config", name, value)
            git(path, "config", "--global", name, value)

    return apply


def environment(**values: str) -> Callable[[Path, pytest.MonkeyPatch], None]:
    """Hostile environment variables."""

    def apply(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        for name, value in values.items():
            monkeypatch.setenv(name, value)

    return apply


def attributes(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An uncommitted .gitattributes, in the work tree, the index and the git directory."""
    (path / ".gitattributes").write_text("* -diff linguist-generated gitledger-exclude\n")
    git(path, "add", ".gitattributes")
    (path / ".git/info/attributes").write_text("* binary gitledger-exclude\n")


def textconv(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A text conversion for everything."""
    git(path, "config", "diff.loud.textconv", "tr a-z A-Z <")
    (path / ".git/info/attributes").write_text("* diff=loud\n")


def replaced(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A replacement of the range's end, as `git replace` makes it."""
    git(path, "replace", "B", "A")


def external(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An external diff program."""
    script = path / "shout.sh"
    script.write_text(SHOUT)
    script.chmod(0o755)
    git(path, "config", "diff.external", str(script))
    monkeypatch.setenv("GIT_EXTERNAL_DIFF", str(script))


HOSTILE = {
    "copies": config(("diff.renames", "copies")),
    "no renames": config(("diff.renames", "false"), ("diff.renameLimit", "1")),
    "colour": config(("color.ui", "always"), ("color.diff", "always")),
    "context": config(("diff.interHunkContext", "50"), ("diff.context", "9")),
    "algorithm": config(("diff.algorithm", "patience"), ("diff.indentHeuristic", "false")),
    "prefixes": config(("diff.noprefix", "true"), ("diff.mnemonicPrefix", "true")),
    "order and words": config(("core.quotePath", "false"), ("diff.wordRegex", ".")),
    "ignored": config(("diff.ignoreSubmodules", "all"), ("core.attributesFile", "/nonexistent")),
    "GIT_DIFF_OPTS": environment(GIT_DIFF_OPTS="-u9"),
    "trace and locale": environment(LC_ALL="C.UTF-8", GIT_PAGER="cat", GIT_LITERAL_PATHSPECS="1"),
    "attributes": attributes,
    "textconv": textconv,
    "external diff": external,
    "replacement": replaced,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_setting_changes_nothing(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Facts and survival are those of a repository without any configuration."""
    made = history()
    ids = made.build(tmp_path / "plain")
    made.build(tmp_path / "hostile")
    git(tmp_path / "hostile", "checkout", "-q", "-f", "C")
    HOSTILE[name](tmp_path / "hostile", monkeypatch)
    wanted = (
        facts_of(tmp_path / "plain", ids["A"], ids["C"]),
        followed(tmp_path / "plain", ids["A"], ids["B"], ids["C"]),
    )
    measured = (
        facts_of(tmp_path / "hostile", ids["A"], ids["C"]),
        followed(tmp_path / "hostile", ids["A"], ids["B"], ids["C"]),
    )
    assert wanted == measured


def test_plain_counts_are_gits(tmp_path: Path) -> None:
    """The facts are what `git diff` and `git patch-id` say without configuration."""
    ids = history().build(tmp_path / "r")
    facts = facts_of(tmp_path / "r", ids["A"], ids["C"])
    told = git(tmp_path / "r", "diff", "--shortstat", "-M50", "A", "C")
    patch = git(tmp_path / "r", "diff", "-M50", "A", "C")
    (tmp_path / "patch").write_text(patch)
    ends = f" {facts.files_changed} files changed, {facts.insertions} insertions(+), "
    assert told == f"{ends}{facts.deletions} deletions(-)\n"
