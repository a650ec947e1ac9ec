"""What tokens would cost at list price: the one place that knows genai-prices.

Depends on genai-prices, which is offline here and imported on first use (it takes a tenth of a
second). The figure is API-equivalent, not what a subscription costs. An unknown model has no
price, and no price is None, never zero.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cache
from importlib.metadata import version

ROUTES = {"z.ai": "zai", "zai": "zai", "zhipuai": "zai", "anthropic": "anthropic"}
ROUTES |= {"openai": "openai", "google": "google", "openai-codex": "openai"}
CONTEXT_MARK = re.compile(r"\[\d+[km]\]$", re.IGNORECASE)
GLM = re.compile(r"glm-", re.IGNORECASE)
MICRO = Decimal("0.000001")


@dataclass(frozen=True, slots=True)
class Tokens:
    """Tokens of one or many requests; `fresh` is input that was neither read nor put in cache."""

    fresh: int = 0
    output: int = 0
    cache_read: int = 0
    cache_write: int = 0

    @property
    def total(self) -> int:
        """All tokens."""
        return self.fresh + self.output + self.cache_read + self.cache_write


def price_of(model: str, tokens: Tokens, *, at: datetime) -> Decimal | None:
    """USD at list price of tokens of a model at a moment, to a millionth; None without a price.

    `model` may carry a route (`z.ai/glm-4.6`) and a context mark (`glm-4.6[1m]`). GLM models are
    looked up at z.ai, because other resellers of the same name have other prices.
    """
    provider, name = route_of(model)
    if not name or min(tokens.fresh, tokens.output, tokens.cache_read, tokens.cache_write) < 0:
        return None
    usd = list_price(name, provider, tokens, at)
    return None if usd == 0 and tokens.total else usd  # a price of 0 is one that is not known


def route_of(model: str) -> tuple[str | None, str]:
    """Provider id, where the name implies one, and the bare model name."""
    name = CONTEXT_MARK.sub("", model.strip())
    head, slash, rest = name.partition("/")
    if slash and head.lower() in ROUTES:  # any other word before a slash is part of the name
        return ROUTES[head.lower()], rest
    return ("zai" if GLM.match(name) else None), name


def list_price(name: str, provider: str | None, tokens: Tokens, at: datetime) -> Decimal | None:
    """USD from the price list, None for a model that is not on it."""
    from genai_prices import Usage, calc_price  # noqa: PLC0415 - heavy; only on first use

    usage = Usage(
        input_tokens=tokens.fresh + tokens.cache_read + tokens.cache_write,
        output_tokens=tokens.output,
        cache_read_tokens=tokens.cache_read or None,
        cache_write_tokens=tokens.cache_write or None,
    )
    try:
        found = calc_price(usage, name, provider_id=provider, genai_request_timestamp=at)
    except (LookupError, ValueError):
        return None
    return found.total_price.quantize(MICRO).normalize() + 0  # + 0: 10, not 1E+1


@cache
def price_source() -> str:
    """Name and version of the price list."""
    return f"genai-prices {version('genai-prices')}"
