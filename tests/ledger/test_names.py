"""Names: what git and file systems take, at every door."""

import pytest

from gitledger.ledger.names import file_problem, ledger_problem, ref_problem, window_problem

BAD = [
    *("", ".", "..", "../../x", "a/../b", "/abs", "a//b", "a/", "-x", ".x", "x.", "x.lock"),
    *("a\\b", "C:x", "a*", "a?", 'a"', "<a>", "a|b", "a~1", "a^", "a[", "a..b", "a@{1}", "@"),
    *("con", "NUL.txt", "a\tb", "a\nb", "a\x00b", " a", "a ", "a\u202eb", "a\u200bb", "a\u2028b"),
    *("x" * 300, "sk-proj-" + "Ab3" * 12, "ada@example.org"),
]


@pytest.mark.parametrize("name", BAD)
def test_refused_everywhere(name: str) -> None:
    """No window, run, branch or ledger has such a name."""
    assert all(map(bool, [f(name) for f in (file_problem, ref_problem, window_problem)]))
    assert ledger_problem(name)


@pytest.mark.parametrize("name", ["W0-19", "run-17", "TR-20261123T090000Z", "Wöche.1", "a_b"])
def test_names_of_every_day(name: str) -> None:
    """A run, a window and a branch may be called so."""
    assert [f(name) for f in (file_problem, ref_problem, window_problem)] == ["", "", ""]


def test_each_kind_has_its_own_rule() -> None:
    """A run may hold a blank, a branch a slash, a ledger neither."""
    assert (file_problem("my run"), ref_problem("gitledger/main")) == ("", "")
    assert all([file_problem("a/b"), ref_problem("a b"), ref_problem("HEAD"), ledger_problem("A")])
    assert ledger_problem("my-ledger") == ""
    assert "device" in ledger_problem("aux")
