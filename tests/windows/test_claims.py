"""What a commit message claims."""

import pytest

from gitledger.windows.claims import claims_of


@pytest.mark.parametrize(
    ("message", "trailers"),
    [
        ("add cells\n\nFeature: CAP-3\n", ("CAP-3",)),
        ("add cells\n\nwhy\n\nfeature: CAP-3\nSigned-off-by: Ada <a@b>\n", ("CAP-3",)),
        (
            "add cells\n\nFeature: quoted cells\n in every column\n",
            ("quoted cells in every column",),
        ),
        ("add cells\n\nFeature: CAP-3 is\nnot what this is about\n", ()),
        ("Feature: CAP-3\n", ()),
        ("add cells\n\nFeature:\n", ()),
        ("squash\n\n* one\n\nFeature: CAP-1\n\n* two\n\nFeature: CAP-2\n", ("CAP-1", "CAP-2")),
        (
            "Squashed commit:\n\ncommit 1\nAuthor: A <a>\n\n    one\n\n    Feature: CAP-1\n",
            ("CAP-1",),
        ),
        ("windows\r\n\r\nFeature: CAP-3\r\n", ("CAP-3",)),
        ("", ()),
    ],
)
def test_trailers_stand_in_paragraphs_of_trailers(message: str, trailers: tuple[str, ...]) -> None:
    """A sentence that happens to begin with the word is none; a squash may have several."""
    assert claims_of(message).trailers == trailers


@pytest.mark.parametrize(
    ("title", "feature"),
    [
        ("feat: cells", True),
        ("feat(csv)!: cells", True),
        ("Feat: cells", True),
        ("feat:cells", True),
        ("feature cells", False),
        ("fix: feat: cells", False),
        ('Revert "feat: cells"', False),
        ("feat:", False),
    ],
)
def test_a_subject_is_that_of_a_feature(title: str, feature: bool) -> None:
    """By the convention of `feat:` alone."""
    assert claims_of(title).subject is feature


@pytest.mark.parametrize(
    ("message", "merge", "number"),
    [
        ("cells (#12)", False, "#12"),
        ("Merge pull request #12 from ada/cells\n\nCells", True, "#12"),
        ("Merged PR 12: cells", False, "#12"),
        ("Merged in cells (pull request #12)", True, "#12"),
        ("Merge branch 'cells' into 'main'\n\nSee merge request a/b!12\n", True, "#12"),
        ("cells, see #12", False, ""),
        ('Revert "cells (#12)" (#13)', False, ""),
        ("cells (#99999999999)", False, ""),
    ],
)
def test_pull_requests_are_named_as_forges_name_them(
    message: str, merge: bool, number: str
) -> None:
    """A reverting pull request delivers nothing."""
    assert claims_of(message, merge=merge).pull_request == number


@pytest.mark.parametrize(
    ("title", "merged"),
    [
        ("Merge branch 'cells'", True),
        ("Merge branch 'cells' into trunk", True),
        ("Merge branch 'main' into cells", False),
        ("Merge branch 'main'", False),
        ("Merge remote-tracking branch 'origin/main' into cells", False),
    ],
)
def test_a_merge_of_a_branch_is_told_from_bringing_one_up(title: str, merged: bool) -> None:
    """What comes from the main branch is no delivery."""
    assert (claims_of(title, merge=True).merged, claims_of(title).merged) == (merged, False)


def test_reverts_are_named_by_commit_and_by_number() -> None:
    """As git and as GitHub write them."""
    sha = "a" * 40
    git = claims_of(f'Revert "cells"\n\nThis reverts commit {sha}.\n')
    forge = claims_of('Revert "cells (#12)" (#13)\n\nReverts ada/csv#12\n')
    assert (git.reverts, forge.reverts) == ((sha,), ("#12",))
