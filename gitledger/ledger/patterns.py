"""The `pattern` of a text column: a regular expression with a limit on its time.

A definition is somebody's data: an expression that backtracks without end must refuse a value,
not hang an append or a `verify`. Pure; the one owner of regex, loaded for columns with a pattern.
"""

import regex

from gitledger.ledger.values import WrongValue, kind

SECONDS = 1.0


def is_pattern(text: object) -> bool:
    """Whether this is a regular expression."""
    try:
        regex.compile(text)
    except (regex.error, TypeError, ValueError):
        return False
    return True


def require(text: str, pattern: str) -> None:
    """Raise WrongValue unless the whole text has the form of the pattern, found within a second."""
    try:
        found = regex.fullmatch(pattern, text, timeout=SECONDS)
    except TimeoutError:
        why = f"could not be compared with {pattern} within {SECONDS:.0f} s"
        raise WrongValue(f"is {kind(text)}, and {why}: simplify the pattern") from None
    if not found:
        raise WrongValue(f"is {kind(text)}, not of the form {pattern}")
