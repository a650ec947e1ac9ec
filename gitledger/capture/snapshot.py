"""What all captures share: choosing the window, building the row, telling what was recorded."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from hashlib import sha256
from typing import Any

from gitledger.book.book import Book
from gitledger.book.windows import LedgerWindows
from gitledger.capture.clock import zone_name
from gitledger.capture.source import KEPT_AS_TEXT, Given
from gitledger.errors import GitledgerError, Problem
from gitledger.git.branch.draft import Receipt
from gitledger.git.plumbing import pin_plumbing
from gitledger.ledger.redaction import label
from gitledger.ledger.row import Row, Value
from gitledger.ledger.values import stamp
from gitledger.meters.reading import Parsed, problem_to_map, reading_to_map
from gitledger.meters.redaction import excerpt
from gitledger.windows.snapshot import NO_ACCOUNT, maps_of
from gitledger.windows.window import OpenWindow

TEXT_LIMIT = 5000  # a screen of 24 rows and 200 columns fits


@dataclass(frozen=True, slots=True)
class CaptureOptions:
    """The options of a capture as typed, labels as rows keep them; "" is not given.

    `keep` records a reading with errors, or without a meter; so does `unattended`, an agent's
    hook, for what it reads: nobody is there to take another. `local` passes standard input over.
    """

    window: str = ""
    account: str = ""
    agent: str = ""
    at: str = ""
    tz: str = ""
    notes: str = ""
    origin: str = ""
    keep: bool = False
    simulated: bool = False
    local: bool = False
    unattended: bool = False

    def __post_init__(self) -> None:
        for name in ("account", "agent"):
            object.__setattr__(self, name, label(getattr(self, name)))


@dataclass(frozen=True, slots=True)
class ReadingPlace:
    """Where a reading belongs: window, account and phase."""

    window: str
    provider: str
    account: str
    phase: str


def account_of(book: Book, provider: str, asked: str) -> str:
    """The account label asked for, else the only one configured, else `default`."""
    if asked:
        return asked
    accounts = book.config.get("accounts")
    listed = accounts.get(provider) if isinstance(accounts, Mapping) else None
    labels = listed if isinstance(listed, Sequence) and not isinstance(listed, str) else [listed]
    return label(str(labels[0])) if len(labels) == 1 and labels[0] else NO_ACCOUNT


def begun_already(book: Book, opened: Sequence[OpenWindow], given: Given, account: str) -> str:
    """The open window of an account that this very pane began; "" when there is none."""
    begun = {found.row: found.window for found in opened if found.account == account}
    return next((begun[row.id] for row in shown_before(book, given) if row.id in begun), "")


def shown_before(book: Book, given: Given) -> list[Row]:
    """The captures of this very text, in the order of recording."""
    shown = digest(given)
    return [row for row in book.rows("snapshots") if row.values.get("source_sha256") == shown]


def digest(given: Given) -> str:
    """The SHA-256 of the whole text: with its window and phase what makes a pane one row."""
    return sha256(given.text.encode()).hexdigest()


def snapshot_values(
    place: ReadingPlace,
    given: Given,
    parsed: Parsed,
    *,
    captured_at: datetime,
    zone: tzinfo,
    options: CaptureOptions,
) -> dict[str, Value]:
    """The columns of a snapshots row. Identities are taken out of the text before it is kept."""
    values: dict[str, Value] = {
        "window": place.window,
        "provider": place.provider,
        "account": place.account,
        "phase": place.phase,
        "captured_at": stamp(captured_at),
        "source": parsed.source,
        "channel": parsed.channel,
        "source_sha256": digest(given),
        "tz": zone_name(zone),
        "simulated": options.simulated,
        "readings": [reading_to_map(reading) for reading in parsed.readings],
        "problems": [problem_to_map(problem) for problem in parsed.problems],
        "notes": options.notes,
    }
    if parsed.source in KEPT_AS_TEXT:
        values["text"] = excerpt(given.text, TEXT_LIMIT)
    return {name: value for name, value in values.items() if value not in ("", [], False)} | {
        "readings": values["readings"]
    }


def capture_payload(
    book: Book, recorded: Receipt, problems: Sequence[Problem] = ()
) -> dict[str, Any]:
    """What `--json` says of one recorded snapshot; `problems` come behind those of the text.

    Of a row that was recorded already it is the row's own values that are told.
    """
    values = book.stored(recorded).values
    doubts = [dict(found) for found in maps_of(values, "problems")]
    return {
        "row": recorded.row.id,
        "already": recorded.already,
        "window": values["window"],
        "provider": values["provider"],
        "account": values["account"],
        "phase": values["phase"],
        "captured_at": values["captured_at"],
        "readings": [dict(reading) for reading in maps_of(values, "readings")],
        "problems": [*doubts, *map(problem_to_map, problems)],
    }


def worked_by_then(book: Book, folded: LedgerWindows, window: str) -> dict[str, Any]:
    """The column that freezes the runs of a window's commits as it ends; none where none stands."""
    found = next((one for one in folded.windows if one.id == window), None)
    if found is None or not found.commits:
        return {}
    from gitledger.book.commits import known_of, runs_to_freeze  # noqa: PLC0415 - few have any
    from gitledger.book.window_range import recorded_range  # noqa: PLC0415 - as above

    try:
        with pin_plumbing(book.world.directory) as git:
            credit = recorded_range(git, found, known_of(book)).credit
            runs = runs_to_freeze(git, credit) if credit else []
    except GitledgerError:
        return {}  # a cut history is no reason to refuse a reading
    return book.held("snapshots", {"runs": runs} if runs else {})
