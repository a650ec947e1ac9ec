"""Generated repositories of a real shape: edits in clumps, new, moved and deleted files, merges.

Written by git fast-import from one seed, so that a benchmark can be run again.
"""

import random
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

WORDS = (
    "alpha",
    "beta",
    "gamma",
    "delta",
    "value",
    "index",
    "total",
    "window",
    "share",
    "commit",
    "line",
    "churn",
    "meter",
)
START = 1_700_000_000
HALF_HOUR = 1_800


@dataclass
class Generated:
    """A tree under work: lists of lines by path, and the fast-import stream so far."""

    seed: int
    files: int = 160
    dice: random.Random = field(init=False)
    stream: list[bytes] = field(default_factory=list)
    mark: int = 0
    serial: int = 0

    def __post_init__(self) -> None:
        self.dice = random.Random(self.seed)

    def line(self) -> str:
        """A fresh line; one in five is one that other files have too."""
        self.serial += 1
        pad = "    " * self.dice.randrange(4)
        if self.dice.random() < 0.2:
            return pad + self.dice.choice(("return None", "}", "", "else:", "pass"))
        words = " ".join(self.dice.choices(WORDS, k=self.dice.randrange(2, 7)))
        return f"{pad}{words} {self.serial}"

    def body(self, size: int) -> list[str]:
        """A new file."""
        return [self.line() for _ in range(size)]

    def work(self, tree: dict[str, list[str]]) -> dict[str, list[str] | None]:
        """The changes of one commit: mostly edits, sometimes a file comes, moves or goes."""
        changes: dict[str, list[str] | None] = {}
        for _ in range(self.dice.choice((1, 1, 2, 3, 5, 8))):
            path = self.dice.choice(sorted(tree))
            changes[path] = self.edited(tree[path])
        chance = self.dice.random()
        if chance < 0.25:
            self.serial += 1
            changes[f"src/new{self.serial}.py"] = self.body(self.dice.randrange(10, 150))
        elif chance < 0.31:
            path = self.dice.choice(sorted(set(tree) - set(changes)))
            self.serial += 1
            changes[path], changes[f"src/moved{self.serial}.py"] = None, self.edited(tree[path])
        elif chance < 0.34 and len(tree) > 40:
            changes[self.dice.choice(sorted(set(tree) - set(changes)))] = None
        return changes

    def edited(self, lines: list[str]) -> list[str]:
        """A file after a few clumped edits."""
        result = list(lines)
        for _ in range(self.dice.choice((1, 1, 2, 3, 6))):
            at = self.dice.randrange(len(result) + 1)
            result[at : at + self.dice.choice((0, 0, 1, 2, 5))] = self.body(
                self.dice.choice((0, 1, 1, 3, 8))
            )
        return result or self.body(3)

    def commit(self, branch: str, parents: list[int], changes: dict[str, list[str] | None]) -> int:
        """Write a commit and return its mark."""
        self.mark += 1
        when = START + self.mark * HALF_HOUR
        who = f"Ada <ada@example.org> {when} +0000"
        head = f"commit refs/heads/{branch}\nmark :{self.mark}\nauthor {who}\ncommitter {who}\n"
        links = "".join(f"{'merge' if n else 'from'} :{p}\n" for n, p in enumerate(parents))
        self.stream.append(f"{head}data 2\nx\n{links}".encode())
        for path, lines in changes.items():
            if lines is None:
                self.stream.append(f"D {path}\n".encode())
            else:
                data = "".join(f"{line}\n" for line in lines).encode()
                self.stream.append(b"M 100644 inline %s\n" % path.encode())
                self.stream.append(b"data %d\n%s\n" % (len(data), data))
        return self.mark

    def begin(self) -> tuple[int, dict[str, list[str]]]:
        """The first commit, with many files."""
        tree = {
            f"src/d{n % 12}/f{n}.py": self.body(self.dice.randrange(40, 400))
            for n in range(self.files)
        }
        return self.commit("main", [], dict(tree)), tree

    def linear(self, count: int) -> None:
        """One commit after the other."""
        tip, tree = self.begin()
        for _ in range(count):
            changes = self.work(tree)
            tip = self.commit("main", [tip], changes)
            apply(tree, changes)

    def merge_heavy(self, count: int) -> None:
        """Branches of one to six commits beside a main that moves on, each merged by a merge."""
        tip, tree = self.begin()
        while self.mark <= count:
            branch, base = f"topic{self.mark}", dict(tree)
            head, theirs, touched = tip, dict(tree), dict[str, list[str] | None]()
            for _ in range(self.dice.randrange(1, 7)):
                changes = self.work(theirs)
                head = self.commit(branch, [head], changes)
                apply(theirs, changes)
                touched |= changes
            for _ in range(self.dice.randrange(0, 3)):
                changes = self.work(tree)
                tip = self.commit("main", [tip], changes)
                apply(tree, changes)
            merged = {p: merge(base.get(p), tree.get(p), v) for p, v in touched.items()}
            changes = {p: v for p, v in merged.items() if v is not None or p in tree}
            tip = self.commit("main", [tip, head], changes)
            apply(tree, changes)

    def twins(self, lines: int) -> None:
        """Two branches that bring the same lines in forty files, joined, edited, joined again."""
        base, tree = self.begin()
        size = -(-lines // 40)
        brought = {f"src/twin{n}.py": self.body(size) for n in range(40)}
        tip = self.commit("main", [base], dict(brought))
        head = self.commit("side", [base], dict(brought))
        apply(tree, dict(brought))
        tip = self.commit("main", [tip, head], {})
        for path in sorted(brought)[::4]:
            ours = {path: self.edited(brought[path])}
            head = self.commit("side", [head], {f"{path}.txt": self.body(5)})
            tip = self.commit("main", [tip], dict(ours))
            tip = self.commit("main", [tip, head], {f"{path}.txt": self.body(5)})
            apply(tree, dict(ours))

    def write(self, path: Path) -> str:
        """The repository on disk, packed; the id of its first commit."""
        subprocess.run(["git", "init", "-q", "-b", "unborn", path], check=True)
        words = ["git", "fast-import", "--quiet", "--force"]
        subprocess.run(words, cwd=path, input=b"".join(self.stream), check=True)
        subprocess.run(["git", "repack", "-adq"], cwd=path, check=True)
        listed = subprocess.run(
            ["git", "rev-list", "--max-parents=0", "main"],
            cwd=path,
            capture_output=True,
            check=True,
        )
        return listed.stdout.decode().strip()


def apply(tree: dict[str, list[str]], changes: dict[str, list[str] | None]) -> None:
    """A tree after changes."""
    for path, lines in changes.items():
        if lines is None:
            tree.pop(path, None)
        else:
            tree[path] = lines


def merge(
    base: list[str] | None, ours: list[str] | None, theirs: list[str] | None
) -> list[str] | None:
    """Three versions of a file made one: theirs, with what ours added at the end of it."""
    if theirs is None or ours is None or base is None or ours == base:
        return theirs
    known = set(base)
    return theirs + [line for line in ours if line not in known]
