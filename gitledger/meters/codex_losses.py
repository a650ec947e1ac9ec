"""What a Codex panel lost on its way here, as far as the rest of it shows.

Depends on the meters room only. A figure whose row or pool may be another one is refused; what
is left must be a panel that the program could have printed.
"""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from gitledger.errors import Problem
from gitledger.meters import aliases, cleaning
from gitledger.meters.codex_rows import (
    is_bucket_heading,
    label_parts,
    limit_label,
    pool_name,
)
from gitledger.meters.codex_screen import LIMITS, Panel
from gitledger.meters.problems import new_label, problem
from gitledger.meters.reading import DEFAULT_BUCKET, Reading

API_KEY = re.compile(
    r"Account:\s+API key configured|Signed in with API key|Using API key", re.IGNORECASE
)
ANY_LABEL = re.compile(r"[^\s:][^:]{0,60}:(?=\s|$)")
VALUE = re.compile(r"(?P<label>[^\s:][^:]{0,60}:)\s+\S")
WIDEST_PLAIN_LABEL = len("Collaboration mode:")
WIDEST_GAP = 3
BAR = re.compile(r"[█░#▏▎▍▌▋▊▉]{5}|\[[█░# -]{8}")
SHARE = re.compile(r"(?:^|:\s*|\s{2,})\d{1,3}\s?%\s?(?:used|left|remaining)\b", re.IGNORECASE)
CONTEXT = re.compile(r"^\W*Context\b|\(\d[\d.,]*[KM]? ?(?:us|$)", re.IGNORECASE)
BESIDE = re.compile(
    r"^(?:Credits|Warning|Limits|Context window|Token usage|Model|Session)\b|"
    r"^[\d.,]+ of [\d.,]+ credits|^run /status|^start new turn|^\(",
    re.IGNORECASE,
)
WHOLE = "copy the full output"
LONG_METERS = frozenset({"weekly", "monthly", "annual"})


@lru_cache(maxsize=cleaning.ROWS_KEPT)
def is_figure(row: str) -> bool:
    """True for a row that draws a bar or gives a share of a limit."""
    drawn = BAR.search(row) or ("%" in row and SHARE.search(row))
    return bool(drawn) and not CONTEXT.search(row)


def is_strange(row: str) -> bool:
    """True for a row that has no place among limit rows: a pool's name may be lost in it."""
    return bool(row) and not cleaning.is_rule(row) and not BESIDE.match(row)


def lost_ends(panel: Panel, readings: Sequence[Reading]) -> Iterator[Problem]:
    """`partial` for a panel without its head, its foot, or the rows every panel has."""
    missing = []
    if not panel.has_head:
        missing.append("its head")
    if panel.framed and not panel.closed:
        missing.append("its foot")
    if not any(r.bucket == DEFAULT_BUCKET and r.meter in LONG_METERS for r in readings):
        missing.append("the weekly or monthly row")
    if missing:
        what = f"the output lacks {', '.join(missing)}"
        yield problem("partial", what, where=f"line {panel.rows[0][0]}", hint=WHOLE)


def unknown_pool(panel: Panel) -> bool:
    """True when limit rows stand at the top of a box that lost its head: their pool is not shown.

    A label column of the usual width shows that no pool with a long name stood above.
    """
    first = next((row for row in panel.plain if row), "")
    is_top = bool(limit_label(first)) or first.startswith("(") or is_figure(first)
    columns = {label_widths(row)[1] for row in panel.plain} - {0}
    aligned = (
        len(columns) == 1 and max(columns) > max(label_widths(row)[0] for row in panel.plain) + 1
    )
    return panel.framed and not panel.has_head and is_top and not aligned


def whole_pools(readings: Sequence[Reading]) -> tuple[tuple[Reading, ...], list[Problem]]:
    """One reading for each meter; a pool with a meter that is given twice is refused altogether.

    A panel prints a row once: two rows of one meter show that a pool's heading is lost, and then
    none of its rows is certain. A pool repeated whole and alike is that pool.
    """
    kept: list[Reading] = []
    wrong: list[Problem] = []
    for bucket in dict.fromkeys(reading.bucket for reading in readings):
        rows = [reading for reading in readings if reading.bucket == bucket]
        once = tuple(dict.fromkeys(rows))
        meters = [reading.meter for reading in rows]
        doubled = sorted({meter for meter in meters if meters.count(meter) > 1})
        is_repeated = rows == [*once] * (len(rows) // len(once))
        if doubled and not (is_repeated and len(set(meters)) == len(once)):
            what = f"two figures for {', '.join(doubled)}"
            wrong.append(problem("ambiguous", what, where=bucket, hint="copy one full output"))
        else:
            kept.extend(once)
    return tuple(kept), wrong


def damaged_pools(readings: Sequence[Reading]) -> set[str]:
    """Pools whose name is a known one that was cut or lost a letter: no pools of their own."""
    return {
        reading.bucket
        for reading in readings
        if aliases.is_new(aliases.CODEX, reading.bucket, "")
        if aliases.is_damaged(reading.bucket, aliases.POOL_OF)
    }


def new_labels(readings: Sequence[Reading]) -> Iterator[Problem]:
    """Pools whose name no version was known to print."""
    for bucket in dict.fromkeys(reading.bucket for reading in readings):
        if aliases.is_new(aliases.CODEX, bucket, ""):
            yield new_label(bucket, bucket)


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
        return problem("no-limits", f"the output says: {says}", hint=hint)
    if panel.framed and not panel.closed:
        return problem("truncated", "the output ends before its limit rows")
    return problem("no-limits", "this output's layout has no limit rows")
