"""Each account with the courses of its meters, and what of its readings cannot be used, in words.

Depends on `windows`. Two accounts under one label are named and give no figure.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from gitledger.errors import with_noun
from gitledger.ledger.values import stamp
from gitledger.windows.periods import MeterCourse, course_of
from gitledger.windows.snapshot import DEFAULT_BUCKET
from gitledger.windows.trace import Series, moment_of, plan_runs

Json = Mapping[str, object]
WEEKLY, FIVE_HOURS = "weekly", "5h"


@dataclass(frozen=True, slots=True)
class Account:
    """One account of a provider: the courses of its meters by pool and name."""

    provider: str
    account: str
    courses: Mapping[tuple[str, str], MeterCourse]

    @property
    def holder(self) -> tuple[str, str]:
        """Provider and account."""
        return (self.provider, self.account)

    def course(self, meter: str) -> MeterCourse | None:
        """A meter of the main pool whose readings are of one account; None without one."""
        found = self.courses.get((DEFAULT_BUCKET, meter))
        return None if found is None or found.mixed else found

    @property
    def plans(self) -> tuple[tuple[int, str], ...]:
        """The plans that its readings named in order of time: (epoch seconds first told, plan)."""
        told = [place for course in self.courses.values() for place in course.series.plans]
        return tuple(plan_runs(told))

    @property
    def mixed(self) -> bool:
        """Whether readings of two accounts stand under its label."""
        return any(course.mixed for course in self.courses.values())

    def lacks(self, meter: str) -> str:
        """Why there is no course of a meter; empty where there is one."""
        found = self.courses.get((DEFAULT_BUCKET, meter))
        if found is None:
            return f"no reading of its {meter} meter"
        return "readings of two accounts are under one label" if found.mixed else ""


def accounts_of(series: Iterable[Series], now: int | None = None) -> tuple[Account, ...]:
    """The accounts of all series, by provider and label, as they stand `now` (epoch seconds)."""
    found: dict[tuple[str, str], dict[tuple[str, str], MeterCourse]] = {}
    for one in series:
        place = (one.key.provider, one.key.account)
        found.setdefault(place, {})[(one.key.bucket, one.key.meter)] = course_of(one, now)
    return tuple(Account(*holder, found[holder]) for holder in sorted(found))


def problems_of(account: Account) -> Iterator[Json]:
    """What is wrong with an account's readings, each with a step."""
    label = f"{account.provider}/{account.account}"
    mixed = sorted(meter for (_, meter), course in account.courses.items() if course.mixed)
    if mixed:
        yield {
            "code": "two-accounts",
            "what": f"{label}: two resets of the {' and '.join(mixed)} meter take turns: readings "
            "of two accounts are under one label, and no figure is made of them",
            "hint": f"give each a label: gitledger start {account.provider} --account NAME",
        }
    wrong = [(course, place) for course in account.courses.values() for place in course.impossible]
    if wrong:
        course, place = min(wrong, key=lambda w: w[0].series.at[w[1]])
        when = stamp(moment_of(course.series.at[place]))
        yield {
            "code": "clock",
            "what": f"{label}: {with_noun(len(wrong), 'reading')} left out (the first at {when}): "
            "the reset in it does not fit its time, as when a clock went back",
            "hint": "check the clock of that machine; the other readings count",
        }
    skipped = sum(course.skipped for course in account.courses.values())
    if skipped:
        yield {
            "code": "outdated",
            "what": f"{label}: {with_noun(skipped, 'reading')} left out: below the readings before "
            "and after it, so it was outdated when it was shown",
            "hint": "",
        }


def unreadable(rows: Sequence[str]) -> Iterator[Json]:
    """Trace rows whose text nobody here can read."""
    for row in rows:
        yield {
            "code": "unreadable",
            "what": f"row {row} of trace cannot be read and was left out",
            "hint": f'gitledger void {row} -m "unreadable"',
        }
