"""The week of the plan as plain values: what each meter showed, what was committed and stated.

Six windows a provider. Some go wrong on purpose: see `Window.wrong`. No number here is worked out,
and nothing is imported from the program.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

MONDAY = datetime(2026, 3, 2, tzinfo=UTC)
RESET = datetime(2026, 3, 8, 18, tzinfo=UTC)
MOVED = datetime(2026, 3, 10, 12, tzinfo=UTC)
HOURS = {"codex": 8, "claude": 11, "glm": 14}
PRICES = {"codex": 20, "claude": 100, "glm": 15}  # dollars a month
RESERVE = 10  # pp of a weekly bar that BEFORE and AFTER leave alone


@dataclass(frozen=True)
class Window:
    """One window: readings of the weekly bar in percent, the work, and what was stated of it.

    `lines` were added by its commit; `removed` of them a later commit took away within 14 days.
    `wrong` names what went wrong on purpose, or nothing.
    """

    id: str
    provider: str
    day: int
    before: int
    after: int | None
    features: int
    quality: str
    outcome: str = "pass"
    minutes: int = 30
    lines: int = 40
    removed: int = 0
    account: str = "default"
    wrong: str = ""
    cls: str = "0.4"

    @property
    def begin(self) -> datetime:
        """When its meter was read before the work."""
        hour = 17 if self.wrong == "reset" else HOURS[self.provider]
        return MONDAY + timedelta(days=self.day, hours=hour)

    @property
    def end(self) -> datetime:
        """When it was read after the work, at least five minutes after the commit."""
        return self.begin + timedelta(hours=2 if self.wrong == "reset" else 1)

    @property
    def worked(self) -> datetime:
        """When its commit was made."""
        return self.begin + timedelta(minutes=40)

    def resets(self, when: datetime) -> datetime:
        """The reset that its bar named at a moment."""
        if self.provider == "claude" and self.wrong != "anchor" and self.day > 2:
            return MOVED
        if self.wrong == "anchor" and when == self.end:
            return MOVED
        return RESET if when < RESET else RESET + timedelta(days=7)


WINDOWS = (
    Window("W0-01", "codex", 0, 10, 22, 3, "0.9", minutes=30),
    Window("W0-02", "codex", 1, 22, 35, 4, "0.8", minutes=40, removed=10),
    Window("W0-03", "codex", 2, 35, 44, 2, "0.9", "partial", minutes=20),
    Window("W0-04", "codex", 3, 44, 60, 5, "1", minutes=50),
    Window("W0-05", "codex", 4, 60, 71, 3, "0.7", removed=40, wrong="reverted"),
    Window("W0-06", "codex", 5, 71, 80, 2, "0.9", "fail", minutes=25, wrong="late"),
    Window("W0-11", "claude", 0, 5, 13, 2, "0.9", minutes=20),
    Window("W0-12", "claude", 1, 13, 27, 4, "0.8", minutes=60),
    Window("W0-13", "claude", 2, 27, 31, 3, "0.9", wrong="anchor"),
    Window("W0-14", "claude", 3, 31, 45, 3, "0.6", lines=50, removed=10),
    Window("W0-15", "claude", 4, 45, 52, 2, "0.9", lines=0, wrong="shared-range"),
    Window("W0-16", "claude", 5, 88, 100, 3, "0.9", wrong="full"),
    Window("W0-21", "glm", 0, 0, 9, 2, "0.8", minutes=10, wrong="floored"),
    Window("W0-22", "glm", 1, 9, 20, 3, "0.9", wrong="repaired"),
    Window("W0-23", "glm", 2, 20, None, 2, "0.9", wrong="no-after"),
    Window("W0-24", "glm", 3, 4, 15, 3, "0.8", account="team", wrong="second-account"),
    Window("W0-25", "glm", 4, 35, 44, 2, "1", lines=30),
    Window("W0-26", "glm", 6, 44, 3, 1, "0.9", wrong="reset"),
)
REASONS = {"anchor": "anchor-moved", "no-after": "missing-after", "reset": "reset-between"}
VOTES = (("panel-1", "go"), ("panel-2", "go"), ("panel-3", "no-go"))
REQUESTS = (  # one request on both sides: tokens in, tokens out
    ("r-1", (1000, 200), (1400, 300)),
    ("r-2", (800, 100), (900, 150)),
    ("r-3", (500, 50), None),
)


def of(provider: str) -> list[Window]:
    """A provider's windows in the order of work."""
    return [w for w in WINDOWS if w.provider == provider]


def file_of(window: Window) -> str:
    """The file that its commit adds."""
    return window.id.lower().replace("-", "_") + ".py"
