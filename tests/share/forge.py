"""A forge for tests: the part of GitHub's interface that keeps comments, on a port here."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

BOT = {"login": "github-actions[bot]", "type": "Bot"}
STRANGER = {"login": "mallory", "type": "User"}
LIST = re.compile(r"/repos/[^/]+/[^/]+/issues/(\d+)/comments(?:\?(.*))?$")
ONE = re.compile(r"/repos/[^/]+/[^/]+/issues/comments/(\d+)$")


class Forge:
    """Comments of one pull request.

    `refuses` is a status that every write is answered with, `sends_to` another address that every
    look is sent to.
    """

    def __init__(self) -> None:
        self.comments: list[dict[str, Any]] = []
        self.asked: list[tuple[str, str]] = []
        self.tokens: set[str] = set()
        self.refuses = 0
        self.sends_to = ""
        self.api = ""

    def add(self, body: str, user: dict[str, str]) -> None:
        """A comment that somebody wrote."""
        self.comments.append({"id": len(self.comments) + 1, "user": user, "body": body})

    def page(self, query: str) -> tuple[list[dict[str, Any]], str]:
        """A page of comments, and the link to the next one."""
        told = dict(part.split("=") for part in query.split("&") if part)
        size, number = int(told.get("per_page", 30)), int(told.get("page", 1))
        found = self.comments[size * (number - 1) : size * number]
        more = len(self.comments) > size * number
        url = f"{self.api}/repos/o/r/issues/7/comments?per_page={size}&page={number + 1}"
        return found, f'<{url}>; rel="next"' if more else ""


def handler(forge: Forge) -> type[BaseHTTPRequestHandler]:
    """What answers requests."""

    class Answers(BaseHTTPRequestHandler):
        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name
            """Say nothing."""

        def answer(self, status: int, content: object, link: str = "") -> None:
            forge.asked.append((self.command, self.path))
            forge.tokens.add(self.headers.get("Authorization", ""))
            data = json.dumps(content).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(data)))
            if link:
                self.send_header("Link", link)
            self.end_headers()
            self.wfile.write(data)

        def do_GET(self) -> None:
            if forge.sends_to:
                forge.asked.append((self.command, self.path))
                self.send_response(302)
                self.send_header("Location", f"{forge.sends_to}{self.path}")
                self.send_header("Content-Length", "0")
                self.end_headers()
                return None
            match = LIST.search(self.path)
            if match is None:
                return self.answer(404, {})
            found, link = forge.page(match[2] or "")
            return self.answer(200, found, link)

        def written(self) -> str:
            size = int(self.headers["Content-Length"])
            return str(json.loads(self.rfile.read(size))["body"])

        def do_POST(self) -> None:
            body = self.written()
            if forge.refuses:
                return self.answer(forge.refuses, {"message": "Resource not accessible"})
            forge.add(body, BOT)
            return self.answer(201, forge.comments[-1])

        def do_PATCH(self) -> None:
            body, match = self.written(), ONE.search(self.path)
            if forge.refuses or match is None:
                return self.answer(forge.refuses or 404, {})
            forge.comments[int(match[1]) - 1]["body"] = body
            return self.answer(200, {})

    return Answers


@contextmanager
def running() -> Iterator[Forge]:
    """A forge that answers until the block ends."""
    forge = Forge()
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler(forge))
    forge.api = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield forge
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
