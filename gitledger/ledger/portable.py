"""A checkpoint in one line, to paste into a pull request, a tag or a mail. Pure.

It names what a branch held at a moment: root, tip, how many rows, the digest of their ids. The
bytes that are signed are the line up to ` signature=`, with a line end; `sum` covers all before it,
so that a line which was cut or mistyped is told from one that was never true.
"""

import re
from hashlib import sha256
from typing import NamedTuple

from gitledger.errors import UnreadableInput

NAME = "gitledger-checkpoint"
LONGEST = 4096  # bytes of a line
UNSIGNED = "none"
ANEW = "copy the whole line again, or make one with `gitledger checkpoint`"
_LINE = re.compile(
    r"gitledger-checkpoint 1 branch=(?P<branch>\S+) root=(?P<root>[0-9a-f]{40})"
    r" tip=(?P<tip>[0-9a-f]{40}) rows=(?P<rows>0|[1-9][0-9]{0,11}) digest=(?P<digest>[0-9a-f]{64})"
    r" at=(?P<at>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)"
    r" signature=(?P<signature>none|(?:ssh|openpgp):[A-Za-z0-9+/=]+) sum=(?P<sum>[0-9a-f]{16})\Z"
)


class Portable(NamedTuple):
    """What a line says: branch, root and tip (40 hex digits), rows, digest of their ids, when.

    `signature` is `none`, or the format and the signature in base64.
    """

    branch: str
    root: str
    tip: str
    rows: int
    digest: str
    at: str
    signature: str = UNSIGNED

    @property
    def signed_bytes(self) -> bytes:
        """The canonical bytes that a signature is over."""
        words = [f"{name}={value}" for name, value in zip(self._fields, self[:-1], strict=False)]
        return f"{NAME} 1 {' '.join(words)}\n".encode()

    def line(self) -> str:
        """The line, without its end. Raises UnreadableInput where it would be too long."""
        head = f"{self.signed_bytes.decode().rstrip()} signature={self.signature}"
        whole = f"{head} sum={_sum(head)}"
        if len(whole.encode()) > LONGEST:
            what = f"the line would take {len(whole)} bytes; {LONGEST} is the most"
            raise UnreadableInput(what, "sign with a shorter key, or leave it --unsigned")
        return whole


def parse_lines(text: str) -> tuple[Portable, ...]:
    """Every checkpoint in a text. Raises UnreadableInput where there is none or one is damaged."""
    found = [line.strip() for line in text.splitlines() if line.lstrip("> \t").startswith(NAME)]
    if not found:
        raise UnreadableInput(f"there is no {NAME} line in it", ANEW)
    return tuple(_parsed(line.lstrip("> \t")) for line in found)


def _parsed(line: str) -> Portable:
    match = _LINE.match(line)
    if len(line.encode()) > LONGEST or match is None:
        raise UnreadableInput("the checkpoint line is cut or not in its form", ANEW)
    if _sum(line.rpartition(" sum=")[0]) != match["sum"]:
        raise UnreadableInput("the checkpoint line was edited: its sum is another", ANEW)
    branch, root, tip, rows, digest, at, signature, _ = match.groups()
    return Portable(branch, root, tip, int(rows), digest, at, signature)


def _sum(head: str) -> str:
    return sha256(head.encode()).hexdigest()[:16]
