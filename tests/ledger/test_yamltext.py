"""YAML of other people: plain values or a problem with its place, in bounded time and memory."""

import time

import pytest

from gitledger.ledger.yamltext import MAX_BYTES, load

BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{b}: &{b} [{', '.join([f'*{a}'] * 9)}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (BOMB, "yaml-alias"),
        ("a: &x 1", "yaml-alias"),
        ("a: 1\nb: *x", "yaml-alias"),
        ("&x a: 1", "yaml-alias"),
        ("a: !!binary aGk=", "yaml-tag"),
        ("a: !x y", "yaml-tag"),
        ("%YAML 1.1\n---\na: 1:2\n", "yaml-tag"),
        ("a: " + "[" * 5000, "yaml-size"),
        ("a: [" + "1, " * 21000 + "]", "yaml-size"),
        ("a: '" + "x" * MAX_BYTES + "'", "yaml-size"),
        ("a: " + "9" * 5000, "yaml"),
        ("a: 99999999999999999999", "yaml"),
        ("a: .nan", "yaml"),
        ("a: 1e999", "yaml"),
        ("a: 2026-13-45", "yaml"),
        ("? [a]\n: 1", "yaml"),
        ("a: {true: 1}", "yaml"),
        ("a: \x00", "yaml"),
        ("- a", "yaml"),
        ("", "yaml"),
    ],
)
def test_refused(text: str, code: str) -> None:
    """What is no plain mapping is a problem that names the text, and nothing is built."""
    began = time.process_time()
    values, problems = load(text, "rules.yaml")
    assert ({}, [code]) == (values, [problem.code for problem in problems])
    assert problems[0].where.startswith("rules.yaml")
    assert time.process_time() - began < 10


def test_signs_of_aliases_in_words_are_words() -> None:
    """`&` and `*` inside words and quotes name nothing."""
    assert load("a: R&D\nb: '*x'\nc: 2*3\n", "x") == ({"a": "R&D", "b": "*x", "c": "2*3"}, ())


def test_values_are_what_the_compiled_form_holds() -> None:
    """Dates are their text and number keys are words, as in JSON."""
    assert load("a: 2026-11-29\nb: {1: x}\n", "x") == ({"a": "2026-11-29", "b": {"1": "x"}}, ())
