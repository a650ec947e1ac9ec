"""`config plan P=DOLLARS`: what plans cost a month, written into gitledger.yaml on the branch."""

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from gitledger.book.opening import open_book
from gitledger.book.world import World
from gitledger.commands.result import Result, lines
from gitledger.commands.settings import CONFIG, held, replace_setting
from gitledger.errors import UsageError
from gitledger.ledger import layout
from gitledger.ledger.yamltext import load
from gitledger.measure.cost import PRICE_RANGE, is_price
from gitledger.windows.snapshot import NO_ACCOUNT, text_of

BLOCK = re.compile(r"^plans:.*\n(?:[ \t]+.*\n)*", re.MULTILINE)
EXAMPLE = "gitledger config plan codex=200, or codex/ACCOUNT=200: dollars a month"


def price_plans(world: World, pairs: Sequence[str]) -> Result:
    """State prices by provider or `provider/account`; the other plans and all comments stay.

    Raises UsageError for what is no price above 0, and for a provider or account that the ledger
    does not know.
    """
    book = open_book(world)
    text = held(book.tip, CONFIG).decode("utf-8")
    config, _ = load(text, layout.CONFIG)
    seen = book.rows("snapshots") if "snapshots" in book.ledgers else ()
    known = plans_known(config, [(text_of(r.values, "provider"), account(r.values)) for r in seen])
    prices = dict(stated(pair, known) for pair in pairs)
    if not prices:
        raise UsageError("no plan was named", EXAMPLE)
    before = config.get("plans")
    plans = {**(before if isinstance(before, Mapping) else {}), **prices}
    done = replace_setting(book, CONFIG, with_plans(text, plans), layout.CONFIG)
    told = [f"{name}: {price} dollars a month" for name, price in prices.items()]
    return done._replace(payload={**done.payload, "plans": plans}, text=lines("\n".join(told)))


def account(values: Mapping[str, object]) -> str:
    """The account of a capture."""
    return text_of(values, "account", NO_ACCOUNT)


def plans_known(
    config: Mapping[str, Any], seen: Sequence[tuple[str, str]]
) -> Mapping[str, Sequence[str]]:
    """The accounts of every provider that the configuration or a capture names."""
    found: dict[str, list[str]] = {str(name): [] for name in config.get("providers") or ()}
    labels = config.get("accounts")
    for provider, named in labels.items() if isinstance(labels, Mapping) else ():
        several = named if isinstance(named, list | tuple) else [named]
        found.setdefault(str(provider), []).extend(map(str, several))
    for provider, name in seen:
        found.setdefault(provider, []).append(name)
    return {provider: [*dict.fromkeys(names)] for provider, names in found.items()}


def stated(pair: str, known: Mapping[str, Sequence[str]]) -> tuple[str, Decimal]:
    """`codex/b=200` as a plan and its price. Raises UsageError."""
    plan, _, amount = pair.partition("=")
    provider, slash, name = plan.partition("/")
    if provider not in known:
        raise UsageError(f"unknown provider {provider!r}", f"providers: {', '.join(known)}")
    if slash and name not in known[provider]:
        names = ", ".join(known[provider]) or "none was captured yet"
        raise UsageError(f"unknown account {name!r} of {provider}", f"its accounts: {names}")
    try:
        price = Decimal(amount)
    except InvalidOperation:
        raise UsageError(f"{pair!r} states no price", EXAMPLE) from None
    if not price.is_finite() or not is_price(float(price)):
        raise UsageError(f"{pair!r}: a price is {PRICE_RANGE}", EXAMPLE)
    return plan, Decimal(f"{price:f}")  # 100, where somebody writes 1e2


def with_plans(text: str, plans: Mapping[str, object]) -> str:
    """The configuration with another `plans` block, everything else as it was. UsageError."""
    block = "plans:\n" + "".join(f"  {name}: {price}\n" for name, price in plans.items())
    whole = text if text.endswith("\n") else f"{text}\n"
    made = BLOCK.sub(lambda _: block, whole, count=1) if BLOCK.search(whole) else whole + block
    written, problems = load(made, layout.CONFIG)
    if problems or written.get("plans") != dict(plans):
        hint = "gitledger config show > FILE, edit `plans`, gitledger config set FILE"
        raise UsageError("`plans` in gitledger.yaml is written in a way of its own", hint)
    return made
