"""The completion of a window as a row: what was stated or counted, its meters, its anomalies.

`complete` states it for a person, `catch-up` for nobody: an automatic row holds no moment of
measuring, so that what several clones complete is one fact.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gitledger.book.book import Book
from gitledger.book.commit_range import commit_range
from gitledger.book.corrections import replacement
from gitledger.book.feature_count import count_features
from gitledger.book.windows import LEDGERS, fold_ledgers
from gitledger.book.world import TOOL
from gitledger.git.branch.draft import Draft
from gitledger.ledger.automatic import AUTOMATIC, BY, TYPED, is_automatic
from gitledger.ledger.row import Row
from gitledger.ledger.values import recording_time, stamp
from gitledger.windows.audit.checks import anomalies_of
from gitledger.windows.audit.facts import neighbours_of
from gitledger.windows.audit.findings import Finding
from gitledger.windows.capacity import with_capacity
from gitledger.windows.evidence import outcome_of
from gitledger.windows.features import FeatureCount, delivered_columns
from gitledger.windows.finalisation import Finalisation, finalisation_of
from gitledger.windows.payload import delta_map
from gitledger.windows.thresholds import Terms, read_terms
from gitledger.windows.window import AFTER, Window

WENT_ON = "its session went on behind the end that it was completed at"
ANOMALY = ("window", "code", "severity", "where", "what", "hint")


@dataclass(frozen=True, slots=True)
class Completed:
    """A window as its finalisation leaves it: the row, and the anomalies that stood then."""

    window: Window
    row: str
    anomalies: tuple[Finding, ...]
    terms: Terms
    already: bool = False


def automatic_values(book: Book, window: Window) -> dict[str, Any]:
    """The columns of a completion that nobody typed: the commits recorded, features counted.

    The outcome is what the evidence says, absent where it says nothing; the moment is that of the
    last reading after the work. Raises HistoryIncomplete where the commits cannot be read.
    """
    values = {"window": window.id, "finalised_at": ended_at(window), BY: AUTOMATIC}
    values |= commit_range(book, window, "", "")
    values |= delivered_columns(count_for_row(book, values, book.world.agent), window.holders)
    outcome = outcome_of(window.evidence, terms_stated(book).failures)
    told = {"outcome": outcome, "methodology": stated_methodology(book)}
    return values | {name: value for name, value in told.items() if value}


def automatic_row(book: Book, window: Window) -> Row | None:
    """The row by which the program completed a window; None where it did not, or a person did."""
    final = window.final
    if final is None or not final.automatic:
        return None
    return next((row for row in book.rows("windows") if row.id == final.row), None)


def ended_at(window: Window) -> str:
    """When a window ended: the last reading after its work, else the last reading at all."""
    shots = [c.canonical for c in window.captures]
    after = [c.canonical for c in window.captures if c.phase == AFTER]
    return stamp(max(shot.captured_at for shot in after or shots))


def stated_methodology(book: Book) -> str:
    """How work is done where nobody says it of a window: `methodology` in gitledger.yaml."""
    named = book.config.get("methodology")
    return named if isinstance(named, str) else ""


def usual_methodology(book: Book, window: Window) -> str:
    """The same for a person who completes: else as of the last window that says it."""
    rows = [row.values for row in book.rows("windows") if row.values.get("window") != window.id]
    named = [str(values["methodology"]) for values in rows if values.get("methodology")]
    return stated_methodology(book) or (named[-1] if named else "")


def count_for_row(book: Book, values: Mapping[str, Any], agent: str) -> FeatureCount:
    """The features of a window that is completed with these columns, so far without features."""
    row, _ = as_row(book, {**values, "features": []}, agent)
    folded = fold_all(book, (row,))
    window = next(found for found in folded if found.id == values["window"])
    return count_features(book, window)


def record_finalisation(
    book: Book, values: Mapping[str, Any], agent: str = "", *, before: Row | None = None
) -> Completed:
    """Record a completion and the anomalies that stand then, in one commit.

    `values` are the columns without the deltas; those of an automatic row that another clone
    recorded already change nothing. One that stands, `before`, is replaced.
    """
    row, _ = as_row(book, values, agent)
    folded = fold_all(book, (row,))
    finished = next(found for found in folded if found.id == values["window"])
    told = {**values, "deltas": [delta_record(delta_map(delta)) for delta in finished.deltas]}
    terms = terms_of(book, folded)
    found = anomalies_of(finished, neighbours_of(folded), terms=terms)
    final = book.draft("windows", told, again=before is not None)
    drafts = [final, *anomaly_drafts(book, found, str(values.get(BY, TYPED)))]
    if before is not None:
        drafts.append(replacement(book, before, final, WENT_ON, agent))
    done = book.record(drafts, agent=agent)[0]
    return Completed(finished, done.row.id, tuple(found), terms, done.already)


def terms_of(book: Book, windows: Sequence[Window]) -> Terms:
    """The terms, with a capacity meter for every provider."""
    return with_capacity(windows, terms_stated(book))


def terms_stated(book: Book) -> Terms:
    """The terms as the configuration states them; what is wrong with it `config set` tells."""
    return read_terms(book.config)[0]


def fold_all(book: Book, extra: Sequence[Row] = ()) -> tuple[Window, ...]:
    """All windows, with finalisations added that are not recorded yet.

    One that the program makes stands in the place of the one that it made before.
    """
    anew = {str(row.values["window"]) for row in extra if is_automatic(row.values)}
    return fold_ledgers(book, LEDGERS, terms_stated(book), extra, anew=anew)


def as_row(book: Book, values: Mapping[str, Any], agent: str) -> tuple[Row, Finalisation]:
    """The finalisation as it would be recorded, checked against the ledger's definition."""
    checked = book.draft("windows", values).values
    row = Row("windows", recording_time(book.world.now), agent or book.world.agent, TOOL, checked)
    return row, finalisation_of(row)


def delta_record(delta: Mapping[str, Any]) -> dict[str, Any]:
    """A delta as it is kept: unknown numbers absent."""
    return {name: value for name, value in delta.items() if value is not None and value != ""}


def anomaly_drafts(book: Book, found: Sequence[Finding], by: str) -> list[Draft]:
    """Rows for the anomalies that are not on record yet."""
    held = {
        (row.values.get("window"), row.values.get("code"), row.values.get("where"))
        for row in book.rows("anomalies")
    }
    fresh = [f for f in found if (f.window, f.code, f.where) not in held]
    told = [{name: getattr(f, name) for name in ANOMALY if getattr(f, name)} for f in fresh]
    mark = {BY: by} if by == AUTOMATIC else {}
    return [book.draft("anomalies", book.held("anomalies", values | mark)) for values in told]
