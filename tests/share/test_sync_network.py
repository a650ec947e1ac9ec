"""`sync` over lines that break: before, inside and after the transfer. Nothing is lost."""

import shutil
from pathlib import Path

import pytest
from clones import batch, clone_of, first_clone, record, rows, synced, tip
from ground import git, gitledger
from servers import Proxy, daemon, web

HAS_LIGHTTPD = shutil.which("lighttpd", path="/usr/sbin:/usr/bin:/sbin:/bin") is not None
needs_lighttpd = pytest.mark.skipif(not HAS_LIGHTTPD, reason="lighttpd is not installed here")


# bytes to the server and from it, on the connections of one sync: fetch, push, negotiation, look
WHOLE = (None, None)
CUTS = {
    "before": [WHOLE, (0, 0)],
    "inside": [WHOLE, (2_000, None)],
    "after": [WHOLE, (None, 560)],
    "nothing more is answered": [WHOLE, (2_000, None), WHOLE, (0, 0)],
}


@pytest.mark.parametrize("cut", CUTS)
def test_a_line_that_breaks(cut: str, pair: tuple[Path, Path], server: Path) -> None:
    """Whatever was said, each row is there once after the next sync, and verify is clean."""
    a, b = pair
    record(b, "b1")
    assert synced(b).code == 0
    with daemon(server) as port:
        proxy = Proxy(port)
        with proxy.open() as broken:
            git(a, "remote", "set-url", "origin", f"git://127.0.0.1:{broken}/{server.name}")
            batch(a, 0, 20)
            before = tip(a), tip(server)
            proxy.limits = list(CUTS[cut])
            first = synced(a)
            assert first.code == 3 or (cut, tip(server)) == ("after", tip(a))
            assert first.code == 0 or (tip(a), tip(server)) == before
            proxy.limits = []
            assert synced(a).code == 0
    assert tip(a) == tip(server)
    assert (len(rows(server)), len(set(rows(server)))) == (21, 21)
    assert gitledger(a, "verify").code == 0


@needs_lighttpd
def test_over_http(server: Path) -> None:
    """The same over http: rows go up, come down, and a cut push loses nothing."""
    a = first_clone(server)
    with web(server) as port:
        proxy = Proxy(port)
        with proxy.open() as broken:
            url = f"http://127.0.0.1:{broken}/git/{server.name}"
            git(a, "remote", "set-url", "origin", url)
            batch(a, 0, 20)
            assert synced(a).code == 0
            b = clone_of(server, "b")
            record(b, "b1")
            synced(b)
            batch(a, 20, 20)
            proxy.limits = [(None, None), (1_500, None)]
            assert synced(a).code in {0, 3}
            proxy.limits = []
            assert synced(a).code == 0
    assert tip(a) == tip(server)
    assert (len(rows(server)), len(set(rows(server)))) == (41, 41)
