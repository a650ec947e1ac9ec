"""Which code this program is: a hash of its own modules."""

from functools import cache
from hashlib import sha256
from pathlib import Path

import gitledger


@cache
def program_sha256() -> str:
    """SHA-256 over the names and bytes of this program's modules, in order.

    Which code it is, whether it runs from a checkout or a wheel: two commits may bear one version.
    """
    root, digest = Path(gitledger.__file__).parent, sha256()
    for path in sorted(root.rglob("*.py")):
        digest.update(f"{path.relative_to(root).as_posix()}\0".encode())
        digest.update(sha256(path.read_bytes()).digest())
    return digest.hexdigest()
