"""`handoff`: the pack of a week for who takes over, and the check of a pack that was given.

Every file but the logs of runs is a function of the ledger's tip, the moment it is made for and
the options, which `handoff.json` keeps: `--check` makes them all again.
"""

import io
import json
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from hashlib import sha256
from pathlib import Path, PurePosixPath
from typing import Any

from gitledger.book.artefacts import clean, kept_log
from gitledger.book.book import Book
from gitledger.book.opening import open_book, stand_at
from gitledger.book.pack import HandoffScene, part_files
from gitledger.book.world import TOOL, World, read_file
from gitledger.commands.result import Result, lines
from gitledger.errors import EXIT_NO, EXIT_YES, UnreadableInput, UsageError
from gitledger.git.files import put_folder, put_in_folder
from gitledger.report.files_text import pack_again_lines, pack_lines
from gitledger.report.handoff_text import pack_readme
from gitledger.setup.program_code import program_sha256
from gitledger.windows.snapshot import text_of

SCHEMA = "gitledger.handoff/1"
SHORT = 12  # digits of a hash that are shown
FOLDER = "handoff"
RECIPE, SUMS, LOGS = "handoff.json", "SHA256SUMS", "logs.json"
EPOCH = (1980, 1, 1, 0, 0, 0)  # the first moment that a zip file can hold
MOST_LOG = 4 << 20  # bytes of one log in the pack
MOST_PART = 256 << 20  # bytes that one file of a given zip may unfold to


@dataclass(frozen=True, slots=True)
class Pack:
    """What is packed: the week, and whether names stay out."""

    week: str = "WEEK0"
    incognito: bool = False


def handoff(
    world: World, pack: Pack, *, out: str = "", zipped: bool = False, at: datetime | None = None
) -> Result:
    """Write the pack as a folder or one zip file. Raises UsageError, WriteFailed."""
    book = open_book(world)
    files = pack_files(pin_world(book, at or world.now), pack)
    path = world.directory / Path(out or FOLDER + (".zip" if zipped else "")).expanduser()
    if zipped:
        put_in_folder(path, zip_of(files), 0o644)
    else:
        refuse_foreign(path)
        put_folder(path, files, 0o644)
    logs = json.loads(files[LOGS])["logs"] if LOGS in files else []
    lacking = [log["run"] for log in logs if log["state"] != "packed"]
    payload = {
        "out": str(path), "files": sorted(files), "tip": (book.tip.commit or b"").hex(),
        "sha256": sha256(files[SUMS]).hexdigest(), "logs_lacking": lacking,
    }  # fmt: skip
    return Result(SCHEMA, payload, lines(*pack_lines(payload, LOGS)))


def pin_world(book: Book, at: datetime) -> World:
    """The world in which every verb reads this tip, at this moment, and records nothing."""
    return replace(book.world, tip=(book.tip.commit or b"").hex(), now=at)


def pack_files(world: World, pack: Pack) -> dict[str, bytes]:
    """Every file of the pack by its name, in order."""
    book = open_book(world)
    recipe = {
        "tool": TOOL, "program_sha256": program_sha256(), "tip": world.tip,
        "at": world.now.isoformat(), "options": asdict(pack),
    }  # fmt: skip
    files = {RECIPE: text_bytes(recipe)}
    files |= part_files(HandoffScene(book, pack.week.upper(), pack.incognito))
    if not pack.incognito:
        files |= dict(log_files(book))
    files["README.md"] = pack_readme(files, recipe).encode()
    files = dict(sorted(files.items()))
    sums = "".join(f"{sha256(data).hexdigest()}  {name}\n" for name, data in files.items())
    return files | {SUMS: sums.encode()}


def text_bytes(value: Mapping[str, Any]) -> bytes:
    """A JSON file."""
    return (json.dumps(value, indent=2, sort_keys=True) + "\n").encode()


def log_files(book: Book) -> Iterator[tuple[str, bytes]]:
    """Redacted logs of evidence runs, and a list of which are here and which are not."""
    told = []
    for row in book.rows("evidence"):
        run, artefact = text_of(row.values, "test_run_id"), text_of(row.values, "artifact")
        was = text_of(row.values, "artifact_sha256")
        hashed = text_of(row.values, "redacted_sha256")
        data = kept_log(book.repository, artefact) if artefact else None
        state = state_of(data, was)
        if data is not None and state == "packed":
            name = f"logs/{run}/{PurePosixPath(artefact).name}"
            yield name, clean(data)
        told.append({
            "run": run, "row": row.id, "artifact_sha256": was or None, "state": state,
            "redacted_sha256": hashed or None, "check": "" if hashed else "not checkable",
        })  # fmt: skip
    yield LOGS, text_bytes({"logs": told})


def state_of(data: bytes | None, was: str) -> str:
    """Whether a log can be packed, or why not."""
    if data is None:
        return "missing here"
    if len(data) > MOST_LOG:
        return "too large"
    return "packed" if sha256(data).hexdigest() == was else "changed since"


def zip_of(files: Mapping[str, bytes]) -> bytes:
    """One zip file with fixed times, so that the same files are the same bytes."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name, EPOCH), data, zipfile.ZIP_DEFLATED)
    return made.getvalue()


def refuse_foreign(folder: Path) -> None:
    """Raise UsageError for a folder that holds something else: nothing of it is overwritten."""
    if folder.is_dir() and any(folder.iterdir()) and not (folder / RECIPE).is_file():
        raise UsageError(f"{folder} is not empty and not a pack", "--out another folder")


def check(world: World, given: str) -> Result:
    """Make a pack again and compare; exit 0 when every file is right, 1 with a list of the others.

    Logs are compared with the hash that their row keeps. Raises UnreadableInput, UnknownRevision.
    """
    read = reader_of(world.directory / Path(given).expanduser(), given)
    recipe = recipe_of(read(RECIPE), given)
    if recipe["tool"] != TOOL:
        what = f"{given} was made by {recipe['tool']}; this is {TOOL}"
        raise UnreadableInput(what, f"use {recipe['tool']} to check it")
    if recipe.get("program_sha256", program_sha256()) != program_sha256():
        made = str(recipe["program_sha256"])[:SHORT]
        what = f"{given} was made by another commit of {TOOL}: code {made}, this is"
        hint = "check it with the program that made it, or make the pack again: gitledger handoff"
        raise UnreadableInput(f"{what} {program_sha256()[:SHORT]}", hint)
    book = open_book(world)
    known = replace(world, tip=recipe["tip"], now=datetime.fromisoformat(recipe["at"]))
    stand_at(book, recipe["tip"], "the pack's")
    again = pack_files(known, replace(Pack(), **recipe["options"]))
    wrong = [*differences(read, again), *logs_wrong(read, open_book(known))]
    payload = {"right": not wrong, "files": sorted(again), "wrong": wrong, "tip": recipe["tip"]}
    told = pack_again_lines(given, sorted(again), wrong)
    return Result(SCHEMA, payload, lines(*told), exit_code=EXIT_NO if wrong else EXIT_YES)


Read = Callable[[str], bytes]


def reader_of(path: Path, given: str) -> Read:
    """How a file of the pack is read, by its name: from a folder, or out of a zip file."""
    if path.is_dir():
        return lambda name: read_file(path / name, f"{given}/{name}")
    again = "gitledger handoff"
    try:
        archive = zipfile.ZipFile(io.BytesIO(read_file(path, given)))
    except zipfile.BadZipFile:
        raise UnreadableInput(f"{given} is neither a folder nor a zip file", again) from None

    def read(name: str) -> bytes:
        try:
            part = archive.getinfo(name)
            if part.file_size > MOST_PART:
                raise UnreadableInput(f"{given}: {name} unfolds to more than a pack holds", again)
            return archive.read(part)
        except KeyError:
            raise UnreadableInput(f"{given} holds no {name}", again) from None
        except (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError, EOFError):
            # RuntimeError: it asks for a password
            raise UnreadableInput(f"{given}: {name} in it is damaged or locked", again) from None

    return read


def recipe_of(data: bytes, given: str) -> dict[str, Any]:
    """How the pack was made. Raises UnreadableInput."""
    try:
        found = json.loads(data)
        datetime.fromisoformat(found["at"])
        bytes.fromhex(found["tip"])
        replace(Pack(), **found["options"])
    except (ValueError, KeyError, TypeError):
        raise UnreadableInput(
            f"{given}/{RECIPE} is not a recipe of a pack", "gitledger handoff"
        ) from None
    return dict(found)


def part_of(read: Read, name: str) -> bytes | None:
    """A file of the pack; None where it is missing or cannot be read."""
    try:
        return read(name)
    except UnreadableInput:
        return None


def differences(read: Read, again: Mapping[str, bytes]) -> list[str]:
    """What is not as it is made again, a sentence each; logs are another matter."""
    wrong = []
    for name, data in again.items():
        if name.startswith("logs") or name == SUMS:  # another clone may hold other logs
            continue
        there = part_of(read, name)
        if there is None:
            wrong.append(f"{name} is missing")
        elif there != data:
            wrong.append(f"{name} differs from what the ledger gives")
    return [*wrong, *sums_wrong(read)]


def sums_wrong(read: Read) -> list[str]:
    """Files that are not what the pack's own list of hashes says."""
    wrong = []
    for line in read(SUMS).decode("utf-8", "replace").splitlines():
        digest, _, name = line.partition("  ")
        there = part_of(read, name)
        if there is None:
            wrong.append(f"{name} is named in {SUMS} and missing")
        elif sha256(there).hexdigest() != digest:
            wrong.append(f"{name} is not what {SUMS} says")
    return wrong


def logs_wrong(read: Read, book: Book) -> list[str]:
    """Packed logs that are not what their rows keep."""
    wrong: list[str] = []
    try:
        told = json.loads(read(LOGS))["logs"]
    except (UnreadableInput, ValueError, KeyError):  # said already, as a file that differs
        return wrong
    rows = {row.id: row for row in book.rows("evidence")}
    for log in told:
        row = rows.get(log.get("row", ""))
        hashed = text_of(row.values, "redacted_sha256") if row else ""
        if log.get("state") != "packed" or not hashed or row is None:
            continue
        name = f"logs/{log['run']}/{PurePosixPath(text_of(row.values, 'artifact')).name}"
        there = part_of(read, name)
        if there is None or sha256(there).hexdigest() != hashed:
            wrong.append(f"{name} is not what row {row.id} keeps")
    return wrong
