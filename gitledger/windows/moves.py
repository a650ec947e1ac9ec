"""Why a reset time moved, as far as two readings tell. Depends on snapshot readings only."""

from datetime import datetime

from gitledger.errors import with_noun
from gitledger.windows.snapshot import MeterReading


def moved_why(before: MeterReading, after: MeterReading) -> str:
    """What moved, and whether a banked reset of the account was used for it."""
    assert before.resets_at is not None  # noqa: S101 - a move needs both resets
    assert after.resets_at is not None  # noqa: S101
    return (
        f"the reset moved from {utc_text(before.resets_at)} to {utc_text(after.resets_at)} "
        f"before its time had come{_banked_why(before.banked, after.banked)}"
    )


def _banked_why(before: int | None, after: int | None) -> str:
    """What the account's banked resets say of a move; "" where a side is not known."""
    if before is None or after is None or before == after == 0:
        return ""
    if after < before:
        return f"; {with_noun(before - after, 'banked reset')} used ({before} -> {after})"
    return f"; no banked reset was used ({before} -> {after})"


def utc_text(when: datetime) -> str:
    """A moment in UTC to the minute."""
    return f"{str(when)[:16]}Z"
