"""A clone without a ledger takes that of a remote: a second beginning would never join it."""

from collections.abc import Iterable

from gitledger.errors import GitledgerError, InvalidData, LedgerMoved
from gitledger.git.refs import narrow_remotes
from gitledger.git.refspecs import write_refspecs
from gitledger.git.remote import fetch
from gitledger.share.exchange import Deal, SyncOutcome, examine_plan, move_branch, plan_of


def adopt(deals: Iterable[Deal]) -> SyncOutcome | None:
    """The ledger of the first remote that has one, taken as it was last fetched; None without one.

    A remote whose ledger this clone does not fetch by itself is asked for it; one that cannot be
    reached has none. Raises InvalidData with what is wrong with a ledger: it is not taken.
    """
    for deal in deals:
        if deal.theirs() is None and deal.remote in narrow_remotes(deal.repository, deal.branch):
            try:
                fetch(deal.repository, deal.remote, deal.branch, deal.progress)
            except GitledgerError:
                continue
        plan = plan_of(deal)
        if plan is None:
            continue
        findings = examine_plan(deal, plan)
        if findings:
            what = f"{deal.remote}/{deal.branch} is not taken: it cannot be proven"
            hint = f"ask whoever keeps {deal.remote}; nothing was changed here"
            raise InvalidData(what, hint, [found.problem for found in findings])
        write_refspecs(deal.repository, deal.remote, deal.branch)
        if not move_branch(deal, plan):
            raise LedgerMoved(f"{deal.branch} was begun meanwhile", "run it again")
        return SyncOutcome("adopted", plan)
    return None
