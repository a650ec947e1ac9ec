"""Collecting: what changed is taken, what did not is passed over, failures are named."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest
from ground import Answer, git, gitledger
from lakes import append, ledger, made, windows_of

Collect = Callable[..., Answer]


def tables(lake: Path) -> dict[str, str]:
    """The SHA-256 of every table."""
    found = sorted((lake / "outcomes" / "v1").glob("*.parquet"))
    return {path.stem: sha256(path.read_bytes()).hexdigest() for path in found}


def entries(lake: Path) -> dict[str, dict[str, object]]:
    """What a lake knows, by name."""
    found = [json.loads(path.read_text()) for path in (lake / "repos").glob("*.json")]
    return {entry["name"]: entry for entry in found}


def test_a_folder_of_repositories_is_collected_and_then_passed_over(
    five: Path, tmp_path: Path, collect: Collect
) -> None:
    """Five, bare ones too; again nothing is read, and in another lake the bytes are the same."""
    assert collect(five).code == 0
    first = tables(tmp_path / "lake")
    assert len(first) == 5
    again = collect(five)
    assert (again.code, "5 unchanged" in again.out) == (0, True)
    assert tables(tmp_path / "lake") == first
    assert collect(five, out="other", jobs="2").code == 0
    assert tables(tmp_path / "other") == first


def test_a_repository_that_grew_is_taken_anew_from_where_it_was(
    own: Path, tmp_path: Path, collect: Collect
) -> None:
    """One table changes; its rows are the windows of the new tip."""
    collect(own)
    before = tables(tmp_path / "lake")
    append(own / "beta", dict(os.environ), [("N-1", 2, 5, "spec")], begun=200)
    told = collect(own)
    assert told.code == 0
    after = tables(tmp_path / "lake")
    assert [root for root in before if before[root] != after[root]] == [
        entries(tmp_path / "lake")["beta"]["root"]
    ]
    assert entries(tmp_path / "lake")["beta"]["rows"] == 8


def test_what_cannot_be_collected_is_named_and_the_rest_is_taken(
    own: Path, tmp_path: Path, collect: Collect
) -> None:
    """No ledger, a shallow clone, rows taken back, a folder that is gone, a helper: each reason."""
    made_empty = tmp_path / "empty"
    git(tmp_path, "init", "-q", str(made_empty))
    git(own / "beta", "commit", "-q", "--allow-empty", "-m", "x")
    shallow = tmp_path / "shallow"
    branch = "gitledger/main"
    words = ("clone", "-q", "--depth", "1", "--branch", branch, f"file://{own / 'alpha'}")
    git(tmp_path, *words, str(shallow))
    git(own / "gamma", "branch", "-q", "-f", "gitledger/main", "gitledger/main~1")
    table = tmp_path / "repos.txt"
    rows = [("empty", made_empty), ("shallow", shallow), ("gone", tmp_path / "gone")]
    rows += [("helper", "ext::touch x"), ("-x", "https://h/x"), ("plain", "http://h/x")]
    rows += [("dash", "-u/x"), ("delta", own / "delta"), ("beta", own / "beta")]
    table.write_text("# ours\n" + "".join(f"{name}\t{where}\tcore\n" for name, where in rows))
    told = collect("repos.txt")
    assert told.code == 1
    failed = {one["name"]: one for one in gitledger_json(told, tmp_path)}
    assert set(failed) == {"empty", "shallow", "gone", "helper", "-x", "plain", "dash"}
    assert "no ledger" in failed["empty"]["reason"]
    assert "unshallow" in failed["shallow"]["next"]
    assert "helpers of git" in failed["helper"]["reason"]
    assert "http://" in failed["plain"]["reason"]
    assert all(one["next"] for one in failed.values())
    assert set(entries(tmp_path / "lake")) == {"delta", "beta"}
    assert entries(tmp_path / "lake")["delta"]["team"] == "core"


def gitledger_json(told: Answer, tmp_path: Path) -> list[dict[str, str]]:
    """The failures that a lake keeps: the same that were told."""
    found = [json.loads(path.read_text()) for path in (tmp_path / "lake/failed").glob("*.json")]
    assert all(one["reason"] in told.out for one in found)
    return found


def test_rows_that_were_taken_back_are_not_believed(
    own: Path, tmp_path: Path, collect: Collect
) -> None:
    """A branch that was rewound after it was collected: the table stays as it was."""
    collect(own / "beta")
    before = tables(tmp_path / "lake")
    git(own / "beta", "update-ref", "refs/heads/gitledger/main", "gitledger/main~1")
    told = collect(own / "beta")
    assert told.code == 3
    assert "branch-rewound" in told.out
    assert tables(tmp_path / "lake") == before


def test_another_ledger_at_a_known_address_is_foreign(
    own: Path, tmp_path: Path, collect: Collect
) -> None:
    """Another root where one was collected: named, and nothing of it enters the lake."""
    collect(own / "beta")
    shutil.rmtree(own / "beta")
    shutil.move(own / "gamma", own / "beta")
    told = collect(own / "beta")
    assert (told.code, "foreign root" in told.out) == (3, True)
    assert set(entries(tmp_path / "lake")) == {"beta"}
    assert len(tables(tmp_path / "lake")) == 1


def test_another_ledger_at_a_known_url_is_foreign(
    own: Path, tmp_path: Path, collect: Collect
) -> None:
    """The cache has the objects of the one before: it is foreign all the same, not rewound."""
    collect(f"file://{own / 'beta'}")
    before = tables(tmp_path / "lake")
    shutil.rmtree(own / "beta")
    shutil.move(own / "gamma", own / "beta")
    told = collect(f"file://{own / 'beta'}")
    assert (told.code, "foreign root" in told.out, "rewound" in told.out) == (3, True, False)
    assert tables(tmp_path / "lake") == before


def test_a_row_that_was_edited_by_hand_is_found_before_it_is_believed(
    own: Path, tmp_path: Path, collect: Collect
) -> None:
    """History is proven from raw objects, whatever the branch's owner says of it."""
    tree = tmp_path / "tree"
    git(own / "beta", "worktree", "add", "-q", str(tree), "gitledger/main")
    row = next((tree / "ledgers" / "windows").rglob("*.json"))
    row.write_text(row.read_text().replace("pass", "fail"))
    git(tree, "commit", "-q", "-am", "better")
    told = collect(own / "beta")
    assert told.code == 3
    assert "its history does not hold" in told.out
    assert tables(tmp_path / "lake") == {}


def test_an_address_is_fetched_into_a_repository_of_our_own(
    five: Path, tmp_path: Path, collect: Collect
) -> None:
    """file:// as any URL; only the ledger branch comes, and the rows are those of the folder."""
    assert collect(f"file://{five / 'beta'}").code == 0
    assert collect(five / "beta", out="other").code == 0
    assert tables(tmp_path / "lake") == tables(tmp_path / "other")
    assert "1 unchanged" in collect(f"file://{five / 'beta'}").out


def test_clones_of_one_ledger_are_one_repository(
    own: Path, tmp_path: Path, collect: Collect
) -> None:
    """One that holds the other wins; two that parted are joined, whatever comes first."""
    git(tmp_path, "clone", "-q", "--mirror", str(own / "beta"), str(tmp_path / "clone"))
    append(tmp_path / "clone", dict(os.environ), [("N-1", 2, 5, "spec")], begun=200)
    told = collect(own / "beta", tmp_path / "clone")
    assert told.code == 0
    (entry,) = entries(tmp_path / "lake").values()
    assert entry["rows"] == 8
    append(own / "beta", dict(os.environ), [("N-2", 1, 4, "plain")], begun=220)
    told = collect(own / "beta", tmp_path / "clone")
    assert (told.code, "joined" in told.out) == (0, True)
    (entry,) = entries(tmp_path / "lake").values()
    assert (entry["rows"], "+" in str(entry["tip"])) == (9, True)
    collect(tmp_path / "clone", own / "beta", out="other")
    assert tables(tmp_path / "other") == tables(tmp_path / "lake")
    assert "2 unchanged" in collect(own / "beta", tmp_path / "clone").out
    alone = collect(own / "beta", out="third")
    assert alone.code == 0
    apart = collect(tmp_path / "clone", out="third")
    assert (apart.code, "this clone lacks" in apart.out) == (3, True)


def test_a_damaged_table_is_collected_anew_and_refused_until_then(
    five: Path, tmp_path: Path, collect: Collect
) -> None:
    """Cut at any place: preview names the file and the next step, collect takes it again."""
    collect(five)
    before = tables(tmp_path / "lake")
    path = tmp_path / "lake/outcomes/v1" / f"{min(before)}.parquet"
    path.write_bytes(path.read_bytes()[:-100])
    refused = gitledger(tmp_path, "fleet", "preview", "--lake", "lake")
    assert (refused.code, path.name in refused.err, "rm " in refused.err) == (3, True, True)
    assert "4 unchanged" in collect(five).out
    assert tables(tmp_path / "lake") == before


def test_a_lake_of_a_newer_schema_is_left_alone(
    five: Path, tmp_path: Path, collect: Collect
) -> None:
    """By collect and by a question alike."""
    collect(five / "beta")
    (tmp_path / "lake/outcomes/v2").mkdir()
    words = ("fleet", "preview", "--lake", "lake")
    for told in (collect(five), gitledger(tmp_path, *words)):
        assert told.code == 3
        assert "was written by schema 2; this gitledger reads 1" in told.err


def test_a_second_collector_gives_way(five: Path, tmp_path: Path, collect: Collect) -> None:
    """The lake is locked: exit 3 and nothing is written; afterwards it goes on."""
    import fcntl

    collect(five / "beta")
    with (tmp_path / "lake/.lock").open("wb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        told = collect(five)
        assert (told.code, "another collector" in told.err) == (3, True)
    assert collect(five).code == 0


def test_a_ledger_without_an_outcome_is_collected_and_said(
    tmp_path: Path, collect: Collect
) -> None:
    """An empty table; a lake of nothing else has no answer."""
    made(tmp_path / "fresh", dict(os.environ))
    told = collect(tmp_path / "fresh")
    assert (told.code, "no outcome yet: fresh" in told.out) == (0, True)
    refused = gitledger(tmp_path, "fleet", "preview", "--lake", "lake")
    assert (refused.code, "no outcome in" in refused.err) == (3, True)


def test_pseudonyms_hide_names_and_keep_figures(
    five: Path, tmp_path: Path, collect: Collect
) -> None:
    """No name, address, window, root or tip stands in the lake; again nothing is read anew."""
    collect(five, out="open")
    hidden = ("--pseudonyms", str(tmp_path / "key"))
    assert collect(five, *hidden).code == 0
    assert "5 unchanged" in collect(five, *hidden).out
    everything = b"".join(p.read_bytes() for p in (tmp_path / "lake").rglob("*") if p.is_file())
    import pyarrow.parquet as pq

    table = pq.read_table(next((tmp_path / "lake/outcomes/v1").glob("*.parquet"))).to_pylist()
    text = json.dumps(table, default=str)
    open_ones = entries(tmp_path / "open")
    secrets = [*open_ones, str(five), *(str(e["root"]) for e in open_ones.values()), "W-0001"]
    for secret in secrets:
        assert secret.encode() not in everything
        assert secret not in text
    figures = []
    for lake in ("open", "lake"):
        told = gitledger(tmp_path, "fleet", "preview", "--lake", lake, "--json").json
        figures.append([arm["efficiency"] for arm in told["arms"]])
    assert figures[0] == figures[1]
    refused = collect(five)
    assert (refused.code, "--pseudonyms" in refused.err) == (2, True)
    inside = collect(five, "--pseudonyms", "lake2/key", out="lake2")
    assert (inside.code, "inside the lake" in inside.err) == (2, True)


def test_an_address_is_kept_without_who_asked() -> None:
    """User, password, query: none of them is kept."""
    from gitledger.fleet.source import anonymous, name_from_address

    assert anonymous("https://ada:secret@host:8443/a/b.git?token=1") == "https://host:8443/a/b.git"
    assert anonymous("git@host:a/b.git") == "host:a/b.git"
    assert anonymous("ssh://git@host/a.git") == "ssh://host/a.git"
    assert name_from_address("git@host:team/api.git") == "api"


EVIL = """\
[core]
\tfsmonitor = touch {mark}
\thooksPath = {hooks}
\tsshCommand = touch {mark}
\tgitProxy = touch {mark}
\talternateRefsCommand = touch {mark}
\taskPass = touch {mark}
[gpg]
\tprogram = {hooks}/post-checkout
[uploadpack]
\tpackObjectsHook = touch {mark}
[filter "x"]
\tsmudge = touch {mark}
\tclean = touch {mark}
\tprocess = touch {mark}
[diff]
\texternal = touch {mark}
[credential]
\thelper = "!touch {mark}"
"""


@pytest.mark.parametrize("how", ["folder", "url"])
def test_nothing_of_a_collected_repository_runs_or_changes(
    own: Path, tmp_path: Path, collect: Collect, how: str
) -> None:
    """Hooks, monitors, filters, programs of its configuration: none runs, no file is touched."""
    target, mark, hooks = own / "beta", tmp_path / "ran", tmp_path / "hooks"
    hooks.mkdir()
    for name in ("post-checkout", "reference-transaction", "pre-auto-gc", "post-upload-pack"):
        (hooks / name).write_text(f"#!/bin/sh\ntouch {mark}\n")
        (hooks / name).chmod(0o755)
        shutil.copy(hooks / name, target / ".git/hooks" / name)
    with (target / ".git/config").open("a") as file:
        file.write(EVIL.format(mark=mark, hooks=hooks))
    (target / ".git/info/attributes").write_text("* filter=x diff=x\n")
    before = {p: p.stat().st_mtime_ns for p in sorted(target.rglob("*"))}
    place = target if how == "folder" else f"file://{target}"
    assert collect(place, "--verify").code == 0
    assert not mark.exists()
    assert {p: p.stat().st_mtime_ns for p in sorted(target.rglob("*"))} == before


def test_a_server_that_says_nothing_is_left(
    tmp_path: Path, collect: Collect, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After --timeout seconds it, and all that was started for it, is ended and named."""
    script = tmp_path / "ssh"
    script.write_text("#!/bin/sh\nexec sleep 60\n")
    script.chmod(0o755)
    monkeypatch.setenv("GIT_SSH_COMMAND", str(script))
    begun = time.monotonic()
    told = collect("ssh://host/a.git", "--timeout", "1")
    assert (told.code, "did not answer within 1 s" in told.out) == (3, True)
    assert time.monotonic() - begun < 20


@pytest.mark.slow
@pytest.mark.parametrize("moment", range(20))
def test_killed_at_any_moment_the_lake_can_be_read(
    five: Path, tmp_path: Path, moment: int, collect: Collect
) -> None:
    """What stands is whole, no repository twice; the next collection ends as if nothing were."""
    words = (sys.executable, "-m", "gitledger", "-C", str(tmp_path), "fleet", "collect", str(five))
    more = ("--out", "lake", "--cache", str(tmp_path / "cache"), "--jobs", "2")
    running = subprocess.Popen([*words, *more], start_new_session=True)
    deadline = time.monotonic() + 0.15 * moment
    while running.poll() is None and time.monotonic() < deadline:
        pass
    if running.poll() is None:
        os.killpg(running.pid, signal.SIGKILL)
    running.wait()
    there = tables(tmp_path / "lake")
    if there:
        told = gitledger(tmp_path, "fleet", "preview", "--lake", "lake", "--json")
        assert told.json["repositories"] == len(there)
    assert collect(five).code == 0
    collect(five, out="fresh")
    assert tables(tmp_path / "lake") == tables(tmp_path / "fresh")
    assert not list((tmp_path / "lake/outcomes/v1").glob(".*"))


def test_names_that_two_repositories_share_are_told_apart(tmp_path: Path, collect: Collect) -> None:
    """Two called api: both are there, each with the beginning of its root."""
    for number, team in enumerate(("a", "b")):
        ledger(tmp_path / team / "api", dict(os.environ), windows_of(number, 3, 0.3), provider=team)
    assert collect(tmp_path / "a/api", tmp_path / "b/api").code == 0
    told = gitledger(tmp_path, "fleet", "preview", "--lake", "lake", "--json").json
    names = [one["repo"] for arm in told["arms"] for one in arm["by_repository"]]
    assert len({*names}) == 2
    assert all(name.startswith("api ") for name in names)


@pytest.mark.slow
def test_of_fifty_with_three_that_cannot_be_believed_the_rest_is_taken(
    tmp_path: Path, collect: Collect
) -> None:
    """Broken objects, a shallow clone, and another ledger at an address: 47 collected, 3 named."""
    home, branch = tmp_path / "fifty", "gitledger/main"
    for number in range(50):
        ledger(home / f"r{number:02}", dict(os.environ), windows_of(number, 3, 0.3, worse=0.6))
    assert collect(home / "r02").code == 0
    shutil.rmtree(home / "r02")
    shutil.copytree(home / "r03", home / "r02")
    words = ("clone", "-q", "--depth", "1", "--branch", branch, f"file://{home / 'r01'}")
    git(tmp_path, *words, str(tmp_path / "shallow"))
    shutil.rmtree(home / "r01")
    shutil.move(tmp_path / "shallow", home / "r01")
    row = git(home / "r00", "ls-tree", "-r", branch, "--", "ledgers").splitlines()[-1].split()[2]
    blob = home / "r00" / ".git/objects" / row[:2] / row[2:]
    blob.chmod(0o644)
    blob.write_bytes(b"not what its name says")
    told = collect(home, jobs="2")
    assert told.code == 1
    assert "3 of 50 repositories were not collected" in told.out
    assert {one["name"] for one in gitledger_json(told, tmp_path)} == {"r00", "r01", "r02"}
    taken = {entry["name"] for entry in entries(tmp_path / "lake").values()}
    assert taken - {"r02"} == {f"r{number:02}" for number in range(3, 50)}
