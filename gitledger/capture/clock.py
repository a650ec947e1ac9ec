"""When a meter was shown: `--at` and `--tz` as people write them, and the zone of the machine."""

from datetime import UTC, datetime, tzinfo
from pathlib import Path
from zoneinfo import ZoneInfo

from gitledger.book.world import World
from gitledger.errors import UsageError
from gitledger.meters.resets import named_zone

EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
LOCALTIME = Path("/etc/localtime")


def zone_of(world: World, named: str = "") -> tzinfo:
    """The zone named, else `TZ`, else the machine's. Raises UsageError for an unknown one."""
    if named:
        found = named_zone(named)
        if found is None:
            raise UsageError(
                f"--tz {named}: no such time zone", "give an IANA name such as Europe/Berlin or UTC"
            )
        return found
    own = named_zone(world.environment.get("TZ", "").lstrip(":") or "-")
    return own or _machine_zone()


def zone_name(zone: tzinfo) -> str:
    """The IANA name of a zone, or its offset where it has none."""
    return zone.key if isinstance(zone, ZoneInfo) else str(zone)


def _machine_zone() -> tzinfo:
    """The zone that /etc/localtime links to, UTC where it cannot be told."""
    _, found, name = str(LOCALTIME.resolve()).partition("zoneinfo/")
    return (named_zone(name) if found else None) or UTC


def moment_of(text: str, zone: tzinfo, now: datetime) -> datetime | None:
    """`--at` as an aware UTC time; None when it was not given.

    Any ISO form; a time without a zone is in `zone`, a time alone is today there. Raises
    UsageError when it cannot be read, lies more than a day ahead, or before there were meters.
    """
    if not text:
        return None
    whole = f"{now.astimezone(zone):%Y-%m-%d}T{text}" if ":" in text[:3] else text
    try:
        found = datetime.fromisoformat(whole)
        moment = (found if found.tzinfo else found.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise UsageError(
            f"--at {text}: not a time", "give an ISO form such as 2026-11-23T14:05+01:00"
        ) from None
    if (moment - now).total_seconds() > 86_400:
        raise UsageError(f"--at {text} lies in the future", "give the time the meter was shown")
    if moment < EARLIEST:
        raise UsageError(f"--at {text} lies before {EARLIEST.year}", "give the year in four digits")
    return moment
