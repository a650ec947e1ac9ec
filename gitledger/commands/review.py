"""`review`: what CI runs for a pull request: the gate, the difference, its summary and comment.

Two steps, so that the summary stands when the gate is red: `review --out DIR` judges and writes
files, `review --publish DIR` hands them to the forge. The event is read from the forge's file.
"""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from gitledger.book.book import branch_name
from gitledger.book.tips import head_tip, named_tip
from gitledger.book.world import World
from gitledger.commands.result import Result, lines
from gitledger.errors import (
    EXIT_NO,
    EXIT_YES,
    GitledgerError,
    HistoryIncomplete,
    UnknownRevision,
    UnreadableInput,
)
from gitledger.git.branch.tip import Tip, tip_at
from gitledger.git.code.revision import holds_commit, resolve_commit
from gitledger.git.files import replace_file
from gitledger.git.objects import run_git
from gitledger.git.proof.witness import remote_tips
from gitledger.git.repository import Repository, open_repository
from gitledger.share.check import gate_answer, move_judged
from gitledger.share.comments import BOT, Comment, NotPosted, marker, own_comment
from gitledger.share.comparison import Compared, commits_between, differs
from gitledger.share.event import RunEvent, event_of
from gitledger.share.post import ANSWER, COMMENT, SUMMARY, annotation, place_of, post_answer

SCHEMA = "gitledger.review/1"
STOPS = {"NO-GO", "INVALID"}
DEEP = "fetch-depth: 0 of actions/checkout, or git fetch --unshallow origin"


@dataclass(frozen=True, slots=True)
class ReviewRequest:
    """What a review is asked for: where its gate stands, whether it comments, ends by name."""

    gate: str = "integrity"
    comment: str = "auto"
    base: str = ""
    head: str = ""
    bot: str = BOT


def review(world: World, asked: ReviewRequest, *, out: str = "") -> Result:
    """Judge the event and write summary and comment into `out`; exit 0, 1 by the gate, 3."""
    repository = open_repository(world.directory, world.environment)
    branch = branch_name(world, repository)
    event = read_event(world, asked, branch)
    payload = _about(world, asked, event, branch)
    try:
        payload |= review_difference(repository, world, asked, event, branch=branch)
        code = EXIT_YES if payload["passed"] else EXIT_NO
    except GitledgerError as error:
        payload |= {"passed": False, "problem": error.what, "hint": error.hint}
        code = error.exit_code
    if out:
        _write(world.directory / out, payload)
    return Result(SCHEMA, payload, lines(*_log(world, payload)), exit_code=code)


def _about(world: World, asked: ReviewRequest, event: RunEvent, branch: str) -> dict[str, Any]:
    """What the review is of."""
    return {
        "event": event.kind,
        "kind": "ledger" if event.of_ledger(branch) else "code",
        "branch": branch,
        "number": event.number,
        "own": event.own,
        "gate": asked.gate,
        "comment": asked.comment,
        "bot": asked.bot,
        "checked_at": f"{world.now:%H:%MZ}",
    }


def read_event(world: World, asked: ReviewRequest, branch: str) -> RunEvent:
    """The event of the forge's file, the ends that were named in place of its own.

    Raises UnreadableInput for a file that holds no event.
    """
    file = world.environment.get("GITHUB_EVENT_PATH", "")
    if not file:
        return RunEvent("local", base_ref=branch, base=asked.base, head=asked.head)
    try:
        content = json.loads(Path(file).read_bytes())
    except (OSError, ValueError) as error:
        raise UnreadableInput(
            f"the event cannot be read: {error}", "see GITHUB_EVENT_PATH"
        ) from None
    name = world.environment.get("GITHUB_EVENT_NAME", "")
    found = content if isinstance(content, Mapping) else {}
    event = event_of(name, found, world.environment.get("GITHUB_REPOSITORY", ""))
    return replace(event, base=asked.base or event.base, head=asked.head or event.head)


def review_difference(
    repository: Repository, world: World, asked: ReviewRequest, event: RunEvent, *, branch: str
) -> dict[str, Any]:
    """The gate's answer and the difference. Raises HistoryIncomplete, UnknownRevision."""
    if event.of_ledger(branch):
        return _of_ledger(repository, asked, event, branch)
    return _of_code(repository, world, asked, event, branch=branch)


def _of_ledger(
    repository: Repository, asked: ReviewRequest, event: RunEvent, branch: str
) -> dict[str, Any]:
    """A pull request into a ledger: may its rows join, and what do they change."""
    base = named_tip(repository, event.base, branch) if event.base else Tip(repository, None, None)
    head = head_tip(repository, event.head, branch)
    done = move_judged(repository, base, head, branch)
    check = gate_answer(base, head, done, strict=asked.gate == "findings")
    found = differs(Compared(base, head), done)
    changes = bool(check["added"] or found["texts"] or found["gone"] or check["findings"])
    told = {"range": _range(base, head), "commits_of": None, **found} if changes else None
    passed = asked.gate == "none" or (check["passed"] and not _stopped(asked, found))
    return {"passed": passed, "check": check, "diff": told, **_compared(base, head)}


def _of_code(
    repository: Repository, world: World, asked: ReviewRequest, event: RunEvent, *, branch: str
) -> dict[str, Any]:
    """A pull request of code: the windows that hold its commits, since the last comment."""
    head = _ledger_now(repository, branch)
    if not (event.base and event.head):
        return {"passed": True, "check": None, "diff": None, **_compared(head, head)}
    commits = _commits(repository, event)
    known = _last_comment(world, asked, event, branch)
    base = _ledger_then(repository, event, head, known)
    done = move_judged(repository, base, head, branch)
    found = differs(Compared(base, head), done, commits=commits)
    span = f"{event.base[:7]}..{event.head[:7]}"
    told = {"range": _range(base, head), "commits_of": span, **found}
    serious = [f for f in found["findings"]["new"] if f["severity"] != "note"]
    red = not found["integrity"]["intact"] or _stopped(asked, found)
    red = red or (asked.gate == "findings" and bool(serious))
    passed = asked.gate == "none" or not red
    shown = told if found["windows"] or not found["integrity"]["intact"] else None
    return {"passed": passed, "check": None, "diff": shown, **_compared(base, head)}


def _stopped(asked: ReviewRequest, found: Mapping[str, Any]) -> bool:
    """Whether a card of a touched window says no, where the gate asks for cards."""
    return asked.gate == "card" and not STOPS.isdisjoint(found["verdicts"]["counts"])


def _range(base: Tip, head: Tip) -> str:
    return "...".join((tip.commit or b"").hex()[:12] for tip in (base, head))


def _compared(base: Tip, head: Tip) -> dict[str, str]:
    """The ledger's commits that are compared, as the comment keeps them."""
    zero = b"\0" * 20
    return {"base": (base.commit or zero).hex(), "head": (head.commit or zero).hex()}


def _ledger_now(repository: Repository, branch: str) -> Tip:
    """The ledger as the remote has it, else as this clone has it."""
    remotes = remote_tips(repository, branch)
    return tip_at(repository, remotes[0].tip) if remotes else head_tip(repository, "", branch)


def _commits(repository: Repository, event: RunEvent) -> frozenset[str]:
    """The commits of a pull request. Raises HistoryIncomplete where they were not fetched."""
    try:
        base, head = (resolve_commit(repository, name) for name in (event.base, event.head))
    except UnknownRevision:  # a job fetches one commit unless it is told otherwise
        what = "the commits of this pull request were not fetched"
        raise HistoryIncomplete(what, DEEP) from None
    return commits_between(repository, f"{base}..{head}")


def _ledger_then(repository: Repository, event: RunEvent, now: Tip, known: Comment | None) -> Tip:
    """The ledger that is compared with: that of the last comment, else of when the branch parted.

    Where nothing came since the last comment its own base stays, so that it says what it said.
    """
    tip = (now.commit or b"").hex()
    then = "" if known is None else known.base if known.head == tip else known.head
    if then and holds_commit(repository, then):
        return tip_at(repository, bytes.fromhex(then))
    parted = _told(repository, "merge-base", event.base, event.head) or event.base
    when = _told(repository, "show", "-s", "--format=%ct", parted)
    words = ("rev-list", "-1", "--first-parent", f"--before={when}", tip)
    found = _told(repository, *words) or _told(repository, "rev-list", "--max-parents=0", tip)
    return tip_at(repository, bytes.fromhex(found.split()[-1]))


def _told(repository: Repository, *words: str) -> str:
    """What git prints, "" where it refuses."""
    done = run_git(repository, words)
    return done.stdout.decode("ascii", "replace").strip() if done.returncode == 0 else ""


def _last_comment(
    world: World, asked: ReviewRequest, event: RunEvent, branch: str
) -> Comment | None:
    """Our comment there; None where there is none, or none can be looked for."""
    place = place_of(world, _about(world, asked, event, branch))
    try:
        return own_comment(place, branch) if place else None
    except NotPosted as error:
        world.say(f"note: the last comment was not read: {error}")
        return None


def _write(folder: Path, payload: Mapping[str, Any]) -> None:
    """The files of a review. Raises OSError."""
    from gitledger.report.review_markdown import (  # noqa: PLC0415
        comment_markdown,
        summary_markdown,
    )

    folder.mkdir(parents=True, exist_ok=True)
    zero = "0" * 40
    ends = (str(payload.get("base", zero)), str(payload.get("head", zero)))
    head = marker(str(payload["branch"]), *ends)
    replace_file(folder / COMMENT, comment_markdown(payload, head).encode())
    replace_file(folder / SUMMARY, summary_markdown(payload).encode())
    replace_file(folder / ANSWER, Result(SCHEMA, payload, lines()).json().encode())


def _log(world: World, payload: Mapping[str, Any]) -> list[str]:
    """The review for the job's log, where no text of a row may become a command of the runner."""
    from gitledger.report.review_markdown import (  # noqa: PLC0415
        comment_markdown,
        summary_markdown,
    )

    text = summary_markdown(payload) if payload.get("problem") else comment_markdown(payload, "")
    text = text.rstrip("\n")
    if world.environment.get("GITHUB_ACTIONS") != "true":
        return [text]
    pause = os.urandom(16).hex()  # a text that knew it could end it and give the runner commands
    told = payload.get("problem") or ("the rows may join" if payload["passed"] else "see below")
    level = "notice" if payload["passed"] else "error"
    return [f"::stop-commands::{pause}", text, f"::{pause}::", annotation(level, str(told))]


def publish(world: World, folder: str) -> Result:
    """Hand a review's files to the forge: the job's summary, and the comment where one may be.

    Exit 0 whatever the forge says: the gate has spoken in its own step.
    """
    told = post_answer(world, world.directory / folder)
    return Result(SCHEMA, {"published": told}, lines(*told))
