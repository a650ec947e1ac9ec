"""`hooks install|uninstall|status|run`: the hooks of git and of the agents, and what they left."""

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from gitledger.book.drain import drain
from gitledger.book.opening import open_book
from gitledger.book.world import World
from gitledger.capture.heard import hear_sessions
from gitledger.capture.statefolder import state_folder
from gitledger.commands.result import Result, lines, wrap_lines
from gitledger.errors import EXIT_NO, EXIT_YES, GitledgerError, LedgerLocked
from gitledger.git.hooks import texts
from gitledger.git.hooks.failures import forget_failure, forget_missed, missed_runs
from gitledger.git.hooks.install import leftovers, states, uninstall
from gitledger.git.hooks.managers import notes
from gitledger.git.hooks.place import HookPlace, other_places
from gitledger.git.refspecs import remove_refspecs
from gitledger.report.hooks_text import (
    agent_install_lines,
    agent_print_lines,
    agent_uninstall_lines,
    install_lines,
    print_lines,
    run_lines,
    status_lines,
    uninstall_lines,
)
from gitledger.setup.agents import EVENTS, agent_install, agent_uninstall
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
from gitledger.setup.skill import agents_section, skill_texts
from gitledger.setup.timer import snippets

NAME_WIDTH = max(map(len, texts.NAMES))
WORST = ("residue", "partial", "installed", "clean")
PATIENCE = 5.0  # seconds that another process has to finish


def hooks_install(
    world: World, *, show: bool = False, trailers: bool = False, server: bool = False
) -> Result:
    """Put the hooks in place, or with `show` print the exact lines and change nothing."""
    place = place_of(world)
    names = wanted_names(place, trailers=trailers, server=server)
    if show:
        return _shown(place, names, program_words())
    payload = set_up(place, names)
    told = install_lines(payload, NAME_WIDTH, texts.KEPT)
    return Result("gitledger.hooks-install/1", payload, wrap_lines(*told))


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
    return Result(
        "gitledger.hooks-uninstall/1",
        payload,
        wrap_lines(*uninstall_lines(payload)),
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
        "missed": missed_runs(place.repository),
        "problems": told,
    }
    good = state == "clean" or (state == "installed" and not bad)
    return Result(
        "gitledger.hooks-status/1",
        payload,
        wrap_lines(*status_lines(payload, NAME_WIDTH, texts.KEPT)),
        exit_code=EXIT_YES if good else EXIT_NO,
    )


def _shown(place: HookPlace, names: Sequence[str], program: Sequence[str]) -> Result:
    """The scripts and the lines that join them, printed instead of written."""
    scripts = {name: texts.render_script(templates()[name], program).decode() for name in names}
    blocks = {name: texts.block(name) for name in names}
    settings = {name: texts.configuration(name, str(place.scripts / name)) for name in names}
    payload = {"folder": str(place.folder), "scripts": scripts, "blocks": blocks}
    told = print_lines(payload, settings)
    return Result("gitledger.hooks-print/1", payload, lines(told))


def hooks_run(world: World, *, again: bool = False) -> Result:
    """Reconcile in the foreground and say what came of it. Raises what recording raises."""
    book = open_book(world)
    with suppress(GitledgerError):  # `catch-up` says why; the commits are recorded all the same
        hear_sessions(book)
    done = drain(book, again=again, patience=PATIENCE)
    if done is None:  # another drain was at work, and has ended: what it left is ours
        book = open_book(world)
        done = drain(book, again=again)
    if done is None:
        raise LedgerLocked("another process is recording what hooks left", "run it again")
    forget_failure(book.repository)
    forget_missed(book.repository)
    payload = {
        "commits": done.commits,
        "rewrites": done.rewrites,
        "waiting": done.waiting,
        "refused": done.refused,
    }
    return Result("gitledger.hooks-run/1", payload, wrap_lines(*run_lines(payload)))


def agent_hooks_install(world: World, agent: str, *, show: bool = False) -> Result:
    """Put our entries and the skill into an agent's home, or with `show` print them."""
    made = agent_install(world, agent, show=show)
    payload: dict[str, Any] = {"agent": agent, "path": str(made.path), "skill": str(made.skill)}
    if show:
        files = {name: text.decode() for name, text in skill_texts(agent).items()}
        payload |= {"changed": made.hooked, "text": made.text, "skill_files": files}
        return Result("gitledger.hooks-print/1", payload, lines(*agent_print_lines(payload)))
    payload |= {"changed": made.hooked or made.taught}
    told = agent_install_lines(payload, EVENTS, hooked=made.hooked, taught=made.taught)
    return Result("gitledger.hooks-install/1", payload, wrap_lines(*told))


def agent_hooks_uninstall(world: World, agent: str) -> Result:
    """Take our entries and the skill out of an agent's home."""
    gone, trace = agent_uninstall(world, agent), state_folder(world.environment)
    payload = {
        "agent": agent,
        "path": str(gone.path),
        "changed": gone.hooked or gone.taught,
        "kept": list(map(str, gone.stayed)),
        "trace": trace if Path(trace).is_dir() else None,
    }
    told = agent_uninstall_lines(payload, hooked=gone.hooked, taught=gone.taught)
    return Result("gitledger.hooks-uninstall/1", payload, wrap_lines(*told))


def timer_snippets(world: World, only: str = "") -> Result:
    """Snippets for the machine's own timer, all or one kind; nothing is installed.

    Raises NotARepository.
    """
    place = place_of(world)
    folder = place.top or place.repository.common
    found = snippets(program_words(), folder)
    chosen = {name: text for name, text in found.items() if only in {"", name, "all"}}
    payload = {"folder": str(folder), "snippets": chosen}
    told = [f"# {name}\n{text}" for name, text in chosen.items()]
    return Result("gitledger.hooks-timer/1", payload, lines("\n".join(told).rstrip()))


def agents_markdown() -> Result:
    """The section for AGENTS.md, printed for the user to add; no file of theirs is touched."""
    text = agents_section()
    return Result("gitledger.hooks-print/1", {"text": text}, lines(text.rstrip()))
