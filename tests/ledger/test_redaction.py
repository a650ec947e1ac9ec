"""What never reaches a ledger: found in words, left alone in work, the same for the same."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gitledger.ledger.redaction import command_line, identifier, kinds_in, label, redact

UUID = "3f9a0c1d-e2b4-4a67-8a2b-0123456789ab"
KEYS = [
    "sk-proj-" + "Ab3" * 12,
    "sk-ant-api03-" + "a1-" * 10,
    "ghp_" + "a1B2" * 9,
    "github_pat_11A" + "b2_" * 12,
    "xoxb-1234-5678-abcdEF",
    "AKIA" + "ABCD" * 4,
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl",
    "0123456789abcdef" * 2 + ".AbCdEfGhIjKlMnOp",
]
FRAMES = ["{}", "the key is {}.", "({})", '"{}"', "a,{},b", "x={} y", "TOKEN:{}", "\n{}\n"]


@pytest.mark.parametrize("frame", FRAMES)
@pytest.mark.parametrize("key", KEYS)
def test_a_key_goes_wherever_it_stands(key: str, frame: str) -> None:
    """Whatever surrounds it, nothing of the key is left, in text and as a pseudonym."""
    for clean in (redact(frame.format(key)), label(frame.format(key))):
        assert key[8:16] not in clean
        assert redact(clean) == clean


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("Authorization: Bearer abcdef12", "Authorization: Bearer <secret>"),
        ("OPENAI_API_KEY=hunter2 pytest", "OPENAI_API_KEY=<secret> pytest"),
        ("password='two words' -q", "password=<secret> -q"),
        ('{"password": "two words", "n": 1}', '{"password": <secret>, "n": 1}'),
        ("psql --password hunter2 -q", "psql --password <secret> -q"),
        ("https://me:hunter2@host/x", "https://me:<secret>@host/x"),
        ("mail ada@example.org now", "mail <account> now"),
        (f"resume {UUID}", "resume <session>"),
        ("see /home/ada/x.log", "see <path>"),
        (r"see C:\Users\ada\x", "see <path>"),
        ("cat ~/.netrc", "cat <path>"),
        ("-----BEGIN PRIVATE KEY-----\nMII\n-----END PRIVATE KEY-----\nend", "<secret>\nend"),
    ],
)
def test_finds_and_what_stays_around_them(text: str, clean: str) -> None:
    """The field, the scheme and the other words stay."""
    assert (clean, clean) == (redact(text), redact(redact(text)))


@pytest.mark.parametrize(
    "text",
    [
        *("W0-19", "codex", "tokens=500000", "max_token: 4096", "numpy@1.26", "monkey=1"),
        *("sk-learn-upgrade", "task-list-of-things", "https://example.org/home/x", "a/home/b"),
        *("3f9a0c1de2b45a67", "2026-11-23T13:42:26.123456Z", "the key: value", "Bearer of news"),
    ],
)
def test_words_of_work_stay(text: str) -> None:
    """What only looks a little like a find is left alone."""
    assert (text, ()) == (redact(text), kinds_in(text))


def test_pseudonyms_keep_apart_and_meet() -> None:
    """Two addresses stay two, one stays one, and a pseudonym is a pseudonym of itself."""
    ada, bob = label("ada@example.org"), label("bob@example.org")
    assert ada != bob
    assert (ada, label(ada)) == (label("ada@example.org"), ada)
    assert identifier(UUID) == identifier(identifier(UUID)) != identifier(UUID[:-1] + "c")
    assert identifier(UUID).startswith("s-")
    assert identifier("R1") == "R1"


def test_command_line() -> None:
    """A value with blanks and the word behind an option go whole."""
    words = ["env", "API_KEY=a b c", "tool", "--token", "t p", "-u", "me:pw", "-q"]
    said = "env API_KEY=<secret> tool --token <secret> -u <secret> -q"
    assert said == command_line(words)


@given(st.text(alphabet="sk-eyJ.@/~=: \n'\"abAB01_", max_size=200))
def test_once_is_enough(text: str) -> None:
    """Redacting again finds nothing more to replace, whatever the text."""
    once = redact(text)
    assert redact(once) == once


@settings(max_examples=30)
@given(st.text(alphabet="@.-a/~=:k\"'", min_size=1, max_size=12))
def test_time_grows_with_the_text(part: str) -> None:
    """No text of 30 KB takes a second: patterns do not run back and forth."""
    began = time.process_time()
    redact("key token -- :// eyJ sk- " + part * (30_000 // len(part)))
    assert time.process_time() - began < 1
