"""The `/status` panel of Codex: every layout since its limits came in, boxed or not.

Depends on the meters room only. Rows say `NN% used` (to 0.57) or `NN% left` (from 0.58); a row
with neither word is refused. Percent is rounded half to even, reset times are local.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from functools import lru_cache

from gitledger.errors import Problem
from gitledger.meters import cleaning
from gitledger.meters.codex_rows import (
    Row,
    is_bucket_heading,
    label_parts,
    limit_label,
    pool_name,
    read_row,
    wants_more,
)
from gitledger.meters.problems import codes, merged, problem
from gitledger.meters.reading import DEFAULT_BUCKET, Parsed, Reading
from gitledger.meters.resets import Moment

HEADER = re.compile(r"OpenAI Codex \(v(?P<version>[^)\s]+)")
OLD_VERSION = re.compile(r"CLI Version:\s*(?P<version>[\w.-]+)")
COMMAND = re.compile(r"\W*/status\s*")
OLD_HEADING = re.compile(r"\W*Workspace$")
OLD_BODY = re.compile(r"\b(?:Token Usage|Usage Limits)$|\bCLI Version:|\bSandbox: ", re.MULTILINE)
LIMITS = re.compile(r"^Limits:\s*(?P<says>.*)$")
STALE = re.compile(r"limits may be stale", re.IGNORECASE)
API_KEY = re.compile(
    r"Account:\s+API key configured|Signed in with API key|Using API key", re.IGNORECASE
)
ANY_LABEL = re.compile(r"[^\s:][^:]{0,60}:(?=\s|$)")
VALUE = re.compile(r"(?P<label>[^\s:][^:]{0,60}:)\s+\S")
WIDEST_PLAIN_LABEL = len("Collaboration mode:")
WIDEST_GAP = 3


@dataclass(frozen=True, slots=True)
class Panel:
    """The rows of one panel with their line numbers; `closed` = its bottom border is there.

    `plain` are the same rows without their frame.
    """

    rows: tuple[tuple[int, str], ...]
    closed: bool
    plain: tuple[str, ...]

    @property
    def framed(self) -> bool:
        """True when any row still has a box edge."""
        return any(cleaning.is_framed(row) for _, row in self.rows)

    @property
    def has_head(self) -> bool:
        """True when the panel's top border or title is there."""
        return any(starts_panel(row) for _, row in self.rows)

    @property
    def text(self) -> str:
        """All words of the panel on one line."""
        return " ".join(self.plain)


def recognises(text: str) -> bool:
    """True when a text holds a Codex panel or a limit row of one."""
    return any(is_panel(panel) for panel in panels(cleaning.lines_of(text)))


def parse(text: str, *, at: datetime, tz: tzinfo) -> Parsed:
    """The meters of the last complete panel in a text, read at `at` in a terminal of zone `tz`."""
    found = [panel for panel in panels(cleaning.lines_of(text)) if is_panel(panel)]
    if not found:
        what = "no Codex status panel in the text"
        return Parsed("codex", "panel", problems=(problem("no-meter", what),))
    read = [(panel, read_panel(panel, Moment(at, tz))) for panel in found]
    whole = [n for n, (panel, parsed) in enumerate(read) if is_complete(panel, parsed)]
    if not whole:
        return read[-1][1]
    chosen, rest = read[whole[-1]][1], found[whole[-1] + 1 :]
    if rest and rest[0].closed and not rest[0].has_head:
        chosen = replace(chosen, problems=(*chosen.problems, nested(rest[0])))
    return chosen


def nested(tail: Panel) -> Problem:
    """The end of a panel stands behind another panel: one was pasted into the other."""
    what = "one panel was pasted into another; the whole one was read"
    hint = "check its figures, or copy one panel"
    return problem("nested-panes", what, where=f"line {tail.rows[0][0]}", hint=hint)


def panels(lines: Sequence[str]) -> Iterator[Panel]:
    """The panels of a text in order; whatever stands between two panels is one as well."""
    rows: list[tuple[int, str]] = []
    fresh = True
    for number, row in enumerate(lines, start=1):
        if cleaning.closes_box(row):
            yield panel_of([*rows, (number, row)], closed=True)
            rows, fresh = [], True
            continue
        starts = starts_panel(row)
        if starts and not fresh:
            yield panel_of(rows, closed=False)
            rows = []
        fresh = starts or (fresh and not row.strip())
        rows.append((number, row))
    yield panel_of(rows, closed=False)


def panel_of(rows: Sequence[tuple[int, str]], *, closed: bool) -> Panel:
    """A panel of rows with their line numbers."""
    return Panel(tuple(rows), closed, tuple([cleaning.without_frame(row) for _, row in rows]))


@lru_cache(maxsize=cleaning.ROWS_KEPT)
def starts_panel(row: str) -> bool:
    """True for a row that stands at the top of a panel only."""
    plain = cleaning.without_frame(row)
    is_title = HEADER.search(plain) or COMMAND.fullmatch(plain) or OLD_HEADING.fullmatch(plain)
    return cleaning.opens_box(row) or bool(is_title)


def is_panel(panel: Panel) -> bool:
    """True when the rows are a status panel and not chat, a banner or a shell prompt."""
    if any(map(speaks_of_limits, panel.plain)):
        return True
    body = "\n".join(panel.plain)
    is_new = HEADER.search(body) and re.search(
        r"^(?:Session|Context window|Sandbox):", body, re.MULTILINE
    )
    return bool(is_new) or len(OLD_BODY.findall(body)) >= 2


@lru_cache(maxsize=cleaning.ROWS_KEPT)
def speaks_of_limits(row: str) -> bool:
    """True for a limit row, and for a row that says why there is none."""
    label = limit_label(row)
    return bool(LIMITS.match(row)) or (label is not None and is_limit_label(label[0]))


def is_limit_label(label: str) -> bool:
    """True when a label ends like a limit row's and is not a sentence."""
    return len(label.split()) <= 4


def is_complete(panel: Panel, parsed: Parsed) -> bool:
    """True when a panel has both its ends if boxed, else no row that is cut."""
    return (
        (panel.closed and panel.has_head)
        if panel.framed
        else "truncated" not in codes(parsed.problems)
    )


def read_panel(panel: Panel, moment: Moment) -> Parsed:
    """What one panel says."""
    rows, loose = limit_rows(panel)
    words = panel.text
    readings: list[Reading] = []
    wrong: list[Problem] = list(loose)
    for row in rows:
        reading, problems = read_row(row, moment)
        wrong.extend(problems)
        readings.extend([reading] if reading else [])
    if readings and bucket_is_hidden(panel):
        wrong.append(problem("ambiguous", "the rows belong to a pool whose name was not copied"))
        readings = [reading for reading in readings if reading.bucket != DEFAULT_BUCKET]
    cut = cut_pool(panel)
    if cut and any(reading.bucket == cut for reading in readings):
        wrong.append(problem("truncated", "a pool's name may be cut", where="line 1"))
        readings = [reading for reading in readings if reading.bucket != cut]
    kept, doubled = unequivocal(readings)
    wrong.extend(doubled)
    if STALE.search(words):
        hint = "start a turn, then run /status again"
        wrong.append(problem("stale", "the panel says its limits may be stale", hint=hint))
    if not rows:
        wrong.append(reason_without_rows(panel))
    version = HEADER.search(words) or OLD_VERSION.search(words)
    return Parsed(
        source="codex",
        channel="panel",
        readings=kept,
        problems=merged(wrong),
        version=version["version"] if version else "",
    )


def limit_rows(panel: Panel) -> tuple[list[Row], list[Problem]]:
    """The limit rows with the rows that continue them, and reset lines that lost their row."""
    found: list[Row] = []
    loose: list[Problem] = []
    bucket, open_row = DEFAULT_BUCKET, False
    for (number, _), row in zip(panel.rows, panel.plain, strict=True):
        label = limit_label(row)
        if label and is_bucket_heading(*label):
            bucket, open_row = bucket_named(label[0]), False
        elif label and is_limit_label(label[0]):
            found.append(Row(f"line {number}", *label, bucket))
            open_row = True
        elif open_row and wants_more(found[-1].text, row) and not closes_figure(found[-1].text):
            last = found[-1]
            found[-1] = Row(last.place, last.label, f"{last.text} {row}", last.bucket)
        else:
            open_row = open_row and not row
            if row.startswith("(") and row.lower().startswith("(resets"):
                loose.append(orphan(f"line {number}"))
    return found, loose


def cut_pool(panel: Panel) -> str:
    """The pool's name at the very beginning of a text: its first letters may be missing.

    Rows of a panel are indented; one that is not was cut in the middle, or trimmed.
    """
    number, raw = panel.rows[0] if panel.rows else (0, "")
    label = limit_label(raw)
    if number != 1 or label is None or raw[:1].isspace():
        return ""
    words, rest = label
    if is_bucket_heading(words, rest.strip(cleaning.EDGES + " ")):
        return bucket_named(words)
    return label_parts(words)[0]


def bucket_named(label: str) -> str:
    """The bucket that a bare `<Name> limit` row opens."""
    return pool_name(label[: -len("limit")])


def closes_figure(text: str) -> bool:
    """True when a row already has a whole reset in parentheses."""
    return "(resets" in text.lower() and text.count("(") <= text.count(")")


def orphan(place: str) -> Problem:
    """A reset line whose limit row is not in the text."""
    return problem("truncated", "a reset time without its limit row", where=place)


def unequivocal(readings: Sequence[Reading]) -> tuple[tuple[Reading, ...], list[Problem]]:
    """One reading per bucket and meter; two that differ are both refused."""
    grouped: dict[tuple[str, str], list[Reading]] = {}
    for reading in readings:
        grouped.setdefault((reading.bucket, reading.meter), []).append(reading)
    kept = [same[0] for same in grouped.values() if len(set(same)) == 1]
    doubled = [
        problem("ambiguous", f"two figures for {meter}", where=bucket, hint="copy one whole panel")
        for (bucket, meter), same in grouped.items()
        if len(set(same)) > 1
    ]
    return tuple(kept), doubled


def bucket_is_hidden(panel: Panel) -> bool:
    """True when the label column is as wide as a pool's name that is not among the rows.

    The column is as wide as the longest label; ordinary labels reach a known width.
    """
    widths = [label_widths(row) for row in panel.plain]
    longest = max((label for label, _ in widths), default=0)
    width = max((column for _, column in widths), default=0)
    return width > WIDEST_PLAIN_LABEL + WIDEST_GAP and width > longest + WIDEST_GAP


@lru_cache(maxsize=cleaning.ROWS_KEPT)
def label_widths(row: str) -> tuple[int, int]:
    """How wide a row's label is, and the label column if it is a limit row; 0 for none."""
    label, value = ANY_LABEL.match(row), VALUE.match(row)
    is_limit = value is not None and value["label"].lower().endswith("limit:")
    return len(label[0]) if label else 0, len(value[0]) - 1 if value and is_limit else 0


def reason_without_rows(panel: Panel) -> Problem:
    """Why a panel has no limit rows, in the panel's own words where it gives a reason."""
    says = next((found["says"] for row in panel.plain if (found := LIMITS.match(row))), "")
    if API_KEY.search(panel.text):
        return problem("not-subscription", "the session uses an API key: it has no quota")
    if says:
        hint = "run /status again shortly"
        return problem("no-limits", f"the panel says: {says}", hint=hint)
    if panel.framed and not panel.closed:
        return problem("truncated", "the panel ends before its limit rows")
    return problem("no-limits", "this panel's layout has no limit rows")
