"""The status panels of Codex in a text: where each begins and ends, and whose account it names.

Depends on the meters room only. Whatever stands between two panels is taken as one as well;
`is_panel` tells which are.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from gitledger.meters import cleaning
from gitledger.meters.codex_rows import limit_label

HEADER = re.compile(r"OpenAI Codex \(v(?P<version>[^)\s]+)")
COMMAND = re.compile(r"\W*/status\s*")
OLD_HEADING = re.compile(r"\W*Workspace$")
OLD_BODY = re.compile(r"\b(?:Token Usage|Usage Limits)$|\bCLI Version:|\bSandbox: ", re.MULTILINE)
LIMITS = re.compile(r"^Limits:\s*(?P<says>.*)$")
ACCOUNT = re.compile(r"^\W*(?:Account|Login):\s*(?P<name>\S+)")
PLAN_ONLY = re.compile(r"^(?:Free|Go|Plus|Pro|Max|Team|Business|Enterprise|Edu|API|<)")


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

    @property
    def account(self) -> str:
        """The account that the panel names, as far as it is shown; "" when it names none."""
        found = next((hit["name"] for row in self.plain if (hit := ACCOUNT.match(row))), "")
        return "" if PLAN_ONLY.match(found) else found.lower()


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


def of_two_accounts(panels_: Sequence[Panel]) -> bool:
    """True when panels name different accounts; a name that is cut may be the same."""
    names = sorted({panel.account for panel in panels_ if panel.account}, key=len)
    return any(not names[-1].startswith(name) for name in names)
