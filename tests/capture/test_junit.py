"""JUnit files as what their tests say; files that would do something else."""

import pytest

from gitledger.capture.junit import DEEPEST, TOO_LONG, read_junit
from gitledger.errors import UnreadableInput

CASE = '<testcase name="a"/>'
FAILED = '<testcase name="b"><failure>no</failure><error/></testcase>'
SKIPPED = '<testcase name="c"><skipped/></testcase>'


@pytest.mark.parametrize(
    ("cases", "result", "words"),
    [
        (CASE, "pass", "1 test, 0 failed, 0 skipped"),
        (CASE + FAILED + SKIPPED, "fail", "3 tests, 1 failed, 1 skipped"),
        (SKIPPED, "partial", "1 test, 0 failed, 1 skipped"),
        (SKIPPED + CASE, "pass", "2 tests, 0 failed, 1 skipped"),
    ],
)
def test_the_result_is_what_the_tests_say(cases: str, result: str, words: str) -> None:
    """Whatever the counts in the head claim."""
    text = f'<testsuites><testsuite name="pytest" failures="0">{cases}</testsuite></testsuites>'
    found = read_junit(text.encode(), "x.xml")
    assert (found.result, found.words, found.runner) == (result, words, "pytest")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no xml",
        "<testsuite/>",
        "<testsuite>",
        f'<!DOCTYPE a [<!ENTITY b "c">]><testsuite>{CASE}</testsuite>',
        f'<!DOCTYPE a SYSTEM "file:///etc/passwd"><testsuite>{CASE}</testsuite>',
        "<a>" * (DEEPEST + 1),
        f"<testsuite>{CASE}{' ' * TOO_LONG}</testsuite>",
    ],
    ids=["empty", "text", "no-test", "cut", "entities", "outside", "deep", "large"],
)
def test_what_is_no_file_of_tests_is_refused(text: str) -> None:
    """With a reason, before anything in it is expanded."""
    with pytest.raises(UnreadableInput):
        read_junit(text.encode(), "x.xml")
