"""Names that want to be paths, options or programs, and characters that want to be unseen.

A trial: a made-up name given as a window, run, branch, ledger or in a row; a hidden character in a
row shown in every form; a cell that a spreadsheet would run. Right: a sentence or an answer, no
file outside our folder, no hidden character in what is shown, the cell quoted and read back.
"""

import csv
import json
import os
import random
import sys
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

from answers import asked
from attack_secrets import SNAPSHOT
from figures import Budget, Figure, attack
from trials import ROOT, fresh, place, verb

from gitledger.ledger.cells import FORMULA, NUMBER
from gitledger.ledger.characters import HIDDEN

PARTS = (
    "..",
    ".",
    "/",
    "\\",
    "~",
    "$(touch x)",
    "`x`",
    "-rf",
    "--upload-pack=x",
    "evil",
    "@{",
    ":",
)
SIGNS = "\x00\t\n\r *?[|<>\"';&^=%!\u202e\u200b\u2028\ufeffa1"
HIDE = ("\u202e", "\u2066", "\u200b", "\u200d", "\ufeff", "\u2028", "\u2029", "\xad", "\U000e0041")


def name_of(dice: random.Random) -> str:
    """A name out of parts that some program takes for something else."""
    parts = [dice.choice(PARTS) for _ in range(dice.randint(1, 6))]
    parts += [dice.choice(SIGNS) for _ in range(dice.randint(0, 2))]
    dice.shuffle(parts)
    text = "".join(parts) * dice.choice((1, 1, 1, 60))
    return dice.choice(("", "../../", f"{ROOT}/")) + text


def files(path: Path) -> set[str]:
    """Every file around the repository but those below our folder and git's objects and refs."""
    found = set()
    for top, folders, names in os.walk(path.parent):
        inside = Path(top)
        if inside == path / ".git":
            folders[:] = [f for f in folders if f not in {"gitledger", "objects", "refs", "logs"}]
        found |= {str(inside / name) for name in names}
    return found


def names(folder: Path, budget: Budget) -> Iterator[Figure]:
    """Windows, runs, branches, ledgers and columns with such names."""
    doors = {
        "window": lambda p, n: asked(p, "append", "tokens", "task=x", f"window={n}"),
        "window option": lambda p, n: asked(p, "start", "codex", f"--window={n}", given=b"5h: 9%"),
        "run id": lambda p, n: asked(
            p, "evidence", "run", "-w", "W1", f"--run-id={n}", "--", "true"
        ),
        "branch": lambda p, n: asked(p, "init", "--no-hooks", f"--branch={n}"),
        "ledger option": lambda p, n: asked(p, f"--ledger={n}", "status"),
        "ledger": lambda p, n: asked(p, "append", n, "a=b"),
        "definition": lambda p, n: asked(p, "ledger", "add", "-", given=definition(n)),
        "CSV": lambda p, n: asked(
            p, "import", "csv", "evidence", "-", given=csv_of(n).encode("utf-8", "replace")
        ),
    }
    figures = {door: Figure(f"name as {door}", 10) for door in doors}
    dice = budget.dice("names")
    path = fresh(folder, "trial")
    verb(path, "init", "--no-hooks")
    verb(path, "append", "snapshots", *SNAPSHOT)
    before = files(path)
    while budget.left(0.6) or figures["CSV"].tried < 10:
        for door, through in doors.items():
            name = name_of(dice).replace("\x00", "\x01")
            done = through(path, name)
            after = files(path)
            stray = {f for f in after - before if not f.startswith(f"{path}/.git/")}
            told = f"{name!r}: exit {done.code}, files {stray}, {done.err[-200:]!r}"
            figures[door].count(done.sentence and not stray, told)
            before = after
    yield from figures.values()


def definition(name: str) -> bytes:
    """A ledger's definition of that name."""
    text = f"gitledger: 1\nledger: {json.dumps(name)}\ncolumns:\n  a: {{type: text}}\n"
    return text.encode("utf-8", "replace")


def csv_of(name: str) -> str:
    """A line of evidence whose run has that name."""
    cell = name.replace('"', '""')
    return f'window_id,test_run_id,runner,result\nW1,"{cell}",x,pass\n'


def unseen(folder: Path, budget: Budget) -> Iterator[Figure]:
    """Hidden characters in rows, and cells that run, in every form of showing and back."""
    forms = (("log",), ("log", "--json"), ("show",), ("show", "--json"))
    shown = Figure("hidden characters in log, show, and their JSON", 20)
    cells = Figure("cells that a spreadsheet runs, exported and imported again", 5)
    dice = budget.dice("unseen")
    path = fresh(folder, "trial")
    verb(path, "init", "--no-hooks")
    while budget.left(0.9) or cells.tried < 5:
        note = f"{dice.choice(FORMULA[:4])}{dice.choice(HIDE)}{dice.randint(0, 999)}+A1"
        done = asked(path, "append", "tokens", f"task={note}", f"notes=x{note}", "--json")
        row = json.loads(done.out)["row"] if done.code == 0 else "0000"
        for form in forms:
            said = asked(path, *form[:1], row, *form[1:])
            text = said.out.decode()
            right = said.code == 0 and not HIDDEN.search(text.replace("\n", ""))
            shown.count(right, f"{form} {note!r}: exit {said.code}")
        out = asked(path, "export", "tokens").out
        task = list(csv.DictReader(StringIO(out.decode(), newline="")))[-1]["task"]
        again = asked(path, "import", "csv", "tokens", "-", "--json", given=out)
        back = again.code == 0 and json.loads(again.out)["recorded"] == 0
        safe = not task.startswith(FORMULA) or NUMBER.match(task) is not None
        cells.count(back and safe, f"{note!r} as {task!r}, exit {again.code}")
    yield from (shown, cells)


def injection(budget: Budget) -> Iterator[Figure]:
    """Both, one after the other."""
    with place() as folder:
        yield from names(folder, budget)
        yield from unseen(folder, budget)


if __name__ == "__main__":
    sys.exit(attack(injection))
