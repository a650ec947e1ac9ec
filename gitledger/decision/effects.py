"""What a difference between two states of a ledger does to numbers, findings and verdicts. Pure.

Both sides are read in the terms of the first: a change of rules is told, and moves no number here.
The samples of the two sides share their windows, so a change is called by the intervals alone:
where either number lies in the other's interval, it is within noise.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from gitledger.decision.case import Ledger
from gitledger.decision.window import judge_window
from gitledger.decision.window_card import window_facts
from gitledger.measure.coverage import Coverage, coverage
from gitledger.measure.efficiency import LASTING_PER_PP, Efficiency, efficiency, every_provider
from gitledger.measure.estimate import Estimate
from gitledger.measure.lasting import Lasting, lasting
from gitledger.measure.outcome import WindowOutcome
from gitledger.measure.windowed import outcomes_of
from gitledger.windows.audit.findings import Finding
from gitledger.windows.window import Window

Json = Mapping[str, object]
NONE, NOISE, UP, DOWN = "none", "within noise", "up", "down"
FIRST, LOST, UNKNOWN, TOO_FEW = "first", "lost", "unknown", "too few windows to tell"


@dataclass(frozen=True, slots=True)
class ArmSide:
    """One provider on one side: features per capacity, what lasts, and that per capacity."""

    measured: Efficiency
    lasts: Lasting
    lasting_rate: Estimate

    def payload(self) -> Json:
        """JSON form."""
        told = self.measured.payload()
        names = ("windows", "usable", "features", "capacity", "efficiency", "gate")
        return {
            **{name: told[name] for name in names},
            "delivered": self.lasts.delivered,
            "lasting": self.lasts.payload(),
            "lasting_per_pp": self.lasting_rate.payload(),
        }


@dataclass(frozen=True, slots=True)
class ArmEffect:
    """What the difference does to one provider; a side is None where it has no window."""

    arm: str
    before: ArmSide | None
    after: ArmSide | None

    def payload(self) -> Json:
        """JSON form: one entry of `effects`."""
        shown = self.after or self.before
        assert shown is not None  # noqa: S101 - an arm has a side
        sides = {
            "before": self.before.payload() if self.before else None,
            "after": self.after.payload() if self.after else None,
        }
        rates = [(s.measured.estimate if s else None) for s in (self.before, self.after)]
        lasts = [(s.lasting_rate if s else None) for s in (self.before, self.after)]
        return {
            "provider": self.arm,
            "meter": shown.measured.meter,
            "unit": shown.measured.unit,
            **sides,
            "change": change_of(*rates),
            "lasting_change": change_of(*lasts),
        }


@dataclass(frozen=True, slots=True)
class WindowEffect:
    """A window that the difference touches: what is judged of it before and after.

    `was` is None where the window was not there, `verdict` "" where it is there no more.
    """

    window: Window
    was: str | None
    verdict: str
    findings: tuple[Finding, ...] = ()
    fresh: tuple[Finding, ...] = ()
    closed: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class Effects:
    """Everything a difference does: by provider, by touched window, and the coverage after it."""

    arms: tuple[ArmEffect, ...]
    windows: tuple[WindowEffect, ...]
    covered: Coverage


def change_of(before: Estimate | None, after: Estimate | None) -> str:
    """What became of a number, in a word or two; noise is where intervals hold each other."""
    had, has = before is not None and before.known, after is not None and after.known
    if before is None or after is None or not (had and has):
        return {(False, True): FIRST, (True, False): LOST}.get((had, has), UNKNOWN)
    old, new = before.value or 0.0, after.value or 0.0
    if old == new:
        return NONE
    if None in {before.low, before.high, after.low, after.high}:
        return TOO_FEW
    if before.holds(new) or after.holds(old):
        return NOISE
    return UP if new > old else DOWN


def effects_of(before: Ledger, after: Ledger, touched: Collection[str]) -> Effects:
    """What becomes of the numbers and of the touched windows. Findings are those of `touched`."""
    old, new = _arms(before), _arms(after)
    arms = [ArmEffect(arm, old.get(arm), new.get(arm)) for arm in sorted({*old, *new})]
    return Effects(
        arms=tuple(arms),
        windows=tuple(_window_effects(before, after, touched)),
        covered=coverage([side.measured for side in new.values()]),
    )


def _arms(ledger: Ledger) -> dict[str, ArmSide]:
    outcomes = outcomes_of(ledger.windows, ledger.terms, ledger.reverted)
    stats = ledger.rules.statistics
    return {
        made.arm: _side(made, [o for o in outcomes if o.side == made.arm], ledger)
        for made in every_provider(outcomes, stats=stats)
    }


def _side(made: Efficiency, own: Sequence[WindowOutcome], ledger: Ledger) -> ArmSide:
    stats = ledger.rules.statistics
    rate = efficiency(own, made.arm, name=LASTING_PER_PP, stats=stats).estimate
    return ArmSide(made, lasting(own, made.arm), rate)


def _window_effects(
    before: Ledger, after: Ledger, touched: Collection[str]
) -> Iterator[WindowEffect]:
    """The touched windows in the order of recording, those that are gone last."""
    wanted = frozenset(touched)
    was = {w.id: w for w in before.windows if w.id in wanted}
    now = {w.id: w for w in after.windows if w.id in wanted}
    old, new = _by_window(before), _by_window(after)
    for name in dict.fromkeys((*now, *was)):
        window, found = now.get(name) or was[name], new.get(name, ())
        earlier = {(f.code, f.where) for f in old.get(name, ())}
        later = {(f.code, f.where) for f in found}
        yield WindowEffect(
            window=window,
            was=_verdict(before, was[name], old.get(name, ())) if name in was else None,
            verdict=_verdict(after, now[name], found) if name in now else "",
            findings=found,
            fresh=tuple(f for f in found if (f.code, f.where) not in earlier),
            closed=tuple(f for f in old.get(name, ()) if (f.code, f.where) not in later),
        )


def _by_window(ledger: Ledger) -> Mapping[str, tuple[Finding, ...]]:
    found: dict[str, list[Finding]] = {}
    for finding in ledger.findings:
        found.setdefault(finding.window, []).append(finding)
    return {window: tuple(many) for window, many in found.items()}


def _verdict(ledger: Ledger, window: Window, found: tuple[Finding, ...]) -> str:
    """The verdict of a window's card; its findings alone are looked through."""
    return judge_window(window_facts(replace(ledger, findings=found), window), ledger.rules).verdict
