"""The shipped rules, as a plain mapping and as a value."""

from pathlib import Path

import pytest
from ruamel.yaml import YAML

from gitledger.decision.rules import digest, read_rules

SHIPPED = Path(__file__).resolve().parents[2] / "ledgers/defaults/rules.yaml"


@pytest.fixture
def content():
    """The shipped rule file as plain data, free to be spoiled."""
    return YAML(typ="safe").load(SHIPPED.read_text())


@pytest.fixture
def rules(content):
    """The shipped rules."""
    made, problems = read_rules(content, digest(SHIPPED.read_bytes()))
    assert problems == ()
    return made
