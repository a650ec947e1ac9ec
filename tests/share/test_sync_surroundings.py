"""`sync` where something is against it: cut lines, lost answers, kills, strangers' settings."""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from clones import BRANCH, batch, clone_of, first_clone, record, rows, synced, tip
from ground import git, gitledger

BUNDLE = Path(__file__).parents[1] / "fixtures" / "ledger-0.1.0.bundle"
WRAPPER = """#!/bin/sh
push=
for word in "$@"; do [ "$word" = push ] && push=yes; done
[ -z "$push" ] && exec {git} "$@"
echo x >> {count}
[ "$(wc -l < {count})" -gt {times} ] && exec {git} "$@"
{before}
{git} "$@" >/dev/null 2>&1
echo 'fatal: the remote end hung up unexpectedly' >&2
exit 128
"""


def faulty(place: Path, monkeypatch: pytest.MonkeyPatch, *, arrives: bool, times: int = 1) -> None:
    """Let the first pushes break off: before anything went, or with their answer lost."""
    before = "" if arrives else "echo 'fatal: early EOF' >&2; exit 128"
    script = WRAPPER.format(
        git=shutil.which("git"), count=place / "pushes", before=before, times=times
    )
    (place / "bin").mkdir()
    (place / "bin/git").write_text(script)
    (place / "bin/git").chmod(0o755)
    monkeypatch.setenv("PATH", f"{place / 'bin'}{os.pathsep}{os.environ['PATH']}")


def test_an_answer_that_is_lost(
    pair: tuple[Path, Path], server: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The push failed, and the remote has it: that is what counts."""
    a, _ = pair
    record(a, "a1")
    faulty(tmp_path, monkeypatch, arrives=True)
    done = synced(a)
    assert (done.code, done.out) == (0, "origin: 1 row sent\n")
    assert tip(server) == tip(a)


def test_a_push_that_breaks_off(
    pair: tuple[Path, Path], server: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Exit 3, both sides as they were, and the same command again does it."""
    a, _ = pair
    record(a, "a1")
    before = tip(a), tip(server)
    faulty(tmp_path, monkeypatch, arrives=False)
    refused = synced(a)
    told = (
        "the connection to origin broke; nothing was recorded twice\n  next: gitledger sync again"
    )
    assert (refused.code, told in refused.err) == (3, True)
    assert (tip(a), tip(server)) == before
    assert synced(a).code == 0
    assert tip(server) == tip(a)


HOSTILE = (
    ("core.sshCommand", "{evil}"),
    ("credential.helper", "!{evil}"),
    ("remote.origin.uploadpack", "{evil}"),
    ("remote.origin.receivepack", "{evil}"),
    ("remote.origin.vcs", "evil"),
    ("core.gitProxy", "{evil}"),
    ("core.alternateRefsCommand", "{evil}"),
)
HARMLESS = (
    ("core.fsmonitor", "{evil}"),
    ("core.askPass", "{evil}"),
    ("core.hooksPath", "{hooks}"),
    ("gpg.program", "{evil}"),
    ("push.gpgSign", "if-asked"),
    ("diff.external", "{evil}"),
)


def evil_of(place: Path) -> dict[str, str]:
    """A program that leaves a mark when it is run, and a folder of hooks that are it."""
    evil, hooks = place / "evil", place / "hooks"
    hooks.mkdir()
    evil.write_text(f"#!/bin/sh\ntouch {place / 'ran'}\n")
    evil.chmod(0o755)
    for name in ("pre-push", "reference-transaction", "post-merge", "pre-auto-gc"):
        shutil.copy(evil, hooks / name)
    return {"evil": str(evil), "hooks": str(hooks)}


@pytest.mark.parametrize(("name", "value"), HOSTILE, ids=lambda word: str(word).split(".")[-1])
def test_a_setting_that_would_run_a_program_stops_it(
    name: str, value: str, pair: tuple[Path, Path], tmp_path: Path
) -> None:
    """What a folder's own configuration names is not run, and is named."""
    a, _ = pair
    record(a, "a1")
    git(a, "config", name, value.format(**evil_of(tmp_path)))
    refused = synced(a)
    assert (refused.code, name.lower() in refused.err.lower()) == (3, True)
    assert not (tmp_path / "ran").exists()


def test_settings_that_git_would_run_on_the_way(pair: tuple[Path, Path], tmp_path: Path) -> None:
    """Hooks, monitors and helpers of the folder have no part in an exchange."""
    a, _ = pair
    record(a, "a1")
    words = evil_of(tmp_path)
    for name, value in HARMLESS:
        git(a, "config", name, value.format(**words))
    git(a, "config", "url.ext::sh.insteadOf", "nothing:")
    assert synced(a).code == 0
    assert not (tmp_path / "ran").exists()
    git(a, "remote", "set-url", "origin", f"ext::{words['evil']}")
    assert synced(a).code == 3
    assert not (tmp_path / "ran").exists()


def test_a_remote_inside_the_repository(pair: tuple[Path, Path], server: Path) -> None:
    """Its hooks came with the folder: nothing is exchanged with it."""
    a, _ = pair
    git(a.parent, "clone", "-q", "--bare", str(server), str(a / ".git/inner.git"))
    git(a, "remote", "set-url", "origin", "./.git/inner.git")
    refused = synced(a)
    assert (refused.code, "lies inside this repository" in refused.err) == (3, True)
    git(a, "remote", "set-url", "origin", str(server))
    git(a, "remote", "set-url", "--add", "--push", "origin", str(server))
    assert synced(a).code == 0
    git(a, "remote", "set-url", "--add", "--push", "origin", "./.git/inner.git")
    refused = synced(a)  # a push goes to every address
    assert (refused.code, "lies inside this repository" in refused.err) == (3, True)


def test_a_ledger_of_the_last_release_is_exchanged(server: Path, tmp_path: Path) -> None:
    """What 0.1.0 wrote goes up, comes down, and grows on both sides."""
    old = tmp_path / "old"
    git(tmp_path, "init", "-q", "-b", "empty", str(old))
    git(old, "fetch", "-q", str(BUNDLE), "+refs/heads/*:refs/heads/*")
    git(old, "remote", "add", "origin", str(server))
    assert synced(old, "origin").code == 0
    new = clone_of(server, "new")
    record(new, "n1")
    record(old, "o1")
    assert [synced(path).code for path in (new, old, new)] == [0, 0, 0]
    assert tip(old) == tip(new) == tip(server)
    assert len(rows(server)) == 63
    assert {gitledger(path, "verify").code for path in (old, new)} == {0}


def started(path: Path) -> subprocess.Popen[bytes]:
    """`sync` as a program of its own."""
    words = [sys.executable, "-P", "-m", "gitledger", "-C", str(path), "sync"]
    house = {"PYTHONPATH": str(Path(__file__).parents[2])}
    pipe = subprocess.PIPE
    return subprocess.Popen(words, env=os.environ | house, stdout=pipe, stderr=pipe)


def at_once(server: Path, clones: int, each: int, rounds: int) -> None:
    """Clones record and sync at the same time; in the end all hold the same rows, once each."""
    paths = [first_clone(server), *(clone_of(server, f"c{n}") for n in range(1, clones))]
    succeeded = 0
    for turn in range(rounds):
        for number, path in enumerate(paths):
            batch(path, turn * each, 1 + (each - 1 - number) % each)
        running = [started(path) for path in paths]
        for process in running:
            _, said = process.communicate(timeout=300)
            assert process.returncode == 0, said.decode()
            succeeded += 1
    for path in paths:
        assert synced(path).code == 0
    wanted = rounds * sum(1 + (each - 1 - number) % each for number in range(clones))
    found = rows(server)
    assert (len(found), len(set(found))) == (wanted, wanted)
    assert {tip(path) for path in paths} == {tip(server)}
    assert {gitledger(path, "verify").code for path in paths[:3]} == {0}
    merges = git(server, "rev-list", "--count", "--merges", BRANCH)
    assert int(merges) <= succeeded


def test_three_clones_at_once(server: Path) -> None:
    """Two rounds of three that push together."""
    at_once(server, 3, 5, 2)


KILLED = """#!/bin/sh
echo x >> {count}
# two may run beside each other: who is first past the point kills, and nobody else
[ "$(wc -l < {count})" -ge {point} ] && mkdir {count}.dead 2>/dev/null && kill -9 $PPID
exec {git} "$@"
"""


def killed_at(server: Path, path: Path, point: int, monkeypatch: pytest.MonkeyPatch) -> bool:
    """`sync` killed as it starts its git number `point`; whether it was."""
    place = server.parent / f"point-{point}"
    place.mkdir()
    (place / "git").write_text(
        KILLED.format(git=shutil.which("git"), count=place / "count", point=point)
    )
    (place / "git").chmod(0o755)
    with monkeypatch.context() as context:
        context.setenv("PATH", f"{place}{os.pathsep}{os.environ['PATH']}")
        running = started(path)
        running.communicate(timeout=120)
    return running.returncode == -signal.SIGKILL


def kills(
    pair: tuple[Path, Path], server: Path, points: range, monkeypatch: pytest.MonkeyPatch
) -> int:
    """At each point both sides are old or new, and the next sync ends it; how many died."""
    a, b = pair
    died = 0
    for point in points:
        record(b, f"b{point}")
        assert synced(b).code == 0
        record(a, f"a{point}")
        local, remote = tip(a), tip(server)
        died += killed_at(server, a, point, monkeypatch)
        between = tip(server)
        assert between == remote or git(server, "rev-list", "-1", f"{remote}..{between}")
        assert tip(a) in {local, between}
        assert synced(a).code == 0
        assert tip(a) == tip(server)
        assert len(rows(a)) == len(set(rows(a)))
        assert synced(b).code == 0
    assert gitledger(a, "verify").code == 0
    return died


def test_killed_at_two_points(
    pair: tuple[Path, Path], server: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Early and late."""
    assert kills(pair, server, range(3, 15, 8), monkeypatch) == 2


@pytest.mark.slow
def test_killed_at_twenty_points(
    pair: tuple[Path, Path], server: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As it starts each of its first twenty programs."""
    assert kills(pair, server, range(1, 21), monkeypatch) > 10
