"""What the message of a commit claims: features by trailer, by subject, by pull request; reverts.

Depends on nothing: a message in, its claims out. The agent that is measured may have written the
message, so a claim is never more than that; which of them count, the configuration says.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

TRAILER = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]*\s*:\s*\S")
FEATURE = re.compile(r"feature\s*:\s*(.+)", re.IGNORECASE)
SUBJECT = re.compile(r"feat(?:\([^()\n]*\))?!?:\s*\S", re.IGNORECASE)
# how GitHub and Gitea, GitLab, Azure and Bitbucket name what they merged
NUMBERED = (
    re.compile(r"Merge pull request #(\d+)\b"),
    re.compile(r"Merged PR (\d+): "),
    re.compile(r"Merged in \S.*\(pull request #(\d+)\)\s*\Z"),
    re.compile(r".*\([#!](\d+)\)\s*\Z"),
)
MERGE_REQUEST = re.compile(r"^\s*See merge request \S*!(\d+)\s*$", re.MULTILINE)
MERGED = re.compile(r"Merge branch '([^']+)'\s*\Z")
INTO = re.compile(r"Merge branch '([^']+)' into '?([^' ]+)'?\s*\Z")
MAIN = frozenset({"main", "master", "trunk", "develop"})
REVERTED = re.compile(r"\bThis reverts commit ([0-9a-f]{7,40})\b")
REVERTED_NUMBER = re.compile(r"^\s*Reverts \S*[#!](\d+)\s*$", re.MULTILINE)
MOST = 100  # trailers of one message that are looked at
LONGEST = 200  # characters of a feature's name that are kept


class Claims(NamedTuple):
    """What one message claims.

    `trailers` are the texts of its `Feature:` trailers, `subject` whether its subject is that of a
    feature (`feat: ...`), `pull_request` the number of what it merged ("" for none), `merged`
    whether it says that a branch was merged; `reverts` are commit ids (perhaps cut short) and
    `#N` of what it takes back.
    """

    title: str = ""
    trailers: tuple[str, ...] = ()
    subject: bool = False
    pull_request: str = ""
    merged: bool = False
    reverts: tuple[str, ...] = ()


def claims_of(message: str, *, merge: bool = False) -> Claims:
    """The claims of a message; `merge` says that its commit has several parents."""
    lines = message.replace("\r\n", "\n").lstrip("\n").split("\n")
    title, body = lines[0].strip(), "\n".join(lines[1:])
    number = _number(title, body) if not title.startswith(("Revert ", "Reapply ")) else ""
    return Claims(
        title=title[:LONGEST],
        trailers=tuple(_trailers(body)),
        subject=SUBJECT.match(title) is not None,
        pull_request=number,
        merged=merge and bool(number or _is_merged(title)),
        reverts=(
            *REVERTED.findall(body),
            *(f"#{number}" for number in REVERTED_NUMBER.findall(body)),
        ),
    )


def _number(title: str, body: str) -> str:
    """The number of the pull request that a message merges, "" where it names none."""
    found = next(filter(None, (form.match(title) for form in NUMBERED)), None)
    found = found or MERGE_REQUEST.search(body)
    return f"#{int(found[1])}" if found and len(found[1]) < 10 else ""


def _is_merged(title: str) -> bool:
    """Whether the subject of a merge says that a branch came in, not that one was brought up."""
    plain, named = MERGED.match(title), INTO.match(title)
    if plain:
        return plain[1] not in MAIN
    return named is not None and named[2] in MAIN and named[1] not in MAIN


def _trailers(body: str) -> Iterator[str]:
    """The texts of `Feature:` trailers, in every paragraph of trailers.

    A squash keeps the messages of what it joins one after the other, and git indents them: there
    the trailers do not stand at the end.
    """
    many = 0
    for paragraph in re.split(r"\n[ \t]*\n", body.strip("\n")):
        lines = [line for line in paragraph.split("\n") if line.strip()]
        margin = min((len(line) - len(line.lstrip()) for line in lines), default=0)
        unfolded: list[str] = []
        for line in lines:
            if line[margin:][:1].isspace() and unfolded:
                unfolded[-1] += f" {line.strip()}"
            else:
                unfolded.append(line.strip())
        if not all(TRAILER.match(line) or line.startswith("(cherry") for line in unfolded):
            continue
        for line in unfolded:
            found = FEATURE.match(line)
            if found and many < MOST:
                many += 1
                yield " ".join(found[1].split())[:LONGEST]
