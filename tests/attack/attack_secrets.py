"""Secrets at every door of the ledger.

A trial: a key, password, address, session id or home path, made up, framed in words, given to one
door (words, JSON, CSV, notes, reasons, a command, a log, an agent's name). Right: the program
answers, and no object of the branch holds the secret.
"""

import json
import random
import string
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from answers import Said, asked, contents
from figures import Budget, Figure, attack
from trials import fresh, place, verb

WORD = string.ascii_letters + string.digits
FRAMES = ("{}", "the key is {}.", "({})", '"{}"', "x, {}, y", "TOKEN={} pytest", "see {} now")


def of(dice: random.Random, many: int, signs: str = WORD) -> str:
    """Some random signs; a digit among them."""
    return "".join(dice.choices(signs, k=many - 1)) + dice.choice(string.digits)


def hexes(dice: random.Random, many: int) -> str:
    """Random hex digits."""
    return "".join(dice.choices("0123456789abcdef", k=many))


SECRETS: dict[str, Callable[[random.Random], str]] = {
    "sk-": lambda d: f"sk-proj-{of(d, 40)}",
    "sk-ant-": lambda d: f"sk-ant-api03-{of(d, 60, WORD + '-_')}",
    "ghp_": lambda d: f"ghp_{of(d, 36)}",
    "github_pat_": lambda d: f"github_pat_{of(d, 22)}_{of(d, 59)}",
    "xox": lambda d: f"xox{d.choice('abprs')}-{of(d, 12, string.digits)}-{of(d, 24)}",
    "AKIA": lambda d: f"AKIA{of(d, 16, string.ascii_uppercase)}",
    "JWT": lambda d: f"eyJ{of(d, 30)}.eyJ{of(d, 40)}.{of(d, 43)}",
    "Bearer": lambda d: f"Bearer {of(d, 32)}",
    "key=": lambda d: f"api_key={of(d, 20)}",
    "password=": lambda d: f"password={of(d, 12)}",
    "z.ai": lambda d: f"{hexes(d, 32)}.{of(d, 16)}",
    "e-mail": lambda d: f"{of(d, 8, string.ascii_lowercase)}@{of(d, 6)}.example.org",
    "session": lambda d: "-".join(hexes(d, n) for n in (8, 4, 4, 4, 12)),
    "home path": lambda d: f"/home/{of(d, 9, string.ascii_lowercase)}/x.log",
}
DOORS: dict[str, Callable[[Path, str], Said]] = {
    "words": lambda p, t: asked(p, "append", "tokens", "task=x", f"notes={t}"),
    "identifier": lambda p, t: asked(p, "append", "tokens", "task=x", f"session={t}"),
    "JSON": lambda p, t: asked(
        p, "append", "tokens", "--json", "-", given=json.dumps({"task": t}).encode()
    ),
    "key column": lambda p, t: asked(p, "append", "votes", "card=c", f"voter={t}", "vote=go"),
    "map": lambda p, t: asked(
        p, "append", "telemetry", f"event_sha256={abs(hash(t)):064x}", json_of("extra", t)
    ),
    "CSV": lambda p, t: asked(
        p, "import", "csv", "tokens", "-", given=f'task,notes\nx,"{quoted(t)}"\n'.encode()
    ),
    "command": lambda p, t: asked(p, "evidence", "run", "-w", "W1", "--", "echo", t),
    "reason": lambda p, t: asked(p, "void", first_row(p), "-m", t),
    "agent": lambda p, t: asked(p, "append", "tokens", "task=x", "--agent", t[:90]),
    "proxy log": lambda p, t: asked(
        p, "ingest", "proxy-telemetry", "-w", "W1", given=event_with(t)
    ),
}


def json_of(name: str, text: str) -> str:
    """A word that gives a map column a text, nested."""
    return f"{name}={json.dumps({'a': [text], text: 1})}"


def quoted(text: str) -> str:
    """A text inside a quoted CSV cell."""
    return text.replace('"', '""')


def event_with(text: str) -> bytes:
    """A proxy's log line whose words are a text."""
    line = {"ts": "2026-11-23T09:00:00Z", "rid": text, "lane": "glm", "reason": text, "more": text}
    return json.dumps(line).encode()


def first_row(path: Path) -> str:
    """A row to take back: recorded for it."""
    done = asked(path, "append", "tokens", "task=to-void", "--json")
    return str(json.loads(done.out)["row"])


def secrets(budget: Budget) -> Iterator[Figure]:
    """Every secret at every door, framed, over and over while time lasts."""
    figures = {name: Figure(f"{name} at {len(DOORS)} doors", len(DOORS)) for name in SECRETS}
    dice = budget.dice("secrets")
    with place() as folder:
        path = fresh(folder, "trial")
        verb(path, "init", "--no-hooks")
        verb(path, "append", "snapshots", *SNAPSHOT)
        given: list[tuple[Figure, str, str]] = []
        whole = False
        while not whole or budget.left(0.8):
            for name, make in SECRETS.items():
                for door, through in DOORS.items():
                    secret = make(dice)
                    done = through(path, dice.choice(FRAMES).format(secret))
                    core = secret.rpartition("=")[2].rpartition(" ")[2]
                    told = f"{door}, exit {done.code}: {done.err[-300:]!r}"
                    given.append((figures[name], core, told if done.code else door))
            whole = True
        held = contents(path)
        for figure, core, told in given:
            figure.count(core.encode() not in held and ", exit" not in told, told)
    yield from figures.values()


SNAPSHOT = (
    *("window=W1", "provider=codex", "account=default", "phase=before", "source=codex"),
    *("captured_at=2026-11-23T09:00:00Z", f"source_sha256={'0' * 64}"),
)

if __name__ == "__main__":
    sys.exit(attack(secrets))
