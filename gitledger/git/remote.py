"""Talking with a remote: its ledger branches fetched, one commit pushed, nothing else touched.

The only calls of git that use the network on purpose. No tag, hook, submodule, prune, gc or forced
update is part of them, whatever the configuration says; transports are those of `program`.
May import errors and the git folder.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from gitledger.errors import ExchangeFailed, UsageError
from gitledger.git import program
from gitledger.git.refs import branch_ref
from gitledger.git.repository import Repository, git_environment

if TYPE_CHECKING:
    from gitledger.git.program import Finished

LEDGERS = "gitledger/"
ALONE = (
    *("-c", "gc.auto=0"),
    *("-c", "maintenance.auto=false"),
    *("-c", "http.lowSpeedLimit=1"),  # a server that says nothing for a minute is gone
    *("-c", "http.lowSpeedTime=60"),
)
FETCH = (
    *("fetch", "--no-tags", "--no-prune", "--no-recurse-submodules", "--no-write-fetch-head"),
    *("--no-auto-maintenance", "--refmap="),  # no refspec of the configuration has a say
)
PUSH = (
    *("push", "--porcelain", "--no-verify", "--no-follow-tags", "--no-signed"),
    "--recurse-submodules=no",
)
LOST_RACE = (
    *("(fetch first)", "(non-fast-forward)", "cannot lock ref", "failed to update ref"),
    *("(stale info)", "(incorrect old value provided)", "failed to lock", "reference already"),
    "(atomic",
)
BROKEN_REF = re.compile(r"bad object (refs/\S+)")
SHARE = re.compile(r"(\d+)/(\d+)\)")
URL = re.compile(r"https?://[^\s<>\"']+")
Progress = Callable[[int, int], None]


class Pushed(NamedTuple):
    """What became of a push, as git told: "" done, `race`, `refused` by the server, or `broken`.

    `said` are git's own words; a `broken` one may have been taken all the same.
    """

    fate: str
    said: str

    @property
    def urls(self) -> tuple[str, ...]:
        """Addresses that the server printed."""
        lines = [line for line in self.said.splitlines() if line.startswith("remote:")]
        return tuple(dict.fromkeys(url for line in lines for url in URL.findall(line)))


def remote_names(repository: Repository) -> tuple[str, ...]:
    """The remotes that are configured, `origin` first."""
    names = [str(name) for name in repository.handle.remotes.names()]
    return tuple(sorted(names, key=lambda name: (name != "origin", name)))


def refspecs(remote: str, branch: str) -> tuple[str, ...]:
    """Where the ledger branches of a remote are kept here: under its own name, and only there."""
    specs = [f"+refs/heads/{LEDGERS}*:refs/remotes/{remote}/{LEDGERS}*"]
    if not branch.startswith(LEDGERS):
        specs.append(f"+{branch_ref(branch)}:refs/remotes/{remote}/{branch}")
    return tuple(specs)


def fetch(repository: Repository, remote: str, branch: str, progress: Progress) -> None:
    """Bring the ledger branches of a remote up to date here. Raises ExchangeFailed.

    A remote that has none is no failure.
    """
    with fetching(repository, remote, branch) as end:
        end(progress)


@contextmanager
def fetching(
    repository: Repository, remote: str, branch: str
) -> Iterator[Callable[[Progress], None]]:
    """The same beside what the caller does meanwhile; what is handed out waits for its end."""
    refuse_stranger(repository, remote)
    words = [*FETCH, "--progress", remote]
    with program.conversation(
        (*ALONE, *words, *refspecs(remote, branch)),
        directory=_top(repository),
        environment=git_environment(repository),
    ) as ended:

        def end(progress: Progress) -> None:
            done = ended(_shares(progress))
            if done.returncode and b"couldn't find remote ref" in done.stderr:
                done = _talk(repository, [*words, refspecs(remote, branch)[0]], progress)
            _refuse_failure(remote, done)

        yield end


def _refuse_failure(remote: str, done: "Finished") -> None:
    """Raise ExchangeFailed where a fetch failed."""
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace")
        broken = BROKEN_REF.search(said)
        if broken:
            what = f"{broken[1]} in this repository names no commit that is here"
            raise ExchangeFailed(what, f"rm .git/{broken[1]}, then run it again")
        hint = f"see `git ls-remote {remote}`; then run it again"
        raise ExchangeFailed(f"{remote} cannot be reached: {complaint(said)}", hint)


def push(
    repository: Repository,
    remote: str,
    commit: bytes,
    branch: str,
    progress: Progress,
    *,
    negotiate: bool = True,
) -> Pushed:
    """Push a commit to a branch of a remote, never forced. Raises ExchangeFailed, GitFailed.

    Without `negotiate` the remote is not asked what it has, which costs a fetch's round trips: for
    a branch whose tip there was fetched, and that the commit follows.
    """
    refuse_stranger(repository, remote)
    asked = "true" if negotiate else "false"
    pinned = ("-c", f"push.negotiate={asked}", "-c", f"remote.{remote}.mirror=false")
    words = (*pinned, *PUSH, "--progress", remote, f"{commit.hex()}:{branch_ref(branch)}")
    done = _talk(repository, words, progress)
    told = done.stdout.decode("utf-8", "replace")
    said = told + done.stderr.decode("utf-8", "replace")
    if done.returncode == 0:
        return Pushed("", said)
    if any(sign in said for sign in LOST_RACE):
        return Pushed("race", said)
    return Pushed("refused" if "[remote rejected]" in said else "broken", said)


def _talk(repository: Repository, words: Sequence[str], progress: Progress) -> "Finished":
    return program.converse(
        (*ALONE, *words),
        directory=_top(repository),
        environment=git_environment(repository),
        heard=_shares(progress),
    )


def _shares(progress: Progress) -> Callable[[str], None]:
    """What a line of git's progress tells: so many of so many."""

    def heard(line: str) -> None:
        found = SHARE.search(line)
        if found:
            progress(int(found[1]), int(found[2]))

    return heard


def complaint(said: str) -> str:
    """The line of git's words that tells why."""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    telling = [line for line in lines if line.startswith(("fatal:", "error:", "remote:", "!"))]
    first = (telling or lines or ["no reason given"])[0]
    return re.sub(r"^(?:fatal|error|remote): *", "", first)


def refusal(said: str) -> str:
    """Why the server refused, in its words: what stands in brackets behind the ref."""
    found = re.search(r"\[remote rejected\] \((.*)\)|\[remote rejected\].*\((.*)\)", said)
    return next((part for part in found.groups() if part), "") if found else complaint(said)


def refuse_stranger(repository: Repository, remote: str) -> None:
    """Raise where a remote is not there, or would have a stranger's program run.

    UsageError for a name that is none; ExchangeFailed for settings of the repository's own files
    that start a program, and for a remote inside this very repository: its hooks would run.
    """
    if remote in repository.allowed:
        return
    if remote not in remote_names(repository):
        known = ", ".join(remote_names(repository)) or "none; git remote add origin URL"
        raise UsageError(f"there is no remote {remote!r} here", f"remotes: {known}")
    names, *addresses = _answers(
        repository,
        (
            (program.ASK_FOR_PROGRAMS, ()),  # as the user's own git would answer: without pins
            (("remote", "get-url", "--all", remote), program.PINS),
            (("remote", "get-url", "--push", "--all", remote), program.PINS),
        ),
    )
    named = program.programs_named(names)
    if named:
        raise ExchangeFailed(
            f"nothing was exchanged: {', '.join(named)} in .git/config would start a program",
            "set it in your own ~/.gitconfig (git config --global), and take it out of .git/config",
        )
    for place in _places(repository, addresses):
        if place.is_relative_to(repository.common.resolve()) or _is_within(repository, place):
            what = f"nothing was exchanged: {remote} lies inside this repository ({place})"
            raise ExchangeFailed(what, f"move it out, then git remote set-url {remote} PATH")
    repository.allowed.add(remote)


def _answers(
    repository: Repository, many: Sequence[tuple[Sequence[str], Sequence[str]]]
) -> list[bytes]:
    """What several gits, each with its pins, say that run beside each other; short answers."""
    where, told = repository.git_dir, git_environment(repository)
    with ExitStack() as stack:
        running = [
            stack.enter_context(
                program.start(words, directory=where, environment=told, complaints=False, pins=pins)
            )
            for words, pins in many
        ]
        return [one.communicate()[0] for one in running]


def _is_within(repository: Repository, place: Path) -> bool:
    workdir = repository.handle.workdir
    home = repository.environment.get("HOME", "")
    if not workdir or (home and Path(workdir).resolve() == Path(home).resolve()):
        return False
    return place.is_relative_to(Path(workdir).resolve())


def _places(repository: Repository, listed: Sequence[bytes]) -> Iterator[Path]:
    """Where on this machine a remote is, by the addresses that git told; none for those elsewhere.

    A push goes to every one of them.
    """
    for address in b"".join(listed).decode("utf-8", "surrogateescape").splitlines():
        if address.startswith("file://"):
            yield Path(address.removeprefix("file://")).resolve()
        elif address and "://" not in address and not re.match(r"[^/]*:", address):
            yield (_top(repository) / address).resolve()


def _top(repository: Repository) -> Path:
    """Where git reads relative addresses from: the top of the working tree, else its folder."""
    return Path(repository.handle.workdir or repository.git_dir)
