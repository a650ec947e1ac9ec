"""Whatever copying does to a pane: the true figures or a stated problem, never a wrong number."""

import re

from hypothesis import given, settings
from hypothesis import strategies as st
from panes import Pane, claude_panes, codex_panes, is_whole, wrong_figures

panes = st.one_of(codex_panes(), claude_panes())
SGR = ("\x1b[0m", "\x1b[38;5;6;49m", "\x1b[1m", "\x1b[K", "\x1b[?25l", "\x1b]0;title\x07")


def holds(pane: Pane, text: str, *, resets: bool = True) -> bool:
    """True when a damaged copy is read rightly, or refused with a reason."""
    parsed = pane.read(text)
    assert wrong_figures(pane, parsed, resets=resets) == [], f"from:\n{text}"
    return bool(parsed.readings or parsed.problems)


@given(panes)
def test_whole_pane_is_read(pane: Pane) -> None:
    """An undamaged pane gives every meter and every reset, and no problem."""
    assert is_whole(pane, pane.read())


@given(panes, st.data())
def test_truncation(pane: Pane, data: st.DataObject) -> None:
    """A text that ends anywhere is right as far as it goes."""
    end = data.draw(st.integers(0, len(pane.text)))
    assert holds(pane, pane.text[:end])


@given(panes, st.data())
def test_lost_beginning(pane: Pane, data: st.DataObject) -> None:
    """A text that begins anywhere is right from there on."""
    start = data.draw(st.integers(0, len(pane.text)))
    assert holds(pane, pane.text[start:])


@given(panes, st.data())
def test_lost_line(pane: Pane, data: st.DataObject) -> None:
    """Any one line may be missing."""
    lines = pane.text.split("\n")
    lost = data.draw(st.integers(0, len(lines) - 1))
    assert holds(pane, "\n".join(lines[:lost] + lines[lost + 1 :]))


@given(panes, st.data())
def test_lost_lines(pane: Pane, data: st.DataObject) -> None:
    """Any two lines may be missing; then a reset line can stand below another row."""
    lines = pane.text.split("\n")
    lost = data.draw(st.sets(st.integers(0, len(lines) - 1), min_size=2, max_size=2))
    assert holds(
        pane, "\n".join(line for n, line in enumerate(lines) if n not in lost), resets=False
    )


@given(panes, st.integers(20, 120))
def test_cut_columns(pane: Pane, width: int) -> None:
    """Every line may end at a column of the terminal."""
    assert holds(pane, "\n".join(line[:width] for line in pane.text.split("\n")))


@given(panes, st.integers(20, 120))
def test_hard_wrap(pane: Pane, width: int) -> None:
    """Every line may be broken at a column, as tmux does."""
    pieces = (re.findall(f".{{1,{width}}}", line) or [""] for line in pane.text.split("\n"))
    assert holds(pane, "\n".join(piece for line in pieces for piece in line))


@given(panes, st.lists(st.tuples(st.floats(0, 1), st.sampled_from(SGR)), max_size=40))
def test_escape_sequences(pane: Pane, marks: list[tuple[float, str]]) -> None:
    """Escape sequences anywhere change nothing."""
    text, size = pane.text, len(pane.text)
    for share, mark in sorted(marks, reverse=True):
        place = int(share * size)
        text = text[:place] + mark + text[place:]
    assert is_whole(pane, pane.read(text)), text


COPIES = {
    "windows line ends": lambda text: text.replace("\n", "\r\n"),
    "no-break spaces": lambda text: text.replace(" ", "\u00a0"),
    "narrow no-break spaces": lambda text: text.replace(" ", "\u202f"),
    "quoted": lambda text: "\n".join(f"> {line}" for line in text.split("\n")),
    "quoted twice": lambda text: "\n".join(f"> > {line}" for line in text.split("\n")),
    "code fence": lambda text: f"```\n{text}\n```",
    "trimmed": lambda text: "\n".join(line.strip() for line in text.split("\n")),
    "indented": lambda text: "\n".join(f"    {line}" for line in text.split("\n")),
    "double spaced": lambda text: text.replace("\n", "\n\n"),
    "coloured": lambda text: re.sub(r"(\d+)", "\x1b[1m\\1\x1b[22m", text),
    "byte order mark": lambda text: "\ufeff" + text,
    "twice": lambda text: f"{text}\n\n{text}",
    "among chat": lambda text: f"here you are:\n\n{text}\n\nthanks, 100% of it\n",
}


@given(panes, st.sampled_from(sorted(COPIES)))
@settings(max_examples=150)
def test_harmless_copies(pane: Pane, name: str) -> None:
    """Copying through a mail, a chat or another system loses nothing."""
    text = COPIES[name](pane.text)
    assert is_whole(pane, pane.read(text)), f"{name}:\n{text}"


PREFIXES = {
    "line numbers": lambda text: "\n".join(f"{n:4d}  {r}" for n, r in enumerate(text.split("\n"))),
    "numbered listing": lambda text: "\n".join(f"{n}: {r}" for n, r in enumerate(text.split("\n"))),
    "patch": lambda text: "\n".join(f"+{line}" for line in text.split("\n")),
    "comment": lambda text: "\n".join(f"# {line}" for line in text.split("\n")),
    "list": lambda text: "\n".join(f"- {line}" for line in text.split("\n")),
    "latin letters": lambda text: text.encode().decode("cp1252", errors="replace"),
    "question marks": lambda text: text.encode("ascii", errors="replace").decode(),
    "one line": lambda text: text.replace("\n", " "),
    "no spaces": lambda text: text.replace(" ", ""),
    "single spaces": lambda text: re.sub(r" +", " ", text),
    "upper case": lambda text: text.upper(),
}


@given(panes, st.sampled_from(sorted(PREFIXES)))
@settings(max_examples=150)
def test_strange_copies(pane: Pane, name: str) -> None:
    """A copy through a listing, a patch or a wrong encoding is read rightly or refused."""
    assert holds(pane, PREFIXES[name](pane.text), resets=False), name


@given(codex_panes(pool=False), codex_panes(pool=False), st.data())
def test_last_complete_panel_counts(first: Pane, last: Pane, data: st.DataObject) -> None:
    """Of two whole panels the second counts; figures of both are never mixed."""
    later = Pane("codex", last.text, last.at, last.zone, last.meters)
    parsed = later.read(f"{first.text}\n\n{last.text}")
    assert is_whole(later, parsed)


@given(st.text(max_size=300), st.sampled_from(("codex", "claude", "glm", "ccusage")))
def test_arbitrary_text(text: str, source: str) -> None:
    """Any other text is refused with a reason."""
    from datetime import UTC, datetime

    from gitledger.meters import registry

    parsed = registry.parse(source, text, at=datetime(2026, 11, 23, tzinfo=UTC), tz=UTC)
    assert parsed.readings == ()
    assert parsed.problems
