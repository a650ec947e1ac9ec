"""A settings file that was replaced, as text."""

from collections.abc import Mapping
from typing import Any


def setting_line(payload: Mapping[str, Any]) -> str:
    """What the file is now and was before, by the hashes that cards name."""
    if payload["already"]:
        return f"{payload['file']} is the same; nothing was changed."
    return f"{payload['file']} is {payload['sha256'][:12]} now, was {payload['before'][:12]}."


def loosened_notes(payload: Mapping[str, Any]) -> list[str]:
    """A sentence for each limit that the new file lets through."""
    return [f"policy-loosened: {sentence}; later cards say so" for sentence in payload["loosened"]]
