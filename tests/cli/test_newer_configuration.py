"""Two versions on one ledger: what only one of them knows of its configuration is a note."""

import re
from pathlib import Path

import pytest
from ground import git, gitledger

from gitledger.book.automatic import DEFAULTS, triggers
from gitledger.book.feature_count import feature_rules
from gitledger.ledger.yamltext import load
from gitledger.windows.features import DEFAULT_RULES

NEWER = """
features: [oracle, trailers]
automatic:
  window-end: [catch-up, teleport]
  at-noon: [nap]
from_the_future: {a: 1}
"""
ODD = """
features: {oracle: 3}
evidence: {command: pytest}
methodology: [tests-first, pairs]
automatic:
  window-end: {then: catch-up}
  at-noon: 3
"""
OWN = re.compile(
    r"^(?:features|evidence|methodology|automatic|from_the_future):.*\n(?:  .*\n)*", re.MULTILINE
)
OF_0_1_0 = {
    *("gitledger", "created", "providers", "accounts", "capacity", "thresholds", "plans"),
    *("overage", "exclude", "signatures", "loosening"),
}
VERBS = (
    *("status", "catch-up", "catch-up --dry-run", "news", "preview", "audit", "plan"),
    *("card W1", "complete -w W1 --dry-run", "complete -w W1 --features codex=1 --outcome pass"),
    *("doctor", "hooks run", "config show", "feature list"),
)


def write(directory: Path, text: str) -> None:
    """Commit a configuration as another version's `config set` would."""
    index = {"GIT_INDEX_FILE": str(directory / ".git/other")}
    git(directory, "read-tree", "gitledger/main", **index)
    blob = git(directory, "hash-object", "-w", "--stdin", stdin=text).strip()
    git(directory, "update-index", "--cacheinfo", f"100644,{blob},gitledger.yaml", **index)
    tree = git(directory, "write-tree", **index).strip()
    made = git(directory, "commit-tree", tree, "-p", "gitledger/main", "-m", "config: x").strip()
    git(directory, "update-ref", "refs/heads/gitledger/main", made)


@pytest.fixture
def shown(ledger_dir: Path) -> str:
    """The configuration without what hands-free work added; a window has ended."""
    for phase, used in (("before", 10), ("after", 14)):
        words = ("-w", "W1", "--phase", phase, "--set", f"weekly={used}")
        assert gitledger(ledger_dir, "override", "codex", *words).code == 0
    return OWN.sub("", gitledger(ledger_dir, "config", "show").out)


@pytest.mark.parametrize("more", [NEWER, ODD], ids=["words", "shapes"])
def test_a_newer_configuration_refuses_nothing(ledger_dir: Path, shown: str, more: str) -> None:
    """Every verb answers as it would without what is not known here."""
    write(ledger_dir, shown + more)
    for verb in VERBS:
        answer = gitledger(ledger_dir, *verb.split())
        assert answer.code in {0, 1, 4}, (verb, answer.err)
        assert answer.out, verb


def test_it_is_a_note(ledger_dir: Path, shown: str) -> None:
    """`verify` names each, finds the branch intact; what is known counts."""
    write(ledger_dir, shown + NEWER)
    told = gitledger(ledger_dir, "verify", "--json").json
    notes = " ".join(one["what"] for one in told["notes"] if one["code"] == "config-newer")
    assert told["intact"]
    for name in ("from_the_future", "at-noon", "'teleport'", "'oracle'"):
        assert name in notes
    values = load(shown + NEWER, "x")[0]
    assert triggers(values) == {"window-end": ("catch-up",)}
    assert feature_rules(values) == ("trailers",)


def test_an_older_configuration_has_the_defaults(ledger_dir: Path, shown: str) -> None:
    """What it does not say is as it is shipped, and nothing is wrong with it."""
    write(ledger_dir, shown)
    values = load(shown, "x")[0]
    assert (triggers(values), feature_rules(values)) == (DEFAULTS, DEFAULT_RULES)
    assert gitledger(ledger_dir, "verify", "--json").json["findings"] == []
    assert gitledger(ledger_dir, "catch-up").code == 0
    assert gitledger(ledger_dir, "config", "set", "-", stdin=shown).code == 0


def test_what_init_writes_is_known_to_the_last_release(ledger_dir: Path) -> None:
    """0.1.0 calls a name broken that it does not know: newer ones are shipped unlisted."""
    written = gitledger(ledger_dir, "config", "show").out
    assert {*load(written, "x")[0]} <= OF_0_1_0
