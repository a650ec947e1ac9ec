"""What a review left in its folder, handed to the forge: the job's summary, the one comment."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from gitledger.book.world import World
from gitledger.share.comments import CommentPlace, NotPosted, own_comment, write_comment
from gitledger.share.event import PULL

ANSWER, COMMENT, SUMMARY = "review.json", "comment.md", "summary.md"
UNFINISHED = {"problem": "the review did not finish", "hint": "see the log of its step"}


def place_of(world: World, event: Mapping[str, Any]) -> CommentPlace | None:
    """Where a comment may be written: an own pull request, with a token at hand."""
    told = world.environment
    token, api = told.get("GITHUB_TOKEN", ""), told.get("GITHUB_API_URL", "")
    wanted = event["comment"] == "auto" and event["event"] == PULL
    if not (wanted and event["number"] and event["own"] and token and api):
        return None
    return CommentPlace(
        api, token, told.get("GITHUB_REPOSITORY", ""), event["number"], event["bot"]
    )


def post_answer(world: World, place: Path) -> list[str]:
    """Hand what a folder holds to the forge; what was done, a line each."""
    payload = _kept(place)
    notes = [_summary(world, place, payload)]
    if payload is not None and not payload.get("problem"):
        notes.append(_comment(world, place, payload))
    return notes


def _kept(place: Path) -> dict[str, Any] | None:
    """The answer that the review left, None where it did not finish."""
    try:
        found = json.loads((place / ANSWER).read_bytes())
    except (OSError, ValueError):  # a review that was killed leaves none, or half of one
        return None
    return found if isinstance(found, dict) else None


def _summary(world: World, place: Path, payload: Mapping[str, Any] | None) -> str:
    from gitledger.report.review_markdown import summary_markdown  # noqa: PLC0415

    file = world.environment.get("GITHUB_STEP_SUMMARY", "")
    if not file:
        return "no summary: GITHUB_STEP_SUMMARY names no file"
    text = summary_markdown(UNFINISHED)
    if payload is not None:
        text = (place / SUMMARY).read_text(encoding="utf-8")
    with Path(file).open("a", encoding="utf-8") as out:
        out.write(text)
    return "summary written"


def _comment(world: World, folder: Path, payload: Mapping[str, Any]) -> str:
    """Write the comment from its file; a first run with nothing new posts none."""
    place, branch = place_of(world, payload), str(payload["branch"])
    if place is None:
        return "no comment: not asked for, or not a pull request of this repository"
    try:
        known = own_comment(place, branch)
        if known is None and payload["diff"] is None:
            return "no comment: nothing new"
        write_comment(place, (folder / COMMENT).read_text(encoding="utf-8"), known)
    except NotPosted as error:  # a fork's token may not comment: the verdict stands in the log
        return annotation("warning", f"the comment was not written: {error}")
    return "comment written"


def annotation(level: str, text: str) -> str:
    """A line that the runner shows beside the job; its text can be no other command."""
    # a runner reads % and line ends as its own; % first, or it is doubled
    safe = text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    return f"::{level} title=gitledger::{safe}"
