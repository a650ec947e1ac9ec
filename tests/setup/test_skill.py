"""The skill: what it teaches, that it enters the agent's own home alone, and leaves no byte."""

import json
import re
import shlex
from pathlib import Path

import click
import pytest
from ground import git, gitledger

from gitledger import __version__
from gitledger.book.defaults import shipped_folder
from gitledger.cli.main import program
from gitledger.ledger.yamltext import load

SHIPPED = shipped_folder("skills")
SKILL = SHIPPED / "gitledger/SKILL.md"
AGENTS = {"claude": ".claude", "codex": ".codex"}


def tree(folder: Path) -> dict[str, bytes | None]:
    """Every path below a folder with its bytes; a folder has none."""
    return {
        str(path.relative_to(folder)): path.read_bytes() if path.is_file() else None
        for path in sorted(folder.rglob("*"))
    }


def parsed(words: list[str]) -> None:
    """Take the words through click as if they were typed, down to the verb, and run nothing."""
    context = click.Context(program, info_name="gitledger", **program.context_settings)
    while isinstance(context.command, click.Group):
        _, found, words = context.command.resolve_command(context, words)
        assert found is not None
        context = click.Context(found, info_name=found.name, parent=context)
    context.command.make_context("verb", words, parent=context.parent)


def test_it_teaches_the_four_verbs_in_few_words() -> None:
    """At most 250 words, each of start, end, complete and audit as a command."""
    text = SKILL.read_text("utf-8")
    assert len(text.split()) <= 250
    for verb in ("start", "end", "complete", "audit"):
        assert f"`gitledger {verb}" in text


@pytest.mark.parametrize("name", ["gitledger/SKILL.md", "agents.md"])
def test_its_commands_can_be_typed(name: str) -> None:
    """Each command in the text is one that the program takes."""
    text = " ".join((SHIPPED / name).read_text("utf-8").split())
    found = re.findall(r"`gitledger ([a-z][^`]*)`", text.replace("gitledger/main", ""))
    assert len(found) > 4
    for words in found:
        parsed(shlex.split(words))


def test_the_front_matter_is_what_both_agents_ask_for() -> None:
    """A name as its folder's, of small letters, and a description below their limits."""
    _, front, _ = SKILL.read_text("utf-8").split("---\n", 2)
    values, problems = load(front, "SKILL.md")
    assert problems == ()
    assert isinstance(values, dict)
    assert values["name"] == SKILL.parent.name
    assert re.fullmatch(r"[a-z0-9-]{1,64}", str(values["name"]))
    assert 50 < len(str(values["description"])) <= 500


def test_the_plugins_manifest_names_this_version() -> None:
    """Claude Code takes the folder as a plugin: its manifest has a name and the version."""
    manifest = json.loads((SKILL.parent / ".claude-plugin/plugin.json").read_text("utf-8"))
    assert (manifest["name"], manifest["version"]) == ("gitledger", __version__)
    assert manifest["description"]


@pytest.mark.parametrize("agent", AGENTS)
@pytest.mark.parametrize("before", ["nothing", "other skills", "a skill of that name"])
def test_in_and_out_leaves_every_byte(
    agent: str, before: str, repo_dir: Path, hermetic: Path
) -> None:
    """The home is as it was: folders that were not there go, files that were there come back."""
    home = hermetic / AGENTS[agent]
    home.mkdir()
    if before == "other skills":
        (home / "skills/mine").mkdir(parents=True)
        (home / "skills/mine/SKILL.md").write_text("mine\n")
    if before == "a skill of that name":
        (home / "skills/gitledger/notes").mkdir(parents=True)
        (home / "skills/gitledger/SKILL.md").write_text("older\n")
    was, clone = tree(hermetic), tree(repo_dir)
    assert gitledger(repo_dir, "hooks", "install", "--agent", agent).code == 0
    assert (home / "skills/gitledger/SKILL.md").read_bytes() == SKILL.read_bytes()
    manifest = home / "skills/gitledger/.claude-plugin/plugin.json"
    assert manifest.exists() == (agent == "claude")
    others = {path.split("/")[0] for path in tree(hermetic)} - {path.split("/")[0] for path in was}
    assert others == set()
    held = tree(hermetic)
    again = gitledger(repo_dir, "hooks", "install", "--agent", agent, "--json").json
    assert (again["changed"], tree(hermetic)) == (False, held)
    assert gitledger(repo_dir, "hooks", "uninstall", "--agent", agent).code == 0
    assert tree(hermetic) == was
    assert tree(repo_dir) == clone
    assert git(repo_dir, "status", "--porcelain") == ""


def test_a_changed_skill_stays(repo_dir: Path, hermetic: Path) -> None:
    """What the user wrote into it is theirs: neither install nor uninstall touches it."""
    gitledger(repo_dir, "hooks", "install", "--agent", "codex")
    skill = hermetic / ".codex/skills/gitledger/SKILL.md"
    skill.write_text("my own words\n")
    gitledger(repo_dir, "hooks", "install", "--agent", "codex")
    assert skill.read_text() == "my own words\n"
    answer = gitledger(repo_dir, "hooks", "uninstall", "--agent", "codex")
    assert (answer.code, "was changed since and stays" in answer.out) == (0, True)
    assert [path.name for path in skill.parent.iterdir()] == ["SKILL.md"]


def test_an_older_skill_of_ours_is_renewed(
    repo_dir: Path, hermetic: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After an upgrade install writes the new text, and uninstall still leaves nothing."""
    from gitledger.setup import skill

    (hermetic / ".codex").mkdir()
    was = tree(hermetic)
    with monkeypatch.context() as older:
        older.setattr(skill, "skill_texts", lambda _agent: {"SKILL.md": b"as of 0.1\n"})
        gitledger(repo_dir, "hooks", "install", "--agent", "codex")
    gitledger(repo_dir, "hooks", "install", "--agent", "codex")
    assert (hermetic / ".codex/skills/gitledger/SKILL.md").read_bytes() == SKILL.read_bytes()
    gitledger(repo_dir, "hooks", "uninstall", "--agent", "codex")
    assert tree(hermetic) == was


def test_a_broken_note_is_refused(repo_dir: Path, hermetic: Path) -> None:
    """A note that is not as it was written ends with 3 and a next step."""
    gitledger(repo_dir, "hooks", "install", "--agent", "codex")
    (hermetic / ".codex/skills/gitledger/.gitledger.json").write_text("{}")
    answer = gitledger(repo_dir, "hooks", "uninstall", "--agent", "codex")
    assert (answer.code, "next: " in answer.err) == (3, True)


def test_printing_changes_nothing(repo_dir: Path, hermetic: Path) -> None:
    """The section for AGENTS.md, and the settings with the skill, only shown."""
    was = tree(hermetic), tree(repo_dir)
    section = gitledger(repo_dir, "hooks", "install", "--print", "agents-md")
    assert section.out.startswith("## Recording work with gitledger\n")
    shown = gitledger(repo_dir, "hooks", "install", "--print", "--agent", "claude").out
    assert "SessionStart" in shown
    assert SKILL.read_text("utf-8").rstrip() in shown
    assert (tree(hermetic), tree(repo_dir)) == was
