"""What a payload holds, read without trust: a place that is empty or another type reads as nothing.

A payload is what `--json` prints; a card may be of another version. Depends on `report.figures` and
`ledger.row`.
"""

from collections.abc import Mapping

from gitledger.ledger import row
from gitledger.report.figures import count_text, figure, number

Json = Mapping[str, object]
SAMPLES = {"too-few": "too few", "directional": "early trend", "week0": "trend"}


def words(payload: Json, key: str) -> str:
    """A text in a payload, empty when there is none."""
    found = payload.get(key)
    return "" if found is None else str(found)


def texts(payload: Json, key: str) -> list[str]:
    """The texts of a list in a payload; none when there is no list."""
    return list(row.texts(payload.get(key)))


def child(payload: Json, key: str) -> Json:
    """A map in a payload, empty when there is none."""
    return row.map_of(payload, key)


def children(payload: Json, key: str) -> tuple[Json, ...]:
    """The maps of a list in a payload; nothing when there is none."""
    found = payload.get(key)
    if not isinstance(found, list | tuple):
        return ()
    return tuple(entry for entry in found if isinstance(entry, Mapping))


def holder(entry: Json, joint: str = "/") -> str:
    """Whose meter an entry is of: the provider, with its account where it is named."""
    account = words(entry, "account")
    plain = account in {"", "default"}
    return words(entry, "provider") if plain else f"{words(entry, 'provider')}{joint}{account}"


def meter_name(entry: Json) -> str:
    """A meter, with its pool where it is not the usual one."""
    bucket = words(entry, "bucket")
    plain = bucket in {"", "default"}
    return words(entry, "meter") if plain else f"{bucket} {words(entry, 'meter')}"


def metered_unit(entry: Json) -> str:
    """The unit of a capacity with its meter, `weekly pp`: points of two meters are two units."""
    unit = words(entry, "unit") or "pp"
    return f"{words(entry, 'meter')} {unit}".strip() if unit == "pp" else unit


def sample(entry: Json, *, brief: bool = False) -> str:
    """How far a number of windows carries: `early trend (9 more for a firm result)`.

    The ladder is too few, early trend, trend, firm; `brief` names only how many are missing.
    """
    gate, more = words(entry, "gate"), number(entry.get("windows_needed"))
    name = SAMPLES.get(gate, gate)
    if not more:
        return "firm" if gate == "week0" and more == 0 else name
    if brief:
        return f"{name} ({figure(more)} more)"
    if gate == "too-few":
        return f"{name} ({count_text(more, 'more window')})"
    return f"{name} ({figure(more)} more for a firm result)"
