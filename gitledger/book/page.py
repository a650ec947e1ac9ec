"""The ledger as one HTML page that can be forwarded: drawn, recorded, its recipe read again."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from html import unescape
from pathlib import Path
from typing import Any

from gitledger.book.book import Book
from gitledger.book.budgets import Flags, budgets_of
from gitledger.book.case import Sightings, read_ledger
from gitledger.book.replay_log import read_log
from gitledger.book.subject import parse_days, refuse_no_week, refuse_provider
from gitledger.book.world import TOOL
from gitledger.decision.case import Ledger
from gitledger.decision.overview import overview
from gitledger.decision.scope import ALL, Scope, is_week, windows_in
from gitledger.decision.week_card import week_card
from gitledger.errors import GitledgerError, UnknownWindow, UnreadableInput
from gitledger.git.branch.rows import row_count
from gitledger.report.page.html import Recipe, report_html
from gitledger.report.page.names import incognito, names_of, without_accounts, without_money
from gitledger.windows.snapshot import text_of

FILE = "gitledger-report.html"
FLAGS = {"accounts": "--with-accounts", "money": "--with-money", "incognito": "--incognito"}
META = '<meta name="gitledger-report" content="'
MOST_HEAD = 1 << 20  # bytes: the recipe stands in the head of the page
ID_DIGITS = 16


@dataclass(frozen=True, slots=True)
class PageRequest:
    """What the page is of, and what it may tell."""

    window: str = ""
    since: str = ""
    until: str = ""
    provider: str = ""
    accounts: bool = False
    money: bool = False
    incognito: bool = False


def page_text(book: Book, asked: PageRequest, seen: Sightings | None) -> str:
    """The page's text, a pure function of the tip, what was seen outside it, and the options."""
    ledger = read_ledger(book, seen, prove=seen is None)
    scope = scope_of(ledger, asked)
    card = week_card(ledger, scope, shown=True)
    page: Any = {
        **overview(ledger, scope, card),
        "rows": sum(row_count(book.tip, name) for name in book.ledgers),
        "ceiling": ceiling_of(book, scope),
        "subscriptions": subscription_facts(book, ledger, asked.provider),
    }
    page = page if asked.money else without_money(page)
    page = page if asked.accounts else without_accounts(page)
    branch = book.branch
    if asked.incognito:
        page, branch = incognito(page, places(book)), places(book)[branch]
    return report_html(page, recipe_of(asked, ledger, branch))


def subscription_facts(book: Book, ledger: Ledger, provider: str) -> Mapping[str, object]:
    """What the subscriptions gave, as of the tip, whatever windows the page is of."""
    from gitledger.book.subscription import subscriptions  # noqa: PLC0415 - loads numpy

    as_of = int(datetime.fromisoformat(ledger.source.as_of).timestamp())
    return subscriptions(book, (ledger.windows, ledger.terms), as_of).page(provider)


def places(book: Book) -> dict[str, str]:
    """Names of this clone that a page may hold, and what stands for them."""
    repository = Path(book.repository.git_dir).resolve().parent.name
    return {book.branch: "the ledger branch", repository: "the repository"}


def named_parts(book: Book) -> dict[str, str]:
    """Every name of the whole ledger, and what stands for it on an incognito page."""
    ledger = read_ledger(book)
    scope = Scope(ALL)
    page = overview(ledger, scope, week_card(ledger, scope, shown=True))
    voters = sorted({text_of(row.values, "voter") for row in ledger.votes})
    everybody = {**page, "cards": [{"votes": [{"voter": voter} for voter in voters]}]}
    return names_of(everybody) | places(book)


def scope_of(ledger: Ledger, asked: PageRequest) -> Scope:
    """The windows that the page is of. Raises UsageError, UnknownWindow where there are none."""
    since, until = parse_days(asked.since, asked.until)
    if asked.window:
        refuse_no_week("--window", asked.window)
    subject = asked.window.upper() if asked.window else ALL
    scope = Scope(subject, since=since, until=until, provider=asked.provider)
    refuse_provider(ledger, asked.provider)
    if (asked.window or since or until) and not windows_in(ledger, scope):
        raise UnknownWindow(f"no window was worked in {scope.label}", "gitledger report")
    return scope


def ceiling_of(book: Book, scope: Scope) -> Mapping[str, object]:
    """The most features that a mix of providers could have made in a week, or why nobody can tell.

    Features as they are, as the lines under it count them: `replay` weighs them by quality.
    """
    if not is_week(scope.subject) or scope.since or scope.until or scope.provider:
        return {"total": None, "reason": "only a whole week has a budget: report --window WEEK0"}
    from gitledger.routing.ceiling import ceiling  # noqa: PLC0415 - loads scipy

    try:
        read = read_log(book, book.world.now, None, scope.subject, plain_features=True)
        found = ceiling(read.windows, budgets_of(read, Flags(week=scope.subject)))
    except GitledgerError as error:
        return {"total": None, "reason": error.what}
    if isinstance(found, str):
        return {"total": None, "reason": found}
    rounds, plan = found
    return {"total": float(f"{plan.total:.6g}"), "rounds": rounds, "reason": ""}


def recipe_of(asked: PageRequest, ledger: Ledger, branch: str) -> Recipe:
    """How the page was asked for, for programs and as one command."""
    options = {name: value for name, value in asdict(asked).items() if value}
    kept = {
        "tip": ledger.source.tip,
        "as_of": ledger.source.as_of,
        "tool": TOOL,
        "options": options,
        "world": dict(ledger.world) if not asked.incognito else nameless(ledger.world),
    }
    named = [f"--{name} {value}" for name, value in options.items() if value is not True]
    words = [*named, *(FLAGS[name] for name, value in options.items() if value is True)]
    made = " ".join(["gitledger report", *words])
    command = f"gitledger verify && gitledger report --recompute {FILE}"
    return Recipe(
        json.dumps(kept, sort_keys=True, separators=(",", ":")),
        f"{command}  # made by: {made}",
        branch,
        asked.money,
    )


def nameless(world: Mapping[str, object]) -> dict[str, object]:
    """What was seen outside without names: which windows were taken back is looked up again."""
    return {name: world[name] for name in ("proof", "vanished") if name in world}


def record_page(book: Book, page: str, digest: str) -> str:
    """A row that names a page: its hash and its recipe. The same page is recorded once."""
    kept = recipe_in(page, "the page")
    values = {
        "experiment": f"report-{digest[:ID_DIGITS]}",
        "metric": "report",
        "decision": "issued",
        "content": {"sha256": digest, **kept},
    }
    return book.append("experiments", book.held("experiments", values)).row.id


def issued_page(book: Book, given: str) -> tuple[Mapping[str, Any] | None, str]:
    """The recipe and hash of a recorded page by a prefix of its id; None where it names none."""
    if len(given) < 4 or not all(c in "0123456789abcdef" for c in given):
        return None, ""
    found = [
        row.values["content"]
        for row in book.rows("experiments")
        if str(row.values.get("experiment", "")).startswith(f"report-{given}")
    ]
    if len(found) != 1:
        return None, ""
    content = found[0]
    if not isinstance(content, Mapping):
        return None, ""
    return content, str(content.get("sha256", ""))


def recipe_in(page: str, name: str) -> Mapping[str, Any]:
    """The recipe that a page holds in its head. Raises UnreadableInput."""
    _, found, rest = page[:MOST_HEAD].partition(META)
    try:
        kept = json.loads(unescape(rest.partition('"')[0])) if found else None
    except ValueError:  # somebody's own page: refused below as one without a recipe
        kept = None
    if not isinstance(kept, dict):
        raise UnreadableInput(
            f"{name} is not a page of gitledger report", "gitledger report --out FILE"
        )
    return kept
