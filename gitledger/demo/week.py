"""The week that the demo tells: which windows, what the meters showed, what was delivered.

Figures are made up; the panes are drawn in the shapes that the providers' programs print.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from gitledger.demo.panes import SampleMeter, claude_panel, codex_panel, zai_quota

MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
WEEK_ENDS = datetime(2026, 3, 8, 18, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
FIVE_HOURS, WEEK = 300, 10080
QUALITIES = ("0.9", "0.8", "1")


@dataclass(frozen=True, slots=True)
class Meters:
    """What a provider's two meters show at a moment: percent used of 5 hours and of the week."""

    at: datetime
    five_hours: int
    week: int


FUNCTIONS = 12


@dataclass(frozen=True, slots=True)
class DemoStep:
    """One thing that happens: words to type, a file to write before, a commit to make.

    A commit leaves a file of so many small `functions`, named by the word before its colon.
    """

    words: tuple[str, ...] = ()
    files: tuple[tuple[str, str], ...] = ()
    commit: str = ""
    at: datetime = MONDAY
    functions: int = FUNCTIONS
    remark: str = ""


@dataclass(frozen=True, slots=True)
class DemoWindow:
    """One window of work with one provider."""

    window: str
    provider: str
    before: Meters
    after: Meters
    features: int
    method: str = "pairing"


def day(number: int, hours: float = 0) -> datetime:
    """A moment of the week: days from Monday, hours from 9 o'clock."""
    return MONDAY + timedelta(days=number, hours=hours)


def stretch(
    number: int, provider: str, shown: tuple[int, int, int, int], features: int
) -> DemoWindow:
    """A window of two hours on a day: 5 h and weekly percent before and after."""
    begin = {"codex": 0.0, "claude": 3.0, "glm": 6.0}[provider]
    prefix = {"codex": "W0", "claude": "C0", "glm": "G0"}[provider]
    before = Meters(day(number, begin), shown[0], shown[1])
    after = Meters(day(number, begin + 2), shown[2], shown[3])
    return DemoWindow(f"{prefix}-{number + 1:02d}", provider, before, after, features)


WINDOWS = (
    stretch(0, "codex", (0, 8, 31, 22), 3),
    stretch(0, "claude", (2, 5, 40, 13), 2),
    stretch(1, "codex", (3, 22, 47, 44), 5),
    stretch(1, "glm", (0, 3, 22, 8), 2),
    stretch(2, "codex", (1, 44, 36, 61), 4),
    stretch(2, "claude", (0, 13, 33, 20), 1),
    stretch(2, "glm", (1, 8, 30, 15), 3),
    stretch(3, "codex", (0, 61, 21, 70), 2),
    stretch(3, "claude", (4, 20, 52, 31), 3),
    stretch(4, "codex", (2, 70, 49, 84), 4),
    stretch(4, "glm", (0, 15, 26, 22), 2),
    # the pane of Friday, pasted again on Saturday: the meter seems to fall
    stretch(5, "codex", (0, 86, 44, 82), 2),
)


def steps() -> Iterator[DemoStep]:
    """Everything that happens in the week, in order."""
    yield DemoStep(("init",), remark="A repository becomes a ledger; your branch is not touched.")
    for place, entry in enumerate(WINDOWS):
        yield from window_steps(entry, place)
    last, bad = WINDOWS[-3], WINDOWS[-1]
    yield DemoStep(
        commit="W0-03: half of it goes again",
        at=day(9, 1),
        functions=FUNCTIONS // 2,
        remark="A week later half of a window's code is taken out again.",
    )
    told = "Two weeks after the work: what became of the code."
    for place, entry in enumerate(WINDOWS):
        yield DemoStep(("churn", "--window", entry.window), remark="" if place else told)
    run = ("python3", "-c", "import w0_05; assert w0_05.w0_05_3() == 3")
    yield DemoStep(("evidence", "run", "--window", last.window, "--", *run), remark="It works.")
    yield DemoStep(("status",), remark="How the meters stand, and what to do next.")
    yield DemoStep(("preview",), remark="What each subscription bought this week.")
    yield DemoStep(("audit", "--window", bad.window), remark="Why one window is left out.")
    yield DemoStep(("card", "--window", last.window), remark="A decision, with its reasons.")


def window_steps(entry: DemoWindow, place: int) -> Iterator[DemoStep]:
    """The life of one window: BEFORE, work, AFTER, finalised."""
    reset = entry.before.at.replace(minute=0) + 4 * HOUR
    suffix = "json" if entry.provider == "glm" else "txt"
    names = [f"panes/{entry.window}-{phase}.{suffix}" for phase in ("before", "after")]
    texts = [pane(entry.provider, shown, reset) for shown in (entry.before, entry.after)]
    yield DemoStep(
        (
            *("start", entry.provider, "--window", entry.window),
            *("--from", names[0], "--at", iso(entry.before.at)),
        ),
        files=((names[0], texts[0]),),
        remark="" if place else "Monday: a window begins with a reading of the meter.",
    )
    yield DemoStep(commit=f"{entry.window}: {entry.features} features", at=entry.before.at + HOUR)
    yield DemoStep(
        ("end", entry.provider, "--from", names[1], "--at", iso(entry.after.at)),
        files=((names[1], texts[1]),),
    )
    yield DemoStep(
        (
            *("complete", "--window", entry.window),
            *("--features", f"{entry.provider}={entry.features}"),
            *(
                "--quality",
                QUALITIES[place % 3],
                "--outcome",
                "pass",
                "--methodology",
                entry.method,
            ),
        )
    )


def pane(provider: str, shown: Meters, reset: datetime) -> str:
    """A pane whose 5 hour window ends at a given time."""
    meters = (
        SampleMeter(FIVE_HOURS, shown.five_hours, reset),
        SampleMeter(WEEK, shown.week, WEEK_ENDS),
    )
    if provider == "glm":
        return zai_quota(meters)
    draw = codex_panel if provider == "codex" else claude_panel
    return draw(meters, at=shown.at, zone=UTC)


def iso(moment: datetime) -> str:
    """A time as one types it."""
    return moment.strftime("%Y-%m-%dT%H:%MZ")
