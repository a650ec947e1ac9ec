"""A line with a delay, in front of git's own daemon: what a remote far away is like.

Every byte, either way, arrives so much later than it was sent, a connection's first as well; how
much goes at once is not limited.
"""

import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from queue import SimpleQueue

AT_ONCE = 1 << 16
Parcel = tuple[float, bytes]


@contextmanager
def far_away(folder: Path, delay: float) -> Iterator[str]:
    """The address of a folder of bare repositories that is `delay` seconds away, each way."""
    port = _free_port()
    words = ["git", "daemon", "--reuseaddr", "--export-all", "--enable=receive-pack"]
    words += ["--listen=127.0.0.1", f"--port={port}", f"--base-path={folder}", str(folder)]
    quiet = subprocess.DEVNULL
    with subprocess.Popen(words, stdout=quiet, stderr=quiet) as daemon:
        try:
            _await(port)
            with socket.create_server(("127.0.0.1", 0)) as listening:
                line = threading.Thread(target=_serve, args=(listening, port, delay), daemon=True)
                line.start()
                yield f"git://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            daemon.terminate()


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def _await(port: int) -> None:
    """Wait until somebody listens. Raises OSError where nobody does for ten seconds."""
    until = time.monotonic() + 10
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.02)
        else:
            return


def _serve(listening: socket.socket, port: int, delay: float) -> None:
    with suppress(OSError):
        while True:
            client, _ = listening.accept()
            server = socket.create_connection(("127.0.0.1", port))
            begun = time.monotonic() + 2 * delay  # a handshake goes there and back
            for source, goal in ((client, server), (server, client)):
                _carry(source, goal, begun, delay)


def _carry(source: socket.socket, goal: socket.socket, begun: float, delay: float) -> None:
    """Bring bytes over in their order, each after its delay; b"" is the end."""
    parcels: SimpleQueue[Parcel] = SimpleQueue()

    def take() -> None:
        data = b"-"
        while data:
            try:
                data = source.recv(AT_ONCE)
            except OSError:
                data = b""
            parcels.put((max(time.monotonic(), begun) + delay, data))

    def bring() -> None:
        with suppress(OSError):
            while True:
                due, data = parcels.get()
                time.sleep(max(0.0, due - time.monotonic()))
                if not data:
                    goal.shutdown(socket.SHUT_WR)
                    return
                goal.sendall(data)

    for work in (take, bring):
        threading.Thread(target=work, daemon=True).start()
