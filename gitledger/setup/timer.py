"""Snippets that let a machine's own timer run `catch-up`: printed for the user, never installed."""

import shlex
from collections.abc import Sequence
from hashlib import blake2b
from pathlib import Path
from xml.sax.saxutils import escape

MINUTES = 15  # meters settle within some; a window ends at most so much late


def snippets(program: Sequence[str], folder: Path) -> dict[str, str]:
    """A systemd unit with its timer, a launchd agent and a line of cron, for one repository."""
    words = (*program, "-C", str(folder), "catch-up", "--quiet")
    name = f"gitledger-{blake2b(str(folder).encode(), digest_size=4).hexdigest()}"
    return {
        "systemd": _systemd(words, name),
        "launchd": _launchd(words, name),
        "cron": _cron(words),
    }


def _systemd(words: Sequence[str], name: str) -> str:
    command = " ".join(_unit_word(word) for word in words)
    return f"""\
# ~/.config/systemd/user/{name}.service
[Unit]
Description=gitledger catch-up

[Service]
Type=oneshot
ExecStart={command}

# ~/.config/systemd/user/{name}.timer
[Unit]
Description=gitledger catch-up every {MINUTES} minutes

[Timer]
OnCalendar=*:0/{MINUTES}
Persistent=true

[Install]
WantedBy=timers.target

# then: systemctl --user enable --now {name}.timer
"""


def _unit_word(word: str) -> str:
    """A word of ExecStart: quoted, percent and dollar signs doubled, as systemd reads them."""
    plain = word.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + plain.replace("%", "%%").replace("$", "$$") + '"'


def _launchd(words: Sequence[str], name: str) -> str:
    told = "\n".join(f"    <string>{escape(word)}</string>" for word in words)
    return f"""\
<?xml version="1.0" encoding="UTF-8"?>
<!-- ~/Library/LaunchAgents/{name}.plist -->
<plist version="1.0">
<dict>
  <key>Label</key>
  <string>{name}</string>
  <key>ProgramArguments</key>
  <array>
{told}
  </array>
  <key>StartInterval</key>
  <integer>{MINUTES * 60}</integer>
</dict>
</plist>
<!-- then: launchctl load ~/Library/LaunchAgents/{name}.plist -->
"""


def _cron(words: Sequence[str]) -> str:
    command = shlex.join(words).replace("%", "\\%")
    return f"*/{MINUTES} * * * * {command}  # a line of: crontab -e\n"
