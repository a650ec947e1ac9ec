"""The bytes of a loose object, read back by git itself."""

import zlib
from pathlib import Path

import pytest
from ground import git
from hypothesis import given
from hypothesis import strategies as st

from gitledger.git.branch.deposit import SMALL, deflate


@given(st.binary(max_size=5000))
def test_a_stream_inflates_to_its_bytes(data: bytes) -> None:
    """Stored or compressed, zlib reads the same bytes back, and checks their sum."""
    assert zlib.decompress(deflate(data)) == data


@pytest.mark.parametrize("size", [0, 1, SMALL - 12, SMALL, SMALL + 1, 70_000])
def test_git_reads_the_stream_as_an_object(repo_dir: Path, size: int) -> None:
    """On both sides of the border git takes the file for the blob that it names."""
    data = b"x" * size
    (repo_dir / "file").write_bytes(data)
    name = git(repo_dir, "hash-object", "file").strip()
    path = repo_dir / ".git/objects" / name[:2] / name[2:]
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(deflate(b"blob %d\0%s" % (size, data)))
    assert git(repo_dir, "cat-file", "blob", name) == data.decode()
    assert "error" not in git(repo_dir, "fsck", "--full")


def test_a_flipped_bit_is_noticed(repo_dir: Path) -> None:
    """A stored stream carries the sum that a compressed one does."""
    raw = bytearray(deflate(b"blob 5\0hello"))
    raw[-6] ^= 1
    with pytest.raises(zlib.error, match="incorrect data check"):
        zlib.decompress(bytes(raw))
