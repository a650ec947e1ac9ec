"""What never reaches a ledger: e-mail addresses, account names, session ids, home paths.

Depends on `gitledger.meters.cleaning` only. Replacing happens before anything is stored;
figures, labels and reset times survive.
"""

import re
from collections.abc import Callable, Sequence
from functools import lru_cache

from gitledger.meters.cleaning import ROWS_KEPT, terminal_text

EMAIL = re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*")
SESSION = re.compile(
    r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{1,4}(?:-[0-9a-f]{0,4}(?:-[0-9a-f]{0,12})?)?", re.IGNORECASE
)
HOMES = re.compile(
    r"(?:/home/|/Users/|/root(?=[/\s]|$)|[A-Za-z]:\\Users\\)[^\s│|\"',)\\/]*(?:[\\/][^\s│|\"',)]*)?"
)
TILDE = re.compile(r"~(?:[\\/][^\s│|\"',)]+)")
FIELD = re.compile(
    r"^(?P<label>[^\w\n]*(?:Account|Login|Session(?: ID)?|Directory|Path|Organization|Email|User)"
    r"\s*:[ \t]*)"
    r"(?P<value>[^\n│|]*?)(?P<rest>\s*(?:[│|][^\n]*)?)$",
    re.IGNORECASE | re.MULTILINE,
)
TOKEN = re.compile(r"\b(?:sk|sess|key|ghp|gho|glpat|xox[abp])[-_][A-Za-z0-9_-]{8,}")
JSON_FIELD = re.compile(
    r'("(?:session_?id|thread_id|account(?:_?id)?|user_?id|email|cwd|transcript_path|scratchpad_dir'
    r"|creator_account_id|creator_user_id|current_dir|project_dir|organization(?:_?id)?|uuid|accountId"
    r')"\s*:\s*)"(?:[^"\\]|\\.)*"',
    re.IGNORECASE,
)
GREETING = re.compile(r"(Welcome back,? )[^\n!│]+")
PLAN = re.compile(
    r"\((?:Free|Go|Plus|Pro|Max|Team|Business|Enterprise|Edu)[^)]*\)|API key configured"
)
LIMIT_CHARACTERS = 4000


def redact_pane(text: str) -> str:
    """The text as plain rows with identities replaced by `<account>`, `<session>`, `<path>`."""
    plain = terminal_text(text)
    if "{" in plain:
        return hide_identities(JSON_FIELD.sub(r'\1"<redacted>"', plain))
    return "\n".join(map(hide_identities, plain.split("\n")))


@lru_cache(maxsize=ROWS_KEPT)
def hide_identities(row: str) -> str:
    """One row, or a JSON text, without identities; panes of one terminal share most rows."""
    plain = row
    for signs, pattern, name in HIDDEN:
        if any(sign in plain for sign in signs):
            plain = pattern.sub(name, plain)
    return plain


def hidden_field(found: re.Match[str]) -> str:
    """A labelled field with its value replaced; the plan in parentheses stays."""
    if not found["value"].strip():
        return found[0]
    label = found["label"].strip().lower()
    kind = "session" if label.startswith("session") else "account"
    if label.startswith(("directory", "path")):
        kind = "path"
    plan = PLAN.search(found["value"])
    kept = f" {plan[0]}" if plan else ""
    return f"{found['label']}<{kind}>{kept}{found['rest']}"


# in this order; a row without one of the signs cannot match, and most rows have none
HIDDEN: Sequence[tuple[str, re.Pattern[str], str | Callable[[re.Match[str]], str]]] = (
    (":", FIELD, hidden_field),
    ("@", EMAIL, "<account>"),
    ("-_", TOKEN, "<secret>"),
    ("W", GREETING, r"\1<account>"),
    ("-", SESSION, "<session>"),
    ("/\\", HOMES, "<path>"),
    ("~", TILDE, "<path>"),
)


def excerpt(text: str, limit: int = LIMIT_CHARACTERS) -> str:
    """The redacted text cut to `limit` characters, with a mark where it was cut."""
    clean = redact_pane(text)
    return clean if len(clean) <= limit else clean[: limit - 2].rstrip() + "\n…"
