"""`sync`: this clone's ledger and those of its remotes become one; nothing is forced."""

import gc
import random
import time
from collections.abc import Mapping, Sequence

from gitledger.book.book import branch_name
from gitledger.book.holdback import held_rows, keep_held
from gitledger.book.judge import POLICY
from gitledger.book.opening import open_book
from gitledger.book.world import World
from gitledger.commands.result import Result, Screen
from gitledger.errors import EXIT_NO, EXIT_YES, ExchangeFailed, GitledgerError, UsageError
from gitledger.git.branch.rows import find_row
from gitledger.git.branch.store import refuse_checked_out
from gitledger.git.branch.tip import tip_of
from gitledger.git.proof.remotes import keep_tips
from gitledger.git.refspecs import write_refspecs
from gitledger.git.remote import refuse_stranger, remote_names
from gitledger.git.repository import Repository, open_repository
from gitledger.git.sharing import shared_writing
from gitledger.share.exchange import Deal, Pace, SyncOutcome, exchange
from gitledger.share.terms import deal_of, outcome_map
from gitledger.share.textjoin import OURS, THEIRS
from gitledger.share.union import Choice

MET = {"adopted", "taken", "sent", "joined"}
PACE = Pace(time.monotonic, time.sleep, random.random)


def sync(
    world: World,
    remotes: Sequence[str] = (),
    *,
    texts: str = "",
    hold: Sequence[str] = (),
    release: Sequence[str] = (),
) -> Result:
    """Exchange rows with the remotes that are named, else with all that have the ledger.

    Exit 0 done or proposed, 1 findings or a conflict (nothing moved), 3 where a remote cannot be
    reached. Raises as `exchange` does; of several remotes all are tried first.
    """
    gc.disable()  # a short life full of values that all stay: collecting them costs a tenth of it
    repository = open_repository(world.directory, world.environment)
    branch = branch_name(world, repository)
    refuse_checked_out(repository, branch)
    names = tuple(dict.fromkeys(remotes)) or remote_names(repository)
    if not names:
        raise ExchangeFailed("this repository has no remote", "git remote add origin URL")
    for name in names:
        refuse_stranger(repository, name)
    side = _side(texts, names)
    if hold or release:
        book = open_book(world)
        ids = [find_row(book.tip, row, book.ledgers).row_id for row in hold]
        back = [find_row(book.tip, row, book.ledgers).row_id for row in release]
        if ids or back:
            keep_held(repository, held_rows(repository) - {*back} | {*ids})
    deals = [
        deal_of(
            world, repository, branch, Choice(POLICY, name, branch, side), publish=bool(remotes)
        )
        for name in names
    ]
    met = _all_met(world, deals)
    return _result(repository, branch, met)


def _side(texts: str, names: Sequence[str]) -> str:
    """Whose texts stand where both changed them. Raises UsageError for another word."""
    if texts in {"", OURS}:
        return texts
    if texts in {THEIRS, "theirs", *names}:
        return THEIRS
    raise UsageError(f"--texts {texts!r} is not a side", f"--texts {THEIRS} or --texts {OURS}")


def _all_met(world: World, deals: Sequence[Deal]) -> dict[str, SyncOutcome | GitledgerError]:
    """Each remote met; again where a later one brought what an earlier one lacks."""
    met: dict[str, SyncOutcome | GitledgerError] = {}
    stood: dict[str, bytes | None] = {}
    for again in range(2 if len(deals) > 1 else 1):
        for deal in deals:
            now = tip_of(deal.repository, deal.branch).commit
            if again and (now == stood.get(deal.remote) or _is_out(met[deal.remote])):
                continue
            met[deal.remote] = _met(world, deal, met.get(deal.remote), alone=len(deals) == 1)
            stood[deal.remote] = tip_of(deal.repository, deal.branch).commit
    return met


def _is_out(seen: SyncOutcome | GitledgerError) -> bool:
    """Whether a remote has no part in a second round."""
    return not isinstance(seen, SyncOutcome) or seen.state in {"absent", "refused"}


def _met(
    world: World, deal: Deal, before: SyncOutcome | GitledgerError | None, *, alone: bool
) -> SyncOutcome | GitledgerError:
    world.say(f"meeting {deal.remote} ...") if world.terminal else None
    try:
        with shared_writing(deal.repository):
            write_refspecs(deal.repository, deal.remote, deal.branch)
            done = exchange(deal, PACE)
            now = tip_of(deal.repository, deal.branch).commit
            if now is not None and done.state in MET:  # it was examined on the way
                keep_tips(deal.repository, deal.branch, {now})
    except GitledgerError as error:  # one remote that fails must not keep the others from theirs
        if alone:
            raise
        return error
    if isinstance(before, SyncOutcome) and done.state == "equal":
        return before
    return done


def _result(
    repository: Repository, branch: str, met: Mapping[str, SyncOutcome | GitledgerError]
) -> Result:
    outcomes = [seen for seen in met.values() if isinstance(seen, SyncOutcome)]
    errors = [seen for seen in met.values() if isinstance(seen, GitledgerError)]
    if not errors and all(seen.state == "absent" for seen in outcomes):
        hint = f"git push {next(iter(met))} {branch}"
        raise ExchangeFailed(f"no remote has {branch}", hint)
    payload = {
        "branch": branch,
        "tip": (tip_of(repository, branch).commit or b"").hex(),
        "remotes": [outcome_map(name, seen) for name, seen in met.items()],
        "held": sorted(held_rows(repository)),
    }
    code = max((error.exit_code for error in errors), default=EXIT_YES)
    code = max(code, EXIT_NO) if any(seen.findings for seen in outcomes) else code

    def text(_screen: Screen) -> str:
        from gitledger.report.sync_text import sync_text  # noqa: PLC0415 - as other verbs do

        return sync_text(payload)

    return Result("gitledger.sync/1", payload, text, exit_code=code)
