"""Claude's usage as text: the `/usage` panel, wide or narrow, and what `claude -p "/usage"` prints.

Depends on the meters room only. A section is a heading, its percent and its reset; rows that do
not keep that order lost a row between them and are refused.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo

from gitledger.errors import Problem
from gitledger.meters import aliases, cleaning
from gitledger.meters.claude_bars import mismatches, read_bar
from gitledger.meters.claude_rows import ANY_PERCENT, HEADING, meter_of_heading, read_section
from gitledger.meters.duplicates import unequivocal
from gitledger.meters.figures import EIGHTHS, is_bar
from gitledger.meters.naming import slug
from gitledger.meters.overage import MONEY, mark_overage, panel_extra_usage_sells
from gitledger.meters.problems import (
    codes,
    doubt,
    merge_problems,
    new_label,
    newer,
    problem,
    two_accounts,
)
from gitledger.meters.reading import Parsed, Reading
from gitledger.meters.redaction import EMAIL
from gitledger.meters.resets import Moment

TABS = re.compile(r"\bSettings?\b:?\s+Status\s+Config\s+Usage\b")
PRINTED = re.compile(r"^You are currently using .* to power your Claude Code usage", re.IGNORECASE)
COMMAND = re.compile(r"\W*/usage\s*")
FOOTER = re.compile(r"\bEsc to (?:exit|cancel|close|clear|go back)\b", re.IGNORECASE)
COST = re.compile(r"^\W*(?:Total|Estimated) cost:", re.IGNORECASE)
FAILED = re.compile(
    r"(?:failed to load|loading|could not load|unable to load)\b.*\busage", re.IGNORECASE
)
NO_PLAN = re.compile(
    r"only available for subscription plans|due to usage of unknown models", re.IGNORECASE
)
NO_PLAN_HINT = "read GLM's own quota feed: gitledger ingest glm"
RESET_WORD = re.compile(r"\bresets?\b", re.IGNORECASE)
RESET_ROW = re.compile(r"^\W*resets?\b", re.IGNORECASE)
CLOSED_RESET = re.compile(r"\bresets?\b.*\([^()]*\)", re.IGNORECASE)
STRAY = re.compile(r"\W*\d+(?:[.,]\d+)?\s?% ?(?:used|left|remaining)\b.*", re.IGNORECASE)
LONG_BAR = 3
LOOKED_FOR = "looked for `Current session` and `Current week` with a row such as `32% used`"
VERSION = re.compile(r"\bClaude Code v?(?P<version>\d+\.\d+\.\d+)")


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with the words under it, and whether their order shows that a row is missing."""

    meter: str
    minutes: int
    place: str
    label: str = ""
    words: tuple[str, ...] = ()
    after_blank: bool = False
    broken: bool = False

    @property
    def text(self) -> str:
        """Everything said under the heading, on one line."""
        return " ".join(self.words)

    @property
    def has_percent(self) -> bool:
        """True once a percent was seen, whatever it says."""
        return ANY_PERCENT.search(self.text) is not None

    @property
    def has_reset(self) -> bool:
        """True once a reset text has begun."""
        return RESET_WORD.search(self.text) is not None


@dataclass(frozen=True, slots=True)
class PanelScreen:
    """The rows of one usage output with their line numbers."""

    rows: tuple[tuple[int, str], ...]

    def says(self, pattern: re.Pattern[str]) -> bool:
        """True when any row matches."""
        return any(pattern.search(row) for _, row in self.rows)


def recognises(text: str) -> bool:
    """True when a text holds Claude's usage panel, its printed form, or a refusal of it."""
    return any(is_usage(screen) for screen in screens(cleaning.lines_of(text)))


def parse(text: str, *, at: datetime, tz: tzinfo) -> Parsed:
    """The meters of the last complete usage output in a text, read at `at` in zone `tz`."""
    lines = cleaning.lines_of(text)
    accounts = {name.lower() for name in EMAIL.findall("\n".join(lines))}
    found = [screen for screen in screens(lines) if is_usage(screen)]
    if len(accounts) > 1 and sum(screen.says(HEADING) for screen in found) > 1:
        return Parsed("claude", "panel", problems=(two_accounts(),))
    version = VERSION.search("\n".join(lines))
    if not found:
        what = "no Claude usage output in the text"
        return Parsed("claude", "panel", problems=(problem("no-meter", what, hint=LOOKED_FOR),))
    read = [read_screen(screen, Moment(at, tz)) for screen in found]
    whole = [n for n, screen in enumerate(found) if ends(screen, read[n])]
    chosen = whole[-1] if whole else len(read) - 1
    best, later = read[chosen], [screen for screen in found[chosen + 1 :] if screen.says(HEADING)]
    left = [newer(screen.rows[0][0]) for screen in later[-1:]]
    problems = merge_problems((*best.problems, *left))
    named = version["version"] if version else ""
    return replace(best, problems=problems, version=named)


def screens(lines: Sequence[str]) -> Iterator[PanelScreen]:
    """The usage outputs of a text in order."""
    rows: list[tuple[int, str]] = []
    seen_session = fresh = False
    for number, framed in enumerate(lines, start=1):
        row = cleaning.without_frame(framed)
        heading = HEADING.match(row)
        is_session = heading is not None and heading["span"].lower() == "session"
        starts = bool(TABS.search(row) or PRINTED.match(row) or COMMAND.fullmatch(row))
        # the command, the tabs and the printed line follow one another at the top of one output
        if (starts and not fresh) or (is_session and seen_session):
            yield PanelScreen(tuple(rows))
            rows, seen_session = [], False
        seen_session = seen_session or is_session
        fresh = starts or (fresh and not row)
        rows.append((number, row))
    yield PanelScreen(tuple(rows))


def is_usage(screen: PanelScreen) -> bool:
    """True when rows are a usage output: a heading, the tabs, the printed line or a refusal."""
    return any(screen.says(sign) for sign in (HEADING, TABS, PRINTED, NO_PLAN))


def ends(screen: PanelScreen, parsed: Parsed) -> bool:
    """True when a panel has its footer, or a printed output has no row that is cut."""
    return screen.says(FOOTER) or (
        parsed.channel == "print" and "truncated" not in codes(parsed.problems)
    )


def read_screen(screen: PanelScreen, moment: Moment) -> Parsed:
    """What one usage output says."""
    sections, wrong = sections_of(screen)
    readings: list[Reading] = []
    for section in sections:
        if is_damaged(section):
            what = f"the heading “{section.label}” is a known one that was damaged"
            wrong.append(problem("truncated", what, where=section.place))
            continue
        if section.broken:
            what = f"rows are missing under the heading of {section.meter}"
            wrong.append(problem("truncated", what, where=section.place))
            continue
        reading, problems = read_section(
            section.meter, section.minutes, section.text, moment, section.place
        )
        wrong.extend(problems)
        readings.extend([reading] if reading else [])
    kept, doubled = unequivocal(readings)
    wrong.extend(doubled)
    if not sections and "truncated" not in codes(wrong):
        wrong.append(reason_without_rows(screen))
    printed = screen.says(PRINTED) or any(s.words and s.words[0].startswith(":") for s in sections)
    wrong.extend(named_anew(sections))
    if kept:
        wrong.extend(lost_parts(screen, kept, printed=printed))
    if not printed:
        bars = (read_bar(section.words, section.place) for section in sections)
        wrong.extend(mismatches([bar for bar in bars if bar]))
    found = Parsed("claude", "print" if printed else "panel", kept, merge_problems(wrong))
    return mark_overage(found, sold=panel_extra_usage_sells([row for _, row in screen.rows]))


def sections_of(screen: PanelScreen) -> tuple[list[Section], list[Problem]]:
    """The sections of a screen, and percent rows that lost their heading."""
    found: list[Section] = []
    loose: list[Problem] = []
    is_open = money = False
    for number, row in screen.rows:
        heading = HEADING.match(row)
        if heading:
            meter, minutes = meter_of_heading(heading["span"], heading["model"] or "")
            words = (heading["rest"].strip(),)
            label = " ".join((heading["model"] or "").split())
            found.append(Section(meter, minutes, f"line {number}", label, words))
            is_open, money = True, False
        elif is_open and takes(found[-1], row):
            found[-1] = with_row(found[-1], row)
        else:
            is_open, money = False, money or bool(MONEY.match(row))
            if not money and is_meter_row(row):
                what = "a percent row without its heading"
                loose.append(problem("truncated", what, where=f"line {number}"))
    return found, loose


def takes(section: Section, row: str) -> bool:
    """True when a row belongs to the section above it."""
    if MONEY.match(row) or FOOTER.search(row) or COST.match(row):
        return False
    if not row:
        return not section.has_percent
    if open_reset(section):
        return True
    if RESET_ROW.match(row):
        return not section.has_reset
    return not section.has_percent and (ANY_PERCENT.search(row) is not None or is_bar(row))


def with_row(section: Section, row: str) -> Section:
    """The section with one more row; broken when the order shows that one before it is missing."""
    if not row:
        return replace(section, after_blank=True)
    is_drawn = any(cell in row for cell in EIGHTHS)
    is_percent = ANY_PERCENT.search(row) is not None and not section.has_percent
    is_early = RESET_ROW.match(row) is not None and not section.has_percent
    broken = (
        section.broken
        or (is_percent and is_drawn and section.after_blank)
        or (is_early and not section.text.endswith(("·", "•")))
    )
    return replace(section, words=(*section.words, row), broken=broken)


def open_reset(section: Section) -> bool:
    """True while a reset text has begun and its zone is not closed yet."""
    return section.has_reset and not CLOSED_RESET.search(section.text)


def is_meter_row(row: str) -> bool:
    """True for a row of a bar, or with a percent used and little else."""
    if is_bar(row):
        return len(row) >= LONG_BAR
    words = "".join(cell for cell in row if cell not in EIGHTHS).strip()
    return STRAY.fullmatch(words) is not None


def is_damaged(section: Section) -> bool:
    """True for a heading that names no model of its own but a known one that lost a letter."""
    is_new = aliases.is_new(aliases.CLAUDE, "", section.meter)
    return is_new and aliases.is_damaged(slug(section.label), aliases.SUFFIX_OF)


def named_anew(sections: Sequence[Section]) -> Iterator[Problem]:
    """Headings that are new, or that are near the one of all models."""
    for section in sections:
        if is_damaged(section):
            continue
        if aliases.is_new(aliases.CLAUDE, "", section.meter):
            yield new_label(section.label, section.place)
        elif section.meter == "weekly" and aliases.is_near(slug(section.label), "all-models"):
            what = f"the heading “{section.label}” is read as “all models”"
            yield doubt("truncated", what, where=section.place, hint="copy the output again")


def lost_parts(
    screen: PanelScreen, readings: Sequence[Reading], *, printed: bool
) -> Iterator[Problem]:
    """`partial` for an output without its head, its foot, or one of the two main windows."""
    shown = {reading.meter for reading in readings}
    parts = (
        ("its head", any(map(screen.says, (TABS, PRINTED)))),
        ("its foot", printed or screen.says(FOOTER)),
        ("the session's row", "5h" in shown),
        ("the row of all models", "weekly" in shown),
    )
    missing = [name for name, is_there in parts if not is_there]
    if missing:
        what = f"the output lacks {', '.join(missing)}"
        hint = "copy the whole output"
        yield problem("partial", what, where=f"line {screen.rows[0][0]}", hint=hint)


def reason_without_rows(screen: PanelScreen) -> Problem:
    """Why an output has no meter rows."""
    if screen.says(NO_PLAN):
        what = "this session runs without a Claude subscription"
        return problem("not-subscription", what, hint=NO_PLAN_HINT)
    if screen.says(FAILED):
        hint = "open /usage again"
        return problem("no-limits", "the output says that the usage could not be loaded", hint=hint)
    if screen.says(COST) and screen.says(FOOTER):
        what = "the output shows a session's cost and no quota"
        return problem("not-subscription", what, hint=NO_PLAN_HINT)
    if screen.says(PRINTED):
        return problem("no-limits", "this version prints no percent")
    return problem("truncated", "the output ends before its rows")
