"""The deliverables of a week, one by one: done, or what is missing and the command that does it.

Depends on `decision.case`, `scope` and folded windows. Nothing here judges the work itself: a
complete list of a week that failed is complete.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

from gitledger.decision.case import Ledger
from gitledger.decision.scope import Scope, windows_in
from gitledger.ledger.row import Row
from gitledger.windows.audit.facts import ranges_of
from gitledger.windows.audit.findings import SOUND
from gitledger.windows.churn import is_measured, newest_churn
from gitledger.windows.finalisation import Finalisation
from gitledger.windows.snapshot import text_of
from gitledger.windows.window import AFTER, BEFORE, Window

LISTED = 12


class Item(NamedTuple):
    """One deliverable: `have` of `of` are there; `missing` names the rest, `step` does one.

    `of` is None where any number above 0 will do.
    """

    name: str
    have: int
    of: int | None
    missing: tuple[str, ...] = ()
    step: str = ""

    @property
    def done(self) -> bool:
        """Whether nothing is missing."""
        return self.have > 0 if self.of is None else self.have >= self.of > 0

    def payload(self) -> Mapping[str, object]:
        """JSON form."""
        return {
            "item": self.name,
            "done": self.done,
            "have": self.have,
            "of": self.of,
            "missing": list(self.missing),
            "next": "" if self.done else self.step,
        }


def checklist(
    ledger: Ledger, scope: Scope, rows: Mapping[str, Sequence[Row]], least: int
) -> tuple[Item, ...]:
    """Every item of a week.

    `rows` are those of the ledgers beside windows; `least` the windows that each provider needs
    (`week0` of the rules).
    """
    windows = windows_in(ledger, scope)
    providers = sorted({name for w in windows for name, _ in w.holders}) or ["PROVIDER"]
    return (
        *(enough(provider, windows, least) for provider in providers),
        *(per_window(windows, *each) for each in WINDOW_ITEMS),
        *ledger_items(rows),
        sound(ledger, windows),
        proven(ledger),
        replay_item(rows, scope),
        card_item(ledger, scope),
        votes_item(ledger, scope),
    )


def enough(provider: str, windows: Sequence[Window], least: int) -> Item:
    """Windows of a provider with both readings."""
    own = [w for w in windows if provider in {name for name, _ in w.holders}]
    whole = [w for w in own if all(was_captured(w, provider, phase) for phase in (BEFORE, AFTER))]
    lacking = tuple(w.id for w in own if w not in whole)[:LISTED]
    step = f"gitledger end {provider} --window {lacking[0]}" if lacking else ""
    more = f"gitledger start {provider}"
    name = f"{provider}: {least} windows with a reading before and after"
    return Item(name, len(whole), least, lacking, step if len(own) >= least and step else more)


def was_captured(window: Window, provider: str, phase: str) -> bool:
    """Whether a provider's meters were read in a phase."""
    return any(c.provider == provider and c.phase == phase for c in window.captures)


def states(test: Callable[[Finalisation], object]) -> Callable[[Window], bool]:
    """Whether a finished window states something."""
    return lambda window: (done := window.final) is not None and bool(test(done))


def has_churn(window: Window) -> bool:
    """Whether what became of its lines was measured."""
    return any(map(is_measured, newest_churn(window).values()))


AMEND = "gitledger complete --amend -m WHY --window {window}"
WindowItem = tuple[str, Callable[[Window], bool], str]
WINDOW_ITEMS: tuple[WindowItem, ...] = (
    ("completed", states(lambda _: True), "gitledger complete --window {window} -f PROVIDER=N"),
    ("outcome", states(lambda f: f.outcome), AMEND + " --outcome pass"),
    ("quality", states(lambda f: f.quality is not None), AMEND + " --quality 0.9"),
    ("methodology", states(lambda f: f.methodology), AMEND + " --methodology NAME"),
    (
        "human minutes (IMPF)",
        states(lambda f: f.minutes is not None or f.impf is not None),
        AMEND + " --minutes N",
    ),
    ("cognitive load (CLS)", states(lambda f: f.cls is not None), AMEND + " --cls N"),
    ("commits", lambda w: bool(ranges_of(w)), "git commit while the window is open"),
    ("churn", has_churn, "gitledger churn --window {window}"),
    ("evidence", lambda w: bool(w.evidence), "gitledger evidence run --window {window} -- COMMAND"),
)


def per_window(
    windows: Sequence[Window], name: str, test: Callable[[Window], bool], step: str
) -> Item:
    """Something that every window has."""
    lacking = tuple(w.id for w in windows if not test(w))
    told = step.format(window=lacking[0]) if lacking else "gitledger start PROVIDER"
    return Item(
        f"each window: {name}", len(windows) - len(lacking), len(windows), lacking[:LISTED], told
    )


def ledger_items(rows: Mapping[str, Sequence[Row]]) -> Iterator[Item]:
    """Ledgers that hold rows at all."""
    for ledger, step in (
        ("capabilities", "gitledger capability add CAP-1 --name NAME"),
        ("features", "gitledger feature reserve -w WINDOW CAP-1"),
        ("tokens", "gitledger tokens plan N -w WINDOW"),
    ):
        yield Item(f"ledger {ledger}", len(rows.get(ledger, ())), None, (), step)


def sound(ledger: Ledger, windows: Sequence[Window]) -> Item:
    """Windows whose audit has no error of the record."""
    wrong = {f.window for f in ledger.findings if f.severity == "error" and f.code not in SOUND}
    lacking = tuple(w.id for w in windows if w.id in wrong)
    step = f"gitledger audit --window {lacking[0]}" if lacking else "gitledger start PROVIDER"
    have = len(windows) - len(lacking)
    return Item("each window: audit without an error", have, len(windows), lacking[:LISTED], step)


def proven(ledger: Ledger) -> Item:
    """The history proves the rows."""
    broken = ledger.integrity
    return Item("ledger intact", int(not broken), 1, broken[:LISTED], "gitledger verify")


def replay_item(rows: Mapping[str, Sequence[Row]], scope: Scope) -> Item:
    """A replay of the week on record, with its budgets and its seed."""
    found = [
        row
        for row in rows.get("experiments", ())
        if text_of(row.values, "experiment").startswith("replay-")
        if week_of(row) in {"", scope.subject}
    ]
    step = f"gitledger replay --week {scope.subject} --issue"
    return Item("replay recorded", len(found), None, (), step)


def week_of(row: Row) -> str:
    """The week that a recorded replay was of; empty for one of everything."""
    content = row.values.get("content")
    return text_of(content, "week") if isinstance(content, Mapping) else ""


def card_item(ledger: Ledger, scope: Scope) -> Item:
    """The week's card on record."""
    cards = ledger.issued(scope.label)
    step = f"gitledger card --window {scope.subject} --issue"
    return Item(f"card {scope.label} issued", len(cards), None, (), step)


def votes_item(ledger: Ledger, scope: Scope) -> Item:
    """Votes on the week's card."""
    step = f"gitledger vote {scope.subject} --voter NAME --vote go"
    return Item("votes on the card", len(ledger.votes_on(scope.label)), None, (), step)
