"""Which later pass closes which failed run of a window, told once for audit, gate and card.

Depends on ledger rows.
"""

from collections.abc import Collection, Sequence

from gitledger.ledger.row import Row
from gitledger.windows.snapshot import text_of
from gitledger.windows.thresholds import FAILED

REPAIRED = "failed, then passed"


def repairs(rows: Sequence[Row], failures: Collection[str] = FAILED) -> tuple[Row | None, ...]:
    """For each evidence row of one window, in the order recorded, the pass that closes it.

    The first pass recorded after a row whose result is among `failures`, of the same capability
    and runner. Two rows that state no capability exercised the same only where they ran the very
    same command. None for every other row, and for a failure that nothing closes.
    """
    return tuple(
        _first_pass(row, rows[at + 1 :]) if text_of(row.values, "result") in failures else None
        for at, row in enumerate(rows)
    )


def _first_pass(failed: Row, later: Sequence[Row]) -> Row | None:
    same = exercise_of(failed)
    for row in later:
        if text_of(row.values, "result") == "pass" and same and exercise_of(row) == same:
            return row
    return None


def exercise_of(row: Row) -> tuple[str, ...]:
    """What a run exercised: runner and capability, else runner and command; () is not known."""
    runner, capability = text_of(row.values, "runner"), text_of(row.values, "capability")
    command = text_of(row.values, "command")
    if capability:
        return (runner, "capability", capability)
    return (runner, "command", command) if command else ()


def repair_words(failed: Row, passed: Row) -> str:
    """How a failure was closed: `failed, then passed`, with both commands where they differ."""
    run = text_of(passed.values, "test_run_id")
    words = f"{REPAIRED} in {run}" if run else REPAIRED
    first, second = text_of(failed.values, "command"), text_of(passed.values, "command")
    if first == second:
        return words
    return f"{words}: {first or 'no command recorded'!r}, then {second or 'no command recorded'!r}"


def outcome_of(rows: Sequence[Row], failures: Collection[str] = FAILED) -> str:
    """What the runs of a window say of its outcome: all passed, or one failed and stayed so.

    "" where they say neither: no run, or one that was partial.
    """
    results = [
        (text_of(row.values, "result"), passed)
        for row, passed in zip(rows, repairs(rows, failures), strict=True)
    ]
    if any(result in failures and passed is None for result, passed in results):
        return "fail"
    left = [result for result, passed in results if passed is None]
    return "pass" if left and all(result == "pass" for result in left) else ""
