"""How many tests commits added: definitions of tests in their added lines, less in removed ones.

May import errors and git's plumbing only. What a test looks like is the convention of its
language: `def test...(` in Python, `func Test...(` in Go, `it(` and `test(` in JavaScript,
`#[test]` in Rust, `@Test` in Java and Kotlin, `Scenario:` in Gherkin. A test that was moved or
renamed is taken out once and put in once. Parametrised tests count once.
"""

import re
from collections.abc import Iterable, Sequence

from gitledger.errors import HistoryIncomplete
from gitledger.git.plumbing import Plumbing, one_a_line

# POSIX, since git itself passes over the files without one
DEFINITION = (
    r"^[[:space:]]*((async[[:space:]]+)?def[[:space:]]+test[A-Za-z0-9_]*[[:space:]]*\("
    r"|func[[:space:]]+(Test|Fuzz)[A-Z0-9_][A-Za-z0-9_]*\("
    r"|(it|test)(\.[A-Za-z]+)*[[:space:]]*\("
    r"|#\[([a-z_]+::)?test[](]"
    r"|@(Parameterized)?Test([^A-Za-z]|$)"
    r"|Scenario( Outline)?:)"
)
HEAD = b"^[+-](?![+-]{2} )"  # a changed line, and no head of a file
LINE = re.compile(HEAD + DEFINITION[1:].replace("[[:space:]]", r"[ \t\r]").encode())
WORDS = ("diff-tree", "--stdin", "-r", "--root", "--no-commit-id", "-p", "-U0", "-M50")
PLAIN = ("--no-ext-diff", "--no-textconv", "--no-color", "--ignore-submodules=all")


def added_tests(git: Plumbing, commits: Sequence[str]) -> int:
    """Tests that commits (full ids, no merges) added, each against its parent; 0 or more.

    Raises HistoryIncomplete where a commit is not here, GitFailed.
    """
    if not commits:
        return 0
    asked = one_a_line(commits)
    kinds = git.run("cat-file", "--batch-check=%(objecttype)", stdin=asked).split()
    if kinds != [b"commit"] * len(commits):
        raise HistoryIncomplete("not every commit is here", "git fetch; a lost one stays unknown")
    # more taken out than added is none added, not fewer than none
    return max(0, balance(git.run(*WORDS, *PLAIN, f"-G{DEFINITION}", stdin=asked).splitlines()))


def balance(patch: Iterable[bytes]) -> int:
    """Definitions of tests in the added lines of a patch less those in the removed ones."""
    found = (line[:1] for line in patch if LINE.match(line))
    return sum(1 if sign == b"+" else -1 for sign in found)
