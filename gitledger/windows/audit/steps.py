"""The next command of an agent, from the same rules as the audit.

Depends on folded windows and their findings.
"""

from collections.abc import Sequence
from typing import NamedTuple

from gitledger.windows.audit.findings import Finding
from gitledger.windows.snapshot import NO_ACCOUNT
from gitledger.windows.spans import awaiting_finalisation, open_windows, to_complete
from gitledger.windows.window import AFTER, BEFORE, OpenWindow, Window

TO_MEASURE = ("churn-missing",)


class Unended(NamedTuple):
    """An account of a window that is over without a reading after the work."""

    window: str
    provider: str
    account: str


def unended_accounts(windows: Sequence[Window]) -> tuple[Unended, ...]:
    """Accounts whose newest window has no reading after the work and is not open any more.

    An older window cannot be ended any more: a reading now would count the later one's work.
    """
    opened = {(e.window, e.provider, e.account) for e in open_windows(windows)}
    newest: dict[tuple[str, str], Window] = {}
    for window in sorted(windows, key=_begun_at):
        newest |= {(c.provider, c.account): window for c in window.captures}
    return tuple(
        Unended(window.id, *holder)
        for holder, window in newest.items()
        if window.capture(*holder, BEFORE)
        and not window.capture(*holder, AFTER)
        and (window.id, *holder) not in opened
    )


def _begun_at(window: Window) -> float:
    return min((c.canonical.captured_at.timestamp() for c in window.captures), default=0.0)


def end_command(provider: str, account: str, window: str = "") -> str:
    """The command that records usage after the work."""
    named = f" --window {window}" if window else ""
    whose = "" if account == NO_ACCOUNT else f" --account {account}"
    return f"gitledger end {provider}{named}{whose}"


def is_to_complete_alone(windows: Sequence[Window], window: str, agent: str) -> bool:
    """Whether `complete` without an id means that window."""
    return to_complete(windows, agent) == (window,)


def complete_command(window: Window, *, named: bool = True, counted: bool = False) -> str:
    """The command that records what a window delivered; Q and N are for a person to fill in.

    `named` where it would not be found without its id, `counted` where features need no number.
    """
    words = ["gitledger complete", *([f"--window {window.id}"] if named else [])]
    if not counted:
        providers = dict.fromkeys(provider for provider, _ in window.holders)
        words += [f"--features {provider}=N" for provider in providers]
    return " ".join([*words, "--quality Q --outcome pass --impf N"])


def _ends_itself(window: Window, entry: OpenWindow) -> bool:
    """Whether an agent's hooks opened the window: they end it, and no person needs to."""
    before = window.capture(entry.provider, entry.account, BEFORE)
    return before is not None and before.canonical.automatic


def next_step(
    windows: Sequence[Window],
    found: Sequence[Finding],
    agent: str,
    *,
    provider: str,
    completion: str = "",
) -> str:
    """The command that an agent most likely wants now; `provider` is whose to begin with.

    `completion` completes the first window that the agent ended, else says what only a person knows
    of the last that the program completed.

    What was ended is completed first, then what is open is ended, then what can still be measured
    is measured, then errors are looked at; with nothing to do, the figures are.
    """
    by_id = {window.id: window for window in windows}
    if ended := awaiting_finalisation(windows, agent):
        return completion or complete_command(by_id[ended[0]])
    opened = [entry for entry in open_windows(windows) if entry.agent == agent]
    if mine := [entry for entry in opened if not _ends_itself(by_id[entry.window], entry)]:
        return end_command(mine[0].provider, mine[0].account)
    if late := unended_accounts(windows):
        return end_command(late[-1].provider, late[-1].account, late[-1].window)
    if missing := list(dict.fromkeys(f.window for f in found if f.code in TO_MEASURE)):
        which = "--all" if len(missing) > 1 else f"--window {missing[0]}"
        return f"gitledger churn {which}"
    if any(f.severity == "error" for f in found):
        return "gitledger audit"
    return completion or ("gitledger preview" if windows else f"gitledger start {provider}")
