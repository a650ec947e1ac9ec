"""Any bytes as input, any words as arguments.

A trial: bytes of usage outputs, JSON, CSV and YAML, cut, doubled, turned and sprinkled, given to a
verb that reads text; or a verb with words in any order. Right: an answer or a sentence (exit 0 to
4), never a traceback, within 20 s and 3 GB.
"""

import random
import sys
from collections.abc import Iterator
from pathlib import Path

from answers import asked
from attack_secrets import SNAPSHOT
from figures import Budget, Figure, attack
from trials import fresh, place, verb

from gitledger.cli.main import VERBS

SEEDS = (
    b"5h limit: [####] 92% left (resets 13:10)\nWeekly limit: [###] 77% left (resets 12:24)\n",
    b"Current session\n 5% used\nResets 3pm (UTC)\nCurrent week (all models)\n 9% used\n",
    b'{"rate_limits":{"five_hour":{"used_percentage":32,"resets_at":1791216000}}}',
    b'{"ts":"2026-11-23T09:00:00Z","rid":"r1","lane":"glm","input_tokens":5,"status":"200"}\n',
    b'{"daily":[{"date":"2026-11-23","totalTokens":12,"inputTokens":1,"totalCost":0.1}]}',
    b'date,session_id,task,tokens_planned\n2026-11-23,s,"a, ""b""",5\n',
    b"gitledger: 1\nledger: my\ncolumns:\n  a: {type: text, required: true}\n",
    b'{"task": "x", "planned": 5}\n{"task": "y"}\n',
)
READERS = (
    *(("parse", "codex", "--from", "-"), ("parse", "claude", "--from", "-")),
    *(("parse", "zai", "--from", "-"), ("parse", "ccusage", "--from", "-")),
    *(("parse", "claude-statusline", "--from", "-"), ("parse", "proxy-telemetry", "--from", "-")),
    *(("start", "codex"), ("end", "codex"), ("ingest", "proxy-telemetry", "-w", "W1")),
    *(("ingest", "ccusage", "-w", "W1"), ("statusline",), ("agent-hook", "claude")),
    *(("append", "tokens", "--csv", "-"), ("append", "tokens", "--json", "-")),
    *(("import", "csv", "tokens", "-"), ("ledger", "add", "-"), ("config", "set", "-")),
    *(
        ("rules", "set", "-"),
        ("hook", "pre-push", "origin", "x"),
        ("hook", "post-rewrite", "amend"),
    ),
    *(("hook", "pre-receive"),),
)
SPRINKLE = (b"\x00", b"\xff\xfe", b"\n", b"\r", b'"', b"{", b"[", b"999999999999999999999", b"-1")
WORDS = (
    *(
        "W1",
        "-w",
        "--window",
        "codex",
        "--from",
        "-",
        "--json",
        "",
        "--at",
        "9999-99-99",
        "-m",
        "\n",
    ),
    *("--features", "codex=-1", "a=b", "=", "..", "HEAD..HEAD", "--since", "x", "0000", "--set"),
    *("5h=1e999", "--tz", "Nowhere/Land", "\ud800", "--format", "csv", "list", "add", "plan", "5"),
)


def damaged(dice: random.Random) -> bytes:
    """One of the seeds, or another's middle in it, damaged some times."""
    data = bytearray(dice.choice(SEEDS))
    for _ in range(dice.randint(0, 6)):
        at = dice.randint(0, len(data))
        end = min(len(data), at + dice.randint(0, 40))
        how = dice.randint(0, 4)
        if how == 0:
            del data[at:end]
        elif how == 1:
            data[at:at] = data[at:end] * dice.randint(1, 50)
        elif how == 2:
            data[at:at] = dice.choice(SPRINKLE) * dice.choice((1, 1, 200))
        elif how == 3:
            data[at:at] = dice.choice(SEEDS)[:40]
        else:
            data[at:end] = dice.randbytes(end - at)
    return bytes(data)


def fuzz(budget: Budget) -> Iterator[Figure]:
    """Both kinds by turns."""
    inputs = Figure(f"damaged inputs to {len(READERS)} readers", 40)
    words = Figure(f"words in any order to {len(VERBS)} verbs", 40)
    dice = budget.dice("fuzz")
    with place() as folder:
        path = fresh(folder, "trial")
        verb(path, "init", "--no-hooks")
        verb(path, "append", "snapshots", *SNAPSHOT)
        while inputs.tried < 40 or budget.left(0.95):
            given, reader = damaged(dice), dice.choice(READERS)
            done = asked(path, *reader, given=given)
            inputs.count(
                done.sentence, f"{reader} {given[:200]!r}: {done.code} {done.err[-400:]!r}"
            )
            typed = (dice.choice([*VERBS]), *dice.choices(WORDS, k=dice.randint(0, 5)))
            if {"demo", "hooks", "-m"} & {*typed[:1]}:
                continue
            done = asked(Path(path), *typed)
            words.count(done.sentence, f"{typed}: {done.code} {done.err[-400:]!r}")
    yield from (inputs, words)


if __name__ == "__main__":
    sys.exit(attack(fuzz))
