"""GLM against the baseline, request by request: tokens and dollars joined on the request id.

Depends on `measure.telemetry` and `estimate`. A price is asked of a callable, so that no price
list is read here; a model without price is counted, never taken for free.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TypeAlias

from gitledger.measure.estimate import plain
from gitledger.measure.telemetry import HEALTHY, ProxyEvent, kind_of, route_rule

Price: TypeAlias = Callable[[str, int, int, int, datetime], Decimal | None]

BASELINE = "baseline"
GLM = "glm"


@dataclass(frozen=True, slots=True)
class RequestSide:
    """One request on one side: tokens in and out, and dollars (None: a model has no price)."""

    tokens: int
    usd: Decimal | None


@dataclass(frozen=True, slots=True)
class Matched:
    """One request that was completed on both sides. Differences are GLM - baseline."""

    rid: str
    baseline: RequestSide
    glm: RequestSide

    @property
    def delta_tokens(self) -> int:
        """GLM tokens minus baseline tokens."""
        return self.glm.tokens - self.baseline.tokens

    @property
    def delta_usd(self) -> Decimal | None:
        """GLM dollars minus baseline dollars; None when a side has no price."""
        if self.glm.usd is None or self.baseline.usd is None:
            return None
        return self.glm.usd - self.baseline.usd

    def payload(self) -> Mapping[str, object]:
        """JSON form of one row."""
        return {
            "rid": self.rid,
            "baseline_tokens": self.baseline.tokens,
            "glm_tokens": self.glm.tokens,
            "delta_tokens": self.delta_tokens,
            "baseline_usd": dollars(self.baseline.usd),
            "glm_usd": dollars(self.glm.usd),
            "delta_usd": dollars(self.delta_usd),
        }


@dataclass(frozen=True, slots=True)
class Unmatched:
    """A request that has no counterpart: the side it was seen on, and why the other is absent."""

    rid: str
    side: str
    reason: str


@dataclass(frozen=True, slots=True)
class TokenComparison:
    """All matched requests, largest difference first, and everything that could not be matched."""

    rows: tuple[Matched, ...]
    unmatched: tuple[Unmatched, ...]
    unpriced: tuple[tuple[str, int], ...]

    @property
    def priced(self) -> tuple[Matched, ...]:
        """The matched requests with a price on both sides: dollars are summed over these."""
        return tuple(row for row in self.rows if row.delta_usd is not None)

    def totals(self) -> Mapping[str, object]:
        """Sums, differences and shares over the matched requests (dollars: over the priced).

        Without a matched request they are unknown: a sum of nothing is not 0 tokens.
        """
        left = sum(row.baseline.tokens for row in self.rows)
        right = sum(row.glm.tokens for row in self.rows)
        usd_left = sum((row.baseline.usd or Decimal(0) for row in self.priced), Decimal(0))
        usd_right = sum((row.glm.usd or Decimal(0) for row in self.priced), Decimal(0))
        has_usd, has_rows = bool(self.priced), bool(self.rows)
        return {
            "matched": len(self.rows),
            "priced": len(self.priced),
            "baseline_tokens": left if has_rows else None,
            "glm_tokens": right if has_rows else None,
            "delta_tokens": right - left if has_rows else None,
            "delta_tokens_share": plain((right - left) / left) if left else None,
            "glm_token_share": plain(right / (left + right)) if left + right else None,
            "baseline_usd": dollars(usd_left) if has_usd else None,
            "glm_usd": dollars(usd_right) if has_usd else None,
            "delta_usd": dollars(usd_right - usd_left) if has_usd else None,
            "delta_usd_share": plain(float((usd_right - usd_left) / usd_left))
            if usd_left
            else None,
        }

    def payload(self, top: int | None = None) -> Mapping[str, object]:
        """JSON form; `top` limits the rows, never the totals."""
        return {
            "rows": [row.payload() for row in self.rows[:top]],
            "totals": self.totals(),
            "unmatched": [
                {"rid": u.rid, "side": u.side, "reason": u.reason} for u in self.unmatched
            ],
            "unpriced": [{"model": m, "count": n} for m, n in self.unpriced],
        }


def compare_tokens(
    events: Iterable[ProxyEvent], price: Price, healthy: Sequence[str] = HEALTHY
) -> TokenComparison:
    """Join completions on the request id; several completions of one side are added.

    Completions whose tokens were not counted (streaming lines of 0 and 0) make their side
    unknown, so the request is listed as unmatched, not as a zero.
    """
    requests: dict[str, dict[str, list[ProxyEvent]]] = {}
    failed: set[tuple[str, str]] = set()
    for event in events:
        side = GLM if route_rule(event) else BASELINE
        kind = kind_of(event, healthy)
        if kind == "completion":
            requests.setdefault(event.rid, {}).setdefault(side, []).append(event)
        elif kind == "error":
            failed.add((event.rid, side))
    unpriced: Counter[str] = Counter()
    rows, unmatched = [], []
    for rid, sides in requests.items():
        lack = why_unmatched(rid, sides, failed)
        if lack:
            unmatched.append(lack)
            continue
        left, right = (side_of(sides[side], price, unpriced) for side in (BASELINE, GLM))
        rows.append(Matched(rid, left, right))
    rows.sort(key=lambda row: (-abs(row.delta_tokens), row.rid))
    unmatched.sort(key=lambda lack: lack.rid)
    return TokenComparison(tuple(rows), tuple(unmatched), tuple(sorted(unpriced.items())))


def why_unmatched(
    rid: str, sides: Mapping[str, Sequence[ProxyEvent]], failed: set[tuple[str, str]]
) -> Unmatched | None:
    """Why a request cannot be compared; None when it can."""
    seen = BASELINE if BASELINE in sides else GLM
    other = GLM if seen == BASELINE else BASELINE
    if not rid:
        return Unmatched("", seen, "events without a request id")
    if other not in sides:
        why = f"only an error on {other}" if (rid, other) in failed else f"not seen on {other}"
        return Unmatched(rid, seen, why)
    for side, events in sides.items():
        if not all(event.metered for event in events):
            return Unmatched(rid, side, "tokens were not counted (streaming)")
    return None


def side_of(events: Sequence[ProxyEvent], price: Price, unpriced: Counter[str]) -> RequestSide:
    """Tokens and dollars of one side; counts the models that have no price."""
    tokens, usd = 0, Decimal(0)
    known = True
    for event in events:
        told, said = event.input_tokens or 0, event.output_tokens or 0
        tokens += told + said
        amount = (
            price(event.model, told, said, event.cached_tokens or 0, event.at)
            if event.at is not None
            else None
        )
        if amount is None:
            unpriced[event.model or "(no model)"] += 1
            known = False
        else:
            usd += amount
    return RequestSide(tokens, usd if known else None)


def dollars(amount: Decimal | None) -> float | int | None:
    """Dollars as a JSON number without dust."""
    return None if amount is None else plain(float(amount))
