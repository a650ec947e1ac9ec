"""A completed window that is given another statement: the refusal, and what differs."""

from collections.abc import Sequence
from decimal import Decimal

from gitledger.errors import AlreadyFinalised, Problem
from gitledger.windows.finalisation import Finalisation
from gitledger.windows.snapshot import NO_ACCOUNT


def refusal(known: Finalisation, new: Finalisation) -> AlreadyFinalised:
    """The refusal of a second, different statement, with what differs."""
    names = (
        *("quality", "outcome", "cls", "impf", "minutes", "methodology", "spec_id", "spec_version"),
        *("commit_start", "commit_end"),
    )
    pairs = [("features", _counts(known), _counts(new))]
    pairs += [(name, getattr(known, name), getattr(new, name)) for name in names]
    pairs += [("impf by category", _minutes(known.impf_parts), _minutes(new.impf_parts))]
    pairs += [("minutes by category", _minutes(known.minutes_parts), _minutes(new.minutes_parts))]
    problems = [
        Problem(name, f"was {_word(old)}, is now {_word(fresh)}", code="conflicting-finalise")
        for name, old, fresh in pairs
        if old != fresh
    ]
    return AlreadyFinalised(
        f"{known.window} was already completed with different values (row {known.row})",
        'to replace it: --amend -m "why"',
        problems,
    )


def _counts(entry: Finalisation) -> str:
    counted = sorted((d.provider, d.account, d.features) for d in entry.delivered)
    return " ".join(
        f"{provider}={n}" if account == NO_ACCOUNT else f"{provider}/{account}={n}"
        for provider, account, n in counted
    )


def _minutes(parts: Sequence[tuple[str, Decimal]]) -> str:
    return " ".join(f"{name}={minutes}" for name, minutes in parts)


def _word(value: object) -> str:
    return "not stated" if value in {None, ""} else str(value)
