"""The text a capture is given: a file, standard input, or the freshest local source."""

from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from difflib import get_close_matches
from pathlib import Path

from gitledger.book.world import World, decode_text, read_text
from gitledger.capture.local import SHOWN_BY, Machine, freshest
from gitledger.errors import NoMeter, UnreadableInput, UsageError
from gitledger.git.repository import Repository
from gitledger.meters.plausibility import old_reading
from gitledger.meters.reading import Parsed
from gitledger.meters.registry import FAMILIES, SOURCES, parse, require_readings
from gitledger.meters.shapes import claimants

PROVIDERS = {"zai": "glm", "ccusage": "claude"}
STATUSLINE = "statusline.json"  # below our folder in the git directory
KEPT_AS_TEXT = frozenset({"codex", "claude", "claude-monitor"})


@dataclass(frozen=True, slots=True)
class Given:
    """A text and where it came from.

    `source` is the name it is to be read as; `captured_at` is known where the place itself says
    when it was written. `local` is an agent's own file or command, found without being named.
    """

    text: str
    source: str
    origin: str
    captured_at: datetime | None = None
    local: bool = False


def provider_of(source: str) -> str:
    """Whose meters a source shows. Raises UsageError for a name that is not a source."""
    if source in SOURCES:
        return SOURCES[source].provider
    if source in FAMILIES:
        return PROVIDERS.get(source, source)
    names = tuple(dict.fromkeys((*FAMILIES, *SOURCES)))
    near = get_close_matches(source, names, n=1, cutoff=0.5)
    meant = f"did you mean {near[0]}? " if near else ""
    listed = f"providers: codex, claude, glm; other sources: {', '.join(names)}"
    raise UsageError(f"{source!r} is not a provider or source", meant + listed)


def given_text(
    world: World,
    source: str,
    origin: str = "",
    *,
    repository: Repository | None = None,
    local: bool = False,
) -> Given:
    """The text to read as `source`.

    `origin` is a file or `-`. Without one, a pipe on standard input is read; with a terminal, or
    when `local` asks for it, the freshest local source. A pipe that holds nothing is refused:
    the command before it failed, and a reading from elsewhere is not what was meant.
    """
    if origin and local:
        raise UsageError("--local and a text were both given", "give one of them")
    if origin == "-" and world.read_paste:
        return read_paste(world, source)
    if origin == "-" and world.read_stdin:
        return Given(_piped(world.read_stdin()), source, "-")
    if origin:
        return Given(_not_empty(read_text(world, origin), origin), source, origin)
    if world.read_stdin and not local:
        return Given(_piped(world.read_stdin()), source, "-")
    try:
        found = freshest(provider_of(source), machine_of(world, repository))
    except NoMeter:  # whoever sits at a terminal can still paste it
        if local or world.read_paste is None:
            raise
        return read_paste(world, source, why=f"No {source} usage found on this machine. ")
    return Given(found.text, found.source, found.place, found.written_at, local=True)


def read_paste(world: World, source: str, *, why: str = "") -> Given:
    """What a person pastes into the terminal. Raises UnreadableInput where that is nothing."""
    shown = SHOWN_BY.get(provider_of(source), "show the usage")
    world.say(
        f"{why}{shown[:1].upper()}{shown[1:]}, paste the whole output here, then press Ctrl-D:"
    )
    data = world.read_paste() if world.read_paste else b""
    if not data.strip():
        raise UnreadableInput("nothing was pasted", f"gitledger start {source} --from FILE")
    return Given(decode_text(data, "what was pasted"), source, "-")


def _piped(data: bytes) -> str:
    if not data.strip():
        raise UnreadableInput(
            "standard input is empty: the command before the pipe printed nothing",
            "run that command alone to see why; --local reads what the agent left on disk",
        )
    return decode_text(data, "standard input")


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
        hint = (
            works_instead(given)
            or refused.hint
            or "copy the full output; --keep stores the text as it is"
        )
        raise NoMeter(
            f"{name}: {refused.what}; nothing was stored",
            hint,
            tuple(replace(p, hint=hint) if p.hint == refused.hint else p for p in refused.problems),
        ) from None


def works_instead(given: Given) -> str:
    """The command that takes a text of another source; empty when the text is nobody's."""
    members = FAMILIES.get(given.source, (given.source,))
    found = [name for name in claimants(given.text) if name not in members]
    if not found:
        return ""
    return f"this looks like {SOURCES[found[0]].title}: gitledger ingest {found[0]}"


def parsed_at(given: Given, *, at: datetime, zone: tzinfo) -> Parsed:
    """The text as its source. A local reading is read at its own time; an old one is reported."""
    parsed = parse(given.source, given.text, at=given.captured_at or at, tz=zone)
    if given.captured_at is None or not parsed.readings:
        return parsed
    old = old_reading(given.captured_at, at, given.origin)
    return replace(parsed, problems=(*old, *parsed.problems))


def _not_empty(text: str, origin: str) -> str:
    if not text.strip():
        raise UnreadableInput(
            f"{origin} is empty", "paste the full output of /status (Codex) or /usage (Claude Code)"
        )
    return text
