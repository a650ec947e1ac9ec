"""A person at a terminal pastes what the agent shows, and ends with Ctrl-D."""

import os
import pty
import select
import subprocess
import sys
import termios
from pathlib import Path

import pytest
from ground import gitledger
from window_panes import clock, pane

END = b"\x04"  # Ctrl-D
PATIENCE = 30.0  # seconds


def at_a_terminal(folder: Path, words: tuple[str, ...], pasted: bytes) -> tuple[int, str]:
    """The program on a pty of its own: what is asked is answered with `pasted`; code and screen."""
    screen, terminal = pty.openpty()
    attributes = termios.tcgetattr(terminal)
    attributes[3] &= ~termios.ECHO
    termios.tcsetattr(terminal, termios.TCSANOW, attributes)
    program = [sys.executable, "-m", "gitledger", *words]
    with subprocess.Popen(
        program, cwd=folder, stdin=terminal, stdout=terminal, stderr=terminal
    ) as child:
        os.close(terminal)
        shown, answered = b"", False
        while select.select([screen], [], [], PATIENCE)[0]:
            try:
                part = os.read(screen, 65536)
            except OSError:  # the other end is closed
                break
            shown += part
            if b"Ctrl-D" in shown and not answered:
                os.write(screen, pasted + END)
                answered = True
        child.kill()
    os.close(screen)
    return child.returncode, shown.decode().replace("\r\n", "\n")


@pytest.fixture
def no_agent(ledger_dir: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home without any agent's files."""
    home = ledger_dir.parent / "bare-home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.delenv("CODEX_HOME", raising=False)
    return ledger_dir


@pytest.mark.parametrize("words", [("start", "codex"), ("start", "codex", "--from", "-")])
def test_a_pasted_output_starts_a_window(no_agent: Path, words: tuple[str, ...]) -> None:
    """It says what to run and how to end; a last line without its end is one too."""
    words = (*words, "--at", clock(9), "--tz", "UTC")
    code, screen = at_a_terminal(no_agent, words, pane(9, 12).encode())
    assert (code, "Run /status in Codex, paste the whole output here" in screen) == (0, True)
    assert "Started W0-01 (codex)" in screen
    assert len(gitledger(no_agent, "log", "--json").json["rows"]) == 1


def test_nothing_pasted_is_refused(no_agent: Path) -> None:
    """The next step gives the text in a file; nothing is recorded."""
    code, screen = at_a_terminal(no_agent, ("start", "codex"), b"\n")
    assert (code, "nothing was pasted" in screen) == (3, True)
    assert "next: gitledger start codex --from FILE" in screen
    assert gitledger(no_agent, "log", "--json").json["rows"] == []
