"""`demo`: the folder that keeps the week, and what is said of it."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from gitledger.book.world import World
from gitledger.commands import demo as verb
from gitledger.demo.week import DemoStep
from gitledger.errors import EXIT_NO, EXIT_YES, UsageError

NOW = datetime(2026, 3, 2, tzinfo=UTC)


def test_a_folder_with_something_in_it_is_refused(tmp_path: Path) -> None:
    """Nothing of the user's is written over: the folder is new or empty."""
    (tmp_path / "mine").write_text("mine")
    with pytest.raises(UsageError, match="is there already"):
        verb.demo(World(tmp_path, NOW, {}), keep=".", say=lambda _text: None)
    with pytest.raises(UsageError, match="is there already"):
        verb.demo(World(tmp_path, NOW, {}), keep="mine", say=lambda _text: None)
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]


@pytest.mark.parametrize(("refused", "code"), [((), EXIT_YES), ((DemoStep(("end",)),), EXIT_NO)])
def test_the_folder_stays_and_a_refused_step_is_exit_1(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, refused: tuple[DemoStep, ...], code: int
) -> None:
    """The answer names the repository that is kept, and every step that was refused."""
    monkeypatch.setattr(verb, "tell", lambda *_given: refused)
    done = verb.demo(World(tmp_path, NOW, {}), keep="a/b", say=lambda _text: None)
    assert done.exit_code == code
    kept = {"repository": str(tmp_path / "a/b/project"), "refused": ["end"] * len(refused)}
    assert done.payload == kept
    assert (tmp_path / "a/b").is_dir()
