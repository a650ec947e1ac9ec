"""Raw trees, packs and buckets against git's own programs."""

import subprocess
from collections.abc import Mapping
from pathlib import Path

import pygit2
import pytest
from ground import git
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from writers import BRANCH, begin, opened, put

from gitledger.git import trees
from gitledger.git.branch.deposit import pack_stream
from gitledger.git.branch.rows import Buckets, places
from gitledger.git.branch.tip import tip_of
from gitledger.git.objects import KINDS, Batch, object_id
from gitledger.ledger import layout

QUIET = settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
NAMES = st.text("ab-.0é", min_size=1, max_size=4).filter(lambda name: name not in {".", ".."})
LEVELS = st.dictionaries(NAMES, st.sampled_from(["x", "y", "zz"]), max_size=6)
FOLDERS = st.recursive(
    LEVELS, lambda below: st.dictionaries(NAMES, below | st.just("x"), max_size=4)
)


def built(folder: Mapping[str, object], batch: Batch) -> bytes:
    """A nested mapping of texts as a tree, its objects in the batch."""
    changed = {}
    for name, held in folder.items():
        if isinstance(held, str):
            changed[name.encode()] = (trees.BLOB, batch.add(b"blob", held.encode()))
        else:
            changed[name.encode()] = (trees.TREE, built(held, batch))
    return batch.add(b"tree", trees.with_entries(b"", changed))


def written(repository: pygit2.Repository, batch: Batch) -> None:
    """The batch through libgit2, which is not our way of writing."""
    kinds = {b"commit": 1, b"tree": 2, b"blob": 3}
    for kind, data in batch.objects.values():
        repository.write(kinds[kind], data)


@QUIET
@given(before=LEVELS, after=LEVELS, folders=st.sets(NAMES, max_size=3))
def test_with_entries_is_mktree(
    repo_dir: Path, before: dict[str, str], after: dict[str, str], folders: set[str]
) -> None:
    """A tree changed as bytes is the tree that `git mktree` writes of the same entries."""
    batch = Batch()
    first = {name: text if name not in folders else {"f": text} for name, text in before.items()}
    raw = batch.objects[built(first, batch)][1]
    changed = {
        name.encode(): (trees.BLOB, batch.add(b"blob", t.encode())) for name, t in after.items()
    }
    written(pygit2.Repository(str(repo_dir)), batch)
    ours = trees.with_entries(raw, changed)
    held = {e.name: (e.mode, e.oid) for e in trees.entries(raw)} | changed
    lines = [
        b"%s %s %s\t%s\0"
        % (mode.rjust(6, b"0"), b"tree" if mode == trees.TREE else b"blob", oid.hex().encode(), n)
        for n, (mode, oid) in held.items()
    ]
    done = subprocess.run(
        ["git", "mktree", "-z"],
        cwd=repo_dir,
        input=b"".join(lines),
        capture_output=True,
        check=True,
    )
    assert object_id(b"tree", ours).hex() == done.stdout.decode().strip()


@QUIET
@given(before=FOLDERS, after=FOLDERS)
def test_changes_are_diff_tree(
    repo_dir: Path, before: dict[str, object], after: dict[str, object]
) -> None:
    """Two trees compared as bytes differ where `git diff-tree -r` says."""
    batch = Batch()
    old, new = built(before, batch), built(after, batch)
    written(pygit2.Repository(str(repo_dir)), batch)
    ours = set()
    for change in trees.changes(old, new, lambda oid: batch.objects[oid][1]):
        kind = "A" if change.old is None else "D" if change.new is None else "M"
        ours.add((kind, change.path.decode()))
    words = ["diff-tree", "-r", "-z", "--no-renames", "--name-status", old.hex(), new.hex()]
    parts = git(repo_dir, *words).split("\0")
    assert ours == set(zip(parts[0::2], parts[1::2], strict=False))


@QUIET
@given(st.lists(st.binary(max_size=5000), min_size=1, max_size=12, unique=True))
def test_a_pack_is_what_index_pack_takes(tmp_path: Path, texts: list[bytes]) -> None:
    """The pack stream passes `git index-pack --strict`, and holds every object."""
    batch = Batch()
    for text in texts:
        batch.add(b"blob", text)
    objects = list(batch.objects.values())
    repository = tmp_path / "bare.git"
    if not repository.exists():
        pygit2.init_repository(str(repository), bare=True)
    done = subprocess.run(
        ["git", "index-pack", "--strict", "--stdin"],
        cwd=repository,
        input=b"".join(pack_stream(objects, len(objects))),
        capture_output=True,
        check=True,
    )
    assert done.returncode == 0
    handle = pygit2.Repository(str(repository))
    for oid, (kind, data) in batch.objects.items():
        assert handle.read(pygit2.Oid(raw=oid)) == (KINDS[kind], data)


@pytest.mark.parametrize(
    ("rows", "buckets"), [(256, [256]), (257, [256, 1]), (600, [256, 256, 88])]
)
def test_buckets_fill_one_after_the_other(rows: int, buckets: list[int], repo_dir: Path) -> None:
    """A bucket takes 256 rows, in one batch or over several."""
    repository = begin(repo_dir)
    put(repository, "notes", [{"number": n} for n in range(rows - 1)], rows_per_commit=100)
    put(repository, "notes", [{"number": rows}])
    counts: dict[str, int] = {}
    for place in places(tip_of(repository, BRANCH), "notes"):
        folder = place.path.rpartition("/")[0]
        counts[folder] = counts.get(folder, 0) + 1
    assert list(counts.values()) == buckets


def test_the_last_bucket_takes_all_that_comes(repo_dir: Path) -> None:
    """Beyond 65,536 buckets the last one grows; nothing is refused."""
    repository = begin(repo_dir)
    planned = Buckets(tip_of(repository, BRANCH), {"notes": (layout.LAST_BUCKET, 256)})
    assert planned.place("notes", "a.json") == "ledgers/notes/ff/ff/a.json"
    assert planned.place("notes", "a.json") is None
    assert planned.place("notes", "b.json") == "ledgers/notes/ff/ff/b.json"


def test_two_equal_facts_of_one_moment_are_two(repo_dir: Path) -> None:
    """In a ledger without a key the same row twice in one batch is given twice."""
    repository = begin(repo_dir)
    done = put(repository, "notes", [{"text": "same"}, {"text": "same"}])
    assert done[0].row.id != done[1].row.id
    assert len(list(places(tip_of(opened(repo_dir), BRANCH), "notes"))) == 2
