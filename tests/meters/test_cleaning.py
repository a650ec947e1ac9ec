"""Terminal text made plain, and identities taken out of it."""

import pytest

from gitledger.meters import cleaning
from gitledger.meters.redaction import excerpt, redact_pane


@pytest.mark.parametrize(
    ("raw", "plain"),
    [
        ("\x1b[2m5h limit:\x1b[22m 35%", "5h limit: 35%"),
        ("\x1b]0;title\x075h limit", "5h limit"),
        ("\x1b]8;;https://x\x1b\\link\x1b]8;;\x1b\\", "link"),
        ("a\x1b[5Cb", "a     b"),
        ("\x1b[3;1Hone\x1b[3;9Htwo", "one     two"),
        ("\x1b[3;1H6\x1b[0m\x1b[3;2H5%", "65%"),
        ("\x1b[3;9Hlate\x1b[3;1Hearly", "early   late"),
        ("one\x1b[4;1Htwo", "one\n\n\ntwo"),
        ("1\x08120%", "120%"),
        ("a\r\nb\rc", "a\nb\nc"),
        ("7\u202fam\u00a0x\ufeff", "7 am x"),
        ("cut \x1b[38;5", "cut "),
        ("^[[2mdim", "dim"),
        ("[1mbold[0m", "bold"),
    ],
)
def test_terminal_text(raw: str, plain: str) -> None:
    """Sequences go, moves place what follows, characters stay."""
    assert plain == cleaning.terminal_text(raw).lstrip("\n")


def test_quotes_and_markdown() -> None:
    """Mail quotes and Markdown marks are no part of a row."""
    text = "> > **5h limit:** `[██]` 35% used\n\n```"
    assert cleaning.lines_of(text) == ("5h limit: [██] 35% used", "", "")


def test_header_of_an_unboxed_panel_is_no_quote() -> None:
    """`>_` is the program's sign."""
    assert cleaning.lines_of("  >_ OpenAI Codex (v0.169.0)") == ("  >_ OpenAI Codex (v0.169.0)",)


@pytest.mark.parametrize("row", ["│  a  │", "|  a  |", "  a │", "│ a", "║ a ┃"])
def test_frame(row: str) -> None:
    """Box edges go at either end, in any style."""
    assert cleaning.without_frame(row) == "a"


def test_borders() -> None:
    """A border that was cut is still a border."""
    assert cleaning.opens_box("╭─────\ufffd")
    assert cleaning.closes_box("  ╰───")
    assert not cleaning.closes_box("╰ done")


PANEL = """\
│  Directory:            /home/ada/secret-client/app                                     │
│  Account:              ada.l@example.org (Pro)                                         │
│  Session:              0199aaaa-0000-7000-8000-00000000d3e0                            │
│  5h limit:             [█████████████░░░░░░░] 65% left (resets 10:09)                  │
Current session: 32% used · resets 10am (Europe/Berlin)
{"session_id":"abc-1","cwd":"/Users/ada/x","email":"a@b.c","used_percentage":32}
"""


@pytest.mark.parametrize(
    "secret", ["ada", "secret-client", "0199aaaa", "example.org", "abc-1", "a@b.c"]
)
def test_identity_is_redacted(secret: str) -> None:
    """No address, name, session or path of a person survives."""
    assert secret not in redact_pane(PANEL)


@pytest.mark.parametrize("kept", ["65% left (resets 10:09)", "(Pro)", "32% used", "10am (Europe"])
def test_figures_survive_redaction(kept: str) -> None:
    """Figures, reset times and the plan stay."""
    assert kept in redact_pane(PANEL)


def test_redaction_is_idempotent() -> None:
    """Redacting twice changes nothing more."""
    assert redact_pane(PANEL) == redact_pane(redact_pane(PANEL))


def test_excerpt_is_bounded() -> None:
    """A long text is cut with a mark."""
    assert len(excerpt("x" * 9000, limit=100)) <= 100
