"""What a person asks of a lake, and the figures made of the answer: what its verbs tell."""

import re
from pathlib import Path
from typing import Any, NamedTuple

from gitledger.book.world import TOOL, World
from gitledger.decision.fleet import arm_payload, arms_of, pairs_of, rule_on
from gitledger.errors import UsageError
from gitledger.fleet.ask import LakeAnswer, ask
from gitledger.fleet.engine import DUCKDB
from gitledger.fleet.question import FIRST, LAST, METHODOLOGY, LakeQuestion, group_of
from gitledger.measure.terms import SHIPPED

DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})")


class Asked(NamedTuple):
    """What a person asks of a lake; empty is everything, by DuckDB."""

    lake: str
    engine: str = DUCKDB
    master: str = ""
    by: str = ""
    since: str = ""
    until: str = ""

    @property
    def question(self) -> LakeQuestion:
        """The same in days. Raises UsageError."""
        since, until = day(self.since, FIRST), day(self.until, LAST + 1)
        return LakeQuestion(self.by, since, until - 1)


def day(text: str, otherwise: int) -> int:
    """2026-11-29 as 20261129. Raises UsageError for anything else."""
    found = DAY.fullmatch(text)
    if not text:
        return otherwise
    if found is None:
        raise UsageError(f"{text!r} is not a day", "write it as 2026-11-29")
    return int("".join(found.groups()))


def answer_with_figures(world: World, asked: Asked) -> tuple[LakeAnswer, dict[str, Any]]:
    """What a lake says, with the figures made of it."""
    lake = (
        asked.lake if "://" in asked.lake else str(world.directory / Path(asked.lake).expanduser())
    )
    told = ask(lake, asked.question, engine=asked.engine, master=asked.master)
    left = [
        (
            str(r["provider"]),
            group_of(asked.question, r["part"]),
            str(r["rule"] or ""),
            str(r["why"]),
            int(str(r["windows"])),
        )
        for r in told.left_out
    ]
    arms = arms_of(told.parts, left)
    compared = arms if asked.by in {"", METHODOLOGY} else ()
    by_name = {arm.name: arm for arm in arms}
    payload = {
        "lake": asked.lake,
        "engine": asked.engine,
        "by": asked.by or None,
        "since": asked.since or None,
        "until": asked.until or None,
        "repositories": len({part.repo for part in told.parts}),
        "windows": sum(part.windows for part in told.parts),
        "not_collected": len(told.failed),
        "arms": [arm_payload(arm, SHIPPED, told.name, told.terms) for arm in arms],
        "comparisons": [
            rule_on(one, by_name, SHIPPED, told.name) for one in pairs_of(compared, SHIPPED)
        ],
        "digest": told.digest,
        "tool": TOOL,
    }
    return told, payload
