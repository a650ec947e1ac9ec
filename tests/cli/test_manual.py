"""The manual page names what can be typed, in a form that `man` reads without complaint."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from ground import gitledger

from gitledger.cli.main import VERBS
from gitledger.cli.manual import escape_roff


def test_the_page_names_every_verb_and_exit_code(tmp_path: Path) -> None:
    """A section for each verb that people type, with its options and its example."""
    page = gitledger(tmp_path, "man").out
    found = re.findall(r"^\.SS gitledger (.+)$", page, re.MULTILINE)
    headings = {line.replace("\\", "") for line in found}
    assert {verb for verb, (_, group, _) in VERBS.items() if group} <= headings
    assert {"evidence run", "hooks install", "feature reserve"} <= headings
    assert r".B \-w, \-\-window W" in page
    assert page.count("\nExample:\n") >= len(headings)
    assert all(f"\n.B {code}\n" in page for code in (0, 1, 2, 3, 4, 70))


@pytest.mark.parametrize(
    ("text", "roff"),
    [(".git is left", r"\&.git is left"), ("'x'", r"\&'x'"), ("a-b", r"a\-b"), ("\\", r"\e")],
)
def test_what_roff_would_take_for_a_command_is_escaped(text: str, roff: str) -> None:
    """No text of ours is read as a request."""
    assert escape_roff(text) == roff


@pytest.mark.skipif(shutil.which("groff") is None, reason="groff is not installed")
def test_groff_has_no_complaint(tmp_path: Path) -> None:
    """The page is roff: every request and font in it is known."""
    page = gitledger(tmp_path, "man").out
    words = ["groff", "-man", "-Tutf8", "-ww", "-z"]
    done = subprocess.run(words, input=page, capture_output=True, text=True, check=False)
    complaints = [line for line in done.stderr.splitlines() if "break" not in line]
    assert (done.returncode, complaints) == (0, [])
