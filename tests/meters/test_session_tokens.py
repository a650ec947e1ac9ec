"""Tokens of session files: each answer once, whatever was copied, repeated or replayed."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from gitledger.meters.session_tokens import (
    TokenCounts,
    claude_answer,
    codex_answers,
    largest,
    model_class,
    provider_of_model,
)


def claude_line(at: str = "2026-03-02T09:00:00.500Z", **more: Any) -> Mapping[str, object]:
    """A line as Claude Code writes one for an answer."""
    usage = {"input_tokens": 4, "cache_creation_input_tokens": 900, "cache_read_input_tokens": 7000}
    message = {"id": "msg_1", "model": "claude-opus-4-6-20260115", "usage": usage}
    message["usage"] = {**usage, "output_tokens": more.pop("output", 1)}
    return {
        "type": "assistant",
        "timestamp": at,
        "message": {**message, **more.pop("message", {})},
    } | more


def test_an_answer_of_claude_is_its_counts() -> None:
    """Model without its date, UTC time, four counts; nothing of the text."""
    answer = claude_answer(claude_line(output=250))
    assert answer is not None
    assert answer.counts == TokenCounts(4, 250, 900, 7000)
    assert (answer.id, answer.model, answer.subagent) == ("msg_1", "claude-opus-4-6", False)
    assert answer.at == datetime(2026, 3, 2, 9, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "line",
    [
        {},
        {"type": "user", "timestamp": "2026-03-02T09:00:00Z", "message": {"content": "usage"}},
        claude_line(message={"model": "<synthetic>"}),
        claude_line(at="yesterday"),
        {"message": []},
    ],
)
def test_a_line_without_an_answer_is_none(line: Mapping[str, object]) -> None:
    """Prompts, errors that the program made up, and what has no time count nothing."""
    assert claude_answer(line) is None


def test_the_same_answer_on_two_lines_is_the_larger() -> None:
    """It grows while it is written; a copy in a sub-agent's file leaves it the main one's."""
    first, last = claude_answer(claude_line(output=1)), claude_answer(claude_line(output=420))
    copy = claude_answer(claude_line(at="2026-03-02T11:00:00Z", output=420, isSidechain=True))
    assert first is not None
    assert last is not None
    assert copy is not None
    assert copy.subagent
    assert largest(largest(first, last), copy) == last
    assert largest(copy, first).at == first.at


def meta(at: str = "2026-03-02T09:00:00Z", **more: object) -> Mapping[str, object]:
    """A rollout's first line."""
    return {
        "timestamp": at,
        "type": "session_meta",
        "payload": {"id": "s1", "source": "cli", **more},
    }


def count(
    at: str, total: tuple[int, int, int], last: tuple[int, int, int] | None = None
) -> Mapping[str, object]:
    """A rollout's line of running totals: input with its cached part, output."""
    names = ("input_tokens", "cached_input_tokens", "output_tokens")
    info = {"total_token_usage": dict(zip(names, total, strict=True))}
    info |= {"last_token_usage": dict(zip(names, last, strict=True))} if last else {}
    return {"timestamp": at, "type": "event_msg", "payload": {"type": "token_count", "info": info}}


MODEL = {
    "timestamp": "2026-03-02T09:00:01Z",
    "type": "turn_context",
    "payload": {"model": "gpt-5-codex"},
}


def test_running_totals_of_codex_are_taken_apart() -> None:
    """Each step once; a total told again counts nothing; one that fell is of the last answer."""
    lines = [
        meta(),
        MODEL,
        {"timestamp": "2026-03-02T09:01:00Z", "payload": {"type": "token_count", "info": None}},
        count("2026-03-02T09:01:00Z", (1000, 600, 50), (1000, 600, 50)),
        count("2026-03-02T09:02:00Z", (1000, 600, 50), (1000, 600, 50)),
        count("2026-03-02T09:03:00Z", (3000, 2200, 90), (2000, 1600, 40)),
        count("2026-03-02T09:04:00Z", (500, 100, 10), (500, 100, 10)),
    ]
    found = list(codex_answers(lines, set()))
    assert [tuple(a.counts) for a in found] == [
        (400, 50, None, 600),
        (400, 40, None, 1600),
        (400, 10, None, 100),
    ]
    assert {a.model for a in found} == {"gpt-5-codex"}


def test_a_fork_counts_only_what_is_its_own() -> None:
    """What it inherits stands in the file it came from; sub-agents are told as such."""
    known: set[tuple[int, ...]] = set()
    parent = [meta(), MODEL, count("2026-03-02T09:01:00Z", (1000, 0, 50))]
    assert len(list(codex_answers(parent, known))) == 1
    fork = [
        meta("2026-03-02T10:00:00Z", forked_from_id="s1", source={"subagent": "review"}),
        MODEL,
        count("2026-03-02T10:00:00Z", (1000, 0, 50)),
        count("2026-03-02T10:01:00Z", (1600, 0, 70), (600, 0, 20)),
    ]
    (own,) = codex_answers(fork, known)
    assert own.counts == TokenCounts(600, 20, None, 0)
    assert own.subagent


@pytest.mark.parametrize(
    ("name", "plain", "provider"),
    [
        ("claude-sonnet-4-5-20250929", "claude-sonnet-4-5", "claude"),
        ("anthropic/Claude-Opus-4-6[1m]", "claude-opus-4-6", "claude"),
        ("glm-4.6", "glm-4.6", "glm"),
        ("our secret model / v2 of Eve", "other", ""),
        ("kimi-k2", "kimi-k2", ""),
    ],
)
def test_a_model_is_named_by_its_class(name: str, plain: str, provider: str) -> None:
    """No date, no path, no name that a person made up; whose quota it is of, where it says."""
    assert (model_class(name), provider_of_model(model_class(name))) == (plain, provider)
