"""The one judge of a ledger's history: `verify`, pre-push and pre-receive ask it alike.

From nothing up to a tip, or from what stood before up to a tip: what the whole is found to be is
what its beginning is found to be, joined with what the rest is found to be.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from gitledger.book.settings import CONFIG, PROBLEMS, RULES
from gitledger.decision.policy import loosened_config, loosened_rules
from gitledger.errors import Problem, UsageError
from gitledger.git.commit import RawCommit, parse
from gitledger.git.objects import read
from gitledger.git.proof.examine import Examination, examine
from gitledger.git.proof.keyholders import Holders
from gitledger.git.proof.provenance import unannounced_problems
from gitledger.git.proof.range import descends, examine_range
from gitledger.git.proof.restoration import restore
from gitledger.git.proof.settle import settle
from gitledger.git.proof.signatures import POLICIES, signature_findings
from gitledger.git.proof.standing import StandingRows
from gitledger.git.proof.texts import TextPolicy
from gitledger.git.proof.tip import tip_differs, tree_problems
from gitledger.git.proof.watch import SILENT, Watch
from gitledger.git.repository import Repository, setting
from gitledger.ledger import layout

Content = Mapping[str, Any]
UNKNOWN = "config-unknown"
TOLD = ("row-", "merge")  # codes that say what became of the row at a path


def problems(path: str, values: Content) -> Iterable[Problem]:
    """Why configuration or rules cannot be used: what `set` refuses.

    A word of the configuration that is not known may be a newer version's: a person who types it is
    asked, a branch that holds it is read without it (see `_newer`).
    """
    if path != layout.CONFIG:
        return PROBLEMS[RULES](values)
    return (one for one in PROBLEMS[CONFIG](values) if one.code != UNKNOWN)


def loosenings(path: str, old: Content, new: Content) -> Iterable[str]:
    """What a new text lets through that the old one held back, a sentence each."""
    return (loosened_config if path == layout.CONFIG else loosened_rules)(old, new)


POLICY = TextPolicy(problems, loosenings)


def judge_whole(repository: Repository, tip: bytes, watch: Watch = SILENT) -> Examination:
    """Everything that a branch's history and its tip show. Raises as `examine` does."""
    done = examine(repository, [tip], POLICY, watch=watch)
    return _judged(done, tip, straight=True)


def judge_move(
    repository: Repository,
    old: bytes | None,
    new: bytes | None,
    holders: Holders | None = None,
) -> Examination:
    """The same of what moving a branch from `old` to `new` brings (None: no such branch).

    `holders` is what this clone knows of older keys, for a judge that answers to nobody else.
    """
    done = examine_range(repository, old, new, POLICY)
    if new is None or old == new:
        return done
    return _judged(done, new, straight=old is None or descends(done, old), holders=holders)


def _judged(
    done: Examination, tip: bytes, *, straight: bool, holders: Holders | None = None
) -> Examination:
    """Settle what only the whole tells, and look at the tip; `straight`: it follows the old one."""
    repository = done.repository
    head = parse(tip, read(repository, tip))
    shown = done.stood.sharing(head.tree)
    settle(done, shown if straight else None, holders)
    back = restore(done, shown)
    for commit, problem in unannounced_problems(done.silent, done.announced, back):
        done.tell(commit, problem)
    rows, there = _apart(done, shown)
    for problem in tree_problems(repository, head.tree, before=done.before, rows=rows):
        done.tell(tip, problem)
    if straight:
        known = {f.problem.where for f in done.findings if f.problem.code.startswith(TOLD)}
        for problem in tip_differs(there, rows, known):
            done.tell(tip, problem)
    for problem in _unusable(done, tip):
        done.tell(tip, problem)
    done.findings += signature_findings(repository, _asked(done))
    return done


def _apart(done: Examination, shown: StandingRows) -> tuple[dict[str, bytes], dict[str, bytes]]:
    """Path and blob of the rows that history has, and that the tip shows, where the two may differ.

    A folder that stood before, shown unchanged at the tip, to which no commit added, is left out.
    """
    met = done.met()
    folders = done.stood.apart(shown) | {path.rpartition("/")[0] + "/" for path in met}
    rows = done.stood.files(folders.__contains__) | met
    return rows, shown.files(folders.__contains__)


def _unusable(done: Examination, tip: bytes) -> Iterator[Problem]:
    """Settings at the tip that nothing can read."""
    if tip not in done.places:
        return
    for path, verb in ((layout.CONFIG, CONFIG), (layout.RULES, RULES)):
        blob = done.texts.standing(tip, path)
        why = (
            done.texts.setting(path, blob)[1]
            if blob
            else f"there is no {path} on the ledger branch"
        )
        if why:
            hint = f"gitledger {verb} set FILE replaces it"
            yield Problem(path, why, hint, f"{verb}-broken")
    yield from _newer(done.texts.config(tip))


def _newer(values: Content) -> Iterator[Problem]:
    """Words of the configuration at the tip that this version does not know: notes, each once."""
    for one in PROBLEMS[CONFIG](values):
        if one.code == UNKNOWN:
            what = f"{one.where}: {one.what}; it is read without it"
            hint = "a newer gitledger may know it; or it is a typing error"
            yield Problem(layout.CONFIG, what, hint, "config-newer", "note")


def _asked(done: Examination) -> Sequence[RawCommit]:
    """The commits that must be signed: the policy in force at their parents says so.

    This clone's own configuration, where it says anything, goes for all of them.
    """
    last = done.commits[-1:]
    own = setting(done.repository, "gitledger.verifySignatures")
    if own is not None:
        if own not in POLICIES:
            raise UsageError(f"signatures: {own!r} is unknown", f"one of {', '.join(POLICIES)}")
        return {"none": (), "tip": last, "commits": done.commits}[own]
    found = []
    for commit in done.commits:
        policy = signing_policy(done, commit)
        if policy == "commits" or (policy == "tip" and commit in last):
            found.append(commit)
    return found


def signing_policy(done: Examination, commit: RawCommit) -> str:
    """What the configuration at a commit's parents asks of its signature: the strictest counts."""
    above = commit.parents or (commit.oid,)  # nobody stands above the first: its own text binds
    named = {str(done.texts.config(parent).get("signatures", "none")) for parent in above}
    return next(name for name in reversed(POLICIES) if name in {*named, "none"})
