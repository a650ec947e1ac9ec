"""What happens by itself: events and the verbs they start, as `automatic:` in gitledger.yaml says.

It acts only in clones where a person said so in git's configuration. What an older or newer version
knows and this one does not is left out with a note; nothing is refused for it.
"""

from collections.abc import Iterator, Mapping

from gitledger.errors import Problem
from gitledger.git.repository import Repository, flag
from gitledger.ledger.row import texts

KEY = "automatic"
SETTING = "gitledger.automatic"  # in git's configuration of a clone
WINDOW_END, WEEK_END = "window-end", "week-end"
POST_COMMIT, POST_MERGE, PRE_PUSH = "post-commit", "post-merge", "pre-push"
EVENTS = (WINDOW_END, POST_COMMIT, POST_MERGE, PRE_PUSH, WEEK_END)
VERBS = ("catch-up", "audit", "preview", "card", "check")
DEFAULTS: Mapping[str, tuple[str, ...]] = {
    WINDOW_END: ("catch-up", "audit"),
    POST_MERGE: ("catch-up",),
    PRE_PUSH: ("check",),
    WEEK_END: ("card",),
}


def is_automatic_here(repository: Repository) -> bool:
    """Whether a person let this clone act by itself."""
    return flag(repository, SETTING) is True


def triggers(config: Mapping[str, object]) -> Mapping[str, tuple[str, ...]]:
    """The verbs of each event: as configured, else the defaults; what is not known stays out."""
    if KEY not in config:
        return DEFAULTS
    given = config[KEY]
    named = given if isinstance(given, Mapping) else {}
    return {
        event: tuple(verb for verb in texts(named[event]) if verb in VERBS)
        for event in EVENTS
        if event in named
    }


def trigger_problems(given: object) -> Iterator[Problem]:
    """Events and verbs that nothing here knows: a typing error must not keep quiet."""
    for event, verbs in given.items() if isinstance(given, Mapping) else ():
        where = f"{KEY}.{event}"
        if event not in EVENTS:
            yield Problem(where, "is not an event", f"known: {', '.join(EVENTS)}", "config-unknown")
        if not isinstance(verbs, list):
            yield Problem(where, f"is {verbs!r}, not a list of verbs", "", "config-type")
        for verb in texts(verbs):
            if verb not in VERBS:
                hint = f"known: {', '.join(VERBS)}"
                yield Problem(where, f"{verb!r} cannot run by itself", hint, "config-unknown")
