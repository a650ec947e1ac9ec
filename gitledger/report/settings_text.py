"""Settings as text: a file that was replaced, prices, commands that are trusted."""

from collections.abc import Mapping, Sequence
from typing import Any

from gitledger.report.figures import count_text

UNTRUSTED = "No commands are trusted in this clone."


def setting_line(payload: Mapping[str, Any]) -> str:
    """What the file is now and was before, by the hashes that cards name."""
    if payload["already"]:
        return f"{payload['file']} is the same; nothing was changed."
    return f"{payload['file']} is {payload['sha256'][:12]} now, was {payload['before'][:12]}."


def loosened_notes(payload: Mapping[str, Any]) -> list[str]:
    """A sentence for each limit that the new file lets through."""
    return [f"policy-loosened: {sentence}; later cards say so" for sentence in payload["loosened"]]


def price_lines(prices: Mapping[str, object]) -> list[str]:
    """What each plan costs now."""
    return [f"{name}: {price} dollars a month" for name, price in prices.items()]


def ratio_line(provider: str, plans: Sequence[object], ratio: object) -> str:
    """How often one plan holds what another does."""
    return f"{provider}: the plan of ${plans[0]} holds {ratio} times that of ${plans[1]} (stated)"


def trust_lines(payload: Mapping[str, Any]) -> list[str]:
    """The commands of the branch, whether they may run in this clone, and what comes next."""
    word = "may run here" if payload["trusted"] else "may not run here"
    many = count_text(len(payload["commands"]), "command")
    head = f"{many} of the branch {word}, when you type `complete` or `evidence run`:"
    step = "next: gitledger evidence run" if payload["trusted"] else "next: gitledger trust"
    return [head, *(f"  {line}" for line in payload["commands"]), step]
