"""`hooks` as text: what was put in, what was taken out, what stands, what was recorded."""

import shlex
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from gitledger.errors import Problem
from gitledger.report.figures import count_text, enumeration

SKILL = "gitledger"
MEANING = {
    "own": "our script",
    "chained": "our lines in the hook that was there",
    "wrapped": "runs ours, then the hook that was there (now *{kept})",
    "configured": "by configuration; the hooks folder is as it was",
    "absent": "not installed",
}


def install_lines(payload: Mapping[str, Any], width: int, kept: str) -> list[str]:
    """Where the hooks are and in which form; `kept` is what a hook that was there is called now."""
    if payload["changed"]:
        told = [f"Hooks in {payload['folder']}:", *_hooks(payload["hooks"], width, kept)]
    else:
        told = ["The hooks are in place; nothing was changed."]
    told += [f"The same in {other}, of another worktree." for other in payload["other_folders"]]
    return [*told, *map(problem_line, payload["problems"])]


def uninstall_lines(payload: Mapping[str, Any]) -> list[str]:
    """What was taken out, and what is left behind."""
    told = [f"Removed {hook['name']} ({hook['form']})." for hook in payload["removed"]]
    told = told or ["No hooks of ours here."]
    told += [f"Removed the fetch of {spec}." for spec in payload["refspecs"]]
    told += [f"Not removed, it is not ours alone: {path}" for path in payload["residue"]]
    if payload["removed"]:
        told.append("From now on commits are found in git's own log (reflog) only.")
    return [*told, "next: gitledger doctor"]


def refusal_lines(what: str, problems: Sequence[Problem]) -> list[str]:
    """Why a push or a merge may not move the ledger; `what` names it."""
    return [f"gitledger: this {what} is refused:", *(f"  {problem}" for problem in problems)]


def status_lines(payload: Mapping[str, Any], width: int, kept: str) -> list[str]:
    """The state in one word, the hooks that are there, and what is wrong with them."""
    there = [hook for hook in payload["hooks"] if hook["form"] != "absent"]
    told = [f"{payload['state']}: {payload['folder']}", *_hooks(there, width, kept)]
    told += [f"  left over: {path}" for path in payload["residue"]]
    return [*told, *map(problem_line, payload["problems"])]


def print_lines(
    payload: Mapping[str, Any], settings: Mapping[str, Sequence[tuple[str, str]]]
) -> str:
    """The scripts, the lines that join them, and the settings that may stand for both."""
    told = []
    for name, script in payload["scripts"].items():
        told += [f"# {payload['folder']}/{name}, where there is none:", script]
        told += ["# behind the first line of a shell script that is there:"]
        told += [payload["blocks"][name], "# with git 2.54 or newer, instead:"]
        told += [f"git config {key} {shlex.quote(value)}" for key, value in settings[name]]
        told += [""]
    return "\n".join(told).rstrip("\n")


def recorded_text(commits: Sequence[object], rewrites: Sequence[object]) -> str:
    """`3 commits and 1 rewrite`."""
    return f"{count_text(len(commits), 'commit')} and {count_text(len(rewrites), 'rewrite')}"


def run_lines(payload: Mapping[str, Any]) -> list[str]:
    """What was recorded, what waits, what was set aside."""
    told = [f"Recorded {recorded_text(payload['commits'], payload['rewrites'])}."]
    if not payload["commits"] and not payload["rewrites"]:
        told = ["Up to date: all commits are recorded."]
    if many := payload["waiting"]:
        told.append(f"{count_text(many, 'pick waits', 'picks wait')} for the end of a rebase.")
    if many := payload["refused"]:
        aside = count_text(many, "unreadable fact was", "unreadable facts were")
        told.append(f"{aside} set aside in the queue's `refused`.")
    return told


def agent_install_lines(
    payload: Mapping[str, Any], events: Sequence[str], *, hooked: bool, taught: bool
) -> list[str]:
    """What was written into an agent's home."""
    told = [f"Wrote {enumeration(events)} to {payload['path']}."] if hooked else []
    if hooked and payload["agent"] == "codex":
        told.append("Codex asks once whether it may run them: answer in /hooks.")
    if taught:
        told.append(f"Wrote the skill {SKILL} to {payload['skill']}.")
    return told or [f"{payload['path']} has the hooks already; nothing was changed."]


def agent_print_lines(payload: Mapping[str, Any]) -> Iterator[str]:
    """An agent's settings and the skill as they would be written."""
    yield payload["text"].rstrip()
    for name, content in payload["skill_files"].items():
        yield f"# {payload['skill']}/{name}:"
        yield content.rstrip()


def agent_uninstall_lines(payload: Mapping[str, Any], *, hooked: bool, taught: bool) -> list[str]:
    """What was taken out of an agent's home, and what stays there."""
    path = payload["path"]
    told = [f"Took our hooks out of {path}." if hooked else f"No hooks in {path}."]
    told += [f"Took the skill {SKILL} out."] if taught else []
    told += [f"{kept} was changed since and stays." for kept in payload["kept"]]
    seen = f"What this machine saw of the meters stays in {payload['trace']} until you delete it."
    return told + ([seen] if payload["trace"] else [])


def problem_line(problem: Problem) -> str:
    """A problem of the hooks behind its weight."""
    return f"{problem.severity}: {problem}"


def _hooks(hooks: Sequence[Mapping[str, Any]], width: int, kept: str) -> list[str]:
    return [
        f"  {hook['name']:<{width}}  {hook['form']}: {MEANING[hook['form']].format(kept=kept)}"
        + _run_as(hook)
        + ("" if hook["current"] else "; NOT as it was installed")
        for hook in hooks
    ]


def _run_as(hook: Mapping[str, Any]) -> str:
    file = str(hook["path"]).rpartition("/")[2]
    return "" if file == hook["name"] else f", run as {file}"
