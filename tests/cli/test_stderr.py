"""Standard error: whole for a program, wrapped between words at a terminal."""

import sys

import pytest

from gitledger.cli.stderr import tell

LINE = "  next: one of: " + ", ".join(f"a-policy-{number}" for number in range(20))


def test_a_program_reads_whole_lines(capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing is broken where no terminal is."""
    tell(LINE)
    assert capsys.readouterr().err == f"{LINE}\n"


@pytest.mark.parametrize("columns", [60, 80])
def test_a_person_reads_no_broken_word(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, columns: int
) -> None:
    """No line is wider than the terminal, and the words are those of the sentence."""
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    monkeypatch.setenv("COLUMNS", str(columns))
    tell(LINE)
    told = capsys.readouterr().err
    assert max(map(len, told.splitlines())) <= columns
    assert told.split() == LINE.split()
