"""claude-monitor: its JSON report and its text screen; local estimates, never a provider's meter.

Depends on the meters room only. The percent it shows is against a token limit it guessed, so it
is kept as usage and reported as `no-meter`.
"""

import re
from collections.abc import Mapping
from datetime import datetime, tzinfo
from decimal import Decimal

from gitledger.errors import Problem
from gitledger.meters import cleaning
from gitledger.meters.jsontext import (
    Number,
    as_int,
    as_map,
    as_number,
    as_text,
    decode,
    documents,
    iso_moment,
    tidy,
)
from gitledger.meters.problems import problem
from gitledger.meters.reading import Parsed, Usage

SOURCE = "claude-monitor"
TITLE = re.compile(r"CLAUDE CODE USAGE MONITOR", re.IGNORECASE)
HELP = re.compile(r"usage: claude-monitor\b")
SHARE = re.compile(r"Token Usage:\s*\[[^\]]*\]\s*(\d+(?:\.\d+)?)%")
TOKENS = re.compile(r"Tokens(?: Used)?:\s*([\d,]+)\s*/\s*~?([\d,]+)")
MESSAGES = re.compile(r"Sent Messages:\s*([\d,]+)")
DOTTED = re.compile(r"^tool\.name=claude-monitor$", re.MULTILINE)
LINE = re.compile(r"^(?P<path>[\w.]+)=(?P<value>.*)$", re.MULTILINE)
ESTIMATE = Problem(
    where="",
    what="a local estimate against a guessed token limit, not the provider's meter",
    code="no-meter",
    severity="note",
)


def recognises(text: str) -> bool:
    """True for a report, a screen or the help text of claude-monitor."""
    if any(map(is_report, documents(text))):
        return True
    head = cleaning.terminal_text(text[:20000])
    if DOTTED.search(head):
        return True
    return TITLE.search(head) is not None or HELP.search(head) is not None


def parse(text: str, *, at: datetime, tz: tzinfo) -> Parsed:
    """The tokens and cost of the running session, with the tool's own guess of a share."""
    del at, tz
    for document in documents(text):
        if is_report(document):
            return read_report(document)
    plain = "\n".join(cleaning.lines_of(text))
    if DOTTED.search(plain):
        return read_report(nest_lines(plain))
    if not TITLE.search(plain):
        return Parsed(
            SOURCE, SOURCE, problems=(problem("no-meter", "no usage screen in the text"),)
        )
    return Parsed(
        SOURCE,
        SOURCE,
        problems=(ESTIMATE,),
        usage=(read_screen(plain),),
    )


def nest_lines(plain: str) -> dict[str, object]:
    """The report behind `a.b.c=value` lines, the tool's text output; lists are left out."""
    report: dict[str, object] = {}
    for line in LINE.finditer(plain):
        *folders, name = line["path"].split(".")
        place = report
        for folder in folders:
            inner = place.setdefault(folder, {})
            place = inner if isinstance(inner, dict) else {}
        # the tool prints Python's words
        value = {"True": "true", "False": "false"}.get(line["value"], line["value"])
        read = decode(value)
        place[name] = value if read is None and value != "null" else read
    return report


def is_report(document: Mapping[str, object]) -> bool:
    """True for a report in JSON."""
    return as_map(document.get("tool")).get("name") == SOURCE


def read_report(document: Mapping[str, object]) -> Parsed:
    """The running session of a JSON report."""
    local = as_map(document.get("local"))
    tokens = as_map(local.get("tokens"))
    session = as_map(as_map(document.get("limits")).get("five_hour"))
    row = Usage(
        scope="block",
        period=as_text(local.get("session_start")),
        period_start=iso_moment(local.get("session_start")),
        period_end=iso_moment(local.get("session_end")),
        active=local.get("is_active") is True,
        requests=as_int(local.get("sent_messages")),
        input_tokens=as_int(tokens.get("input_tokens")),
        output_tokens=as_int(tokens.get("output_tokens")),
        cache_read_tokens=as_int(tokens.get("cache_read_input_tokens")),
        cache_creation_tokens=as_int(tokens.get("cache_creation_input_tokens")),
        total_tokens=as_int(tokens.get("total_tokens")),
        cost_usd=as_number(local.get("cost_usd")),
        percent_used=as_number(session.get("used_percentage")),
    )
    return Parsed(
        SOURCE,
        SOURCE,
        problems=(ESTIMATE,),
        captured_at=iso_moment(document.get("generated_at"), whole_seconds=False),
        version=as_text(as_map(document.get("tool")).get("version")),
        usage=(row,) if local else (),
    )


def read_screen(plain: str) -> Usage:
    """What a text screen shows of the running session."""
    share, tokens, messages = (p.search(plain) for p in (SHARE, TOKENS, MESSAGES))
    return Usage(
        scope="block",
        period="",
        requests=whole(messages[1]) if messages else None,
        total_tokens=whole(tokens[1]) if tokens else None,
        percent_used=figure(share[1]) if share else None,
    )


def whole(digits: str) -> int:
    """A whole number with thousands separators."""
    return int(digits.replace(",", ""))


def figure(digits: str) -> Number | None:
    """A decimal number without dust."""
    return tidy(Decimal(digits))
