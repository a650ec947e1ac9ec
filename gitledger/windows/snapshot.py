"""A snapshot row as a value: one account's meters as shown at one moment.

Depends on the ledger's Row. Rows that came through the ledger hold their column types; a
reading without a number stays out, because it says nothing.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple

from gitledger.ledger.redaction import label
from gitledger.ledger.row import Row
from gitledger.meters.aliases import today
from gitledger.meters.zai import ratio, step_of_count

NO_ACCOUNT = "default"
DEFAULT_BUCKET = "default"
ONE = Decimal(1)
MeterKey = tuple[str, str]


class MeterReading(NamedTuple):
    """One meter as shown: percent used, how it was rounded, and when its window ends.

    `used` and `resolution` are percentage points. `to_the_minute` says that the reset time was
    printed without seconds, so that it stands for the whole minute; `overage` that use beyond
    100 % is sold to the account; `banked` counts the resets it may call for at will; `plan` is the
    plan that the text named.
    """

    bucket: str
    meter: str
    used: Decimal
    captured_at: datetime
    resolution: Decimal = Decimal(1)
    rounding: str = "round"
    window_minutes: int | None = None
    resets_at: datetime | None = None
    to_the_minute: bool = False
    manual: bool = False
    overage: bool = False
    banked: int | None = None
    plan: str = ""

    @property
    def key(self) -> MeterKey:
        """What makes two readings speak of the same meter of one account."""
        return (self.bucket, self.meter)


class Snapshot(NamedTuple):
    """One capture of one provider account: the row it came from and the meters it shows.

    `problems` are (code, what, severity) as stored with it; `stale` are (bucket, why) as found
    later by comparing the account's captures. `source_at` is the moment the source itself gives
    for its figures, None where it gives none; `digest` the hash of the text.

    Of a snapshot that recorded itself (`automatic`): `work_at` is when the work began or ended,
    `earlier` the meters last seen before a turn that its own may hold or lack, and `elsewhere` how
    many spells of work in other repositories used the account meanwhile.
    """

    row: str
    window: str
    provider: str
    account: str
    phase: str
    agent: str
    recorded_at: str
    captured_at: datetime
    source: str
    manual: bool
    simulated: bool
    readings: tuple[MeterReading, ...]
    problems: tuple[tuple[str, str, str], ...]
    stale: tuple[tuple[str, str], ...] = ()
    source_at: datetime | None = None
    digest: str = ""
    automatic: bool = False
    work_at: datetime | None = None
    earlier: tuple[MeterReading, ...] = ()
    elsewhere: int = 0

    @property
    def holder(self) -> tuple[str, str]:
        """Whose meters these are: provider and account."""
        return (self.provider, self.account)

    @property
    def is_unread(self) -> bool:
        """Whether it says only when the work began or ended: no reading was near."""
        return self.automatic and not self.readings

    @property
    def worked_at(self) -> datetime:
        """When the work began or ended: as the hooks saw it, else when the meters were shown."""
        return self.work_at or self.captured_at

    def reading(self, key: MeterKey) -> MeterReading | None:
        """The reading of one meter, None when the capture does not show it."""
        bucket, meter = key
        for reading in self.readings:
            if reading.meter == meter and reading.bucket == bucket:
                return reading
        return None

    def stale_why(self, bucket: str) -> str:
        """Why the meters of a bucket are older than the capture says, "" when they are not."""
        return dict(self.stale).get(bucket, "") if self.stale else ""

    def says(self, code: str) -> bool:
        """Whether the capture was stored with a problem of this code."""
        return any(found == code for found, _, _ in self.problems)


def moment(text: object) -> datetime | None:
    """A timestamp column as an aware UTC datetime; None for anything else."""
    if not isinstance(text, str):
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    if found.tzinfo is UTC:
        return found
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


def captured_or_recorded(row: Row, column: str) -> datetime:
    """When a row's fact took place: its own timestamp column, else when it was recorded."""
    found = moment(row.values.get(column)) or moment(row.recorded_at)
    assert found is not None, f"row {row.id} has no time"  # noqa: S101 - the codec writes one
    return found


def text_of(values: Mapping[str, object], column: str, default: str = "") -> str:
    """A text column, or the default when it is absent."""
    value = values.get(column)
    return value if isinstance(value, str) else default


def number_of(values: Mapping[str, object], column: str) -> Decimal | None:
    """A number column as a Decimal, None when it is absent."""
    value = values.get(column)
    if value is None or isinstance(value, Decimal):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return whole(value)
    return None


@lru_cache(maxsize=1024)
def whole(number: int) -> Decimal:
    """A whole number as a Decimal; most that rows hold are percentages, met again and again."""
    return Decimal(number)


def maps_of(values: Mapping[str, object], column: str) -> tuple[Mapping[str, object], ...]:
    """A column that holds a list of maps, empty when it is absent."""
    value = values.get(column)
    if value is None or not isinstance(value, Sequence) or isinstance(value, str):
        return ()
    return tuple([m for m in value if m.__class__ is dict or isinstance(m, Mapping)])


def snapshot_of(row: Row) -> Snapshot:
    """The value of a `snapshots` row. A row without `captured_at` was shown when recorded."""
    values: Mapping[str, Any] = row.values
    get = values.get
    captured = captured_or_recorded(row, "captured_at")
    manual = values.get("manual") is True
    source = get("source", "")
    read = [
        reading_of(m, captured, manual=manual, source=source) for m in maps_of(values, "readings")
    ]
    problems = values.get("problems")
    return Snapshot(
        row.id,
        get("window", ""),
        get("provider", ""),
        label(get("account", NO_ACCOUNT)),
        get("phase", ""),
        label(row.agent),
        row.recorded_at,
        captured,
        source,
        manual,
        get("simulated") is True,
        tuple([reading for reading in read if reading is not None]),
        _problems(values) if problems else (),
        (),
        moment(get("source_at")),
        "" if manual else get("source_sha256", ""),
        *(_recorded_itself(values, source) if get("by") else ()),
    )


def _recorded_itself(
    values: Mapping[str, Any], source: str
) -> tuple[bool, datetime | None, tuple[MeterReading, ...], int]:
    """The last fields of a snapshot that nobody typed."""
    at = moment(values.get("earlier_at"))
    shown = maps_of(values, "earlier") if at else ()
    read = [reading_of(m, at, source=source) for m in shown if at]
    found = tuple([reading for reading in read if reading is not None])
    many = values.get("elsewhere")
    counted = int(many) if isinstance(many, int | Decimal) else 0
    return values.get("by") == "automatic", moment(values.get("work_at")), found, counted


def _problems(values: Mapping[str, object]) -> tuple[tuple[str, str, str], ...]:
    return tuple(
        (text_of(m, "code"), text_of(m, "what"), text_of(m, "severity", "error"))
        for m in maps_of(values, "problems")
    )


def reading_of(
    shown: Mapping[str, Any], captured_at: datetime, *, manual: bool = False, source: str = ""
) -> MeterReading | None:
    """One map of the `readings` column by today's names; None when it holds no percent."""
    used = number_of(shown, "used_pct")
    if used is None:
        return None
    get = shown.get
    resets_at = moment(get("resets_at"))
    minutes, banked = get("window_minutes"), get("banked_resets")
    bucket, meter = today(get("bucket", DEFAULT_BUCKET), get("meter", ""))
    step, rounding = _resolution(shown, used), get("rounding", "round")
    if source == "zai" and rounding == "ceil":
        used, step, rounding = _counted(shown, used, step)
    return MeterReading(
        bucket,
        meter,
        used,
        captured_at,
        step,
        rounding,
        int(minutes) if isinstance(minutes, int | Decimal) else None,
        resets_at,
        resets_at is not None and resets_at.second == 0 and "reset_text" in shown,
        manual or get("manual") is True,
        get("overage") is True,
        int(banked) if isinstance(banked, int | Decimal) else None,
        text_of(shown, "plan"),
    )


def _counted(
    shown: Mapping[str, Any], used: Decimal, step: Decimal
) -> tuple[Decimal, Decimal, str]:
    """Percent, step and rounding of a z.ai reading that version 0.1.0 took for rounded up.

    The percent is rounded down; where counts stand beside it and agree, their ratio is exact.
    """
    limit = number_of(shown, "limit_units")
    counted = ratio(number_of(shown, "used_units"), limit, used)
    if counted is None or limit is None:
        return used, step, "floor"
    return Decimal(counted), step_of_count(limit), "exact"


def _resolution(shown: Mapping[str, object], used: Decimal) -> Decimal:
    """The step of the meter: as stated, else one unit of the last digit shown."""
    stated = shown.get("resolution")
    if stated == 1:
        return ONE
    if isinstance(stated, int | Decimal):
        return abs(Decimal(stated))
    exponent = used.as_tuple().exponent
    return ONE.scaleb(min(exponent, 0)) if isinstance(exponent, int) else ONE
