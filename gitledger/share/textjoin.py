"""A versioned text that two clones changed, joined line by line; read again before it counts.

What git joins must still say something: configuration and rules are read, a definition must take
what both took. Otherwise a person chooses, for the whole text.
"""

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gitledger.errors import ExchangeConflict, GitFailed
from gitledger.git.objects import read, run_git
from gitledger.git.proof.texts import SETTINGS, TextPolicy
from gitledger.git.repository import Repository
from gitledger.ledger import layout
from gitledger.ledger.evolution import weakenings
from gitledger.ledger.schema import Schema, parse_schema
from gitledger.ledger.yamltext import load

OURS, THEIRS = "ours", "origin"
NAMED = 5  # settings named in a conflict


@dataclass(frozen=True, slots=True)
class BlobSides:
    """The blobs of one text (20 bytes each): where the two parted (None: not there), and on each.

    `remote` is the other side's name.
    """

    path: str
    base: bytes | None
    ours: bytes
    theirs: bytes
    remote: str


def join_texts(repository: Repository, sides: BlobSides, policy: TextPolicy) -> bytes:
    """The text that holds both sides' changes. Raises ExchangeConflict with the way out."""
    before = read(repository, sides.base) if sides.base else b""
    mine, other = read(repository, sides.ours), read(repository, sides.theirs)
    text = merged_lines(repository, mine, before, other)
    if text is not None and _is_sound(text, (mine, other), sides.path, policy):
        return text
    wider = _wider(mine, other, sides.path)
    if wider is not None:
        return wider
    raise conflict(sides, before, mine, other)


def merged_lines(repository: Repository, mine: bytes, before: bytes, other: bytes) -> bytes | None:
    """`git merge-file` of three texts; None where both changed the same lines."""
    with tempfile.TemporaryDirectory(prefix="gitledger-") as folder:
        names = []
        for name, data in (("ours", mine), ("base", before), ("theirs", other)):
            place = Path(folder) / name
            place.write_bytes(data)
            names.append(str(place))
        done = run_git(repository, ("merge-file", "-p", "--quiet", *names))
    # git merge-file: up to 127 is the number of conflicts
    if done.returncode < 0 or done.returncode > 127:
        said = done.stderr.decode("utf-8", "replace").strip()
        raise GitFailed(f"git merge-file failed: {said}", "run it again")
    return done.stdout if done.returncode == 0 else None


def _is_sound(text: bytes, sides: Sequence[bytes], path: str, policy: TextPolicy) -> bool:
    """Whether a joined text can be in force."""
    if path in SETTINGS:
        values, problems = _loaded(text, path)
        return not problems and not [*policy.problems(path, values)]
    if layout.SCHEMA_PATH.match(path):
        new, old = _schema(text, path), [_schema(side, path) for side in sides]
        return new is not None and all(one is not None and not weakenings(one, new) for one in old)
    return True


def _wider(mine: bytes, other: bytes, path: str) -> bytes | None:
    """Of two definitions the one that takes all that the other takes."""
    if not layout.SCHEMA_PATH.match(path):
        return None
    ours, theirs = _schema(mine, path), _schema(other, path)
    if ours is None or theirs is None:
        return None
    if not weakenings(ours, theirs):
        return other
    return mine if not weakenings(theirs, ours) else None


def _loaded(text: bytes, path: str) -> tuple[Mapping[str, Any], Sequence[object]]:
    return load(text.decode("utf-8", "replace"), path)


def _schema(text: bytes, path: str) -> Schema | None:
    values, problems = _loaded(text, path)
    return None if problems else parse_schema(values, path)[0]


def conflict(sides: BlobSides, before: bytes, mine: bytes, other: bytes) -> ExchangeConflict:
    """The refusal where a person has to choose a side."""
    path, remote = sides.path, sides.remote
    if layout.SCHEMA_PATH.match(path):
        what = f"{path}: two clones added a ledger of this name with other columns"
        if sides.base:
            what = f"{path} was changed here and on {remote}, and neither takes what both take"
            hint = f"gitledger sync --texts {THEIRS} (or {OURS}), then `gitledger ledger add FILE`"
            return ExchangeConflict(what, hint)
        name = path.split("/")[1]
        hint = f"gitledger ledger rename {name} NEW, then gitledger sync --texts {THEIRS}"
        return ExchangeConflict(what, hint)
    keys = [*_both_changed(path, before, mine, other)] if path in SETTINGS else []
    told = f": {', '.join(keys[:NAMED])}" + (", ..." if keys[NAMED:] else "") if keys else ""
    verb = "rules" if path == layout.RULES else "config"
    rest = f", then `gitledger {verb} set FILE` for the rest" if path in SETTINGS else ""
    return ExchangeConflict(
        f"{path} was changed here and on {remote} in the same lines{told}",
        f"gitledger sync --texts {THEIRS} (or {OURS}){rest}",
    )


def _both_changed(path: str, before: bytes, mine: bytes, other: bytes) -> Iterator[str]:
    """Settings that differ from where the sides parted and from each other, as dotted names."""
    old, ours, theirs = (_leaves(_loaded(text, path)[0]) for text in (before, mine, other))
    for name in sorted(ours.keys() | theirs.keys()):
        one, two = ours.get(name), theirs.get(name)
        if one != two and old.get(name) not in (one, two):
            yield name


def _leaves(values: Mapping[str, Any], above: str = "") -> dict[str, Any]:
    """Values by dotted name; of maps within two levels each value by itself."""
    found: dict[str, Any] = {}
    for name, value in values.items():
        place = f"{above}{name}"
        if isinstance(value, Mapping) and value and place.count(".") < 1:
            found |= _leaves(value, f"{place}.")
        else:
            found[place] = value
    return found
