"""The two settings files of a ledger: what each may hold, and what a change of one lets through.

A file that cannot be used is refused with everything that is wrong with it.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from gitledger.book.automatic import KEY, trigger_problems
from gitledger.book.book import Book
from gitledger.book.trust import command_problems
from gitledger.decision.policy import (
    ANNOUNCED,
    LOOSENING,
    SIGNATURES,
    loosened_config,
    loosened_rules,
)
from gitledger.decision.rule_shape import rule_problems
from gitledger.decision.rules import digest
from gitledger.errors import InvalidData, LedgerDamaged, Problem, UsageError
from gitledger.git.branch.definitions import as_written, refuse_unsigned, taken_out
from gitledger.git.branch.store import CommitPlan, advance
from gitledger.git.branch.tip import Tip
from gitledger.git.proof.texts import FORBIDDEN, LOOSENED
from gitledger.ledger import layout
from gitledger.ledger.yamltext import load
from gitledger.measure.amounts import PRICE_RANGE, is_price, number
from gitledger.windows.features import RULES as FEATURE_RULES
from gitledger.windows.thresholds import Thresholds, read_terms

Content = Mapping[str, object]
RULES, CONFIG = "rules", "config"
FILES: Mapping[str, str] = {RULES: layout.RULES, CONFIG: layout.CONFIG}
FORMAT = 1
LONGEST_NAME = 64
CONFIG_KEYS: Mapping[str, str] = {
    "gitledger": "",
    "created": "",
    "providers": "a list of words",
    "accounts": "a mapping",
    "capacity": "a mapping",
    "thresholds": "a mapping",
    "plans": "a mapping",
    "former_plans": "a mapping",
    "plan_ratios": "a mapping",
    "overage": "a list of words",
    "exclude": "a list of words",
    "features": "a list of words",
    "evidence": "",
    "methodology": "a word",
    "signatures": f"one of {', '.join(SIGNATURES)}",
    "loosening": f"one of {', '.join(LOOSENING)}",
    "announced": f"one of {', '.join(ANNOUNCED)}",
    KEY: "a mapping",
}


def loosenings(tip: Tip, which: str, values: Content) -> list[str]:
    """What new settings let through that those at the tip hold back, a sentence each.

    Raises InvalidData where the configuration at the tip forbids that.
    """
    try:
        old, config = as_written(tip, FILES[which]), as_written(tip, layout.CONFIG)
    except LedgerDamaged:  # a broken text held nothing back: `verify` compares with the last sound
        return []
    found = list((loosened_config if which == CONFIG else loosened_rules)(old, values))
    if found and config.get("loosening") == FORBIDDEN:
        problems = [Problem(FILES[which], one, "", LOOSENED) for one in found]
        what = "this ledger's configuration forbids to loosen its policy; nothing changed"
        raise InvalidData(what, "keep the former limits", problems=problems)
    return found


def settings_file(tip: Tip, which: str) -> bytes:
    """The file's bytes at a tip. Raises LedgerDamaged where there is none."""
    data = tip.file(FILES[which])
    if data is None:
        raise taken_out(FILES[which])
    return data


def problems_of_rules(values: Content) -> Iterator[Problem]:
    """Every problem of a rule file, those of its part for replays among them."""
    yield from rule_problems(values)
    if "replay" not in values:
        return
    from gitledger.routing.reward import reward_of  # noqa: PLC0415 - slow; a replay's alone

    try:
        reward_of(values)
    except InvalidData as error:
        yield from error.problems


def problems_of_config(values: Content) -> Iterator[Problem]:
    """Unknown keys, wrong shapes, limits and prices that are no numbers."""
    if values.get("gitledger") != FORMAT:
        yield Problem("gitledger", f"format is {values.get('gitledger', 'nothing')}, not {FORMAT}")
    for key, value in values.items():
        what = CONFIG_KEYS.get(key)
        if what is None:
            yield Problem(key, "is unknown", f"known: {', '.join(CONFIG_KEYS)}", "config-unknown")
        elif not fits(value, what):
            yield Problem(key, f"is {value!r}, not {what}", "", "config-type")
    yield from unknown_limits(values.get("thresholds"))
    yield from read_terms(values)[1]
    yield from trigger_problems(values.get(KEY))
    yield from command_problems(values.get("evidence"))
    yield from unknown_rules(values.get("features"))
    plans = values.get("plans")
    for provider, price in plans.items() if isinstance(plans, Mapping) else ():
        if not is_price(number(price)):
            what = f"is {price!r}, not {PRICE_RANGE}"
            yield Problem(f"plans.{provider}", what, "codex: 20", "config-type")


def fits(value: object, what: str) -> bool:
    """Whether a part of the configuration has its shape; "" is anything."""
    if what == "a mapping":
        return isinstance(value, Mapping)
    if what.startswith("one of "):
        return value in what.removeprefix("one of ").split(", ")
    if what == "a word":
        return isinstance(value, str) and bool(value.strip()) and len(value) <= LONGEST_NAME
    words = isinstance(value, list) and all(isinstance(word, str) for word in value)
    return words or not what


def unknown_rules(given: object) -> Iterator[Problem]:
    """Rules that count no features: a typing error must not switch counting off."""
    for name in given if isinstance(given, list) else ():
        if name not in FEATURE_RULES:
            hint = f"known: {', '.join(FEATURE_RULES)}"
            yield Problem("features", f"{name!r} is not a rule", hint, "config-unknown")


def unknown_limits(given: object) -> Iterator[Problem]:
    """Thresholds that nothing reads: a typing error must not leave a default in force."""
    known = Thresholds.__slots__
    for name in given if isinstance(given, Mapping) else ():
        if name not in known:
            hint = f"known: {', '.join(known)}"
            yield Problem(f"thresholds.{name}", "is unknown", hint, "config-unknown")


PROBLEMS: Mapping[str, Callable[[Content], Iterator[Problem]]] = {
    RULES: problems_of_rules,
    CONFIG: problems_of_config,
}


def setting_payload(tip: Tip, which: str) -> dict[str, str]:
    """The file as it stands at a tip, and its SHA-256 as cards name it."""
    data = settings_file(tip, which)
    text = data.decode("utf-8", "replace")
    return {"file": FILES[which], "sha256": digest(data), "text": text}


def replace_setting(book: Book, which: str, text: str, source: str) -> dict[str, Any]:
    """Put another text in the file's place; `source` names it in a refusal.

    The same text again changes nothing. Raises InvalidData with every problem; nothing changes
    then. `verify` and a card name the file by its SHA-256.
    """
    values, found = load(text, source)
    problems = list(found) or list(PROBLEMS[which](values))
    if problems:
        raise InvalidData(f"{source} cannot be {FILES[which]}; nothing changed", problems=problems)
    data, before, looser = text.encode(), b"", list[str]()

    # asked again where somebody else moved the branch meanwhile: what was found is of the last time
    def plan(tip: Tip) -> Sequence[CommitPlan]:
        nonlocal before, looser
        before = tip.file(FILES[which]) or b""
        message = f"{which}: {digest(before)[:12]} -> {digest(data)[:12]}\n"
        refuse_unsigned(tip)
        looser = loosenings(tip, which, values)
        return [] if before == data else [CommitPlan(message, {FILES[which]: data})]

    advance(book.repository, book.branch, plan, book.who)
    payload = {"file": FILES[which], "sha256": digest(data), "already": before == data}
    return payload | {"before": digest(before), "loosened": looser}


def with_block(text: str, key: str, lines: str, content: Mapping[str, Any]) -> str:
    """The configuration with a block `key` of these lines, which hold `content`; the rest stays.

    Raises UsageError where the block is written in a way of its own, so that it came out otherwise.
    """
    block = f"{key}:\n{lines}" if content else f"{key}: {{}}\n"
    whole = text if text.endswith("\n") else f"{text}\n"
    there = re.compile(rf"^{key}:.*\n(?:[ \t]+.*\n)*", re.MULTILINE)
    made = there.sub(lambda _: block, whole, count=1) if there.search(whole) else whole + block
    written, problems = load(made, layout.CONFIG)
    if problems or written.get(key) != dict(content):
        hint = f"gitledger config show > FILE, edit `{key}`, gitledger config set FILE"
        raise UsageError(f"`{key}` in gitledger.yaml is written in a way of its own", hint)
    return made
