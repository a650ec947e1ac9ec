"""`hooks install|uninstall|status`: git's hooks, chained with those that are there."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from gitledger.book.world import World
from gitledger.commands.result import Result, lines
from gitledger.errors import EXIT_NO, EXIT_YES, Problem
from gitledger.git.hooks import texts
from gitledger.git.hooks.install import leftovers, states, uninstall
from gitledger.git.hooks.managers import notes
from gitledger.git.hooks.missed import missed
from gitledger.git.hooks.place import HookPlace, other_places
from gitledger.git.refspecs import remove_refspecs
from gitledger.setup.hooks import (
    hook_map,
    place_of,
    problems_of,
    set_up,
    state_of,
    templates,
    wanted_names,
)
from gitledger.setup.program import program_words

WORST = ("residue", "partial", "installed", "clean")
MEANING = {
    "own": "our script",
    "chained": "our lines in the hook that was there",
    "wrapped": f"runs ours, then the hook that was there (now *{texts.KEPT})",
    "configured": "by configuration; the hooks folder is as it was",
    "absent": "not installed",
}


def hooks_install(
    world: World, *, show: bool = False, trailers: bool = False, server: bool = False
) -> Result:
    """Put the hooks in place, or with `show` print the exact lines and change nothing."""
    place = place_of(world)
    names = wanted_names(place, trailers=trailers, server=server)
    if show:
        return _shown(place, names, program_words())
    payload = set_up(place, names)
    fresh = payload["changed"]
    text = [
        f"Hooks in {place.folder}:" if fresh else "The hooks are in place; nothing was changed."
    ]
    text += _lines(payload["hooks"]) if fresh else []
    text += [f"The same in {other}, of another worktree." for other in payload["other_folders"]]
    return Result(
        "gitledger.hooks-install/1", payload, lines(*text, *map(_note, payload["problems"]))
    )


def hooks_uninstall(world: World) -> Result:
    """Take the hooks out; files that were there before are as they were."""
    place = place_of(world)
    others = other_places(place)
    gone = uninstall(place, *others)
    specs = remove_refspecs(place.repository)
    left = [path for where in (place, *others) for path in leftovers(where)]
    payload = {
        "folder": str(place.folder),
        "removed": [hook_map(hook) for hook in gone],
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
    place = place_of(world)
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
        "hooks": [hook_map(hook) for hook in found],
        "residue": list(map(str, left)),
        "missed": missed(place.repository),
        "problems": told,
    }
    text = [
        f"{state}: {place.folder}",
        *_lines(list(map(hook_map, there))),
        *(f"  left over: {p}" for p in left),
    ]
    good = state == "clean" or (state == "installed" and not bad)
    return Result(
        "gitledger.hooks-status/1",
        payload,
        lines(*text, *map(_note, told)),
        exit_code=EXIT_YES if good else EXIT_NO,
    )


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


def _lines(hooks: Sequence[Mapping[str, Any]]) -> list[str]:
    width = max(map(len, texts.NAMES))
    return [
        f"  {hook['name']:<{width}}  {hook['form']}: {MEANING[hook['form']]}"
        + _run_as(hook)
        + ("" if hook["current"] else "; NOT as it was installed")
        for hook in hooks
    ]


def _run_as(hook: Mapping[str, Any]) -> str:
    file = Path(hook["path"]).name
    return "" if file == hook["name"] else f", run as {file}"


def _note(problem: Problem) -> str:
    return f"{problem.severity}: {problem}"
