"""Which plan a text says that its meters are of: `plus`, `max-20x`, `pro`; "" where it does not.

Depends on the meters room only. Codex's feeds carry a plan type, its panel has it behind the
account; Claude Code keeps an organisation's type and tier among its settings; the quota feed of
z.ai has a level. Inside a JSON string quotes are escaped, so no prompt can pass for a field.
"""

import re
from collections.abc import Mapping
from dataclasses import replace

from gitledger.meters.naming import slug
from gitledger.meters.reading import Parsed

MOST = 24
TYPE = re.compile(r'"plan_?[tT]ype"\s*:\s*"(?P<plan>[^"\\]{1,40})"')
LEVEL = re.compile(r'"level"\s*:\s*"(?P<plan>[^"\\]{1,40})"')
PANEL = re.compile(
    r"(?:Account|Login):\s.{0,120}?\((?P<plan>[A-Za-z]{2,12}(?: [A-Za-z0-9]{1,8})?)\)\W*$",
    re.MULTILINE,
)
TIER = re.compile(r'"(?:user|organization)RateLimitTier"\s*:\s*"[^"\\]*?max_(?P<plan>\d{1,3}x)"')
ORGANISATION = re.compile(r'"organizationType"\s*:\s*"(?:claude_)?(?P<plan>[^"\\]{1,40})"')
SETTINGS = ("organizationType", "organizationRateLimitTier", "userRateLimitTier")
PATTERNS: Mapping[str, re.Pattern[str]] = {
    "codex": PANEL,
    "codex-rollout": TYPE,
    "codex-app-server": TYPE,
    "codex-wham": TYPE,
    "zai": LEVEL,
    "claude-oauth": ORGANISATION,
}
UNTOLD = ("", "unknown", "none")


def plan_of(source: str, text: str) -> str:
    """The plan that a text names last."""
    pattern = PATTERNS.get(source)
    found = [hit["plan"] for hit in pattern.finditer(text)] if pattern else []
    # the last one: a session file tells the plan again with each answer
    plain = slug(found[-1].replace("_", " ")) if found else ""
    if plain in UNTOLD or len(plain) > MOST:
        return ""
    tier = TIER.search(text) if plain == "max" else None
    return f"max-{tier['plan']}" if tier else plain


def with_plan(parsed: Parsed, text: str) -> Parsed:
    """The same with the plan at each reading, where the text names one."""
    plan = plan_of(parsed.source, text) if parsed.readings else ""
    if not plan:
        return parsed
    return replace(parsed, readings=tuple(r._replace(plan=plan) for r in parsed.readings))
