"""Names that only who has the key can find again: an HMAC, its key outside the lake.

The same name gives the same pseudonym, so that a lake grows and figures stay; without the key
nobody can even try names out.
"""

import hmac
import secrets
from collections.abc import Callable
from pathlib import Path

from gitledger.errors import UsageError
from gitledger.git.files import put_in_folder

DIGITS = 40
SHORT = 12
LEAST = 16  # bytes of a key
Hide = Callable[[str, str], str]
OPEN = "as they are"


def plainly(_kind: str, text: str) -> str:
    """Names as they are."""
    return text


def hiding(key: bytes) -> Hide:
    """A function that hides a text of one kind; kinds never share a pseudonym."""

    def hide(kind: str, text: str) -> str:
        if not text:
            return text
        digest = hmac.new(key, f"{kind}\0{text}".encode(), "sha256").hexdigest()
        return digest[:DIGITS] if kind in {"root", "tip"} else f"{kind}-{digest[:SHORT]}"

    return hide


def key_of(path: Path, lake: Path) -> bytes:
    """The key in a file, made where there is none. Raises UsageError for one inside the lake."""
    if path.resolve().is_relative_to(lake.resolve()):
        raise UsageError("the key of pseudonyms lies inside the lake", "keep it elsewhere")
    if not path.exists():
        put_in_folder(path, secrets.token_hex(32).encode() + b"\n", 0o600)
    found = path.read_bytes().strip()
    if len(found) < LEAST:
        raise UsageError(
            f"{path} is not a key: it has fewer than {LEAST} bytes", "name another file"
        )
    return found


def mark_of(key: bytes | None) -> str:
    """What a lake keeps to know its key again."""
    return OPEN if key is None else hmac.new(key, b"gitledger lake", "sha256").hexdigest()[:SHORT]
