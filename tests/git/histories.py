"""Literal histories as real repositories: commits with days, built by git fast-import."""

import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ground import git

START = 1_700_000_000
DAY = 86_400
Content = bytes | str | None
NUMBERS = [f"line {n}" for n in range(100)]


def text(*lines: str) -> bytes:
    """Lines of a file, each ended by a newline."""
    return "".join(f"{line}\n" for line in lines).encode()


def numbered(count: int, start: int = 0, word: str = "line") -> bytes:
    """`count` different lines."""
    return text(*(f"{word} {n}" for n in range(start, start + count)))


@dataclass
class History:
    """Commits by name; each has its whole tree, so that a merge can hold anything."""

    trees: dict[str, dict[bytes, tuple[str, bytes]]] = field(default_factory=dict)
    stream: list[bytes] = field(default_factory=list)
    order: list[str] = field(default_factory=list)

    def commit(
        self,
        name: str,
        day: float,
        files: Mapping[str | bytes, Content],
        *,
        parents: Sequence[str] = (),
        modes: Mapping[str, str] | None = None,
        keep: bool = True,
    ) -> str:
        """Add a commit `day` days after the start: its parents' first tree with changed files.

        A file that is None is removed. With no parents given the last commit is the parent,
        except for the first one; `keep=False` starts from an empty tree.
        """
        parents = tuple(parents) or tuple(self.order[-1:])
        tree = dict(self.trees[parents[0]]) if parents and keep else {}
        for path, content in files.items():
            key = path.encode() if isinstance(path, str) else path
            mode = (modes or {}).get(key.decode("utf-8", "replace"), "100644")
            data = content.encode() if isinstance(content, str) else content
            if data is None:
                tree.pop(key, None)
            else:
                tree[key] = (mode, data)
        self.trees[name] = tree
        self.order.append(name)
        self._write(name, round(START + day * DAY), parents, tree)
        return name

    def _write(
        self,
        name: str,
        when: int,
        parents: Sequence[str],
        tree: Mapping[bytes, tuple[str, bytes]],
    ) -> None:
        mark = self.order.index(name) + 1
        who = f"Ada <ada@example.org> {when} +0000"
        head = f"commit refs/heads/{name}\nmark :{mark}\nauthor {who}\ncommitter {who}\n"
        message = f"data {len(name.encode())}\n{name}\n"
        links = [
            f"{'merge' if n else 'from'} :{self.order.index(parent) + 1}\n"
            for n, parent in enumerate(parents)
        ]
        self.stream.append((head + message + "".join(links) + "deleteall\n").encode())
        for path, (mode, data) in tree.items():
            if mode == "160000":
                self.stream.append(b"M 160000 %s %s\n" % (data, quoted(path)))
            else:
                self.stream.append(b"M %s inline %s\n" % (mode.encode(), quoted(path)))
                self.stream.append(b"data %d\n%s\n" % (len(data), data))

    def build(self, path: Path) -> dict[str, str]:
        """Write the repository at `path`; the full id of each commit by its name."""
        subprocess.run(["git", "init", "-q", "-b", "unborn", path], check=True)
        marks = path / ".git" / "marks"
        subprocess.run(
            ["git", "fast-import", "--quiet", f"--export-marks={marks}"],
            cwd=path,
            input=b"".join(self.stream),
            check=True,
        )
        ids = dict(line.split() for line in marks.read_text().splitlines())
        return {name: ids[f":{n}"] for n, name in enumerate(self.order, 1)}


def quoted(path: bytes) -> bytes:
    """A path as fast-import reads it, whatever bytes it holds."""
    return b'"' + b"".join(b"\\%03o" % byte for byte in path) + b'"'


def forked(path: Path) -> dict[str, str]:
    """A, then B on one side and M on the other; U shares nothing with them."""
    history = History()
    history.commit("A", 0, {"f": numbered(10)})
    history.commit("B", 1, {"g": numbered(4)})
    history.commit("M", 2, {"f": numbered(8)}, parents=["A"])
    ids = history.build(path)
    tree = git(path, "rev-parse", f"{ids['A']}^{{tree}}").strip()
    return ids | {"U": git(path, "commit-tree", tree, "-m", "unrelated").strip()}


def partial(tmp_path: Path, wanted: str) -> dict[str, str]:
    """A whole repository and a partial clone of it, `part`, without what was filtered out."""
    ids = forked(tmp_path / "whole")
    git(tmp_path / "whole", "config", "uploadpack.allowFilter", "true")
    source = f"file://{tmp_path / 'whole'}"
    subprocess.run(
        ["git", "clone", "-q", "--bare", f"--filter={wanted}", source, tmp_path / "part"],
        check=True,
    )
    return ids
