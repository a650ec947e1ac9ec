"""Every reset and move of a meter as JSON-like values: `resets`, and its part of a report page.

Depends on the events of courses.
"""

from collections.abc import Mapping

from gitledger.decision.plan_figures import at_text
from gitledger.measure.estimate import plain
from gitledger.windows.reset_events import ResetEvent

Json = Mapping[str, object]
REASONS: Mapping[str, str] = {
    "reset": "its time had come",
    "early": "the use fell before its time had come: the provider began the period anew",
    "banked": "a banked reset was used",
    "moved": "the reset went to another time and the use went on",
    "granted": "a banked reset was granted",
    "unseen": "the meter began anew between two readings",
}


def event_map(event: ResetEvent) -> Json:
    """One reset or move as JSON. `used_pp` is the least that was used where `bound` says so."""
    planned = event.kind == "reset"
    return {
        "provider": event.key.provider,
        "account": event.key.account,
        "bucket": event.key.bucket,
        "meter": event.key.meter,
        "kind": event.kind,
        "at": at_text(event.at),
        "seen_at": at_text(event.seen_at),
        "used_pp": plain(event.used),
        "bound": planned and event.bound,
        "last_read": at_text(event.last_at),
        "reset_before": at_text(event.before),
        "reset_after": at_text(event.after),
        "banked_before": event.banked[0] if event.banked[0] >= 0 else None,
        "banked_after": event.banked[1] if event.banked[1] >= 0 else None,
        "reason": reason_of(event),
        "row": event.row,
    }


def reason_of(event: ResetEvent) -> str:
    """Why it came, in one sentence part; of a planned one also how old the last reading was."""
    reason = REASONS[event.kind]
    if event.kind in {"banked", "granted"}:
        return f"{reason} ({event.banked[0]} -> {event.banked[1]})"
    if event.kind == "reset" and event.bound:
        hours = (event.at - event.last_at) / 3600
        age = f"{hours / 24:.0f} d" if hours >= 48 else f"{hours:.0f} h"
        # a reading is never "0 h" old
        age = age if hours >= 1 else "under 1 h"
        return f"{reason}; the last reading was {age} old, so more may have been used"
    return reason
