"""The messages of commits, read raw and many at once; which later ones say that they take back.

May import errors and the git folder. Nothing is checked out and no configuration is asked.
"""

from collections.abc import Iterable, Sequence

from gitledger.git.plumbing import Plumbing

REVERTS = ("--grep=This reverts commit", "--grep=^Reverts ")
LONGEST = 65536  # bytes of a message that are looked at


def messages(git: Plumbing, shas: Iterable[str]) -> dict[str, str]:
    """The message of each commit whose object is here."""
    asked = "".join(f"{sha}\n" for sha in dict.fromkeys(shas))
    if not asked:
        return {}
    told = git.run("cat-file", "--batch", stdin=asked.encode("ascii"))
    found, at = dict[str, str](), 0
    while at < len(told):
        line, _, _ = told[at : at + 200].partition(b"\n")
        words = line.split(b" ")
        at += len(line) + 1
        if len(words) != 3 or not words[2].isdigit():
            continue  # it is not here
        raw = told[at : at + int(words[2])]
        at += int(words[2]) + 1
        if words[1] == b"commit":
            found[words[0].decode("ascii")] = message_of(raw)
    return found


def message_of(raw: bytes) -> str:
    """The message of a raw commit, as much of it as anybody reads."""
    body = raw.partition(b"\n\n")[2][:LONGEST]
    return body.decode("utf-8", "replace")


def takers(git: Plumbing, tips: Sequence[str], base: str) -> tuple[str, ...]:
    """Commits that tips hold and `base` does not whose message says that they revert something."""
    asked = "".join(f"{one}\n" for one in (*dict.fromkeys(tips), *([f"^{base}"] if base else [])))
    if not tips:
        return ()
    told = git.run("rev-list", "--stdin", *REVERTS, stdin=asked.encode("ascii"))
    return tuple(told.decode("ascii").split())
