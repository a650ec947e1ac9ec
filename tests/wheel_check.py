"""The distribution as a stranger gets it: built, installed beside no checkout, used for a window.

Run as `python tests/wheel_check.py`: builds the sdist, the wheel from that sdist, and installs the
wheel into a fresh environment for every Python of the classifiers that is found here; the oldest
of them gets the oldest dependencies that pyproject.toml allows, all get the newest. Exits with 1
at the first step that fails.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator, Sequence
from glob import glob
from pathlib import Path
from zipfile import ZipFile

ROOT = Path(__file__).resolve().parent.parent
PANES = {"before.txt": (92, 77), "after.txt": (60, 71)}
CAPTURE = ("--tz", "UTC")
STEPS = (
    ("version",),
    ("man",),
    ("completion", "bash"),
    ("init",),
    ("start", "codex", "--from", "before.txt", "--at", "2026-11-23T09:00Z", *CAPTURE),
    ("COMMIT",),
    ("end", "codex", "--from", "after.txt", "--at", "2026-11-23T11:30Z", *CAPTURE),
    ("complete", "--features", "codex=3", "--outcome", "pass"),
    ("churn",),
    ("preview",),
    ("replay", "--instance", "ferreira-0.25", "--runs", "2", "--rounds", "50"),
    ("report", "--out", "report.html"),
    ("export", "snapshots"),
    ("hooks", "install", "--agent", "claude"),
    ("hooks", "uninstall", "--agent", "claude"),
    ("verify",),
)
FRAME = "import gitledger; f = gitledger.open('.').frame('windows'); assert len(f) == 1, f"
SHIPPED = ("ledgers/snapshots.yaml", "hooks/post-commit", "skills/gitledger/SKILL.md")


def ran(words: Sequence[str | Path], cwd: Path, **environment: str) -> str:
    """Run a command; what it printed. Ends this script where it fails."""
    done = subprocess.run(
        [*map(str, words)],
        cwd=cwd,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=900,
    )
    if done.returncode:
        told = done.stdout[-2000:] + done.stderr[-4000:]
        sys.exit(f"{' '.join(map(str, words))} ended with {done.returncode}\n{told}")
    return done.stdout


def pythons(versions: Sequence[str]) -> Iterator[tuple[str, str]]:
    """The Pythons found here: version and program, the oldest first; missing ones are told."""
    home = Path.home() / ".pyenv/versions"
    for version in versions:
        names = [f"python{version}", *glob(f"{home}/{version}.*/bin/python")]  # noqa: PTH207
        works = [n for n in names if shutil.which(n) and not _fails(n)]
        if works:
            yield version, works[-1]
        else:
            print(f"python{version}: not found here")


def _fails(program: str) -> int:
    return subprocess.run([program, "-c", ""], capture_output=True, check=False).returncode


def oldest(dependencies: Sequence[str]) -> list[str]:
    """The lower bound of each dependency, as pip pins it: `click>=8,<9` is `click==8`."""
    return [one.partition(",")[0].replace(">=", "==") for one in dependencies]


def built(into: Path) -> Path:
    """The wheel, made from the sdist that was made from this checkout."""
    builder = into / "builder"
    ran([sys.executable, "-m", "venv", builder], into)
    ran([builder / "bin/pip", "install", "-q", "hatchling"], into)
    ran([builder / "bin/python", "-m", "hatchling", "build", "-t", "sdist", "-d", into], ROOT)
    (sdist,) = into.glob("git_ledger-*.tar.gz")
    ran([builder / "bin/pip", "wheel", "-q", "--no-deps", "-w", into, sdist], into)
    (wheel,) = into.glob("git_ledger-*.whl")
    names = set(ZipFile(wheel).namelist())
    missing = [name for name in SHIPPED if f"gitledger/shipped/{name}" not in names]
    if missing or any(name.startswith("tests/") for name in names):
        sys.exit(f"{wheel.name}: lacks {missing}, or holds tests")
    print(f"{sdist.name}, {wheel.name}: {len(names)} files")
    return wheel


def used(program: Path, place: Path) -> None:
    """One window from its first reading to the proof, by the installed program alone."""
    place.mkdir()
    person = {"GIT_CONFIG_GLOBAL": str(place / "gitconfig"), "HOME": str(place / "home")}
    (place / "gitconfig").write_text("[user]\n\tname = Ada\n\temail = ada@example.org\n")
    (place / "home").mkdir()
    work = place / "work"
    work.mkdir()
    ran(["git", "init", "-q"], work, **person)
    for name, (five, week) in PANES.items():
        pane = f"5h limit: [####] {five}% left (resets 13:10)\nWeekly limit: [###] {week}% left"
        (work / name).write_text(pane + " (resets 12:24 on 27 Nov)\n")
    ran(["git", "add", "."], work, **person)
    ran(["git", "commit", "-qm", "first"], work, **person)
    dated = {f"GIT_{who}_DATE": "2026-11-23T10:00:00Z" for who in ("AUTHOR", "COMMITTER")}
    for step in STEPS:
        if step == ("COMMIT",):
            (work / "table.py").write_text("rows = []\n")
            ran(["git", "add", "table.py"], work, **person)
            ran(["git", "commit", "-qm", "table: rows"], work, **person, **dated)
        else:
            ran([program, *step], work, **person)
    ran([program.with_name("python"), "-c", FRAME], work, **person)


def check(into: Path, wheel: Path, version: str, python: str, *, floor: bool) -> None:
    """Install the wheel for one Python, with the oldest or the newest dependencies, and use it."""
    name = f"{version}-{'oldest' if floor else 'newest'}"
    place = into / name
    ran([python, "-m", "venv", place], into)
    words = [place / "bin/pip", "install", "-q", "--disable-pip-version-check", wheel]
    if floor:
        project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
        constraints = into / "oldest.txt"
        constraints.write_text("\n".join(oldest(project["dependencies"])) + "\n")
        words += ["-c", constraints]
    ran(words, into)
    used(place / "bin/gitledger", into / f"{name}-used")
    print(f"python{version}, {'oldest' if floor else 'newest'} dependencies: ok", flush=True)


def refuse_another_tag(wheel: Path) -> None:
    """End this script where the commit has a tag of a version, and the wheel is another."""
    tags = ran(["git", "tag", "--points-at", "HEAD", "v[0-9]*"], ROOT).split()
    version = wheel.name.split("-")[1]
    if tags and f"v{version}" not in tags:
        sys.exit(f"this commit is tagged {' '.join(tags)}, its wheel is {version}")


def main() -> None:
    """Build, then install and use for each Python that is found."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    marks = [c.rpartition(" :: ")[2] for c in project["classifiers"] if "Python :: 3." in c]
    with tempfile.TemporaryDirectory() as folder:
        into = Path(folder)
        wheel = built(into)
        refuse_another_tag(wheel)
        found = [*pythons(marks)]
        for place, (version, python) in enumerate(found):
            if place == 0:
                check(into, wheel, version, python, floor=True)
            check(into, wheel, version, python, floor=False)
        if not found:
            sys.exit("no Python of the classifiers is found here")


if __name__ == "__main__":
    main()
