"""The text a capture is given: a file, standard input, or the freshest local source."""

from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from pathlib import Path

from gitledger.commands.local_sources import Machine, freshest
from gitledger.commands.world import World, decode_text, read_text
from gitledger.errors import NoMeter, UnreadableInput, UsageError
from gitledger.git.repository import Repository
from gitledger.meters.plausibility import old_reading
from gitledger.meters.reading import Parsed
from gitledger.meters.registry import FAMILIES, SOURCES, parse, require_readings

PROVIDERS = {"zai": "glm", "ccusage": "claude"}
STATUSLINE = "statusline.json"  # below our folder in the git directory
KEPT_AS_TEXT = frozenset({"codex", "claude", "claude-monitor"})


@dataclass(frozen=True, slots=True)
class Given:
    """A text and where it came from.

    `source` is the name it is to be read as; `captured_at` is known where the place itself says
    when it was written.
    """

    text: str
    source: str
    origin: str
    captured_at: datetime | None = None


def provider_of(source: str) -> str:
    """Whose meters a source shows. Raises UsageError for a name that is no source."""
    if source in SOURCES:
        return SOURCES[source].provider
    if source in FAMILIES:
        return PROVIDERS.get(source, source)
    names = ", ".join(dict.fromkeys((*FAMILIES, *SOURCES)))
    raise UsageError(f"{source!r} is no provider or source", f"one of: {names}")


def given_text(
    world: World, source: str, origin: str = "", *, repository: Repository | None = None
) -> Given:
    """The text to read as `source`.

    `origin` is a file or `-`. Without one, a pipe on standard input is read; a terminal, or a
    pipe that holds nothing, stands aside for the freshest local source.
    """
    if origin:
        return Given(_not_empty(read_text(world, origin), origin), source, origin)
    piped = world.read_stdin() if world.read_stdin else b""
    if piped.strip():
        return Given(decode_text(piped, "standard input"), source, "-")
    found = freshest(provider_of(source), machine_of(world, repository))
    return Given(found.text, found.source, found.place, found.written_at)


def machine_of(world: World, repository: Repository | None) -> Machine:
    """Where local readings may stand for this user and repository."""
    captures = (repository.state / STATUSLINE,) if repository else ()
    home = Path(world.environment.get("HOME") or Path.home())
    return Machine(home, world.environment, world.now, captures)


def read_given(given: Given, *, at: datetime, zone: tzinfo, keep: bool = False) -> Parsed:
    """What the text says at a moment. Raises NoMeter unless it says something or is to be kept."""
    parsed = parsed_at(given, at=at, zone=zone)
    if keep or parsed.usage or parsed.events:
        return parsed
    try:
        return require_readings(parsed)
    except NoMeter as refused:
        name = "standard input" if given.origin == "-" else given.origin
        hint = refused.hint or "copy the whole panel; --keep stores the text as it is"
        raise NoMeter(
            f"{name}: {refused.what}; nothing was stored", hint, refused.problems
        ) from None


def parsed_at(given: Given, *, at: datetime, zone: tzinfo) -> Parsed:
    """The text as its source. A local reading is read at its own time; an old one is reported."""
    parsed = parse(given.source, given.text, at=given.captured_at or at, tz=zone)
    if given.captured_at is None or not parsed.readings:
        return parsed
    old = old_reading(given.captured_at, at, given.origin)
    return replace(parsed, problems=(*old, *parsed.problems))


def _not_empty(text: str, origin: str) -> str:
    if not text.strip():
        name = "standard input" if origin == "-" else origin
        raise UnreadableInput(f"{name} is empty", "copy the whole panel into it")
    return text
