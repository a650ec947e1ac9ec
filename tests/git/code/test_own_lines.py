"""Our own lines in hooks under version control are no work of anybody's."""

from pathlib import Path

import pytest
from histories import History, text
from survivals import facts_of, followed

from gitledger.git.code.ownlines import theirs
from gitledger.git.hooks import texts as hooktexts

HOOK = b"#!/bin/sh\necho before\nexit 0\n"
OURS = b"#!/bin/sh\n# gitledger: leave the new commit in the spool\nexit 0\n"
JOINED = hooktexts.with_block(HOOK, "post-commit")
KEPT = f".githooks/post-commit{hooktexts.KEPT}"


def counted(path: Path, history: History) -> tuple[int, ...]:
    """Files, insertions, deletions, gross insertions; lines born, alive at the end, dead."""
    ids = history.build(path)
    facts = facts_of(path, ids["A"], ids["B"])
    lines = followed(path, ids["A"], ids["B"], ids[history.order[-1]])
    net = (facts.files_changed, facts.insertions, facts.deletions, facts.gross_insertions)
    return (*net, lines.born, lines.alive_at_end, lines.dead)


@pytest.mark.parametrize(
    ("before", "after", "figures"),
    [
        ({}, {".githooks/post-merge": OURS}, (1, 1, 0, 1, 1, 1, 0)),
        ({".husky/post-commit": HOOK}, {".husky/post-commit": JOINED}, (1, 1, 0, 1, 1, 1, 0)),
        ({".husky/post-commit": JOINED}, {".husky/post-commit": HOOK}, (1, 1, 0, 1, 1, 1, 0)),
        (
            {".husky/post-commit": HOOK},
            {".husky/post-commit": JOINED.replace(b"before", b"after")},
            (2, 2, 1, 2, 2, 2, 0),
        ),
        (
            {".githooks/post-commit": HOOK},
            {".githooks/post-commit": hooktexts.wrapper("post-commit"), KEPT: HOOK},
            (1, 1, 0, 1, 1, 1, 0),
        ),
        ({}, {"doc/hooks": JOINED}, (2, 8, 0, 8, 8, 8, 0)),
    ],
    ids=["script", "lines", "lines out", "lines and an edit", "wrapper", "no hook"],
)
def test_own_lines_are_left_out(
    before: dict, after: dict, figures: tuple[int, ...], tmp_path: Path
) -> None:
    """Beside one line of work in another file, only what the user did in a hook counts."""
    history = History()
    history.commit("A", 0, {"other": text("here before"), **before})
    history.commit("B", 1, {"work": text("one line"), **after})
    assert figures == counted(tmp_path / "r", history)


def test_a_line_of_the_users_lives_through_our_lines(tmp_path: Path) -> None:
    """A hook born in the range is joined by our lines, merged, and loses one line: one is dead."""
    history = History()
    history.commit("A", 0, {"other": text("here before")})
    history.commit("B", 1, {".husky/post-commit": HOOK})
    history.commit("C", 2, {".husky/post-commit": JOINED})
    history.commit("S", 3, {"side": text("x")}, parents=["B"])
    history.commit("M", 4, {"side": text("x")}, parents=["C", "S"])
    history.commit("D", 5, {".husky/post-commit": JOINED.replace(b"echo before\n", b"")})
    assert counted(tmp_path / "r", history)[4:] == (3, 3, 1)


def test_theirs_is_what_was_there() -> None:
    """A hook without what we wrote is byte for byte what it was; a script of ours is nothing."""
    assert (theirs(JOINED), theirs(OURS), theirs(HOOK)) == (HOOK, b"", HOOK)
