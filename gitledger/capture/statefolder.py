"""The user's folder for what this machine saw, and the names that may stand in it.

Repositories and sessions stand there as hashes that only this machine can tell again, accounts by
a label of the agent's configuration folder. An agent waits for what calls this: it is kept light.
"""

import os
from collections.abc import Mapping

FOLDER = "gitledger"
SALT = "salt"


def state_folder(environment: Mapping[str, str]) -> str:
    """The user's folder for what this machine saw."""
    named = environment.get("XDG_STATE_HOME", "")
    home = environment.get("HOME") or os.path.expanduser("~")  # noqa: PTH111 - see the module
    root = named if named.startswith("/") else f"{home}/.local/state"
    return f"{root}/{FOLDER}"


def salt_of(environment: Mapping[str, str]) -> bytes:
    """What this user's hashes are made with, so that nobody can try names; made once."""
    path = f"{state_folder(environment)}/{SALT}"
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return _new_salt(path)
    except OSError:
        return b""
    try:
        return os.read(descriptor, 64)  # a key of blake2 has at most 64 bytes
    finally:
        os.close(descriptor)


def _new_salt(path: str) -> bytes:
    scratch = f"{path}.{os.getpid()}"
    try:
        os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)  # noqa: PTH103, PTH120
        descriptor = os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        try:
            os.write(descriptor, os.urandom(32))
        finally:
            os.close(descriptor)
        try:
            os.link(scratch, path)  # the first one stays
        finally:
            os.unlink(scratch)  # noqa: PTH108
        with open(path, "rb") as file:  # noqa: PTH123
            return file.read(64)
    except OSError:
        return b""


def machine_hash(environment: Mapping[str, str], text: str) -> str:
    """A text as 16 hexadecimal digits that only this machine can tell again."""
    from _blake2 import blake2b  # noqa: PLC0415 - `hashlib` loads OpenSSL, which an agent waits for

    key = salt_of(environment)[:64]
    return blake2b(text.encode("utf-8", "surrogatepass"), key=key, digest_size=8).hexdigest()


def account_label(agent: str, environment: Mapping[str, str]) -> str:
    """The label of an agent's configuration folder; "" for the usual one, whose label is free."""
    usual = ".codex" if agent == "codex" else ".claude"
    variable = "CODEX_HOME" if agent == "codex" else "CLAUDE_CONFIG_DIR"
    named = environment.get(variable, "").split(",")[0].strip().rstrip("/")
    home = environment.get("HOME", "").rstrip("/")
    if not named or named in {f"{home}/{usual}", f"{home}/.config/claude"}:
        return ""
    name = named.rpartition("/")[2].lstrip(".")
    for prefix in ("claude", "codex"):
        name = name.removeprefix(prefix)
    plain = "".join(c if c.isascii() and (c.isalnum() or c in "-_") else "-" for c in name)
    return plain.strip("-_")[:32]
