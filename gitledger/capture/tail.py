"""The last line of a big file that holds a word, read from the end and no further than needed.

Depends on the standard library only.
"""

from collections.abc import Iterator
from pathlib import Path

CHUNK = 1 << 16  # the first look back; each next one is twice as long
LONGEST_LOOK = 1 << 24


def lines_from_end(path: Path, word: bytes, *, limit: int = LONGEST_LOOK) -> Iterator[str]:
    """Lines that contain `word`, the last one first; at most `limit` bytes are read.

    A line that is still being written is given as it stands. Bytes that are no UTF-8 are
    replaced. A file that cannot be opened raises OSError.
    """
    with path.open("rb") as file:
        end = file.seek(0, 2)
        start, buffer, size = end, b"", CHUNK
        while start > max(0, end - limit):
            size = min(size, start)
            start -= size
            file.seek(start)
            buffer = file.read(size) + buffer
            size = min(2 * size, LONGEST_LOOK)
            edge = buffer.find(b"\n") + 1 if start else 0
            if start and not edge:
                continue
            yield from matches(buffer[edge:], word)
            buffer = buffer[:edge]


def matches(block: bytes, word: bytes) -> Iterator[str]:
    """Lines of a block of whole lines that contain `word`, the last one first."""
    stop = len(block)
    while (found := block.rfind(word, 0, stop)) >= 0:
        first = block.rfind(b"\n", 0, found) + 1
        last = block.find(b"\n", found)
        yield block[first : last if last >= 0 else len(block)].decode(errors="replace")
        stop = first
