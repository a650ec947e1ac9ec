"""`config show|set|plan|plan-ratio`, `rules show|set`: the settings files of the ledger branch.

One is shown and replaced whole, or one block of the configuration is written anew. A change is a
commit like any other, so that a review sees it; a file that cannot be used is refused with
everything that is wrong with it.
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
from gitledger.ledger.row import map_of
from gitledger.ledger.values import stamp
from gitledger.ledger.yamltext import load
from gitledger.measure.amounts import PRICE_RANGE, is_price
from gitledger.report.settings_text import loosened_notes, price_lines, ratio_line, setting_line
from gitledger.windows.snapshot import NO_ACCOUNT, text_of

SCHEMA = "gitledger.config/1"
EXAMPLE = "gitledger config plan codex=200, or codex/ACCOUNT=200: dollars a month"


def show_setting(world: World, which: str) -> Result:
    """The file as it stands at the tip, and its SHA-256 as cards name it."""
    payload = setting_payload(open_book(world).tip, which)
    return Result(f"gitledger.{which}/1", payload, lines(payload["text"].rstrip("\n")))


def set_setting(world: World, which: str, source: str) -> Result:
    """Put another text in its place. Raises InvalidData with every problem."""
    payload = replace_setting(open_book(world), which, read_text(world, source), source)
    told = lines(setting_line(payload))
    return Result(f"gitledger.{which}/1", payload, told, notes=loosened_notes(payload))


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
    plans = {**map_of(config, "plans"), **prices}
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
    for provider, named in map_of(config, "accounts").items():
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
    price = parse_number(amount)
    if price is None:
        raise UsageError(f"{pair!r} states no price", EXAMPLE)
    if not price.is_finite() or not is_price(float(price)):
        raise UsageError(f"{pair!r}: a price is {PRICE_RANGE}", EXAMPLE)
    return plan, Decimal(f"{price:f}")  # 100, where somebody writes 1e2


def parse_number(text: str) -> Decimal | None:
    """A number as a person writes it, None for what is none."""
    try:
        return Decimal(text)
    except InvalidOperation:
        return None


def with_plans(text: str, plans: Mapping[str, object]) -> str:
    """The configuration with another `plans` block, everything else as it was. UsageError."""
    lines_of_it = "".join(f"  {name}: {price}\n" for name, price in plans.items())
    return with_block(text, "plans", lines_of_it, plans)


def with_former(
    text: str, config: Mapping[str, Any], prices: Mapping[str, Decimal], until: str
) -> str:
    """The same with the prices that are replaced kept, each with the moment it held until."""
    old = map_of(config, "plans")
    gone = {n: old[n] for n, price in prices.items() if n in old and old[n] != price}
    if not gone:
        return text
    kept = {n: [*many] for n, many in map_of(config, "former_plans").items()}
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
    kept = {n: dict(r) for n, r in map_of(config, "plan_ratios").items()}
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
    found = parse_number(text)
    if found is None or not found.is_finite() or not is_price(float(found)):
        raise UsageError(f"{pair!r} names no two prices and a ratio", RATIO)
    return Decimal(f"{found:f}")
