"""`config show|set|plan|plan-ratio`: the configuration on the ledger branch.

It is shown and replaced whole, or one block of it is written anew. As with the rules, a change is
a commit that a review sees.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from gitledger.book.opening import open_book
from gitledger.book.settings import (
    CONFIG,
    replace_setting,
    setting_payload,
    settings_file,
    with_block,
)
from gitledger.book.world import World, read_text
from gitledger.commands.result import Result, lines
from gitledger.errors import UsageError
from gitledger.ledger import layout
from gitledger.ledger.values import stamp
from gitledger.ledger.yamltext import load
from gitledger.measure.amounts import PRICE_RANGE, is_price
from gitledger.report.settings_text import loosened_notes, price_lines, ratio_line, setting_line
from gitledger.windows.snapshot import NO_ACCOUNT, text_of

SCHEMA = "gitledger.config/1"
EXAMPLE = "gitledger config plan codex=200, or codex/ACCOUNT=200: dollars a month"


def show_config(world: World) -> Result:
    """The file as it stands at the tip, and its SHA-256 as cards name it."""
    payload = setting_payload(open_book(world).tip, CONFIG)
    return Result(SCHEMA, payload, lines(payload["text"].rstrip("\n")))


def set_config(world: World, source: str) -> Result:
    """Put another text in its place. Raises InvalidData with every problem."""
    payload = replace_setting(open_book(world), CONFIG, read_text(world, source), source)
    told = lines(setting_line(payload))
    return Result(SCHEMA, payload, told, notes=loosened_notes(payload))


def price_plans(world: World, pairs: Sequence[str]) -> Result:
    """State prices by provider or `provider/account`; the other plans and all comments stay.

    Raises UsageError for what is no price above 0, and for a provider or account that the ledger
    does not know.
    """
    book = open_book(world)
    text = settings_file(book.tip, CONFIG).decode("utf-8")
    config, _ = load(text, layout.CONFIG)
    seen = book.rows_if_any("snapshots")
    known = plans_known(config, [(text_of(r.values, "provider"), account(r.values)) for r in seen])
    prices = dict(parse_price(pair, known) for pair in pairs)
    if not prices:
        raise UsageError("no plan was named", EXAMPLE)
    before = config.get("plans")
    plans = {**(before if isinstance(before, Mapping) else {}), **prices}
    kept = with_former(with_plans(text, plans), config, prices, stamp(world.now))
    done = replace_setting(book, CONFIG, kept, layout.CONFIG)
    told = price_lines(prices)
    return Result(SCHEMA, {**done, "plans": plans}, lines(*told), notes=loosened_notes(done))


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


def parse_price(pair: str, known: Mapping[str, Sequence[str]]) -> tuple[str, Decimal]:
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
    lines_of_it = "".join(f"  {name}: {price}\n" for name, price in plans.items())
    return with_block(text, "plans", lines_of_it, plans)


def with_former(
    text: str, config: Mapping[str, Any], prices: Mapping[str, Decimal], until: str
) -> str:
    """The same with the prices that are replaced kept, each with the moment it held until."""
    before = config.get("plans")
    old = before if isinstance(before, Mapping) else {}
    gone = {n: old[n] for n, price in prices.items() if n in old and old[n] != price}
    if not gone:
        return text
    listed = config.get("former_plans")
    kept = {n: [*many] for n, many in (listed if isinstance(listed, Mapping) else {}).items()}
    for name, price in gone.items():
        kept.setdefault(name, []).append({"until": until, "usd": price})
    told = "".join(
        f"  {name}:\n"
        + "".join(f'    - {{until: "{e["until"]}", usd: {e["usd"]}}}\n' for e in many)
        for name, many in kept.items()
    )
    return with_block(text, "former_plans", told, kept)


RATIO = (
    "gitledger config plan-ratio claude 100:20=5: the plan of 100 dollars holds five of that of 20"
)


def compare_plans(world: World, provider: str, pair: str) -> Result:
    """State how often one plan of a provider holds what another does: `100:20=5`.

    Raises UsageError for what names no two prices and a ratio, or a provider that nobody knows.
    """
    book = open_book(world)
    text = settings_file(book.tip, CONFIG).decode("utf-8")
    config, _ = load(text, layout.CONFIG)
    known = plans_known(config, ())
    if provider not in known:
        raise UsageError(f"unknown provider {provider!r}", f"providers: {', '.join(known)}")
    name, _, amount = pair.partition("=")
    plans = [_number(part, pair) for part in name.split(":")]
    ratio = _number(amount, pair)
    if len(plans) != 2 or plans[0] == plans[1]:
        raise UsageError(f"{pair!r} names no two prices", RATIO)
    listed = config.get("plan_ratios")
    kept = {n: dict(r) for n, r in (listed if isinstance(listed, Mapping) else {}).items()}
    kept.setdefault(provider, {})[":".join(f"{plan:f}" for plan in plans)] = ratio
    told = "".join(
        f"  {n}: {{{', '.join(f'{chr(34)}{k}{chr(34)}: {v}' for k, v in ratios.items())}}}\n"
        for n, ratios in kept.items()
    )
    done = replace_setting(book, CONFIG, with_block(text, "plan_ratios", told, kept), layout.CONFIG)
    return Result(
        SCHEMA,
        {**done, "plan_ratios": kept},
        lines(ratio_line(provider, plans, ratio)),
        notes=loosened_notes(done),
    )


def _number(text: str, pair: str) -> Decimal:
    """A plain positive number. Raises UsageError."""
    try:
        found = Decimal(text)
    except InvalidOperation:
        found = Decimal("NaN")
    if not found.is_finite() or not is_price(float(found)):
        raise UsageError(f"{pair!r} names no two prices and a ratio", RATIO)
    return Decimal(f"{found:f}")
