"""The progress line: on a terminal, after a moment, gone at the end."""

import pytest

from gitledger.cli import progress
from gitledger.cli.progress import line_of, meter


def test_nothing_into_a_pipe(capsys: pytest.CaptureFixture[str], monkeypatch) -> None:
    """Progress is for terminals."""
    monkeypatch.setattr(progress, "PATIENCE", -1.0)
    with meter(shown=False) as draw:
        draw(1, 2)
    assert capsys.readouterr().err == ""


def test_short_work_shows_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    """What is done in a blink draws no bar."""
    with meter(shown=True) as draw:
        draw(2, 2)
    assert capsys.readouterr().err == ""


def test_the_line_is_gone_at_the_end(capsys: pytest.CaptureFixture[str], monkeypatch) -> None:
    """What was drawn is wiped, so that the answer stands alone."""
    monkeypatch.setattr(progress, "PATIENCE", -1.0)
    with meter(shown=True) as draw:
        draw(1, 4)
    drawn = line_of(1, 4)
    assert capsys.readouterr().err == f"\r{drawn}\r{'':<{len(drawn)}}\r"


@pytest.mark.parametrize(
    ("done", "total", "line"),
    [
        (0, 1200, "1,200 found"),
        (15, 30, "[" + "#" * 15 + "." * 15 + "] 15 of 30"),
        (30, 30, "[" + "#" * 30 + "] 30 of 30"),
    ],
)
def test_line(done: int, total: int, line: str) -> None:
    """A bar and the numbers; before anything is done, what was found so far."""
    assert line_of(done, total) == line
