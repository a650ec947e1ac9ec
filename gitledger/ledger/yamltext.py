"""YAML text to plain values and back, comments kept. The one owner of ruamel.yaml.

Loaded only where YAML text has to be read: the append path works from a compiled form.
"""

from collections.abc import Mapping
from io import StringIO
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from gitledger.errors import Problem


def load(text: str, name: str) -> tuple[dict[str, Any], tuple[Problem, ...]]:
    """Plain mapping of a YAML document, and the problems that keep it from being one.

    Only the safe core schema is read: no tags build objects. `name` is the place that a
    problem names.
    """
    try:
        value = YAML(typ="safe", pure=True).load(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f"{name} line {mark.line + 1}" if mark else name
        return {}, (Problem(where, error.problem or "not YAML", "mend the YAML", "yaml"),)
    except RecursionError:
        return {}, (Problem(name, "nested too deeply", "mend the YAML", "yaml"),)
    except YAMLError as error:
        return {}, (Problem(name, str(error).splitlines()[0], "mend the YAML", "yaml"),)
    if not isinstance(value, dict) or not all(isinstance(key, str) for key in value):
        return {}, (Problem(name, "not a mapping of named keys", "see docs/format.md", "yaml"),)
    return value, ()


def changed(text: str, values: Mapping[str, Any]) -> str:
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
