"""Putting our hooks where git looks for them, beside whatever is there, and taking them out again.

A hook takes one of four forms: `own` (nothing was there: our script), `chained` (a shell script
was there: our lines behind its first line), `wrapped` (anything else was there: it is kept under
another name and run after ours), `configured` (git 2.54 and newer run our script by
configuration, the folder stays as it is). Other programs move it afterwards: pre-commit keeps our
file as `NAME.legacy` and runs it; lefthook keeps it as `NAME.old` and does not; husky points
`core.hooksPath` away from the folder that it stands in. May import errors and the git folder.
"""

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from gitledger.errors import WriteFailed
from gitledger.git.files import refused_at, replace_file, write_failed
from gitledger.git.hooks import texts
from gitledger.git.hooks.place import (
    HookPlace,
    configured_hooks,
    drop_configuration,
    set_configuration,
)

Form = Literal["own", "chained", "wrapped", "configured", "absent"]
MADE = "folders-made"
CONFIG_WAS = "config-was"
EXECUTABLE = 0o755


@dataclass(frozen=True, slots=True)
class Hook:
    """One hook as it stands: its form, its file, and whether it runs the script we would write."""

    name: str
    form: Form
    path: Path
    current: bool = True


def install(
    place: HookPlace, names: Sequence[str], templates: Mapping[str, bytes], program: Sequence[str]
) -> tuple[Hook, ...]:
    """Put hooks in place; those that stand as they should are left alone. Raises WriteFailed."""
    try:
        (place.repository.state / "spool").mkdir(parents=True, exist_ok=True)
        place.scripts.mkdir(exist_ok=True)
        for name in names:
            _write(place.scripts / name, texts.render_script(templates[name], program), EXECUTABLE)
        if place.configured:
            _configure(place, names)
        else:
            _make_folder(place)
            for name in names:
                _join(place, name)
    except OSError as error:
        raise write_failed(error, refused_at(error, place.folder), done="written") from None
    return tuple(hook for hook in states(place) if hook.name in names)


def _configure(place: HookPlace, names: Sequence[str]) -> None:
    there = configured_hooks(place)
    wanted = set(names) - set(there)
    was = place.scripts / CONFIG_WAS
    if wanted and not was.exists() and not there:
        was.write_bytes((place.repository.common / "config").read_bytes())
    for name in sorted(wanted):
        set_configuration(place, dict(texts.configuration(name, str(place.scripts / name))))


def _make_folder(place: HookPlace) -> None:
    if not place.folder.exists():
        place.folder.mkdir(parents=True)
        with (place.scripts / MADE).open("a", errors="surrogateescape") as made:
            made.write(f"{place.folder}\n")


def _join(place: HookPlace, name: str) -> None:
    """Make git run our script for one hook, whatever stands there."""
    path, script = seat(place, name), (place.scripts / name).read_bytes()
    kept = kept_beside(path, name)
    if not os.path.lexists(path):
        _write(path, script, EXECUTABLE)
        return
    text = b"" if path.is_symlink() else path.read_bytes()
    if texts.is_ours(text):
        _write(path, texts.wrapper(name) if os.path.lexists(kept) else script, EXECUTABLE)
    elif texts.is_shell_script(text) and os.access(path, os.X_OK):
        # the owner's own mode stays: a hook may be private
        _write(path, texts.with_block(text, name), path.stat().st_mode & 0o7777)
    else:
        _put_aside(path, kept)
        _write(path, texts.wrapper(name), EXECUTABLE)


def _put_aside(path: Path, kept: Path) -> None:
    if os.path.lexists(kept):
        raise WriteFailed(
            f"{kept} is in the way: it holds the hook that an earlier installation put aside",
            f"compare it with {path.name}, remove one of the two, and run this again",
        )
    path.rename(kept)


def uninstall(place: HookPlace, *others: HookPlace) -> tuple[Hook, ...]:
    """Take every hook of ours out, here and in other worktrees' folders. Raises WriteFailed.

    Each file that was there is as it was.
    """
    every = (place, *others)
    found = [hook for where in every for hook in states(where) if hook.form != "absent"]
    try:
        for hook in found:
            if hook.form != "configured":
                _part(hook.path, hook.name)
        for name, path in {pair: None for where in every for pair in strays(where)}:
            _part(path, name)
        _unconfigure(place)
        _clear(place)
    except OSError as error:
        raise write_failed(error, place.folder, done="written") from None
    return tuple(found)


def _part(path: Path, name: str) -> None:
    """Undo one hook file."""
    kept = kept_beside(path, name)
    text = path.read_bytes()
    if not texts.is_ours(text):
        _write(path, texts.without_block(text), path.stat().st_mode & 0o7777)
    elif os.path.lexists(kept):
        kept.replace(path)
    else:
        path.unlink()


def _unconfigure(place: HookPlace) -> None:
    names = configured_hooks(place)
    if not names:
        return
    drop_configuration(place, tuple(f"hook.gitledger-{name}" for name in names))
    config, was = place.repository.common / "config", place.scripts / CONFIG_WAS
    now, before = config.read_bytes(), was.read_bytes() if was.exists() else b""
    if now != before and now.split() == before.split():  # git may leave a blank or an empty line
        _write(config, before, config.stat().st_mode & 0o7777)


def _clear(place: HookPlace) -> None:
    """Remove our scripts, and the hooks folder where we made it and nothing else is in it."""
    made = place.scripts / MADE
    folders = made.read_text(errors="surrogateescape").splitlines() if made.exists() else []
    for file in place.scripts.glob("*"):
        file.unlink()
    if place.scripts.is_dir():
        place.scripts.rmdir()
    for folder in map(Path, folders):
        if folder.is_dir() and not any(folder.iterdir()):
            folder.rmdir()


def states(place: HookPlace) -> tuple[Hook, ...]:
    """Every hook we know of, as it stands in git's folder and configuration."""
    configured = configured_hooks(place)
    return tuple(_state(place, name, name in configured) for name in texts.NAMES)


def _state(place: HookPlace, name: str, configured: bool) -> Hook:  # noqa: FBT001 - a fact
    path, script = seat(place, name), place.scripts / name
    wanted = script.read_bytes() if script.is_file() else b""
    if configured:
        return Hook(name, "configured", script, current=wanted != b"")
    if not path.is_file() or path.is_symlink():
        return Hook(name, "absent", path)
    text = path.read_bytes()
    runs = wanted != b"" and os.access(path, os.X_OK)
    if texts.has_block(text) and not texts.is_ours(text):
        return Hook(name, "chained", path, runs and texts.with_block(text, name) == text)
    if not texts.is_ours(text):
        return Hook(name, "absent", path)
    if os.path.lexists(kept_beside(path, name)):
        return Hook(name, "wrapped", path, runs and text == texts.wrapper(name))
    return Hook(name, "own", path, runs and text == wanted)


def leftovers(place: HookPlace) -> tuple[Path, ...]:
    """Files of ours that no hook uses: kept hooks without a wrapper, hooks that were put aside."""
    used = {hook.name for hook in states(place) if hook.form != "absent"}
    kept = [place.folder / (name + texts.KEPT) for name in texts.NAMES if name not in used]
    aside = [path for _, path in strays(place)]
    return tuple(path for path in (*kept, *aside) if os.path.lexists(path))


def were_installed(place: HookPlace) -> bool:
    """Whether our scripts stand ready: somebody installed the hooks and did not take them out."""
    return any((place.scripts / name).is_file() for name in texts.NAMES)


def _write(path: Path, text: bytes, mode: int) -> None:
    """Write a file whole or not at all; one that holds the text already is not touched."""
    if path.is_file() and not path.is_symlink() and path.read_bytes() == text:
        if path.stat().st_mode & 0o7777 != mode:
            path.chmod(mode)
        return
    replace_file(path, text, mode)


LEGACY = ".legacy"
ASIDE = ("", LEGACY, ".old")
PRE_COMMIT = b"File generated by pre-commit"


def seat(place: HookPlace, name: str) -> Path:
    """The file that runs as this hook, or would: git's own, or the one that pre-commit runs."""
    path = place.folder / name
    legacy = path.with_name(name + LEGACY)
    if not holds_us(path) and PRE_COMMIT in _text(path) and holds_us(legacy):
        return legacy
    return path


def strays(place: HookPlace) -> Iterator[tuple[str, Path]]:
    """Files with our script or our lines that nothing runs as ours: the hook's name, the file."""
    folders = dict.fromkeys((place.folder, place.repository.common / "hooks"))
    for name in texts.NAMES:
        used = seat(place, name)
        for folder in folders:
            for suffix in ASIDE:
                path = folder / (name + suffix)
                if path != used and holds_us(path):
                    yield name, path


def kept_beside(path: Path, name: str) -> Path:
    """Where the hook that was there before us is kept."""
    return path.with_name(name + texts.KEPT)


def holds_us(path: Path) -> bool:
    """Whether a file is our script, or a hook with our lines in it."""
    text = _text(path)
    return texts.is_ours(text) or texts.has_block(text)


def _text(path: Path) -> bytes:
    return path.read_bytes() if path.is_file() and not path.is_symlink() else b""
