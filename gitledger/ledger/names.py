"""Which texts are names: git's rules and those of file systems, in one place. Pure.

A window, a run, a branch and a ledger become parts of refs, paths and files on machines of every
kind; a name that one of them refuses, or reads as something else, is refused at the door. Rows of
older versions keep the names they have: `verify` does not ask this module.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

from gitledger.ledger.characters import HIDDEN, escape
from gitledger.ledger.redaction import SESSION, kinds_in

LONGEST = 64  # characters of a window or ledger
LONGEST_FILE = 120  # bytes of one part of a path, so that a suffix still fits into 255
LONGEST_REF = 200  # bytes of a branch
LEDGER = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*\Z")
REFUSED = re.compile(r'[/\\:*?"<>|~^\[]')  # by git in refs, or by a file system in names
DEVICES = {"con", "prn", "aux", "nul"} | {f"{p}{n}" for p in ("com", "lpt") for n in range(1, 10)}
Rule = Callable[[str], str]


def label_problem(text: str) -> str:
    """What keeps a text from being a label that people read; "" when nothing does."""
    if not text or text != text.strip():
        return "is empty, or begins or ends with a blank"
    if hidden := HIDDEN.search(text):
        return f"holds the hidden character {escape(hidden[0])}"
    return "has more than one line" if "\n" in text or "\t" in text else ""


def file_problem(text: str) -> str:
    """What keeps a text from being one part of a path, or "": `run-17`, `TR-20261123T090000Z`."""
    if told := label_problem(text):
        return told
    if bad := REFUSED.search(text):
        return f"holds {bad[0]}, which a ref or a file name cannot"
    if text.startswith((".", "-")) or text.endswith((".", ".lock")) or ".." in text or "@{" in text:
        return "begins with . or -, ends with . or .lock, or holds .. or @{"
    if text.partition(".")[0].lower() in DEVICES or text == "@":
        return "is the name of a device, or means HEAD"
    if len(text.encode("utf-8", "surrogatepass")) > LONGEST_FILE:
        return f"is longer than {LONGEST_FILE} bytes"
    return "looks like a key, an address or a home path" if {*kinds_in(text)} - {SESSION} else ""


def ref_problem(text: str) -> str:
    """What keeps a text from being a branch, or "": parts of a path between slashes, no blanks."""
    if re.search(r"\s", text):
        return "holds a blank"
    if len(text.encode("utf-8", "surrogatepass")) > LONGEST_REF:
        return f"is longer than {LONGEST_REF} bytes"
    if text == "HEAD":
        return "is HEAD"
    return next((told for part in text.split("/") if (told := file_problem(part))), "")


def window_problem(text: str) -> str:
    """What keeps a text from naming a window, or "": a ref's rules, at most 64 characters."""
    return f"is longer than {LONGEST} characters" if len(text) > LONGEST else ref_problem(text)


def ledger_problem(text: str) -> str:
    """What keeps a text from naming a ledger, or "": lower case, digits and single dashes."""
    if not LEDGER.match(text):
        return "is not a name like my-ledger"
    return f"is longer than {LONGEST} characters" if len(text) > LONGEST else file_problem(text)


COLUMNS: Mapping[str, tuple[Rule, str]] = {
    "window": (window_problem, "a window is named like W0-19"),
    "windows": (window_problem, "a window is named like W0-19"),
    "test_run_id": (file_problem, "a run is named like run-17"),
}


def column_problem(column: str, value: Any, *, is_key: bool) -> tuple[str, str] | None:
    """What is wrong with the name in a column and what one looks like; None when nothing is.

    Columns that hold no name are not judged; a text of a natural key is a label at least.
    """
    rule, hint = COLUMNS.get(column, (label_problem if is_key else None, "plain characters"))
    if rule is None:
        return None
    texts = [value] if isinstance(value, str) else value if isinstance(value, tuple | list) else ()
    told = next((t for text in texts if isinstance(text, str) and (t := rule(text))), "")
    return (told, hint) if told else None
