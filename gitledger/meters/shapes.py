"""Which format a text is in: one predicate per source, each true for its own texts only.

Depends on the meters room only.
"""

from collections.abc import Callable, Mapping, Sequence

from gitledger.meters import claude_monitor, claude_panel, codex_panel, telemetry, zai
from gitledger.meters.ccusage import TABLES
from gitledger.meters.claude_feeds import event_of, is_bare_statusline, is_oauth_body, report_of
from gitledger.meters.codex_feeds import app_server_body, bare_limits, wham_limits
from gitledger.meters.jsontext import as_list, as_map, as_text, documents

JsonMap = Mapping[str, object]
Shape = Callable[[Sequence[JsonMap]], bool]
ROLLOUT_TYPES = {"session_meta", "event_msg", "turn_context", "response_item", "token_usage_record"}
STREAM_TYPES = {"system", "assistant", "user", "result", "rate_limit_event"}
HEAD_LINES = 400
CODEX_COUNTS = {"cachedInputTokens", "reasoningOutputTokens"}


def is_rollout(documents_: Sequence[JsonMap]) -> bool:
    """Lines of a Codex session file, or single objects with its limits."""
    return any(
        (as_text(doc.get("type")) in ROLLOUT_TYPES and "payload" in doc)
        or "record_type" in doc
        or ("rate_limits" in doc and not is_statusline([doc]) and not report_of(doc))
        or bare_limits(doc)
        for doc in documents_
    )


def any_of(predicate: Callable[[JsonMap], object]) -> Shape:
    """The shape of a text in which one object at least is of a kind."""
    return lambda documents_: any(map(predicate, documents_))


def is_wham(documents_: Sequence[JsonMap]) -> bool:
    """The body of Codex's usage endpoint."""
    return any(
        ("rate_limit" in doc and "plan_type" in doc) or "primary_window" in wham_limits(doc)
        for doc in documents_
    )


def is_statusline(documents_: Sequence[JsonMap]) -> bool:
    """The JSON that Claude gives a status line command."""
    return any(
        ("model" in doc and "workspace" in doc)
        or "five_hour" in as_map(doc.get("rate_limits"))
        or "seven_day" in as_map(doc.get("rate_limits"))
        for doc in documents_
        if "hook_event_name" not in doc
    ) or any(map(is_bare_statusline, documents_))


def is_stream(documents_: Sequence[JsonMap]) -> bool:
    """Lines of Claude's stream-json output."""
    return not is_transcript(documents_) and any(
        (as_text(doc.get("type")) in STREAM_TYPES and "session_id" in doc) or event_of(doc)
        for doc in documents_
    )


def is_transcript(documents_: Sequence[JsonMap]) -> bool:
    """Lines of a Claude session file."""
    return any(("sessionId" in doc and "type" in doc) or report_of(doc) for doc in documents_)


def table_rows(documents_: Sequence[JsonMap]) -> list[JsonMap]:
    """All rows of all counting tables."""
    tables = [doc[key] for doc in documents_ for key in TABLES if key in doc]
    return [as_map(row) for table in tables for row in (as_list(table) or [table])]


def is_table(documents_: Sequence[JsonMap]) -> bool:
    """True when any object is a counting table."""
    return any(key in doc for doc in documents_ for key in TABLES if "sessionId" not in doc)


def is_codex_table(documents_: Sequence[JsonMap]) -> bool:
    """A table whose rows count Codex sessions."""
    rows = table_rows(documents_)
    return is_table(documents_) and any(
        isinstance(row.get("models"), Mapping) or CODEX_COUNTS & row.keys() or "percentUsed" in row
        for row in rows
    )


def is_prompt_table(documents_: Sequence[JsonMap]) -> bool:
    """Counts of prompts kept by hand."""
    return is_table(documents_) and any("prompts_used" in row for row in table_rows(documents_))


def is_plain_table(documents_: Sequence[JsonMap]) -> bool:
    """A ccusage table of Claude sessions, or of all agents."""
    is_other = is_codex_table(documents_) or is_prompt_table(documents_)
    return is_table(documents_) and not is_other


JSON_SHAPES: Mapping[str, Shape] = {
    "codex-rollout": is_rollout,
    "codex-app-server": any_of(app_server_body),
    "codex-wham": is_wham,
    "claude-statusline": is_statusline,
    "claude-stream-json": is_stream,
    "claude-transcript": is_transcript,
    "claude-oauth": any_of(is_oauth_body),
    "zai": any_of(lambda doc: zai.is_quota(doc) or zai.is_limit(doc)),
    "glm-counts": is_prompt_table,
    "ccusage": is_plain_table,
    "codex-ccusage": is_codex_table,
    "claude-monitor": any_of(claude_monitor.is_report),
    "proxy-telemetry": any_of(telemetry.is_event),
}
TEXT_SHAPES: Mapping[str, Callable[[str], bool]] = {
    "codex": codex_panel.recognises,
    "claude": claude_panel.recognises,
    "claude-monitor": claude_monitor.recognises,
}


def claimants(text: str) -> tuple[str, ...]:
    """The names of all sources whose format the text has, in a fixed order."""
    found = documents(text)
    if found:
        # a session file may have a million lines: what it is shows at both ends
        head = (*found[:HEAD_LINES], *found[-HEAD_LINES:])
        return tuple(name for name, fits in JSON_SHAPES.items() if fits(head))
    return tuple(name for name, fits in TEXT_SHAPES.items() if fits(text))
