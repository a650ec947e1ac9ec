"""Clones of one ledger around a bare server, and what a test asks of them."""

import random
from pathlib import Path

from frozen import played_once
from ground import Answer, git, gitledger

BRANCH = "gitledger/main"


def server_of(place: Path) -> Path:
    """A bare repository that refuses rewinding and deleting."""
    server = place / "srv.git"
    server.mkdir()
    strict(server)
    return server


@played_once
def strict(server: Path) -> None:
    """That repository, in an empty folder."""
    git(server, "init", "-q", "--bare", "-b", "trunk")
    for name in ("denyNonFastForwards", "denyDeletes"):
        git(server, "config", f"receive.{name}", "true")


def first_clone(server: Path, name: str = "a") -> Path:
    """A repository with a commit of code and a ledger, both on the server."""
    path = server.parent / name
    git(server.parent, "init", "-q", "-b", "trunk", str(path))
    git(path, "commit", "-q", "--allow-empty", "-m", "first")
    git(path, "remote", "add", "origin", str(server))
    git(path, "push", "-q", "origin", "trunk")
    assert gitledger(path, "init", "--no-hooks").code == 0
    assert synced(path, "origin").code == 0
    return path


def clone_of(server: Path, name: str) -> Path:
    """Another clone, which took the server's ledger."""
    path = server.parent / name
    git(server.parent, "clone", "-q", str(server), str(path))
    assert gitledger(path, "init", "--no-hooks").code == 0
    return path


def synced(path: Path, *words: str) -> Answer:
    """`sync`, whatever comes of it."""
    return gitledger(path, "sync", *words)


def record(path: Path, *names: str) -> list[str]:
    """Capabilities of these names, each a row; their ids."""
    found = []
    for name in names:
        done = gitledger(path, "--json", "append", "capabilities", f"capability={name}", "name=x")
        assert done.code == 0, done.err
        found.append(str(done.json["row"]))
    return found


def batch(path: Path, first: int, count: int) -> None:
    """Some capabilities in one commit."""
    lines = "".join(f"{path.name}-{first + n},x\n" for n in range(count))
    done = gitledger(
        path, "append", "capabilities", "--csv", "-", stdin="capability,name\n" + lines
    )
    assert done.code == 0, done.err


def rows(path: Path, revision: str = BRANCH) -> list[str]:
    """Ids of the rows of a state, in path order: one that is given twice is there twice."""
    listed = git(path, "ls-tree", "-r", "--name-only", revision, "ledgers").split("\n")
    return [name[-21:-5] for name in listed if name.endswith(".json")]


def tip(path: Path, name: str = BRANCH) -> str:
    """A branch's commit."""
    return git(path, "rev-parse", name).strip()


def surroundings(path: Path) -> tuple[str, bytes, str]:
    """What must never be touched: HEAD, the index, the status of the working tree."""
    index = path / ".git/index"
    data = index.read_bytes() if index.exists() else b""
    return (path / ".git/HEAD").read_text(), data, git(path, "status", "--porcelain")


def protect(server: Path, branch: str = BRANCH) -> None:
    """Let nobody push to a branch, as forges do, and print an address."""
    hook = server / "hooks/update"
    hook.write_text(
        f'#!/bin/sh\nif [ "$1" = refs/heads/{branch} ]; then\n'
        "  echo 'Protected branch: https://forge.example/team/ledger/compare' >&2\n  exit 1\nfi\n"
    )
    hook.chmod(0o755)


def shuffled(seed: int, paths: list[Path]) -> list[Path]:
    """The paths in a random order that is the same every time."""
    mixed = list(paths)
    random.Random(seed).shuffle(mixed)
    return mixed
