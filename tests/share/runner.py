"""The steps of an action or a job as a forge's runner takes them: what `run` says, in bash."""

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from ruamel.yaml import YAML

EXPRESSION = re.compile(r"\$\{\{\s*([\w.]+)\s*\}\}")
BASH = ("bash", "--noprofile", "--norc", "-e", "-o", "pipefail")
# stands for the runner's Python: an environment it makes has this checkout's program, pip is noted
PYTHON = """#!/bin/bash
[ "$1" = -I ] || exit 64
if [ "$2 $3" = "-m venv" ]; then
  mkdir -p "$4/bin"; cp "$0" "$4/bin/python"
  printf '#!/bin/sh\\nexec {python} -P -m gitledger "$@"\\n' >"$4/bin/gitledger"
  chmod +x "$4/bin/gitledger"
elif [ "$2 $3 $4" = "-m pip install" ]; then
  printf '%s\\n' "${{@: -1}}" >>"$RUNNER_TEMP/installed"
else
  exit 64
fi
"""


class Ran(NamedTuple):
    """How a job ended: exit codes by the steps that ran, and everything that was printed."""

    codes: dict[str, int]
    log: str

    @property
    def red(self) -> bool:
        """Whether the forge shows it as failed."""
        return any(self.codes.values())


def steps_of(path: Path) -> list[dict[str, Any]]:
    """The steps of a composite action, or of the one job of a workflow."""
    content = YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))
    if "runs" in content:
        return list(content["runs"]["steps"])
    [job] = content["jobs"].values()
    return list(job["steps"])


def inputs_of(path: Path, given: Mapping[str, str]) -> dict[str, str]:
    """The inputs of an action: its defaults, and what a workflow gives."""
    content = YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))
    declared = content.get("inputs", {})
    assert given.keys() <= declared.keys()
    return {f"inputs.{name}": given.get(name, one["default"]) for name, one in declared.items()}


def run(file: Path, checkout: Path, temp: Path, given: Mapping[str, str], **told: str) -> Ran:
    """Every `run` of a file in a checkout, in order: after a failure only what runs always."""
    tools = temp / "tools"
    tools.mkdir(parents=True, exist_ok=True)
    (tools / "python").write_text(PYTHON.format(python=sys.executable))
    (tools / "python").chmod(0o755)
    known = {"github.token": "t0ken"}
    known |= {name: _resolved(text, known) for name, text in inputs_of(file, given).items()}
    world = os.environ | {"RUNNER_TEMP": str(temp), "GITHUB_ACTION_PATH": str(file.parent), **told}
    world |= {"PATH": f"{tools}{os.pathsep}{os.environ['PATH']}"}
    codes, log = dict[str, int](), ""
    for step in steps_of(file):
        if "run" not in step or (any(codes.values()) and step.get("if") != "always()"):
            continue
        script = temp / "step.sh"
        script.write_text(step["run"])
        named = {name: _resolved(text, known) for name, text in step.get("env", {}).items()}
        done = subprocess.run(
            [*BASH, str(script)], cwd=checkout, env=world | named,
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        codes[step["name"]] = done.returncode
        log += done.stdout + done.stderr
    return Ran(codes, log)


def _resolved(text: str, known: Mapping[str, str]) -> str:
    """A text with its expressions; one that is not known ends the test."""
    return EXPRESSION.sub(lambda found: known[found[1]], text)
