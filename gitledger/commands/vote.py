"""`vote`: a panel member's vote on an issued card, or on a window before it has one."""

from collections.abc import Iterable, Sequence

from gitledger.book.opening import open_book
from gitledger.book.world import World
from gitledger.commands.result import Result, wrap_lines
from gitledger.errors import InvalidData, Problem, UnknownCard, UsageError
from gitledger.ledger.row import Row
from gitledger.report.row_text import override_notes, vote_lines
from gitledger.windows.snapshot import text_of

PREFIX = 4  # as `card` takes


def vote(
    world: World, card: str, voter: str, said: str, *, tier: int = 1, message: str = ""
) -> Result:
    """Record a vote, each voter once a card. Raises UnknownCard, or InvalidData on a second vote.

    The same vote again changes nothing; another one has to amend the first.
    """
    if not voter.strip():
        raise UsageError("who votes?", "--voter NAME")
    book = open_book(world)
    votes, decisions = book.rows_if_any("votes"), book.rows_if_any("decisions")
    named = [*votes, *decisions, *book.rows_if_any("snapshots"), *book.rows_if_any("windows")]
    target, subject = voted_on(card, decisions, windows_named(named))
    values = {"card": target, "subject": subject, "voter": voter, "vote": said, "tier": tier}
    values |= {"message": message} if message else {}
    before = next((row for row in votes if same_voter(row, target, voter)), None)
    if before is not None and dict(before.values) != values:
        was = f"{voter} voted {text_of(before.values, 'vote')} on {target} already"
        hint = f"gitledger amend {before.id} vote={said} -m WHY"
        raise InvalidData("nothing was recorded", problems=[Problem("vote", was, hint, "voted")])
    done = book.append("votes", values)
    payload = {"row": done.row.id, "already": done.already, **book.stored(done).values}
    told = wrap_lines(*vote_lines(values | payload))
    notes = override_notes(target, book.rows("decisions"))
    return Result("gitledger.vote/1", payload, told, notes=notes)


def voted_on(name: str, decisions: Sequence[Row], windows: frozenset[str]) -> tuple[str, str]:
    """What is voted on and its subject: a card by a prefix of its id, a subject, or a window."""
    cards = {text_of(r.values, "card"): text_of(r.values, "subject") for r in decisions}
    found = [card for card in cards if len(name) >= PREFIX and card.startswith(name)]
    if len(found) == 1:
        return found[0], cards[found[0]]
    if name in cards.values() or name in windows:
        return name, name
    known = ", ".join([*cards][-3:])
    hint = f"the last cards: {known}" if known else "gitledger card --window W --issue issues one"
    what = f"{len(found)} cards start with {name!r}" if found else f"no card or window {name!r}"
    raise UnknownCard(what, hint)


def windows_named(rows: Iterable[Row]) -> frozenset[str]:
    """Ids of all windows that rows name."""
    return frozenset(text_of(row.values, "window") for row in rows) - {""}


def same_voter(row: Row, card: str, voter: str) -> bool:
    """Whether a vote is this voter's on this card."""
    return (row.values.get("card"), row.values.get("voter")) == (card, voter)
