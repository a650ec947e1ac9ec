"""The page's skeleton, style sheet and few lines of script, as the files beside this one hold them.

Owns the page's engine (jinja2). Colours in `page.css` are Okabe and Ito's, which stay apart for
colour-blind readers; text keeps a contrast of 4.5 to 1 in light and dark.
"""

from base64 import b64encode
from functools import lru_cache
from hashlib import sha256
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

PACKAGE = "gitledger.report"
FOLDER = "page"


@lru_cache(maxsize=1)
def engine() -> Environment:
    """The engine: what comes from rows is escaped, a name that nobody set is a bug."""
    return Environment(
        loader=PackageLoader(PACKAGE, FOLDER),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=True,
    )


def text_of(name: str) -> str:
    """One of the files beside this one."""
    environment = engine()
    assert environment.loader is not None  # noqa: S101 - `engine` sets one
    return environment.loader.get_source(environment, name)[0].strip()


def fingerprint(text: str) -> str:
    """A text's hash as a content policy names it."""
    return "'sha256-" + b64encode(sha256(text.encode()).digest()).decode() + "'"


def policy(style: str, script: str) -> str:
    """Nothing is loaded, sent or run but this style sheet and this script."""
    return (
        "default-src 'none'; base-uri 'none'; form-action 'none'; "
        f"style-src {fingerprint(style)}; script-src {fingerprint(script)}"
    )


def render_sheet(**values: Any) -> str:
    """The whole page with its style sheet and script in it."""
    style, script = text_of("page.css"), text_of("page.js")
    return (
        engine()
        .get_template("page.html")
        .render(
            policy=policy(style, script),
            style=Markup(style),  # noqa: S704 - a file of our own
            script=Markup(script),  # noqa: S704 - a file of our own
            **values,
        )
    )
