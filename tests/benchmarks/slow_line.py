"""A line with a delay, in front of git's own daemon: what a remote far away is like.

Every byte, either way, arrives so much later than it was sent, a connection's first as well; how
much goes at once is not limited.
"""

import socket
import subprocess
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from queue import SimpleQueue

AT_ONCE = 1 << 16
Parcel = tuple[float, bytes]


@contextmanager
def far_away(folder: Path, delay: float) -> Iterator[str]:
    """The address of a folder of bare repositories that is `delay` seconds away, each way."""
    words = ["git", "daemon", "--inetd", "--export-all", "--enable=receive-pack"]
    words += [f"--base-path={folder}", str(folder)]
    with socket.create_server(("127.0.0.1", 0)) as listening:
        line = threading.Thread(target=_serve, args=(listening, words, delay), daemon=True)
        line.start()
        yield f"git://127.0.0.1:{listening.getsockname()[1]}"


def _serve(listening: socket.socket, words: Sequence[str], delay: float) -> None:
    """A daemon for each connection, as inetd starts it; one that listens itself may go away."""
    with suppress(OSError):
        while True:
            client, _ = listening.accept()
            begun = time.monotonic() + 2 * delay  # a handshake goes there and back
            near, far = socket.socketpair()
            with far:
                daemon = subprocess.Popen(words, stdin=far, stdout=far, stderr=subprocess.DEVNULL)
            threading.Thread(target=daemon.wait, daemon=True).start()
            for source, goal in ((client, near), (near, client)):
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
