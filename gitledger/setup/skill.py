"""The skill that teaches an agent this program: put into the agent's own home, and out again.

Claude Code loads a folder of its skills; one that holds a plugin's manifest is a plugin as well.
Codex reads the same SKILL.md. What stood in a file's place is kept beside it, and what we wrote is
known by its hash, so that taking the skill out leaves every byte as it was.
"""

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from gitledger.book.defaults import shipped_folder
from gitledger.errors import UnreadableInput
from gitledger.git.files import replace_file, write_refusals

NAME = "gitledger"
FILES = {"claude": ("SKILL.md", ".claude-plugin/plugin.json"), "codex": ("SKILL.md",)}
KEPT = ".before-gitledger"
MARK = ".gitledger.json"  # what we wrote here, by hash, and the folders that we made for it


class Mark(NamedTuple):
    """What we noted in a skill's folder: our files by hash, the folders made for them."""

    files: Mapping[str, str]
    folders: Sequence[str]


def skill_folder(home: Path) -> Path:
    """Where the skill stands in an agent's own home (`~/.claude`, `~/.codex`)."""
    return home / "skills" / NAME


def skill_texts(agent: str) -> Mapping[str, bytes]:
    """The files of an agent's skill by their path in its folder."""
    shipped = shipped_folder("skills") / NAME
    return {name: (shipped / name).read_bytes() for name in FILES[agent]}


def agents_section() -> str:
    """A section for a repository's AGENTS.md, which only its owner adds."""
    return (shipped_folder("skills") / "agents.md").read_text(encoding="utf-8")


def put_skill(home: Path, agent: str) -> bool:
    """Write the skill; whether anything was written.

    A file that was there before is kept beside ours, one of ours that was changed since is left.
    """
    folder, texts = skill_folder(home), skill_texts(agent)
    marked = _mark(folder)
    due = {
        name: text
        for name, text in texts.items()
        if _is_due(bytes_if_any(folder / name), text, marked.files.get(name))
    }
    if not due:
        return False
    with write_refusals(folder, done="written"):
        made = marked.folders or _make(folder, home, texts)
        for name, text in due.items():
            there = bytes_if_any(folder / name)
            if there is not None and name not in marked.files:
                replace_file(_kept(folder / name), there, 0o600)
            replace_file(folder / name, text, 0o644)
        files = {**marked.files, **{name: _digest(text) for name, text in due.items()}}
        mark = json.dumps({"files": files, "folders": made}, indent=2) + "\n"
        replace_file(folder / MARK, mark.encode(), 0o644)
    return True


def _is_due(there: bytes | None, text: bytes, noted: str | None) -> bool:
    """Whether a file is to be written: it is not there, not noted, or ours of another version."""
    return there is None or noted is None or (_digest(there) == noted and there != text)


def take_skill(home: Path) -> tuple[bool, list[Path]]:
    """Take the skill out: whether it was there, and the files that were changed since and stay."""
    folder = skill_folder(home)
    marked = _mark(folder)
    if not marked.files:
        return False, []
    changed = []
    with write_refusals(folder, done="written"):
        for name, digest in marked.files.items():
            changed += _take(folder / name, digest)
        (folder / MARK).unlink()
        for made in reversed(marked.folders):  # the innermost first
            with suppress(OSError):  # something of somebody else's is in it by now
                (home / made).rmdir()
    return True, changed


def _take(path: Path, digest: str) -> list[Path]:
    """One file out, and back what it stood for; the file itself where its bytes are not ours."""
    there, kept = bytes_if_any(path), _kept(path)
    if there is not None and _digest(there) != digest:
        return [path]
    if kept.exists():
        kept.replace(path)
    else:
        path.unlink(missing_ok=True)
    return []


def _make(folder: Path, home: Path, texts: Mapping[str, bytes]) -> list[str]:
    """Make the folders that are missing below an agent's home; those made, the outermost first."""
    wanted = {parent for name in texts for parent in (folder / name).parents}
    below = sorted(p for p in wanted if p != home and p.is_relative_to(home))
    missing = [path for path in below if not path.exists()]
    home.mkdir(parents=True, exist_ok=True)
    for path in missing:
        path.mkdir()
    return [str(path.relative_to(home)) for path in missing]


def _mark(folder: Path) -> Mark:
    """What we noted in a skill's folder. Raises UnreadableInput for a note that is not ours."""
    text = bytes_if_any(folder / MARK)
    if text is None:
        return Mark({}, [])
    try:
        found = json.loads(text)
        return Mark(dict(found["files"]), list(found["folders"]))
    except (ValueError, TypeError, KeyError):
        hint = "remove it; then install again"
        raise UnreadableInput(f"{folder / MARK} is not as it was written", hint) from None


def bytes_if_any(path: Path) -> bytes | None:
    """A file's bytes; None where there is none. Raises UnreadableInput."""
    try:
        return path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise UnreadableInput(f"{path}: {error.strerror}", "check the file") from None


def _kept(path: Path) -> Path:
    return path.with_name(path.name + KEPT)


def _digest(text: bytes) -> str:
    return sha256(text).hexdigest()
