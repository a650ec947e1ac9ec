"""The proof of a ledger as terminal text, from the payload of `gitledger verify --json`."""

from collections.abc import Mapping, Sequence
from typing import Any

from gitledger.report.console import tone_lines
from gitledger.report.figures import count_text

SHOWN = 50
SIGNED = {
    "unsigned": "unsigned: whoever had the branch can have written it",
    "unknown": "signed by a key that is not known here",
}


def verify_text(
    payload: Mapping[str, Any], *, width: int | None = None, colour: bool = False
) -> str:
    """The lines below, red where the ledger is not intact, yellow where it is not complete."""
    head, *rest = verify_lines(payload)
    verdict = "green" if payload["intact"] else "red"
    codes = {finding["code"]: "red" for finding in payload["findings"]}
    first = tone_lines([head], {head.split()[0]: verdict}, width=width, colour=colour, hang=2)
    tones = {**codes, "Not": "yellow", "Noted:": "yellow"}
    told = tone_lines(rest, tones, width=width, colour=colour, hang=4) if rest else ""
    return f"{first}\n{told}" if told else first


def verify_lines(payload: Mapping[str, Any]) -> list[str]:
    """The verdict, findings with their next steps, notes, and what is not complete."""
    findings: Sequence[Mapping[str, str]] = payload["findings"]
    rows, commits = count_text(payload["rows"], "row"), count_text(payload["commits"], "commit")
    word = count_text(len(findings), "finding") if findings else "intact"
    text = [f"{payload['branch']}: {rows} in {commits}: {word}."]
    for finding in findings[:SHOWN]:
        text += _finding_lines(finding)
    if len(findings) > SHOWN:
        text.append(f"... and {len(findings) - SHOWN} more; `gitledger verify --json` has all.")
    text += _note_lines(payload["notes"]) + _missing_lines(payload["completeness"])
    return text + [_held_line(line) for line in payload["checkpoints"]]


def _held_line(line: Mapping[str, Any]) -> str:
    """A checkpoint that was asked for, and whose word it is."""
    whose = SIGNED.get(line["signature"], f"signed by {line['signer']}")
    return f"Checkpoint of {line['at']} with {count_text(line['rows'], 'row')}: {whose}."


def _finding_lines(finding: Mapping[str, str]) -> list[str]:
    place = " ".join(word for word in (finding["commit"][:12], finding["path"]) if word)
    text = [f"  {finding['code']}  {place}", f"    {finding['what']}"]
    return text + ([f"    next: {finding['hint']}"] if finding["hint"] else [])


def _note_lines(notes: Sequence[Mapping[str, str]]) -> list[str]:
    text = ["Noted:"] if notes else []
    for note in notes[:SHOWN]:
        words = (note["code"], note["commit"][:12], note["path"], note["what"])
        text.append("  " + " ".join(word for word in words if word))
    return text + ([f"  ... and {len(notes) - SHOWN} more"] if len(notes) > SHOWN else [])


def _few(names: Mapping[str, Any]) -> str:
    """The first of some names, each with a row that has it."""
    told = [f"{one['name'][:12]} (row {one['row']})" for one in names["first"]]
    return ", ".join(told) + (", ..." if names["count"] > len(told) else "")


def _missing_lines(missing: Mapping[str, Any]) -> list[str]:
    """What is not there yet; nothing of it is a finding."""
    text = [
        f"  window {one['window']}: no {one['provider']} ({one['account']}) reading after the work"
        for one in missing["windows_without_after"][:SHOWN]
    ]
    if missing["spool_waiting"] is None:
        text.append("  what hooks left cannot be read: `gitledger doctor`")
    for key, one, more, words in (
        ("spool_waiting", "queued commit waits", "queued commits wait", "to be recorded"),
        (
            "spool_refused",
            "queued commit",
            "queued commits",
            "from hooks could not be recorded: `gitledger doctor`",
        ),
        ("hook_runs_missed", "commit", "commits", "may be missing: hooks ran without gitledger"),
        ("rows_never_pushed", "row was", "rows were", "never shared: gitledger sync"),
        ("rows_held", "row is", "rows are", "held back here and not shared"),
    ):
        if missing[key]:
            text.append(f"  {count_text(missing[key], one, more)} {words}")
    text += [f"  {name} has commits that are not here" for name in missing["remotes_ahead"]]
    for key, noun, words in (
        ("windows_unknown", "window", "named by rows, without a reading and not completed"),
        ("commits_gone", "commit", "named by rows and not in this repository"),
    ):
        if missing[key]["count"]:
            text.append(
                f"  {count_text(missing[key]['count'], noun)} {words}: {_few(missing[key])}"
            )
    return ["Not complete:", *text] if text else []
