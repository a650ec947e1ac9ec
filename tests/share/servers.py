"""Servers for tests: git's own daemon, lighttpd with git-http-backend, a proxy that cuts lines."""

import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from ground import git

LIGHTTPD = """server.document-root = "{root}"
server.bind = "127.0.0.1"
server.port = {port}
server.modules = ("mod_alias", "mod_cgi", "mod_setenv")
server.errorlog = "{root}/errors"
alias.url += ("/git/" => "{backend}/")
$HTTP["url"] =~ "^/git/" {{
  cgi.assign = ("" => "")
  setenv.add-environment = ("GIT_PROJECT_ROOT" => "{root}", "GIT_HTTP_EXPORT_ALL" => "1")
}}
"""


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def awaited(port: int) -> None:
    """Wait until somebody listens."""
    until = time.monotonic() + 20
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            assert time.monotonic() < until, f"nobody listens on {port}"
            threading.Event().wait(0.02)
        else:
            return


@contextmanager
def daemon(server: Path) -> Iterator[int]:
    """`git daemon` over the folder of a bare repository, which takes pushes; its port."""
    port = free_port()
    words = ["git", "daemon", "--reuseaddr", "--export-all", "--enable=receive-pack"]
    words += ["--listen=127.0.0.1", f"--port={port}", f"--base-path={server.parent}"]
    with _running([*words, str(server.parent)]):
        awaited(port)
        yield port


@contextmanager
def web(server: Path) -> Iterator[int]:
    """lighttpd with git-http-backend over the folder of a bare repository; its port."""
    program = shutil.which("lighttpd", path="/usr/sbin:/usr/bin:/sbin:/bin")
    assert program is not None
    git(server, "config", "http.receivepack", "true")
    port, root = free_port(), server.parent
    backend = Path(git(server, "--exec-path").strip()) / "git-http-backend"
    config = root / "lighttpd.conf"
    config.write_text(LIGHTTPD.format(root=root, port=port, backend=backend))
    with _running([program, "-D", "-f", str(config)]):
        awaited(port)
        yield port


@contextmanager
def _running(words: list[str]) -> Iterator[None]:
    quiet = subprocess.DEVNULL
    with subprocess.Popen(words, stdout=quiet, stderr=quiet, start_new_session=True) as running:
        try:
            yield
        finally:
            running.terminate()


@dataclass
class Proxy:
    """A line to a port that breaks: after so many bytes to the server, or from it, a connection.

    Each pair of `limits` is for one connection, in their order; later ones are whole.
    """

    target: int
    limits: list[tuple[int | None, int | None]] = field(default_factory=list)
    port: int = 0

    @contextmanager
    def open(self) -> Iterator[int]:
        """Listen; the port. In the end every connection is closed."""
        lines: list[threading.Thread] = []
        with socket.create_server(("127.0.0.1", 0)) as listening:
            self.port = int(listening.getsockname()[1])
            serving = threading.Thread(target=self._serve, args=(listening, lines))
            serving.start()
            try:
                yield self.port
            finally:
                listening.shutdown(socket.SHUT_RDWR)
                serving.join()
                for line in lines:
                    line.join(timeout=20)

    def _serve(self, listening: socket.socket, lines: list[threading.Thread]) -> None:
        while True:
            try:
                client, _ = listening.accept()
            except OSError:
                return
            limits = self.limits.pop(0) if self.limits else (None, None)
            lines.append(threading.Thread(target=self._line, args=(client, limits), daemon=True))
            lines[-1].start()

    def _line(self, client: socket.socket, limits: tuple[int | None, int | None]) -> None:
        """One connection, both ways, until it ends or breaks."""
        with client, socket.create_connection(("127.0.0.1", self.target)) as server:
            ways = ((client, server, limits[0]), (server, client, limits[1]))
            copying = [threading.Thread(target=_copied, args=way, daemon=True) for way in ways]
            for one in copying:
                one.start()
            for one in copying:
                one.join()


def _copied(source: socket.socket, goal: socket.socket, limit: int | None) -> None:
    """Carry bytes over until the end, or until the limit, where both ends break."""
    left = limit
    with suppress(OSError):
        while left is None or left > 0:
            data = source.recv(65536 if left is None else min(65536, left))
            if not data:
                goal.shutdown(socket.SHUT_WR)
                return
            goal.sendall(data)
            left = None if left is None else left - len(data)
    for end in (source, goal):
        with suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)
