"""The demo: a throw-away repository, a week of three providers, every command and its output.

Everything happens in a folder of its own, by the program that a user would type.
"""

import os
import shlex
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from gitledger.demo.week import DemoStep, steps
from gitledger.errors import GitFailed
from gitledger.git import program

WHO = {"GIT_AUTHOR_NAME": "Ada", "GIT_AUTHOR_EMAIL": "ada@example.org"} | {
    "GIT_COMMITTER_NAME": "Ada",
    "GIT_COMMITTER_EMAIL": "ada@example.org",
}
ANSWERS = (0, 1, 4)  # yes, no, undecided: a demo may show each of them
PROJECT = "project"
Say = Callable[[str], None]


def tell(home: Path, given: Mapping[str, str], say: Say) -> tuple[DemoStep, ...]:
    """Tell the week in a new repository below a folder; the steps that were refused.

    `given` is the environment to start from; `say` is handed each piece of text as it comes.
    Raises GitFailed.
    """
    repository = home / PROJECT
    environment = _environment(home, given)
    _git(home, environment, "init", "--quiet", "--initial-branch=trunk", str(repository))
    _git(repository, environment, "commit", "--quiet", "--allow-empty", "-m", "begin")
    say(f"A week with three subscriptions, in {repository}.\n")
    say("The figures are made up; every command and its output is real.\n")
    return tuple(step for step in steps() if not _happen(step, repository, environment, say))


def _environment(home: Path, given: Mapping[str, str]) -> dict[str, str]:
    """An environment without what could change the story."""
    kept = {
        name: value
        for name, value in given.items()
        if not name.startswith(("GIT_", "GITLEDGER_")) and name not in {"AGENT_ID", "COLUMNS"}
    }
    path = f"{Path(sys.executable).parent}{os.pathsep}{given.get('PATH', os.defpath)}"
    own = {"HOME": str(home), "TZ": "UTC", "NO_COLOR": "1", "GIT_CONFIG_NOSYSTEM": "1"}
    own["PATH"] = path  # the git hooks call the program by its name
    return kept | WHO | own


def _happen(step: DemoStep, repository: Path, environment: dict[str, str], say: Say) -> bool:
    """Carry out a step and say it as it would be typed; False when it was refused."""
    if step.remark:
        say(f"\n# {step.remark}\n")
    for name, text in step.files:
        path = repository / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    if step.commit:
        _work(step, repository, environment, say)
        return True
    say(f"\n$ gitledger {shlex.join(step.words)}\n")
    done = subprocess.run(
        [sys.executable, "-m", "gitledger", *step.words],
        cwd=repository,
        env=environment,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        check=False,
    )
    say(done.stdout + done.stderr)
    if done.returncode:
        say(f"(exit {done.returncode})\n")
    return done.returncode in ANSWERS


def _work(step: DemoStep, repository: Path, environment: dict[str, str], say: Say) -> None:
    """A commit with some lines of code, made at the step's time."""
    stamp = step.at.strftime("%Y-%m-%dT%H:%M:%S+00:00")
    name = step.commit.partition(":")[0].lower().replace("-", "_")
    lines = [f"def {name}_{number}():\n    return {number}\n" for number in range(step.functions)]
    (repository / f"{name}.py").write_text("\n".join(lines), encoding="utf-8")
    say(f"\n$ git add {name}.py && git commit -m {shlex.quote(step.commit)}\n")
    _git(repository, environment, "add", f"{name}.py")
    dates = {"GIT_AUTHOR_DATE": stamp, "GIT_COMMITTER_DATE": stamp}
    _git(repository, environment | dates, "commit", "--quiet", "-m", step.commit)


def _git(folder: Path, environment: dict[str, str], *words: str) -> None:
    done = program.run(words, directory=folder, environment=environment, pins=())
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip()
        raise GitFailed(f"git {words[0]} failed: {said}", "run it by hand to see the cause")
