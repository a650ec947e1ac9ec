"""What `doctor` looks at: each check of a set-up, as lines that say what was seen."""

import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from gitledger.book.book import branch_name
from gitledger.book.world import World
from gitledger.errors import GitledgerError
from gitledger.git.branch import copies, health
from gitledger.git.branch.keyindex import FILE as KEY_FILE
from gitledger.git.branch.tip import Tip, tip_of
from gitledger.git.program import OLDEST_NAME
from gitledger.git.proof import grafts
from gitledger.git.proof.checkpoint import read_checkpoint
from gitledger.git.repository import (
    Repository,
    flag,
    identity,
    open_repository,
    setting,
    shallow_boundary,
    signs,
    worktree_holding,
)
from gitledger.git.signers import programs
from gitledger.report.figures import count_text
from gitledger.setup.check_line import CheckLine
from gitledger.setup.checkup import checkup
from gitledger.setup.objects import objects_checkup
from gitledger.setup.upgrade import Upgrade, upgrade, upgrades


@dataclass(frozen=True, slots=True)
class DoctorScene:
    """What every check looks at."""

    world: World
    repository: Repository
    branch: str
    tip: Tip
    fix: bool


def _git(scene: DoctorScene) -> Iterator[CheckLine]:
    try:
        version = health.git_version(scene.repository)
    except GitledgerError as error:
        yield CheckLine("fail", "git", error.what, error.hint)
        return
    shown = ".".join(map(str, version))
    yield CheckLine("ok", "git", f"version {shown or 'unknown'}; {OLDEST_NAME} or newer is needed")
    refusal = health.git_refusal(scene.repository)
    if refusal:
        where = scene.repository.handle.workdir or scene.repository.git_dir
        hint = f"git config --global --add safe.directory {where}"
        yield CheckLine("fail", "safe.directory", f"git refuses this repository: {refusal}", hint)


def _identity(scene: DoctorScene) -> Iterator[CheckLine]:
    try:
        who = identity(scene.repository, scene.world.now)
    except GitledgerError as error:
        yield CheckLine("fail", "identity", error.what, error.hint)
    else:
        yield CheckLine("ok", "identity", f"{who.name} <{who.email}>")


def _branch(scene: DoctorScene) -> Iterator[CheckLine]:
    held = worktree_holding(scene.repository, scene.branch)
    if scene.tip.commit is None:
        yield CheckLine("fail", "branch", f"there is no {scene.branch}", "gitledger init")
    elif held is not None:
        what = f"{scene.branch} is checked out in {held}: nothing can be recorded"
        yield CheckLine("fail", "branch", what, f"git -C {held} switch <your branch>")
    else:
        yield CheckLine("ok", "branch", f"{scene.branch} at {scene.tip.commit.hex()[:12]}")
    for remote in health.remote_defaults(scene.repository, scene.branch):
        hint = "make your code's branch the default again in the forge's settings"
        yield CheckLine("warn", "branch", f"{scene.branch} is the default branch of {remote}", hint)
    for remote in health.mirrored_remotes(scene.repository):
        what = f"a fetch from {remote} overwrites local branches: rows not pushed would be lost"
        hint = f"git config remote.{remote}.fetch '+refs/heads/*:refs/remotes/{remote}/*'"
        yield CheckLine("fail", "remote", what, hint)


def _locks(scene: DoctorScene) -> Iterator[CheckLine]:
    try:
        health.refuse_busy(scene.repository)
    except GitledgerError as error:
        yield CheckLine("warn", "locks", error.what, error.hint)
    age = health.lock_age(scene.repository, scene.branch)
    if age is None:
        yield CheckLine("ok", "locks", f"no stale lock on {scene.branch}")
        return
    what = f"git's lock on {scene.branch} has been there for {age:.0f} s"
    if scene.fix and _unlocked(scene):
        yield CheckLine("ok", "locks", what, mended=True)
    elif age > health.OLD_LOCK_SECONDS:
        yield CheckLine("fail", "locks", what, "if no git runs here: gitledger doctor --fix")
    else:
        yield CheckLine("warn", "locks", what, "wait a minute; a git may be at work")


def _unlocked(scene: DoctorScene) -> bool:
    try:
        return health.mend_lock(scene.repository, scene.branch)
    except GitledgerError:
        return False


def _hooks(scene: DoctorScene) -> Iterator[CheckLine]:
    return checkup(scene.world, scene.repository, fix=scene.fix)


def _copies(scene: DoctorScene) -> Iterator[CheckLine]:
    """What is kept beside the branch, a sample of it compared with the branch."""
    state = scene.repository.state
    try:
        why = copies.wrong_keys(scene.tip, scene.branch)
        wrong = [*copies.wrong_copies(scene.tip)]
    except GitledgerError as error:
        yield CheckLine("warn", "copies", f"cannot be compared: {error.what}", "gitledger verify")
        return
    yield _mended(scene, "key index", why, [state / KEY_FILE] if why else [])
    differ = f"differ from the branch: {', '.join(file.name for file in wrong)}" if wrong else ""
    yield _mended(scene, "copies", differ, wrong)
    if old := copies.unread(scene.tip):
        gone = scene.fix and all(copies.take_out(file) for file in old)
        # the last one is their folder
        what = f"{count_text(len(old) - 1, 'file')} of an older version that nothing reads"
        yield CheckLine("ok", "old copies", what, "gitledger doctor --fix", mended=gone)


def _mended(scene: DoctorScene, check: str, why: str, files: Sequence[Path]) -> CheckLine:
    """The line about files that may go: the next command makes them anew."""
    if not why:
        return CheckLine("ok", check, "sound")
    gone = [copies.take_out(file) for file in files] if scene.fix else [False]
    if all(gone):
        return CheckLine("ok", check, why, mended=True)
    hint = f"remove {files[0]} yourself" if scene.fix else "gitledger doctor --fix"
    return CheckLine("warn", check, why, hint)


def _objects(scene: DoctorScene) -> Iterator[CheckLine]:
    return objects_checkup(scene.repository, fix=scene.fix)


def _signing(scene: DoctorScene) -> Iterator[CheckLine]:
    if not signs(scene.repository):
        yield CheckLine("ok", "signing", "off")
        return
    form = setting(scene.repository, "gpg.format") or "openpgp"
    named = f"gpg.{form}.program" if form in {"openpgp", "ssh"} else "gpg.x509.program"
    chosen, passed_over = programs(scene.repository)
    program = chosen[named]
    if shutil.which(program, path=scene.world.environment.get("PATH")) is None:
        hint = "install it, or `git config gitledger.sign false` for this ledger"
        yield CheckLine("fail", "signing", f"on, but there is no {program}", hint)
    elif form == "ssh" and not setting(scene.repository, "user.signingkey"):
        yield CheckLine(
            "fail", "signing", "on, but no key is named", "git config user.signingkey FILE"
        )
    elif named in passed_over:
        what = f"on, with {program}: the program that .git/config names is not run"
        yield CheckLine(
            "warn", "signing", what, f"if it is yours: git config --global {named} PROGRAM"
        )
    else:
        yield CheckLine("ok", "signing", f"on, with {program}")


def _history(scene: DoctorScene) -> Iterator[CheckLine]:
    if shallow_boundary(scene.repository):
        what = "this clone is shallow: old rows may not be here"
        yield CheckLine("warn", "history", what, "git fetch --unshallow")
    if health.has_grafts(scene.repository):
        what = "grafts give commits other parents than they have"
        yield CheckLine(
            "warn", "history", what, f"remove {scene.repository.common / 'info/grafts'}"
        )
    replaced = grafts.replaced_objects(scene.repository)
    if replaced:
        what = f"{count_text(len(replaced), 'object is', 'objects are')} replaced by others"
        yield CheckLine("warn", "history", what, "git replace -d <object>, unless you know why")
    try:
        point = read_checkpoint(scene.repository, scene.branch)
    except GitledgerError as error:
        yield CheckLine("warn", "verified", error.what, "gitledger verify")
        return
    if point is None:
        yield CheckLine("warn", "verified", "never, as far as this clone knows", "gitledger verify")
    else:
        yield CheckLine("ok", "verified", f"{point.at}, {count_text(point.rows, 'row')}")


def _durable(scene: DoctorScene) -> Iterator[CheckLine]:
    if flag(scene.repository, "gitledger.fsync") is False:
        what = "off: a power cut may take the last rows"
        yield CheckLine("warn", "fsync", what, "git config --unset gitledger.fsync")
    else:
        yield CheckLine("ok", "fsync", "on (rows are flushed to disk)")


def _schemas(scene: DoctorScene) -> Iterator[CheckLine]:
    if scene.tip.commit is None:
        return
    try:
        behind = upgrades(scene.tip)
    except GitledgerError as error:
        yield CheckLine("fail", "schemas", error.what, "gitledger verify")
        return
    if not behind:
        yield CheckLine("ok", "schemas", "up to date")
    elif scene.fix:
        yield _upgraded(scene, behind)
    else:
        what = f"behind this version: {', '.join(one.ledger for one in behind)}"
        yield CheckLine("warn", "schemas", what, "gitledger doctor --fix adds what is new")


def _upgraded(scene: DoctorScene, behind: tuple[Upgrade, ...]) -> CheckLine:
    names = ", ".join(one.ledger for one in behind)
    try:
        upgrade(scene.repository, scene.branch, identity(scene.repository, scene.world.now))
    except GitledgerError as error:
        return CheckLine("warn", "schemas", error.what, error.hint)
    return CheckLine("ok", "schemas", f"brought up to this version: {names}", mended=True)


def _forge(scene: DoctorScene) -> Iterator[CheckLine]:
    files = health.ci_files(scene.tip)
    if files:
        what = f"{', '.join(files)} on {scene.branch} makes CI run for every row"
        yield CheckLine("warn", "CI", what, "remove it from that branch in a commit of its own")
    known = health.local_protection(scene.repository)
    for remote, refused in known:
        if refused.rewinding and refused.deleting:
            yield CheckLine("ok", "protection", f"{remote} refuses rewinding and deleting")
        else:
            hint = (
                "there: git config receive.denyNonFastForwards true; ... receive.denyDeletes true"
            )
            yield CheckLine(
                "warn", "protection", f"{remote} lets branches be rewound or deleted", hint
            )
    if len(known) < len(list(scene.repository.handle.remotes.names())):
        what = "cannot be seen from here"
        hint = f"protect {scene.branch} on the forge: no force pushes, no deletion"
        yield CheckLine("note", "protection", what, hint)


CHECKS: tuple[Callable[[DoctorScene], Iterator[CheckLine]], ...] = (
    *(_git, _identity, _branch, _locks, _hooks, _copies, _objects),
    *(_signing, _history, _durable, _schemas, _forge),
)


def run_checks(world: World, *, fix: bool = False) -> tuple[str, list[CheckLine]]:
    """The ledger's branch and what every check saw. Raises only where no repository opens."""
    repository = open_repository(world.directory, world.environment)
    branch = branch_name(world, repository)
    scene = DoctorScene(world, repository, branch, tip_of(repository, branch), fix)
    return branch, [line for check in CHECKS for line in check(scene)]
