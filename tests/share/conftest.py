"""The ground of the exchange: a bare server and two clones of one ledger."""

from pathlib import Path

import pytest
from clones import BRANCH, clone_of, first_clone, server_of
from frozen import Frozen, freeze
from ground import settle

from gitledger.git.proof.remotes import witness_ref


@pytest.fixture
def server(tmp_path: Path) -> Path:
    """A bare server."""
    return server_of(tmp_path)


@pytest.fixture(scope="session")
def met(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, tuple[Frozen, ...]]:
    """Where a server stood, and as they were there: it and two clones of one ledger."""
    with pytest.MonkeyPatch.context() as patch:
        settle(tmp_path_factory.mktemp("home"), patch)
        server = server_of(tmp_path_factory.mktemp("met"))
        paths = (server, first_clone(server), clone_of(server, "b"))
        return server, tuple(freeze(path) for path in paths)


@pytest.fixture
def pair(server: Path, met: tuple[Path, tuple[Frozen, ...]]) -> tuple[Path, Path]:
    """Two clones of one ledger; what they remember of the server is of this one."""
    was, (held, *clones) = met
    held.lay(server)
    a, b = (frozen.lay(server.parent / name) for frozen, name in zip(clones, "ab", strict=True))
    old, new = (a / ".git" / witness_ref(str(url), BRANCH) for url in (was, server))
    new.parent.mkdir(parents=True)
    old.rename(new)  # b has pushed nothing yet
    return a, b
