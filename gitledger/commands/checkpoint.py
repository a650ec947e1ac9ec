"""`checkpoint`: one line that names what the branch holds now, to keep out of reach."""

from gitledger.book.book import branch_name
from gitledger.book.judge import judge_whole
from gitledger.book.opening import missing_ledger
from gitledger.book.world import World
from gitledger.commands.result import Result, lines
from gitledger.errors import InvalidData
from gitledger.git.proof.anchors import ids_at
from gitledger.git.proof.attest import signature_of
from gitledger.git.proof.watch import Watch
from gitledger.git.refs import branch_ref, read_ref
from gitledger.git.repository import Repository, flag, open_repository, setting, signs
from gitledger.ledger.announcement import digest
from gitledger.ledger.portable import UNSIGNED, Portable
from gitledger.ledger.values import recording_time

SAID = "gitledger: unsigned: it finds a branch that was rebuilt, not a line that was forged"
NEXT = "  next: git config user.signingkey and gpg.format, then make it again"


def checkpoint(world: World, *, unsigned: bool = False) -> Result:
    """Prove the branch, and print its root, tip, rows, their digest and the time in one line.

    Signed by the user's own git configuration where it names a key, else unsigned, which is said.
    Raises InvalidData for a branch with findings: nobody should attest that.
    """
    repository = open_repository(world.directory, world.environment)
    branch = branch_name(world, repository)
    tip = read_ref(repository, branch_ref(branch))
    if tip is None:
        raise missing_ledger(repository, branch)
    done = judge_whole(repository, tip, Watch(world.progress))
    if done.findings:
        problems = [found.problem for found in done.findings[:10]]
        raise InvalidData("the ledger has findings: see `gitledger verify`", problems=problems)
    ids = ids_at(done, tip)
    at = recording_time(world.now)[:19] + "Z"
    root = next(commit.oid.hex() for commit in done.commits if not commit.parents)
    point = Portable(branch, root, tip.hex(), len(ids), digest(ids), at)
    if not unsigned and _has_key(repository):
        signature = signature_of(repository, point.signed_bytes)
        point = point._replace(signature=signature)
    line = point.line()
    form = point.signature.partition(":")[0]
    payload = {
        **{name: getattr(point, name) for name in Portable._fields if name != "signature"},
        "signature": form,
        "line": line,
    }
    notes = [SAID, NEXT] if form == UNSIGNED else []
    return Result("gitledger.checkpoint/1", payload, lines(line), notes=notes)


def _has_key(repository: Repository) -> bool:
    """Whether the user's configuration says with what to sign."""
    if flag(repository, "gitledger.sign") is False:
        return False
    return signs(repository) or bool(setting(repository, "user.signingkey"))
