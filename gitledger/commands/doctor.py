"""`doctor`: the set-up of this repository, a line for each check; `--fix` mends what is safe."""

import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from gitledger.book.book import branch_name
from gitledger.book.world import World
from gitledger.commands.result import Result, lines
from gitledger.errors import EXIT_NO, EXIT_YES, GitledgerError
from gitledger.git.branch import copies, health
from gitledger.git.branch.keyindex import FILE as KEY_FILE
from gitledger.git.branch.store import Tip, tip_of
from gitledger.git.program import OLDEST_NAME
from gitledger.git.proof import hidden
from gitledger.git.proof.checkpoint import read_checkpoint
from gitledger.git.repository import (
    Repository,
    flag,
    identity,
    open_repository,
    setting,
    shallow_boundary,
    worktree_holding,
)
from gitledger.git.signers import programs
from gitledger.report.figures import counted
from gitledger.setup.checkup import checkup
from gitledger.setup.objects import objects_checkup
from gitledger.setup.upgrade import Upgrade, upgrade, upgrades


@dataclass(frozen=True, slots=True)
class Line:
    """One check: its level (ok, note, warn, fail), what was looked at and seen, the next step.

    `note` is for what cannot be seen from here. `mended` says that `--fix` did it.
    """

    level: str
    check: str
    what: str
    hint: str = ""
    mended: bool = False


@dataclass(frozen=True, slots=True)
class Scene:
    """What every check looks at."""

    world: World
    repository: Repository
    branch: str
    tip: Tip
    fix: bool


def doctor(world: World, *, fix: bool = False) -> Result:
    """Check everything; exit 1 when a check fails. Raises only where no repository opens."""
    repository = open_repository(world.directory, world.environment)
    branch = branch_name(world, repository)
    scene = Scene(world, repository, branch, tip_of(repository, branch), fix)
    found = [line for check in CHECKS for line in check(scene)]
    failed = any(line.level == "fail" for line in found)
    payload = {
        "healthy": not failed,
        "branch": branch,
        "checks": [asdict(line) for line in found],
    }
    text = [part for line in found for part in _text(line)]
    code = EXIT_NO if failed else EXIT_YES
    return Result("gitledger.doctor/1", payload, lines(*text), exit_code=code)


def _text(line: Line) -> list[str]:
    head = f"{line.level:<4}  {line.check}: {line.what}" + (" (mended)" if line.mended else "")
    return [head, f"      next: {line.hint}"] if line.hint and not line.mended else [head]


def _git(scene: Scene) -> Iterator[Line]:
    try:
        version = health.git_version(scene.repository)
    except GitledgerError as error:
        yield Line("fail", "git", error.what, error.hint)
        return
    shown = ".".join(map(str, version))
    yield Line("ok", "git", f"version {shown or 'not told'}; {OLDEST_NAME} or newer is needed")
    refusal = health.git_refusal(scene.repository)
    if refusal:
        where = scene.repository.handle.workdir or scene.repository.git_dir
        hint = f"git config --global --add safe.directory {where}"
        yield Line("fail", "safe.directory", f"git refuses this repository: {refusal}", hint)


def _identity(scene: Scene) -> Iterator[Line]:
    try:
        who = identity(scene.repository, scene.world.now)
    except GitledgerError as error:
        yield Line("fail", "identity", error.what, error.hint)
    else:
        yield Line("ok", "identity", f"{who.name} <{who.email}>")


def _branch(scene: Scene) -> Iterator[Line]:
    held = worktree_holding(scene.repository, scene.branch)
    if scene.tip.commit is None:
        yield Line("fail", "branch", f"there is no {scene.branch}", "gitledger init")
    elif held is not None:
        what = f"{scene.branch} is checked out in {held}: nothing can be recorded"
        yield Line("fail", "branch", what, f"git -C {held} switch <your branch>")
    else:
        yield Line("ok", "branch", f"{scene.branch} at {scene.tip.commit.hex()[:12]}")
    for remote in health.remote_defaults(scene.repository, scene.branch):
        hint = "make your code's branch the default again in the forge's settings"
        yield Line("warn", "branch", f"{scene.branch} is the default branch of {remote}", hint)
    for remote in health.mirrored_remotes(scene.repository):
        what = f"a fetch from {remote} overwrites local branches: rows not pushed would be lost"
        hint = f"git config remote.{remote}.fetch '+refs/heads/*:refs/remotes/{remote}/*'"
        yield Line("fail", "remote", what, hint)


def _locks(scene: Scene) -> Iterator[Line]:
    try:
        health.refuse_busy(scene.repository)
    except GitledgerError as error:
        yield Line("warn", "locks", error.what, error.hint)
    age = health.lock_age(scene.repository, scene.branch)
    if age is None:
        yield Line("ok", "locks", f"git holds none on {scene.branch}")
        return
    what = f"git's lock on {scene.branch} has stood for {age:.0f} s"
    if scene.fix and _unlocked(scene):
        yield Line("ok", "locks", what, mended=True)
    elif age > health.OLD_LOCK_SECONDS:
        yield Line("fail", "locks", what, "if no git runs here: gitledger doctor --fix")
    else:
        yield Line("warn", "locks", what, "wait a minute; a git may be at work")


def _unlocked(scene: Scene) -> bool:
    try:
        return health.mend_lock(scene.repository, scene.branch)
    except GitledgerError:
        return False


def _hooks(scene: Scene) -> Iterator[Line]:
    for seen in checkup(scene.world, scene.repository, fix=scene.fix):
        yield Line(seen.level, seen.check, seen.what, seen.hint, mended=seen.mended)


def _copies(scene: Scene) -> Iterator[Line]:
    """What is kept beside the branch, a sample of it compared with the branch."""
    state = scene.repository.state
    try:
        why = copies.wrong_keys(scene.tip, scene.branch)
        wrong = [*copies.wrong_copies(scene.tip)]
    except GitledgerError as error:
        yield Line("warn", "copies", f"cannot be compared: {error.what}", "gitledger verify")
        return
    yield _mended(scene, "key index", why, [state / KEY_FILE] if why else [])
    differ = f"not what the branch says: {', '.join(file.name for file in wrong)}" if wrong else ""
    yield _mended(scene, "copies", differ, wrong)
    if old := copies.unread(scene.tip):
        gone = scene.fix and all(copies.take_out(file) for file in old)
        what = f"{counted(len(old) - 1, 'file')} of an older version that nothing reads"
        yield Line("ok", "old copies", what, "gitledger doctor --fix", mended=gone)


def _mended(scene: Scene, check: str, why: str, files: Sequence[Path]) -> Line:
    """The line about files that may go: the next command makes them anew."""
    if not why:
        return Line("ok", check, "sound")
    gone = [copies.take_out(file) for file in files] if scene.fix else [False]
    if all(gone):
        return Line("ok", check, why, mended=True)
    hint = f"remove {files[0]} yourself" if scene.fix else "gitledger doctor --fix"
    return Line("warn", check, why, hint)


def _objects(scene: Scene) -> Iterator[Line]:
    for level, check, what, hint in objects_checkup(scene.repository, fix=scene.fix):
        yield Line(level, check, what, hint, mended=level == "ok" and bool(hint))


def _signing(scene: Scene) -> Iterator[Line]:
    own = flag(scene.repository, "gitledger.sign")
    signs = own if own is not None else flag(scene.repository, "commit.gpgsign")
    if not signs:
        yield Line("ok", "signing", "off")
        return
    form = setting(scene.repository, "gpg.format") or "openpgp"
    named = f"gpg.{form}.program" if form in {"openpgp", "ssh"} else "gpg.x509.program"
    chosen, passed_over = programs(scene.repository)
    program = chosen[named]
    if shutil.which(program, path=scene.world.environment.get("PATH")) is None:
        hint = "install it, or `git config gitledger.sign false` for this ledger"
        yield Line("fail", "signing", f"on, but there is no {program}", hint)
    elif form == "ssh" and not setting(scene.repository, "user.signingkey"):
        yield Line("fail", "signing", "on, but no key is named", "git config user.signingkey FILE")
    elif named in passed_over:
        what = f"on, with {program}: the program that .git/config names is not run"
        yield Line("warn", "signing", what, f"if it is yours: git config --global {named} PROGRAM")
    else:
        yield Line("ok", "signing", f"on, with {program}")


def _history(scene: Scene) -> Iterator[Line]:
    if shallow_boundary(scene.repository):
        what = "this clone is shallow: old rows may not be here"
        yield Line("warn", "history", what, "git fetch --unshallow")
    if health.has_grafts(scene.repository):
        what = "grafts give commits other parents than they have"
        yield Line("warn", "history", what, f"remove {scene.repository.common / 'info/grafts'}")
    replaced = hidden.replaced(scene.repository)
    if replaced:
        what = f"{counted(len(replaced), 'object is', 'objects are')} replaced by others"
        yield Line("warn", "history", what, "git replace -d <object>, unless you know why")
    try:
        point = read_checkpoint(scene.repository, scene.branch)
    except GitledgerError as error:
        yield Line("warn", "verified", error.what, "gitledger verify")
        return
    if point is None:
        yield Line("warn", "verified", "never, as far as this clone knows", "gitledger verify")
    else:
        yield Line("ok", "verified", f"{point.at}, {counted(point.rows, 'row')}")


def _durable(scene: Scene) -> Iterator[Line]:
    if flag(scene.repository, "gitledger.fsync") is False:
        what = "off: a power cut may take the last rows"
        yield Line("warn", "fsync", what, "git config --unset gitledger.fsync")
    else:
        yield Line("ok", "fsync", "on: a row that was reported is on disk")


def _schemas(scene: Scene) -> Iterator[Line]:
    if scene.tip.commit is None:
        return
    try:
        behind = upgrades(scene.tip)
    except GitledgerError as error:
        yield Line("fail", "schemas", error.what, "gitledger verify")
        return
    if not behind:
        yield Line("ok", "schemas", "as this version ships them, or wider")
    elif scene.fix:
        yield _upgraded(scene, behind)
    else:
        what = f"behind this version: {', '.join(one.ledger for one in behind)}"
        yield Line("warn", "schemas", what, "gitledger doctor --fix adds what is new")


def _upgraded(scene: Scene, behind: tuple[Upgrade, ...]) -> Line:
    names = ", ".join(one.ledger for one in behind)
    try:
        upgrade(scene.repository, scene.branch, identity(scene.repository, scene.world.now))
    except GitledgerError as error:
        return Line("warn", "schemas", error.what, error.hint)
    return Line("ok", "schemas", f"brought up to this version: {names}", mended=True)


def _forge(scene: Scene) -> Iterator[Line]:
    files = health.ci_files(scene.tip)
    if files:
        what = f"{', '.join(files)} on {scene.branch} makes CI run for every row"
        yield Line("warn", "CI", what, "remove it from that branch in a commit of its own")
    known = health.local_protection(scene.repository)
    for remote, refused in known:
        if refused.rewinding and refused.deleting:
            yield Line("ok", "protection", f"{remote} refuses rewinding and deleting")
        else:
            hint = (
                "there: git config receive.denyNonFastForwards true; ... receive.denyDeletes true"
            )
            yield Line("warn", "protection", f"{remote} lets branches be rewound or deleted", hint)
    if len(known) < len(list(scene.repository.handle.remotes.names())):
        what = "cannot be seen from here"
        hint = f"protect {scene.branch} on the forge: no force pushes, no deletion"
        yield Line("note", "protection", what, hint)


CHECKS: tuple[Callable[[Scene], Iterator[Line]], ...] = (
    *(_git, _identity, _branch, _locks, _hooks, _copies, _objects),
    *(_signing, _history, _durable, _schemas, _forge),
)
