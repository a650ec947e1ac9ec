"""An earlier tracker's files as entries with places; broken lines become problems."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gitledger.book.world import decode_text
from gitledger.errors import LedgerDamaged, Problem, UnreadableInput
from gitledger.ledger.codec import decode_json
from gitledger.report.figures import count_text

# kind of data -> names its file may have, each followed by nothing or `.ANYTHING`
JSON_FILES: Mapping[str, Sequence[str]] = {
    "snapshots": ("snapshots",),
    "windows": ("windows",),
    "glm": ("glm_counts",),
    "ccusage": ("codex_ccusage", "ccusage", "claude_ccusage"),
    "monitor": ("claude_monitor",),
    "telemetry": ("proxy_telemetry",),
    "churn": ("churn",),
    "anomalies": ("anomalies",),
}
CSV_FILES: Mapping[str, Sequence[str]] = {
    "capabilities": ("capabilities", "capability_map"),
    "evidence": ("acceptance_evidence",),
    "features": ("feature_log",),
    "tokens": ("token_churn_ledger",),
    "churn": ("churn_ledger",),
    "experiments": ("experiment_ledger",),
}
NOTHING = frozenset({"", "n/a", "na", "none", "null", "-"})


@dataclass(frozen=True, slots=True)
class TrackerRecord:
    """One record of an earlier tracker: what it is, where it stood, what it said."""

    kind: str
    where: str
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class TrackerFolder:
    """The records of a folder in the order of its files, and what could not be read."""

    entries: tuple[TrackerRecord, ...]
    problems: tuple[Problem, ...]
    files: tuple[str, ...]


def corrupt_line(where: str, what: str, hint: str = "fix the line and import again") -> Problem:
    """A line that holds no record, and is left out."""
    return Problem(where, what, hint, "corrupt-line")


def read_folder(folder: Path, kinds: Mapping[str, Sequence[str]], suffix: str) -> TrackerFolder:
    """Every record below `kinds` in a folder's files of a suffix. Raises UnreadableInput."""
    if not folder.is_dir():
        what = "is a file" if folder.exists() else "no such folder"
        raise UnreadableInput(f"{folder}: {what}", "name the folder that holds snapshots.jsonl")
    entries: list[TrackerRecord] = []
    problems: list[Problem] = []
    files: list[str] = []
    for kind, names in kinds.items():
        for path in _named(folder, names, suffix):
            files.append(path.name)
            read = _json_entries if suffix == ".jsonl" else _csv_entries
            try:
                text = decode_text(path.read_bytes(), path.name)
            except UnreadableInput as refused:
                problems.append(Problem(path.name, refused.what, refused.hint, "unreadable"))
                continue
            for item in read(kind, path.name, text):
                (entries if isinstance(item, TrackerRecord) else problems).append(item)  # type: ignore[arg-type]
    return TrackerFolder(tuple(entries), tuple(problems), tuple(files))


def _named(folder: Path, names: Sequence[str], suffix: str) -> list[Path]:
    """Files called `NAME.jsonl` or `NAME.ANYTHING.jsonl`, in the order of the names."""
    files = sorted(path for path in folder.iterdir() if path.suffix.lower() == suffix)
    return [p for name in names for p in files if p.name.lower().split(".")[0] == name]


def _json_entries(kind: str, name: str, text: str) -> Iterator[TrackerRecord | Problem]:
    for number, line in enumerate(text.splitlines(), 1):
        where = f"{name} line {number}"
        if not line.strip():
            continue
        try:
            value = decode_json(line)
        except LedgerDamaged as broken:
            yield corrupt_line(where, broken.what)
            continue
        if isinstance(value, Mapping):
            yield TrackerRecord(kind, where, value)
        else:
            yield corrupt_line(where, "is not a JSON object", "one object a line")


def _csv_entries(kind: str, name: str, text: str) -> Iterator[TrackerRecord | Problem]:
    """Lines of a CSV file by their header; cells that say nothing are left out."""
    reader = csv.reader(io.StringIO(text), strict=True)
    header: list[str] = []
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as broken:
            where = f"{name} line {reader.line_num}"
            yield corrupt_line(where, f"broken CSV: {broken}", 'write a quote as ""')
            continue
        where = f"{name} line {reader.line_num}"
        if not header:
            header = [cell.strip() for cell in cells]
        elif any(cells) and len(cells) != len(header):
            what = f"has {count_text(len(cells), 'cell')} where the header has {len(header)}"
            yield corrupt_line(where, what)
        elif any(cells):
            pairs = zip(header, (cell.strip() for cell in cells), strict=True)
            yield TrackerRecord(kind, where, {k: v for k, v in pairs if v.lower() not in NOTHING})
