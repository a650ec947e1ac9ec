"""No secret in any object of the ledger, and rows of version 0.1.0 are met, not doubled."""

import json
import os
from datetime import UTC, datetime
from pathlib import Path

from ground import git, gitledger

from gitledger.git.branch.draft import Draft
from gitledger.git.branch.record import Stamp, record
from gitledger.git.repository import identity, open_repository

KEY = "sk-proj-" + "Ab3" * 12
UUID = "3f9a0c1d-e2b4-4a67-8a2b-0123456789ab"


def objects_with(directory: Path, word: str) -> list[str]:
    """The objects reachable from the ledger branch whose content holds a word."""
    names = git(directory, "rev-list", "--objects", "gitledger/main").split("\n")
    ids = [name.split()[0] for name in names if name]
    return [oid for oid in ids if word in git(directory, "cat-file", "-p", oid)]


def rows_of(directory: Path, ledger: str) -> list[dict[str, object]]:
    """A ledger's rows as exported."""
    out = gitledger(directory, "export", ledger, "--format", "jsonl").out
    return [json.loads(line) for line in out.splitlines()]


def as_0_1_0(directory: Path, ledger: str, **values: object) -> None:
    """A row as version 0.1.0 wrote it: no text was redacted."""
    now = datetime.now(UTC)
    repository = open_repository(directory, os.environ)
    stamp = Stamp("main", "gitledger 0.1.0", now)
    draft = Draft(ledger, values)
    record(repository, "gitledger/main", [draft], stamp=stamp, who=identity(repository, now))


def test_no_door_lets_a_secret_in(ledger_dir: Path) -> None:
    """Words, JSON, CSV, notes, reasons, commands: nothing of the key is on the branch."""
    (ledger_dir / "t.csv").write_text(f"task,notes\nx,{KEY}\n")
    for words, stdin in [
        (("append", "tokens", "task=x", f"notes=with {KEY}"), None),
        (("append", "tokens", "--json", "-"), json.dumps({"task": KEY, "session": KEY})),
        (("import", "csv", "tokens", "t.csv"), None),
        (("capability", "add", "c", "--name", f"a {KEY}"), None),
        (("append", "votes", "card=c", f"voter=ada {KEY}", "vote=go", f"message={KEY}"), None),
    ]:
        assert gitledger(ledger_dir, *words, stdin=stdin).code == 0, words
    row = rows_of(ledger_dir, "tokens")[0]["row"]
    assert gitledger(ledger_dir, "void", str(row), "-m", f"held {KEY}").code == 0
    assert objects_with(ledger_dir, KEY[:20]) == []
    assert gitledger(ledger_dir, "verify").code == 0


def test_a_vote_of_before_is_the_same_vote(ledger_dir: Path) -> None:
    """The key is that of the address as it came; another vote under it is told."""
    as_0_1_0(ledger_dir, "votes", card="W9", voter="ada@example.org", vote="go")
    vote = ("append", "votes", "card=W9", "voter=ada@example.org")
    assert gitledger(ledger_dir, *vote, "vote=go", "--json").json["already"] is True
    assert gitledger(ledger_dir, *vote[:3], "voter=bob@example.org", "vote=go").code == 0
    assert gitledger(ledger_dir, *vote[:3], "voter=bob@example.org", "vote=go", "--json").json[
        "already"
    ]
    assert len(rows_of(ledger_dir, "votes")) == 2


def test_a_file_of_before_adds_nothing(ledger_dir: Path) -> None:
    """A CSV line with a session id, recorded by 0.1.0, is that row; another session is new."""
    as_0_1_0(ledger_dir, "tokens", session=UUID, task="x", planned=5)
    line = f"session_id,task,tokens_planned\n{UUID},x,5\n"
    assert gitledger(ledger_dir, "import", "csv", "tokens", "-", "--json", stdin=line).json[
        "recorded"
    ] == 0  # fmt: skip
    other = line.replace(UUID, UUID[:-1] + "0")
    gitledger(ledger_dir, "import", "csv", "tokens", "-", stdin=other)
    gitledger(ledger_dir, "import", "csv", "tokens", "-", stdin=other)
    old, new = rows_of(ledger_dir, "tokens")
    assert (old["session"], str(new["session"])[:2]) == (UUID, "s-")


def test_requests_of_before_and_after_meet(ledger_dir: Path) -> None:
    """One request whose old line has the raw id and whose new one the pseudonym is compared."""
    at = {"ts": "2026-11-16T09:00:00Z", "input_tokens": 10, "output_tokens": 1, "status": "200"}
    claude = {"lane": "baseline", "model": "claude-sonnet-4-5", "upstream": "anthropic"}
    as_0_1_0(ledger_dir, "telemetry", event_sha256="ab" * 32, rid=UUID, **claude, **at)
    glm = json.dumps({"rid": UUID, "lane": "glm", "model": "glm-4.6", "upstream": "zai", **at})
    done = gitledger(ledger_dir, "ingest", "proxy-telemetry", "--window", "W1", stdin=glm)
    assert done.code == 0, done.err
    rows = gitledger(ledger_dir, "compare", "--json").json["rows"]
    assert [row["rid"][:2] for row in rows] == ["s-"]


def test_a_window_of_an_address_is_ended(ledger_dir: Path) -> None:
    """An account and an agent named by an address are the same at both ends of a window."""
    who = ("--account", "eve@example.org", "--agent", "bob@example.org")
    pane = "5h limit: 92% left (resets 13:10)\nWeekly limit: 77% left (resets 12:24 on 27 Nov)\n"
    who += ("--tz", "UTC", "--at", "2026-11-23T09:00Z")
    begun = gitledger(ledger_dir, "start", "codex", "--window", "W1", *who, stdin=pane)
    assert begun.code == 0, begun.err
    ended = gitledger(ledger_dir, "end", "codex", *who, stdin=pane.replace("92%", "91%"))
    assert (ended.code, "W1" in ended.out) == (0, True), ended.err
    assert objects_with(ledger_dir, "eve@example.org") == []
    assert objects_with(ledger_dir, "bob@example.org") == []


def test_the_branch_is_looked_over(ledger_dir: Path) -> None:
    """A fresh ledger holds nothing; an old row, its commit message and a text are each named."""
    clean = gitledger(ledger_dir, "doctor", "--secrets", "--json")
    assert (clean.code, clean.json["found"]) == (0, [])
    as_0_1_0(ledger_dir, "tokens", task="x", session=UUID, notes=f"with {KEY}")
    done = gitledger(ledger_dir, "doctor", "--secrets", "--json")
    places = [(find["kind"], find["column"]) for find in done.json["found"]]
    assert (done.code, places) == (1, [("session", "session"), ("secret", "notes")])
    told = gitledger(ledger_dir, "doctor", "--secrets").out
    assert ("revoke" in told, KEY in told, UUID in told) == (True, False, False)
