"""`tokens`: checkpoints of a budget, their plan, and what the window is known to have made."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from gitledger.book.book import Book
from gitledger.book.once import record_fact, stated_fields
from gitledger.book.opening import open_book
from gitledger.book.references import known_window, planned_window
from gitledger.book.windows import fold_book
from gitledger.book.world import World
from gitledger.commands.result import Result, wrap_lines
from gitledger.errors import GitFailed, HistoryIncomplete
from gitledger.git.code.added_tests import added_tests
from gitledger.git.plumbing import pin_plumbing
from gitledger.ledger.door import kept_values
from gitledger.ledger.row import Row
from gitledger.report.row_text import NO_PLAN, checkpoint_lines, untold_tests
from gitledger.windows.snapshot import number_of, text_of
from gitledger.windows.window import Window

PLAN = "plan"
TIES = ("task", "session", "window")  # what joins a checkpoint to its plan, the strongest first
LINES = {"lines_added": "insertions", "lines_deleted": "deletions"}


@dataclass(frozen=True, slots=True)
class Budget:
    """What a checkpoint is for; empty fields are not stated."""

    window: str = ""
    task: str = ""
    session: str = ""


def tokens(world: World, checkpoint: str, many: int, *, budget: Budget, agent: str = "") -> Result:
    """A token checkpoint. mid and final take their plan, and what the window made, with them.

    A plan may name a window to come. Raises UsageError, UnknownWindow.
    """
    book, given = open_book(world), stated_fields(asdict(budget))
    named = planned_window if checkpoint == PLAN else known_window
    notes = named(book, budget.window) if budget.window else []
    values: dict[str, Any] = {"date": world.now.date().isoformat(), "checkpoint": checkpoint}
    values |= given
    if checkpoint == PLAN:
        values["planned"] = many
    else:
        values["actual"] = many
        asked = kept_values(given, book.schema("tokens"))
        plan = plan_of(book.rows_if_any("tokens"), asked, book)
        planned = number_of(plan.values, "planned") if plan else None
        if plan is None or planned is None:
            notes.append(NO_PLAN)
        else:
            values |= {"planned": int(planned), "delta": many - int(planned)}
        window = budget.window or (text_of(plan.values, "window") if plan else "")
        made = made_in(book, window)
        values |= made
        if window and "tests_added" not in made:
            notes.append(untold_tests(window, recorded="commits" in made))
    payload = record_fact(book, "tokens", values, agent=agent)
    text = wrap_lines(*checkpoint_lines(payload))
    return Result("gitledger.tokens/1", payload, text, notes=tuple(notes))


def plan_of(rows: Sequence[Row], asked: Mapping[str, Any], book: Book) -> Row | None:
    """The newest plan of the same task, else of the same session, else of the same window.

    A plan that names another task than the checkpoint is another budget, whatever else they share.
    """
    schema = book.schema("tokens")
    plans = [
        (row, kept_values(row.values, schema))
        for row in reversed(rows)  # the newest plan counts
        if text_of(row.values, "checkpoint") == PLAN
        and number_of(row.values, "planned") is not None
    ]
    task = asked.get("task")
    for tie in TIES:
        for row, told in plans:
            other = task is not None and told.get("task") not in (None, task)
            if tie in asked and told.get(tie) == asked[tie] and not other:
                return row
    return None


def made_in(book: Book, window: str) -> dict[str, Any]:
    """Window, commits, lines and features as far as its rows know them; nothing else.

    Merges count as commits, but not for lines: theirs stand in the commits they bring. A commit
    that was rewritten counts as what it became. Tests are counted in git, where it has the commits.
    """
    if not window:
        return {}
    found = {w.id: w for w in fold_book(book).windows}.get(window)
    if found is None:
        return {"window": window}
    there = book.rows_if_any("rewrites")
    gone = {text_of(row.values, "old") for row in there}
    tests = tests_of(book, found.commits, gone)
    return {"window": window, **written_work(found.commits, gone), **tests, **features_of(found)}


def tests_of(book: Book, rows: Sequence[Row], gone: set[str]) -> dict[str, int]:
    """The tests that a window's commits added; nothing where git lacks one of them."""
    shas = {text_of(row.values, "sha") for row in without_merges(rows)} - gone
    if not shas:
        return {}
    try:
        with pin_plumbing(book.world.directory) as git:
            return {"tests_added": added_tests(git, sorted(shas))}
    except (GitFailed, HistoryIncomplete):  # unknown, and a note says so; never 0
        return {}


def written_work(rows: Sequence[Row], gone: set[str]) -> dict[str, int]:
    """Commits and lines of a window; a sum with an unknown part is unknown."""
    commits = {sha: row for row in rows if (sha := text_of(row.values, "sha")) not in gone}
    if not commits:
        return {}
    made: dict[str, int] = {"commits": len(commits)}
    single = without_merges(commits.values())
    for column, name in LINES.items():
        counts = [number_of(row.values, name) for row in single]
        known = [int(count) for count in counts if count is not None]
        if known and len(known) == len(counts):
            made[column] = sum(known)
    return made


def without_merges(rows: Iterable[Row]) -> list[Row]:
    """Commits with one parent at most."""
    return [row for row in rows if len(row.values.get("parents") or ()) <= 1]  # type: ignore[arg-type]


def features_of(window: Window) -> dict[str, int]:
    """Features of the finalisation, else the capabilities recorded as delivered, if any."""
    if window.finalised:
        return {"features_added": window.finalised.canonical.features}
    rows = [r.values for r in window.features if text_of(r.values, "state") == "delivered"]
    done = {tuple(text_of(r, n) for n in ("capability", "description", "scenario")) for r in rows}
    return {"features_added": len(done)} if done else {}
