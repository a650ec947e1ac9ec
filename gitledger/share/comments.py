"""The one comment that a review keeps on a pull request, by the REST interface of GitHub.

A comment is ours when it begins with our marker and the job's own bot wrote it: a stranger can
write the marker as well. Touches the network; a refusal is told and makes no run fail.
"""

import json
import re
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

BOT = "github-actions[bot]"
PAGE = 100  # the most that GitHub lists at once
MOST_PAGES = 100  # a list that never ends must not hold a runner
SECONDS = 20.0  # to wait for one answer
TRIES = 3  # where the server or the connection failed, which may pass
_NEXT = re.compile(r'<([^<>]+)>;\s*rel="next"')
_TIP = re.compile(r"<!-- gitledger:seen base=([0-9a-f]{40}) head=([0-9a-f]{40}) -->")


class NotPosted(Exception):
    """The forge refused or did not answer; the message says which."""


@dataclass(frozen=True, slots=True)
class CommentPlace:
    """Where comments of a pull request stand: the interface's address, a token, the bot's name."""

    api: str
    token: str
    repository: str
    number: int
    bot: str = BOT


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment of ours: its id, and the ledger's commits that it compared ("" where unsaid)."""

    id: int
    base: str
    head: str


def marker(branch: str, base: str, head: str) -> str:
    """The lines that a comment of ours begins with; nobody sees them."""
    return f"{_mark(branch)}\n<!-- gitledger:seen base={base} head={head} -->\n"


def _mark(branch: str) -> str:
    return f"<!-- gitledger:diff {branch} -->"


def own_comment(place: CommentPlace, branch: str) -> Comment | None:
    """Our comment on the pull request, looked for on every page. Raises NotPosted."""
    for entry in _comments(place):
        user = entry.get("user")
        body = entry.get("body")
        who = user if isinstance(user, Mapping) else {}
        if (who.get("login"), who.get("type")) != (place.bot, "Bot") or not isinstance(body, str):
            continue
        if body.startswith(_mark(branch)) and isinstance(entry.get("id"), int):
            # in what we wrote at its head, not in what somebody quoted below
            seen = _TIP.search(body[:400])
            return Comment(entry["id"], *(seen.groups() if seen else ("", "")))
    return None


def write_comment(place: CommentPlace, body: str, comment: Comment | None) -> None:
    """Put a text into our comment, or into a new one. Raises NotPosted."""
    issues = f"{place.api}/repos/{place.repository}/issues"
    if comment is None:
        _asked(place, f"{issues}/{place.number}/comments", "POST", {"body": body})
    else:
        _asked(place, f"{issues}/comments/{comment.id}", "PATCH", {"body": body})


def _comments(place: CommentPlace) -> Iterator[Mapping[str, Any]]:
    """Every comment of the pull request, page by page; only pages of the same host are followed."""
    issues = f"{place.api}/repos/{place.repository}/issues"
    url = f"{issues}/{place.number}/comments?per_page={PAGE}"
    for _ in range(MOST_PAGES):
        entries, links = _asked(place, url, "GET")
        yield from (entry for entry in entries if isinstance(entry, Mapping))
        following = _NEXT.search(links)
        if following is None:
            return
        url = following[1]
        if urlsplit(url)[:2] != urlsplit(place.api)[:2]:
            raise NotPosted("the forge sent us to another host")


def _asked(
    place: CommentPlace, url: str, method: str, content: Mapping[str, Any] | None = None
) -> tuple[Sequence[Any], str]:
    """The JSON list of an answer, and its links; a fault that may pass is tried again."""
    data = json.dumps(content).encode() if content is not None else None
    headers = {"Accept": "application/vnd.github+json", "X-GitHub-Api-Version": "2022-11-28",
               "User-Agent": "gitledger"}  # fmt: skip
    if not url.startswith(("https://", "http://")):
        raise NotPosted("the interface's address is not a web address")
    for attempt in range(TRIES):
        request = Request(url, data=data, headers=headers, method=method)  # noqa: S310 - seen above
        # a redirect takes the other headers along, and could lead to any host
        request.add_unredirected_header("Authorization", f"Bearer {place.token}")
        try:
            with urlopen(request, timeout=SECONDS) as answer:  # noqa: S310 - as above
                if urlsplit(answer.geturl())[:2] != urlsplit(place.api)[:2]:
                    raise NotPosted("the forge sent us to another host")
                told = json.loads(answer.read() or b"null")
                links = answer.headers.get("Link") or ""
                return (told if isinstance(told, list) else []), links
        except HTTPError as error:  # 4xx is an answer and stays one; 5xx may pass
            if error.code < 500 or attempt == TRIES - 1:
                raise NotPosted(f"{method} of the comment was answered {error.code}") from None
        except (URLError, OSError, ValueError) as error:
            if attempt == TRIES - 1:
                raise NotPosted(f"{method} of the comment failed: {error}") from None
        time.sleep(0.5 * (attempt + 1))
    raise NotPosted("no answer")
