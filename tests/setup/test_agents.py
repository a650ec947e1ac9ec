"""Our entries in an agent's settings: put in once, taken out byte for byte."""

import json
from pathlib import Path

import pytest
from ground import gitledger

SETTINGS = '{\n    "model": "opus",\n    "hooks": {"Stop": [{"hooks": []}]},\n\n    "é": [1,2]\n}'


@pytest.mark.parametrize("text", [None, SETTINGS, "{}", "", '{"hooks": {}}\n'])
@pytest.mark.parametrize("agent", ["claude", "codex"])
def test_settings_come_and_go(repo_dir: Path, hermetic: Path, text: str | None, agent: str) -> None:
    """Written once, found again, and taken out byte for byte."""
    name = {"claude": ".claude/settings.json", "codex": ".codex/hooks.json"}[agent]
    path = hermetic / name
    if text is not None:
        path.parent.mkdir()
        path.write_text(text)
    assert gitledger(repo_dir, "hooks", "install", "--agent", agent).code == 0
    first = path.read_bytes()
    written = json.loads(first)
    for event in ("SessionStart", "Stop", "SubagentStop", "SessionEnd"):
        command = written["hooks"][event][-1]["hooks"][0]["command"]
        assert command.endswith(f"agent-hook {agent}")
        assert command.startswith("/")
    again = gitledger(repo_dir, "hooks", "install", "--agent", agent)
    assert ("nothing was changed" in again.out, path.read_bytes()) == (True, first)
    assert gitledger(repo_dir, "hooks", "uninstall", "--agent", agent).code == 0
    assert (path.read_text() if path.exists() else None) == text
    left = [p.name for p in path.parent.iterdir()] if path.parent.exists() else None
    assert left == (None if text is None else [path.name])


def test_settings_changed_meanwhile_keep_the_change(repo_dir: Path, hermetic: Path) -> None:
    """Only our entries leave a file that somebody edited after us."""
    path = hermetic / ".claude/settings.json"
    path.parent.mkdir()
    path.write_text(SETTINGS)
    gitledger(repo_dir, "hooks", "install", "--agent", "claude")
    edited = {**json.loads(path.read_text()), "theme": "dark"}
    path.write_text(json.dumps(edited))
    gitledger(repo_dir, "hooks", "uninstall", "--agent", "claude")
    assert json.loads(path.read_text()) == {**json.loads(SETTINGS), "theme": "dark"}


def test_broken_settings_are_refused(repo_dir: Path, hermetic: Path) -> None:
    """A file that is no JSON is left as it is."""
    path = hermetic / ".claude/settings.json"
    path.parent.mkdir()
    path.write_text("{ // comment\n}")
    answer = gitledger(repo_dir, "hooks", "install", "--agent", "claude")
    assert (answer.code, "is not JSON" in answer.err) == (3, True)
    assert path.read_text() == "{ // comment\n}"
