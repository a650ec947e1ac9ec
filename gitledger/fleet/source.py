"""The repositories that somebody names: folders, addresses, or a list of them. Nothing is opened.

A list has one repository a line: `name<TAB>address<TAB>team`, or an address alone; `#` begins a
remark. An address is a folder (bare or not) or a URL of https, ssh or file.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from gitledger.book.world import World, read_text
from gitledger.errors import UsageError

SCHEMES = ("https", "ssh", "file")
SCP_LIKE = re.compile(r"(?:[^/:@]+@)?([A-Za-z0-9._-]+):(?!/{2})(.+)")
SUFFIX = ".git"
LISTED = "name<TAB>address<TAB>team"


@dataclass(frozen=True, slots=True)
class Source:
    """One repository to collect: what it is called, where it is, whose it is.

    `address` is a folder or what git is given; `url` the same without a user or password, as it is
    kept. `problem` says why it is not even looked at.
    """

    name: str
    address: str
    team: str = ""
    folder: bool = True
    problem: str = ""

    @property
    def url(self) -> str:
        """The address without user information, a query or a fragment."""
        return self.address if self.folder else anonymous(self.address)

    @property
    def step(self) -> str:
        """How a person looks at it."""
        return f"git -C {self.address} status" if self.folder else f"git ls-remote {self.url}"


def anonymous(address: str) -> str:
    """An address as it may be kept: nothing in it says who asked, or with which password."""
    scp = SCP_LIKE.fullmatch(address)
    if "://" not in address and scp:
        return f"{scp[1]}:{scp[2]}"
    parts = urlsplit(address)
    place = parts.netloc.rpartition("@")[2]
    return urlunsplit((parts.scheme, place, parts.path, "", ""))


def named_sources(world: World, words: Sequence[str]) -> tuple[Source, ...]:
    """Every repository that the words name, each address once.

    Raises UsageError where a word names nothing, UnreadableInput for a list that is no text.
    """
    found: dict[str, Source] = {}
    for word in words:
        for source in _named(world, word):
            found.setdefault(source.address, source)
    return tuple(found.values())


def _named(world: World, word: str) -> Iterator[Source]:
    path = world.directory / Path(word).expanduser()
    if word.startswith("-"):
        raise UsageError(f"{word!r} begins with -", "name a folder as ./NAME")
    if path.is_dir():
        inside = [path] if is_repository(path) else sorted(filter(is_repository, path.iterdir()))
        if not inside:
            raise UsageError(f"{word}: neither a repository nor a folder of some", "check the path")
        yield from (Source(name_from_address(str(one)), str(one.resolve())) for one in inside)
    elif path.is_file():
        yield from listed_sources(read_text(world, word), path.parent)
    elif "://" in word or SCP_LIKE.fullmatch(word):
        yield source_at(name_from_address(word), word, "", world.directory)
    else:
        raise UsageError(f"{word}: no such folder, list or URL", f"a list has lines {LISTED}")


def is_repository(path: Path) -> bool:
    """Whether a folder looks like one: a working tree, or bare."""
    return (path / ".git").exists() or ((path / "HEAD").is_file() and (path / "objects").is_dir())


def listed_sources(text: str, beside: Path) -> Iterator[Source]:
    """The repositories of a list; folders are named from where the list lies."""
    for line in text.splitlines():
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        cells = [cell.strip() for cell in line.split("\t")]
        name, address, team = (
            (name_from_address(cells[0]), cells[0], "") if len(cells) == 1 else (*cells, "")[:3]
        )
        yield source_at(name or name_from_address(address), address, team, beside)


def source_at(name: str, address: str, team: str, beside: Path) -> Source:
    """A repository by its address, with what speaks against even looking at it."""
    if name.startswith("-") or address.startswith("-") or not address:
        return Source(name, address, team, problem="a name or address may not begin with -")
    scheme = address.partition("://")[0] if "://" in address else ""
    if scheme:
        wrong = scheme not in SCHEMES or any(ord(letter) < 33 for letter in address)
        why = f"{scheme}:// is not fetched: only https, ssh and file are" if wrong else ""
        return Source(name, address, team, folder=False, problem=why)
    if "::" in address.partition("/")[0]:
        why = "helpers of git (name::address) are not run"
        return Source(name, address, team, folder=False, problem=why)
    path = (beside / Path(address).expanduser()).resolve()
    if path.exists() or not SCP_LIKE.fullmatch(address):
        return Source(name, str(path), team)
    host = SCP_LIKE.fullmatch(address)
    wrong = host is None or host[1].startswith("-") or host[2].startswith("-")
    why = "a host or path may not begin with -" if wrong else ""
    return Source(name, address, team, folder=False, problem=why)


def name_from_address(address: str) -> str:
    """What a repository is called where nobody says: the last part of its address."""
    tail = re.split(r"[/:\\]", anonymous(address).rstrip("/") if "://" in address else address)
    named_by = [part for part in tail if part not in {"", ".", SUFFIX}]
    return (named_by[-1] if named_by else address).removesuffix(SUFFIX) or address
