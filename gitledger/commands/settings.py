"""`rules` and `config`: the two settings files on the ledger branch, shown and replaced whole.

A change is a commit like any other, so that a review sees it; a file that cannot be used is
refused with everything that is wrong with it.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from gitledger.book.book import Book
from gitledger.book.opening import open_book
from gitledger.book.world import World, read_text
from gitledger.commands.result import Result, lines
from gitledger.decision.policy import (
    ANNOUNCED,
    LOOSENING,
    SIGNATURES,
    loosened_config,
    loosened_rules,
)
from gitledger.decision.rule_shape import rule_problems
from gitledger.decision.rules import digest
from gitledger.errors import InvalidData, LedgerDamaged, Problem
from gitledger.git.branch.definitions import as_written, refuse_unsigned, taken_out
from gitledger.git.branch.store import CommitPlan, Tip, advance
from gitledger.git.proof.texts import FORBIDDEN, LOOSENED
from gitledger.ledger import layout
from gitledger.ledger.yamltext import load
from gitledger.measure.cost import PRICE_RANGE, is_price
from gitledger.measure.outcome import number
from gitledger.windows.thresholds import Thresholds, read_terms

Content = Mapping[str, object]
RULES, CONFIG = "rules", "config"
FILES: Mapping[str, str] = {RULES: layout.RULES, CONFIG: layout.CONFIG}
FORMAT = 1
CONFIG_KEYS: Mapping[str, str] = {
    "gitledger": "",
    "created": "",
    "providers": "a list of words",
    "accounts": "a mapping",
    "capacity": "a mapping",
    "thresholds": "a mapping",
    "plans": "a mapping",
    "overage": "a list of words",
    "exclude": "a list of words",
    "signatures": f"one of {', '.join(SIGNATURES)}",
    "loosening": f"one of {', '.join(LOOSENING)}",
    "announced": f"one of {', '.join(ANNOUNCED)}",
}


def show_setting(world: World, which: str) -> Result:
    """The file as it stands at the tip, and its SHA-256 as cards name it."""
    book = open_book(world)
    data = held(book.tip, which)
    text = data.decode("utf-8", "replace")
    payload = {"file": FILES[which], "sha256": digest(data), "text": text}
    return Result(f"gitledger.{which}/1", payload, lines(text.rstrip("\n")))


def set_setting(world: World, which: str, source: str) -> Result:
    """Put another text in its place. Raises InvalidData with every problem; nothing changes then.

    The same text again changes nothing. `verify` and a card name the file by its SHA-256.
    """
    return replace_setting(open_book(world), which, read_text(world, source), source)


def replace_setting(book: Book, which: str, text: str, source: str) -> Result:
    """The same with the text at hand; `source` names it in a refusal."""
    values, found = load(text, source)
    problems = list(found) or list(PROBLEMS[which](values))
    if problems:
        raise InvalidData(f"{source} cannot be {FILES[which]}; nothing changed", problems=problems)
    data, before, looser = text.encode(), b"", list[str]()

    def plan(tip: Tip) -> Sequence[CommitPlan]:
        nonlocal before, looser
        before = tip.file(FILES[which]) or b""
        message = f"{which}: {digest(before)[:12]} -> {digest(data)[:12]}\n"
        refuse_unsigned(tip)
        looser = loosenings(tip, which, values)
        return [] if before == data else [CommitPlan(message, {FILES[which]: data})]

    advance(book.repository, book.branch, plan, book.who)
    already = before == data
    payload: dict[str, Any] = {"file": FILES[which], "sha256": digest(data), "already": already}
    payload |= {"before": digest(before), "loosened": looser}
    said = f"{FILES[which]} is {digest(data)[:12]} now, was {digest(before)[:12]}."
    unchanged = f"{FILES[which]} is the same; nothing was changed."
    notes = [f"policy-loosened: {sentence}; later cards say so" for sentence in looser]
    told = lines(unchanged if already else said)
    return Result(f"gitledger.{which}/1", payload, told, notes=notes)


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


def held(tip: Tip, which: str) -> bytes:
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
    from gitledger.commands.replay_log import reward_of  # noqa: PLC0415 - slow; a replay's alone

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
    words = isinstance(value, list) and all(isinstance(word, str) for word in value)
    return words or not what


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
