"""Our hooks in a repository: which belong here, putting them in, are they as they were then."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from gitledger.book.defaults import shipped_folder
from gitledger.book.world import World
from gitledger.errors import Problem
from gitledger.git.code.head import begin
from gitledger.git.files import bytes_at
from gitledger.git.hooks import texts
from gitledger.git.hooks.failures import missed_runs
from gitledger.git.hooks.install import Hook, install, states, were_installed
from gitledger.git.hooks.managers import notes
from gitledger.git.hooks.place import HookPlace, hook_place, other_places
from gitledger.git.repository import open_repository
from gitledger.report.figures import count_text
from gitledger.setup.program import program_words


def place_of(world: World) -> HookPlace:
    """Where hooks go in the repository a command runs in. Raises NotARepository, GitFailed."""
    repository = open_repository(world.directory, world.environment)
    return hook_place(repository, world.directory)


def wanted_names(place: HookPlace, *, trailers: bool = False, server: bool = False) -> list[str]:
    """The hooks to install: a bare repository is a server, unless it has worktrees."""
    if server or (place.top is None and place.repository.handle.is_bare):
        return [texts.SERVER]
    return [*texts.CLIENT, texts.TRAILERS] if trailers else [*texts.CLIENT]


def set_up(place: HookPlace, names: Sequence[str]) -> dict[str, Any]:
    """Put hooks in place, in other worktrees too: where they are, which changed, what to know."""
    program = program_words()
    before = {hook.name: hook for hook in states(place)}
    done = install(place, names, templates(), program)
    others = other_places(place)
    for other in others:
        install(other, names, templates(), program)
    begin(place.repository)
    fresh = [hook.name for hook in done if before[hook.name] != hook]
    told = notes(place, done)
    return {
        "folder": str(place.folder),
        "other_folders": [str(other.folder) for other in others],
        "program": list(program),
        "hooks": [hook_map(hook) for hook in done],
        "changed": fresh,
        "problems": told,
    }


def state_of(place: HookPlace, found: Sequence[Hook], left: Sequence[Path]) -> str:
    """One word: installed, partial, clean or residue."""
    there = {hook.name for hook in found if hook.form != "absent"}
    if not there and not were_installed(place):
        return "residue" if left else "clean"
    outdated = any(not hook.current for hook in found if hook.form != "absent")
    # a bare repository without the server's hook lacks nothing: who serves it asks for that one
    lacking = set(wanted_names(place)) - there - {texts.SERVER}
    return "partial" if outdated or lacking else "installed"


def problems_of(place: HookPlace) -> list[Problem]:
    """What is wrong with the hooks as installed, for `status` and `doctor`."""
    found = states(place)
    there = {hook.name: hook for hook in found if hook.form != "absent"}
    if not there and not were_installed(place):
        return []
    again = "gitledger hooks install"
    bad = [
        Problem(str(hook.path), "is not as it was installed", again, "hook-changed", "warning")
        for hook in there.values()
        if not hook.current
    ]
    bad += [
        Problem(str(place.folder / name), "is not installed", again, "hook-absent", "warning")
        for name in wanted_names(place)
        if name not in there
    ]
    programs = {texts.program_of(bytes_at(place.scripts / name)) for name in there} - {""}
    bad += [
        Problem(program, "the program that the hooks run is gone", again, "hook-program", "error")
        for program in sorted(programs)
        if not Path(program).exists()
    ]
    count = missed_runs(place.repository)
    if count:
        bad.append(
            Problem(
                str(place.repository.state / "missed"),
                f"hooks ran {count_text(count, 'time')} without the program; "
                "the commits of those times are queued",
                "gitledger hooks run records them",
                "hook-missed",
                "warning",
            )
        )
    return bad


def templates() -> Mapping[str, bytes]:
    """The shipped scripts by hook name."""
    return {name: (shipped_folder("hooks") / name).read_bytes() for name in texts.NAMES}


def hook_map(hook: Hook) -> dict[str, Any]:
    """One hook as JSON."""
    return {
        "name": hook.name,
        "form": hook.form,
        "path": str(hook.path),
        "current": hook.current,
    }
