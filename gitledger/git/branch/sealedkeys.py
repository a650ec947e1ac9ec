"""The natural keys that this clone has read from the branch once, so that `sync` need not again.

A filter for the judge of this clone: a key that is not in it stands nowhere in the trees that it
covers, and of a key that is in it the judge reads the rows. A filter that lacks an entry would let
a fact in twice, so nothing is believed but what this user's own program sealed: the file in the
git directory, which may be a stranger's, ends with a MAC under a secret in the user's home. Without
such a secret, or with a seal that is not right, there is no filter and every row is read. `verify`
and a server's `pre-receive` never ask it.
"""

import hmac
import os
import sys
from array import array
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path

from gitledger import __version__
from gitledger.errors import FormatUnknown, HistoryIncomplete, LedgerDamaged
from gitledger.git import objects, trees
from gitledger.git.files import NEW, PLAIN, forget, read_plain, replace_file, write_all
from gitledger.git.proof.keyholders import Key
from gitledger.git.repository import Repository
from gitledger.ledger import codec, layout
from gitledger.ledger.schema import Schema, key_digest

FOLDER = "keys-sealed"
SECRET_BYTES = 32
MAC_BYTES = 32
TREE_BYTES = 20
WORD = 8  # bytes of a key's digest and of a row's id; a digest met twice costs a look at the row
NUMBERS = "Q"


class SealedKeys:
    """The filter of one repository, by ledger. Guards that only what was sealed here is believed.

    `whole` lets it read a ledger from its beginning where nothing is kept of it yet.
    """

    def __init__(self, repository: Repository, *, whole: bool) -> None:
        self._repository = repository
        self._whole = whole
        self._secret = secret_of(repository.environment)

    def __call__(
        self, schema: Schema, roots: Sequence[bytes], keys: Iterable[Key]
    ) -> set[str] | None:
        """Ids of rows that may have one of some keys in some trees; None where it cannot tell.

        No row of these trees that has one is left out. `roots` are whole trees of the branch.
        """
        if not self._secret:
            return None
        kept = _Kept(self._path(schema.ledger), self._secret, _meaning(schema))
        below = [self._folder(root, schema.ledger) for root in roots]
        if not kept.covered and not self._whole:
            return None
        try:
            for folder in below:
                self._extend(kept, schema, folder)
        except (LedgerDamaged, HistoryIncomplete):
            return None
        kept.save()
        return kept.holders({_word(key_digest(schema.ledger, key)) for key in keys})

    def _path(self, ledger: str) -> Path:
        # users of a shared repository have secrets of their own
        mine = blake2b(self._secret, digest_size=4).hexdigest()
        return self._repository.state / FOLDER / f"{ledger}-{mine}"

    def _read(self, oid: bytes) -> bytes:
        return objects.read(self._repository, oid)

    def _folder(self, root: bytes, ledger: str) -> bytes:
        """The tree of a ledger below a whole tree, the empty one where there is none."""
        entry = trees.lookup(root, f"{layout.LEDGERS}/{ledger}", self._read)
        return entry.oid if entry is not None and entry.mode == trees.TREE else trees.EMPTY

    def _extend(self, kept: "_Kept", schema: Schema, folder: bytes) -> None:
        """Take in the rows of a ledger's tree that it does not cover yet. Raises LedgerDamaged."""
        former = kept.covered if kept.covered != trees.EMPTY else b""
        fresh = folder if folder != trees.EMPTY else b""
        start = f"{layout.LEDGERS}/{schema.ledger}/"
        with objects.trusting_ids():
            for change in trees.changes(former or None, fresh or None, self._read):
                path = start + change.path.decode("utf-8", "replace")
                place = layout.parse_row_path(path) if change.new is not None else None
                if place is None or change.new is None:
                    continue
                raw = objects.check_blob(self._read(change.new.oid), change.new.oid)
                with suppress(LedgerDamaged, FormatUnknown):  # what is no row has no key
                    key = schema.key_of(codec.decode(raw, place.id).values)
                    if key is not None:
                        kept.add(_word(key_digest(schema.ledger, key)), int(place.id, 16))
        kept.covered = folder


class _Kept:
    """What is kept of one ledger: digests of keys and ids of their rows, and the tree covered."""

    def __init__(self, path: Path, secret: bytes, meaning: bytes) -> None:
        self._path = path
        self._secret = secret
        self._meaning = meaning
        self._digests = array(NUMBERS)
        self._ids = array(NUMBERS)
        self.covered = b""
        with suppress(OSError):  # none yet: made from the branch
            self._load(read_plain(path))
        self._before = self.covered

    def _load(self, data: bytes) -> None:
        """Take what a file says, when it is ours, whole and means what we mean."""
        body, mac = data[:-MAC_BYTES], data[-MAC_BYTES:]
        if not hmac.compare_digest(mac, self._mac(body)):
            return
        begin = len(self._meaning)
        covered, words = body[begin : begin + TREE_BYTES], body[begin + TREE_BYTES :]
        if body[:begin] != self._meaning or len(words) % (2 * WORD):
            return
        half = len(words) // 2
        self._digests.frombytes(words[:half])
        self._ids.frombytes(words[half:])
        self.covered = covered

    def _mac(self, body: bytes) -> bytes:
        name = self._path.name.encode()
        return blake2b(name + b"\0" + body, key=self._secret, digest_size=MAC_BYTES).digest()

    def add(self, digest: int, row: int) -> None:
        """A row that has a key."""
        self._digests.append(digest)
        self._ids.append(row)

    def holders(self, wanted: set[int]) -> set[str]:
        """Ids of the rows whose keys have one of some digests."""
        if wanted.isdisjoint(self._digests):  # the usual answer, in a tenth of the time
            return set()
        pairs = zip(self._digests, self._ids, strict=True)
        return {f"{row:016x}" for digest, row in pairs if digest in wanted}

    def save(self) -> None:
        """Keep it; where nobody may write it is read anew the next time."""
        if self.covered == self._before:
            return
        words = self._digests.tobytes() + self._ids.tobytes()
        body = self._meaning + self.covered + words
        with suppress(OSError):
            self._path.parent.mkdir(parents=True, exist_ok=True)
            replace_file(self._path, body + self._mac(body))


def _word(digest: bytes) -> int:
    return int.from_bytes(digest[:WORD])


def _meaning(schema: Schema) -> bytes:
    """What a key is by a definition, to this program and on this machine (32 bytes)."""
    told = repr((1, __version__, sys.byteorder, schema.ledger, schema.key))
    return blake2b(told.encode(), digest_size=32).digest()


def secret_of(environment: Mapping[str, str]) -> bytes:
    """The user's secret, made when first asked for; b"" where none can be kept.

    It has to be a file of the user's own that nobody else may read.
    """
    home = environment.get("HOME", "")
    state = environment.get("XDG_STATE_HOME") or (f"{home}/.local/state" if home else "")
    if not state.startswith("/"):
        return b""
    path = f"{state}/gitledger/secret"
    with suppress(OSError):
        return _secret_in(path) or _made(path)
    return b""


def _secret_in(path: str) -> bytes:
    """The secret of a file, b"" where there is none, or one that others made or may read."""
    try:
        descriptor = os.open(path, PLAIN)
    except FileNotFoundError:
        return b""
    try:
        found = os.fstat(descriptor)
        secret = os.read(descriptor, SECRET_BYTES + 1)
    finally:
        os.close(descriptor)
    # a secret that others can read or write proves nothing
    alone = found.st_uid == os.geteuid() and not found.st_mode & 0o077
    return secret if alone and len(secret) == SECRET_BYTES else b""


def _made(path: str) -> bytes:
    """A new secret in a file that was not there. Raises OSError; b"" where somebody else's is."""
    Path(path).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    secret = os.urandom(SECRET_BYTES)
    scratch = f"{path}.{os.getpid()}"
    descriptor = os.open(scratch, NEW, 0o600)
    try:
        write_all(descriptor, secret)
        with suppress(FileExistsError):
            os.link(scratch, path)  # whoever is first has made it
    finally:
        os.close(descriptor)
        forget(scratch)
    return _secret_in(path)
