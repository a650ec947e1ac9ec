"""Lines that went from one place to another: gone and new to survival, and counted apart here.

PURE: numpy only. A dead line has moved when its text, white space kept, is among the lines that
the commit which took it added. Each added line stands for one; lines with fewer than FEWEST
characters beside white space (braces, blank lines) stand for none. Merges are not looked at.

A commit's text is looked at once, while it passes; which of its lines are dead is known at the
end. Between the two an `Exchange` keeps what little there is to remember.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gitledger.lines.change import NO_BLOB, Diff, FileChange, hunk_quads
from gitledger.lines.owners import Owners, Span, new_spans

FEWEST = 4  # bytes that are no white space
TAKEN = re.compile(rb"\n-([^\n]*(?:\n\\)?)")  # after the last line of a file without a newline,
ADDED = re.compile(rb"\n\+([^\n]*(?:\n\\)?)")  # git says so in a line with a backslash
Lines = Callable[[str], Sequence[bytes]]
Differ = Callable[[str, str], Diff]


@dataclass(frozen=True, slots=True)
class BlobTexts:
    """What is behind a blob's id: its lines, and what differs between it and another blob."""

    lines: Lines
    differ: Differ


@dataclass(frozen=True, slots=True)
class Exchange:
    """Lines that one commit took and whose text it added: `ids`, and which text each one has.

    `texts[i]` numbers the text of `ids[i]`; `room[text]` lines with that text were added.
    """

    position: int
    ids: Owners
    texts: NDArray[np.intp]
    room: NDArray[np.intp]


def moved_lines(
    exchanges: Iterable[Exchange],
    dead: NDArray[np.intp],
    taken_by: NDArray[np.int64],
    first: NDArray[np.int64],
) -> int:
    """How many of the `dead` (ids) moved; `taken_by[id]` is the position that took a line.

    `first[id]` is the birth that stands for a line which was born several times.
    """
    taker = np.full_like(taken_by, -1)
    taker[dead] = taken_by[dead]
    moved = 0
    for one in exchanges:
        lines, where = np.unique(first[one.ids], return_index=True)
        went = one.texts[where[taker[lines] == one.position]]
        moved += int(np.minimum(np.bincount(went, minlength=one.room.size), one.room).sum())
    return moved


def exchange(
    position: int, before: Mapping[str, Owners], changes: Sequence[FileChange], texts: BlobTexts
) -> Exchange | None:
    """What a commit took from the files as they were owned `before` it, and put elsewhere.

    Changes of owned files come with their hunks; `texts` are asked where a patch is missing.
    """
    taken: list[tuple[bytes, int]] = []
    for change in changes:
        owners = before.get(change.old_path)
        if owners is not None and change.status != "A":
            taken += _taken(change, owners, texts)
    if not taken:
        return None
    wanted = {text for text, _ in taken}
    added: Counter[bytes] = Counter()
    for change in changes:
        added.update(filter(wanted.__contains__, _added(change, texts)))
    added = Counter({text: count for text, count in added.items() if tells(text)})
    if not added:
        return None
    numbers = {text: number for number, text in enumerate(added)}
    kept = [(owner, numbers[text]) for text, owner in taken if text in numbers]
    return Exchange(
        position,
        np.array([owner for owner, _ in kept], dtype=np.int32),
        np.array([number for _, number in kept], dtype=np.intp),
        np.array(list(added.values()), dtype=np.intp),
    )


def _taken(change: FileChange, owners: Owners, texts: BlobTexts) -> Iterator[tuple[bytes, int]]:
    """The lines that the commit took from a file, with their owners."""
    spans = _cut_spans(change, owners)
    if change.patch and change.hunks:
        lost = lines_with_sign(change.patch, TAKEN)
    else:
        lost = _within(spans, change.old_blob, texts)
    at = 0
    for start, stop in spans:
        for place, owner in enumerate(owners[start:stop].tolist(), at):
            if owner >= 0:
                yield lost[place], owner
        at += stop - start


def _cut_spans(change: FileChange, owners: Owners) -> Sequence[Span]:
    """The stretches of lines that a file lost; all of it when it went or became binary."""
    if change.hunks:
        return [(old, old + cut) for old, cut, _, _ in hunk_quads(change.hunks) if cut]
    if change.status == "D" or change.old_blob != change.new_blob:
        return [(0, owners.size)]
    return []


def _added(change: FileChange, texts: BlobTexts) -> Sequence[bytes]:
    """The lines that a file got in the commit."""
    if change.new_blob in {NO_BLOB, change.old_blob}:
        return ()
    hunks, patch = change.hunks, change.patch
    if hunks is None:
        hunks, patch = texts.differ(change.old_blob, change.new_blob)
    if patch:
        return lines_with_sign(patch, ADDED) if hunks else ()
    return _within(new_spans(hunks), change.new_blob, texts)


def _within(spans: Sequence[Span], blob: str, texts: BlobTexts) -> list[bytes]:
    """The lines of some stretches of a blob."""
    whole = bare(texts.lines(blob)) if spans else ()
    return [text for start, stop in spans for text in whole[start:stop]]


def lines_with_sign(patch: bytes, pattern: re.Pattern[bytes]) -> list[bytes]:
    """The lines of a patch with one sign, in the form of `bare`."""
    found = pattern.findall(patch, patch.find(b"\n@@ -"))
    if b"\n\\" not in patch:
        return found
    return [text.removesuffix(b"\\") if text.endswith(b"\n\\") else text for text in found]


def bare(lines: Sequence[bytes]) -> list[bytes]:
    """Lines without their newline; one that has none gets it, so that the two stay different."""
    return [line[:-1] if line.endswith(b"\n") else line + b"\n" for line in lines]


def tells(line: bytes) -> bool:
    """Whether a line says enough to be known again."""
    return len(b"".join(line.split())) >= FEWEST
