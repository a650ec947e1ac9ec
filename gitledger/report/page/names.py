"""What a forwarded page must not tell: accounts, money, and with `incognito` every name.

Depends on the standard library; turns an overview (JSON) into one that may leave the house. A
name is replaced wherever it stands, in sentences too; texts that people wrote freely are left out.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from gitledger.report.payload import Json, child, children, words

MONEY_KEYS = frozenset(
    {
        "dollars",
        "cost_per_feature",
        "dollars_per_lasting_feature",
        "price",
        "features_per_dollar",
        "lasting_per_dollar",
    }
)
MONEY = re.compile(r"\$|dollar|price|cost", re.IGNORECASE)
NO_MONEY = "it is about prices, which this page leaves out"
FREE = {
    "message": "",
    "reason": "not shown",
    "runner": "",
    "agent": "not shown",
    "artifacts": {},
    "loosened": [],
}
# Where the format's own words stand, never a person's, and where only a name stands.
SPOKEN = frozenset({"provider", "meter", "unit", "verdict", "state", "outcome", "vote", "phase"})
NAMING = frozenset({"window", "account", "branch", "capability", "run", "voter"})
ONLY = "default"
LEFT, RIGHT = r"(?<![\w.-])", r"(?![\w-])"


def without_money(value: Any) -> Any:
    """The overview without amounts, and without sentences that speak of them."""
    if isinstance(value, Mapping):
        return {
            key: None if key in MONEY_KEYS else without_money(inner) for key, inner in value.items()
        }
    if isinstance(value, list | tuple):
        kept = [without_money(entry) for entry in value if not is_about_money(entry)]
        return kept if kept or not value else [NO_MONEY]
    return value


def is_about_money(entry: object) -> bool:
    """Whether an entry of a list is a sentence about prices, or a number in dollars."""
    if isinstance(entry, str):
        return bool(MONEY.search(entry))
    return isinstance(entry, Mapping) and bool(MONEY.search(str(entry.get("name", ""))))


def without_accounts(page: Json) -> Any:
    """The overview with `account 1`, `account 2` of each provider for the accounts' names."""
    owners = [(words(t, "provider"), words(t, "account")) for t in children(page, "traces")]
    owners += [
        (words(part, "provider"), words(part, "account"))
        for window in children(page, "windows")
        for part in children(window, "parts")
    ]
    beside = child(page, "subscriptions")
    owners += [
        (words(entry, "provider"), words(entry, "account"))
        for part in ("plans", "rates", "moves")
        for entry in children(beside, part)
    ]
    found = sorted({account for _, account in owners} - {ONLY, ""})
    return rename_page(page, {name: f"account {i + 1}" for i, name in enumerate(found)})


def incognito(page: Json, more: Mapping[str, str]) -> Any:
    """The overview without a name of a window, branch, capability or person.

    `more` are names that the overview does not hold (repository, ledger branch) and what to put.
    """
    return rename_page(blank(page), names_of(page) | {k: v for k, v in more.items() if k})


def names_of(page: Json) -> dict[str, str]:
    """Every name of an overview with what stands for it: `window-1`, `branch-1`, `person-1`."""
    windows = [words(w, "window") for w in children(page, "windows")]
    named = {name: f"window-{i + 1}" for i, name in enumerate(dict.fromkeys(windows))}
    for kind, names in (
        ("branch", branches(page)),
        ("capability", capabilities(page)),
        ("run", runs(page)),
        ("person", people(page)),
    ):
        known = sorted(set(names) - set(named) - {""})
        named |= {name: f"{kind}-{i + 1}" for i, name in enumerate(known)}
    return named


def branches(page: Json) -> Iterable[str]:
    """Branches that commits were made on."""
    return (words(c, "branch") for w in children(page, "windows") for c in children(w, "commits"))


def evidence(page: Json) -> list[Json]:
    """Every evidence entry."""
    return [e for w in children(page, "windows") for e in children(w, "evidence")]


def capabilities(page: Json) -> Iterable[str]:
    """Capabilities that evidence names."""
    return (words(e, "capability") for e in evidence(page))


def runs(page: Json) -> Iterable[str]:
    """Ids of test runs: they hold the name of what was run."""
    return (words(e, "run") for e in evidence(page))


def people(page: Json) -> Iterable[str]:
    """Who voted, on the page's card and on issued ones."""
    cards = [child(page, "card"), *children(page, "cards")]
    return (words(v, "voter") for card in cards for v in children(card, "votes"))


def blank(value: Any) -> Any:
    """The overview without texts that people wrote freely."""
    if isinstance(value, Mapping):
        return {
            key: FREE[key] if key in FREE and inner and is_free(key, value) else blank(inner)
            for key, inner in value.items()
        }
    return [blank(entry) for entry in value] if isinstance(value, list | tuple) else value


def is_free(key: str, holder: Json) -> bool:
    """Whether a text is a person's: a `reason` beside a verdict or vote is, one of a number not."""
    return key != "reason" or ("n" not in holder and "window" not in holder)


def rename_page(page: Any, names: Mapping[str, str]) -> Any:
    """The overview with names replaced wherever they stand as whole words, the longest first.

    A name that is one of the format's own words too (an account `codex`, a voter `pass`) is
    replaced where only a name can stand: a sentence that says `codex` means the provider.
    """
    if not names:
        return page
    shared = set(spoken(page)) & set(names)
    longest = sorted(names, key=len, reverse=True)
    told = [rf"(?<=\w/){re.escape(n)}" if n in shared else re.escape(n) for n in longest]
    pattern = re.compile(LEFT + "(" + "|".join(told) + ")" + RIGHT)
    return replace_texts(page, pattern, names)


def spoken(value: Any, key: str = "") -> Iterator[str]:
    """Every word that stands in a place of the format's own words: providers, states, verdicts."""
    if isinstance(value, str):
        yield from {value} if key in SPOKEN else ()
    elif isinstance(value, Mapping):
        for below, inner in value.items():
            yield from spoken(inner, below)
    elif isinstance(value, list | tuple):
        for entry in value:
            yield from spoken(entry, key)


def replace_texts(
    value: Any, pattern: re.Pattern[str], names: Mapping[str, str], key: str = ""
) -> Any:
    """Every text of a value through the pattern; keys and the format's own words stay."""
    if isinstance(value, str):
        if key in SPOKEN:
            return value
        if key in NAMING and value in names:
            return names[value]
        return pattern.sub(lambda found: names[found[1]], value)
    if isinstance(value, Mapping):
        return {
            below: replace_texts(inner, pattern, names, below) for below, inner in value.items()
        }
    if isinstance(value, list | tuple):
        return [replace_texts(entry, pattern, names, key) for entry in value]
    return value
