"""`propose`: rows that a remote lacks, on a branch beside its ledger, for a pull request."""

from collections.abc import Sequence

from gitledger.book.judge import POLICY
from gitledger.book.opening import open_book
from gitledger.book.world import World
from gitledger.commands.result import Result, Screen
from gitledger.errors import EXIT_NO, EXIT_YES, ExchangeFailed, UsageError
from gitledger.git.branch.rows import find_row
from gitledger.git.proof.witness import remote_tips
from gitledger.git.refspecs import write_refspecs
from gitledger.git.remote import remote_names
from gitledger.git.repository import Repository
from gitledger.git.sharing import shared_writing
from gitledger.share.exchange import Deal
from gitledger.share.proposals import proposal_branch
from gitledger.share.propose import Wish
from gitledger.share.propose import propose as proposed
from gitledger.share.terms import deal_of, outcome_map
from gitledger.share.union import Choice


def propose(
    world: World,
    name: str,
    *,
    remote: str = "",
    without: Sequence[str] = (),
    with_config: bool = False,
) -> Result:
    """Push the rows that a remote lacks to `gitledger/NAME` there; the ledger here stays.

    Exit 0 proposed or nothing new, 1 findings, 3 where the remote cannot be reached or refuses.
    """
    book = open_book(world)
    repository, branch = book.repository, book.branch
    full = proposal_branch(name, branch)
    left_out = frozenset(find_row(book.tip, row, book.ledgers).row_id for row in without)
    choice = Choice(POLICY, remote or _remote(repository, branch), branch, "ours")
    terms = deal_of(world, repository, branch, choice)
    deal = Deal(
        *(repository, branch, choice, terms.who, terms.judge, full),
        held=terms.held,
        progress=world.progress,
    )
    with shared_writing(repository):
        write_refspecs(repository, deal.remote, branch)
        done = proposed(deal, Wish(left_out, with_config))
    waiting = done.state == "equal" and done.plan.theirs.commit != deal.theirs()
    payload = {"branch": branch, **outcome_map(deal.remote, done), "proposed_before": waiting}

    def text(_screen: Screen) -> str:
        from gitledger.report.sync_text import propose_text  # noqa: PLC0415 - as other verbs do

        return propose_text(payload)

    code = EXIT_NO if done.findings else EXIT_YES
    return Result("gitledger.propose/1", payload, text, exit_code=code)


def _remote(repository: Repository, branch: str) -> str:
    """The remote that a proposal goes to where none is named. Raises where it is not clear."""
    names = remote_names(repository)
    if not names:
        raise ExchangeFailed("this repository has no remote", "git remote add origin URL")
    having = [tip.name.removesuffix(f"/{branch}") for tip in remote_tips(repository, branch)]
    found = having or list(names)
    if len(found) > 1 and "origin" not in found:
        raise UsageError("several remotes have the ledger", f"--remote, one of: {', '.join(found)}")
    return "origin" if "origin" in found else found[0]
