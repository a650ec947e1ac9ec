"""Whether an account may buy use beyond 100 %, as far as a panel or a feed says so itself.

Depends on the meters room only. A full meter of such an account is a lower bound of what
was used. Silence, a balance of 0 and a sale that is switched off say no; no plan is guessed at.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal, InvalidOperation

from gitledger.meters.jsontext import as_map, as_text
from gitledger.meters.reading import Parsed

JsonMap = Mapping[str, object]
CREDITS_ROW = re.compile(
    r"^\W*Credits:\s*(?:(?P<count>[\d.,]+)\s+credits\b|(?P<all>Unlimited\b))", re.IGNORECASE
)
MONEY = re.compile(r"^\W*(?:Extra usage|Usage credits)\b", re.IGNORECASE)  # a section's head
SWITCHED_OFF = re.compile(r"\bnot enabled\b|\bdisabled\b|\bturned off\b", re.IGNORECASE)
SPENT = re.compile(r"\d\s+spent\b|^\W*Unlimited\b", re.IGNORECASE)
ALLOWED = frozenset({"allowed", "allowed_warning"})


def credits_sell(limits: JsonMap) -> bool:
    """Codex's `credits`: some are there, or they are without end; a balance of 0 buys nothing."""
    told = as_map(limits.get("credits"))
    if told.get("unlimited") is True:
        return True
    has = told.get("has_credits", told.get("hasCredits"))
    return has is True and amount(told.get("balance")) != 0


def amount(balance: object) -> Decimal | None:
    """A balance as a number, whether a feed prints it as text or not; None where it is none."""
    if isinstance(balance, bool) or not isinstance(balance, str | int | Decimal):
        return None
    try:
        return Decimal(balance.replace(",", "") if isinstance(balance, str) else balance)
    except InvalidOperation:
        return None


def panel_credits_sell(rows: Sequence[str]) -> bool:
    """Codex's row `Credits: 38 credits`."""
    found = next((hit for row in rows if (hit := CREDITS_ROW.match(row))), None)
    return found is not None and (bool(found["all"]) or bool(amount(found["count"])))


def extra_usage_sells(limits: JsonMap) -> bool:
    """Claude's `extra_usage`: the account switched it on."""
    return as_map(limits.get("extra_usage")).get("is_enabled") is True


def event_sells(event: JsonMap) -> bool:
    """A `rate_limit_event` that says overage is allowed, or is being used."""
    return event.get("isUsingOverage") is True or as_text(event.get("overageStatus")) in ALLOWED


def panel_extra_usage_sells(rows: Sequence[str]) -> bool:
    """Claude's section `Extra usage`: dollars spent or `Unlimited`, and no word of being off."""
    start = next((n for n, row in enumerate(rows) if MONEY.match(row)), None)
    if start is None:
        return False
    part = rows[start:]
    return not any(map(SWITCHED_OFF.search, part)) and any(map(SPENT.search, part))


def mark_overage(parsed: Parsed, *, sold: bool) -> Parsed:
    """The readings marked as those of an account that may buy more, where it may."""
    if not sold:
        return parsed
    return replace(parsed, readings=tuple(r._replace(overage=True) for r in parsed.readings))
