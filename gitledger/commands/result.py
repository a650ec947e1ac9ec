"""What a command answers: one JSON object, the same as text, notes, an exit code."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from gitledger.errors import EXIT_YES

# how report/ draws a payload: for a screen (`width`, `colour`), and as Markdown
Drawings = tuple[Callable[..., str], Callable[[Mapping[str, Any]], str]]


class Screen(NamedTuple):
    """What text is drawn for: columns, whether colour is welcome, whether a person looks at it.

    Without a terminal a line is read by a program: what has no layout of its own stays whole.
    """

    width: int = 80
    colour: bool = False
    terminal: bool = False

    @property
    def wrap(self) -> int | None:
        """Columns at which lines are folded; None where a program reads them."""
        return self.width if self.terminal else None


class Result(NamedTuple):
    """An answer. `payload` is printed for `--json` behind its schema; `text` otherwise.

    `notes` go to standard error, in both cases. `raw` is bytes for standard output as they are
    (an export), printed instead of both.
    """

    schema: str
    payload: Mapping[str, Any]
    text: Callable[[Screen], str]
    notes: Sequence[str] = ()
    exit_code: int = EXIT_YES
    raw: bytes | None = None

    def json(self) -> str:
        """The payload as JSON, its schema first, numbers without float dust."""
        from gitledger.report.answer_json import answer_json  # noqa: PLC0415 - a hook answers none

        return answer_json(self.schema, self.payload)


def visible(text: str, *, colour: bool = False) -> str:
    """The text with hidden characters escaped; with `colour` the program's own colours stay."""
    if text.isascii() and text.replace("\n", "").isprintable():
        return text
    from gitledger.ledger import characters  # noqa: PLC0415 - most texts hide nothing

    return characters.visible_text(text, colour=colour)


def lines(*parts: str) -> Callable[[Screen], str]:
    """Text that is the same for every screen."""
    return lambda _screen: "\n".join(parts)


def wrap_lines(*parts: str, hang: int = 4) -> Callable[[Screen], str]:
    """Text whose long lines go on below, `hang` blanks in, on a terminal; whole elsewhere."""

    def text(screen: Screen) -> str:
        if not screen.terminal:
            return "\n".join(parts)
        from gitledger.report.console import wrap  # noqa: PLC0415  loads rich

        return "\n".join(wrap(part, screen.width, hang=hang) for part in parts)

    return text


def in_form(
    form: str, payload: Mapping[str, Any], drawings: Callable[[], Drawings]
) -> Callable[[Screen], str]:
    """A payload as Markdown where `form` says so, else for a screen.

    `drawings` imports the two when one is drawn: rich is heavy, and --json needs neither.
    """

    def text(screen: Screen) -> str:
        on_screen, markdown = drawings()
        if form == "markdown":
            return markdown(payload)
        return on_screen(payload, width=screen.width, colour=screen.colour)

    return text
