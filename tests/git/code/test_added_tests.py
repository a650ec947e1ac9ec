"""The tests that commits added, counted in git."""

from pathlib import Path

import pytest
from ground import git

from gitledger.errors import GitledgerError
from gitledger.git.code.added_tests import added_tests, balance
from gitledger.git.plumbing import pin_plumbing

ONE = {
    "python": b"+def test_a() -> None:",
    "async": b"+    async def test_b(self):",
    "go": b"+func TestRoute(t *testing.T) {",
    "js": b"+  it('adds', () => {",
    "vitest": b"+test.each([1])('adds', n => {",
    "rust": b"+    #[test]",
    "tokio": b"+#[tokio::test]",
    "junit": b"+\t@Test",
    "gherkin": b"+  Scenario Outline: sign in",
}
NONE = (
    b"+def testament",
    b"+x = test(1)",
    b" def test_a():",
    b"+++ b/def test_a(",
    b"+@Testing",
    b"+",
)


@pytest.mark.parametrize("line", ONE.values(), ids=ONE)
def test_a_definition_counts_added_and_removed(line: bytes) -> None:
    """One more, or one less."""
    assert (balance([line]), balance([b"-" + line[1:]])) == (1, -1)


@pytest.mark.parametrize("line", NONE)
def test_what_defines_no_test_counts_nothing(line: bytes) -> None:
    """A call, a context line, the head of a file."""
    assert balance([line]) == 0


def commit(directory: Path, text: str) -> str:
    """A commit of one file."""
    (directory / "test_a.py").write_text(text)
    git(directory, "add", "test_a.py")
    git(directory, "commit", "-q", "-m", "tests")
    return git(directory, "rev-parse", "HEAD").strip()


def test_commits_are_counted_each_against_its_parent(repo_dir: Path) -> None:
    """Two come, one goes and one is renamed; a configured diff program is not run."""
    git(repo_dir, "config", "diff.external", "false")
    first = git(repo_dir, "rev-parse", "HEAD").strip()
    two = commit(repo_dir, "def test_a():\n    pass\n\n\ndef test_b():\n    pass\n")
    one = commit(repo_dir, "def test_c():\n    pass\n")
    with pin_plumbing(repo_dir) as here:
        told = [added_tests(here, shas) for shas in ([], [first], [two], [two, one], [one])]
    assert told == [0, 0, 2, 1, 0]


def test_a_commit_that_is_gone_is_refused(repo_dir: Path) -> None:
    """Unknown is not 0."""
    with pin_plumbing(repo_dir) as here, pytest.raises(GitledgerError):
        added_tests(here, ["0" * 39 + "1"])
