"""Our entries in an agent's own settings, and the skill in its home: put in, and out again.

The file as it was is kept beside it, so that removing restores it byte for byte; if somebody
changed it meanwhile, only our entries are taken out and the rest stays as it is now.
"""

import json
import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

from gitledger.book.world import World
from gitledger.errors import UnreadableInput
from gitledger.git.files import replace_file, write_refusals
from gitledger.setup.program import program_words
from gitledger.setup.skill import bytes_if_any, put_skill, skill_folder, take_skill

EVENTS = ("SessionStart", "Stop", "SubagentStop", "SessionEnd")
SECONDS = 30  # an agent waits no longer for us
KEPT = ".before-gitledger"
MARK = re.compile(r"gitledger\S* agent-hook (claude|codex)$")
NOTHING_THERE = b"gitledger: there was no file here\n"
NO_FOLDER = b"gitledger: there was no folder here\n"


@dataclass(frozen=True, slots=True)
class Settings:
    """An agent's settings file: where it is, its bytes (None: no file), its JSON."""

    path: Path
    text: bytes | None
    values: dict[str, Any]


def agent_home(world: World, agent: str) -> Path:
    """The folder that is an agent's own, the user's: where its settings and its skills stand."""
    home = Path(world.environment.get("HOME") or Path.home())
    variable, name = {
        "claude": ("CLAUDE_CONFIG_DIR", ".claude"),
        "codex": ("CODEX_HOME", ".codex"),
    }[agent]
    return Path(world.environment.get(variable) or home / name)


def settings_path(world: World, agent: str) -> Path:
    """The user's own settings file of an agent."""
    return agent_home(world, agent) / ("settings.json" if agent == "claude" else "hooks.json")


@dataclass(frozen=True, slots=True)
class AgentSetup:
    """What stands, or would stand, in an agent's home: the settings' text, and what is new."""

    path: Path
    skill: Path
    text: str
    hooked: bool
    taught: bool = False


@dataclass(frozen=True, slots=True)
class AgentRemoval:
    """What was taken out of an agent's home, and the files that were changed since and stay."""

    path: Path
    hooked: bool
    taught: bool
    stayed: tuple[Path, ...]


def agent_install(world: World, agent: str, *, show: bool = False) -> AgentSetup:
    """Put our entries into the agent's settings, and the skill into its home; with `show` neither.

    Raises UnreadableInput for broken JSON; then nothing was written.
    """
    settings = _read(settings_path(world, agent))
    wanted = with_entries(settings.values, agent, entry(agent))
    home = agent_home(world, agent)
    text = _dumped(wanted, settings.text)
    hooked = wanted != settings.values
    made = AgentSetup(settings.path, skill_folder(home), text, hooked)
    if show:
        return made
    if hooked:
        _replace(settings, text.encode(), keep=not _has(settings.values, agent))
    return replace(made, taught=put_skill(home, agent))


def agent_uninstall(world: World, agent: str) -> AgentRemoval:
    """Take our entries out of the agent's settings, and the skill; all is as it was before them."""
    settings = _read(settings_path(world, agent))
    there = _has(settings.values, agent)
    taught, changed = take_skill(agent_home(world, agent))
    if there:
        _restore(settings, agent)
    return AgentRemoval(settings.path, there, taught, tuple(changed))


def entry(agent: str) -> dict[str, Any]:
    """What stands in the settings for each event."""
    command = shlex.join((*program_words(), "agent-hook", agent))
    return {"hooks": [{"type": "command", "command": command, "timeout": SECONDS}]}


def with_entries(values: Mapping[str, Any], agent: str, ours: Mapping[str, Any]) -> dict[str, Any]:
    """Settings with our entry for each event, once; everything else in its place."""
    hooks = dict(values.get("hooks") or {})
    for event in EVENTS:
        others = [group for group in hooks.get(event, []) if not _is_ours(group, agent)]
        held = [group for group in hooks.get(event, []) if _is_ours(group, agent)]
        hooks[event] = list(hooks[event]) if held == [ours] else [*others, dict(ours)]
    return {**values, "hooks": hooks}


def without_entries(values: Mapping[str, Any], agent: str) -> dict[str, Any]:
    """Settings without our entries; what they leave empty goes too."""
    hooks = {}
    for event, groups in (values.get("hooks") or {}).items():
        rest = [group for group in groups if not _is_ours(group, agent)]
        if rest or not groups:
            hooks[event] = rest
    rest_of = {key: value for key, value in values.items() if key != "hooks"}
    return {
        key: hooks if key == "hooks" else rest_of[key] for key in values if key in rest_of or hooks
    }


def _is_ours(group: object, agent: str) -> bool:
    """Whether a group of hooks calls `agent-hook` of this program."""
    commands = group.get("hooks", []) if isinstance(group, Mapping) else []
    found = [MARK.search(str(c.get("command", ""))) for c in commands if isinstance(c, Mapping)]
    return any(match is not None and match[1] == agent for match in found)


def _has(values: Mapping[str, Any], agent: str) -> bool:
    hooks = values.get("hooks")
    groups = hooks.values() if isinstance(hooks, Mapping) else ()
    return any(_is_ours(g, agent) for event in groups if isinstance(event, list) for g in event)


def _read(path: Path) -> Settings:
    """The settings; none where there is no file. Raises UnreadableInput."""
    text = bytes_if_any(path)
    if text is None:
        return Settings(path, None, {})
    try:
        values = json.loads(text or b"{}")
    except ValueError as error:
        raise UnreadableInput(
            f"{path} is not JSON: {error}", "fix it; nothing was changed"
        ) from None
    if not isinstance(values, dict) or not isinstance(values.get("hooks", {}), dict):
        raise UnreadableInput(f"{path} holds no settings object", "fix it; nothing was changed")
    return Settings(path, text, values)


def _dumped(values: Mapping[str, Any], like: bytes | None) -> str:
    """JSON indented as the file was, its last line ended."""
    found = re.search(rb"\n([ \t]+)\S", like or b"")
    indent = found[1].decode() if found else "  "
    return json.dumps(values, indent=indent, ensure_ascii=False) + "\n"


def _replace(settings: Settings, text: bytes, *, keep: bool) -> None:
    """Write the settings whole or not at all, and once keep what was there, with what we wrote."""
    path = settings.path.resolve()
    kept = path.with_name(path.name + KEPT)
    with write_refusals(path, done="written"):
        absent = NOTHING_THERE if path.parent.is_dir() else NO_FOLDER
        path.parent.mkdir(parents=True, exist_ok=True)
        if keep:
            before = absent if settings.text is None else settings.text
            replace_file(kept, before, 0o600)
        replace_file(path, text, path.stat().st_mode & 0o7777 if path.exists() else 0o600)
        replace_file(path.with_name(path.name + KEPT + ".sha256"), _digest(text), 0o600)


def _restore(settings: Settings, agent: str) -> None:
    path = settings.path.resolve()
    kept, mark = (path.with_name(path.name + KEPT + end) for end in ("", ".sha256"))
    was = b""
    with write_refusals(path, done="written"):
        # byte for byte only where nobody wrote since: else the rest of the file is somebody's
        untouched = mark.exists() and mark.read_bytes() == _digest(settings.text or b"")
        if not (untouched and kept.exists()):
            values = without_entries(settings.values, agent)
            replace_file(
                path, _dumped(values, settings.text).encode(), path.stat().st_mode & 0o7777
            )
        elif (was := kept.read_bytes()) in {NOTHING_THERE, NO_FOLDER}:
            path.unlink()
        else:
            replace_file(path, kept.read_bytes(), path.stat().st_mode & 0o7777)
        kept.unlink(missing_ok=True)
        mark.unlink(missing_ok=True)
        if was == NO_FOLDER and not any(path.parent.iterdir()):
            path.parent.rmdir()


def _digest(text: bytes) -> bytes:
    return sha256(text).hexdigest().encode() + b"\n"
