"""The messages of commits, read raw and many at once; which later ones say that they take back.

May import errors and the git folder. Nothing is checked out and no configuration is asked.
"""

from collections.abc import Iterable, Sequence

from gitledger.git.plumbing import Plumbing, one_a_line

REVERTS = ("--grep=This reverts commit", "--grep=^Reverts ")
LONGEST = 65536  # bytes of a message that are looked at


def messages(git: Plumbing, shas: Iterable[str]) -> dict[str, str]:
    """The message of each commit whose object is here."""
    asked = one_a_line(dict.fromkeys(shas))
    if not asked:
        return {}
    told = git.run("cat-file", "--batch", stdin=asked)
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
            message = raw.partition(b"\n\n")[2][:LONGEST]
            found[words[0].decode("ascii")] = message.decode("utf-8", "replace")
    return found


def takers(git: Plumbing, tips: Sequence[str], base: str) -> tuple[str, ...]:
    """Commits that tips hold and `base` does not whose message says that they revert something."""
    if not tips:
        return ()
    asked = one_a_line((*dict.fromkeys(tips), *([f"^{base}"] if base else [])))
    told = git.run("rev-list", "--stdin", *REVERTS, stdin=asked)
    return tuple(told.decode("ascii").split())
