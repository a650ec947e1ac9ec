"""Panels with one character deleted or replaced: how often a wrong percent is given in silence.

Every character of every panel is damaged once, from a fixed seed; a percent that is not on the
panel counts as silent when no problem was reported that the whole panel does not have. Panels:
the project's own, and the samples below GITLEDGER_FIXTURES and GITLEDGER_CASES (folders with an
`expected.json`) where those are set. Exits 1 above one silent wrong percent in a thousand over all
of them, or when any figure of one pool is given for another. What is left is mostly printed text,
which says each figure once.

    python tests/benchmarks/bench_damage.py [--list]
"""

import json
import os
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from damage import Panel, Tally, tally
from drawn_texts import claude_print

from gitledger.demo.panes import CodexStyle, SampleMeter, claude_panel, codex_panel

SAMPLES = Path(__file__).resolve().parents[1] / "meters/samples"
READ_AT = datetime(2026, 3, 3, 20, 0, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")
MOST = 1.0
SPARK = "GPT-5.3-Codex-Spark"


def own() -> Iterator[Panel]:
    """The project's samples, and panels drawn in every style."""
    truth = json.loads((SAMPLES / "truth.json").read_text())
    for name, entry in truth.items():
        if entry["source"] in {"codex", "claude"}:
            yield Panel(name, entry["source"], (SAMPLES / name).read_text(), READ_AT, BERLIN)
    near, far = READ_AT + timedelta(hours=2, minutes=11), READ_AT + timedelta(days=3, hours=5)
    main = (SampleMeter(300, 35, near), SampleMeter(10080, 52, far))
    pools = (*main, SampleMeter(300, 1, near, SPARK), SampleMeter(10080, 3, far, SPARK))
    for left in (True, False):
        for boxed in (True, False):
            for narrow in (True, False):
                style = CodexStyle(says_left=left, boxed=boxed, narrow=narrow)
                text = codex_panel(pools, at=READ_AT, zone=BERLIN, style=style)
                yield Panel(f"drawn {style}", "codex", text, READ_AT, BERLIN)
    models = (*main, SampleMeter(10080, 12, far, "Fable"))
    for draw in (claude_panel, claude_print):
        text = draw(models, at=READ_AT, zone=BERLIN)
        yield Panel(f"drawn {draw.__name__}", "claude", text, READ_AT, BERLIN)


def given(variable: str) -> Iterator[Panel]:
    """The panels of the folders that a variable of the environment names."""
    folders = [Path(part) for part in os.environ.get(variable, "").split(os.pathsep) if part]
    for table in (path for folder in folders for path in sorted(folder.rglob("expected.json"))):
        for entry in json.loads(table.read_text()):
            if entry.get("source") in {"codex", "claude"} and "line" not in entry:
                text = (table.parent / entry["file"]).read_bytes().decode(errors="replace")
                at = datetime.fromisoformat(entry["at"])
                zone = ZoneInfo(entry.get("tz", "UTC"))
                if "\x1b" not in text:
                    yield Panel(entry["file"], entry["source"], text, at, zone)


def told(name: str, found: Tally, *, listed: bool) -> None:
    """One line of counts, and the silent and foreign figures one by one when asked."""
    print(
        f"{name:<40} {found.tried:>6} damages, {len(found.wrong):>4} wrong, "
        f"{len(found.silent):>4} silent ({found.per_thousand:.2f} in 1,000), "
        f"{len(found.foreign)} of another pool"
    )
    for line in (*found.silent, *found.foreign) if listed else ():
        print(f"  {line}")


def main() -> None:
    """Measure each corpus, print its counts, and exit by the goal."""
    listed, tried, silent, foreign = "--list" in sys.argv, 0, 0, 0
    corpora = {"own panels": [*own()]}
    corpora |= {name: [*given(name)] for name in ("GITLEDGER_FIXTURES", "GITLEDGER_CASES")}
    for name, panels in corpora.items():
        if not panels:
            continue
        found = tally(panels)
        told(f"{name}, {len(panels)} panels", found, listed=listed)
        told("  each digit by another digit", tally(panels, digits=True), listed=listed)
        tried, silent = tried + found.tried, silent + len(found.silent)
        foreign += len(found.foreign)
    share = 1000 * silent / tried
    print(f"all: {silent} silent in {tried} damages, {share:.2f} in 1,000 (at most {MOST})")
    sys.exit(int(share > MOST or foreign > 0))


if __name__ == "__main__":
    main()
