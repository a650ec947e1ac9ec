"""Rows of ours that a remote lacks, on a branch beside its ledger: for a pull request.

The local ledger does not move. Where ours follows the remote's in a straight line it is pushed as
it is; else the rows are told anew in fresh commits on the remote's tip.
"""

from dataclasses import dataclass, replace

from gitledger.book.holdback import row_id, with_dependents
from gitledger.errors import ExchangeFailed
from gitledger.git.branch import definitions
from gitledger.git.branch.tip import Tip, tip_at, tip_of
from gitledger.git.code.revision import merge_base
from gitledger.git.objects import Batch, run_git
from gitledger.git.proof.examine import ProofFinding
from gitledger.git.remote import fetch, push, refusal
from gitledger.ledger import layout
from gitledger.share.exchange import Deal, SyncOutcome, broken, examine_plan, exchange_refusal
from gitledger.share.plan import Plan, another_ledger, contains
from gitledger.share.restate import Entries, restate, rows_of
from gitledger.share.union import Union, unite_tips


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be proposed: without which rows, and whether changed texts go too."""

    without: frozenset[str] = frozenset()
    with_config: bool = False


def propose(deal: Deal, wish: Wish) -> SyncOutcome:
    """Push what the remote lacks to `deal.proposal`. Raises as `exchange` does."""
    fetch(deal.repository, deal.remote, deal.branch, deal.progress)
    plan = proposal_plan(deal, wish)
    if plan.going is None:
        return SyncOutcome("equal", plan, deal.proposal)
    findings = examine_plan(deal, plan)
    if findings:
        told = tuple(_with_way_out(deal, wish, found) for found in findings)
        return SyncOutcome("refused", plan, deal.proposal, findings=told)
    done = push(deal.repository, deal.remote, plan.going, deal.proposal, deal.progress)
    if done.fate:
        fetch(deal.repository, deal.remote, deal.branch, deal.progress)
        if contains(deal.repository, deal.theirs(deal.proposal), plan.going):
            return SyncOutcome("proposed", plan, deal.proposal)
        if done.fate == "race":
            what = f"{deal.proposal} is on {deal.remote} with other commits"
            raise ExchangeFailed(what, "choose another name: gitledger propose NAME")
        if done.fate == "broken":
            raise broken(deal.remote, done)
        raise exchange_refusal(deal, plan, refusal(done.said))
    return SyncOutcome("proposed", plan, deal.proposal, done.urls)


def proposal_plan(deal: Deal, wish: Wish) -> Plan:
    """What would be pushed; `going` is None where there is nothing new."""
    ours = tip_of(deal.repository, deal.branch)
    theirs = tip_at(deal.repository, deal.theirs())
    if theirs.commit is None:
        hint = f"git push {deal.remote} {deal.branch}"
        raise ExchangeFailed(f"no remote has {deal.branch}", hint)
    if merge_base(deal.repository, ours.commit or b"", theirs.commit) is None:
        raise another_ledger(ours, theirs, deal.choice)
    batch = Batch()
    union = unite_tips(ours, theirs, deal.choice, batch)
    staying = _staying(ours, union, wish.without | deal.held)
    sent = {path: oid for path, oid in union.ours.items() if row_id(path) not in staying}
    texts: Entries = union.texts if wish.with_config else {}
    base = _base(deal, theirs)
    if base is not theirs:
        known = base.entry
        sent = {path: oid for path, oid in sent.items() if known(path) is None}
        texts = {path: entry for path, entry in texts.items() if _differs(base, path, entry)}
    plan = Plan(base, base, None, base.commit, sent, held=staying, batch=batch)
    if not sent and not texts:
        return plan
    whole = base is theirs and not staying and texts == union.texts
    if whole and _is_linear(ours, theirs):
        return replace(plan, going=ours.commit)
    definitions.refuse_unsigned(ours)
    return replace(plan, going=restate(base, sent, texts, deal.who, batch))


def _with_way_out(deal: Deal, wish: Wish, found: ProofFinding) -> ProofFinding:
    """A finding whose next step is one that a proposal has: the rows are right where they are."""
    problem = found.problem
    ledger = problem.where.split("/")[1] if problem.where.count("/") > 1 else ""
    path = layout.schema_path(ledger)
    ours = tip_of(deal.repository, deal.branch).entry(path)
    theirs = tip_at(deal.repository, deal.theirs()).entry(path)
    if theirs is None and ours is not None and not wish.with_config:
        hint = f"gitledger propose {deal.proposal} --with-config: the definition of {ledger} is new"
    elif ours is not None and theirs is not None and ours.oid != theirs.oid:
        hint = (
            f"if two clones added {ledger}: gitledger ledger rename {ledger} NEW, then gitledger "
            f"sync --texts {deal.remote}, which proposes where {deal.branch} is protected; "
            f"else gitledger propose {deal.proposal} --with-config"
        )
    else:
        return found
    return replace(found, problem=replace(problem, hint=hint))


def _differs(base: Tip, path: str, entry: tuple[bytes, bytes] | None) -> bool:
    there = base.entry(path)
    return (there and (there.mode, there.oid)) != entry


def _base(deal: Deal, theirs: Tip) -> Tip:
    """What a proposal builds on: the remote's ledger, or the open proposal of the same name.

    One whose rows the ledger has by now was merged: a new one begins.
    """
    there = deal.theirs(deal.proposal)
    if there is None or contains(deal.repository, theirs.commit, there):
        return theirs
    tip = tip_at(deal.repository, there)
    rows = unite_tips(tip, theirs, replace(deal.choice, side="ours"), Batch()).ours
    return tip if rows else theirs


def _staying(ours: Tip, union: Union, asked: frozenset[str]) -> frozenset[str]:
    """The rows that do not go, with those that name them.."""
    if not asked:
        return frozenset()
    rows = rows_of(ours, union.ours)
    schemas = {name: definitions.schema(ours, name) for name in {row.ledger for row in rows}}
    return with_dependents(asked, rows, schemas) & {row.id for row in rows}


def _is_linear(ours: Tip, theirs: Tip) -> bool:
    """Whether ours follows theirs, without merges on the way."""
    if not contains(ours.repository, ours.commit, theirs.commit or b""):
        return False
    span = f"{(theirs.commit or b'').hex()}..{(ours.commit or b'').hex()}"
    merges = run_git(ours.repository, ("rev-list", "--merges", "--max-count=1", span))
    return not merges.stdout.strip()
