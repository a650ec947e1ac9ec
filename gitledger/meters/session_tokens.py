"""Tokens that an agent's own session files state, answer by answer: no word of a session is kept.

Depends on the meters room only. Claude Code tells the same answer on several lines and copies it
into files of resumed sessions and of sub-agents: its message id says which. Codex tells running
totals, the same one again with each news of a limit, and replays them in a forked session.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from gitledger.meters.jsontext import as_count, as_map, as_text, iso_moment

JsonMap = Mapping[str, object]
DATED = re.compile(r"[-@]20\d{6}\Z")
NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,47}\Z")
OTHER_MODEL = "other"  # a name that a gateway made up may say whose it is
REPLAY = timedelta(seconds=2)  # a fork writes what it inherits at once; an answer takes longer
TOTALS = ("input_tokens", "cached_input_tokens", "output_tokens")


class TokenCounts(NamedTuple):
    """Tokens by kind; input excludes the cache. None: not told."""

    input: int | None = None
    output: int | None = None
    cache_creation: int | None = None
    cache_read: int | None = None


class Answer(NamedTuple):
    """One answer of a model: what names it ("" nothing), when (UTC), which model, how many tokens.

    `subagent` says that a sub-agent asked.
    """

    id: str
    at: datetime
    model: str
    subagent: bool
    counts: TokenCounts


def model_class(name: str) -> str:
    """A model's name without its date or context suffix; a name of no known form is `other`."""
    plain = DATED.sub("", name.strip().lower().partition("[")[0].rpartition("/")[2])
    return plain if NAME.match(plain) else OTHER_MODEL


def provider_of_model(model: str) -> str:
    """Whose quota an answer in a session file of Claude Code is of; "" where nobody can tell."""
    if model.startswith("glm-"):
        return "glm"
    return "claude" if model.startswith("claude-") else ""


def claude_answer(line: JsonMap, *, subagent: bool = False) -> Answer | None:
    """The answer that a line of Claude Code's session file tells of; None for any other line."""
    message = as_map(line.get("message"))
    usage, at = as_map(message.get("usage")), iso_moment(line.get("timestamp"))
    model = as_text(message.get("model"))
    if not usage or at is None or not model or model == "<synthetic>":
        return None
    names = ("input_tokens", "output_tokens", "cache_creation_input_tokens")
    counts = TokenCounts(
        *(as_count(usage.get(name)) for name in (*names, "cache_read_input_tokens"))
    )
    beside = subagent or line.get("isSidechain") is True
    return Answer(as_text(message.get("id")), at, model_class(model), beside, counts)


def largest(one: Answer, other: Answer) -> Answer:
    """One answer told on two lines: the counts grow while it is written."""
    pairs = zip(one.counts, other.counts, strict=True)
    counts = TokenCounts(*(max((n for n in pair if n is not None), default=None) for pair in pairs))
    first = min(one, other, key=lambda answer: answer.at)
    return first._replace(counts=counts, subagent=one.subagent and other.subagent)


def codex_answers(lines: Iterable[JsonMap], known: set[tuple[int, ...]]) -> Iterator[Answer]:
    """The answers of one session file of Codex, in its order.

    `known` holds the running totals of the files read before and is added to: a forked session
    repeats those of the one it came from.
    """
    model, before = OTHER_MODEL, (0, 0, 0)
    fork, subagent = "", False
    began: datetime | None = None
    own: set[tuple[int, ...]] = set()
    for line in lines:
        payload, at = as_map(line.get("payload")), iso_moment(line.get("timestamp"))
        kind = as_text(line.get("type"))
        if kind == "session_meta" and began is None:
            began, fork = at, as_text(payload.get("forked_from_id"))
            subagent = is_subagent(payload)
        if kind == "turn_context":
            model = model_class(as_text(payload.get("model")) or OTHER_MODEL)
        info = as_map(payload.get("info")) if payload.get("type") == "token_count" else {}
        total = totals_of(as_map(info.get("total_token_usage")))
        if at is None or total is None or total == before:
            continue
        replayed = fork and (total in known or (began is not None and at - began <= REPLAY))
        last = totals_of(as_map(info.get("last_token_usage")))
        step, before = tokens_spent(before, total, last), total
        own.add(total)
        if not replayed:
            yield Answer("", at, model, subagent, step)
    known |= own


def is_subagent(meta: JsonMap) -> bool:
    """Whether a session's first line says that another session began it."""
    named = "subagent" in as_map(meta.get("source")) or meta.get("source") == "subagent"
    return named or as_text(meta.get("thread_source")) == "subagent"


def totals_of(counts: JsonMap) -> tuple[int, int, int] | None:
    """Input with the cache, the cache's part, output; None without input and output."""
    read = [as_count(counts.get(name)) for name in TOTALS]
    if read[0] is None or read[2] is None:
        return None
    return (read[0], min(read[1] or 0, read[0]), read[2])


def tokens_spent(
    before: tuple[int, int, int], total: tuple[int, int, int], last: tuple[int, int, int] | None
) -> TokenCounts:
    """What came since the total before; a total that fell or inherits is of the last answer."""
    fell = any(new < old for new, old in zip(total, before, strict=True))
    first = not any(before)
    step = tuple(new - old for new, old in zip(total, before, strict=True))
    if (fell or first) and last is not None:
        step = last
    elif fell:
        step = total
    return TokenCounts(step[0] - step[1], step[2], None, step[1])
