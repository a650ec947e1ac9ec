"""The ground of the exchange: a bare server and two clones of one ledger."""

from pathlib import Path

import pytest
from clones import clone_of, first_clone, server_of


@pytest.fixture
def server(tmp_path: Path) -> Path:
    """A bare server."""
    return server_of(tmp_path)


@pytest.fixture
def pair(server: Path) -> tuple[Path, Path]:
    """Two clones of one ledger."""
    return first_clone(server), clone_of(server, "b")
