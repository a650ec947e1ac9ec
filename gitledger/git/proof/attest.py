"""Signatures of checkpoint lines: made and checked with the user's own programs and keys.

ssh signatures have the namespace `gitledger`, so that none made for a commit, a file or another
program passes for one. Which programs run is the user's configuration, never a repository's.
"""

import base64
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from gitledger.errors import SigningFailed
from gitledger.git.program import run_signer
from gitledger.git.repository import Repository, setting
from gitledger.git.signers import programs
from gitledger.ledger.portable import UNSIGNED

if TYPE_CHECKING:
    from gitledger.git.program import Finished

NAMESPACE = "gitledger"
SETTINGS = {"ssh": "gpg.ssh.program", "openpgp": "gpg.openpgp.program"}
MEND = "see user.signingkey and gpg.format in `git help config`, or --unsigned"
LITERAL = ("key::", "ssh-", "ecdsa-", "sk-")


class Signer(NamedTuple):
    """Who signed a line: good, bad or unknown, and the name that vouches for it."""

    verdict: str
    name: str = ""


def signature_of(repository: Repository, data: bytes) -> str:
    """The signature of some bytes as a line holds it. Raises SigningFailed."""
    form = setting(repository, "gpg.format") or "openpgp"
    key = setting(repository, "user.signingkey") or ""
    if form not in SETTINGS:
        raise SigningFailed(f"signatures of gpg.format {form} fit in no line", MEND)
    with tempfile.TemporaryDirectory(prefix="gitledger-") as folder:
        made = (_ssh if form == "ssh" else _openpgp)(repository, data, key, Path(folder))
    return f"{form}:{base64.b64encode(made).decode()}"


def _ssh(repository: Repository, data: bytes, key: str, folder: Path) -> bytes:
    if not key:
        raise SigningFailed("gpg.format is ssh and user.signingkey names no key", MEND)
    if key.startswith(LITERAL):  # git takes the key itself there; ssh-keygen wants a file
        path = folder / "key.pub"
        path.write_text(key.removeprefix("key::") + "\n")
    else:
        path = Path(key).expanduser()
    asked = folder / "checkpoint"
    asked.write_bytes(data)
    words = ("-Y", "sign", "-n", NAMESPACE, "-f", str(path), str(asked))
    done = _run(repository, "ssh", words)
    made = folder / "checkpoint.sig"
    if done.returncode or not made.exists():
        raise _failed(done)
    return _plain(made.read_bytes())


def _openpgp(repository: Repository, data: bytes, key: str, _folder: Path) -> bytes:
    chosen = ("--local-user", key) if key else ()
    done = _run(repository, "openpgp", ("--batch", "--detach-sign", *chosen), data)
    if done.returncode or not done.stdout:
        raise _failed(done)
    return done.stdout


def signer(repository: Repository, data: bytes, signature: str) -> Signer:
    """Whether a signature is one of these bytes, and by whom; `unsigned` where there is none."""
    if signature == UNSIGNED:
        return Signer("unsigned")
    form, _, text = signature.partition(":")
    try:
        raw = base64.b64decode(text, validate=True)
    except ValueError:
        return Signer("bad")
    with tempfile.TemporaryDirectory(prefix="gitledger-") as folder:
        path = Path(folder) / "checkpoint.sig"
        if form == "ssh":
            path.write_bytes(_armoured(raw))
            return _ssh_signer(repository, data, str(path))
        path.write_bytes(raw)
        return _openpgp_signer(repository, data, str(path))


def _ssh_signer(repository: Repository, data: bytes, path: str) -> Signer:
    # first whether it is of these bytes at all: `find-principals` looks at the key alone
    check = ("-Y", "check-novalidate", "-n", NAMESPACE, "-s", path)
    if _run(repository, "ssh", check, data).returncode:
        return Signer("bad")
    allowed = setting(repository, "gpg.ssh.allowedSignersFile") or ""
    known = str(Path(allowed).expanduser()) if allowed else os.devnull
    found = _run(repository, "ssh", ("-Y", "find-principals", "-s", path, "-f", known))
    for name in found.stdout.decode("utf-8", "replace").splitlines():
        words = ("-Y", "verify", "-n", NAMESPACE, "-f", known, "-I", name, "-s", path)
        if not found.returncode and _run(repository, "ssh", words, data).returncode == 0:
            return Signer("good", name)
    return Signer("unknown")


def _openpgp_signer(repository: Repository, data: bytes, path: str) -> Signer:
    words = ("--batch", "--status-fd", "1", "--verify", path, "-")
    done = _run(repository, "openpgp", words, data)
    told = done.stdout.decode("utf-8", "replace").splitlines()
    for line in told:
        parts = line.split(" ", 3)
        if len(parts) == 4 and parts[1] == "GOODSIG" and done.returncode == 0:
            return Signer("good", parts[3])
    missing = any("NO_PUBKEY" in line or "ERRSIG" in line for line in told)
    return Signer("unknown" if missing else "bad")


def _run(repository: Repository, form: str, words: Sequence[str], data: bytes = b"") -> "Finished":
    name = programs(repository)[0][SETTINGS[form]]
    return run_signer(name, words, environment=repository.environment, stdin=data)


def _failed(done: "Finished") -> SigningFailed:
    said = done.stderr.decode("utf-8", "replace").strip().splitlines()
    return SigningFailed(f"signing failed: {said[-1] if said else 'no reason was given'}", MEND)


BEGIN, END = b"-----BEGIN SSH SIGNATURE-----", b"-----END SSH SIGNATURE-----"


def _plain(armoured: bytes) -> bytes:
    """The signature itself, without its armour."""
    inside = armoured.partition(BEGIN)[2].partition(END)[0]
    return base64.b64decode(b"".join(inside.split()))


def _armoured(raw: bytes) -> bytes:
    text = base64.b64encode(raw)
    # as wide as ssh-keygen's own lines
    lines = [text[at : at + 70] for at in range(0, len(text), 70)]
    return b"\n".join([BEGIN, *lines, END, b""])
