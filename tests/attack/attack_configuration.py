"""Texts on the branch that came by plain git: bombs, wrong shapes, wrong values, no YAML at all.

A trial: `gitledger.yaml`, `rules.yaml` or a definition replaced by a hostile text, then a verb.
Right: an answer or a sentence within 20 s and 3 GB; `verify` answers with exit 0 or 1.
"""

import json
import os
import random
import sys
from collections.abc import Iterator
from pathlib import Path

from answers import asked
from attack_secrets import SNAPSHOT
from figures import Budget, Figure, attack
from trials import fresh, git, place, verb

B = "gitledger/main"
PANE = b"5h limit: [####] 92% left (resets 13:10)\nWeekly limit: [###] 77% left (resets 12:24)\n"
VERBS = (
    *(("status",), ("preview",), ("card", "WEEK0"), ("audit",), ("append", "tokens", "task=x")),
    *(("verify",), ("doctor",), ("complete", "-w", "W1", "--features", "codex=1"), ("churn",)),
    *(("export", "tokens"), ("explain", "efficiency"), ("guard", "--provider", "codex")),
    *(("config", "show"), ("rules", "show"), ("ledger", "list"), ("replay",), ("log",)),
)
KEYS = {
    "gitledger.yaml": (
        *("gitledger", "created", "providers", "accounts", "capacity", "thresholds", "plans"),
        *("exclude", "signatures", "loosening"),
    ),
    "rules.yaml": ("gitledger", "window", "week", "guardrails", "replay", "phi0", "confidence"),
    "ledgers/tokens/schema.yaml": ("gitledger", "ledger", "title", "key", "columns", "csv"),
}
VALUES = (
    *("", "null", "[]", "{}", "7", "-1", "1e999", ".nan", "hello", "[1, 2]", "{a: b}", "true"),
    *("[[[[]]]]", "{codex: [1]}", "{codex: {x: y}}", "[{a: 1}]", "2026-13-45", "'../../x'"),
    *("9" * 40, "9" * 5000, "{1: 2}", "? [a]", "!!binary aGk=", "{codex: -3}", "{codex: .inf}"),
)


def bomb(dice: random.Random) -> str:
    """Anchors and aliases, in one of their forms."""
    width, depth = dice.randint(5, 12), dice.randint(7, 12)
    text = "gitledger: 1\na0: &a0 [" + ", ".join("x" * width) + "]\n"
    for n in range(1, depth):
        refer = ", ".join([f"*a{n - 1}"] * width)
        text += f"a{n}: &a{n} " + dice.choice((f"[{refer}]", f"{{k: [{refer}]}}")) + "\n"
    return text


def size(dice: random.Random) -> str:
    """Long, deep or endless texts."""
    return dice.choice(
        (
            "a: " + "[" * 100_000,
            "a: [" + "1, " * 100_000 + "]",
            "a: '" + "x" * 1_000_000 + "'",
            "".join(f"k{n}: {{a: {n}}}\n" for n in range(50_000)),
            "- " * 20_000,
            "a:\n" + "".join(" " * n + "b:\n" for n in range(1, 500)),
        )
    )


def noise(dice: random.Random) -> str:
    """Signs of YAML in any order."""
    return "".join(dice.choices("ab1:-[]{}&*!|>%@`'\"#,?\n\t \x00\ufeff", k=dice.randint(0, 300)))


def shaped(dice: random.Random, text: str, keys: tuple[str, ...]) -> str:
    """The text as it is, one or two of its top-level keys of another shape."""
    for _ in range(dice.randint(1, 2)):
        key, value = dice.choice(keys), dice.choice(VALUES)
        kept, skipping = [], False
        for line in text.splitlines():
            skipping = line.startswith(f"{key}:") or (skipping and line[:1] in {" ", "-"})
            kept += [] if skipping else [line]
        text = "\n".join([*kept, f"{key}: {value}", ""])
    return text


def put(path: Path, name: str, text: str) -> None:
    """Put a text on the branch by plain git."""
    file = path / ".git" / "hostile"
    file.write_bytes(text.encode("utf-8", "replace"))
    blob = git(path, "hash-object", "-w", str(file))
    index = {"GIT_INDEX_FILE": str(path / ".git" / "hostile-index")}
    words = ("-c", f"core.bare={json.dumps(False)}")

    os.environ.update(index)
    try:
        git(path, *words, "read-tree", B)
        git(path, "update-index", "--add", "--cacheinfo", f"100644,{blob},{name}")
        tree = git(path, "write-tree")
        git(
            path,
            "update-ref",
            f"refs/heads/{B}",
            git(path, "commit-tree", "-p", B, "-m", "x", tree),
        )
    finally:
        del os.environ["GIT_INDEX_FILE"]


def configuration(budget: Budget) -> Iterator[Figure]:
    """Hostile texts in each place, each met by a few verbs."""
    makers = {
        "bombs of anchors and aliases": lambda d, _t, _k: bomb(d),
        "long and deep texts": lambda d, _t, _k: size(d),
        "texts of YAML's signs": lambda d, _t, _k: noise(d),
        "keys of another shape": shaped,
    }
    figures = {what: Figure(what, 12) for what in makers}
    dice = budget.dice("configuration")
    with place() as folder:
        path = fresh(folder, "trial")
        verb(path, "init", "--no-hooks")
        verb(path, "append", "snapshots", *SNAPSHOT)
        tip = git(path, "rev-parse", B)
        whole = 0
        while whole < 4 or budget.left(0.9):
            for what, make in makers.items():
                name, keys = dice.choice([*KEYS.items()])
                text = make(dice, git(path, "show", f"{tip}:{name}"), keys)
                put(path, name, text)
                for words in dice.sample(VERBS, 3):
                    done = asked(path, *words)
                    told = f"{name} {text[-60:]!r} {words}: exit {done.code} {done.err[-300:]!r}"
                    figures[what].count(done.sentence, told)
                git(path, "update-ref", f"refs/heads/{B}", tip)
            whole += 1
    yield from figures.values()


if __name__ == "__main__":
    sys.exit(attack(configuration))
