"""A clone without a ledger takes that of a remote: a second beginning would never join it."""

from collections.abc import Iterable
from typing import NamedTuple

from gitledger.errors import GitledgerError, InvalidData, LedgerMoved
from gitledger.git.refspecs import write_refspecs
from gitledger.git.remote import fetch
from gitledger.share.exchange import Deal, SyncOutcome, examine_plan, move_branch, plan_of


class Adoption(NamedTuple):
    """What came of asking the remotes: the ledger that was taken, or None.

    `unheard` are the remotes that could not be asked: what they have is not known.
    """

    taken: SyncOutcome | None
    unheard: tuple[str, ...] = ()


def adopt(deals: Iterable[Deal]) -> Adoption:
    """The ledger of the first remote that has one, taken as it was last fetched.

    A remote whose ledger is not known here is asked for it: it may be younger than this clone, and
    two beginnings never join. Raises InvalidData with what is wrong with a ledger: it is not taken.
    """
    unheard = []
    for deal in deals:
        if deal.theirs() is None:
            try:
                fetch(deal.repository, deal.remote, deal.branch, deal.progress)
            except GitledgerError:
                unheard.append(deal.remote)
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
        return Adoption(SyncOutcome("adopted", plan))
    return Adoption(None, tuple(unheard))
