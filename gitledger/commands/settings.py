"""`rules` and `config`: the two settings files on the ledger branch, shown and replaced whole.

`config plan` writes what plans cost a month into one of them.

A change is a commit like any other, so that a review sees it; a file that cannot be used is
refused with everything that is wrong with it.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from gitledger.book.book import Book
from gitledger.book.config_block import with_block
from gitledger.book.opening import open_book
from gitledger.book.settings import CONFIG, FILES, PROBLEMS, held, loosenings
from gitledger.book.world import World, read_text
from gitledger.commands.result import Result, lines
from gitledger.decision.rules import digest
from gitledger.errors import InvalidData, UsageError
from gitledger.git.branch.definitions import refuse_unsigned
from gitledger.git.branch.store import CommitPlan, Tip, advance
from gitledger.ledger import layout
from gitledger.ledger.values import stamp
from gitledger.ledger.yamltext import load
from gitledger.measure.cost import PRICE_RANGE, is_price
from gitledger.windows.snapshot import NO_ACCOUNT, text_of


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
    kept = with_former(with_plans(text, plans), config, prices, stamp(world.now))
    done = replace_setting(book, CONFIG, kept, layout.CONFIG)
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
    text = held(book.tip, CONFIG).decode("utf-8")
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
    said = f"{provider}: the plan of ${plans[0]} holds {ratio} times that of ${plans[1]} (stated)"
    return done._replace(payload={**done.payload, "plan_ratios": kept}, text=lines(said))


def _number(text: str, pair: str) -> Decimal:
    """A plain positive number. Raises UsageError."""
    try:
        found = Decimal(text)
    except InvalidOperation:
        found = Decimal("NaN")
    if not found.is_finite() or not is_price(float(found)):
        raise UsageError(f"{pair!r} names no two prices and a ratio", RATIO)
    return Decimal(f"{found:f}")
