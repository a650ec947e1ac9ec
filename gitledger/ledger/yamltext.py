"""YAML text to plain values and back, comments kept. The one owner of ruamel.yaml.

Loaded only where YAML text has to be read: the append path works from a compiled form.
Texts on the branch come from other people: nine lines of anchors and aliases stand for more nodes
than any memory holds, so there are none, and size, nodes and depth are bounded before anything is
built.
"""

from collections.abc import Iterator, Mapping
from copy import deepcopy
from datetime import date
from functools import lru_cache, partial
from io import StringIO
from math import isfinite
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    CollectionEndEvent,
    CollectionStartEvent,
    DocumentStartEvent,
    NodeEvent,
)
from ruamel.yaml.parser import Parser

from gitledger.errors import Problem

MAX_BYTES = 65536  # the pure reader takes half a second for that
MAX_NODES = 20_000
MAX_DEPTH = 32
MAX_INTEGER = 2**63 - 1  # the compiled form holds no more
MEND = "fix the YAML"
ALIASES = "write the value out where it is needed: texts of a ledger have no anchors and aliases"


def load(
    text: str, name: str, *, most_bytes: int = MAX_BYTES, most_nodes: int = MAX_NODES
) -> tuple[dict[str, Any], tuple[Problem, ...]]:
    """Plain mapping of a YAML document, and the problems that keep it from being one.

    Only the safe core schema is read: no tags, anchors, aliases or directives; numbers are finite,
    keys are text, dates are their ISO text. `name` is the place that a problem names.
    """
    size = len(text.encode("utf-8", "surrogatepass"))
    if size > most_bytes:
        what = f"takes {size} bytes; {most_bytes} is the most"
        return {}, (Problem(name, what, "keep only what is read here", "yaml-size"),)
    read = _read_once if size <= MAX_BYTES else _read
    value, problem = read(text, name, most_nodes)
    if problem is None and not isinstance(value, dict):
        problem = Problem(
            name, "not a mapping of named keys", "see docs/reference/format.md", "yaml"
        )
    return ({}, (problem,)) if problem else (deepcopy(value), ())


def _read(text: str, name: str, most_nodes: int) -> tuple[Any, Problem | None]:
    """The document's value, or the first problem that keeps it from having one."""
    where = name
    yaml = YAML(typ="safe", pure=True)
    yaml.Parser = partial(_Bounded, name=name, most_nodes=most_nodes)
    try:
        return _plain(yaml.load(text)), None
    except _Refused as refused:
        return None, refused.problem
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f"{name} line {mark.line + 1}" if mark else name
        told = error.problem or "not YAML"
    except RecursionError:
        told = "nested too deeply"
    except (YAMLError, ValueError, OverflowError) as error:
        told = (str(error).splitlines() or ["not YAML"])[0]
    return None, Problem(where, told, MEND, "yaml")


# one process meets a text again and again: proof and judge, every repository of a fleet
_read_once = lru_cache(maxsize=128)(_read)


class _Refused(Exception):
    """What a text may not hold."""

    def __init__(self, problem: Problem) -> None:
        super().__init__()
        self.problem = problem


class _Bounded(Parser):
    """The parser of a document. Guards that nothing is built of what a text may not hold.

    The composer takes an event before it makes anything of it: one pass over the text is enough.
    """

    def __init__(self, loader: Any, *, name: str, most_nodes: int) -> None:
        super().__init__(loader)
        self._name, self._most_nodes = name, most_nodes
        self._nodes = self._depth = 0

    def get_event(self) -> Any:
        """The next event, where it may stand."""
        event = super().get_event()
        refused = next(self._refused(event), None)
        if refused:
            raise _Refused(refused)
        return event

    def _refused(self, event: Any) -> Iterator[Problem]:
        where = f"{self._name} line {event.start_mark.line + 1}"
        if isinstance(event, AliasEvent) or getattr(event, "anchor", None):
            yield Problem(where, "holds an anchor or an alias", ALIASES, "yaml-alias")
        if _tagged(event):
            yield Problem(where, "holds a tag or a directive", "plain values only", "yaml-tag")
        self._nodes += isinstance(event, NodeEvent)
        self._depth += isinstance(event, CollectionStartEvent)
        self._depth -= isinstance(event, CollectionEndEvent)
        if self._nodes > self._most_nodes:
            yield Problem(where, f"holds more than {self._most_nodes} values", "", "yaml-size")
        if self._depth > MAX_DEPTH:
            yield Problem(where, f"is nested deeper than {MAX_DEPTH}", MEND, "yaml-size")


def _tagged(event: Any) -> bool:
    """Whether a tag or directive changes what plain text means; both could build other things."""
    if isinstance(event, DocumentStartEvent):
        return bool(event.version or event.tags)
    return getattr(event, "ctag", None) is not None


def _plain(value: Any) -> Any:
    """The value as JSON can hold it. Raises ValueError for what it cannot."""
    if isinstance(value, dict):
        return {_key(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and not isfinite(value):
        raise ValueError(f"{value} is not a number that a ledger holds")
    if isinstance(value, int) and abs(value) > MAX_INTEGER:
        raise ValueError(f"a whole number is beyond +-{MAX_INTEGER}")
    return value


def _key(key: Any) -> str:
    """A key as text. Raises ValueError where it is no word or number."""
    if isinstance(key, str):
        return key
    if isinstance(key, int) and not isinstance(key, bool):
        return str(key)
    raise ValueError(f"the key {key!r} is not text; quote it")


def set_keys(text: str, values: Mapping[str, Any]) -> str:
    """The same document with some top-level keys set; comments and order are kept."""
    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.width = 4096
    document = yaml.load(text)
    for key, value in values.items():
        document[key] = value
    out = StringIO()
    yaml.dump(document, out)
    return out.getvalue()
