"""Programs that manage hooks themselves, and what living beside each of them needs.

husky, lefthook and pre-commit each write hook files; each may write them again and drop what was
added. May import errors and the git folder.
"""

from collections.abc import Mapping, Sequence

from gitledger.errors import Problem
from gitledger.git.hooks.install import PRE_COMMIT, Hook
from gitledger.git.hooks.place import HookPlace, is_tracked

LEFTHOOK = (
    *("lefthook.yml", "lefthook.yaml", "lefthook.toml", "lefthook.json"),
    *(".lefthook.yml", ".lefthook.yaml"),
)
TOOLS: Mapping[str, tuple[str, str]] = {  # what each does to hooks, and what to do about it
    "husky": (
        "husky writes this folder again when packages are installed",
        "run `gitledger hooks install` again after `npm install`",
    ),
    "lefthook": (
        "lefthook writes its hooks again when its configuration changes",
        "run `gitledger hooks install` again after `lefthook install`",
    ),
    "pre-commit": (
        "pre-commit manages hooks here too",
        "nothing to do: `pre-commit install` keeps these hooks and runs them",
    ),
}


def notes(place: HookPlace, hooks: tuple[Hook, ...]) -> tuple[Problem, ...]:
    """What a person should know about the hooks folder, most important first."""
    found: list[Problem] = []
    if place.everywhere and not place.configured:
        found.append(
            Problem(
                str(place.folder),
                "core.hooksPath is set for all of your repositories; hooks put here run in each",
                "they do nothing in a repository without a ledger",
                "hooks-everywhere",
                "note",
            )
        )
    here = {
        "husky": ".husky" in place.folder.parts,
        "lefthook": _is_there(place, LEFTHOOK, b"call_lefthook"),
        "pre-commit": _is_there(place, (".pre-commit-config.yaml",), PRE_COMMIT),
    }
    found += [
        Problem(str(place.folder), what, hint, f"beside-{tool}", "note")
        for tool, (what, hint) in TOOLS.items()
        if here[tool]
    ]
    found += [
        Problem(
            str(hook.path),
            "is under version control, and now holds three lines of gitledger",
            "they do no harm elsewhere: commit them, or take them out with `hooks uninstall`",
            "hook-tracked",
            "note",
        )
        for hook in hooks
        if hook.form == "chained" and is_tracked(place, hook.path)
    ]
    return tuple(found)


def _is_there(place: HookPlace, configured: Sequence[str], words: bytes) -> bool:
    """Whether a program's configuration stands in the worktree, or its words in a hook."""
    if place.top is not None and any((place.top / name).exists() for name in configured):
        return True
    if not place.folder.is_dir():
        return False
    files = (p for p in place.folder.iterdir() if p.is_file() and p.suffix != ".sample")
    return any(words in path.read_bytes()[:8192] for path in files)
