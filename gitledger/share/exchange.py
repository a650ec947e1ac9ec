"""One remote: fetch, join, examine, push, and only then the local branch moves.

Nothing is forced. The exit code of a push may lie, because an answer can be lost after the remote
took the commit: after every failure the remote is fetched and asked.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass

from gitledger.errors import (
    ExchangeFailed,
    GitledgerError,
    HistoryIncomplete,
    LedgerMoved,
    with_noun,
)
from gitledger.git.branch.move import RefMove
from gitledger.git.branch.store import move, store_batch, store_commit
from gitledger.git.branch.tip import tip_at, tip_of
from gitledger.git.objects import CommitPlace, run_git
from gitledger.git.proof.examine import Examination, ProofFinding
from gitledger.git.refs import branch_ref, read_ref, tracking_ref
from gitledger.git.remote import Progress, Pushed, complaint, fetch, fetching, push, refusal
from gitledger.git.repository import Identity, Repository, shallow_boundary
from gitledger.ledger.layout import row_id
from gitledger.share.gate import private_rows
from gitledger.share.plan import Plan, contains, plan_exchange, shallow
from gitledger.share.restate import rows_of
from gitledger.share.union import Choice

FORESEEN = 2_000  # rows that are judged in some tenths of a second, for nothing if theirs moved
PATIENCE = 60.0  # seconds in which races may be lost
FIRST_PAUSE, LONGEST_PAUSE = 0.1, 5.0
KEPT = "refs/gitledger/kept/"
REWOUND = "branch-rewound"
CUT = (
    *("hung up", "early eof", "rpc failed", "unexpected disconnect", "connection", "timed out"),
    *("could not resolve", "could not read from remote", "broken pipe", "unable to access"),
    *("expected", "operation too slow", "empty reply"),
)
Judge = Callable[[Repository, bytes | None, bytes | None], Examination]


@dataclass(frozen=True, slots=True)
class Pace:
    """Time and chance, from outside: seconds that only grow, a pause, a number of 0 to 1."""

    clock: Callable[[], float]
    pause: Callable[[float], None]
    chance: Callable[[], float]


@dataclass(frozen=True, slots=True)
class Deal:
    """With whom and how: `held` rows stay, `proposal` is our branch where theirs is protected.

    `publish` lets a remote without the ledger get it.
    """

    repository: Repository
    branch: str
    choice: Choice
    who: Identity
    judge: Judge
    proposal: str
    held: frozenset[str] = frozenset()
    publish: bool = False
    progress: Progress = lambda _done, _all: None

    @property
    def remote(self) -> str:
        """The other side."""
        return self.choice.remote

    def theirs(self, branch: str = "") -> bytes | None:
        """A branch of the remote as last fetched."""
        return read_ref(self.repository, tracking_ref(f"{self.remote}/{branch or self.branch}"))


@dataclass(frozen=True, slots=True)
class SyncOutcome:
    """How it ended. `state`: absent, equal, adopted, taken, sent, joined, proposed, refused.

    `proposal` is the branch that the rows are on, `urls` what the server printed of it, `why` its
    reason. With `findings` nothing was moved.
    """

    state: str
    plan: Plan
    proposal: str = ""
    urls: Sequence[str] = ()
    why: str = ""
    findings: Sequence[ProofFinding] = ()


def exchange(deal: Deal, pace: Pace) -> SyncOutcome:
    """Meet one remote. Raises ExchangeFailed, ExchangeConflict, and what the store refuses."""
    until, attempt = pace.clock() + PATIENCE, 0
    while True:
        with fetching(deal.repository, deal.remote, deal.branch) as fetched:
            guess = None if attempt else foreseen(deal)
            fetched(deal.progress)
        known = guess if guess and guess.holds(deal) else None
        plan = known.plan if known else plan_of(deal)
        if plan is None:
            nothing = tip_at(deal.repository, None)
            return SyncOutcome("absent", Plan(nothing, nothing, None, None))
        findings = known.findings if known else examine_plan(deal, plan)
        if findings:
            return SyncOutcome("refused", plan, findings=findings)
        done = _sent(deal, plan)
        if done is not None and move_branch(deal, plan):
            return done
        attempt += 1
        if pace.clock() > until:
            what = f"{deal.remote} kept moving for {PATIENCE:.0f} s; your rows are safe here"
            raise ExchangeFailed(what, "gitledger sync")
        pace.pause(pace.chance() * min(FIRST_PAUSE * 2**attempt, LONGEST_PAUSE))


@dataclass(frozen=True, slots=True)
class Foreseen:
    """A plan made while the remote was asked, for its tip as last seen, and what is wrong in it."""

    plan: Plan
    findings: tuple[ProofFinding, ...]

    def holds(self, deal: Deal) -> bool:
        """Whether neither side has moved since."""
        ours = tip_of(deal.repository, deal.branch).commit
        return (self.plan.ours.commit, self.plan.theirs.commit) == (ours, deal.theirs())


def foreseen(deal: Deal) -> Foreseen | None:
    """What would be done were the remote where it was last seen, as it mostly is; None: no telling.

    Only for what is judged in less time than a remote takes to answer, and puts nothing down.
    """
    with suppress(GitledgerError):  # met again, and told, when the remote has answered
        known = deal.theirs() and tip_of(deal.repository, deal.branch).commit
        plan = plan_of(deal) if known else None
        if plan and not plan.batch.objects and len(plan.sent) + len(plan.received) <= FORESEEN:
            return Foreseen(plan, examine_plan(deal, plan))
    return None


def plan_of(deal: Deal) -> Plan | None:
    """The plan for the tips as they are; None where the remote has no ledger, and gets none."""
    ours = tip_of(deal.repository, deal.branch)
    theirs = tip_at(deal.repository, deal.theirs())
    if theirs.commit is None and not (deal.publish and ours.commit):
        return None
    return plan_exchange(ours, theirs, deal.choice, deal.who, deal.held)


def examine_plan(deal: Deal, plan: Plan) -> tuple[ProofFinding, ...]:
    """What is wrong with what comes and what goes; the plan's objects are put down for it.

    Raises HistoryIncomplete with the fetch that mends a shallow clone.
    """
    store_batch(deal.repository, plan.batch)
    found = list[ProofFinding]()
    if plan.local != plan.ours.commit:
        found += _judged(deal, plan.ours.commit, plan.local)
    if plan.going is not None:
        found += _judged(deal, plan.theirs.commit, plan.going)
        found += private(plan)
    return tuple(dict.fromkeys(f for f in found if f.problem.code != REWOUND))


def _judged(deal: Deal, old: bytes | None, new: bytes | None) -> Sequence[ProofFinding]:
    try:
        return deal.judge(deal.repository, old, new).findings
    except HistoryIncomplete:  # a clone that was made shallow: say how to deepen it
        if not shallow_boundary(deal.repository):
            raise
        raise shallow(deal.choice) from None


def private(plan: Plan) -> list[ProofFinding]:
    """Rows that would go and hold what the door takes out; once gone, nothing takes them back."""
    paths = {row_id(path): path for path in plan.sent}
    rows = rows_of(plan.ours, plan.sent)
    head = (plan.going or b"").hex()
    found = private_rows(rows, paths, plan.ours, "gitledger sync --hold {row}")
    return [ProofFinding(head, each) for each in found]


def _sent(deal: Deal, plan: Plan) -> SyncOutcome | None:
    """Push what goes; None where somebody was faster, and all has to be seen again."""
    if plan.going is None:
        return SyncOutcome(_state(plan), plan)
    unseen = plan.theirs.commit is None  # what goes follows what was fetched, or nothing is there
    done = push(
        *(deal.repository, deal.remote, plan.going, deal.branch, deal.progress), negotiate=unseen
    )
    if not done.fate or _arrived(deal, plan.going, deal.branch):
        return SyncOutcome(_state(plan), plan)
    if done.fate == "race" or deal.theirs() != plan.theirs.commit:
        return None
    if done.fate == "refused":
        return _proposed(deal, plan, done)
    raise broken(deal.remote, done)


def _arrived(deal: Deal, commit: bytes, branch: str) -> bool:
    """Whether the remote has a commit after all. Raises ExchangeFailed where it cannot be asked."""
    try:
        fetch(deal.repository, deal.remote, deal.branch, deal.progress)
    except ExchangeFailed:  # pushed, cut off, silent: nobody knows whether it arrived
        raise _cut_off(deal.remote) from None
    return contains(deal.repository, deal.theirs(branch), commit)


def _cut_off(remote: str) -> ExchangeFailed:
    what = f"the connection to {remote} broke; nothing was recorded twice"
    return ExchangeFailed(what, "gitledger sync again")


def broken(remote: str, done: Pushed) -> ExchangeFailed:
    """Why a push failed that no server answered: a cut connection, or no right to push at all."""
    if any(sign in done.said.lower() for sign in CUT) and "403" not in done.said:
        return _cut_off(remote)
    what = f"{remote} cannot be written: {complaint(done.said)}"
    return ExchangeFailed(what, "get the right to push there, or push to a fork of it")


def _proposed(deal: Deal, plan: Plan, answer: Pushed) -> SyncOutcome | None:
    """Push to a branch of our own, where the server keeps the ledger's for pull requests."""
    before, why, urls = deal.theirs(deal.proposal), refusal(answer.said), answer.urls
    going = plan.going or b""
    if not contains(deal.repository, before, going):
        if before is not None and not contains(deal.repository, going, before):
            place = CommitPlace(tip_at(deal.repository, going).tree or b"", (before, going))
            told = f"merge: {with_noun(len(plan.sent), 'row')} proposed anew\n"
            going = store_commit(deal.repository, plan.batch, told, deal.who, place)
            store_batch(deal.repository, plan.batch)
        done = push(deal.repository, deal.remote, going, deal.proposal, deal.progress)
        if done.fate and not _arrived(deal, going, deal.proposal):
            if done.fate == "race":
                return None
            raise exchange_refusal(deal, plan, why)
        urls = tuple(dict.fromkeys((*done.urls, *urls)))
    return SyncOutcome("proposed", plan, deal.proposal, urls, why)


def exchange_refusal(deal: Deal, plan: Plan, why: str) -> GitledgerError:
    """A server that takes the rows neither on the ledger's branch nor on one of our own."""
    rows, stay = with_noun(len(plan.sent), "row"), "stays" if len(plan.sent) == 1 else "stay"
    what = f"{deal.remote} refused the push: {why}; {rows} {stay} here"
    return ExchangeFailed(what, "see what the server asks for, then gitledger sync")


def _state(plan: Plan) -> str:
    if plan.ours.commit is None:
        return "adopted"
    if plan.going is None:
        return "equal" if plan.local == plan.ours.commit else "taken"
    return "sent" if plan.local == plan.ours.commit else "joined"


def move_branch(deal: Deal, plan: Plan) -> bool:
    """Move the local branch to what was agreed; False where a local writer was faster."""
    if plan.local is None or plan.local == plan.ours.commit:
        return True
    if plan.kept and plan.ours.commit:
        name = plan.ours.commit.hex()
        run_git(deal.repository, ("update-ref", f"{KEPT}{name}", name))
    reason = f"gitledger: sync with {deal.remote}"
    step = RefMove(branch_ref(deal.branch), plan.ours.commit, plan.local, reason)
    try:
        move(deal.repository, step, deal.who, plan.batch)
    except LedgerMoved:  # a hook recorded a commit meanwhile: the plan is made anew
        return False
    return True
