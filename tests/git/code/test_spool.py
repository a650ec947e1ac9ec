"""The spool: a fact left behind waits until it is settled or put aside."""

import os
import time
from pathlib import Path

import pytest
from writers import opened

from gitledger.errors import WriteFailed
from gitledger.git.code.spool import (
    HALF_WRITTEN_SECONDS,
    draining,
    drop,
    refuse,
    refused_facts,
    settle,
    waiting,
)


def test_a_dropped_fact_waits(repo_dir: Path) -> None:
    """Words come back as they went in, blanks folded, oldest first."""
    repository = opened(repo_dir)
    drop(repository, ["commit", "a\tb", "main\n"])
    drop(repository, ["rewrite", "", "x"])
    assert [fact.words for fact in waiting(repository)] == [
        ("commit", "a b", "main"),
        ("rewrite", "", "x"),
    ]


def test_settled_facts_are_gone(repo_dir: Path) -> None:
    """A fact is forgotten once, and forgetting it again is no error."""
    repository = opened(repo_dir)
    drop(repository, ["commit", "a"])
    facts = waiting(repository)
    settle(facts)
    settle(facts)
    assert waiting(repository) == ()


def test_refused_facts_are_kept_aside(repo_dir: Path) -> None:
    """A fact that cannot be recorded is neither lost nor tried for ever."""
    repository = opened(repo_dir)
    drop(repository, ["nonsense"])
    refuse(repository, [(one.words, "why not", one.path) for one in waiting(repository)])
    assert waiting(repository) == ()
    assert [fact.words for fact in refused_facts(repository)] == [("nonsense",)]


def test_a_half_written_file_waits(repo_dir: Path) -> None:
    """A hook that is just writing is not read; one that died in the middle is, after a minute."""
    repository = opened(repo_dir)
    path = drop(repository, ["commit", "a"])
    path.write_text("commit\tab")
    assert waiting(repository) == ()
    old = time.time() - HALF_WRITTEN_SECONDS - 1
    os.utime(path, (old, old))
    assert [fact.words for fact in waiting(repository)] == [("commit", "ab")]


def test_an_empty_spool_costs_nothing(repo_dir: Path) -> None:
    """No folder, no facts, no error."""
    assert waiting(opened(repo_dir)) == ()
    assert refused_facts(opened(repo_dir)) == ()


def test_one_drain_at_a_time(repo_dir: Path) -> None:
    """The second drain is told that another is at work."""
    repository = opened(repo_dir)
    drop(repository, ["commit", "a"])
    with draining(repository) as first, draining(repository) as second:
        assert (first, second) == (True, False)
    with draining(repository) as third:
        assert third


def test_a_spool_that_cannot_be_written_says_so(repo_dir: Path) -> None:
    """A file where the folder should be is a refusal with the path."""
    (repo_dir / ".git/gitledger").write_text("in the way")
    with pytest.raises(WriteFailed, match="gitledger"):
        drop(opened(repo_dir), ["commit", "a"])


def test_what_is_no_file_is_passed_over(repo_dir: Path) -> None:
    """A pipe, a folder and a link that leads nowhere hold nobody up; a huge file is no fact."""
    repository = opened(repo_dir)
    path = drop(repository, ["commit", "a"])
    folder = path.parent
    os.mkfifo(folder / "pipe")
    (folder / "folder").mkdir()
    (folder / "link").symlink_to("nowhere")
    (folder / "zero").symlink_to("/dev/zero")
    assert [fact.words for fact in waiting(repository)] == [("commit", "a")]
    path.write_text("commit\t" + "a" * (1 << 20) + "\n")
    old = time.time() - HALF_WRITTEN_SECONDS - 1
    os.utime(path, (old, old))
    [fact] = waiting(repository)
    assert len(fact.words[1]) <= 1 << 16
