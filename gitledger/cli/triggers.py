"""What runs by itself after an event: the verbs that `automatic:` names, each as if typed.

Nobody looks on: what they find waits as news. Evidence is never run and no card issued here.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from gitledger.book.automatic import (
    POST_COMMIT,
    POST_MERGE,
    PRE_PUSH,
    WEEK_END,
    WINDOW_END,
    is_automatic_here,
    triggers,
)
from gitledger.book.book import Book
from gitledger.book.localrows import unshared_rows
from gitledger.book.news import headline, leave_news
from gitledger.book.opening import open_book
from gitledger.book.world import World
from gitledger.cli.timelimit import TimeUp, at_most
from gitledger.commands.result import Result, Screen
from gitledger.errors import GitledgerError

BY_HOOK = {"post-commit": POST_COMMIT, "post-merge": POST_MERGE, "session": "", "window-end": ""}
MOST_LINES = 5  # of a push
STEP_SECONDS = 15.0  # no step of `catch-up` begins later
HOOK_SECONDS = 20.0  # for all that an event starts
GAVE_UP = "what was due took too long and goes on next time: gitledger catch-up"


@dataclass(frozen=True, slots=True)
class Found:
    """What the verbs of one event found: the windows that changed, and sentences to keep."""

    windows: tuple[str, ...] = ()
    said: tuple[str, ...] = ()


def after_hook(world: World, hook: str, recorded: Result) -> None:
    """Run what a detached hook's events start; whatever goes wrong is kept as news.

    `recorded` is what the hook recorded: nothing runs after one that recorded nothing.
    """
    event = BY_HOOK.get(hook)
    if event is None:
        return
    with suppress(GitledgerError):
        book = open_book(world)
        try:
            with at_most(HOOK_SECONDS):
                _run_events(world, book, event, recorded)
        except TimeUp:
            leave_news(book.repository, world.now, hook, (GAVE_UP,))


def _run_events(world: World, book: Book, event: str, recorded: Result) -> None:
    from gitledger.capture.upkeep import ready

    config = triggers(book.config)
    ended = ready(book)
    events = [(WINDOW_END, ended)] if ended else []
    if event and (event != POST_COMMIT or recorded.payload.get("commits")):
        events.append((event, ()))
    for name, windows in events:
        found = _run(world, config.get(name, ()), windows)
        leave_news(book.repository, world.now, name, found.said)
    _run_week_end(world, book, config.get(WEEK_END, ()))


def _run(world: World, verbs: Sequence[str], windows: Sequence[str]) -> Found:
    """Each verb once, in order; a refusal of one is a sentence and stops no other."""
    found = Found(tuple(windows))
    for verb in verbs:
        try:
            found = VERBS[verb](world, found)
        except GitledgerError as error:
            found = replace(found, said=(*found.said, f"{verb}: {error.what} ({error.hint})"))
    return found


def _catch_up(world: World, found: Found) -> Found:
    from gitledger.commands.catch_up import caught_up, news_of

    done = caught_up(world, seconds=STEP_SECONDS)
    windows = tuple(dict.fromkeys((*found.windows, *done.changed)))
    return Found(windows, (*found.said, *news_of(world, done)))


def _audit(world: World, found: Found) -> Found:
    from gitledger.commands.audit import audit

    said = []
    for window in found.windows:
        serious = [
            f for f in audit(_pinned(world), window).payload["findings"] if f["severity"] != "note"
        ]
        said += [f"audit {window}: {f['severity']} {f['code']}, {f['what']}" for f in serious]
    return replace(found, said=(*found.said, *said))


def _preview(world: World, found: Found) -> Found:
    from gitledger.commands.preview import preview

    return _first_line(found, "preview", preview(_pinned(world)))


def _card(world: World, found: Found) -> Found:
    from gitledger.book.subject import CardRequest
    from gitledger.commands.card import card

    for window in found.windows:
        payload = card(_pinned(world), CardRequest(window=window)).payload
        found = replace(found, said=(*found.said, f"card {window}: {payload['verdict']}"))
    return found


def _check(world: World, found: Found) -> Found:
    from gitledger.commands.check import check

    book = open_book(world)
    if unshared_rows(book.repository, book.branch) is None:
        return found  # a ledger that was never shared: nothing to compare with, nothing to say
    payload = check(_pinned(world)).payload
    wrong = payload["findings"]
    told = [f"check: {f['code']} {f['what']}" for f in wrong] or ["check: the rows may be pushed"]
    return replace(found, said=(*found.said, *told))


def _first_line(found: Found, verb: str, done: Result) -> Found:
    shown = [line for line in done.text(Screen()).splitlines() if line.strip()]
    return replace(found, said=(*found.said, *(f"{verb}: {line}" for line in shown[:1])))


VERBS: dict[str, Callable[[World, Found], Found]] = {
    "catch-up": _catch_up,
    "audit": _audit,
    "preview": _preview,
    "card": _card,
    "check": _check,
}


def _pinned(world: World) -> World:
    """A world whose verbs record nothing and say no news: they read the tip that stands now."""
    return replace(world, tip=(open_book(world).tip.commit or b"").hex())


def _run_week_end(world: World, book: Book, verbs: Sequence[str]) -> None:
    from gitledger.book.weeks import week_over

    week = week_over(book.repository, world.now)
    if week and verbs:
        found = _run(world, [verb for verb in verbs if verb != "card"], ())
        told = _week_card(world, week) if "card" in verbs else ()
        leave_news(book.repository, world.now, WEEK_END, (*found.said, *told))


def _week_card(world: World, week: str) -> tuple[str, ...]:
    """The week's card in a sentence: shown, never issued."""
    from gitledger.book.subject import CardRequest
    from gitledger.commands.card import card

    try:
        payload = card(_pinned(world), CardRequest(window=week)).payload
    except GitledgerError as error:
        return (f"{week}: no card ({error.what})",)
    return (f"{week} is over: {payload['verdict']} (gitledger card --window {week})",)


def after_catch_up(world: World) -> None:
    """A `catch-up` that a person typed ends a week as well, where this clone acts by itself."""
    with suppress(GitledgerError):
        book = open_book(world)
        if is_automatic_here(book.repository):
            _run_week_end(world, book, triggers(book.config).get(WEEK_END, ()))


def before_push(world: World) -> tuple[str, ...]:
    """At most five lines as a push begins: news, and what the verbs of the event say."""
    try:
        book = open_book(world)
        if not is_automatic_here(book.repository):
            return ()
        said = [headline(book.repository)]
        said += _run(world, triggers(book.config).get(PRE_PUSH, ()), ()).said
    except GitledgerError:
        return ()
    return tuple(f"gitledger: {line.splitlines()[0]}" for line in said if line)[:MOST_LINES]
