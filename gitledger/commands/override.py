"""`override`: percentages that a person read off a screen and typed, marked as such."""

from collections.abc import Sequence
from datetime import UTC
from decimal import Decimal, InvalidOperation
from hashlib import sha256
from typing import Any

from gitledger.book.book import Book
from gitledger.book.completion import completion_of
from gitledger.book.local_windows import remember_begun
from gitledger.book.opening import open_book
from gitledger.book.references import window_id
from gitledger.book.windows import fold_book
from gitledger.book.world import World
from gitledger.capture.clock import moment_of, zone_of
from gitledger.capture.snapshot import CaptureOptions, account_of, capture_payload, worked_by_then
from gitledger.capture.source import provider_of
from gitledger.commands.result import Result, wrap_lines
from gitledger.errors import UsageError
from gitledger.ledger.values import stamp
from gitledger.meters.naming import minutes_of
from gitledger.report.capture_text import override_lines
from gitledger.windows.delta import NOMINAL_MINUTES
from gitledger.windows.window import AFTER, BEFORE

FULL = Decimal(100)


def override(
    world: World, provider: str, options: CaptureOptions, *, phase: str, settings: Sequence[str]
) -> Result:
    """Record typed percentages for a window. Each one typed is a fact of its own.

    Raises UsageError for a percent outside 0 to 100, a setting that is no METER=PCT, or a provider
    that nobody knows.
    """
    zone = zone_of(world, options.tz)
    shown = moment_of(options.at, zone, world.now) or world.now
    if not settings:
        raise UsageError("no percentage given", "--set 5h=12 --set weekly=34")
    readings = [typed_reading(setting) for setting in settings]
    meters = [reading["meter"] for reading in readings]
    if len(set(meters)) < len(meters):
        raise UsageError("a meter is set twice", "give each meter once")
    book = open_book(world)
    provider = known_provider(book, provider)
    text = "\n".join((stamp(shown), *sorted(settings)))
    values: dict[str, Any] = {
        "window": window_id(options.window),
        "provider": provider,
        "account": account_of(book, provider, options.account),
        "phase": phase,
        "captured_at": stamp(shown.astimezone(UTC)),
        "source": "override",
        "channel": "override",
        "source_sha256": sha256(text.encode()).hexdigest(),
        "manual": True,
        "readings": readings,
    }
    if options.notes:
        values["notes"] = options.notes
    if phase == AFTER:
        folded = fold_book(book, ("snapshots", "windows", "commits"))
        values |= worked_by_then(book, folded, values["window"])
    recorded = book.append("snapshots", values, agent=options.agent or world.agent)
    if phase == BEFORE:
        remember_begun(book.repository, values["window"])
    payload = capture_payload(book, recorded)
    if phase == AFTER:
        agent, window = options.agent or world.agent, str(payload["window"])
        payload["complete"] = completion_of(book, fold_book(book).windows, window, agent)
    return Result("gitledger.override/1", payload, wrap_lines(*override_lines(payload)))


def known_provider(book: Book, name: str) -> str:
    """A provider by its name or by a source of its meters; the configuration may name others."""
    listed = book.config.get("providers")
    if isinstance(listed, list | tuple) and name in listed:
        return name
    try:
        return provider_of(name)
    except UsageError as unknown:
        more = f", or list {name} under `providers` of gitledger.yaml (gitledger config set)"
        raise UsageError(unknown.what, f"{unknown.hint}{more}") from None


def typed_reading(setting: str) -> dict[str, Any]:
    """One reading from `METER=PCT`. Raises UsageError naming what is wrong with it."""
    meter, sign, text = (part.strip() for part in setting.partition("="))
    example = "for example --set weekly=34"
    if not sign or not meter:
        raise UsageError(f"--set {setting}: not METER=PCT", example)
    if minutes_of(meter.partition("-")[0]) is None:
        raise UsageError(
            f"--set {setting}: {meter!r} is not a meter",
            "a length such as 5h, daily, weekly or monthly, or a model's own: weekly-opus",
        )
    try:
        percent = Decimal(text.removesuffix("%").strip())
    except InvalidOperation:
        raise UsageError(f"--set {setting}: {text!r} is not a number", example) from None
    if not percent.is_finite() or not 0 <= percent <= FULL:
        raise UsageError(f"--set {setting}: a percent used is 0 to 100", example)
    exponent = percent.as_tuple().exponent
    step = Decimal(1).scaleb(min(exponent, 0)) if isinstance(exponent, int) else Decimal(1)
    shown = percent.quantize(step)  # 1e1 is 10
    reading: dict[str, Any] = {"bucket": "default", "meter": meter, "used_pct": shown}
    reading |= {"resolution": step, "rounding": "round"}
    minutes = NOMINAL_MINUTES.get(meter)
    return reading | ({"window_minutes": minutes} if minutes else {})
