"""`hooks install|uninstall|status`: git's hooks, chained with those that are there."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from gitledger.book.shipped import shipped_folder
from gitledger.book.world import World
from gitledger.commands.result import Result, lines
from gitledger.errors import EXIT_NO, EXIT_YES, Problem
from gitledger.git.code.head import begin
from gitledger.git.hooks import texts
from gitledger.git.hooks.install import Hook, install, leftovers, states, uninstall, were_installed
from gitledger.git.hooks.managers import notes
from gitledger.git.hooks.missed import missed
from gitledger.git.hooks.place import HookPlace, hook_place, other_places
from gitledger.git.refspecs import remove_refspecs
from gitledger.git.repository import open_repository
from gitledger.report.figures import counted
from gitledger.setup.program import program_words

WORST = ("residue", "partial", "installed", "clean")
MEANING = {
    "own": "our script",
    "chained": "our lines in the hook that was there",
    "wrapped": f"runs ours, then the hook that was there (now *{texts.KEPT})",
    "configured": "by configuration; the hooks folder is as it was",
    "absent": "not installed",
}


def opened(world: World) -> HookPlace:
    """Where hooks go in the repository a command runs in. Raises NotARepository, GitFailed."""
    repository = open_repository(world.directory, world.environment)
    return hook_place(repository, world.directory)


def wanted_names(place: HookPlace, *, trailers: bool = False, server: bool = False) -> list[str]:
    """The hooks to install: a bare repository is a server, unless it has worktrees."""
    if server or (place.top is None and place.repository.handle.is_bare):
        return [texts.SERVER]
    return [*texts.CLIENT, texts.TRAILERS] if trailers else [*texts.CLIENT]


def hooks_install(
    world: World, *, show: bool = False, trailers: bool = False, server: bool = False
) -> Result:
    """Put the hooks in place, or with `show` print the exact lines and change nothing."""
    place = opened(world)
    names = wanted_names(place, trailers=trailers, server=server)
    program = program_words()
    if show:
        return _shown(place, names, program)
    before = {hook.name: hook for hook in states(place)}
    done = install(place, names, templates(), program)
    others = other_places(place)
    for other in others:
        install(other, names, templates(), program)
    begin(place.repository)
    fresh = [hook.name for hook in done if before[hook.name] != hook]
    told = notes(place, done)
    payload = {
        "folder": str(place.folder),
        "other_folders": [str(other.folder) for other in others],
        "program": list(program),
        "hooks": [_hook(hook) for hook in done],
        "changed": fresh,
        "problems": told,
    }
    text = [
        f"Hooks in {place.folder}:" if fresh else "The hooks are in place; nothing was changed."
    ]
    text += _lines(done) if fresh else []
    text += [f"The same in {other.folder}, of another worktree." for other in others]
    return Result("gitledger.hooks-install/1", payload, lines(*text, *map(_note, told)))


def hooks_uninstall(world: World) -> Result:
    """Take the hooks out; files that were there before are as they were."""
    place = opened(world)
    others = other_places(place)
    gone = uninstall(place, *others)
    specs = remove_refspecs(place.repository)
    left = [path for where in (place, *others) for path in leftovers(where)]
    payload = {
        "folder": str(place.folder),
        "removed": [_hook(hook) for hook in gone],
        "residue": list(map(str, left)),
        "refspecs": list(specs),
    }
    text = [f"Removed {hook.name} ({hook.form})." for hook in gone] or ["No hooks of ours here."]
    text += [f"Removed the fetch of {spec}." for spec in specs]
    text += [f"Left behind: {path}" for path in left]
    return Result(
        "gitledger.hooks-uninstall/1",
        payload,
        lines(*text),
        exit_code=EXIT_NO if left else EXIT_YES,
    )


def hooks_status(world: World) -> Result:
    """Whether the hooks are installed, partly there, gone without trace, or left residue."""
    place = opened(world)
    found = states(place)
    there = [hook for hook in found if hook.form != "absent"]
    left = leftovers(place)
    others = other_places(place)
    every = [state_of(where, states(where), leftovers(where)) for where in others]
    state = min([state_of(place, found, left), *every], key=WORST.index)
    bad = [problem for where in (place, *others) for problem in problems_of(where)]
    told = [*bad, *notes(place, tuple(there))] if state != "clean" else []
    payload = {
        "state": state,
        "folder": str(place.folder),
        "hooks": [_hook(hook) for hook in found],
        "residue": list(map(str, left)),
        "missed": missed(place.repository),
        "problems": told,
    }
    text = [f"{state}: {place.folder}", *_lines(there), *(f"  left over: {p}" for p in left)]
    good = state == "clean" or (state == "installed" and not bad)
    return Result(
        "gitledger.hooks-status/1",
        payload,
        lines(*text, *map(_note, told)),
        exit_code=EXIT_YES if good else EXIT_NO,
    )


def state_of(place: HookPlace, found: Sequence[Hook], left: Sequence[Path]) -> str:
    """One word: installed, partial, clean or residue."""
    there = {hook.name for hook in found if hook.form != "absent"}
    if not there and not were_installed(place):
        return "residue" if left else "clean"
    outdated = any(not hook.current for hook in found if hook.form != "absent")
    return (
        "partial" if outdated or set(wanted_names(place)) - there - {texts.SERVER} else "installed"
    )


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
    programs = {texts.program_of(_bytes(place.scripts / name)) for name in there} - {""}
    bad += [
        Problem(program, "the program that the hooks run is gone", again, "hook-program", "error")
        for program in sorted(programs)
        if not Path(program).exists()
    ]
    count = missed(place.repository)
    if count:
        bad.append(
            Problem(
                str(place.repository.state / "missed"),
                f"hooks ran {counted(count, 'time')} without the program; "
                "their facts wait in the spool",
                "gitledger hooks run records them",
                "hook-missed",
                "warning",
            )
        )
    return bad


def templates() -> Mapping[str, bytes]:
    """The shipped scripts by hook name."""
    return {name: (shipped_folder("hooks") / name).read_bytes() for name in texts.NAMES}


def _shown(place: HookPlace, names: Sequence[str], program: Sequence[str]) -> Result:
    """The scripts and the lines that join them, printed instead of written."""
    scripts = {name: texts.rendered(templates()[name], program).decode() for name in names}
    blocks = {name: texts.block(name) for name in names}
    text = []
    for name in names:
        text += [f"# {place.folder / name}, where there is none:", scripts[name]]
        text += ["# behind the first line of a shell script that is there:", blocks[name]]
        settings = texts.configuration(name, str(place.scripts / name))
        text += ["# with git 2.54 or newer, instead:"]
        text += [f"git config {key} {_quoted(value)}" for key, value in settings] + [""]
    payload = {"folder": str(place.folder), "scripts": scripts, "blocks": blocks}
    return Result("gitledger.hooks-print/1", payload, lines("\n".join(text).rstrip("\n")))


def _quoted(value: str) -> str:
    from shlex import quote  # noqa: PLC0415 - for printing only

    return quote(value)


def _bytes(path: Path) -> bytes:
    return path.read_bytes() if path.is_file() else b""


def _hook(hook: Hook) -> dict[str, Any]:
    return {
        "name": hook.name,
        "form": hook.form,
        "path": str(hook.path),
        "current": hook.current,
    }


def _lines(hooks: Sequence[Hook]) -> list[str]:
    width = max(map(len, texts.NAMES))
    return [
        f"  {hook.name:<{width}}  {hook.form}: {MEANING[hook.form]}"
        + ("" if hook.path.name == hook.name else f", run as {hook.path.name}")
        + ("" if hook.current else "; NOT as it was installed")
        for hook in hooks
    ]


def _note(problem: Problem) -> str:
    return f"{problem.severity}: {problem}"
