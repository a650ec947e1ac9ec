"""A replay of the ledger's windows, and on record: one `experiments` row a baseline."""

import json
from collections.abc import Mapping
from decimal import Decimal
from hashlib import sha256
from typing import Any

from gitledger.book.book import Book
from gitledger.book.budgets import Flags, budgets_of
from gitledger.book.replay_log import read_log
from gitledger.ledger.row import without_unknown
from gitledger.report.replay_json import replay_payload
from gitledger.routing.bootstrap import Effort
from gitledger.routing.replay import Question, replay

SCHEMA = "gitledger.replay/1"
DEFAULT_EFFORT = Effort()
ID_DIGITS = 12
KEPT = (
    *("week", "rounds", "worlds", "inner", "seed", "budgets", "reserve", "arms", "lp_ceiling"),
    *("support", "notes"),
)


def replay_log(
    book: Book, question: Question, flags: Flags, effort: Effort = DEFAULT_EFFORT
) -> dict[str, Any]:
    """What the strategy would have earned against each baseline.

    Raises InvalidData, UsageError, TooFewWindows.
    """
    world = book.world
    read = read_log(book, world.now, flags.reserve, flags.week)
    budgets = budgets_of(read, flags)
    answer = replay(read.windows, budgets, question, effort, world.progress)
    told = replay_payload(answer, budgets, read.notes)
    return {"week": flags.week or None, "reward_unit": read.unit, **told}


def record_replay(book: Book, payload: Mapping[str, Any], agent: str) -> list[str]:
    """Record a replay; the ids of its rows, the same ones when it was recorded before.

    The id of the experiment is a hash of the whole answer and of the tip that it was made from.
    """
    base = {**payload, "tip": (book.tip.commit or b"").hex()}
    earned = {p["name"]: p["reward_mean"] for p in payload["policies"]}
    digest = sha256(json.dumps(payload, sort_keys=True).encode()).hexdigest()[:ID_DIGITS]
    drafts = []
    for against in payload["baselines"]:
        gain = against["delta_pct"]
        values = {
            "experiment": f"replay-{digest}-{against['name']}",
            "hypothesis": f"{payload['strategy']} earns no less than {against['name']}",
            "metric": "reward_delta_pct",
            "n": sum(part["usable"] for part in payload["support"]),
            "baseline": earned.get(against["name"]),
            "observed": earned.get(payload["strategy"]),
            "delta": gain["value"],
            "ci_low": gain["low"],
            "ci_high": gain["high"],
            "decision": against["verdict"],
            "content": {name: base[name] for name in (*KEPT, "tip") if base.get(name) is not None},
        }
        known = {name: row_value(value) for name, value in without_unknown(values).items()}
        drafts.append(book.draft("experiments", book.held("experiments", known)))
    return [done.row.id for done in book.record(drafts, agent=agent)]


def row_value(value: object) -> Any:
    """A value as a row holds it: floats as decimals, unknown parts absent."""
    if isinstance(value, Mapping):
        return {str(name): row_value(each) for name, each in value.items() if each is not None}
    if isinstance(value, list | tuple):
        return [row_value(each) for each in value]
    return Decimal(repr(value)) if isinstance(value, float) else value
