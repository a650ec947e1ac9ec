"""One block of `gitledger.yaml` written anew; every other line and comment stays as it was."""

import re
from collections.abc import Mapping
from typing import Any

from gitledger.errors import UsageError
from gitledger.ledger import layout
from gitledger.ledger.yamltext import load


def with_block(text: str, key: str, lines: str, content: Mapping[str, Any]) -> str:
    """The configuration with a block `key` of these lines, which hold `content`.

    Raises UsageError where the block is written in a way of its own, so that it came out otherwise.
    """
    block = f"{key}:\n{lines}" if content else f"{key}: {{}}\n"
    whole = text if text.endswith("\n") else f"{text}\n"
    there = re.compile(rf"^{key}:.*\n(?:[ \t]+.*\n)*", re.MULTILINE)
    made = there.sub(lambda _: block, whole, count=1) if there.search(whole) else whole + block
    written, problems = load(made, layout.CONFIG)
    if problems or written.get(key) != dict(content):
        hint = f"gitledger config show > FILE, edit `{key}`, gitledger config set FILE"
        raise UsageError(f"`{key}` in gitledger.yaml is written in a way of its own", hint)
    return made
