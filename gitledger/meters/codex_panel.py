"""The `/status` panel of Codex: every layout since its limits came in, boxed or not.

Depends on the meters room only. Rows say `NN% used` (to 0.57) or `NN% left` (from 0.58); a row
with neither word is refused. Percent is rounded half to even, reset times are local.
"""

import re
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo

from gitledger.errors import Problem
from gitledger.meters import cleaning
from gitledger.meters.codex_losses import (
    WHOLE,
    bucket_is_hidden,
    bucket_named,
    cut_pool,
    damaged_pools,
    is_figure,
    is_strange,
    lost_ends,
    new_labels,
    reason_without_rows,
    unknown_pool,
    whole_pools,
)
from gitledger.meters.codex_rows import (
    LimitRow,
    closes_figure,
    is_bucket_heading,
    limit_label,
    read_row,
    wants_more,
)
from gitledger.meters.codex_screen import (
    HEADER,
    Panel,
    is_limit_label,
    is_panel,
    of_two_accounts,
    panels,
)
from gitledger.meters.overage import mark_overage, panel_credits_sell
from gitledger.meters.problems import codes, merge_problems, newer, problem, two_accounts
from gitledger.meters.reading import DEFAULT_BUCKET, Parsed, Reading
from gitledger.meters.resets import Moment

OLD_VERSION = re.compile(r"CLI Version:\s*(?P<version>[\w.-]+)")
STALE = re.compile(r"limits may be stale", re.IGNORECASE)
LOOKED_FOR = "looked for rows such as `5h limit: [████] 65% left` or `Weekly limit: ... used`"


@dataclass(frozen=True, slots=True)
class Limits:
    """The limit rows of a panel, and what shows that others are lost.

    `doubtful` are the places of rows below one that is not understood: a pool's heading may
    have stood there. `unread` is true when a row with a figure could not be told.
    """

    rows: tuple[LimitRow, ...]
    loose: tuple[Problem, ...]
    doubtful: frozenset[str]
    unread: bool


def recognises(text: str) -> bool:
    """True when a text holds a Codex panel or a limit row of one."""
    return any(is_panel(panel) for panel in panels(cleaning.lines_of(text)))


def parse(text: str, *, at: datetime, tz: tzinfo) -> Parsed:
    """The meters of the last complete panel in a text, read at `at` in a terminal of zone `tz`."""
    found = [panel for panel in panels(cleaning.lines_of(text)) if is_panel(panel)]
    if not found:
        what = "no Codex /status output in the text"
        return Parsed("codex", "panel", problems=(problem("no-meter", what, hint=LOOKED_FOR),))
    if of_two_accounts(found):
        return Parsed("codex", "panel", problems=(two_accounts(),))
    read = [(panel, read_panel(panel, Moment(at, tz))) for panel in found]
    whole = [n for n, (panel, parsed) in enumerate(read) if is_complete(panel, parsed)]
    if not whole:
        return read[-1][1]
    chosen, rest = read[whole[-1]][1], found[whole[-1] + 1 :]
    if not rest:
        return chosen
    is_tail = rest[0].closed and not rest[0].has_head
    later = nesting_problem(rest[0]) if is_tail else newer(rest[-1].rows[0][0])
    return replace(chosen, problems=merge_problems((*chosen.problems, later)))


def nesting_problem(tail: Panel) -> Problem:
    """The end of a panel stands behind another panel: one was pasted into the other."""
    what = "one output was pasted into another; the complete one was read"
    hint = "check the numbers, or copy one output"
    return problem("nested-panes", what, where=f"line {tail.rows[0][0]}", hint=hint)


def is_complete(panel: Panel, parsed: Parsed) -> bool:
    """True when a panel has both its ends if boxed, else no row that is cut."""
    if panel.framed:
        return panel.closed and panel.has_head
    return "truncated" not in codes(parsed.problems)


def read_panel(panel: Panel, moment: Moment) -> Parsed:
    """What one panel says."""
    limits = limit_rows(panel)
    words = panel.text
    readings: list[tuple[str, Reading]] = []
    wrong: list[Problem] = list(limits.loose)
    for row in limits.rows:
        reading, problems = read_row(row, moment)
        wrong.extend(problems)
        readings.extend([(row.place, reading)] if reading else [])
    kept, doubled = whole_pools([reading for _, reading in readings])
    doubtful = {r for place, r in readings if place in limits.doubtful}
    certain, lost = without_strangers(panel, limits, [r for r in kept if r not in doubtful])
    wrong += [*doubled, *lost, *new_labels(certain)]
    if doubtful & {*kept}:
        what = "rows follow one that is not understood: they may belong to another pool"
        wrong.append(problem("truncated", what, where=min(limits.doubtful), hint=WHOLE))
    if certain:
        wrong += lost_ends(panel, certain)
    if STALE.search(words):
        hint = "start a turn, then run /status again"
        wrong.append(problem("stale", "the output says its limits may be stale", hint=hint))
    if not limits.rows and not limits.unread:
        wrong.append(reason_without_rows(panel))
    version = HEADER.search(words) or OLD_VERSION.search(words)
    version_text = version["version"] if version else ""
    found = Parsed("codex", "panel", certain, merge_problems(wrong), version=version_text)
    return mark_overage(found, sold=panel_credits_sell(panel.plain))


def without_strangers(
    panel: Panel, limits: Limits, readings: list[Reading]
) -> tuple[tuple[Reading, ...], list[Problem]]:
    """The readings without those that may belong to another pool, and why."""
    wrong: list[Problem] = []
    refused: set[str] = set()
    if readings and bucket_is_hidden(panel):
        wrong.append(problem("ambiguous", "the rows belong to a pool whose name was not copied"))
        refused.add(DEFAULT_BUCKET)
    if limits.unread:
        refused.add(DEFAULT_BUCKET)
    if readings and unknown_pool(panel):
        what = "the rows are at the top of a box without its head: their pool is not shown"
        wrong.append(problem("truncated", what, where=limits.rows[0].place, hint=WHOLE))
        refused.add(DEFAULT_BUCKET)
    named = {reading.bucket for reading in readings}
    damaged = damaged_pools(readings) | ({cut_pool(panel)} & named)
    if damaged:
        what = f"the name of a pool is cut or damaged: {', '.join(sorted(damaged))}"
        wrong.append(problem("truncated", what, where=limits.rows[0].place, hint=WHOLE))
        refused |= damaged
    return tuple(reading for reading in readings if reading.bucket not in refused), wrong


def limit_rows(panel: Panel) -> Limits:
    """The limit rows with the rows that continue them, and what stands there without a label."""
    found: list[LimitRow] = []
    loose: list[Problem] = []
    doubtful: set[str] = set()
    bucket, open_row, strange, unread = DEFAULT_BUCKET, False, False, False
    for (number, _), row in zip(panel.rows, panel.plain, strict=True):
        label, place = limit_label(row), f"line {number}"
        if label and is_bucket_heading(*label):
            bucket, open_row, strange = bucket_named(label[0]), False, False
        elif label and is_limit_label(label[0]):
            found.append(LimitRow(place, *label, bucket))
            doubtful |= {place} if strange else set()
            open_row = True
        elif open_row and wants_more(found[-1].text, row) and not closes_figure(found[-1].text):
            found[-1] = replace(found[-1], text=f"{found[-1].text} {row}")
        else:
            open_row = open_row and not row
            problems = stray(row, place)
            loose += problems
            unread = unread or is_figure(row)
            strange = strange or (bool(found) and is_strange(row))
    return Limits(tuple(found), tuple(loose), frozenset(doubtful), unread)


def stray(row: str, place: str) -> list[Problem]:
    """What is wrong with a row that belongs to no limit: it is a part of one that is lost."""
    if row.lower().startswith("(resets"):
        what = "a reset time without its limit row"
    elif is_figure(row):
        what = "a row with a figure whose label cannot be read"
    else:
        return []
    return [problem("truncated", what, where=place, hint=WHOLE)]
