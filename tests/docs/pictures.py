"""The pictures of the documentation: the demo's week as report page and as a terminal shows it.

Run by `make pictures`. The clock stands still, so the same program draws the same page; the PNG
needs Chromium and hangs on its version and on the fonts of the machine.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE.parent / "report")]

from ground import IDENTITY  # noqa: E402 - found by the line above
from sessions import ROOT, Session  # noqa: E402
from terminal_picture import terminal_svg  # noqa: E402

from gitledger.demo.week import DemoStep, steps  # noqa: E402

PICTURES = ROOT / "docs" / "pictures"
WIDE, HIGH = 1100, 690
JUDGED = datetime(2026, 3, 25, 9, 0, tzinfo=UTC)  # the lines of the week are 14 days old
WRONG = "W0-06"  # its reading after the work is the text of the day before
LARGEST = 150_000  # bytes: a picture is part of every clone
FLAGS = ("--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars")


def week(session: Session) -> None:
    """The demo's week, typed into a repository."""
    for words in ("git init -q -b trunk", "git commit -q --allow-empty -m begin"):
        done(session, words)
    for step in steps():
        for name, text in step.files:
            path = session.directory / name
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")
        if step.commit:
            work(session, step)
        elif step.words:
            session.now = max(session.now, JUDGED) if step.words[0] == "churn" else session.now
            done(session, "gitledger " + " ".join(f"'{word}'" for word in step.words))


def work(session: Session, step: DemoStep) -> None:
    """A commit of a step, made at its time."""
    name = step.commit.partition(":")[0].lower().replace("-", "_")
    lines = [f"def {name}_{number}():\n    return {number}\n" for number in range(step.functions)]
    (session.directory / f"{name}.py").write_text("\n".join(lines), encoding="utf-8")
    session.now = step.at
    done(session, f"git add {name}.py && git commit -q -m '{step.commit}'")


def done(session: Session, command: str) -> str:
    """What a command prints; it must have answered."""
    code, said = session.typed(command)
    if code not in {0, 1, 4}:
        raise SystemExit(f"exit {code}: {command}\n{said}")
    return said


def photograph(page: Path, picture: Path) -> None:
    """The top of a page as Chromium draws it."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        raise SystemExit("no chromium on this machine: apt-get install chromium")
    drawn = (f"--screenshot={picture}", f"--window-size={WIDE},{HIGH}")
    subprocess.run([chromium, *FLAGS, *drawn, page.as_uri()], check=True, capture_output=True)


def main() -> None:
    """Draw both."""
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="gitledger-pictures-") as folder:
        home = Path(folder)
        os.environ.update(IDENTITY, HOME=folder, TZ="UTC", GIT_CONFIG_NOSYSTEM="1")
        repository = home / "project"
        repository.mkdir()
        session = Session(repository, home / "programs")
        week(session)
        preview = done(session, "gitledger preview")
        rows = json.loads(done(session, "gitledger log --json"))["rows"]
        stale = next(
            each for each in rows if each["ledger"] == "snapshots" and each["window"] == WRONG
        )
        done(session, f"gitledger void {stale['row']} -m 'the text of the day before'")
        picture = terminal_svg(f"$ gitledger preview\n{preview}", title="a week of three providers")
        (PICTURES / "terminal.svg").write_text(picture, encoding="utf-8")
        done(session, "gitledger report --out page.html")
        photograph(repository / "page.html", PICTURES / "report.png")
    for path in sorted(PICTURES.iterdir()):
        size = path.stat().st_size
        print(f"{path.relative_to(ROOT)}: {size:,} bytes")
        if size > LARGEST:
            raise SystemExit("too large")


if __name__ == "__main__":
    main()
