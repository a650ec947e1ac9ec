"""What recording rows tells, and rows as a plain table."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from gitledger.errors import Problem
from gitledger.ledger.row import Row
from gitledger.report.figures import count_text

FIRST_STEP = "gitledger start codex"  # what fills a ledger in which nothing was recorded
# what records the first row of a ledger; words in capitals are for a person to fill in
FILLED_BY: Mapping[str, str] = {
    "anomalies": "gitledger complete",
    "capabilities": "gitledger capability add CAP-1 --name NAME",
    "churn": "gitledger churn --all",
    "commits": "gitledger hooks install",
    "corrections": 'gitledger void ROW -m "why it is wrong"',
    "decisions": "gitledger card --window WINDOW --issue",
    "evidence": "gitledger evidence run -- COMMAND",
    "features": "gitledger feature reserve --window WINDOW CAPABILITY",
    "rewrites": "gitledger hooks install",
    "snapshots": FIRST_STEP,
    "telemetry": "gitledger ingest proxy-telemetry --from FILE",
    "tokens": "gitledger tokens plan N --window WINDOW",
    "trace": "gitledger catch-up",
    "usage": "gitledger ingest codex-ccusage --from FILE",
    "votes": "gitledger vote WINDOW --voter NAME --vote go",
    "windows": "gitledger complete",
}
NO_PLAN = "no plan is recorded, so there is no difference: gitledger tokens plan N"


def recorded_line(ledger: str, payload: Mapping[str, Any]) -> str:
    """One fact that was recorded, or stands already; a checkpoint's difference from its plan."""
    told = f"Recorded {payload['row']} in {ledger}."
    if payload["already"]:
        told = f"Already recorded as {payload['row']}; nothing was added."
    if "delta" in payload:
        told += f" {payload['actual']:,} of {payload['planned']:,} tokens ({payload['delta']:+,})."
    return told


def checkpoint_lines(payload: Mapping[str, Any]) -> list[str]:
    """A checkpoint of a token budget that was recorded, and what comes next."""
    return [recorded_line("tokens", payload), "next: gitledger status"]


def untold_tests(window: str, *, recorded: bool) -> str:
    """Why nobody counted the tests of a window; `recorded` says whether its commits are known."""
    lost = "git has not all of the recorded commits of"
    return f"tests_added is unknown: {lost if recorded else 'no hook recorded commits of'} {window}"


def capability_lines(payload: Mapping[str, Any]) -> list[str]:
    """A capability that was put on the map, and what comes next."""
    step = f"next: gitledger feature reserve --window WINDOW {payload['capability']}"
    return [recorded_line("capabilities", payload), step]


def features_line(payload: Mapping[str, Any], fresh: int) -> str:
    """Several features at once: how many are new, and which they are."""
    names = [str(row["capability"]) for row in payload["rows"]]
    told = f"{count_text(fresh, 'feature')} of {len(names)} {payload['state']}"
    return f"{told}: {', '.join(names)}."


def append_lines(
    ledger: str, rows: Sequence[Mapping[str, Any]], problems: Sequence[Problem]
) -> list[str]:
    """One row that was recorded or stands already, or how many; and what contradicts."""
    if len(rows) == 1:
        return [recorded_line(ledger, rows[0]), *_told(problems)]
    stood = sum(bool(row["already"]) for row in rows)
    return import_lines(ledger, len(rows) - stood, stood, problems)


def import_lines(ledger: str, fresh: int, stood: int, problems: Sequence[Problem]) -> list[str]:
    """How many rows were recorded and how many stood already, and the lines that contradict."""
    end = f"; {stood_already(stood)}." if stood else "."
    head = f"Recorded {count_text(fresh, 'row')} in {ledger}{end}"
    return [head, *_told(problems)]


def stood_already(many: int, noun: str = "") -> str:
    """How many rows were there before, by their noun when it was not said yet."""
    one, more = (f"{noun} ", f"{noun}s ") if noun else ("", "")
    return count_text(many, f"{one}was recorded already", f"{more}were recorded already")


def _told(problems: Sequence[Problem]) -> list[str]:
    """A line for each: what is wrong, and what is only doubtful, marked so."""
    return [
        f"  {problem}" if problem.severity == "error" else f"  {problem.severity}: {problem}"
        for problem in problems
    ]


def no_rows(ledger: str = "", *, window: str = "", others: str = "") -> list[str]:
    """An empty list, and the command that fills it: of one ledger, or of the first one.

    `others` is the command that lists the rows that were not asked for, where there are some.
    """
    fills = FILLED_BY.get(ledger, f"gitledger append {ledger} KEY=VALUE") if ledger else FIRST_STEP
    return ["No rows.", f"next: {others or fills.replace('WINDOW', window or 'WINDOW')}"]


def table_lines(found: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> list[str]:
    """Rows, at least one, as a table of some columns, as many as they know."""
    used = [c for c in columns if any(c in values for values in found)]
    cells = [[str(values.get(c, "")) for c in used] for values in found]
    widths = [max(len(c), *(len(line[i]) for line in cells)) for i, c in enumerate(used)]
    return [
        "  ".join(word.ljust(width) for word, width in zip(line, widths, strict=True)).rstrip()
        for line in ([*used], *cells)
    ]


def voided_lines(payload: Mapping[str, Any]) -> list[str]:
    """A row that was taken back."""
    told = f"Voided {payload['target']} in {payload['ledger']}; recorded as {payload['row']}."
    return [told, "next: gitledger status"]


def amended_lines(payload: Mapping[str, Any]) -> list[str]:
    """A row that another one replaces."""
    told = f"Replaced {payload['target']} in {payload['ledger']} by {payload['row']}."
    return [told, "next: gitledger status"]


def vote_lines(payload: Mapping[str, Any]) -> list[str]:
    """A vote that was recorded, or stood already."""
    begun = "Already recorded" if payload["already"] else "Recorded"
    told = f"{payload['vote']} by {payload['voter']} on {payload['subject']}"
    return [f"{begun} as {payload['row']}: {told}.", f"next: gitledger card {payload['subject']}"]


def override_notes(card: str, decisions: Iterable[Row]) -> tuple[str, ...]:
    """What who votes on a card has to know: to what it was overridden before, and why."""
    return tuple(
        f"the card was overridden to {row.values['override']}: {row.values.get('reason', '')}"
        for row in decisions
        if row.values.get("card") == card and "override" in row.values
    )


def evidence_lines(payload: Mapping[str, Any], log: str) -> list[str]:
    """A run that was recorded, or stood already, and where its log is; "" where none was kept."""
    run = f"run {payload['test_run_id']}"
    told = f"Already recorded as {payload['row']}: {run}."
    if not payload["already"]:
        where = f"{payload['result']} of {payload['runner']} in {payload['window']}"
        told = f"Recorded {payload['row']}: {where}, {run}."
    return [told, *([f"  log: {log}"] if log else [])]


def counted_lines(payload: Mapping[str, Any], problems: Sequence[Problem]) -> list[str]:
    """Reports of a counter or events of a proxy that were recorded for a window."""
    told = f"{count_text(payload['recorded'], 'row')} recorded in {payload['ledger']}"
    told += f" for {payload['window']}"
    if payload["passed_over"]:
        told += f"; {stood_already(payload['passed_over'])}"
    return [told, *(f"  {problem.severity}: {problem}" for problem in problems)]


def tracker_lines(payload: Mapping[str, Any], left_out: int) -> list[str]:
    """What an earlier tracker's folder added, and how many of its lines could not be read."""
    counts = ", ".join(f"{many} {ledger}" for ledger, many in payload["recorded"].items())
    told = [f"Read {count_text(len(payload['files']), 'file')} in zone {payload['tz']}."]
    told.append(f"Recorded: {counts}." if counts else "Recorded nothing new.")
    if payload["already"]:
        told.append(f"{stood_already(payload['already'])}.")
    if left_out:
        told.append(f"{count_text(left_out, 'line was', 'lines were')} left out.")
    return [*told, "next: gitledger audit, then gitledger preview"]
