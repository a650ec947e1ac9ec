"""Raw git trees: read, changed and compared as bytes.

Trees are handled raw because an append changes one entry on each of five levels: inserting a
line into bytes costs a tenth of rebuilding a tree through objects. May touch nothing.
"""

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

BLOB = b"100644"
TREE = b"40000"
MODES = {BLOB, TREE, b"100755", b"120000", b"160000", b"100664"}  # the last from the first gits
EMPTY = bytes.fromhex("4b825dc642cb6eb9a060e54bf8d69288fbee4904")

_ENTRY = re.compile(rb"(\d+) ([^\0]+)\0(.{20})", re.DOTALL)

ReadTree = Callable[[bytes], bytes]


class TreeEntry(NamedTuple):
    """One line of a tree: mode as git writes it, name, object id (20 bytes)."""

    mode: bytes
    name: bytes
    oid: bytes


class Change(NamedTuple):
    """One path that differs between two trees. A side that is absent is None."""

    path: bytes
    old: TreeEntry | None
    new: TreeEntry | None


@dataclass(slots=True)
class Folder:
    """A tree being changed: the entries (mode, id) that replace or join its own, or go (None)."""

    files: dict[bytes, tuple[bytes, bytes] | None] = field(default_factory=dict)
    folders: dict[bytes, "Folder"] = field(default_factory=dict)


def entries(raw: bytes) -> list[TreeEntry]:
    """The lines of a tree, in git's order."""
    return [TreeEntry(*match) for match in _ENTRY.findall(raw)]


def lines(raw: bytes) -> list[tuple[bytes, bytes, bytes]]:
    """The same as plain (mode, name, id) triples, for loops over many rows."""
    return _ENTRY.findall(raw)


def flaw(raw: bytes) -> str:
    """Why `git fsck` would refuse a tree, "" for one in git's form: whole, sorted, names once."""
    found: list[tuple[bytes, bytes, bytes]] = _ENTRY.findall(raw)
    if sum([len(mode) + len(name) for mode, name, _ in found]) + 22 * len(found) != len(raw):
        return "holds bytes that are no entry"
    names = [name for _, name, _ in found]
    if len({*names}) < len(names):
        return f"has {_twice(names)!r} twice"
    ordered = [order(mode, name) for mode, name, _ in found]
    if ordered != sorted(ordered):
        return "is not in git's order"
    for mode, name, _ in found:
        if name.lower() in {b".", b"..", b".git"} or b"/" in name:
            return f"has an entry named {name.decode('utf-8', 'replace')!r}"
        if mode not in MODES:
            return f"has an entry of mode {mode.decode()}"
    return ""


def _twice(names: Sequence[bytes]) -> str:
    return next(name for name in names if names.count(name) > 1).decode("utf-8", "replace")


def order(mode: bytes, name: bytes) -> bytes:
    """git sorts a folder as if its name ended in a slash."""
    return name + b"/" if mode == TREE else name


def with_entries(raw: bytes, changed: Mapping[bytes, tuple[bytes, bytes]]) -> bytes:
    """A tree's bytes with entries (name -> mode, oid) added or replaced, in git's order."""
    if not changed:
        return raw
    if _follow(raw, changed):
        ordered = sorted(changed.items())
        return raw + b"".join([b"%s %s\0%s" % (mode, name, oid) for name, (mode, oid) in ordered])
    lines = [
        (order(mode, name), mode, name, oid)
        for mode, name, oid in _ENTRY.findall(raw)
        if name not in changed
    ]
    for name, (mode, oid) in sorted(changed.items(), key=lambda item: order(item[1][0], item[0])):
        line = (order(mode, name), mode, name, oid)
        if lines and lines[-1][0] < line[0]:
            lines.append(line)
        else:
            lines.insert(bisect_left(lines, line), line)
    return b"".join(b"%s %s\0%s" % line[1:] for line in lines)


def _follow(raw: bytes, changed: Mapping[bytes, tuple[bytes, bytes]]) -> bool:
    """Whether all are files that sort behind what is there, as the newest rows do.

    A folder could sort behind, and yet have the name of a file that stands before it.
    """
    if any(mode == TREE for mode, _ in changed.values()):
        return False
    held = _ENTRY.findall(raw)
    return not held or order(held[-1][0], held[-1][1]) < min(changed)


def find(raw: bytes, name: bytes) -> TreeEntry | None:
    """One entry of a tree by its name."""
    for mode, found, oid in _ENTRY.findall(raw):
        if found == name:
            return TreeEntry(mode, found, oid)
    return None


def lookup(root: bytes, path: str, read: ReadTree) -> TreeEntry | None:
    """The entry at a path below a tree, or None."""
    entry: TreeEntry | None = TreeEntry(TREE, b"", root)
    for part in path.encode().split(b"/"):
        if entry is None or entry.mode != TREE:
            return None
        entry = find(read(entry.oid), part)
    return entry


def changes(old: bytes | None, new: bytes | None, read: ReadTree) -> Iterator[Change]:
    """Every file that differs between two trees (20-byte ids or None), in path order.

    A folder that became a file, or the reverse, shows as removals and additions.
    """
    if old != new:
        yield from _changes(read(old) if old else b"", read(new) if new else b"", b"", read)


def _changes(old: bytes, new: bytes, prefix: bytes, read: ReadTree) -> Iterator[Change]:
    shared = _shared_prefix(old, new)
    before = {name: TreeEntry(mode, name, oid) for mode, name, oid in _ENTRY.findall(old, shared)}
    after = {name: TreeEntry(mode, name, oid) for mode, name, oid in _ENTRY.findall(new, shared)}
    for name in sorted(before.keys() | after.keys()):
        was, now = before.get(name), after.get(name)
        if was == now:
            continue
        path = prefix + name
        was_tree = was is not None and was.mode == TREE
        now_tree = now is not None and now.mode == TREE
        if was_tree or now_tree:
            left = read(was.oid) if was is not None and was_tree else b""
            right = read(now.oid) if now is not None and now_tree else b""
            yield from _changes(left, right, path + b"/", read)
        was_file = None if was_tree else was
        now_file = None if now_tree else now
        if was_file is not None or now_file is not None:
            yield Change(path, was_file, now_file)


def _shared_prefix(old: bytes, new: bytes) -> int:
    """Where two trees' bytes part, at an entry border: an append leaves most of a tree alone."""
    if new.startswith(old):
        return len(old)
    low, high = 0, min(len(old), len(new))
    while low < high:
        middle = (low + high + 1) // 2
        if old[low:middle] == new[low:middle]:
            low = middle
        else:
            high = middle - 1
    border = 0
    for match in _ENTRY.finditer(old, 0, low):
        border = match.end()
    return border


def plant_files(
    tree: bytes | None,
    files: Mapping[str, tuple[bytes, bytes] | None],
    read: ReadTree,
    add: Callable[[bytes], bytes],
) -> bytes:
    """A tree (20-byte id) with files (path -> mode, id) added or replaced; None takes one out.

    `add` keeps the bytes of a new tree and gives its id. A folder that is left empty goes too.
    """
    root = Folder()
    for path, entry in files.items():
        folder = root
        *parents, name = path.encode("utf-8", "surrogateescape").split(b"/")
        for part in parents:
            folder = folder.folders.setdefault(part, Folder())
        folder.files[name] = entry
    return add(_grown(root, tree, read, add))


def _grown(
    folder: Folder, old: bytes | None, read: ReadTree, add: Callable[[bytes], bytes]
) -> bytes:
    """The bytes of a tree after its changes; those of folders below are added."""
    raw = read(old) if old else b""
    changed = dict(folder.files)
    for name, child in folder.folders.items():
        entry = find(raw, name)
        below = entry.oid if entry and entry.mode == TREE else None
        grown = _grown(child, below, read, add)
        changed[name] = (TREE, add(grown)) if grown else None
    gone = {name for name, entry in changed.items() if entry is None}
    if gone:
        kept = [line for line in _ENTRY.findall(raw) if line[1] not in gone]
        raw = b"".join([b"%s %s\0%s" % line for line in kept])
    return with_entries(raw, {name: entry for name, entry in changed.items() if entry is not None})
